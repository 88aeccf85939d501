"""What is nominated to be judged, and what is said where only the nearest of it were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.comparison import Comparison
from models.nomination import Nominee, Position, nominate
from models.review import PARTLY_JUDGED, Notice
from models.ruling import Rows, Ruling
from service.budget import Asked


def asked_of(first: Position, second: Position, nominees: Iterable[Nominee]) -> list[Asked]:
    """Their texts as the classifier reads them."""
    return [(first.quotes[one.first].judged, second.quotes[one.second].judged) for one in nominees]


def nominated(
    first: Position, second: Position, ruled: Mapping[Rows, Ruling], most: int
) -> tuple[list[Nominee], list[Asked]]:
    """The nominees, and their texts."""
    nominees = nominate(first, second, ruled, most)
    return nominees, asked_of(first, second, nominees)


def partly_judged(answer: Comparison, most: int, of: int, whole: str | None = None) -> Comparison:
    """With a notice where only the nearest `most` were judged `of` more that are nominated; at `whole` all are."""
    if of <= most:
        return answer
    judged = f"the {most} nearest were judged" if most else "only those that reviewers put together were judged"
    words = f"Of {of} pairs nominated, {judged}; others may oppose or agree, too."
    return replace(answer, notices=(Notice(PARTLY_JUDGED, words, whole), *answer.notices))
