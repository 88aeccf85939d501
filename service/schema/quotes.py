"""Quotes: a quote as every answer holds it, with its source, its marks and what it is reported to be."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.why import Kind


class Reference(BaseModel):
    id: str
    name: str


class SpeakerReference(Reference):
    role: str | None = Field(description="As far as it is known.")
    delegation: str | None = Field(description="For whom the speaker speaks.")


class TopicReference(BaseModel):
    id: str | None = Field(description="null for a free text.")
    name: str


class QuotedDocument(BaseModel):
    """The source of a quote. What is not known is null."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str | None
    date: str | None
    place: str | None
    url: str | None
    record: Literal["verbatim", "summary"] | None
    publisher: str | None
    language: str | None
    file: str | None = Field(description="The name that it came under; null for a text that is nowhere stored.")
    described: str | None = Field(None, description="What stands for a missing title where it is cited, in brackets.")


class Words(BaseModel):
    """Words of a quote: `stored[start:end] == text`, counted in code points as the quote's own place is."""

    text: str
    start: int
    end: int


class ReportedAnswer(BaseModel):
    """What a statement says that somebody else holds."""

    holder: Words | None = Field(description="Who, as named there; null for nobody named (“it is claimed”).")
    clause: Words
    whole: bool = Field(description="Whether it says nothing else. Such a statement is not paired unless asked for.")


class ClipAnswer(BaseModel):
    """A neighbouring sentence that would change how the quote reads."""

    kind: Literal["contrast", "condition", "negation"]
    text: str
    later: bool = Field(description="Whether it follows the quote, or comes before it.")


class QuoteAnswer(BaseModel):
    """A quote and its proof: `stored[start:end] == text`, where `stored` is `/documents/<id>.txt`."""

    model_config = ConfigDict(extra="allow")

    id: str
    text: str
    speaker: SpeakerReference
    document: QuotedDocument
    document_sha256: str
    start: int
    end: int
    paragraph: int | None
    marks: list[str]
    reported: ReportedAnswer | None
    clipped: list[ClipAnswer]
    before: str = Field(description="The neighbouring sentences of the same turn, for context.")
    after: str


class MarkedWords(Words):
    role: Literal["cue", "word"] = Field(description="`cue` makes the difference, `word` is what it is said of.")


class SharedAnswer(BaseModel):
    """A word or phrase that both quotes have, in any inflection: every place of it."""

    first: list[MarkedWords]
    second: list[MarkedWords]


class DifferenceAnswer(SharedAnswer):
    """What one quote has and the other has not (its list is empty), or has otherwise."""

    kind: Kind


class StepAnswer(BaseModel):
    score: float
    needed: float = Field(description="The least that the relation takes.")


class Probabilities(BaseModel):
    agrees: float
    opposes: float
    differs: float


class StepsAnswer(BaseModel):
    """What each step made of a pair. An unsure one did not reach what its likeliest relation needs."""

    similarity: StepAnswer
    probabilities: Probabilities
    probability_needed: float = Field(description="The least probability that the relation takes.")
    ranking: float = Field(description="By this the pairs of a relation are ordered.")
    decided: Literal["opposes", "agrees", "unsure", "differs"] = Field(
        description="What came of it, whatever a reviewer said since."
    )


class PlaceAnswer(BaseModel):
    """Where a statement stands: `stored[start:end]` of `/documents/<document>.txt`."""

    id: str
    document: str
    start: int
    end: int


class RunnerUpPlace(PlaceAnswer):
    quote: QuoteAnswer


class RunnerUpAnswer(BaseModel):
    """What would be shown for one of the two statements without this pair, or else their best unsure pair."""

    relation: Literal["opposes", "agrees", "unsure"]
    steps: StepsAnswer
    first: RunnerUpPlace
    second: RunnerUpPlace


class WhyAnswer(BaseModel):
    """Why these two: words of the quotes, and numbers."""

    shared: list[SharedAnswer]
    differs: list[DifferenceAnswer]
    steps: StepsAnswer
    runner_up: RunnerUpAnswer | None
