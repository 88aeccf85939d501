"""Brief: two speakers topic by topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from service.briefing import BriefRequest
from service.schema.compare import CompareQuery, ComparisonAnswer
from service.schema.examples import COMPARISON
from service.schema.fields import (
    COMPARISON_FORMAT,
    EXPORTED,
    Date,
    Download,
    Limit,
    Named,
    Names,
    Share,
    Text,
    documented,
)


class BriefQuery(BaseModel):
    """All that a brief can be asked for: its address holds every choice that made it."""

    first: Named = Field(description="First speaker, as in `/compare`.", json_schema_extra={"example": "lavrov"})
    second: Named = Field(description="Second speaker, as in `/compare`.", json_schema_extra={"example": "blinken"})
    topic: Names = Field(
        [],
        description="A topic's id or name, or any text. May be repeated: at most 25, in this order. Left open: those "
        "on which both speak and which have a pair, of the 25 on which most is said.",
    )
    limit: Limit = Field(10, description="Of each topic, at most so many oppositions and so many agreements: 1 to 100.")
    min_confidence: Share = Field(None, description="Leave out pairs less sure than this: 0 to 1.")
    since: Date = Field(None, description="As in `/compare`.", json_schema_extra={"example": "2021-12"})
    until: Date = Field(None, description="As in `/compare`.", json_schema_extra={"example": "2022"})
    document: Text = Field(
        None, description="Only statements of this document.", json_schema_extra={"example": "0123456789ab"}
    )
    format: Text = Field(None, description=COMPARISON_FORMAT)
    download: Download = False

    def asked(self) -> BriefRequest:
        """As `briefing.assembled` takes it."""
        return BriefRequest(topics=tuple(self.topic), **self.model_dump(exclude={"topic", "format", "download"}))

    def address(self, **changes: str) -> str:
        """The address of this brief as a page, or with `changes`; what is left at its default is left out."""
        held = {**self.model_dump(exclude_defaults=True, exclude={"format", "download"}), **changes}
        return f"/brief?{urlencode(held, doseq=True)}"

    def link(self, absolute: Callable[[str], str]) -> Callable[[str | None], str]:
        """From a topic, or None for all, to the absolute address of its comparison within this brief's limits."""
        limits = self.model_dump(exclude={"topic", "format", "download"})
        return lambda topic: absolute(CompareQuery(**limits, topic=topic).address())


_BRIEF = {
    "title": "Ada and Grace, topic by topic",
    "comparisons": [COMPARISON],
    "left_out": [{"topic": "ferry, timetable", "why": "both speak on it, and no pair opposes or agrees"}],
    "made_with": COMPARISON["made_with"],
}


class LeftOutAnswer(BaseModel):
    topic: str
    why: str


class BriefAnswer(BaseModel):
    """Two speakers topic by topic. The same corpus gives the same bytes once all of it is judged."""

    model_config = documented(_BRIEF, *EXPORTED)

    title: str
    comparisons: list[ComparisonAnswer]
    left_out: list[LeftOutAnswer] = Field(description="Topics on which both speak and that are not in it.")
    made_with: dict[str, Any] = Field(description="Models, thresholds and state of the corpus, the same for all.")
