"""Edit: one change that somebody made to the topics, and how it is said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeAlias

from models.topic import Settings, Topic
from service.rendering import count, day

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
        name = f"“{self.name(self.topic_id)}”"
        other = f"“{self.name(self.other_id)}”" if self.other_id is not None else ""
        moved = count(self.moved, "statement")
        match self.action:
            case Action.RENAME:
                return f"renamed {name} to “{self.after[self.topic_id]['name']}”"
            case Action.MERGE:
                return f"merged {other} into {name}"
            case Action.SPLIT:
                return f"split {other} ({moved}) off {name}"
            case Action.MOVE if self.other_id is None:
                return f"took {moved} out of {name}"
            case Action.MOVE if self.other_id == self.topic_id:
                return f"put {moved} into {name}"
            case Action.MOVE:
                return f"moved {moved} from {name} to {other}"
            case Action.LOCK | Action.UNLOCK:
                return f"{self.action}ed {name}"
            case Action.HIDE:
                return f"hid {name}"
            case Action.SHOW:
                return f"showed {name} again"

    @property
    def said(self) -> str:
        """In words, with who did it and when."""
        return f"{self.who or 'somebody'} {self.what} on {moment(self.at)}"

    @property
    def undoing(self) -> str:
        """How it was taken back, in words; empty where it holds."""
        done = self.undone
        return f"{done.who or 'somebody'} undid on {moment(done.at)}: {self.said}" if done else ""


def face(topic: Topic) -> dict[str, Any]:
    settings = {field.name: getattr(topic.settings, field.name) for field in fields(Settings)}
    return {"name": topic.name, "terms": list(topic.terms), "statements": len(topic.members), **settings}


def moment(at: str) -> str:
    """'2021-12-02T14:05:09+00:00' as '2 December 2021, 14:05 UTC'."""
    return f"{day(at[:10])}, {at[11:16]} UTC"
