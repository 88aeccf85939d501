"""Schema: what the HTTP API takes and gives, as its documentation states it and as every answer is checked against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from models.why import Kind
from service.briefing import BriefRequest
from service.citations import citations
from service.exports import formats

_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def _blank_is_absent(value: Any) -> Any:
    """An empty form field says nothing."""
    return (value.strip() or None) if isinstance(value, str) else value


def _blank_is_ten(value: Any) -> Any:
    return 10 if _blank_is_absent(value) is None else value


def _those_given(value: Any) -> Any:
    """One value or several, in a form or in JSON; an empty one says nothing."""
    values = value if isinstance(value, list) else [value]
    return [one for one in map(_blank_is_absent, values) if one is not None]


Text = Annotated[str | None, BeforeValidator(_blank_is_absent)]
Date = Annotated[
    Annotated[str, Field(pattern=_DATE)] | None,
    BeforeValidator(_blank_is_absent),
]
Share = Annotated[
    Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None,
    BeforeValidator(_blank_is_absent),
]
Limit = Annotated[int, BeforeValidator(_blank_is_ten), Field(ge=1, le=100)]
Include = Annotated[list[Literal["unsure", "reported"]], BeforeValidator(_those_given)]

_FORMAT = "`json` or `html`; without it, whichever `Accept` prefers, and JSON if it has no preference."
_FORMATS = ", ".join(f"`{name}`" for name in formats())
_COMPARISON_FORMAT = f"One of {_FORMATS}; without it, whichever `Accept` prefers, and JSON if it has none."

Download = Annotated[
    bool,
    BeforeValidator(lambda value: _blank_is_absent(value) or False),
    Field(description="As a file to keep; as HTML, the whole in one file with its own style."),
]


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
        "or answer what others hold. Give the parameter twice for both.",
    )
    format: Text = Field(None, description=_COMPARISON_FORMAT)
    download: Download = False

    def asked(self) -> dict[str, Any]:
        """As `Corpus.compare` takes it."""
        return {
            **self.model_dump(exclude={"include", "format", "download"}),
            "include_unsure": "unsure" in self.include,
            "include_reported": "reported" in self.include,
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
    include: Include = []


class TopicsQuery(BaseModel):
    q: Text = Field(None, description="Only topics whose name, terms or statements hold all these words.")
    format: Text = Field(None, description=_FORMAT)


class ListQuery(BaseModel):
    format: Text = Field(None, description=_FORMAT)


class OverTimeQuery(BaseModel):
    topic: Text = Field(
        None,
        description="A topic's id or name, or any text. Without it, `topics` lists what there is to choose from.",
        json_schema_extra={"example": "NATO"},
    )
    since: Date = Field(None, description="From this date on: YYYY, YYYY-MM or YYYY-MM-DD.")
    until: Date = Field(None, description="Up to this date: YYYY, YYYY-MM or YYYY-MM-DD.")
    format: Text = Field(None, description=_FORMAT)

    def asked(self) -> dict[str, Any]:
        """As `Corpus.over_time` takes it."""
        return self.model_dump(exclude={"format"})


class TopicPath(BaseModel):
    topic_id: str = Field(description="A topic's id or name.")


class SpeakerPath(BaseModel):
    speaker_id: str = Field(description="A speaker's id, name or unique surname.")


class DocumentPath(BaseModel):
    document_id: str = Field(description="A document's id.")


# What is given -----------------------------------------------------------------------------------------------


def _documented(example: Any, *other: str, extra: Literal["allow", "forbid"] = "forbid") -> ConfigDict:
    """An answer's example, and the media types it is also given in."""
    beside = {media_type: {"schema": {"type": "string"}} for media_type in other}
    shown = {"openapi_extra": {"example": example, "content": beside}}
    return cast(ConfigDict, {"extra": extra, **shown})


_EXPORTED = tuple(each.MEDIA_TYPE for each in formats().values() if each.MEDIA_TYPE != "application/json")
_REFUSAL = {
    "error": {
        "code": "not_found",
        "message": "There is no speaker “grase”.",
        "remedy": "See /speakers for all of them.",
        "nearest": ["grace"],
    }
}
_DOCUMENT_ID, _SHA256 = "0123456789ab", "0123456789ab" + "0" * 52
_METADATA = {
    "title": "Council meeting",
    "date": "2021-12-02",
    "place": "Norby",
    "publisher": None,
    "language": "en",
    "url": "https://example.org/council",
    "record": "verbatim",
}
_ADA, _GRACE = {"id": "ada", "name": "Ada"}, {"id": "grace", "name": "Grace"}
_NOBODYS: dict[str, Any] = {"role": None, "delegation": None}


def _example_quote(who: dict[str, str], text: str, start: int) -> dict[str, Any]:
    place = {
        "document": {"id": _DOCUMENT_ID, **_METADATA, "file": "council.txt"},
        "document_sha256": _SHA256,
        "start": start,
        "end": start + len(text),
        "paragraph": 1,
        "marks": [],
        "reported": None,
        "clipped": [],
        "before": "",
        "after": "The trees come first.",
    }
    return {"id": f"{_DOCUMENT_ID}-{start}-{start + len(text)}", "text": text, "speaker": {**who, **_NOBODYS}, **place}


def _marked(text: str, start: int, role: str = "word") -> dict[str, Any]:
    return {"text": text, "start": start, "end": start + len(text), "role": role}


_FIRST = _example_quote(_ADA, "The road must be widened.", 5)
_SECOND = _example_quote(_GRACE, "The road must not be widened.", 39)
_COMPARISON = {
    "topic": {"id": "road-widened", "name": "road, widened"},
    "title": "a wider road vs. the old trees",
    "first": {**_ADA, **_NOBODYS},
    "second": {**_GRACE, **_NOBODYS},
    "framings": {"first": "a wider road", "second": "the old trees"},
    "pairs": [
        {
            "relation": "opposes",
            "similarity": 0.91,
            "opposition": 0.97,
            "confidence": 0.97,
            "first": _FIRST,
            "second": _SECOND,
            "why": {
                "shared": [
                    {"first": [_marked("road", 9)], "second": [_marked("road", 43)]},
                    {"first": [_marked("widened", 22)], "second": [_marked("widened", 60)]},
                ],
                "differs": [
                    {
                        "kind": "negation",
                        "first": [_marked("widened", 22)],
                        "second": [_marked("not", 53, "cue"), _marked("widened", 60)],
                    }
                ],
                "steps": {
                    "similarity": {"score": 0.91, "needed": 0.3},
                    "probabilities": {"agrees": 0.01, "opposes": 0.97, "differs": 0.02},
                    "probability_needed": 0.85,
                    "ranking": 0.9253,
                    "decided": "opposes",
                },
                "runner_up": None,
            },
            "review": {"status": "confirmed", "by": "M. Hopper", "at": "2021-12-03T09:30:00+00:00", "why": None},
            "notices": [],
        }
    ],
    "rejected": 0,
    "unsure": 0,
    "nearest": None,
    "hidden": 0,
    "notices": [],
    "handling": {
        "owner": "Transport desk",
        "status": "draft",
        "caveat": None,
        "by": "M. Hopper",
        "at": "2021-12-03T09:30:00+00:00",
        "topic": "road-widened",
    },
    "searched": {
        "first": {"statements": 6, "words": 214, "again": 0},
        "second": {"statements": 5, "words": 131, "again": 0},
    },
    "made_with": {
        "asked": {
            "first": "ada",
            "second": "grace",
            "topic": {"id": "road-widened", "name": "road, widened"},
            "limit": 10,
            "min_confidence": 0.0,
            "since": None,
            "until": None,
            "document": None,
            "include": [],
        },
        "version": "0.1.0",
        "embedder": {"name": "all-MiniLM-L6-v2", "sha256": _SHA256},
        "classifier": {"name": "counterpose", "sha256": _SHA256},
        "corpus": {"documents": 1, "sha256": _SHA256, "newest": "2021-12-02"},
        "thresholds": {"opposes": 0.85},
    },
}
_ISSUE = {"description": "Whether and how far the road is widened.", "example": "The road is too narrow for lorries."}
_TOPIC = {
    "id": "road-widened",
    "name": "road, widened",
    "terms": ["road", "widened"],
    "statements": 11,
    "speakers": [{**_ADA, "statements": 6}, {**_GRACE, "statements": 5}],
    "newest": "2021-12-02",
}
_EDIT = {
    "id": 7,
    "at": "2021-12-03T09:30:00+00:00",
    "who": "Eva",
    "why": "What people call it",
    "action": "rename",
    "what": "renamed “road, widened” to “The road”",
    "topic": {"id": "road-widened", "name": "road, widened"},
    "other": None,
    "holds": True,
    "undone": None,
    "lost": None,
}
_SPEAKER = {
    **_ADA,
    "role": "Minister of Transport",
    "delegation": None,
    "documents": 1,
    "statements": 8,
    "comparable": 6,
    "words": 214,
    "labels": ["MINISTER ADA"],
}
_DOCUMENT = {
    "id": _DOCUMENT_ID,
    "sha256": _SHA256,
    **_METADATA,
    "format": "plain_text",
    "original_name": "council.txt",
    "speakers": [_ADA, _GRACE],
    "statements": 14,
    "comparable": 11,
    "words": 345,
}
_UTTERANCE = {
    "speaker": _ADA,
    "label": "MINISTER ADA",
    "kind": "speech",
    "marks": [],
    "start": 5,
    "end": 30,
    "statements": [
        {
            "id": f"{_DOCUMENT_ID}-5-30",
            "start": 5,
            "end": 30,
            "comparable": True,
            "paragraph": 1,
            "marks": [],
            "reported": None,
        }
    ],
}


_LATER = _example_quote(_ADA, "We must widen the road.", 5)
_LATER["document"] = {**_LATER["document"], "id": "ba9876543210", "title": "Council meeting, again", "date": "2022-03"}
_PLACES = [
    {"id": f"{quote['document']['id']}-{quote['start']}-{quote['end']}", "document": quote["document"]["id"]}
    | {"start": quote["start"], "end": quote["end"]}
    for quote in (_FIRST, _LATER)
]
_MATCH = {"sure": True, "similarity": 0.84, "agreement": 0.93}
_OVER_TIME = {
    "speaker": _ADA,
    "topic": {"id": "road-widened", "name": "road, widened"},
    "topics": [{"id": "road-widened", "name": "road, widened", "statements": 2, "dates": 2}],
    "steps": [
        {
            "dates": ["2021-12-02"],
            "counts": {"statements": 1, "new": 0, "again": 0, "perhaps_again": 0, "not_again": 0},
            "statements": [{**_FIRST, "id": _PLACES[0]["id"], "repeats": None, "repeated": {**_PLACES[1], **_MATCH}}],
        },
        {
            "dates": ["2022-03"],
            "counts": {"statements": 1, "new": 0, "again": 1, "perhaps_again": 0, "not_again": 0},
            "statements": [{**_LATER, "id": _PLACES[1]["id"], "repeats": {**_PLACES[0], **_MATCH}, "repeated": None}],
        },
    ],
    "undated": [],
    "reported": 0,
    "made_with": {"embedder": "all-MiniLM-L6-v2", "thresholds": {"alike": 0.65}},
}


class ErrorDetail(BaseModel):
    code: str = Field(description="For programs; does not change.", examples=["not_found"])
    message: str = Field(description="What happened.", examples=["There is no speaker “lavrow”."])
    remedy: str = Field(description="What to do about it.", examples=["Name one of the speakers at /speakers."])
    nearest: list[str] = Field(description="What was probably meant.", examples=[["lavrov"]])


class ErrorAnswer(BaseModel):
    """Every refusal has this form."""

    model_config = _documented(_REFUSAL, "text/html")

    error: ErrorDetail


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
    by: str | None = Field(description="Who set the mark, as they said themselves.")
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

    model_config = _documented(_COMPARISON, *_EXPORTED, extra="allow")

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


class TopicSpeaker(Reference):
    statements: int


class TopicItem(BaseModel):
    id: str
    name: str
    terms: list[str]
    statements: int
    speakers: list[TopicSpeaker]
    newest: str | None = Field(description="The latest date among its documents.")


class TopicsAnswer(BaseModel):
    model_config = _documented({"topics": [_TOPIC]}, "text/html")

    topics: list[TopicItem]


class IssueItem(TopicItem):
    description: str | None = Field(description="What the list says that it is about.")
    example: str | None = Field(description="What the list gives as something that could be said on it.")


class IssuesAnswer(BaseModel):
    model_config = _documented({"issues": [{**_TOPIC, **_ISSUE}]}, "text/html")

    issues: list[IssueItem]


class TopicAnswer(TopicItem):
    model_config = _documented({**_TOPIC, "quotes": [_FIRST, _SECOND]}, "text/html")

    quotes: list[QuoteAnswer]


class UndoneAnswer(BaseModel):
    at: str
    who: str
    why: str


class TopicEditItem(BaseModel):
    """What somebody changed of the topics."""

    id: int
    at: str
    who: str = Field(description="As they said themselves; nobody has checked it. May be empty.")
    why: str
    action: Literal["rename", "merge", "split", "move", "lock", "unlock", "hide", "show"]
    what: str = Field(description="In words.")
    topic: Reference = Field(description="As it was called before; of a merge, the one that was kept.")
    other: Reference | None = Field(description="The topic merged, split off or moved to.")
    holds: bool
    undone: UndoneAnswer | None
    lost: str | None = Field(description="Why it holds and yet changes nothing: its statements or its topic are gone.")


class TopicEditsAnswer(BaseModel):
    model_config = _documented({"edits": [_EDIT], "hidden": [{"id": "lime-trees", "name": "Lime trees"}]}, "text/html")

    edits: list[TopicEditItem] = Field(description="Newest first.")
    hidden: list[Reference] = Field(description="Topics left out of the lists.")


class SpeakerItem(BaseModel):
    model_config = _documented(_SPEAKER, "text/html")

    id: str
    name: str
    role: str | None
    delegation: str | None
    documents: int
    statements: int
    comparable: int = Field(description="Statements that are not courtesy or procedure.")
    words: int
    labels: list[str] = Field(description="The name as printed in the sources.")


class SpeakersAnswer(BaseModel):
    model_config = _documented({"speakers": [_SPEAKER]}, "text/html")

    speakers: list[SpeakerItem]


class DocumentItem(BaseModel):
    id: str
    sha256: str = Field(description="Of the stored text's UTF-8.")
    title: str | None
    date: str | None
    place: str | None
    publisher: str | None
    language: str | None
    url: str | None
    record: Literal["verbatim", "summary"] | None
    format: str
    original_name: str
    speakers: list[Reference]
    statements: int
    comparable: int
    words: int


class DocumentsAnswer(BaseModel):
    model_config = _documented({"documents": [_DOCUMENT]}, "text/html")

    documents: list[DocumentItem]


class StatementItem(BaseModel):
    id: str
    start: int
    end: int
    comparable: bool
    paragraph: int | None
    marks: list[str]
    reported: ReportedAnswer | None


class UtteranceItem(BaseModel):
    speaker: Reference | None = Field(description="null for moderators, the press, the audience and nobody.")
    label: str | None = Field(description="As printed.")
    kind: str
    marks: list[str]
    start: int
    end: int
    statements: list[StatementItem]


class DocumentAnswer(DocumentItem):
    model_config = _documented({**_DOCUMENT, "utterances": [_UTTERANCE]}, "text/html")

    utterances: list[UtteranceItem]


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
    """How many statements. Only `statements` means anything of the first step, where the rest is 0."""

    statements: int
    new: int = Field(description="Not said in the step before, not even perhaps.")
    again: int = Field(description="Said in the step before.")
    perhaps_again: int = Field(description="Perhaps said in the step before: too close to call.")
    not_again: int = Field(description="Said in the step before and not in this one, not even perhaps.")


class OverTimeStep(BaseModel):
    """What was said on one date, or on several of which one covers the other (2021 and 2021-12-02)."""

    dates: list[str]
    counts: StepCounts
    statements: list[SteppedQuote]


class OverTimeAnswer(BaseModel):
    """One speaker on one topic, date by date, oldest first. A change is a difference of words, and no more is said."""

    model_config = _documented(_OVER_TIME, "text/html")

    speaker: Reference
    topic: TopicReference | None = Field(description="null where none was asked for; `steps` are then empty.")
    topics: list[DatedTopicItem] = Field(description="The topics that this speaker spoke on, most dates first.")
    steps: list[OverTimeStep]
    undated: list[QuoteAnswer] = Field(description="Of documents without a date: in no order, matched with nothing.")
    reported: int = Field(description="Statements left out, since they only say or answer what others hold.")
    made_with: dict[str, Any] = Field(description="Models and thresholds.")


class HealthAnswer(BaseModel):
    model_config = _documented({"status": "ok"}, extra="allow")


# The map -----------------------------------------------------------------------------------------------------

Page = Annotated[int, BeforeValidator(lambda value: 1 if _blank_is_absent(value) is None else value), Field(ge=1)]
Names = Annotated[list[str], BeforeValidator(_those_given)]


class MapQuery(BaseModel):
    """All that a map can be asked for: its address holds every choice that made it."""

    speaker: Names = Field(
        [],
        description="A side: id, name or unique surname. May be repeated. Below two, those who say most join.",
    )
    delegation: Names = Field([], description="A side: all who speak for it. Give it again for each.")
    by: Annotated[Literal["speaker", "delegation"] | None, BeforeValidator(_blank_is_absent)] = Field(
        None,
        description="Whether the speakers of a delegation are sides of their own, or one side together. "
        "Left open: together where `delegation` is given.",
    )
    q: Text = Field(None, description="Only topics whose name, terms or statements hold all these words.")
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
        {**_ADA, "searched": {"statements": 40, "words": 1204}},
        {**_GRACE, "searched": {"statements": 38, "words": 990}},
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

    model_config = _documented(_MAP, "text/csv", "text/html")

    by: Literal["speaker", "delegation"]
    sides: list[MapSideAnswer] = Field(description="In alphabetical order.")
    topics: list[MapTopic] = Field(description="Those on which both sides of a pair speak first; then the largest.")
    page: int
    pages: int
    total: int = Field(description="Topics on all pages.")
    unjudged: int = Field(description="Cells of this page that wait for a judgement.")
    made_with: dict[str, Any] = Field(description="Models, thresholds and state of the corpus.")


# Briefs ------------------------------------------------------------------------------------------------------

Named = Annotated[str, BeforeValidator(_blank_is_absent)]


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
    format: Text = Field(None, description=_COMPARISON_FORMAT)
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
    "comparisons": [_COMPARISON],
    "left_out": [{"topic": "ferry, timetable", "why": "both speak on it, and no pair opposes or agrees"}],
    "made_with": _COMPARISON["made_with"],
}


class LeftOutAnswer(BaseModel):
    topic: str
    why: str


class BriefAnswer(BaseModel):
    """Two speakers topic by topic. The same corpus gives the same bytes once all of it is judged."""

    model_config = _documented(_BRIEF, *_EXPORTED)

    title: str
    comparisons: list[ComparisonAnswer]
    left_out: list[LeftOutAnswer] = Field(description="Topics on which both speak and that are not in it.")
    made_with: dict[str, Any] = Field(description="Models, thresholds and state of the corpus, the same for all.")


# Citations ---------------------------------------------------------------------------------------------------


class StatementPath(BaseModel):
    statement_id: str = Field(description="A statement's id.", json_schema_extra={"example": "0123456789ab-5-30"})


class CiteQuery(BaseModel):
    format: Text = Field(
        None,
        description=f"One of {', '.join(f'`{name}`' for name in citations())}: that form alone. Or `json` or `html`: "
        "all of them; without it, whichever `Accept` prefers.",
    )


class CitationItem(BaseModel):
    name: str = Field(description="As in `format`.")
    label: str
    media_type: str
    text: str | None = Field(description="null where the document lacks what this form needs.")
    why: str | None = Field(description="Why there is none.")


_CITATION = {
    "name": "chicago",
    "label": "Chicago",
    "media_type": "text/plain",
    "text": "Ada, remarks, Council meeting, Norby, December 2, 2021, para. 1, https://example.org/council.",
    "why": None,
}


class CiteAnswer(BaseModel):
    """One quote, and how to cite it."""

    model_config = _documented(
        {"quote": _FIRST, "citations": [_CITATION]},
        *dict.fromkeys(each.MEDIA_TYPE for each in citations().values()),
        "text/html",
    )

    quote: QuoteAnswer
    citations: list[CitationItem]


# Records -----------------------------------------------------------------------------------------------------

_TITLED = {"id": _DOCUMENT_ID, "title": "Council meeting"}
_DOUBTS = {
    "document": _TITLED,
    "document_sha256": _SHA256,
    "open": 1,
    "doubts": [
        {
            "kind": "third-person",
            "text": "Minister Ada said that the road is safe.",
            "start": 61,
            "end": 101,
            "speaker": _ADA,
            "other": None,
            "signed_off": None,
        }
    ],
}
_PASSAGE = {"start": 5, "speaker": "Ada", "label": "MINISTER ADA"}
_BESIDE = {
    "first": _TITLED,
    "second": {"id": "ba9876543210", "title": "Council meeting, corrected"},
    "counts": {"same": 0, "otherwise": 1, "first": 0, "second": 0, "of_two_voices": 0},
    "rows": [
        {
            "match": "otherwise",
            "first": {
                **_PASSAGE,
                "text": "The road must be widened.",
                "end": 30,
                "otherwise": [{"text": "must", "start": 14, "end": 18}],
            },
            "second": {
                **_PASSAGE,
                "text": "The road may be widened.",
                "end": 29,
                "otherwise": [{"text": "may", "start": 14, "end": 17}],
            },
        }
    ],
}


class BesidePath(DocumentPath):
    other_id: str = Field(description="Another document's id.")


class TitledReference(BaseModel):
    id: str
    title: str | None


class SignOffAnswer(BaseModel):
    at: str
    by: str = Field(description="As they said themselves; nobody has checked it.")
    why: str


class DoubtAnswer(BaseModel):
    """A place in a document whose attribution is worth a look: `stored[start:end] == text`."""

    kind: Literal["label", "name", "run-on", "third-person", "moderation"] = Field(
        description="`label`: a label that names nobody has a side. `name`: another speaker's name is nearly the same. "
        "`run-on`: more than one voice in a turn. `third-person`: the speaker is spoken of by name. "
        "`moderation`: what a moderator says."
    )
    text: str
    start: int
    end: int
    speaker: Reference = Field(description="Whose words they are taken for.")
    other: Reference | None = Field(description="The speaker whose name is nearly the same.")
    signed_off: SignOffAnswer | None


class DoubtsAnswer(BaseModel):
    """In order of place. A finding says that a place is worth a look, not that it is wrong."""

    model_config = _documented(_DOUBTS, "text/html")

    document: TitledReference
    document_sha256: str
    open: int = Field(description="How many nobody has signed off.")
    doubts: list[DoubtAnswer]


class PassageAnswer(BaseModel):
    text: str
    start: int
    end: int
    speaker: str | None = Field(description="null for moderators, the press, the audience and nobody.")
    label: str | None = Field(description="As printed.")
    otherwise: list[Words] = Field(description="The words that the other record has otherwise.")


class BesideRow(BaseModel):
    match: Literal["same", "otherwise", "first", "second"] = Field(
        description="`same`: the same words. `otherwise`: nearly the same. `first`, `second`: only that record has it."
    )
    first: PassageAnswer | None
    second: PassageAnswer | None


class BesideCounts(BaseModel):
    same: int
    otherwise: int
    first: int
    second: int
    of_two_voices: int = Field(description="Passages in both records, which they give to different speakers.")


class BesideAnswer(BaseModel):
    model_config = _documented(_BESIDE, "text/html")

    first: TitledReference
    second: TitledReference
    counts: BesideCounts
    rows: list[BesideRow]


# Snapshots and corrections -----------------------------------------------------------------------------------


class Freeze(CompareQuery):
    """What to freeze, as `GET /compare` takes it (`format` means nothing here)."""

    model_config = cast(
        ConfigDict, {"openapi_extra": {"example": {"first": "ada", "second": "grace", "topic": "road", "by": "Eva"}}}
    )

    by: Text = Field(None, description="Who freezes it; not checked.")

    def asked(self) -> dict[str, Any]:
        """As `Snapshots.freeze` takes it."""
        return {**CompareQuery.asked(self), "by": self.by or ""}


class SnapshotPath(BaseModel):
    sha256: str = Field(description="The SHA-256 of the snapshot's JSON.")


class SnapshotFilePath(SnapshotPath):
    suffix: str = Field(description="That of a format.")


_SNAPSHOT = {
    "sha256": _SHA256,
    "path": f"/snapshots/{_SHA256}",
    "title": "a wider road vs. the old trees",
    "at": "2021-12-03T09:30:00+00:00",
    "who": "Eva",
}


class SnapshotItem(BaseModel):
    """A comparison frozen for good: `<path>.json` is its JSON, and `sha256` that JSON's."""

    model_config = _documented(_SNAPSHOT)

    sha256: str
    path: str
    title: str
    at: str = Field(description="ISO 8601, UTC.")
    who: str = Field(description="As they say themselves; may be empty.")


class ListedSnapshotItem(SnapshotItem):
    sources: Literal["here", "replaced", "removed"] = Field(
        description="The documents that it quotes: all here; one replaced; one removed, so that it is not shown (410)."
    )
    notices: list[str] = Field(description="Which was replaced or removed, and when.")


class SnapshotsAnswer(BaseModel):
    model_config = _documented({"snapshots": [{**_SNAPSHOT, "sources": "here", "notices": []}]}, "text/html")

    snapshots: list[ListedSnapshotItem] = Field(description="Newest first.")


class PartItem(BaseModel):
    """A part of a comparison that is no pair, such as `framings`, `searched` or `made_with.classifier`."""

    name: str
    then: Any
    now: Any


class ChangedPairItem(BaseModel):
    """Two texts that are paired then and now, and what of the pair is another."""

    what: list[str] = Field(
        description="Some of relation, scores, why, review, notices, and of the quotes source, speaker, marks."
    )
    then: PairAnswer
    now: PairAnswer


class ReplayItem(BaseModel):
    """A comparison of then beside the one of today that the same question gets."""

    model_config = _documented(
        {
            "title": "a wider road vs. the old trees",
            "same": False,
            "refused": None,
            "parts": [{"name": "made_with.version", "then": "0.1.0", "now": "0.2.0"}],
            "came": None,
            "went": None,
            "gone": [],
            "new": [],
            "changed": [],
            "reordered": False,
        },
        "text/html",
    )

    title: str
    same: bool
    refused: ErrorDetail | None = Field(description="Why it cannot be made again today; null where it can.")
    parts: list[PartItem]
    came: dict[str, str] | None = Field(description="Documents by id; null where none did, or it cannot be told.")
    went: dict[str, str] | None
    gone: list[PairAnswer]
    new: list[PairAnswer]
    changed: list[ChangedPairItem]
    reordered: bool


class ReplayAnswer(BaseModel):
    same: bool
    comparisons: list[ReplayItem]


class ReportedQuote(BaseModel):
    id: str
    speaker: Reference
    document: str


class CorrectionItem(BaseModel):
    """An answered report. Its number is for good."""

    id: int
    state: Literal["corrected", "declined"]
    words: str | None = Field(description="What was reported; null where it was declined, since anybody may write it.")
    answer: str
    at: str = Field(description="ISO 8601, UTC.")
    by: str
    first: ReportedQuote
    second: ReportedQuote


class ReportItem(BaseModel):
    """A report as editors see it."""

    id: int
    at: str
    who: str
    words: str
    state: Literal["open", "corrected", "declined"]
    answer: CorrectionItem | None
    first: ReportedQuote
    second: ReportedQuote


class CorrectionsAnswer(BaseModel):
    model_config = _documented(
        {
            "corrections": [
                {
                    "id": 3,
                    "state": "corrected",
                    "words": "The second quote is the moderator's.",
                    "answer": "It is; the label was given to the moderator.",
                    "at": "2021-12-03T09:30:00+00:00",
                    "by": "Eva",
                    "first": {"id": f"{_DOCUMENT_ID}-5-30", "speaker": _ADA, "document": _DOCUMENT_ID},
                    "second": {"id": f"{_DOCUMENT_ID}-39-68", "speaker": _GRACE, "document": _DOCUMENT_ID},
                }
            ],
            "open": 1,
        },
        "text/html",
    )

    corrections: list[CorrectionItem] = Field(description="The newest answer first.")
    open: int = Field(description="Reports without an answer.")
