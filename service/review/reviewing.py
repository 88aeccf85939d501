"""Reviewing: what people decide of pairs, each decision in one transaction with its audit row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock

import numpy as np

from models.comparison import Pair, TopicRef
from models.nomination import RELATED
from models.published import quote_from_json
from models.quote import Quote
from models.relation import Relation
from models.ruling import Action, Key, Ruling, key_of
from models.why import why as reasons
from service.bounded import Bounded
from service.errors import BadValue, Conflict, NotFound, read_only
from service.given import storable
from service.positions.comparing import Comparing
from service.positions.made_with import made_of
from service.positions.mapping import Mapper, MapRequest
from service.positions.request import LIMITS, Request
from service.proof import Proof
from service.review.error_card import ErrorCard, error_card
from service.review.placing import Placing, State, placings
from service.review.queue import STATUSES, Queue, queue
from service.review.seen import seen
from service.scoring import Scoring, matrix
from service.sides import find_side
from service.store.docket import Decision, Docket, DocketWriting, newest
from service.store.journal import Journal
from service.store.queries import Reading
from service.store.store import Store, now
from service.topics.checks import reason_given
from service.views import TopicRow

CONFIRM, REJECT = "confirm", "reject"
DECISIONS = (CONFIRM, REJECT, str(Relation.OPPOSES), str(Relation.AGREES))
PAGE = 50  # decisions in one answer
OFFERED = 8  # other statements to pair a statement with


class NoReason(BadValue):
    """A decision that must say why, and does not."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A pair and all that was decided of it, newest first. `version` changes with every decision.

    A pair that was rejected is here as the classifier has it.
    """

    pair: Pair
    topics: tuple[TopicRef | None, TopicRef | None]
    decisions: tuple[Decision, ...]

    @property
    def version(self) -> int:
        return _version(self.decisions)

    @property
    def held(self) -> Decision | None:
        """The decision that holds."""
        return next((one for one in self.decisions if one.withdrawn is None), None)

    @property
    def topic(self) -> TopicRef | None:
        """The one that both are on."""
        return self.topics[0] if self.topics[0] == self.topics[1] else None

    def takes_reason(self, decision: str) -> bool:
        """Whether a decision must say why: one that only bears out what holds need not."""
        relation = _relation(decision, self)
        held = self.held
        stands = held is not None and relation is not None and held.ruling.relation is relation
        return not stands and _action(relation, self.pair) is not Action.CONFIRM


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of `total` decisions; `lost` are those of all that hold and cannot be placed."""

    rows: tuple[Placing, ...]
    total: int
    page: int
    lost: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def number(self) -> int:
        """Of the first row, the oldest of all being 1."""
        return self.total - PAGE * (self.page - 1)


class Reviewing:
    """Decisions are kept by what the two texts say. Of several on a pair the newest holds that was not withdrawn."""

    def __init__(
        self,
        store: Store,
        proof: Proof,
        scoring: Scoring,
        comparing: Comparing,
        mapper: Mapper,
        lock: RLock,
        *,
        read_only: bool,
    ) -> None:
        self._store = store
        self._scoring = scoring
        self._comparing = comparing
        self._mapper = mapper
        self._lock = lock
        self._read_only = read_only
        self._proof = proof
        self._cards: Bounded[tuple[int, str], ErrorCard] = Bounded(2)

    # What there is

    def pair(self, first: str, second: str) -> Reviewed:
        """Two statements by their ids, with what the classifier and the reviewers say of them."""
        pair = self._comparing.judged(storable("The statement", first), storable("The statement", second))
        pair = replace(pair, why=reasons(pair.first.judged, pair.second.judged))
        with self._store.reading() as reading:
            decisions = Docket(reading).on(_key(pair))[::-1]
            topics = _topics(pair, reading)
        found = Reviewed(pair, topics, decisions)
        held = found.held
        if held is None or held.ruling.relation is None:
            return found
        return replace(found, pair=replace(pair, relation=held.ruling.relation, review=held.ruling.review))

    def others(self, pair: Pair) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
        """What could stand in the place of each of the two: the nearest to the other that its speaker says on a topic
        of either."""
        return self._others(pair.first, pair.second), self._others(pair.second, pair.first)

    def placings(self, decisions: Sequence[Decision], *, whole: bool = False) -> tuple[Placing, ...]:
        """Where each of these stands today. `whole`: with the words of documents that are gone, for reviewers."""
        with self._store.reading() as reading:
            docket = Docket(reading)
            placed = placings(decisions, newest(docket.decisions()), docket)
            return placed if whole else self._for_readers(placed, reading)

    def decision(self, number: int) -> Decision | None:
        with self._store.reading() as reading:
            return Docket(reading).decision(number)

    def decisions(
        self,
        *,
        action: str | None = None,
        state: str | None = None,
        first: str | None = None,
        second: str | None = None,
        page: int = 1,
        whole: bool = False,
    ) -> Listed:
        """A page of the decisions, newest first: all, or those of an action, in a state, on statements of sides.

        `whole`: with the words of documents that are gone, for reviewers.
        """
        with self._store.reading() as reading:
            docket = Docket(reading)
            everything = docket.decisions()
            holding = newest(everything)
            placed = placings(everything[::-1], holding, docket)
            rows = [
                row
                for row in placed
                if (action is None or row.decision.ruling.action == action) and (state is None or row.state == state)
            ]
            for side in filter(None, (first, second)):
                members = find_side(side, [one.speaker for one in reading.known_speakers()]).members
                rows = [row for row in rows if row.speakers is not None and not members.isdisjoint(row.speakers)]
            listed = Listed(tuple(rows), len(rows), page, sum(row.state is State.LOST for row in placed))
            if not 1 <= page <= listed.pages:
                raise NotFound(f"There is no page {page}.", f"The last one is {listed.pages}.")
            shown = rows[(page - 1) * PAGE : page * PAGE]
            near = placings([row.decision for row in shown], holding, docket, near=True)
            return replace(listed, rows=near if whole else self._for_readers(near, reading))

    def queue(
        self,
        topics: Sequence[TopicRow],
        *,
        first: str | None = None,
        second: str | None = None,
        status: str | None = None,
        page: int = 1,
    ) -> Queue:
        """What waits for a reader among `topics`, of the speakers named or else of those who say most."""
        if status not in (None, *STATUSES):
            raise BadValue(f"status is {status!r}.", f"Give one of: {', '.join(STATUSES)}; or leave it out.")
        request = MapRequest(tuple(filter(None, (first, second))), (), False, None, None, None, page)
        with self._store.reading() as reading:
            drawn = {key for key, one in newest(Docket(reading).decisions()).items() if one.seen["sample"]}
        return queue(self._mapper, self._scoring, request, topics, status, drawn)

    def card(self) -> ErrorCard:
        """As of now, from the decisions that hold."""
        classifier = self._scoring.classifier
        with self._store.reading() as reading:
            return self._cards.of((reading.revision(), classifier), lambda: _card(classifier, reading))

    # What is decided

    def rule(
        self,
        first: str,
        second: str,
        decision: str,
        *,
        why: str = "",
        by: str = "",
        version: int | None = None,
        sample: bool = False,
        seen_in: Request | None = None,
    ) -> Decision:
        """Decide on two statements: confirm what is shown, reject it, or say that they oppose or agree.

        `version` is that of the pair as the reviewer saw it (None: any); `seen_in` the comparison where they saw it, if
        in one; `sample`: it was drawn. Anything but a confirmation takes a reason (`Reviewed.takes_reason`).
        """
        decide = self.ruling(first, second, decision, why=why, by=by, version=version, sample=sample, seen_in=seen_in)
        with self._writing() as docket:
            return decide(docket)

    def ruling(
        self,
        first: str,
        second: str,
        decision: str,
        *,
        why: str = "",
        by: str = "",
        version: int | None = None,
        sample: bool = False,
        seen_in: Request | None = None,
    ) -> Callable[[DocketWriting], Decision]:
        """As `rule`, all but the writing, which is what it gives: a step of a larger transaction."""
        if decision not in DECISIONS:
            raise BadValue(f"The decision is “{decision[:80]}”.", f"Give one of: {', '.join(DECISIONS)}.", DECISIONS)
        self._refuse_if_read_only()
        there = self.pair(first, second)
        relation = _relation(decision, there)
        action = _action(relation, there.pair)
        who, reason = storable("The name", by.strip()), reason_given(why)
        if not reason and there.takes_reason(decision):
            raise NoReason("A reason is missing.", "Say in a few words why. Nothing was changed.")
        topic = there.topic
        shown = any(
            self._comparing.shows(request, there.pair.first.text, there.pair.second.text)
            for request in _requests(there.pair, topic, seen_in)
        )
        ruling = Ruling(action, relation, who, reason, now())

        def decide(docket: DocketWriting) -> Decision:
            before = docket.on(_key(there.pair))[::-1]
            _demand_unchanged(version, before)
            _demand_comparable(there.pair, relation, docket)
            drawn = any(one.seen["sample"] for one in before if one.withdrawn is None)
            made = seen(there.pair, topic, made_of(self._scoring, ()), shown=shown, sample=sample or drawn)
            number = docket.record(_key(there.pair), ruling, made)
            detail = {"ruling": number, "relation": relation and str(relation), "why": reason}
            docket.note(who, f"{action}-pair", _subject(_key(there.pair)), detail)
            return _found(number, docket)

        return decide

    def withdraw(self, number: int, *, by: str = "", why: str = "") -> Decision:
        """Take a decision back; an older one that was not withdrawn holds again."""
        who, reason = storable("The name", by.strip()), reason_given(why)
        with self._writing() as docket:
            decision = _found(number, docket)
            if decision.withdrawn is not None:
                raise Conflict(
                    f"That is withdrawn already: {decision.said}.", "Decide again if it is wanted after all."
                )
            detail = {"ruling": number, "action": decision.ruling.action, "why": reason}
            docket.withdraw(number, docket.note(who, "withdraw-ruling", _subject(decision.key), detail))
            return _found(number, docket)

    def _for_readers(self, placed: Sequence[Placing], reading: Reading) -> tuple[Placing, ...]:
        """Without the words that no document bears out any more."""
        quotes = ([quote_from_json(row.decision.seen[side]) for side in ("first", "second")] for row in placed)
        stand = self._proof.borne_out(quotes, reading)
        return tuple(row if stands else row.without_words() for row, stands in zip(placed, stand, strict=True))

    def _others(self, instead_of: Quote, beside: Quote) -> tuple[Quote, ...]:
        topics = sorted({one for one in (instead_of.topic, beside.topic) if one is not None})
        with self._store.reading() as reading:
            embedder = self._scoring.embedder
            known = reading.statements(
                embedder=embedder, speaker=instead_of.speaker.id, topics=topics or None, comparable_only=True
            )
            (own,) = reading.statements(embedder=embedder, ids=[beside.id])
            some = [one for one in known if one.vector is not None and one.quote.text != instead_of.text]
            if own.vector is None or not some:
                return ()
            similarity = matrix([one.vector or b"" for one in some]) @ matrix([own.vector])[0]
            order = np.argsort(-similarity, kind="stable")[:OFFERED]
            return self._comparing.quotes([some[at] for at in order], reading)

    def _refuse_if_read_only(self) -> None:
        if self._read_only:
            raise read_only()

    @contextmanager
    def _writing(self) -> Iterator[DocketWriting]:
        self._refuse_if_read_only()
        with self._lock, self._store.writing() as writing:
            yield DocketWriting(writing)


def _relation(decision: str, there: Reviewed) -> Relation | None:
    """What the pair is called from then on."""
    if decision == REJECT:
        return None
    if decision != CONFIRM:
        return Relation(decision)
    if there.pair.relation not in (Relation.OPPOSES, Relation.AGREES):
        raise BadValue(
            f"There is nothing to confirm: of this pair the classifier says “{there.pair.relation}”.",
            "Say whether the two oppose or agree, or reject the pair.",
        )
    return there.pair.relation


def _action(relation: Relation | None, pair: Pair) -> Action:
    if relation is None:
        return Action.REJECT
    if pair.similarity < RELATED or pair.steps.decided is Relation.DIFFERS:
        return Action.PAIR
    return Action.CONFIRM if relation is pair.steps.decided else Action.RELABEL


def _requests(pair: Pair, topic: TopicRef | None, seen_in: Request | None) -> Iterator[Request]:
    """The comparisons in which somebody may have seen a pair."""
    if seen_in is not None:
        yield seen_in
    first, second, limit = pair.first.speaker.id, pair.second.speaker.id, LIMITS.stop - 1
    for on in (topic.id, None) if topic is not None else (None,):
        yield Request(first, second, on, limit, 0.0, None, None, None, False, False)


def _demand_unchanged(version: int | None, before: Sequence[Decision]) -> None:
    """Raises Conflict, with what was decided, where somebody decided after the pair was opened."""
    if version is None or version == _version(before):
        return
    said = before[0].said if before else "it is not the version that you name"
    raise Conflict(
        f"Somebody decided on this pair after you opened it: {said}.",
        "Look at it as it is now, and decide again if you still want to. Nothing was changed.",
    )


def _version(decisions: Collection[Decision]) -> int:
    """How often a pair was decided on, taking a decision back included."""
    return sum(1 if one.withdrawn is None else 2 for one in decisions)


def _demand_comparable(pair: Pair, relation: Relation | None, docket: Docket) -> None:
    if relation is None:
        return
    key = _key(pair)
    comparable = {place.statement for some in docket.places(key).values() for place in some if place.comparable}
    for quote in (pair.first, pair.second):
        if quote.id not in comparable:
            raise BadValue(
                f"“{quote.text[:80]}” is never compared: it is courtesy, procedure or a fragment.",
                "Name a statement that says something on the matter.",
            )


def _topics(pair: Pair, reading: Reading) -> tuple[TopicRef | None, TopicRef | None]:
    names = Journal(reading).names()
    one, other = (
        TopicRef(quote.topic, names[quote.topic]) if quote.topic is not None else None
        for quote in (pair.first, pair.second)
    )
    return one, other


def _card(classifier: str, reading: Reading) -> ErrorCard:
    holding = newest(Docket(reading).decisions()).values()
    ids = {one.seen["topic"]["id"] for one in holding if one.seen["topic"] is not None}
    return error_card(holding, classifier, _names_today(ids, reading))


def _names_today(ids: Collection[str], reading: Reading) -> dict[str, str]:
    journal = Journal(reading)
    names, heirs = journal.names(), {one: journal.successor(one) for one in ids}
    return {one: names[heir] for one, heir in heirs.items() if heir is not None}


def _found(number: int, docket: Docket) -> Decision:
    found = docket.decision(number)
    if found is None:
        raise NotFound(f"There is no decision {number}.", "See /rulings for all of them.")
    return found


def _key(pair: Pair) -> Key:
    return key_of(pair.first.text, pair.second.text)


def _subject(key: Key) -> str:
    """What the audit calls a pair."""
    return f"{key[0][:16]}-{key[1][:16]}"
