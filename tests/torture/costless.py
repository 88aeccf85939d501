"""Costless: models that cost next to nothing, so that a process spends its time in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384


class Words:
    """An embedder whose vectors are the sums of vectors drawn from each word's hash: near is who shares words."""

    def __init__(self, source: str | None = None) -> None:
        self.name = source or "words"
        self.sha256 = sha256(self.name.encode()).hexdigest()
        self.dimensions = DIMENSIONS

    def load(self) -> None:
        pass

    def embed(self, texts: Collection[str], progress: Any = None) -> NDArray[np.float32]:
        del progress
        rows = np.array([sum(_word(self.name, word) for word in text.lower().split()) for text in texts], np.float32)
        rows = rows.reshape(-1, DIMENSIONS)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Judge:
    """A classifier that calls every second pair an opposition, and is sure of it."""

    name = "judge"
    sha256 = sha256(b"judge").hexdigest()
    thresholds = page_thresholds = {"opposes": 0.85, "agrees": 0.85, "differs": 0.5}  # noqa: RUF012

    def __init__(self, source: str | None = None) -> None:
        del source

    def load(self) -> None:
        pass

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Any = None) -> NDArray[np.float64]:
        del progress
        rows = [(0.05, 0.9, 0.05) if (len(a) + len(b)) % 2 else (0.1, 0.2, 0.7) for a, b in pairs]
        return np.array(rows, np.float64).reshape(-1, 3)


def take_their_places() -> None:
    """Whatever this process opens from now on has these models."""
    import service.corpus

    vars(service.corpus).update(Embedder=Words, RelationClassifier=Judge)


@cache
def _word(embedder: str, word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(sha256(f"{embedder} {word}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)
