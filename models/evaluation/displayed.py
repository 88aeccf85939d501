"""Displayed pairs: what the product showed of real transcripts, labelled blind by readers who saw the texts alone.

The file says where the texts stand, not what they are: {"pairs": [{"first": {"source", "start", "end"}, "second",
"probability", "labels": [a label of each reader], "adjudicated": a label, where readers settled a difference}]}.
A source is "stockholm", "white-house/FILE" or "un/CCC_session_year".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation.bench import Bench
from models.evaluation.figures import Reach, Row, Section
from models.evaluation.intervals import Estimate, wilson
from models.evaluation.labelled import opposing
from models.evaluation.measures import Mask, kappa
from models.evaluation.quoted import passage, stored_texts
from models.evaluation.reading import UnusableSet, document
from models.nomination import RELATED
from models.relation import COLUMNS, OPPOSES

NAME = "displayed pairs"
REACH = Reach(0.80)
SAME = 0.005  # how far a probability may be from the one that was displayed before it counts as another


def displayed_pairs(bench: Bench) -> Section:
    """The precision of what was displayed, by each reader and as settled, and of what this classifier still displays.

    A pair is settled by its adjudication, else by more than half of its readers.
    """
    pairs = _pairs(bench.displayed)
    texts = stored_texts(bench.corpus, {pair[side]["source"] for pair in pairs for side in ("first", "second")})
    quoted = [(_words(texts, pair["first"]), _words(texts, pair["second"])) for pair in pairs]
    p, similarity = bench.probabilities(quoted), bench.similarity(NAME, quoted)
    still = opposing(p, bench.thresholds.page) & (similarity >= RELATED)
    moved = np.abs(p[:, OPPOSES] - np.array([pair["probability"] for pair in pairs])) > SAME
    right = np.array([_settled(pair) for pair in pairs], np.bool_)
    readers = [list(labels) for labels in zip(*(pair["labels"] for pair in pairs), strict=True)]
    rows = [
        _precision("precision of what was displayed", right, REACH),
        *(
            _precision(f"the same by reader {number}", np.array([label == "opposes" for label in labels]))
            for number, labels in enumerate(readers, start=1)
        ),
        _precision("precision of what is displayed still", right[still], REACH),
    ]
    if len(readers) > 1:
        first, second = readers[:2]
        agree = wilson(sum(one == two for one, two in zip(first, second, strict=True)), len(first))
        rows.append(Row(NAME, "readers 1 and 2, same label", len(pairs), None, {"classifier": agree}))
        rows.append(
            Row(
                NAME, "readers 1 and 2, Cohen's kappa", len(pairs), None, {"classifier": Estimate(kappa(first, second))}
            )
        )
    changed = f"{int(still.sum())} of {len(pairs)} are displayed still, {int(moved.sum())} with another probability"
    return Section("displayed", rows, [changed])


def _precision(measure: str, right: Mask, reach: Reach | None = None) -> Row:
    return Row(NAME, measure, len(right), None, {"classifier": wilson(int(right.sum()), len(right))}, reach)


def _settled(pair: dict[str, Any]) -> bool:
    if "adjudicated" in pair:
        return str(pair["adjudicated"]) == "opposes"
    labels: list[str] = pair["labels"]
    return 2 * labels.count("opposes") > len(labels)


def _pairs(path: Path) -> list[dict[str, Any]]:
    """The pairs of the file. Raises UnusableSet, with the pair's number, where its form is another."""
    found = document(path)
    pairs = found.get("pairs") if isinstance(found, dict) else None
    if not isinstance(pairs, list) or not pairs:
        raise UnusableSet(f'{path} holds no "pairs"')
    for number, pair in enumerate(pairs, start=1):
        if not _well_formed(pair) or len(pair["labels"]) != len(pairs[0]["labels"]):
            raise UnusableSet(f"{path}: pair {number} has not the form of a displayed pair, or not as many labels")
    return pairs


def _well_formed(pair: Any) -> bool:
    try:
        quotes = [pair[side] for side in ("first", "second")]
        labels = {*pair["labels"], pair.get("adjudicated", "opposes")}
        return (
            all(isinstance(quote["source"], str) and bool(0 <= quote["start"] < quote["end"]) for quote in quotes)
            and isinstance(pair["probability"], float | int)
            and len(pair["labels"]) > 0
            and labels <= {str(relation) for relation in COLUMNS}
        )
    except (KeyError, TypeError):
        return False


def _words(texts: Mapping[str, str], quote: dict[str, Any]) -> str:
    return passage(texts, quote["source"], quote["start"], quote["end"])
