"""Edit: one change that somebody made to the topics, and how it is said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeAlias

from models.topic import Settings, Topic
from service.rendering.counting import count
from service.rendering.wording import day
from service.translation import gettext

Face: TypeAlias = Mapping[str, Any]  # a topic at one moment: name, terms, number of statements, settings
KEPT = ("name", "terms", *(field.name for field in fields(Settings) if field.name != "version"))
"""What of a face an undo brings back."""


class Action(StrEnum):
    """What can be done to a topic."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    LOCK = "lock"
    UNLOCK = "unlock"
    HIDE = "hide"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Undone:
    """That an edit was taken back. `versions` are those that the topics had afterwards."""

    at: str
    who: str
    why: str
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit as it was made. `before` and `after` are the faces of all topics it touched, by their ids."""

    id: int
    at: str  # ISO 8601, UTC, seconds
    who: str  # as they say themselves; may be empty
    why: str
    action: Action
    topic_id: str  # of a merge, the topic that is kept
    other_id: str | None  # the topic merged, split off or moved to
    before: Mapping[str, Face]
    after: Mapping[str, Face]
    undone: Undone | None = None

    @property
    def topics(self) -> frozenset[str]:
        return frozenset((*self.before, *self.after))

    def name(self, topic_id: str) -> str:
        """What a topic was called when the edit began; one that it made, when it was done."""
        return str((self.before.get(topic_id) or self.after[topic_id])["name"])

    @property
    def moved(self) -> int:
        """How many statements a split or a move took from one topic to another."""
        here = self.other_id or self.topic_id
        before, after = (faces.get(here, {}).get("statements", 0) for faces in (self.before, self.after))
        return abs(int(after) - int(before))

    @property
    def what(self) -> str:
        """Without who did it: 'renamed “Gas” to “Gas pipeline”'."""
        said = {
            "topic": self.name(self.topic_id),
            "other": self.name(self.other_id) if self.other_id is not None else "",
            "moved": count(self.moved, "statement"),
        }
        match self.action:
            case Action.RENAME:
                return gettext("renamed “%(topic)s” to “%(name)s”", name=self.after[self.topic_id]["name"], **said)
            case Action.MERGE:
                return gettext("merged “%(other)s” into “%(topic)s”", **said)
            case Action.SPLIT:
                return gettext("split “%(other)s” (%(moved)s) off “%(topic)s”", **said)
            case Action.MOVE if self.other_id is None:
                return gettext("took %(moved)s out of “%(topic)s”", **said)
            case Action.MOVE if self.other_id == self.topic_id:
                return gettext("put %(moved)s into “%(topic)s”", **said)
            case Action.MOVE:
                return gettext("moved %(moved)s from “%(topic)s” to “%(other)s”", **said)
            case Action.LOCK:
                return gettext("locked “%(topic)s”", **said)
            case Action.UNLOCK:
                return gettext("unlocked “%(topic)s”", **said)
            case Action.HIDE:
                return gettext("hid “%(topic)s”", **said)
            case Action.SHOW:
                return gettext("showed “%(topic)s” again", **said)

    @property
    def said(self) -> str:
        """In words, with who did it and when."""
        return gettext(
            "%(who)s %(what)s on %(when)s", who=self.who or gettext("somebody"), what=self.what, when=moment(self.at)
        )

    @property
    def undoing(self) -> str:
        """How it was taken back, in words; empty where it holds."""
        done = self.undone
        if done is None:
            return ""
        who = done.who or gettext("somebody")
        return gettext("%(who)s undid on %(when)s: %(said)s", who=who, when=moment(done.at), said=self.said)


def face(topic: Topic) -> dict[str, Any]:
    settings = {field.name: getattr(topic.settings, field.name) for field in fields(Settings)}
    return {"name": topic.name, "terms": list(topic.terms), "statements": len(topic.members), **settings}


def moment(at: str) -> str:
    """'2021-12-02T14:05:09+00:00' as '2 December 2021, 14:05 UTC'."""
    return gettext("%(date)s, %(time)s UTC", date=day(at[:10]), time=at[11:16])
