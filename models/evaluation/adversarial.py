"""The same-side adversarial set: 25 arguments on one topic, each beside seven texts made by hand to mislead.

By type: NEG negates, CON paraphrases, DIFF is another argument, CIT cites; -NEG is the negation of each.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.evaluation.labelled import LabelledPairs
from models.evaluation.reading import UnusableSet, lines
from models.relation import AGREES, OPPOSES

LABELS = {"TRUE": AGREES, "FALSE": OPPOSES}


def same_side(data: Path) -> LabelledPairs:
    """Pairs of the same side agree, others oppose; a cluster is what is made of one argument."""
    return LabelledPairs.of(
        [(first, second, LABELS[_said(label)], argument) for _, argument, _, label, first, second in _cases(data)]
    )


def types(data: Path) -> NDArray[np.str_]:
    """The type (n,) of each pair of `same_side`."""
    return np.array([case[2].strip() for case in _cases(data)], np.str_)


def _cases(data: Path) -> list[list[str]]:
    path = data / "same_side_adversarial" / "artificial_evalset.tsv"
    cases = [row[:6] for row in lines(path) if len(row) > 5 and _said(row[3]) in LABELS]
    if not cases:
        raise UnusableSet(f"{path} has no row of six columns with TRUE or FALSE in the fourth")
    return cases


def _said(label: str) -> str:
    return label.strip().upper()
