"""Topics: the topics, the list of issues and the edits of both."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.schema.examples import ADA, FIRST, GRACE, SECOND
from service.schema.fields import documented
from service.schema.quotes import QuoteAnswer, Reference

_ISSUE = {"description": "Whether and how far the road is widened.", "example": "The road is too narrow for lorries."}
_TOPIC = {
    "id": "road-widened",
    "name": "road, widened",
    "terms": ["road", "widened"],
    "statements": 11,
    "speakers": [{**ADA, "statements": 6}, {**GRACE, "statements": 5}],
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
    model_config = documented({"topics": [_TOPIC]}, "text/html")

    topics: list[TopicItem]


class IssueItem(TopicItem):
    description: str | None = Field(description="What the list says that it is about.")
    example: str | None = Field(description="What the list gives as something that could be said on it.")


class IssuesAnswer(BaseModel):
    model_config = documented({"issues": [{**_TOPIC, **_ISSUE}]}, "text/html")

    issues: list[IssueItem]


class TopicAnswer(TopicItem):
    model_config = documented({**_TOPIC, "quotes": [FIRST, SECOND]}, "text/html")

    quotes: list[QuoteAnswer]


class UndoneAnswer(BaseModel):
    at: str
    who: str
    why: str


class TopicEditItem(BaseModel):
    """What somebody changed of the topics."""

    id: int
    at: str
    who: str = Field(
        description="The account, where one signed it; else as they said themselves, unchecked. May be empty."
    )
    why: str
    action: Literal["rename", "merge", "split", "move", "lock", "unlock", "hide", "show"]
    what: str = Field(description="In words.")
    topic: Reference = Field(description="As it was called before; of a merge, the one that was kept.")
    other: Reference | None = Field(description="The topic merged, split off or moved to.")
    holds: bool
    undone: UndoneAnswer | None
    lost: str | None = Field(description="Why it holds and yet changes nothing: its statements or its topic are gone.")


class TopicEditsAnswer(BaseModel):
    model_config = documented({"edits": [_EDIT], "hidden": [{"id": "lime-trees", "name": "Lime trees"}]}, "text/html")

    edits: list[TopicEditItem] = Field(description="Newest first.")
    hidden: list[Reference] = Field(description="Topics left out of the lists.")
