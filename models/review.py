"""Review: what people said of a pair that a classifier judged, and what a reader must be told beside the words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Whether somebody has read a pair, and what came of it."""

    UNREVIEWED = "unreviewed"
    CONFIRMED = "confirmed"  # as the classifier has it
    RELABELLED = "relabelled"  # the relation is the reader's, not the classifier's
    PAIRED = "paired"  # put together by hand: never nominated, or held to differ


@dataclass(frozen=True, slots=True)
class Review:
    """What a pair's last reader said of it. A rejected pair is not shown, so it has none."""

    status: Status
    who: str = ""  # as they say themselves; may be empty
    at: str | None = None  # ISO 8601, UTC, seconds; None while unreviewed
    why: str = ""


UNREVIEWED = Review(Status.UNREVIEWED)


OF_OTHERS = "of-others"  # kind of the notice that the topic typed is others': it says what was asked then
PARTLY_JUDGED = "partly-judged"  # kind of the notice that not all pairs nominated were judged: it says so of then


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that stands beside a pair, or over a comparison, wherever it is shown.

    `kind` is one word for programs (as in a class name); `path` leads to more, within this service.
    """

    kind: str
    words: str
    path: str | None = None
