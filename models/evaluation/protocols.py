"""Protocols: the table of what the classifier has to show, a section each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from models.evaluation import adversarial
from models.evaluation.attribution import attribution
from models.evaluation.bench import ADVERSARIAL, ELECDEB, KPA_DEV, KPA_TEST, OTHER_DOMAINS, PERSPECTRUM, SETS, Bench
from models.evaluation.change import change
from models.evaluation.displayed import displayed_pairs
from models.evaluation.figures import Reach, Row, Section, measured, shown_share
from models.evaluation.intervals import mean_of
from models.evaluation.labelled import SIDES, Judged, pooled
from models.evaluation.measures import (
    Mask,
    calibration_error,
    macro_f1,
    opposition_auc,
    side_accuracy,
    side_auc,
    side_macro_f1,
)
from models.evaluation.positions import positions
from models.evaluation.ranking import attacks_in_debates, counters
from models.evaluation.reading import UnusableSet
from models.nomination import RELATED
from models.relation import OPPOSES

KEY_POINTS, THREE_WAY = (KPA_DEV, KPA_TEST), (KPA_DEV, KPA_TEST, PERSPECTRUM)
ASKED, PAGE = "when asked", f"on a page, from a cosine of {RELATED}"

SIDE_REACH = Reach(0.85)
ATTACK_REACH = Reach(0.80)
ADVERSARIAL_REACH, NEGATION_REACH = Reach(0.85), Reach(0.90)
RECALL_REACH = Reach(0.30)
FALSE_REACH = Reach(0.02, at_most=True)
CALIBRATION_REACH = Reach(0.05, at_most=True)


def key_points(bench: Bench) -> Section:
    """Opposing against agreeing arguments of the topics of key point analysis that no one trains on."""
    sets, notes = _sets(bench, KEY_POINTS)
    if len(sets) > 1:
        sets["KPA dev and test topics"] = pooled(list(sets.values()))
    rows = []
    for name, one in sets.items():
        even = measured(name, one, "opposes vs agrees, accuracy", side_accuracy, among=SIDES, reach=SIDE_REACH)
        rows += [even, *_three_way(name, one)]
    return Section("key-points", rows, notes)


def perspectives(bench: Bench) -> Section:
    """Opposing against agreeing perspectives on the claims of Perspectrum's test split."""
    return Section("perspectrum", _three_way(PERSPECTRUM, bench.judged(PERSPECTRUM)))


def other_domains(bench: Bench) -> Section:
    """The same of sets whose relations are near ours."""
    sets, notes = _sets(bench, OTHER_DOMAINS)
    return Section("other-domains", [row for name, one in sets.items() for row in _three_way(name, one)], notes)


def _three_way(name: str, judged: Judged) -> list[Row]:
    """What is measured of a set with all three labels, even where some of them are rare."""
    return [
        measured(name, judged, "opposes vs agrees, AUC", side_auc, among=SIDES),
        measured(name, judged, "opposes vs agrees, macro-F1", side_macro_f1, among=SIDES),
        measured(name, judged, "opposes vs rest, AUC", opposition_auc),
        measured(name, judged, "three labels, macro-F1", macro_f1),
    ]


def attacks(bench: Bench) -> Section:
    """Attacks against supports across speakers; nine in ten are attacks, so that accuracy would mean nothing."""
    judged = bench.judged(ELECDEB)
    return Section(
        "elecdeb",
        [
            measured(ELECDEB, judged, "attack vs support, AUC", side_auc, among=SIDES, reach=ATTACK_REACH),
            measured(ELECDEB, judged, "attack vs support, macro-F1", side_macro_f1, among=SIDES),
        ],
    )


def same_side(bench: Bench) -> Section:
    """The adversarial cases: all, those that negate, and each type."""
    judged, types = bench.judged(ADVERSARIAL), adversarial.types(bench.data)
    negating = np.char.endswith(types, "NEG")

    def accuracy(measure: str, where: Mask | None = None, reach: Reach | None = None) -> Row:
        return measured(ADVERSARIAL, judged, measure, side_accuracy, among=SIDES, where=where, reach=reach)

    return Section(
        "adversarial",
        [
            accuracy("accuracy", reach=ADVERSARIAL_REACH),
            measured(ADVERSARIAL, judged, "AUC", side_auc, among=SIDES),
            accuracy("negation types, accuracy", negating, NEGATION_REACH),
            accuracy("other types, accuracy", ~negating),
            *(accuracy(f"{kind}, accuracy", types == kind) for kind in sorted(set(types.tolist()))),
        ],
    )


def shown(bench: Bench) -> Section:
    """What is found at the threshold of a pair that is asked about, and at those of a page, which asks for more."""
    sets, notes = _sets(bench, (ELECDEB, *THREE_WAY))
    rows = []
    for name, judged in sets.items():
        reach = RECALL_REACH if name == ELECDEB else None
        opposes = judged.labelled.labels == OPPOSES
        for how, masks in ((ASKED, judged.opposing), (PAGE, judged.displayed)):
            rows.append(shown_share(name, judged, f"recall {how}", masks, opposes, reach=reach))
            if name != ELECDEB:
                rows.append(_precision(name, judged, how, masks))
    return Section("shown", rows, notes)


def _precision(name: str, judged: Judged, how: str, shown: Mapping[str, Mask]) -> Row:
    """The precision of the pairs that each judge says oppose."""
    right, clusters = (judged.labelled.labels == OPPOSES).astype(np.float64), judged.labelled.clusters
    estimates = {judge: mean_of(right[mask], clusters[mask]) for judge, mask in shown.items()}
    n, among = int(shown["classifier"].sum()), set(clusters[shown["classifier"]].tolist())
    return Row(name, f"precision {how}", n, len(among), estimates)


def false_opposition(bench: Bench) -> Section:
    """How many agreeing and unrelated pairs are shown as opposing."""
    sets, notes = _sets(bench, SETS)
    rows = []
    for name, judged in _with_pools(sets).items():
        rest = judged.labelled.labels != OPPOSES
        for how, mask in ((ASKED, judged.opposing), (PAGE, judged.displayed)):
            rows.append(
                shown_share(name, judged, f"false oppositions {how}", mask, rest, by_pair=True, reach=FALSE_REACH)
            )
    return Section("false-opposition", rows, notes)


def calibration(bench: Bench) -> Section:
    """Expected calibration error of the likeliest label, where all three labels are known."""
    sets, notes = _sets(bench, (*THREE_WAY, *OTHER_DOMAINS))
    rows = [
        measured(name, judged, "expected calibration error", calibration_error, reach=CALIBRATION_REACH)
        for name, judged in _with_pools(sets).items()
    ]
    return Section("calibration", rows, notes)


def _with_pools(sets: dict[str, Judged]) -> dict[str, Judged]:
    """The sets, all but other domains together, and all together."""
    own = [one for name, one in sets.items() if name not in OTHER_DOMAINS]
    pools = {"all but other domains": own, "all": list(sets.values())}
    return sets | {name: pooled(members) for name, members in pools.items() if len(members) > 1}


def _sets(bench: Bench, names: Iterable[str]) -> tuple[dict[str, Judged], list[str]]:
    """Those sets that can be used, and why others cannot. Raises UnusableSet where none can."""
    found, notes = {}, []
    for name in names:
        try:
            found[name] = bench.judged(name)
        except UnusableSet as error:
            notes.append(f"{name} left out: {error}")
    if not found:
        raise UnusableSet("; ".join(notes))
    return found, notes


PROTOCOLS: Mapping[str, Callable[[Bench], Section]] = {
    "key-points": key_points,
    "elecdeb": attacks,
    "elecdeb-map": attacks_in_debates,
    "adversarial": same_side,
    "arguana": counters,
    "perspectrum": perspectives,
    "other-domains": other_domains,
    "displayed": displayed_pairs,
    "shown": shown,
    "false-opposition": false_opposition,
    "calibration": calibration,
    "reported": lambda bench: attribution(bench.corpus),
    "positions": positions,
    "change": change,
}
"""The protocols, by the name that the command line knows them by, in the order of the table."""


def section(name: str, bench: Bench) -> Section:
    """What a protocol finds; where its sets cannot be used, the reason."""
    try:
        return PROTOCOLS[name](bench)
    except UnusableSet as error:
        return Section(name, (), [f"skipped: {error}"])
