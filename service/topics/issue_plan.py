"""Issue plan: which topics a list of issues leads to, and which statements stand fast in them, with nothing stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.issue import Issue
from models.slug import slug, unused
from models.topic import Moves, Origin, Settings, Topic, fixed_places
from service.lookup import folded
from service.store.grouped import Grouped
from service.store.journal import GoneTopic, Journal
from service.store.queries import Reading
from service.topics.claims import issue_of
from service.topics.grouping import Grouping


@dataclass(frozen=True, slots=True)
class Plan:
    """What the topics are to be grouped anew from: `issues` in their order, then `others`.

    `others` are the topics that there are, those that dropped issues were before, and those that lost all to issues.
    `places` is where statements stand fast, as issues take them and people put them; `was` where they stand so far.
    """

    before: tuple[Topic, ...]  # the topics that there are, without their members
    issues: tuple[Topic, ...]
    others: tuple[Topic, ...]
    was: Mapping[str, str]
    places: Mapping[str, str | None]
    words: Mapping[str, set[str]]  # of the others: what each has, or had before issues took it
    lent: Mapping[str, str]  # the topic that statements stood in before issues moved them
    statements: int

    @property
    def topics(self) -> tuple[Topic, ...]:
        return (*self.issues, *self.others)

    @property
    def listed(self) -> frozenset[str]:
        return frozenset(one.id for one in self.issues)

    @property
    def adopted(self) -> frozenset[str]:
        """The topics that become issues."""
        return self.listed & {one.id for one in self.before if one.settings.origin is not Origin.ISSUE}

    @property
    def taken(self) -> Counter[tuple[str, str]]:
        """How many statements each issue takes from which topic: (topic, issue)."""
        issues = self.listed
        moving = ((self.was.get(one), to) for one, to in self.places.items())
        return Counter(
            (here, to) for here, to in moving if here is not None and to is not None and to in issues and here != to
        )

    def lent_after(self, moves: Moves) -> dict[str, str]:
        """The topic that each statement will have stood in before issues moved it, once these moves are made."""
        issues = {one.id for one in listed(self.before) if one.settings.former is None}
        fresh = {one: here for one, here, _ in moves.moved if here is not None and here not in issues}
        back = {one for one, _, here in moves.moved if self.lent.get(one) == here}
        return {one: here for one, here in {**fresh, **self.lent}.items() if one not in back}


def listed(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Those that are issues."""
    return tuple(one for one in topics if one.settings.origin is Origin.ISSUE)


def plan(wanted: Sequence[Issue], reading: Reading, grouping: Grouping, embedder: str) -> Plan:
    grouped = Grouped(reading)
    before, lent, was = grouped.topics(embedder), grouped.lent(), grouped.places()
    gone = [one for one in Journal(reading).all_gone() if one.became is None]
    taken = {*(one.id for one in before), *grouped.gone()}
    issues = _issues(wanted, before, gone, taken, set(lent.values()))
    others = _others(before, gone, {one.id for one in issues}, set(lent.values()))
    topics = {one.id: one for one in (*issues, *others)}
    said = grouped.said(embedder)
    fixed = fixed_places(said, said.drawn, topics, grouping.decided(grouped, topics.values()))
    open_to = {one.id for one in others}
    words: dict[str, set[str]] = defaultdict(set)
    for one, key in zip(said.ids, said.keys, strict=True):
        own = lent[one] if lent.get(one) in open_to else was.get(one)
        if own in open_to:
            words[own].add(key)
    return Plan(
        before,
        issues,
        others,
        {one: was[one] for one in said.ids if one in was},
        {said.ids[row]: place for row, place in fixed.items()},
        words,
        lent,
        len(said),
    )


def _issues(
    wanted: Sequence[Issue], before: Sequence[Topic], gone: Sequence[GoneTopic], taken: set[str], lending: set[str]
) -> tuple[Topic, ...]:
    """The list as topics. A topic that has an issue's name, or had it when it vanished, is the issue's from now on."""
    named = {folded(one.name): one for one in reversed(before)}  # the first counts; an issue comes before all others
    vanished = {folded(one.name): one for one in reversed(gone)}
    topics = []
    for one in wanted:
        topic, old = named.get(folded(one.name)), vanished.get(folded(one.name))
        new = Settings(Origin.ISSUE, description=one.description, example=one.example)
        if topic is not None and (topic.settings.origin is not Origin.ISSUE or issue_of(topic) != one):
            was = topic.settings
            former = was.former if was.origin is Origin.ISSUE else was.origin
            version = was.version + (was.origin is Origin.ISSUE)
            settings = replace(was, origin=Origin.ISSUE, former=former, version=version)
            settings = replace(settings, description=one.description, example=one.example)
            topic = replace(topic, name=one.name, settings=settings)
        elif topic is None and old is not None:
            former = Origin.FOUND if old.id in lending else None
            topic = Topic(old.id, one.name, old.terms, (), replace(new, former=former))
        elif topic is None:
            topic_id = unused(taken, slug(one.name, "topic"))
            topic = Topic(topic_id, one.name, (), (), new)
        taken.add(topic.id)
        topics.append(topic)
    return tuple(topics)


def _others(
    before: Sequence[Topic], gone: Sequence[GoneTopic], issues: set[str], lending: set[str]
) -> tuple[Topic, ...]:
    """The topics beside the list; a dropped issue that was a topic before is that again."""
    staying = [one for one in before if one.id not in issues]
    found = [one for one in staying if one.settings.origin is not Origin.ISSUE]
    again = [replace(one, settings=_again(one.settings)) for one in staying if one.settings.former is not None]
    back = [Topic(one.id, one.name, one.terms, ()) for one in gone if one.id in lending - issues]
    return (*found, *again, *back)


def _again(was: Settings) -> Settings:
    assert was.former is not None, "asked for such alone"
    return replace(was, origin=was.former, former=None, description=None, example=None)
