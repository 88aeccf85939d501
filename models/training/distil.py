"""Distillation (Hinton et al. 2015): pairs that nobody labelled, and what a larger classifier says of them.

A small classifier that learns a larger one's probabilities on text of the kind that it will meet does better there than
on the labelled sets alone (arXiv 2305.13067).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.examples import Example, Target
from models.training.gather import SPEECHES
from models.training.taught import Near

SEED = 5
NEAR = 260_000  # of the near pairs, as many as are labelled: two readings of them and of all sets take four minutes
NEIGHBOURS = 40  # nearest texts that partners are drawn from
DRAWN = {SPEECHES: 5}  # pairs a text
DRAWN_ELSEWHERE = 6
ROWS = 2048
DOUBTED = 0.5  # of pairs of speeches that the teachers call opposing from here on, readers upheld one in eight
TAUGHT = 0.5  # how much of a labelled example's target is the teachers'


def near_pairs(pools: Mapping[str, Sequence[str]], folder: Path, device: str) -> Near:
    """NEAR pairs, each of one pool: of a text with some of its nearest, and with one drawn at random."""
    from sentence_transformers import SentenceTransformer

    embedder = SentenceTransformer(str(folder), device=device).float()
    draw = random.Random(SEED)
    found: set[tuple[str, int, int]] = set()
    for name in sorted(pools):
        texts = list(pools[name])
        vectors = embedder.encode(texts, batch_size=256, normalize_embeddings=True, convert_to_tensor=True)
        count = DRAWN.get(name, DRAWN_ELSEWHERE)
        for start in range(0, len(texts), ROWS):
            near = (vectors[start : start + ROWS] @ vectors.T).topk(min(NEIGHBOURS + 1, len(texts)), dim=1).indices
            for at, neighbours in enumerate(near.tolist(), start):
                others = [other for other in neighbours if other != at]
                partners = draw.sample(others, min(count, len(others)))
                found |= {(name, min(at, o), max(at, o)) for o in (*partners, draw.randrange(len(texts))) if o != at}
    pairs = sorted(found)
    draw.shuffle(pairs)
    return pairs[:NEAR]


def softened(examples: Sequence[Example], said: NDArray[np.float32]) -> list[Example]:
    """Examples whose target is, by the share TAUGHT, what the teachers say (n, 3)."""
    return [
        Example(x.first, x.second, _target((1 - TAUGHT) * np.array(x.target) + TAUGHT * row), x.source)
        for x, row in zip(examples, said, strict=True)
    ]


def trusted(pools: Mapping[str, Sequence[str]], near: Near, said: NDArray[np.float32]) -> list[Example]:
    """The near pairs with what the teachers `said` (n, 3) of them; the source of each is its pool.

    What they call a clash of speeches is left out, and left to readers.
    """
    return [
        Example(pools[pool][first], pools[pool][second], _target(row), pool)
        for (pool, first, second), row in zip(near, said, strict=True)
        if pool != SPEECHES or row[1] < DOUBTED
    ]


def _target(row: NDArray[Any]) -> Target:
    agrees, opposes, differs = (row / row.sum()).tolist()
    return (agrees, opposes, differs)
