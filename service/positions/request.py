"""A request for a comparison: what may be asked for, and what of it makes no sense."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.dates import checked_span, within
from service.errors import BadValue
from service.lookup import stored_document
from service.store.queries import Reading
from service.views import DocumentRow

LIMITS = range(1, 101)
TOPIC_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, checked for sense but not yet looked up. Equal ones have equal answers at one revision."""

    first: str | None
    second: str | None
    topic: str | None
    limit: int
    min_confidence: float
    since: str | None
    until: str | None
    document: str | None
    include_unsure: bool
    include_reported: bool
    include_nominees: bool = False  # all of a typed topic, in whatever corpus

    def __post_init__(self) -> None:
        if self.limit not in LIMITS:
            raise BadValue(f"limit is {self.limit}.", f"Give a number from {LIMITS.start} to {LIMITS.stop - 1}.")
        if not 0 <= self.min_confidence <= 1:  # nan included
            raise BadValue(f"min_confidence is {self.min_confidence}.", "Give a number from 0 to 1.")
        demand_sense(self.topic, self.since, self.until)


def limited(
    rows: Sequence[DocumentRow], document: str | None, since: str | None, until: str | None, reading: Reading
) -> tuple[str, ...] | None:
    """The documents that a request is limited to; None where to none."""
    if document is None and since is None and until is None:
        return None
    chosen = [stored_document(document, reading)] if document is not None else rows
    return tuple(row.id for row in chosen if within(row.metadata.date, since, until))


def demand_sense(topic: str | None, since: str | None, until: str | None) -> None:
    """Raises BadValue for a topic that is too long and for dates that are none or stand the wrong way round."""
    if topic is not None and len(topic) > TOPIC_CHARACTERS:
        raise BadValue(
            f"The topic has {len(topic):,} characters.",
            f"Give at most {TOPIC_CHARACTERS}: a few words do best.",
        )
    checked_span(since, until)


def confidence(value: float | None) -> float:
    """The least confidence asked for; none asked for is 0."""
    if value is not None and math.isnan(value):
        raise BadValue("min_confidence is not a number.", "Give a number from 0 to 1.")
    return 0.0 if value is None else value
