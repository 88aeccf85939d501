"""Scoring: the two models behind a memory, so that no vector and no score is computed twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embedder, Progress
from models.errors import ModelError
from models.phrases import lexicon
from models.relation import RelationClassifier
from service.bounded import Bounded
from service.budget import Asked, Budget
from service.errors import Unavailable
from service.store.store import Store, hash_of

Scores = tuple[float, float, float]
VECTORS_IN_MEMORY = 4096
SCORES_IN_MEMORY = 65_536  # where they cannot be stored
STORED = np.dtype("<f4")


class Scoring:
    """Vectors by (embedder, text) and relation scores by (classifier, both texts); one model call at a time."""

    def __init__(self, store: Store, embedder: Embedder, classifier: RelationClassifier) -> None:
        self._store = store
        self._embedder = embedder
        self._classifier = classifier
        self._lock = RLock()
        self._vectors: Bounded[str, bytes] = Bounded(VECTORS_IN_MEMORY)
        self._scores: Bounded[tuple[str, str], Scores] = Bounded(SCORES_IN_MEMORY)

    @property
    def embedder(self) -> str:
        """What vectors are kept under."""
        with model_errors():
            return self._embedder.sha256

    @property
    def classifier(self) -> str:
        """What scores are kept under."""
        with model_errors():
            return self._classifier.sha256

    @property
    def thresholds(self) -> dict[str, float]:
        """The least probability at which a nominated pair is shown."""
        with model_errors():
            return dict(self._classifier.page_thresholds)

    def load(self) -> None:
        """Read both models' weights, and the lexicon. Nothing is computed with them."""
        with self._lock, model_errors():
            self._embedder.load()
            self._classifier.load()
        lexicon("word")

    @property
    def names(self) -> tuple[str, str]:
        return self._embedder.name, self._classifier.name

    def vectors(self, texts: Collection[str], progress: Progress | None = None) -> dict[str, bytes]:
        """Fresh vectors by the SHA-256 of their text, ready to be stored. What is stored already is not looked at."""
        ordered = sorted(set(texts))
        if not ordered:
            return {}
        with self._lock, model_errors():
            rows = self._embedder.embed(ordered, progress)
        return {hash_of(text): row.astype(STORED).tobytes() for text, row in zip(ordered, rows, strict=True)}

    def made(self, texts: Collection[str]) -> dict[str, bytes]:
        """As `vectors`, and stored, if they can be."""
        fresh = self.vectors(texts)
        if fresh:
            with suppress(Unavailable), self._store.caching() as caching:
                caching.keep_vectors(self.embedder, fresh)
        return fresh

    def embed(self, texts: Sequence[str], *, keep: bool = False) -> NDArray[np.float32]:
        """Vectors (n, d) from memory, the store or the model. `keep`: what was computed is stored, if it can be."""
        hashes = [hash_of(text) for text in texts]
        known = {key: vector for key in hashes if (vector := self._vectors.get(key)) is not None}
        wanted = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        if wanted:
            with self._store.reading() as reading:
                known |= reading.vectors(self.embedder, wanted)
        missing = [text for key, text in wanted.items() if key not in known]
        known |= self.made(missing) if keep else self.vectors(missing)
        for key in wanted:
            self._vectors.put(key, known[key])
        return matrix([known[key] for key in hashes])

    def judge(self, pairs: Sequence[tuple[str, str]], *, keep: bool = False) -> NDArray[np.float64]:
        """Probabilities (n, 3) of agrees, opposes, differs, from memory, the store or the model."""
        keys = [_key(first, second) for first, second in pairs]
        known = self._known(keys)
        wanted = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        if wanted:
            with self._lock, model_errors():
                rows = self._classifier.judge(list(wanted.values()))
            fresh: Mapping[tuple[str, str], Scores] = {
                key: (float(row[0]), float(row[1]), float(row[2])) for key, row in zip(wanted, rows, strict=True)
            }
            if keep:
                self._keep(fresh)
            known |= fresh
        return np.array([known[key] for key in keys], dtype=np.float64).reshape(-1, 3)

    def judge_within(self, pairs: Sequence[Asked], budget: Budget) -> NDArray[np.float64] | None:
        """As `judge`, and kept; None where more would be fresh than the budget has left.

        Then as many are judged as it has: who asks again goes on from there.
        """
        some = budget.first(pairs, self.known(pairs))
        found = self.judge(some, keep=True)
        return found if len(some) == len(pairs) else None

    def known(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Scores]:
        """The probabilities of those of the pairs that were judged before; the model is not asked."""
        keys = {pair: _key(*pair) for pair in pairs}
        found = self._known(keys.values())
        return {pair: found[key] for pair, key in keys.items() if key in found}

    def _known(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Scores]:
        remembered = {key: scores for key in set(keys) if (scores := self._scores.get(key)) is not None}
        with self._store.reading() as reading:
            return reading.relations(self.classifier, [key for key in keys if key not in remembered]) | remembered

    def _keep(self, fresh: Mapping[tuple[str, str], Scores]) -> None:
        """Store scores; what cannot be stored is remembered as long as there is room."""
        try:
            with self._store.caching() as caching:
                caching.keep_relations(self.classifier, fresh)
        except Unavailable:
            for key, scores in fresh.items():
                self._scores.put(key, scores)


def matrix(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors, row by row."""
    if not vectors:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(vectors), STORED).reshape(len(vectors), -1).astype(np.float32)


@contextmanager
def model_errors() -> Iterator[None]:
    """Turn what is wrong with a model's files into Unavailable."""
    try:
        yield
    except ModelError as error:
        raise Unavailable(error.message, error.remedy) from error


def _key(first: str, second: str) -> tuple[str, str]:
    """What the score of two texts is kept under, in whichever order they come."""
    one, other = hash_of(first), hash_of(second)
    return (one, other) if one <= other else (other, one)
