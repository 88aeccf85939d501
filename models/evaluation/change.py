"""Change: how well statements that say an earlier one again are told from others of one speaker on one topic.

Each row of `change.tsv` names two passages by source and code points, the earlier first, with the beginning of their
SHA-256, and whether readers who saw no score found that the second says the first again. docs/change.md says how they
were drawn and read. The thresholds were chosen on the speakers of one part and are measured on those of the other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.change import perhaps_says_again, says_again
from models.evaluation.bench import Bench
from models.evaluation.figures import Row, Section
from models.evaluation.intervals import Estimate, bootstrapped, wilson
from models.evaluation.measures import NAN, Mask, Scores, kappa
from models.evaluation.quoted import passage, stored_texts
from models.evaluation.reading import UnusableSet

LABELS = Path(__file__).with_name("change.tsv")
NAME = "said again"
JUDGES = ("said again", "or perhaps", "cosine, as precise", "cosine, best F1")
"""The product's two answers; and the cosine alone, from the lowest threshold with LEAST_PRECISION and from the one with
the best F1, both as cosines occur and on the pairs fitted on.
"""
FITTED, ASIDE = "pairs fitted on", "pairs kept aside"

LEAST_PRECISION = 0.75  # of what is called said again, as cosines occur: what the thresholds were chosen for
STRATA = np.array([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
OCCUR = np.array([880, 2500, 3058, 1746, 476, 84, 22])
"""How many statements of the drawn UN speeches have their nearest of the year before in each stratum of the cosine."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts (n), what each reader said of them (readers, n), and the speaker (n,) of each pair."""

    texts: Sequence[tuple[str, str]]
    labels: NDArray[np.bool_]
    speakers: NDArray[np.str_]

    @property
    def aside(self) -> Mask:
        """The pairs kept aside: those of every second speaker, in alphabetical order."""
        kept: Mask = np.isin(self.speakers, np.unique(self.speakers)[1::2])
        return kept


def change(bench: Bench) -> Section:
    """Precision, recall and F1 of what is said again by the first reader's labels, and how far readers agree."""
    pairs = labelled(bench.corpus)
    similarity, probabilities = bench.similarity(NAME, pairs.texts), bench.probabilities(pairs.texts)
    sure, perhaps = (
        np.array([rule(s, p) for s, p in zip(similarity, probabilities, strict=True)])
        for rule in (says_again, perhaps_says_again)
    )
    fitted, again = ~pairs.aside, pairs.labels[0]
    cuts = precise_cut, best_cut
    precise, best = (cut(similarity[fitted], again[fitted], occurring(similarity[fitted])) for cut in cuts)
    said = dict(zip(JUDGES, (sure, perhaps, similarity >= precise, similarity >= best), strict=True))
    rows = [*_rows(FITTED, said, again, similarity, pairs.speakers, fitted)]
    rows += _rows(ASIDE, said, again, similarity, pairs.speakers, pairs.aside)
    for number, labels in enumerate(pairs.labels, start=1):
        rows += _occurring(f"all pairs, reader {number}", said, labels, similarity, pairs.speakers)
    if len(pairs.labels) > 1:
        rows += _agreement(*pairs.labels[:2])
    note = f"the cosine's thresholds, chosen on the {FITTED}, are {precise:.2f} and {best:.2f}"
    return Section("change", rows, [note], JUDGES)


def labelled(corpus: Path) -> Pairs:
    """The pairs of `change.tsv`. Raises UnusableSet where their transcripts are absent, or not those that were read."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts = stored_texts(corpus, {row[f"{side}_source"] for row in rows for side in ("first", "second")})
    readers = [name for name in rows[0] if name.startswith("reader_")]
    return Pairs(
        [(_words(texts, row, "first"), _words(texts, row, "second")) for row in rows],
        np.array([[row[reader] == "yes" for row in rows] for reader in readers]),
        np.array([row["speaker"] for row in rows]),
    )


def occurring(similarity: Scores) -> Scores:
    """Weights (n,) that give each stratum of the cosine, from which equally many were drawn, the share that it has."""
    stratum = np.digitize(similarity, STRATA) - 1
    weights: Scores = OCCUR[stratum] / np.bincount(stratum, minlength=len(STRATA))[stratum]
    return weights


def precise_cut(similarity: Scores, again: Mask, weights: Scores) -> float:
    """The lowest cosine from which calling all said again is as precise as asked for."""
    cuts: list[float] = np.unique(similarity).tolist()
    return next(cut for cut in cuts if precision(similarity >= cut, again, weights) >= LEAST_PRECISION)


def best_cut(similarity: Scores, again: Mask, weights: Scores) -> float:
    """The cosine from which calling all said again has the best F1; of equals the lowest."""
    cuts: list[float] = np.unique(similarity).tolist()
    return max(cuts, key=lambda cut: (f1(similarity >= cut, again, weights), -cut))


def precision(said: Mask, again: Mask, weights: Scores) -> float:
    return float(weights[said & again].sum() / weights[said].sum()) if said.any() else NAN


def recall(said: Mask, again: Mask, weights: Scores) -> float:
    return float(weights[said & again].sum() / weights[again].sum()) if again.any() else NAN


def f1(said: Mask, again: Mask, weights: Scores) -> float:
    either = float(weights[said].sum() + weights[again].sum())
    return 2 * float(weights[said & again].sum()) / either if either else NAN


def right_otherwise(said: Mask, again: Mask, weights: Scores) -> float:
    """How much of what is not called said again is not."""
    return precision(~said, ~again, weights)


MEASURES: Mapping[str, Callable[[Mask, Mask, Scores], float]] = {
    "precision": precision,
    "recall": recall,
    "F1": f1,
    "right in calling the rest new": right_otherwise,
}


def _words(texts: Mapping[str, str], row: Mapping[str, str], side: str) -> str:
    said = passage(texts, row[f"{side}_source"], int(row[f"{side}_start"]), int(row[f"{side}_end"]))
    if not sha256(said.encode()).hexdigest().startswith(row[f"{side}_sha256"]):
        raise UnusableSet(f"{row[f'{side}_source']} is not the text that was read")
    return said


def _rows(
    name: str, said: Mapping[str, Mask], again: Mask, similarity: Scores, speakers: NDArray[np.str_], part: Mask
) -> list[Row]:
    """Each measure of the pairs of a part as they were drawn, and as their cosines occur."""
    chosen = {who: mask[part] for who, mask in said.items()}
    as_drawn = np.ones(int(part.sum()))
    return [
        *(_row(name, measure, measure, chosen, again[part], as_drawn, speakers[part]) for measure in MEASURES),
        *_occurring(name, chosen, again[part], similarity[part], speakers[part]),
    ]


def _occurring(
    name: str, said: Mapping[str, Mask], again: Mask, similarity: Scores, speakers: NDArray[np.str_]
) -> list[Row]:
    weights = occurring(similarity)
    return [_row(name, f"{measure}, as cosines occur", measure, said, again, weights, speakers) for measure in MEASURES]


def _row(
    name: str,
    words: str,
    measure: str,
    said: Mapping[str, Mask],
    again: Mask,
    weights: Scores,
    speakers: NDArray[np.str_],
) -> Row:
    def estimate(mask: Mask) -> Estimate:
        return bootstrapped(lambda rows: MEASURES[measure](mask[rows], again[rows], weights[rows]), speakers)

    estimates = {who: estimate(mask) for who, mask in said.items()}
    return Row(name, words, len(again), len(set(speakers.tolist())), estimates)


def _agreement(first: Mask, second: Mask) -> list[Row]:
    same = wilson(int((first == second).sum()), len(first))
    beyond_chance = Estimate(kappa([str(one) for one in first], [str(one) for one in second]))
    found = {"readers 1 and 2, same label": same, "readers 1 and 2, Cohen's kappa": beyond_chance}
    return [Row(NAME, measure, len(first), None, {JUDGES[0]: value}) for measure, value in found.items()]
