"""Over time: one speaker on one topic, statement by statement."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from service.schema.examples import ADA, FIRST, example_quote
from service.schema.fields import FORMAT, Date, Text, documented
from service.schema.quotes import PlaceAnswer, QuoteAnswer, Reference, TopicReference


class OverTimeQuery(BaseModel):
    topic: Text = Field(
        None,
        description="A topic's id or name, or any text. Without it, `topics` lists what there is to choose from.",
        json_schema_extra={"example": "NATO"},
    )
    since: Date = Field(None, description="From this date on: YYYY, YYYY-MM or YYYY-MM-DD.")
    until: Date = Field(None, description="Up to this date: YYYY, YYYY-MM or YYYY-MM-DD.")
    format: Text = Field(None, description=FORMAT)

    def asked(self) -> dict[str, Any]:
        """As `Corpus.over_time` takes it."""
        return self.model_dump(exclude={"format"})


_LATER = example_quote(ADA, "We must widen the road.", 5)
_LATER["document"] = {**_LATER["document"], "id": "ba9876543210", "title": "Council meeting, again", "date": "2022-03"}
_PLACES = [
    {"id": f"{quote['document']['id']}-{quote['start']}-{quote['end']}", "document": quote["document"]["id"]}
    | {"start": quote["start"], "end": quote["end"]}
    for quote in (FIRST, _LATER)
]
_MATCH = {"sure": True, "similarity": 0.84, "agreement": 0.93}
_OVER_TIME = {
    "speaker": ADA,
    "topic": {"id": "road-widened", "name": "road, widened"},
    "topics": [{"id": "road-widened", "name": "road, widened", "statements": 2, "dates": 2}],
    "steps": [
        {
            "dates": ["2021-12-02"],
            "judged": True,
            "counts": {"statements": 1, "new": 0, "again": 0, "perhaps_again": 0, "not_again": 0},
            "statements": [{**FIRST, "id": _PLACES[0]["id"], "repeats": None, "repeated": {**_PLACES[1], **_MATCH}}],
        },
        {
            "dates": ["2022-03"],
            "judged": True,
            "counts": {"statements": 1, "new": 0, "again": 1, "perhaps_again": 0, "not_again": 0},
            "statements": [{**_LATER, "id": _PLACES[1]["id"], "repeats": {**_PLACES[0], **_MATCH}, "repeated": None}],
        },
    ],
    "undated": [],
    "unjudged": 0,
    "reported": 0,
    "made_with": {"embedder": "all-MiniLM-L6-v2", "thresholds": {"alike": 0.65}},
}


class DatedTopicItem(Reference):
    statements: int
    dates: int = Field(description="On so many different dates, counted as `steps` are.")


class RepeatAnswer(PlaceAnswer):
    """The statement of the step beside this one that says the same."""

    sure: bool = Field(description="false: it perhaps says the same.")
    similarity: float = Field(description="Cosine of the two statements' vectors.")
    agreement: float = Field(description="Calibrated probability that the two texts agree.")


class SteppedQuote(QuoteAnswer):
    repeats: RepeatAnswer | None = Field(description="Of the step before; null in the first step and for what is new.")
    repeated: RepeatAnswer | None = Field(description="In the next step; null in the last and for what is not there.")


class StepCounts(BaseModel):
    """How many statements. Only `statements` means anything of the first step and of one not judged: the rest is 0."""

    statements: int
    new: int = Field(description="Not said in the step before, not even perhaps.")
    again: int = Field(description="Said in the step before.")
    perhaps_again: int = Field(description="Perhaps said in the step before: too close to call.")
    not_again: int = Field(description="Said in the step before and not in this one, not even perhaps.")


class OverTimeStep(BaseModel):
    """What was said on one date, or on several of which one covers the other (2021 and 2021-12-02)."""

    dates: list[str]
    judged: bool = Field(description="false: not set beside the step before yet; ask again.")
    counts: StepCounts
    statements: list[SteppedQuote]


class OverTimeAnswer(BaseModel):
    """One speaker on one topic, date by date, oldest first. A change is a difference of words, and no more is said."""

    model_config = documented(_OVER_TIME, "text/html")

    speaker: Reference
    topic: TopicReference | None = Field(description="null where none was asked for; `steps` are then empty.")
    topics: list[DatedTopicItem] = Field(description="The topics that this speaker spoke on, most dates first.")
    steps: list[OverTimeStep]
    undated: list[QuoteAnswer] = Field(description="Of documents without a date: in no order, matched with nothing.")
    unjudged: int = Field(description="Steps that are not judged.")
    reported: int = Field(description="Statements left out, since they only say or answer what others hold.")
    made_with: dict[str, Any] = Field(description="Models and thresholds.")
