"""Vectors: statements found by what they mean. One interface, and each engine's own way of searching.

What is searched is the vector of each comparable statement, drawn towards its paragraph, in float16: a copy, made again
whenever it is missing. Float16 only says which statements are looked at; what is decided of them is decided by the
vectors that are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.store.queries import Reading

ERROR = 0.002  # by which a cosine of float16 vectors may differ from that of the stored ones: twice 2**-11, rounded up

Numbers = NDArray[np.int64]
Make = Callable[[Collection[str]], Mapping[str, bytes]]
"""Texts to vectors as they are stored, by the SHA-256 of the text: for those that nobody has kept yet."""


@dataclass(frozen=True, slots=True)
class Near:
    """Statements, nearest first: their numbers (n,), whose each is, as a place in `speakers`, and its cosine (n,)."""

    numbers: Numbers
    by: NDArray[np.int32]
    speakers: tuple[str, ...]
    similarity: NDArray[np.float32]


class Search(Protocol):
    """The vectors as they are at one revision. Of no use after the transaction that it was asked for in."""

    def nearest(
        self,
        near: NDArray[np.float32],
        most: int | None = None,
        *,
        least: float | None = None,
        speakers: Collection[str] | None = None,
        documents: Collection[str] | None = None,
        among: Numbers | None = None,
    ) -> Near:
        """Comparable statements that meet all the conditions given, the nearest to a unit vector first, ties by number.

        At most so many, with at least such a cosine, of these speakers, in these documents, among these numbers.
        """
        ...


class Vectors(Protocol):
    """Safe to share between threads."""

    def keep_up(self, embedder: str, make: Make) -> None:
        """Make what is missing and can be made outside of a transaction only."""
        ...

    def write_down(self, reading: Reading, embedder: str, make: Make) -> None:
        """Make and keep what `at` would make, and search nothing."""
        ...

    def at(self, reading: Reading, embedder: str, make: Make) -> Search:
        """What can be searched within a transaction that is under way; what is still missing of it is made first."""
        ...
