"""Issue: a topic that somebody asks for by name, and which statements belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 10_000  # statements held against the issues at once; bounds memory
LEAST = (0.44, 0.44, 0.48)
"""Least similarity of a statement of an issue with one, two or three probes: a mean of more is nearer to everything."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What a user's list says of an issue. `example` is something that could be said on it."""

    name: str
    description: str | None = None
    example: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What its probes are the vectors of."""
        return tuple(text for text in (self.name, self.description, self.example) if text)


def claimed(statements: NDArray[np.float32], probes: Sequence[NDArray[np.float32]]) -> NDArray[np.int64]:
    """The issue (n,) that each statement belongs to, by its place in `probes`; -1 for none.

    `statements` (n, d) are unit vectors, drawn towards their paragraphs (`models.topic.in_context`); `probes[i]` (k, d)
    those of an issue's texts. A statement is held against the mean of an issue's probes and goes to the issue nearest
    to it, the earlier of two equally near, if it is near enough. docs/issues.md has what was measured for it.
    """
    if not len(statements) or not probes:
        return np.full(len(statements), -1, np.int64)
    centres = np.stack([one.mean(axis=0) for one in probes])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    least = np.array([LEAST[min(len(one), len(LEAST)) - 1] for one in probes])
    owners = np.empty(len(statements), np.int64)
    for start in range(0, len(statements), BLOCK):
        near = np.round(statements[start : start + BLOCK] @ centres.T, 6)  # so that the last bits decide no tie
        near[near < least] = -np.inf
        owners[start : start + BLOCK] = np.where(np.isfinite(near.max(axis=1)), near.argmax(axis=1), -1)
    return owners
