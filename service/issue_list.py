"""The issue list: topics that somebody asks for by name; they come before the topics that are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import RLock

import numpy as np

from models.issue import Issue
from models.slug import slug, unused
from models.topic import Origin, Settings, Topic
from service.claims import claims, issue_of
from service.errors import Forbidden
from service.grouped import Grouped
from service.grouping import Grouping
from service.lookup import folded
from service.queries import Reading
from service.scoring import Scoring
from service.store import Store


class Fate(StrEnum):
    """What becomes of an issue when a list takes another's place."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Prospect:
    """An issue, and how many statements it has or would have."""

    issue: Issue
    fate: Fate
    statements: int


@dataclass(frozen=True, slots=True)
class IssueChange:
    """What a list changes: its issues in their order, then those that are dropped."""

    prospects: tuple[Prospect, ...]
    statements: int  # all that can be compared, on whatever topic

    @property
    def listed(self) -> int:
        return sum(one.fate is not Fate.DROPPED for one in self.prospects)

    @property
    def claimed(self) -> int:
        return sum(one.statements for one in self.prospects)


class IssueList:
    """The whole list is set at once. An issue keeps its id as long as it keeps its name."""

    def __init__(self, store: Store, scoring: Scoring, grouping: Grouping, lock: RLock, *, read_only: bool) -> None:
        self._store = store
        self._scoring = scoring
        self._grouping = grouping
        self._lock = lock
        self._read_only = read_only

    def preview(self, wanted: Sequence[Issue]) -> IssueChange:
        """What setting the list would change, with nothing stored."""
        self._grouping.prepare_if_possible()  # every statement has its vector then
        with self._store.reading() as reading:
            return self._change(wanted, reading)

    def set(self, wanted: Sequence[Issue], by: str) -> IssueChange:
        """Put `wanted` in the place of the list there is, and group the statements anew."""
        if self._read_only:
            raise Forbidden("This Counterpose is read-only.", "Set the list where COUNTERPOSE_READ_ONLY is not set.")
        self._grouping.prepare()
        with self._store.reading() as reading:
            if list(wanted) == [issue_of(one) for one in reading.grouping() if one.settings.origin is Origin.ISSUE]:
                return self._change(wanted, reading)  # the list as it is
        with self._lock, self._store.writing() as writing:
            change = self._change(wanted, writing)
            before = writing.grouping()
            old = {folded(one.name): one for one in before if one.settings.origin is Origin.ISSUE}
            found = [one for one in before if one.settings.origin is not Origin.ISSUE]
            issues = _topics(wanted, old, {one.id for one in found}, writing.gone_topics())
            Grouped(writing).replace((*issues, *found), self._scoring.embedder, 0)
            self._grouping.regroup(writing)
            names = {fate.value: [one.issue.name for one in change.prospects if one.fate is fate] for fate in Fate}
            writing.note(by, "set-issues", "", names)
        return change

    def _change(self, wanted: Sequence[Issue], reading: Reading) -> IssueChange:
        there = {
            folded(one.name): (issue_of(one), len(one.members))
            for one in reading.grouping()
            if one.settings.origin is Origin.ISSUE
        }
        said = Grouped(reading).said(self._scoring.embedder)
        owners = claims(said, wanted, self._scoring)
        counts = np.bincount(owners[owners >= 0], minlength=len(wanted)).tolist()
        prospects = [Prospect(one, _fate(one, there), count) for one, count in zip(wanted, counts, strict=True)]
        named = {folded(one.name) for one in wanted}
        dropped = [Prospect(one, Fate.DROPPED, 0) for name, (one, _) in there.items() if name not in named]
        return IssueChange((*prospects, *dropped), len(said))


def _fate(issue: Issue, there: dict[str, tuple[Issue, int]]) -> Fate:
    name = folded(issue.name)
    if name not in there:
        return Fate.NEW
    return Fate.KEPT if there[name][0] == issue else Fate.CHANGED


def _topics(
    wanted: Sequence[Issue], old: dict[str, Topic], taken: set[str], gone: dict[str, str | None]
) -> list[Topic]:
    """The list as topics. One that was dropped and is asked for again has the id again that it had."""
    taken = taken | {one.id for one in old.values()}
    topics = []
    for one in wanted:
        topic = old.get(folded(one.name))
        if topic is None:
            free = taken | {own for own, name in gone.items() if name is None or folded(name) != folded(one.name)}
            settings = Settings(origin=Origin.ISSUE, description=one.description, example=one.example)
            topic = Topic(unused(free, slug(one.name, "topic")), one.name, (), (), settings)
        elif issue_of(topic) != one:
            version = topic.settings.version + 1
            settings = replace(topic.settings, description=one.description, example=one.example, version=version)
            topic = replace(topic, name=one.name, settings=settings)
        taken.add(topic.id)
        topics.append(topic)
    return topics
