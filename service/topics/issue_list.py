"""The issue list: topics that somebody asks for by name; they come before the topics that are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import RLock
from typing import TypeAlias

from models.issue import Issue
from models.topic import Moves, Topic
from service.errors import Forbidden
from service.lookup import folded
from service.rendering.counting import count
from service.rendering.counting import number as in_digits
from service.scoring import Scoring
from service.store.grouped import Grouped
from service.store.queries import Reading
from service.store.store import Store
from service.topics.claims import issue_of
from service.topics.grouping import Grouping, moves_detail
from service.topics.issue_plan import Plan, listed, plan
from service.translation import gettext

TAKES = 5  # topics named from which an issue takes statements
TopicCount: TypeAlias = tuple[str, str, int]  # id, name, statements


class Fate(StrEnum):
    """What becomes of an issue when a list takes another's place."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Prospect:
    """An issue, and how many statements it has or would have.

    `topic` is the topic of its name (id, name, statements) that becomes the issue's; of a dropped issue, the one that
    it is again. `beside` is another topic (id, name), whose id is the issue's name. `takes` are the topics that lose
    statements to it, and how many.
    """

    issue: Issue
    fate: Fate
    statements: int
    topic: TopicCount | None = None
    beside: tuple[str, str] | None = None
    locked: bool = False  # it takes nothing, and keeps what it has
    takes: tuple[TopicCount, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueChange:
    """What a list changes: its issues in their order, then those that are dropped.

    `emptied` are the names of topics that have no statement left for it. `moves` is all that changed of the topics;
    None before it is done, and where nothing was to be done.
    """

    prospects: tuple[Prospect, ...]
    statements: int  # all that can be compared, on whatever topic
    emptied: tuple[str, ...]
    moves: Moves | None = None

    @property
    def listed(self) -> int:
        return sum(one.fate is not Fate.DROPPED for one in self.prospects)

    @property
    def claimed(self) -> int:
        return sum(one.statements for one in self.prospects)


class IssueList:
    """The whole list is set at once. An issue keeps its id as long as it keeps its name.

    A topic that has an issue's name becomes the issue's; once the issue is dropped, it is that topic again.
    """

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
            return _change(wanted, self._plan(wanted, reading))

    def set(self, wanted: Sequence[Issue], by: str) -> IssueChange:
        """Put `wanted` in the place of the list there is, and group the statements anew."""
        if self._read_only:
            raise Forbidden("This Counterpose is read-only.", "Set the list where COUNTERPOSE_READ_ONLY is not set.")
        self._grouping.prepare()
        with self._store.reading() as reading:
            if list(wanted) == [issue_of(one) for one in listed(Grouped(reading).topics())]:
                return _change(wanted, self._plan(wanted, reading))
        with self._lock, self._store.writing() as writing:
            found = self._plan(wanted, writing)
            change = _change(wanted, found)
            moves = self._grouping.regroup(writing, words=found.words, topics=found.topics)
            Grouped(writing).lend(found.lent_after(moves) if wanted else {})
            names = {fate.value: [one.issue.name for one in change.prospects if one.fate is fate] for fate in Fate}
            writing.note(by, "set-issues", "", {**names, "topics": moves_detail(moves)})
        return replace(change, moves=moves)

    def _plan(self, wanted: Sequence[Issue], reading: Reading) -> Plan:
        return plan(wanted, reading, self._grouping, self._scoring.embedder)


def _change(wanted: Sequence[Issue], found: Plan) -> IssueChange:
    sizes, counts = Counter(found.was.values()), Counter(found.places.values())
    names, there = {one.id: one.name for one in found.before}, {one.id: one for one in listed(found.before)}
    taken = sorted(found.taken.items(), key=lambda item: (-item[1], item[0]))
    prospects = [
        Prospect(
            issue,
            _fate(issue, there.get(topic.id)),
            counts[topic.id],
            (topic.id, names[topic.id], sizes[topic.id]) if topic.id in found.adopted else None,
            _beside(topic, found.before),
            topic.settings.locked,
            tuple((one, names[one], number) for (one, to), number in taken if to == topic.id),
        )
        for issue, topic in zip(wanted, found.issues, strict=True)
    ]
    staying = {one.id for one in found.topics}
    for one in there.values():
        if one.id not in found.listed:
            again = (one.id, one.name, sizes[one.id]) if one.id in staying else None
            prospects.append(Prospect(issue_of(one), Fate.DROPPED, 0, again))
    losses: Counter[str] = Counter()
    for (topic_id, _), number in taken:
        losses[topic_id] += number
    emptied = [names[one] for one in names if 0 < sizes[one] == losses[one] and one not in {*there, *found.listed}]
    return IssueChange(tuple(prospects), found.statements, tuple(emptied))


def notes(one: Prospect) -> tuple[str, ...]:
    """What is to be known of what becomes of an issue, in words."""
    said = []
    if one.topic is not None and one.fate is Fate.DROPPED:
        said.append(gettext("it is the topic again that it was before"))
    elif one.topic is not None:
        _, _, number = one.topic
        had = count(number, "statement")
        said.append(gettext("the topic of this name (%(had)s) becomes this issue and keeps its address", had=had))
    if one.locked:
        said.append(gettext("it is locked: it takes nothing and keeps what it has"))
    if one.beside is not None:
        here, name = f"/topics/{one.beside[0]}", one.beside[1]
        said.append(
            gettext("%(here)s is the topic “%(name)s” as before, also where it is typed so", here=here, name=name)
        )
    if one.takes:
        some = (
            gettext("%(number)s from “%(name)s”", number=in_digits(number), name=name)
            for _, name, number in one.takes[:TAKES]
        )
        said.append(gettext("takes %(some)s", some=", ".join(some)))
    if len(one.takes) > TAKES:
        said.append(gettext("and from %(topics)s more", topics=count(len(one.takes) - TAKES, "topic")))
    return tuple(said)


def _fate(issue: Issue, there: Topic | None) -> Fate:
    if there is None:
        return Fate.NEW
    return Fate.KEPT if issue_of(there) == issue else Fate.CHANGED


def _beside(issue: Topic, topics: Sequence[Topic]) -> tuple[str, str] | None:
    """Another topic that is reached where the issue's name is written just as that topic's id."""
    like = (one for one in topics if one.id != issue.id and folded(one.id) == folded(issue.name))
    return next(((one.id, one.name) for one in like), None)
