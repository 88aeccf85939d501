"""What is nominated to be judged, and what is said where only the nearest of it were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.comparison import NOMINEES, Comparison, Nominee, Position, nominate
from models.review import PARTLY_JUDGED, Notice
from models.ruling import Rows, Ruling
from service.scoring import Asked


def nominated(
    first: Position, second: Position, ruled: Mapping[Rows, Ruling], most: int
) -> tuple[list[Nominee], list[Asked]]:
    """The nominees, and their texts as the classifier reads them."""
    nominees = nominate(first, second, ruled, most)
    return nominees, [(first.quotes[one.first].judged, second.quotes[one.second].judged) for one in nominees]


def partly_judged(
    answer: Comparison, first: Position, second: Position, most: int, whole: str | None = None
) -> Comparison:
    """With a notice where fewer pairs were judged than are nominated; `whole` is the address at which all are."""
    all_of = len(nominate(first, second)) if most < NOMINEES else 0
    if all_of <= most:
        return answer
    words = f"Of {all_of} pairs nominated, the {most} nearest were judged; others may oppose or agree, too."
    return replace(answer, notices=(Notice(PARTLY_JUDGED, words, whole), *answer.notices))
