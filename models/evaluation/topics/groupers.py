"""Groupers: what is measured, and what it is measured beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from models.evaluation.topics.scores import NONE, Labels
from models.topic import regroup

Grouper = Callable[[Sequence[str], NDArray[np.float32]], Labels]
"""Texts and their unit vectors (n, d) to a group each."""


def ours(texts: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
    """The product's topics, of statements that each stand alone: the sets have no paragraphs."""
    ids = [f"{at:08}" for at in range(len(texts))]
    labels = np.full(len(ids), NONE, np.int64)
    for number, topic in enumerate(regroup(ids, texts, vectors, ids)):
        labels[[int(member) for member in topic.members]] = number
    return labels


def k_means(topics: int) -> Grouper:
    """k-means that is told the true number of topics."""

    def grouped(_: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
        return np.asarray(KMeans(topics, n_init=10, random_state=0).fit_predict(vectors), np.int64)

    return grouped
