"""Review schema: what the addresses of the review take and give, as `schema` has it for all others."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, Field

from service.schema.compare import ComparisonAnswer, PairAnswer
from service.schema.fields import FORMAT, Limit, Page, Text, documented
from service.schema.quotes import Probabilities, QuoteAnswer, Reference

_Skipped = Annotated[int, BeforeValidator(lambda value: value or 0), Field(ge=0)]
Action = Literal["confirm", "reject", "relabel", "pair"]
State = Literal["holds", "replaced", "withdrawn", "cannot be placed"]


class ReviewQuery(BaseModel):
    """All that the queue can be asked for: its address holds every choice."""

    topic: Text = Field(None, description="A topic's id or name.")
    first: Text = Field(None, description="A speaker: only pairs with a statement of theirs.")
    second: Text = Field(None, description="Another speaker: only pairs of the two.")
    status: Annotated[Literal["shown", "unsure", "sample"] | None, BeforeValidator(lambda value: value or None)] = (
        Field(
            None,
            description="`shown`: pairs that comparisons show; `unsure`: pairs too close to call; without it, both. "
            "`sample`: all that is shown, reviewed or not, in an order drawn at random once and for all.",
        )
    )
    skip: _Skipped = Field(0, description="Pass over so many.")
    page: Page = Field(1, description="Of the topics: 25 each, as on the map.")
    limit: Limit = Field(10, description="At most so many pairs: 1 to 100. The page shows one.")
    by: Text = Field(None, description="The reviewer's name, for the page's form.")
    keys: Text = Field(None, description="`off`: the page takes no single keys.")
    done: Text = Field(None, description="The decision that led to the page.")
    format: Text = Field(None, description=FORMAT)

    def held(self, **changes: Any) -> dict[str, Any]:
        """What of it an address holds, with `changes`; what is at its default is left out."""
        query = self.model_copy(update={"done": None, "format": None, **changes})
        return query.model_dump(exclude_defaults=True, exclude_none=True)


class ReviewPairQuery(BaseModel):
    first: str = Field(description="A statement's id.")
    second: str = Field(description="The id of a statement of another speaker.")
    back: Text = Field(None, description="The comparison where the pair was seen: /compare?…")
    by: Text = Field(None, description="The reviewer's name, for the page's form.")
    keys: Text = Field(None, description="`off`: the page takes no single keys.")
    done: Text = Field(None, description="The decision that led to the page.")
    format: Text = Field(None, description=FORMAT)


class RulingsQuery(BaseModel):
    action: Annotated[Action | None, BeforeValidator(lambda value: value or None)] = Field(
        None, description="Only decisions of this kind."
    )
    state: Annotated[State | None, BeforeValidator(lambda value: value or None)] = Field(
        None, description="Only decisions in this state."
    )
    first: Text = Field(None, description="Only those on statements of this side.")
    second: Text = Field(None, description="And of this one.")
    page: Page = Field(1, description="50 decisions each.")
    by: Text = Field(None, description="The reviewer's name, for the page's forms.")
    format: Text = Field(None, description=FORMAT)

    def held(self, **changes: Any) -> dict[str, Any]:
        return self.model_copy(update={"format": None, **changes}).model_dump(exclude_defaults=True, exclude_none=True)


# What is given -----------------------------------------------------------------------------------------------

_COMPARED = cast(dict[str, Any], ComparisonAnswer.model_config)["openapi_extra"]["example"]
_PAIR = _COMPARED["pairs"][0]
_SEEN = {
    "first": _PAIR["first"],
    "second": _PAIR["second"],
    "topic": _COMPARED["topic"],
    "relation": "opposes",
    "similarity": 0.91,
    "probabilities": {"agrees": 0.01, "opposes": 0.97, "differs": 0.02},
    "probability_needed": 0.85,
    "confidence": 0.97,
    "shown": True,
    "sample": False,
    "version": "0.1.0",
    "embedder": {"name": "all-MiniLM-L6-v2", "sha256": "ab" * 32},
    "classifier": {"name": "bundled", "sha256": "cd" * 32},
}
_PLACES = {side: f"{_PAIR[side]['document']['id']}-{_PAIR[side]['start']}-{_PAIR[side]['end']}" for side in
           ("first", "second")}  # fmt: skip
_RULING = {
    "id": 4,
    "at": "2021-12-03T09:30:00+00:00",
    "who": "M. Hopper",
    "why": "not about the same thing",
    "action": "reject",
    "relation": None,
    "what": "rejected the pair",
    "state": "holds",
    "withdrawn": None,
    "statements": _PLACES,
    "lost": None,
    "near": {"first": None, "second": None},
    "seen": _SEEN,
}
_FIGURE = {"name": "opposes", "stood": 31, "reviewed": 40, "share": 0.775, "low": 0.625, "high": 0.8768}


class WaitingAnswer(PairAnswer):
    topic: Reference
    shown: bool = Field(description="Whether the comparison on its topic shows it; else it was too close to call.")


class QueueSearched(BaseModel):
    """Where the queue looked: nothing is judged for it, so it holds what comparisons and the map judged before."""

    speakers: list[Reference]
    page: int
    pages: int = Field(description="Of 25 topics each.")
    judged: int = Field(description="Comparisons of two speakers on one topic whose pairs are known.")
    unjudged: int = Field(description="Those that nobody has looked at yet; the map judges them.")


class QueueAnswer(BaseModel):
    """Pairs that wait for a reader, in the order in which reading them is of most use."""

    model_config = documented(
        {
            "pairs": [{**_PAIR, "topic": _COMPARED["topic"], "shown": True}],
            "waiting": 1,
            "searched": {
                "speakers": [_COMPARED["first"], _COMPARED["second"]],
                "page": 1,
                "pages": 1,
                "judged": 1,
                "unjudged": 0,
            },
        },
        "text/html",
    )

    pairs: list[WaitingAnswer]
    waiting: int = Field(description="How many there are in all.")
    searched: QueueSearched


class WithdrawnAnswer(BaseModel):
    at: str
    who: str
    why: str


class SeenQuote(QuoteAnswer):
    text: str | None = Field(  # type: ignore[assignment]
        description="null, with no other word, where its document is not here as it was and who asks is no reviewer."
    )


class SeenAnswer(BaseModel):
    """The pair as it was decided on; the relation and the numbers are the classifier's."""

    first: SeenQuote
    second: SeenQuote
    topic: Reference | None = Field(description="The one that both were on.")
    relation: Literal["opposes", "agrees", "unsure", "differs"]
    similarity: float
    probabilities: Probabilities
    probability_needed: float
    confidence: float
    shown: bool = Field(description="Whether a comparison showed it by itself: these are what the error card counts.")
    sample: bool = Field(description="Whether it was drawn at random.")
    version: str
    embedder: dict[str, str]
    classifier: dict[str, str]


class NearAnswer(BaseModel):
    """The statement most like one that is not here any more."""

    statement: str
    text: str
    share: float = Field(description="Of the characters that are the same: 0 to 1.")


class NearSides(BaseModel):
    first: NearAnswer | None
    second: NearAnswer | None


class StatementSides(BaseModel):
    first: str
    second: str


class RulingItem(BaseModel):
    """What somebody decided of a pair. It is kept by the two texts, and holds wherever they stand."""

    model_config = documented(_RULING)

    id: int
    at: str
    who: str = Field(
        description="The account, where one signed it; else as they said themselves, unchecked. May be empty."
    )
    why: str
    action: Action
    relation: Literal["opposes", "agrees"] | None = Field(description="What the pair is called since; null: no pair.")
    what: str = Field(description="In words.")
    state: State
    withdrawn: WithdrawnAnswer | None
    statements: StatementSides | None = Field(description="Ids of statements with these words today.")
    lost: str | None = Field(description="Why it holds and yet changes nothing.")
    near: NearSides
    seen: SeenAnswer


class RulingsAnswer(BaseModel):
    model_config = documented({"rulings": [_RULING], "total": 1, "page": 1, "pages": 1, "lost": 0}, "text/html")

    rulings: list[RulingItem] = Field(description="Newest first.")
    total: int
    page: int
    pages: int
    lost: int = Field(description="How many of all hold and cannot be placed.")


class JudgedPair(PairAnswer):
    relation: Literal["opposes", "agrees", "unsure", "differs"]  # type: ignore[assignment]


class ReviewedPairAnswer(BaseModel):
    """Any two statements: what the classifier says of them, and what was decided."""

    model_config = documented({"pair": _PAIR, "version": 1, "rulings": [_RULING]}, "text/html")

    pair: JudgedPair
    version: int = Field(description="Give it with a decision, so that one made meanwhile is noticed.")
    rulings: list[RulingItem] = Field(description="Newest first.")


class FigureAnswer(BaseModel):
    """Of so many shown pairs that were reviewed, so many stood. `share` and its 95 % interval are null below 10."""

    name: str
    stood: int
    reviewed: int
    share: float | None
    low: float | None
    high: float | None


class ErrorCardAnswer(BaseModel):
    """How many of the pairs that were shown stood when somebody read them, as of now."""

    model_config = documented(
        {
            "present": {**_FIGURE, "name": "pairs of the classifier in use"},
            "sample": {**_FIGURE, "name": "of these, drawn at random", "stood": 3, "reviewed": 4}
            | dict.fromkeys(("share", "low", "high")),
            "everything": {**_FIGURE, "name": "pairs of all classifiers"},
            "by_relation": [_FIGURE],
            "by_topic": [{**_FIGURE, "name": "The road"}],
            "by_model": [{**_FIGURE, "name": "bundled cdcdcdcdcdcd"}],
        },
        "text/html",
    )

    present: FigureAnswer
    sample: FigureAnswer
    everything: FigureAnswer
    by_relation: list[FigureAnswer]
    by_topic: list[FigureAnswer]
    by_model: list[FigureAnswer]
