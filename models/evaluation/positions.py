"""Positions: sentences that were read and labelled, and how well a judge tells those that take a position.

The 300 sentences of `positions.tsv` are named by source and code points (label 1: a position), from transcripts that
the judge is not trained on. models/training/positions/README.md says who labelled them and how.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.courtesy import is_comparable
from models.embedding import Embedder
from models.evaluation.bench import Bench
from models.evaluation.debate_sentences import debate_sentences
from models.evaluation.figures import Row, Section
from models.evaluation.intervals import Estimate, Rows, bootstrapped
from models.evaluation.measures import NAN, Mask, Scores, auc
from models.evaluation.quoted import passage, stored_texts
from models.evaluation.reading import UnusableSet
from models.position import bundled

LABELS = Path(__file__).parent / "positions.tsv"
LONG = 8  # words, above which the baseline takes a sentence for a position
JUDGES = ("judge", "rules", f"more than {LONG} words", "all")
"""The learned judge; models/courtesy.py, which is what decided before; and two baselines."""

HEARD, DEBATED = "labelled sentences", "ElecDeb sentences"
NOISY = f"{DEBATED}: one with a linked component counts as a position, any other not, though many of those are one too"


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts (n), which of them take a position (n,), and the document (n,) that each stands in."""

    texts: Sequence[str]
    positions: Mask
    documents: NDArray[np.str_]


def positions(bench: Bench) -> Section:
    """Precision, recall and F1 of positions on the labelled sentences and on those of ElecDeb's transcripts."""
    rows: list[Row] = []
    notes = []
    for name, read, folder in ((HEARD, labelled, bench.corpus), (DEBATED, debated, bench.data)):
        try:
            rows += _measured(name, read(folder), bench)
        except UnusableSet as error:
            notes.append(f"{name} left out: {error}")
    if not rows:
        raise UnusableSet("; ".join(notes))
    return Section("positions", rows, [*notes, NOISY], JUDGES)


def labelled(corpus: Path) -> Sentences:
    """The sentences of `positions.tsv`. Raises UnusableSet where their transcripts are absent."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts = stored_texts(corpus, {row["source"] for row in rows})
    return Sentences(
        [passage(texts, row["source"], int(row["start"]), int(row["end"])) for row in rows],
        np.array([row["label"] == "1" for row in rows]),
        np.array([row["source"] for row in rows]),
    )


def debated(data: Path) -> Sentences:
    """Sentences of ElecDeb's candidates; those that carry a linked component count as positions."""
    found = debate_sentences(data)
    return Sentences(
        [one.text for one in found],
        np.array([one.linked for one in found], np.bool_),
        np.array([one.debate for one in found], np.str_),
    )


def _measured(name: str, read: Sentences, bench: Bench) -> list[Row]:
    judge = bundled()
    scores = judge.scores(read.texts, Embedder().embed(read.texts, bench.progress))
    count = np.array([len(text.split()) for text in read.texts], np.float64)
    everything = np.ones(len(count), np.bool_)
    others = (np.array([is_comparable(text) for text in read.texts]), count > LONG, everything)
    said = dict(zip(JUDGES, (scores >= judge.position, *others), strict=True))
    kept = dict(zip(JUDGES, (scores >= judge.cautious, *others), strict=True))
    positive, documents = read.positions, read.documents

    def row(measure: str, statistic: Callable[[Mask, Mask], float], chosen: Mapping[str, Mask], of: Mask) -> Row:
        def estimate(mask: Mask) -> Estimate:
            return bootstrapped(lambda rows: statistic(mask[of][rows], positive[of][rows]), documents[of])

        found = {who: estimate(mask) for who, mask in chosen.items()}
        return Row(name, measure, int(of.sum()), len(set(documents[of].tolist())), found)

    return [
        *(row(measure, statistic, said, everything) for measure, statistic in MEASURES.items()),
        Row(name, "AUC", len(count), len(set(documents.tolist())), _ranked(scores, count, positive, documents)),
        row("positions that the cautious threshold keeps", _share, kept, positive),
        row("other sentences that it keeps", _share, kept, ~positive),
    ]


def _ranked(scores: Scores, count: Scores, positive: Mask, documents: NDArray[np.str_]) -> Mapping[str, Estimate]:
    """AUC by the judge's score, and by the number of words."""

    def estimate(values: Scores) -> Estimate:
        def of(rows: Rows) -> float:
            return auc(positive[rows], values[rows])

        return bootstrapped(of, documents)

    return {JUDGES[0]: estimate(scores), JUDGES[2]: estimate(count)}


def _precision(said: Mask, positive: Mask) -> float:
    return float(positive[said].mean()) if said.any() else NAN


def _recall(said: Mask, positive: Mask) -> float:
    return float(said[positive].mean()) if positive.any() else NAN


def _f1(said: Mask, positive: Mask) -> float:
    either = int(said.sum() + positive.sum())
    return 2 * int((said & positive).sum()) / either if either else NAN


def _share(said: Mask, _: Mask) -> float:
    return float(said.mean()) if len(said) else NAN


MEASURES: Mapping[str, Callable[[Mask, Mask], float]] = {"precision": _precision, "recall": _recall, "F1": _f1}
