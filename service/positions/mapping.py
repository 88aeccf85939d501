"""Mapping: topics by pairs of sides, each cell as its comparison has it, and no more judged than was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from models.comparison import Searched, all_thresholds
from models.embedding import Progress
from models.nomination import Nominee, Position, nominate, rulings_on
from models.ruling import NO_RULINGS, Rulings
from models.standing import Cell, Standing, judged, unjudged
from models.transcript import Speaker
from service.budget import Asked, Budget
from service.dates import checked_span
from service.errors import BadValue, NotFound
from service.listed import Listed
from service.lookup import find_speaker
from service.positions.comparing import Comparing
from service.positions.made_with import made_of
from service.positions.request import limited
from service.scoring import Scores, Scoring
from service.sides import Side, alone, by_name, delegations, find_delegation
from service.store.queries import Reading, Stored
from service.store.store import Store
from service.views import DocumentRow, TopicRow

TOPICS_SHOWN = 25  # rows of one answer
SIDES_SHOWN = 6  # where no others are chosen: 15 pairs
MOST_SIDES = 12  # that can be chosen: 66 pairs


@dataclass(frozen=True, slots=True)
class MapRequest:
    """What was asked for, checked for sense but not yet looked up. `by_delegation`: each delegation is one side."""

    speakers: tuple[str, ...]
    delegations: tuple[str, ...]
    by_delegation: bool
    since: str | None
    until: str | None
    document: str | None
    page: int

    def __post_init__(self) -> None:
        checked_span(self.since, self.until)
        if self.page < 1:
            raise BadValue(f"page is {self.page}.", "Give a whole number from 1 on.")


@dataclass(frozen=True, slots=True)
class MapSide:
    """A side and all of it that was searched within the limits: statements to compare, and words spoken."""

    who: Speaker
    searched: Searched


@dataclass(frozen=True, slots=True)
class MapRow:
    """A topic, how many statements the sides have on it, and a cell for every pair of them."""

    id: str
    name: str
    statements: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TopicMap:
    """A page of the map. `pairs` are the columns, each of two sides in alphabetical order; rows on which both
    sides of a pair speak come first, and of these as of the others the largest."""

    by_delegation: bool
    sides: tuple[MapSide, ...]
    pairs: tuple[tuple[MapSide, MapSide], ...]
    rows: tuple[MapRow, ...]
    page: int
    topics: int  # on all pages
    made_with: dict[str, object]

    @property
    def pages(self) -> int:
        return max(1, -(-self.topics // TOPICS_SHOWN))

    @property
    def unjudged(self) -> int:
        """How many cells of this page wait for a judgement."""
        return sum(cell.standing is Standing.UNJUDGED for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A request looked up: who is compared with whom, on which topics, within which documents."""

    sides: tuple[Side, ...]
    pairs: tuple[tuple[int, int], ...]  # of indices into `sides`
    topics: tuple[tuple[TopicRow, int], ...]  # with how many statements of the sides
    documents: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell before it is judged. `asked` are the texts of the nominees, in their order."""

    topic: TopicRow
    first: Position
    second: Position
    nominees: tuple[Nominee, ...]
    asked: tuple[Asked, ...]

    def cell(self, known: dict[Asked, Scores], thresholds: dict[str, float]) -> Cell:
        if any(pair not in known for pair in self.asked):
            return unjudged(self.first, self.second)
        rows = np.array([known[pair] for pair in self.asked], np.float64).reshape(-1, 3)
        return judged(self.first, self.second, self.nominees, rows, thresholds)


@dataclass(frozen=True, slots=True)
class Drafts:
    """The cells of a page before they are judged, and what page of how many topics it is."""

    sides: tuple[Side, ...]
    cells: tuple[Draft, ...]
    topics: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.topics // TOPICS_SHOWN))


class Mapper:
    """Draws maps. What it judges is kept, so that the next map and the comparisons have it."""

    def __init__(self, store: Store, scoring: Scoring, comparing: Comparing, listed: Listed) -> None:
        self._store = store
        self._scoring = scoring
        self._comparing = comparing
        self._listed = listed

    def map(self, request: MapRequest, topics: Sequence[TopicRow], budget: Budget | None = None) -> TopicMap:
        """One page of the map over `topics`. What a budget suffices for is judged: whole cells, cheapest first."""
        with self._store.reading() as reading:
            documents = self._listed.documents(reading)
            frame = self._framed(request, topics, reading)
            sides = _searched(frame, reading)
            shown = _page(frame.topics, request.page)
            drafts = self._drafts(frame, shown, reading, self._comparing.rulings(reading))
        cells = self._judged(drafts, budget)
        width = len(frame.pairs)
        return TopicMap(
            by_delegation=request.by_delegation,
            sides=sides,
            pairs=tuple((sides[one], sides[other]) for one, other in frame.pairs),
            rows=tuple(
                MapRow(row.id, row.name, number, tuple(cells[at * width : (at + 1) * width]))
                for at, (row, number) in enumerate(shown)
            ),
            page=request.page,
            topics=len(frame.topics),
            made_with={
                **made_of(self._scoring, documents),
                "thresholds": all_thresholds(self._scoring.thresholds),
            },
        )

    def drafts(self, request: MapRequest, topics: Sequence[TopicRow], *, reviewed: bool) -> Drafts:
        """The same page's cells with nothing judged; `reviewed`: as reviewers would have them."""
        with self._store.reading() as reading:
            frame = self._framed(request, topics, reading)
            shown = _page(frame.topics, request.page)
            rulings = self._comparing.rulings(reading) if reviewed else NO_RULINGS
            return Drafts(frame.sides, tuple(self._drafts(frame, shown, reading, rulings)), len(frame.topics))

    def judge(self, request: MapRequest, topics: Sequence[TopicRow], progress: Progress | None = None) -> None:
        """Judge every pair of every page; `progress` is told how many cells are done. It can be stopped and resumed."""
        with self._store.reading() as reading:
            frame = self._framed(request, topics, reading)
        done, total = 0, len(frame.topics) * len(frame.pairs)
        for start in range(0, len(frame.topics), TOPICS_SHOWN):
            with self._store.reading() as reading:
                some = frame.topics[start : start + TOPICS_SHOWN]
                drafts = self._drafts(frame, some, reading, self._comparing.rulings(reading))
            for draft in drafts:
                if draft.asked:
                    self._scoring.judge(draft.asked, keep=True)
                done += 1
                if progress is not None:
                    progress(done, total)

    def _framed(self, request: MapRequest, topics: Sequence[TopicRow], reading: Reading) -> _Frame:
        speakers = [row.speaker for row in self._listed.speakers(reading)]
        return _framed(request, topics, self._listed.documents(reading), speakers, reading)

    def _drafts(
        self, frame: _Frame, topics: Sequence[tuple[TopicRow, int]], reading: Reading, rulings: Rulings
    ) -> list[Draft]:
        """The cells of these topics, row by row, from one question to the store."""
        said: dict[tuple[str | None, str], list[Stored]] = defaultdict(list)
        for one in reading.statements(
            embedder=self._scoring.embedder,
            documents=frame.documents,
            speakers=frozenset().union(*(side.members for side in frame.sides)),
            topics=[row.id for row, _ in topics],
            comparable_only=True,
        ):
            if one.quote.reading.stands_alone:
                said[one.quote.topic, one.quote.speaker.id].append(one)
        drafts = []
        for row, _ in topics:
            positions = [self._position(side, row, said) for side in frame.sides]
            judged_as = {quote.id: quote.judged for position in positions for quote in position.quotes}
            for first, second in ((positions[at], positions[other]) for at, other in frame.pairs):
                nominees = tuple(nominate(first, second, rulings_on(first, second, rulings)))
                asked = tuple(
                    (judged_as[first.quotes[each.first].id], judged_as[second.quotes[each.second].id])
                    for each in nominees
                )
                drafts.append(Draft(row, first, second, nominees, asked))
        return drafts

    def _position(self, side: Side, row: TopicRow, said: dict[tuple[str | None, str], list[Stored]]) -> Position:
        """In the order in which a comparison has them, so that both compute the same to the last bit."""
        theirs = [one for member in side.members for one in said.get((row.id, member), ())]
        theirs.sort(key=lambda one: (one.quote.document.id, one.quote.start, one.quote.end))
        return self._comparing.position(side.who, theirs)

    def _judged(self, drafts: Sequence[Draft], budget: Budget | None) -> list[Cell]:
        known = self._scoring.known({pair for draft in drafts for pair in draft.asked})
        cheapest = sorted(drafts, key=lambda one: len(one.asked))  # the most cells for the same work
        chosen = [draft for draft in cheapest if budget is None or budget.whole(draft.asked, known)]
        fresh = dict.fromkeys(pair for draft in chosen for pair in draft.asked if pair not in known)
        if fresh:
            rows = self._scoring.judge(tuple(fresh), keep=True)
            known |= {pair: (row[0], row[1], row[2]) for pair, row in zip(fresh, rows.tolist(), strict=True)}
        thresholds = self._scoring.thresholds
        return [draft.cell(known, thresholds) for draft in drafts]


def _framed(
    request: MapRequest,
    topics: Sequence[TopicRow],
    rows: Sequence[DocumentRow],
    speakers: Sequence[Speaker],
    reading: Reading,
) -> _Frame:
    documents = limited(rows, request.document, request.since, request.until, reading)
    counts = {who.id: number for who, number in reading.most_said(documents=documents)}
    chosen, sides = _sides(request, speakers, counts)
    pairs = tuple(
        (one, other)
        for one, other in combinations(range(len(sides)), 2)
        if not sides[one].overlaps(sides[other]) and (len(chosen) != 1 or chosen[0] in (sides[one], sides[other]))
    )
    members = frozenset().union(*(side.members for side in sides))
    said = reading.said_by_topic(members, documents=documents) if pairs else {}
    there = [
        (row, sum(said[row.id].values()), _both_speak(sides, pairs, said[row.id])) for row in topics if row.id in said
    ]
    there.sort(key=lambda each: (not each[2], -each[1], each[0].id))
    return _Frame(sides, pairs, tuple((row, number) for row, number, _ in there), documents)


def _both_speak(sides: Sequence[Side], pairs: Sequence[tuple[int, int]], counts: Mapping[str, int]) -> bool:
    """Whether there is a pair on a topic that is not silent."""
    speak = [not side.members.isdisjoint(counts) for side in sides]
    return any(speak[one] and speak[other] for one, other in pairs)


def _sides(
    request: MapRequest, speakers: Sequence[Speaker], counts: dict[str, int]
) -> tuple[tuple[Side, ...], tuple[Side, ...]]:
    """The sides that were chosen, and those shown: where fewer than two were, those with most statements besides."""
    named = [alone(find_speaker(text, speakers)) for text in request.speakers]
    groups = [find_delegation(text, speakers) for text in request.delegations]
    chosen = tuple(dict.fromkeys([*named, *groups] if request.by_delegation else named))
    if len(chosen) > MOST_SIDES:
        raise BadValue(f"{len(chosen)} sides were chosen.", f"Choose at most {MOST_SIDES}.")
    if len(chosen) >= 2 and (request.by_delegation or not groups):
        return chosen, by_name(*chosen)
    pool = _pool(request, groups, speakers)
    said = {side: sum(counts.get(member, 0) for member in side.members) for side in pool}
    most = sorted((side for side in pool if said[side]), key=lambda side: (-said[side], side.who.id))
    others = [side for side in most if not any(side.overlaps(one) for one in chosen)]
    return chosen, by_name(*chosen, *others[: max(SIDES_SHOWN - len(chosen), 0)])


def _pool(request: MapRequest, groups: Sequence[Side], speakers: Sequence[Speaker]) -> list[Side]:
    """Who fills the map: the speakers of the delegations named, or everybody, each for himself or by delegation."""
    if not request.by_delegation:
        wanted = frozenset().union(*(side.members for side in groups))
        return [alone(who) for who in speakers if not groups or who.id in wanted]
    return [*delegations(speakers), *(alone(who) for who in speakers if not who.delegation)]


def _searched(frame: _Frame, reading: Reading) -> tuple[MapSide, ...]:
    statements = {who.id: number for who, number in reading.most_said(documents=frame.documents)}
    words = reading.words_spoken(documents=frame.documents)
    return tuple(
        MapSide(
            side.who,
            Searched(
                sum(statements.get(member, 0) for member in side.members),
                sum(words.get(member, 0) for member in side.members),
            ),
        )
        for side in frame.sides
    )


def _page(topics: Sequence[tuple[TopicRow, int]], page: int) -> Sequence[tuple[TopicRow, int]]:
    start = (page - 1) * TOPICS_SHOWN
    if start and start >= len(topics):
        last = max(1, -(-len(topics) // TOPICS_SHOWN))
        raise NotFound(f"There is no page {page}.", f"The last one is {last}.")
    return topics[start : start + TOPICS_SHOWN]
