"""Groupers: what gives every text a group, and the baselines among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from models.evaluation.topics.scores import Labels

Grouper = Callable[[Sequence[str], NDArray[np.float32]], Labels]
"""Texts and their unit vectors (n, d) to a group each. Raises CannotGroup."""


class CannotGroup(Exception):
    """A grouper gave up; the message is its reason."""


def k_means(topics: int) -> Grouper:
    """k-means that is told the true number of topics."""

    def grouped(_: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
        return np.asarray(KMeans(topics, n_init=10, random_state=0).fit_predict(vectors), np.int64)

    return grouped


def each_alone(texts: Sequence[str], _: NDArray[np.float32]) -> Labels:
    """A group for every text: what V-measure and purity give for nothing."""
    return np.arange(len(texts), dtype=np.int64)


def has_bertopic() -> bool:
    return find_spec("bertopic") is not None


def bertopic(texts: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
    """BERTopic with all its defaults (Grootendorst 2022). It is an extra of the installation.

    UMAP's own seed would take it to another algorithm, in one thread and slower. The generator that it draws from
    otherwise is seeded instead, and its threads, which race for the same numbers, are one: the same labels on every
    run, from the defaults.
    """
    import numba
    from bertopic import BERTopic

    numba.set_num_threads(1)
    np.random.seed(0)
    try:
        labels, _ = BERTopic().fit_transform(list(texts), vectors)
    except (TypeError, ValueError) as error:  # of UMAP, HDBSCAN or scikit-learn: too few texts
        raise CannotGroup(str(error)) from error
    return np.asarray(labels, np.int64)
