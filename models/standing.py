"""Standing: how two sides stand to each other on one topic, by the pairs that their comparison shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.comparison import Searched, decided, one_to_one
from models.nomination import Nominee, Position
from models.relation import COLUMNS, DIFFERS, Relation


class Standing(StrEnum):
    """What can be said of two sides on a topic; of their texts, never of the people."""

    OPPOSED = "opposed"  # at least one pair opposes, whatever agrees
    AGREED = "agreed"  # none opposes, at least one agrees
    PAST = "past each other"  # both speak on it, and nothing opposes or agrees
    SILENT = "silent"  # one or both said nothing on it
    UNJUDGED = "unjudged"  # both speak on it, and not every pair nominated has been judged


@dataclass(frozen=True, slots=True)
class Cell:
    """Two sides on one topic: how many pairs oppose and agree, and how much each side said on it.

    Without a judgement (`unjudged`) the counts are None.
    """

    standing: Standing
    opposing: int | None
    agreeing: int | None
    first: Searched
    second: Searched


def unjudged(first: Position, second: Position) -> Cell:
    """The cell of two positions of which nothing is known but how much they hold."""
    return Cell(Standing.UNJUDGED, None, None, *_searched(first, second))


def judged(
    first: Position,
    second: Position,
    nominees: Sequence[Nominee],
    probabilities: NDArray[np.float64],
    thresholds: Mapping[str, float],
) -> Cell:
    """The cell of two positions: its counts are those of the pairs that `compare` selects without a limit.

    `probabilities` (n, 3) are of the nominees, in their order.
    """
    if not first.quotes or not second.quotes:
        return Cell(Standing.SILENT, 0, 0, *_searched(first, second))
    rows = [
        at for at, row in enumerate(probabilities) if nominees[at].ruling is not None or _may_be_shown(row, thresholds)
    ]
    ranked = decided(first, second, [nominees[at] for at in rows], probabilities[rows], thresholds)
    opposing, agreeing = (len(one_to_one(ranked[relation])) for relation in (Relation.OPPOSES, Relation.AGREES))
    standing = Standing.OPPOSED if opposing else Standing.AGREED if agreeing else Standing.PAST
    return Cell(standing, opposing, agreeing, *_searched(first, second))


def _may_be_shown(row: NDArray[np.float64], thresholds: Mapping[str, float]) -> bool:
    """Whether a pair could oppose or agree: the others, which are nearly all, need no closer look."""
    likeliest = int(np.argmax(row))
    return likeliest != DIFFERS and bool(row[likeliest] >= thresholds[str(COLUMNS[likeliest])])


def _searched(first: Position, second: Position) -> tuple[Searched, Searched]:
    return Searched(len(first.quotes), first.words), Searched(len(second.quotes), second.words)
