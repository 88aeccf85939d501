"""Map: topics by pairs of speakers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, Field

from service.schema.compare import SearchedAnswer, SearchedSides
from service.schema.examples import ADA, GRACE
from service.schema.fields import Date, Names, Page, Text, blank_is_absent, documented
from service.schema.quotes import Reference


class MapQuery(BaseModel):
    """All that a map can be asked for: its address holds every choice that made it."""

    speaker: Names = Field(
        [],
        description="A side: id, name or unique surname. May be repeated. Below two, those who say most join.",
    )
    delegation: Names = Field([], description="A side: all who speak for it. Give it again for each.")
    by: Annotated[Literal["speaker", "delegation"] | None, BeforeValidator(blank_is_absent)] = Field(
        None,
        description="Whether the speakers of a delegation are sides of their own, or one side together. "
        "Left open: together where `delegation` is given.",
    )
    q: Text = Field(
        None, description="Only topics whose name, terms or statements hold all these words: 500 characters at most."
    )
    since: Date = Field(None, description="As in `/compare`.", json_schema_extra={"example": "2021-12"})
    until: Date = Field(None, description="As in `/compare`.", json_schema_extra={"example": "2022"})
    document: Text = Field(
        None, description="Only statements of this document.", json_schema_extra={"example": "0123456789ab"}
    )
    page: Page = Field(1, description="Of the topics: 25 each.")
    format: Text = Field(
        None, description="`json`, `csv` or `html`; without it, whichever `Accept` prefers, and JSON if it has none."
    )

    def asked(self) -> dict[str, Any]:
        """As `Corpus.map` takes it."""
        held = {"speakers": self.speaker, "delegations": self.delegation, "query": self.q, "page": self.page}
        return {**held, **self.model_dump(include={"by", "since", "until", "document"})}

    def whole(self) -> dict[str, Any]:
        """As `Corpus.judge_map` takes it: all pages."""
        return {key: value for key, value in self.asked().items() if key != "page"}

    def address(self, **changes: Any) -> str:
        """The address of this map, with `changes`; what is left at its default is left out."""
        query = self.model_copy(update=changes)
        held = query.model_dump(exclude_defaults=True)
        return f"/map?{urlencode(held, doseq=True)}" if held else "/map"


_CELL = {
    "first": "ada",
    "second": "grace",
    "standing": "opposed",
    "opposing": 2,
    "agreeing": 0,
    "searched": {"first": {"statements": 6, "words": 214}, "second": {"statements": 5, "words": 131}},
    "comparison": "/compare?first=ada&second=grace&topic=road-widened",
}
_MAP = {
    "by": "speaker",
    "sides": [
        {**ADA, "searched": {"statements": 40, "words": 1204}},
        {**GRACE, "searched": {"statements": 38, "words": 990}},
    ],
    "topics": [{"id": "road-widened", "name": "road, widened", "statements": 11, "cells": [_CELL]}],
    "page": 1,
    "pages": 1,
    "total": 1,
    "unjudged": 0,
    "made_with": {"embedder": "all-MiniLM-L6-v2", "thresholds": {"opposes": 0.85}},
}


class MapSideAnswer(Reference):
    searched: SearchedAnswer = Field(
        description="All that was searched for anything on a topic: statements to compare, and words spoken."
    )


class MapCell(BaseModel):
    """Two sides on a topic. The counts are those of the pairs at `comparison`."""

    first: str = Field(description="A side's id.")
    second: str = Field(description="Another side's id; the two stand in alphabetical order of their names.")
    standing: Literal["opposed", "agreed", "past each other", "silent", "unjudged"] = Field(
        description="`opposed`: a pair opposes. `agreed`: none opposes, one agrees. `past each other`: both speak on "
        "it and nothing opposes or agrees. `silent`: one or both say nothing on it. `unjudged`: both speak on it, and "
        "not all pairs nominated are judged yet; ask again, and more are."
    )
    opposing: int | None = Field(description="Pairs that oppose; null where unjudged.")
    agreeing: int | None = Field(description="Pairs that agree; null where unjudged.")
    searched: SearchedSides = Field(description="How much each side says on the topic, within the limits.")
    comparison: str = Field(description="Where the pairs are.")


class MapTopic(BaseModel):
    id: str
    name: str
    statements: int = Field(description="Of the sides shown.")
    cells: list[MapCell]


class MapAnswer(BaseModel):
    """How each two sides stand to each other on each topic. Once all is judged, it stays as it is."""

    model_config = documented(_MAP, "text/csv", "text/html")

    by: Literal["speaker", "delegation"]
    sides: list[MapSideAnswer] = Field(description="In alphabetical order.")
    topics: list[MapTopic] = Field(description="Those on which both sides of a pair speak first; then the largest.")
    page: int
    pages: int
    total: int = Field(description="Topics on all pages.")
    unjudged: int = Field(description="Cells of this page that wait for a judgement.")
    made_with: dict[str, Any] = Field(description="Models, thresholds and state of the corpus.")
