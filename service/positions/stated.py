"""Stated: statements by number, read as they are needed, and how near each is, by the vectors that are stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.topic import NEAR, in_context
from service.store.queries import Reading, Stored

Kept = Callable[[Stored], bool]


class Stated:
    """Within one transaction. `vectors` are the stored ones (n, d)."""

    def __init__(
        self, reading: Reading, embedder: str, vectors: Callable[[Sequence[Stored]], NDArray[np.float32]]
    ) -> None:
        self._reading = reading
        self._embedder = embedder
        self.vectors = vectors
        self._known: dict[int, Stored | None] = {}

    def read(self, numbers: Iterable[int]) -> None:
        wanted = [number for number in numbers if number not in self._known]
        if wanted:
            found = self._reading.by_number(wanted, self._embedder)
            self._known |= {number: found.get(number) for number in wanted}

    def __getitem__(self, number: int) -> Stored:
        found = self._known[number]
        assert found is not None, "numbers come from the same transaction"
        return found

    def kept(self, numbers: Iterable[int], keep: Kept) -> list[int]:
        """Those of the numbers whose statements are to be kept."""
        wanted = list(numbers)
        self.read(wanted)
        return [number for number in wanted if keep(self[number])]

    def similarities(self, wanted: Collection[int], text: NDArray[np.float32], keep: Kept) -> dict[int, np.float32]:
        """Cosine of each, drawn towards what is kept of its paragraph, with a text, as in `free_text.similarities`."""
        if not wanted:
            return {}
        rows = sorted(self._with_neighbours(wanted, keep))
        contexts = [0]
        for one, other in pairwise(rows):
            contexts.append(contexts[-1] + (not self._adjacent(one, other, keep)))
        drawn = in_context(self.vectors([self[number] for number in rows]), np.array(contexts, np.int64))
        place = {number: at for at, number in enumerate(rows)}
        found = np.round(drawn[[place[number] for number in wanted]] @ text, 6)
        return dict(zip(wanted, found, strict=True))

    def _with_neighbours(self, wanted: Collection[int], keep: Kept) -> set[int]:
        """The numbers with those of the statements that they are drawn towards."""
        self.read(number + step for number in wanted for step in range(-NEAR, NEAR + 1))
        found = set(wanted)
        for number in wanted:
            for step in (-1, 1):
                found.update(self._beside(number, step, keep))
        return found

    def _beside(self, number: int, step: int, keep: Kept) -> list[int]:
        """The nearest that are kept, before a statement or after it, in its paragraph."""
        found: list[int] = []
        at = number + step
        while len(found) < NEAR:
            if at not in self._known:
                self.read(at + step * more for more in range(NEAR))
            other = self._known[at]
            if other is None or not _together(other, self[number]):
                break
            if keep(other):
                found.append(at)
            at += step
        return found

    def _adjacent(self, one: int, other: int, keep: Kept) -> bool:
        """Whether nothing that is kept stands between two statements of a paragraph."""
        if not _together(self[one], self[other]):
            return False
        between = (self._known.get(number) for number in range(one + 1, other))
        return all(stored is not None and not keep(stored) for stored in between)


def _together(one: Stored, other: Stored) -> bool:
    return (one.quote.document.id, one.quote.paragraph) == (other.quote.document.id, other.quote.paragraph)
