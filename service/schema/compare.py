"""Compare: what a comparison can be asked for, and its answer."""

from __future__ import annotations

from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from service.schema.examples import COMPARISON
from service.schema.fields import (
    COMPARISON_FORMAT,
    EXPORTED,
    Date,
    Download,
    Include,
    IncludeOfTexts,
    Limit,
    Share,
    Text,
    documented,
)
from service.schema.quotes import QuoteAnswer, SpeakerReference, TopicReference, WhyAnswer


class CompareQuery(BaseModel):
    """All that a comparison can be asked for: the address of a comparison holds every choice that made it."""

    first: Text = Field(
        None,
        description="First speaker: id, name or unique surname; or a delegation.",
        json_schema_extra={"example": "lavrov"},
    )
    second: Text = Field(
        None,
        description="Second speaker: id, name or unique surname; or a delegation.",
        json_schema_extra={"example": "blinken"},
    )
    topic: Text = Field(
        None,
        description="A topic's id or name, or any text: the nearest statements of both.",
        json_schema_extra={"example": "NATO"},
    )
    limit: Limit = Field(10, description="At most so many oppositions, and so many agreements: 1 to 100.")
    min_confidence: Share = Field(
        None, description="Leave out pairs less sure than this: 0 to 1.", json_schema_extra={"example": 0.8}
    )
    since: Date = Field(
        None, description="From this date on: YYYY, YYYY-MM or YYYY-MM-DD.", json_schema_extra={"example": "2021-12"}
    )
    until: Date = Field(
        None, description="Up to this date: YYYY, YYYY-MM or YYYY-MM-DD.", json_schema_extra={"example": "2022"}
    )
    document: Text = Field(
        None, description="Only statements of this document.", json_schema_extra={"example": "0123456789ab"}
    )
    include: Include = Field(
        [],
        description="`unsure`: also the pairs that were too close to call. `reported`: also statements that only say "
        "or answer what others hold. `nominees`: in a large corpus, judge all pairs that a free text "
        "nominates, and not the nearest alone. Give the parameter once for each.",
    )
    format: Text = Field(None, description=COMPARISON_FORMAT)
    download: Download = False

    def asked(self) -> dict[str, Any]:
        """As `Corpus.compare` takes it."""
        return {
            **self.model_dump(exclude={"include", "format", "download"}),
            "include_unsure": "unsure" in self.include,
            "include_reported": "reported" in self.include,
            "include_nominees": "nominees" in self.include,
        }

    def held(self) -> list[tuple[str, str]]:
        """The parameters of its address, for a form's hidden fields."""
        return parse_qsl(urlsplit(self.address()).query)

    def including(self, more: Literal["unsure", "reported"]) -> str:
        """The address of this comparison, with more of it."""
        return self.model_copy(update={"include": [*self.include, more]}).address()

    def address(self, path: str = "/compare", **changes: str | None) -> str:
        """The address of this comparison, with `changes`; what is left at its default is left out."""
        values = {**self.model_dump(exclude_defaults=True), **changes}
        held = {name: values[name] for name in type(self).model_fields if values.get(name) is not None}
        return f"{path}?{urlencode(held, doseq=True)}" if held else path


class Side(BaseModel):
    """One of two texts to compare."""

    name: str = Field(min_length=1, max_length=200, description="Who said it.")
    text: str = Field(min_length=1, description="What was said.")


class CompareTexts(BaseModel):
    """Two texts to compare; nothing of them is stored."""

    model_config = cast(
        ConfigDict,
        {
            "openapi_extra": {
                "example": {
                    "first": {"name": "Ada", "text": "The road must be widened. Traffic cannot wait."},
                    "second": {"name": "Grace", "text": "The road must not be widened. The trees come first."},
                    "topic": None,
                }
            }
        },
    )

    first: Side
    second: Side
    topic: Text = Field(None, description="Any text: only the statements nearest to it.")
    limit: Limit = 10
    min_confidence: Share = None
    include: IncludeOfTexts = []


class TextsQuery(BaseModel):
    format: Text = Field(None, description=COMPARISON_FORMAT)


class ReviewAnswer(BaseModel):
    """What a person said of a pair last. Rejected pairs are not in the answer."""

    status: Literal["unreviewed", "confirmed", "relabelled", "paired"] = Field(
        description="`relabelled`: the relation is the reader's; `paired`: put together by hand."
    )
    by: str | None
    at: str | None = Field(description="ISO 8601, UTC; null while unreviewed.")
    why: str | None


class NoticeAnswer(BaseModel):
    """What a reader must be told beside the words, wherever they are shown."""

    kind: str = Field(description="One word, such as `corrected`.")
    text: str
    path: str | None = Field(description="Where more is said of it, on this server.")


class HandlingAnswer(BaseModel):
    """Who answers for a comparison, how far it has come, and under what reserve it may be passed on."""

    owner: str | None
    status: str | None
    caveat: str | None
    by: str | None = Field(
        description="Who set the mark: the account, where one did; else as they said themselves, unchecked."
    )
    at: str
    topic: str | None = Field(description="The topic's id; null where the mark is on all topics of the two.")


class PairAnswer(BaseModel):
    model_config = ConfigDict(extra="allow")

    relation: Literal["opposes", "agrees", "unsure"]
    similarity: float = Field(description="Cosine of the two statements' vectors.")
    opposition: float = Field(description="Calibrated probability that the two texts oppose.")
    confidence: float = Field(description="Calibrated probability of the relation shown.")
    first: QuoteAnswer
    second: QuoteAnswer
    why: WhyAnswer
    review: ReviewAnswer
    notices: list[NoticeAnswer]


class FramingsAnswer(BaseModel):
    """What the title says of each side, in words of that side's statements."""

    first: str
    second: str


class SearchedAnswer(BaseModel):
    statements: int
    words: int


class SearchedSides(BaseModel):
    first: SearchedAnswer
    second: SearchedAnswer


class CountedAnswer(SearchedAnswer):
    again: int = Field(0, description="Of the statements: in a second record of an event whose other was searched too.")


class CountedSides(BaseModel):
    first: CountedAnswer
    second: CountedAnswer


class ComparisonAnswer(BaseModel):
    """Two speakers side by side. The same corpus gives the same bytes."""

    model_config = documented(COMPARISON, *EXPORTED, extra="allow")

    topic: TopicReference | None
    title: str
    first: SpeakerReference
    second: SpeakerReference
    framings: FramingsAnswer
    pairs: list[PairAnswer] = Field(description="Oppositions, then agreements, then, if asked for, unsure ones.")
    unsure: int = Field(description="How many pairs were too close to call.")
    nearest: PairAnswer | None = Field(description="The strongest of these.")
    hidden: int = Field(description="Oppositions below the confidence asked for.")
    searched: CountedSides
    rejected: int = Field(description="Pairs left out since a reviewer rejected them.")
    notices: list[NoticeAnswer] = Field(description="What holds of the comparison as a whole.")
    handling: HandlingAnswer | None
    made_with: dict[str, Any] = Field(
        description="What it takes to make it again: what was asked for, models, thresholds, state of the corpus."
    )
