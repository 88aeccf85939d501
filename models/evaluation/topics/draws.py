"""Draws: samples of a set at the sizes that are measured, the same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.topics.sets import TopicSet

SIZES = {30: 10, 300: 5, 3000: 3}
"""How many draws there are of each size."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Texts of a set, without any twice, and their gold topics (n,) as numbers from 0; `size` is the one asked for."""

    set: str
    size: int
    number: int
    texts: tuple[str, ...]
    gold: NDArray[np.int64]

    @property
    def topics(self) -> int:
        """How many gold topics occur."""
        return int(self.gold.max()) + 1


def draws(one: TopicSet) -> Iterator[Draw]:
    """All draws of a set, each text as likely as any other. Where a set has no more than `size`, one draw has all."""
    for size, times in SIZES.items():
        whole = size >= len(one.texts)
        for number in range(1 if whole else times):
            draw = random.Random(f"{one.name} {size} {number}")
            rows = range(len(one.texts)) if whole else sorted(draw.sample(range(len(one.texts)), size))
            _, gold = np.unique([one.topics[row] for row in rows], return_inverse=True)
            yield Draw(one.name, size, number, tuple(one.texts[row] for row in rows), gold.astype(np.int64))
