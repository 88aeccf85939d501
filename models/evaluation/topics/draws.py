"""Draws: samples of a set at the sizes that are measured, the same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.topics.sets import TopicSet

SIZES = {30: 10, 300: 5, 3000: 3}
"""How many draws there are of each size."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Rows of a set (n,), their texts and gold topics (n,) as numbers from 0; `size` is the one asked for."""

    set: str
    size: int
    number: int
    rows: NDArray[np.intp]
    texts: tuple[str, ...]
    gold: NDArray[np.int64]

    @property
    def topics(self) -> int:
        """How many gold topics occur."""
        return int(self.gold.max()) + 1


def draws(one: TopicSet) -> Iterator[Draw]:
    """All draws of a set, each text as likely as any other. A size that it does not exceed is one draw of it all."""
    for size, times in SIZES.items():
        if size >= len(one.texts):
            yield _draw(one, size, 0, range(len(one.texts)))
            return
        for number in range(times):
            chosen = random.Random(f"{one.name} {size} {number}").sample(range(len(one.texts)), size)
            yield _draw(one, size, number, sorted(chosen))


def _draw(one: TopicSet, size: int, number: int, rows: Sequence[int]) -> Draw:
    _, gold = np.unique([one.topics[row] for row in rows], return_inverse=True)
    texts = tuple(one.texts[row] for row in rows)
    return Draw(one.name, size, number, np.array(rows, np.intp), texts, gold.astype(np.int64))
