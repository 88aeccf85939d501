"""Figures: rows of the table, each a measure of one set with what it has to reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.evaluation.intervals import Estimate, bootstrapped, exact, mean_of
from models.evaluation.labelled import ALL, JUDGES, Judged, always, by_cosine
from models.evaluation.measures import Labels, Mask, Probabilities


@dataclass(frozen=True, slots=True)
class Reach:
    """The number to reach: at least it, or (`at_most`) not more."""

    bound: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one set: an estimate for each judge that it makes sense for, of `n` rows in so many clusters."""

    set: str
    measure: str
    n: int
    clusters: int | None
    estimates: Mapping[str, Estimate]
    reach: Reach | None = None

    @property
    def met(self) -> bool | None:
        """Whether the first judge, which is what is measured, reaches the number; None where there is none to reach."""
        return self.reach.met(next(iter(self.estimates.values())).value) if self.reach else None


@dataclass(frozen=True, slots=True)
class Section:
    """What one protocol found, or in `notes` why there is nothing of one set or another; `judges` are its columns."""

    name: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    judges: Sequence[str] = JUDGES


def measured(
    name: str,
    judged: Judged,
    measure: str,
    statistic: Callable[[Probabilities, Labels], float],
    *,
    among: Sequence[int] = ALL,
    where: Mask | None = None,
    reach: Reach | None = None,
) -> Row:
    """A measure of the pairs whose label is `among` those (and `where` holds), for all judges.

    The majority is that of the whole set among those labels.
    """
    kept = np.isin(judged.labelled.labels, among)
    kept = kept & where if where is not None else kept
    y, clusters = judged.labelled.labels[kept], judged.labelled.clusters[kept]
    said = (judged.probabilities[kept], by_cosine(judged.similarity[kept]), always(judged.majority(among), len(y)))

    def estimate(p: Probabilities) -> Estimate:
        return bootstrapped(lambda rows: statistic(p[rows], y[rows]), clusters)

    estimates = dict(zip(JUDGES, map(estimate, said), strict=True))
    return Row(name, measure, len(y), len(set(clusters.tolist())), estimates, reach)


def shown_share(
    name: str,
    judged: Judged,
    measure: str,
    shown: Mapping[str, Mask],
    of: Mask,
    *,
    by_pair: bool = False,
    reach: Reach | None = None,
) -> Row:
    """The share of the pairs `of` that are shown: bootstrapped over clusters, or (`by_pair`) exact binomial."""
    clusters = judged.labelled.clusters[of]

    def estimate(kept: Mask) -> Estimate:
        return exact(int(kept.sum()), len(kept)) if by_pair else mean_of(kept.astype(np.float64), clusters)

    estimates = {judge: estimate(shown[judge][of]) for judge in JUDGES}
    return Row(name, measure, len(clusters), len(set(clusters.tolist())), estimates, reach)


def as_json(section: Section) -> dict[str, Any]:
    """A section as JSON; what is undefined is null."""
    return {
        "name": section.name,
        "rows": [_row_json(row, section.judges) for row in section.rows],
        "notes": list(section.notes),
    }


def _row_json(row: Row, judges: Sequence[str]) -> dict[str, Any]:
    return {
        "set": row.set,
        "measure": row.measure,
        "n": row.n,
        "clusters": row.clusters,
        **{judge: _estimate_json(row.estimates[judge]) if judge in row.estimates else None for judge in judges},
        "reach": {"at_most" if row.reach.at_most else "at_least": row.reach.bound} if row.reach else None,
        "met": row.met,
    }


def _estimate_json(estimate: Estimate) -> dict[str, float | None]:
    return {
        name: None if value is None or math.isnan(value) else round(value, 4)
        for name, value in (("value", estimate.value), ("low", estimate.low), ("high", estimate.high))
    }
