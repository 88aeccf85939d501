"""The real models behind a memory of the run: what was computed once is not computed for the next corpus of tests.

What comes out is the same to the bit: what was embedded together is remembered as a whole, and a pair's scores do not
depend on what is scored beside it (test_relation). Who tests the models asks for `embedder` and `classifier`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.embedding import Embedder, Progress
from models.relation import RelationClassifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class RememberingEmbedder(Embedder):
    def __init__(self, real: Embedder) -> None:
        super().__init__()
        self._real = real
        self._known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    @property
    def dimensions(self) -> int:
        return self._real.dimensions

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        block = tuple(texts)
        if block not in self._known:
            self._known[block] = self._real.embed(texts, progress)
        elif progress and block:
            progress(len(set(block)), len(set(block)))
        return self._known[block].copy()


class RememberingClassifier(RelationClassifier):
    def __init__(self, real: RelationClassifier) -> None:
        super().__init__()
        self._real = real
        self._known: dict[tuple[str, str], NDArray[np.float64]] = {}

    def truncated(self, first: str, second: str) -> bool:
        return self._real.truncated(first, second)

    def _scored(self, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.float64]]:
        new = pairs - self._known.keys()
        if new:
            self._known |= self._real._scored(new)
        return {pair: self._known[pair].copy() for pair in pairs}
