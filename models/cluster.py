"""Cluster: which vectors lie together, from a handful of statements to a million."""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

NONE = -1
FEW = 60  # vectors up to which groups may have any size, one included
WIDTH = 0.53  # mean cosine distance at which two groups of a few are no longer one
NEAR = 0.4  # least cosine of neighbours
RESOLUTION = 2.0  # of the modularity: how much denser than chance a group is
FIRM = 0.5  # least cosine to a group's centre of what was not drawn, while more groups are looked for
LOOSE = 0.3  # least cosine to a group's centre of whatever belongs to a group
DRAWN = 12_000  # vectors whose neighbours are looked for at a time
ROUNDS = 6  # draws at most, each from what the groups so far leave
AT_ONCE = 16_384  # rows held against the centres at a time
BLOCK = 1_024  # rows held against all that were drawn at a time: 50 MB of cosines at most


def cluster(vectors: Vectors, rows: Labels | None = None, start: Labels | None = None) -> Labels:
    """A group for each unit vector (n, d), or for each of these rows; NONE for what is near to nothing.

    The same rows give the same groups. None but small parts of the vectors are copied, for they may be gigabytes.

    `start` are groups (n,) of before, NONE for what was in none: they are kept as far as the vectors still bear it out.

    A FEW are linked by their averages (Sokal and Michener 1958). More are communities of the graph of nearest
    neighbours (Leiden: Traag, Waltman and van Eck 2019, on modularity). Of more than DRAWN, evenly spaced ones are
    grouped, the others join what they are near to, and those left are drawn from again.
    """
    rows = np.arange(len(vectors)) if rows is None else rows
    if len(rows) <= FEW:
        return _linked(vectors[rows])
    labels = np.full(len(rows), NONE, np.int64)
    found = np.zeros((0, vectors.shape[1]), np.float32)
    least = max(2, round(math.log10(len(rows))))
    for _ in range(ROUNDS):
        left = np.flatnonzero(labels == NONE)
        drawn = left[np.linspace(0, len(left) - 1, min(len(left), DRAWN)).round().astype(np.int64)]
        some = vectors[rows[drawn]]
        fresh = _large(_communities(some, None if start is None else start[drawn]), least)
        if (fresh == NONE).all():
            break
        labels[drawn] = np.where(fresh == NONE, NONE, fresh + len(found))
        found = np.concatenate([found, centres(some, fresh)])
        labels = _joined(vectors, rows, labels, found, FIRM)
        if len(drawn) == len(left) or (labels != NONE).all():
            break
    return _joined(vectors, rows, labels, found, LOOSE)


def nearest(vectors: Vectors, centres: Vectors, least: float = LOOSE, rows: Labels | None = None) -> Labels:
    """The centre that each vector, or each of these rows, is nearest to; NONE where no cosine reaches `least`."""
    rows = np.arange(len(vectors)) if rows is None else rows
    found = np.full(len(rows), NONE, np.int64)
    if len(centres):
        for start in range(0, len(rows), AT_ONCE):
            cosines = vectors[rows[start : start + AT_ONCE]] @ centres.T
            best = cosines.argmax(axis=1)
            near = np.take_along_axis(cosines, best[:, None], axis=1)[:, 0] >= least
            found[start : start + AT_ONCE] = np.where(near, best, NONE)
    return found


def centres(vectors: Vectors, labels: Labels) -> Vectors:
    """The mean of each group 0, 1, ... of the labels, unit length."""
    from scipy.sparse import csr_array

    rows = np.flatnonzero(labels != NONE)
    members = csr_array(
        (np.ones(len(rows), np.float32), (labels[rows], rows)), (int(labels.max(initial=NONE)) + 1, len(labels))
    )
    sums = np.asarray(members @ vectors, np.float32)
    unit: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


def _linked(vectors: Vectors) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    return np.asarray(fcluster(linkage(vectors, "average", metric="cosine"), WIDTH, "distance"), np.int64) - 1


def _communities(vectors: Vectors, start: Labels | None) -> Labels:
    import igraph

    igraph.set_random_number_generator(random.Random(0))  # noqa: S311
    edges, weights = _neighbours(vectors)
    graph = igraph.Graph(n=len(vectors), edges=edges)
    before = None if start is None else _each_its_own(start)
    found = graph.community_leiden(
        "modularity", weights=weights, resolution=RESOLUTION, initial_membership=before, n_iterations=-1
    )
    return np.array(found.membership, np.int64)


def _each_its_own(labels: Labels) -> Labels:
    """The labels, numbered from 0; what had none is a group of its own."""
    alone = np.where(labels == NONE, labels.max(initial=NONE) + 1 + np.arange(len(labels)), labels)
    return np.asarray(np.unique(alone, return_inverse=True)[1], np.int64)


def _neighbours(vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The edges (m, 2), lesser row first, of the graph of nearest neighbours, and their cosines (m,)."""
    number = min(max(3, round(0.9 * math.log2(len(vectors)) - 2.5)), len(vectors) - 1)
    near, cosines = [], []
    for start in range(0, len(vectors), BLOCK):
        far = -(vectors[start : start + BLOCK] @ vectors.T)
        np.fill_diagonal(far[:, start:], 1)
        near.append(np.argpartition(far, number - 1, axis=1)[:, :number].copy())  # a view would keep all of the block
        cosines.append(-np.take_along_axis(far, near[-1], axis=1))
    one = np.repeat(np.arange(len(vectors)), number)
    pairs = np.sort(np.stack([one, np.concatenate(near).ravel()], axis=1), axis=1)
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    weights = np.concatenate(cosines).ravel()[first].astype(np.float64)
    return pairs[weights > NEAR], weights[weights > NEAR]


def _large(labels: Labels, least: int) -> Labels:
    """The groups of at least so many, numbered anew from 0 in the order of their first member."""
    sizes = np.bincount(labels)
    kept = [label for label in dict.fromkeys(labels.tolist()) if sizes[label] >= least]
    number = np.full(len(sizes), NONE, np.int64)
    number[kept] = np.arange(len(kept))
    return np.asarray(number[labels], np.int64)


def _joined(vectors: Vectors, rows: Labels, labels: Labels, centres: Vectors, least: float) -> Labels:
    """The rows' labels, with what has none given to the nearest centre."""
    left = np.flatnonzero(labels == NONE)
    joined = labels.copy()
    joined[left] = nearest(vectors, centres, least, rows[left])
    return joined
