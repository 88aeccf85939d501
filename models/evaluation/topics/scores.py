"""Scores: how like the gold topics a labelling is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, v_measure_score
from sklearn.metrics.cluster import contingency_matrix

Labels = NDArray[np.int64]
"""A group a text (n,); NONE where it is in none."""

NONE = -1


@dataclass(frozen=True, slots=True)
class Scores:
    """V-measure (Rosenberg and Hirschberg 2007), adjusted Rand index (Hubert and Arabie 1985), purity, from 0 to 1 but
    for the Rand index; how many groups there are besides none, and the share of texts in none."""

    v_measure: float
    rand: float
    purity: float
    groups: int
    none: float


def scores(labels: Labels, gold: Labels) -> Scores:
    """What a labelling scores. The texts in none count as one group, as they stand: a rule for all groupers alike."""
    return Scores(
        float(v_measure_score(gold, labels)),
        float(adjusted_rand_score(gold, labels)),
        float(contingency_matrix(gold, labels).max(axis=0).sum() / len(gold)),
        len(set(labels.tolist()) - {NONE}),
        float((labels == NONE).mean()),
    )
