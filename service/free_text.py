"""Free text as a topic: which statements are near enough to it to be on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.comparison import Position, Quote

NEAREST = 40  # statements a side at most
FLOOR = 0.25  # similarity below which a statement is on no free text's topic
SHARE = 0.6  # of the nearest statement's similarity, below which another is not on the same topic as it
CONTEXT_WEIGHT = 0.75  # how much the rest of a statement's paragraph says about what it is about, as in grouping

Similarities = NDArray[np.float32]


def similarities(quotes: Sequence[Quote], vectors: NDArray[np.float32], text: NDArray[np.float32]) -> Similarities:
    """Cosine (n,) of each statement, drawn towards its paragraph, with a text's vector."""
    if not quotes:
        return np.zeros(0, np.float32)
    order: dict[tuple[str, int | None], int] = {}
    paragraph = np.array([order.setdefault((one.document.id, one.paragraph), len(order)) for one in quotes])
    sums = np.zeros((len(order), vectors.shape[1]), np.float32)
    np.add.at(sums, paragraph, vectors)
    drawn = vectors + CONTEXT_WEIGHT * (sums / _lengths(sums))[paragraph]
    found: Similarities = np.round(drawn @ text / _lengths(drawn)[:, 0], 6)
    return found


def least(found: Iterable[Similarities]) -> float:
    """The similarity from which a statement is on the topic, the sides taken together."""
    best = max((float(side.max()) for side in found if side.size), default=0.0)
    return max(FLOOR, SHARE * best)


def nearest(position: Position, found: Similarities, cut: float) -> Position:
    """What of a position is on the topic: its nearest statements, ties by id, in the order they stood in."""
    rows = np.flatnonzero(found >= cut).tolist()
    best = sorted(rows, key=lambda at: (-float(found[at]), position.quotes[at].id))[:NEAREST]
    kept = sorted(best)
    return Position(position.speaker, tuple(position.quotes[at] for at in kept), position.vectors[kept])


def _lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return lengths
