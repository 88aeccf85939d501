"""Position: whether a sentence takes a position at all, one that somebody else's can be set against.

Logistic regression on the bundled embedder's vector and on three properties of the words (models/training/position.py).
Neither capitals nor punctuation count: a transcript may have none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.files import checked, sums
from models.words import FUNCTION, folded, topic_words, words

FOLDER = Path(__file__).parent / "weights"
FILE = "position.json"


@dataclass(frozen=True, slots=True)
class PositionJudge:
    """How likely a sentence takes a position. It reads the vectors of one embedder, named by its hash.

    From the threshold `position` on a sentence is called one, by the best F1. The lower `cautious` is that of a filter
    which would keep nearly all positions of such speech as it was trained on. No comparison filters by it: it would
    lose two in five of those of debates (docs/positions.md).
    """

    embedder: str
    of_vector: NDArray[np.float64]
    of_words: NDArray[np.float64]
    intercept: float
    position: float
    cautious: float

    def scores(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score (n,) from 0 to 1 of each text, whose unit vectors (n, d) are the embedder's."""
        if not texts:
            return np.zeros(0)
        said = np.array([properties(text) for text in texts])
        logits = vectors.astype(np.float64) @ self.of_vector + said @ self.of_words + self.intercept
        return np.round(1 / (1 + np.exp(-logits)), 6)


@cache
def bundled() -> PositionJudge:
    """The judge that this project trained. Raises ModelError where its file is missing or another."""
    checked(FOLDER, sums(FOLDER)[FILE], FILE)
    found = json.loads((FOLDER / FILE).read_text("utf-8"))
    return PositionJudge(
        embedder=found["embedder"],
        of_vector=np.array(found["of_vector"]),
        of_words=np.array(found["of_words"]),
        intercept=found["intercept"],
        position=found["thresholds"]["position"],
        cautious=found["thresholds"]["cautious"],
    )


@lru_cache(maxsize=65536)
def properties(text: str) -> tuple[float, float, float]:
    """Log of the number of words, log of that of its topic words, and whether it breaks off after a function word."""
    said = words(text)
    breaks_off = bool(said) and folded(said[-1]) in FUNCTION
    return float(np.log1p(len(said))), float(np.log1p(len(topic_words(text)))), float(breaks_off)
