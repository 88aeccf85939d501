"""Labelled pairs, what the classifier makes of them, and what two baselines make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evaluation.measures import Labels, Mask, Probabilities, Scores
from models.nomination import RELATED
from models.relation import AGREES, DIFFERS, OPPOSES, Relation, decide

JUDGES = ("classifier", "cosine", "majority")
"""The classifier and its two baselines: the embedder's cosine, and the commonest label of the set for every pair."""

SIDES = (AGREES, OPPOSES)
ALL = (AGREES, OPPOSES, DIFFERS)

NEARNESS = 0.1  # how much nearness turns the cosine baseline's even split towards agreeing; it decides ties alone


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs with a label each (n,) and the debate, topic or claim (n,) that each belongs to."""

    pairs: Sequence[tuple[str, str]]
    labels: Labels
    clusters: NDArray[np.str_]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, int, str]]) -> LabelledPairs:
        """From rows (first, second, label, cluster)."""
        return cls(
            [(first, second) for first, second, _, _ in rows],
            np.array([label for _, _, label, _ in rows], np.int64),
            np.array([cluster for *_, cluster in rows], np.str_),
        )


class Thresholds(NamedTuple):
    """The classifier's least probabilities for a pair that is asked about, and for one that a page nominates."""

    asked: Mapping[str, float]
    page: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """Labelled pairs with the classifier's probabilities (n, 3) and their cosine (n,).

    `opposing` says for each judge which pairs it says oppose when it is asked about them, `displayed` which of them a
    page would show: none below its floor of similarity.
    """

    labelled: LabelledPairs
    probabilities: Probabilities
    similarity: Scores
    opposing: Mapping[str, Mask]
    displayed: Mapping[str, Mask]

    def majority(self, among: Sequence[int] = ALL) -> int:
        """The commonest of the labels `among`."""
        labels = self.labelled.labels
        return max(among, key=lambda label: int((labels == label).sum()))


def judged(labelled: LabelledPairs, probabilities: Probabilities, similarity: Scores, thresholds: Thresholds) -> Judged:
    """Judged pairs, with what the classifier and the baselines would say and show of them."""
    bare = Judged(labelled, probabilities, similarity, {}, {})
    said = dict(
        zip(JUDGES, (probabilities, by_cosine(similarity), always(bare.majority(), len(labelled.pairs))), strict=True)
    )
    asked, page = ({judge: opposing(p, least) for judge, p in said.items()} for least in thresholds)
    near = similarity >= RELATED
    return replace(bare, opposing=asked, displayed={judge: mask & near for judge, mask in page.items()})


def pooled(sets: Sequence[Judged]) -> Judged:
    """Several sets as one."""
    return Judged(
        LabelledPairs(
            [pair for one in sets for pair in one.labelled.pairs],
            np.concatenate([one.labelled.labels for one in sets]),
            np.array([f"{at} {name}" for at, one in enumerate(sets) for name in one.labelled.clusters], np.str_),
        ),
        np.concatenate([one.probabilities for one in sets]),
        np.concatenate([one.similarity for one in sets]),
        *(
            {judge: np.concatenate([getattr(one, masks)[judge] for one in sets]) for judge in JUDGES}
            for masks in ("opposing", "displayed")
        ),
    )


def opposing(probabilities: Probabilities, thresholds: Mapping[str, float]) -> Mask:
    """Which rows are shown as opposing at the thresholds."""
    return np.array([decide(row, thresholds) is Relation.OPPOSES for row in probabilities], np.bool_)


def by_cosine(similarity: Scores) -> Probabilities:
    """The baseline that knows similarity alone: near is related, and related is as likely to agree as to oppose."""
    near = np.clip(similarity, 0, 1)
    turn = NEARNESS * near
    return np.stack([near * (1 + turn) / 2, near * (1 - turn) / 2, 1 - near], axis=1)


def always(label: int, n: int) -> Probabilities:
    """The baseline that says one label of every pair, with certainty."""
    return np.tile(np.eye(3)[label], (n, 1))
