"""History: one speaker on one topic over time, from what was asked for to an answer whose every quote is proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from models import change
from models.change import Course, JudgeWithin, course, in_order
from models.comparison import TopicRef
from models.nomination import Position
from models.quote import Quote
from models.transcript import Speaker
from service import weighing
from service.bounded import Bounded
from service.budget import Budget
from service.dates import within
from service.listed import Listed
from service.lookup import find_speaker, unknown_topic
from service.positions.made_with import made_with
from service.positions.request import demand_sense
from service.proof import Proof
from service.scoring import Scoring
from service.store.store import Store
from service.topics.free_text import keywords, least, named, on_topic, similarities
from service.topics.succession import topic_today
from service.views import TopicRow

ANSWERS_IN_MEMORY = 64
BYTES = 16 << 20  # of these together


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What was asked for, checked for sense but not yet looked up. Equal ones have equal answers at one revision."""

    speaker: str
    topic: str | None
    since: str | None
    until: str | None

    def __post_init__(self) -> None:
        demand_sense(self.topic, self.since, self.until)


@dataclass(frozen=True, slots=True)
class DatedTopic:
    """A topic that a speaker spoke on: how many statements, on how many different dates."""

    id: str
    name: str
    statements: int
    dates: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """A speaker's course on a topic; without one it is empty, and `topics` are there to choose from, most dates first.

    `reported` counts the statements left out since they only say or answer what others hold.
    """

    speaker: Speaker
    topic: TopicRef | None
    course: Course
    reported: int
    topics: tuple[DatedTopic, ...]
    made_with: dict[str, object]


class History:
    """Answers requests, and remembers the answers as long as the corpus stays as it is."""

    def __init__(self, store: Store, proof: Proof, scoring: Scoring, listed: Listed) -> None:
        self._store = store
        self._scoring = scoring
        self._listed = listed
        self._proof = proof
        self._answers: Bounded[tuple[int, HistoryRequest], OverTime] = Bounded(ANSWERS_IN_MEMORY, BYTES, _weight)

    def over_time(self, request: HistoryRequest, budget: Budget | None) -> OverTime:
        """The course, every quote of it proven just now against the stored texts.

        Steps for which the budget does not suffice are left unjudged, and are judged when it is asked for again.
        """
        with self._store.reading() as reading:
            key = reading.revision(), request
            answer = self._answers.get(key)
            if answer is None:
                speaker = find_speaker(request.speaker, [row.speaker for row in self._listed.speakers(reading)])
                rows = self._listed.topics(reading)
                topic = topic_today(request.topic, rows, reading) if request.topic is not None else None
                holding = (
                    frozenset(reading.holding(keywords(request.topic))) if request.topic and not topic else frozenset()
                )
                said = [one.quote for one in reading.statements(speaker=speaker.id, comparable_only=True)]
        if answer is None:
            answer = self._answer(request, speaker, topic, rows, said, holding, self._judge(budget))
            if not answer.course.unjudged:
                self._answers.put(key, answer)
        with self._store.reading() as reading:
            self._proof.of_quotes(_quotes(answer.course), reading)
        return answer

    def _answer(
        self,
        request: HistoryRequest,
        speaker: Speaker,
        known: TopicRow | None,
        rows: Sequence[TopicRow],
        said: Sequence[Quote],
        holding: frozenset[str],
        judge: JudgeWithin,
    ) -> OverTime:
        topics = _topics([row for row in rows if not row.settings.hidden], said)
        if known is not None:
            topic: TopicRef | None = TopicRef(known.id, known.name)
            chosen: Sequence[Quote] = [one for one in said if one.topic == known.id]
        else:
            topic, chosen = self._near(request.topic, rows, said, holding)
        dated = [one for one in chosen if within(one.document.metadata.date, request.since, request.until)]
        own = {one.id for one in dated if one.reading.stands_alone}
        dates = {one.document.metadata.date for one in dated}
        beside = tuple(
            one for one in said if one.id in own or (one.document.metadata.date in dates and one.reading.stands_alone)
        )
        vectors = self._scoring.embed([quote.text for quote in beside], keep=True)
        found = course(Position(speaker, beside, vectors), own, judge)
        return OverTime(speaker, topic, found, len(dated) - len(own), topics, self._made_with())

    def _judge(self, budget: Budget | None) -> JudgeWithin:
        if budget is None:
            return partial(self._scoring.judge, keep=True)
        return partial(self._scoring.judge_within, budget=budget)

    def _near(
        self, text: str | None, rows: Sequence[TopicRow], said: Sequence[Quote], holding: frozenset[str]
    ) -> tuple[TopicRef | None, Sequence[Quote]]:
        """What of `said` is on a free text's topic."""
        if text is None:
            return None, ()
        vectors = self._scoring.embed([one.text for one in said], keep=True)
        found = similarities(said, vectors, self._scoring.embed([text])[0])
        near = [said[at] for at in on_topic(said, found, least([found]), named(text, rows), holding)]
        if not near:
            raise unknown_topic(text, [row for row in rows if row.id in {one.topic for one in said}])
        return TopicRef(None, text), near

    def _made_with(self) -> dict[str, object]:
        return {
            **made_with(self._scoring),
            "thresholds": {
                "alike": change.ALIKE,
                "agreeing": change.AGREEING,
                "same": change.SAME,
                "perhaps_alike": change.PERHAPS_ALIKE,
                "perhaps_agreeing": change.PERHAPS_AGREEING,
                "nearest": change.NEAREST,
            },
        }


def _weight(_: object, answer: OverTime) -> int:
    """Bytes, about."""
    matches = sum(len(step.repeats) + len(step.kept) for step in answer.course.steps)
    few = weighing.OBJECT * (8 + len(answer.topics) + len(answer.course.steps) + matches)
    return few + weighing.of_quotes(_quotes(answer.course))


def _topics(rows: Sequence[TopicRow], said: Sequence[Quote]) -> tuple[DatedTopic, ...]:
    """The topics that statements belong to, most dates first."""
    members: dict[str | None, list[Quote]] = defaultdict(list)
    for quote in said:
        members[quote.topic].append(quote)
    found = [
        DatedTopic(row.id, row.name, len(members[row.id]), len(in_order(members[row.id])[0]))
        for row in rows
        if row.id in members
    ]
    return tuple(sorted(found, key=lambda one: (-one.dates, -one.statements, one.id)))


def _quotes(found: Course) -> Iterator[Quote]:
    for step in found.steps:
        yield from step.quotes
        yield from (quote for one in (*step.repeats, *step.kept) for quote in (one.earlier, one.later))
    yield from found.undated
