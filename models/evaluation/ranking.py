"""Ranking: how high the opposing texts come, by similarity, by opposition and by both."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.evaluation import arguana, elecdeb
from models.evaluation.bench import Bench
from models.evaluation.elecdeb import DebateSection
from models.evaluation.figures import Reach, Row, Section
from models.evaluation.intervals import Estimate, Rows, bootstrapped, mean_of
from models.evaluation.measures import Scores, average_precision, gain_at_10
from models.relation import OPPOSES

NOMINEES = 300  # nearest pairs of a section that the classifier scores; all others rank below
ORDERS = 20  # random orders of each section
SEED = 0

MAP_REACH = Reach(0.25)
RATIO_REACH = Reach(1.15)

RANKINGS: Mapping[str, Callable[[Scores, Scores], Scores]] = {
    "opposition": lambda opposition, _: opposition,
    "cosine x opposition": lambda opposition, cosine: opposition * np.clip(cosine, 0, 1),
    "product (opposition x root of cosine)": lambda opposition, cosine: opposition * np.clip(cosine, 0, None) ** 0.5,
}
"""What to rank by, from opposition and cosine; the last is the order of a comparison's pairs (models.comparison)."""


def attacks_in_debates(bench: Bench, count: int = 60) -> Section:
    """Mean average precision of the gold attacks among all cross-speaker pairs of a section of ElecDeb."""
    name = "ElecDeb sections"
    chosen = elecdeb.sections(bench.data, count)
    cosine = [bench.similarity(name, section.pairs) for section in chosen]
    near = [np.argsort(-values, kind="stable")[:NOMINEES] for values in cosine]
    judged = bench.probabilities(
        [section.pairs[at] for section, rows in zip(chosen, near, strict=True) for at in rows]
    )[:, OPPOSES]
    opposition = np.split(judged, np.cumsum([len(rows) for rows in near])[:-1])
    debates = np.array([elecdeb.debate(section.name) for section in chosen], np.str_)
    clusters = len(set(debates.tolist()))

    def precision(scores: list[Scores]) -> Estimate:
        found = [average_precision(section.attacks, v) for section, v in zip(chosen, scores, strict=True)]
        return mean_of(np.array(found), debates)

    baselines = {"cosine": precision(cosine), "majority": mean_of(_random_orders(chosen), debates)}
    rows = [
        Row(
            name,
            f"MAP by {ranking}",
            len(chosen),
            clusters,
            {
                "classifier": precision(
                    [
                        _ranked(rank(scores, values[rows]), rows, len(values))
                        for scores, values, rows in zip(opposition, cosine, near, strict=True)
                    ]
                ),
                **baselines,
            },
            MAP_REACH,
        )
        for ranking, rank in RANKINGS.items()
    ]
    return Section("elecdeb-map", [_ceiling(name, chosen, near, debates), *rows], ["majority: random orders"])


def _ranked(scores: Scores, rows: Rows, n: int) -> Scores:
    """Scores (n,) of all pairs, where only `rows` were scored."""
    ranked = np.full(n, -1.0)
    ranked[rows] = scores
    return ranked


def _random_orders(chosen: list[DebateSection]) -> NDArray[np.float64]:
    """The mean average precision (sections,) of random orders."""
    draw = np.random.default_rng(SEED)
    return np.array(
        [
            np.mean([average_precision(section.attacks, draw.random(len(section.attacks))) for _ in range(ORDERS)])
            for section in chosen
        ]
    )


def _ceiling(name: str, chosen: list[DebateSection], near: list[Rows], debates: NDArray[np.str_]) -> Row:
    """How many gold attacks are nominated at all: no classifier behind can find the others."""
    hits = [section.attacks[rows] for section, rows in zip(chosen, near, strict=True)]
    found, gold = np.array([h.sum() for h in hits]), np.array([section.attacks.sum() for section in chosen])
    recall = bootstrapped(lambda rows: float(found[rows].sum() / gold[rows].sum()), debates)
    measure = f"attacks among the {NOMINEES} nearest, recall"
    return Row(name, measure, int(gold.sum()), len(set(debates.tolist())), {"cosine": recall})


def counters(bench: Bench, debates: int = 80) -> Section:
    """nDCG@10 of a point's counter among all else that was said in its debate, and its ratio to cosine's."""
    name = "ArguAna test"
    asked = arguana.queries(bench.data, debates)
    pairs = [(query.point, other) for query in asked for other in query.others]
    ends = np.cumsum([len(query.others) for query in asked])[:-1]
    cosine = np.split(bench.similarity(name, pairs), ends)
    opposition = np.split(bench.probabilities(pairs)[:, OPPOSES], ends)
    clusters = np.array([query.debate for query in asked], np.str_)

    def gains(scores: list[Scores]) -> NDArray[np.float64]:
        return np.array([gain_at_10(values, query.counter) for query, values in zip(asked, scores, strict=True)])

    near, tied = gains(cosine), gains([np.zeros(len(query.others)) for query in asked])
    baselines = {"cosine": mean_of(near, clusters), "majority": mean_of(tied, clusters)}
    found = {
        ranking: gains([rank(o, c) for o, c in zip(opposition, cosine, strict=True)])
        for ranking, rank in RANKINGS.items()
    }
    count = len(set(clusters.tolist()))
    rows = [
        Row(name, f"nDCG@10 by {ranking}", len(asked), count, {"classifier": mean_of(gain, clusters), **baselines})
        for ranking, gain in found.items()
    ]
    rows += [
        Row(
            name,
            f"{ranking}, ratio to cosine",
            len(asked),
            count,
            {"classifier": bootstrapped(_ratio(gain, near), clusters)},
            RATIO_REACH,
        )
        for ranking, gain in found.items()
    ]
    return Section("arguana", rows, ["majority: the mean of all orders"])


def _ratio(gain: NDArray[np.float64], base: NDArray[np.float64]) -> Callable[[Rows], float]:
    """The ratio of two means over the same queries."""

    def of(rows: Rows) -> float:
        return float(gain[rows].sum() / base[rows].sum()) if base[rows].sum() else float("nan")

    return of
