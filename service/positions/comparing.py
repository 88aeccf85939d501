"""Comparing: from what was asked for to two positions, and from those to a Comparison whose every quote is proven."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain, islice
from typing import cast
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from models.comparison import Comparison, Pair, TopicRef, compare, decided, one_to_one
from models.nomination import NOMINEES, Nominated, Nominee, Position, rulings_on, worth_judging
from models.quote import Quote
from models.relation import Relation
from models.review import OF_OTHERS, Notice
from models.ruling import Rows, Ruling, Rulings, key_of
from models.transcript import Speaker
from service import weighing
from service.bounded import Bounded
from service.budget import Budget
from service.documents.again import counted_again
from service.editions import gone_statement
from service.errors import BadValue, NotFound
from service.listed import Listed
from service.lookup import unknown_topic
from service.notices.sources import noticed
from service.positions.made_with import made_of
from service.positions.nominated import asked_of, nominated, partly_judged
from service.positions.request import Request, limited
from service.positions.stated import Stated
from service.positions.typed import TypedTopic
from service.proof import Proof
from service.scoring import Scoring, matrix
from service.sides import Side, alone, by_name, find_side
from service.store.docket import Docket
from service.store.queries import Reading, Stored
from service.store.store import Store
from service.topics.succession import topic_today
from service.views import DocumentRow, TopicRow

COMPARISONS_IN_MEMORY = 256
BYTES = 32 << 20  # of these together
LARGE = 50_000  # comparable statements, above which of a typed topic's nominees only the nearest are judged unasked,
UNASKED = 16  # so many: docs/at-size.md has what that takes and what it leaves out


@dataclass(frozen=True, slots=True)
class _Found:
    """A request looked up: on what, what each of the two said, and what it is made with."""

    topic: TopicRef | None
    first: Position
    second: Position
    made_with: dict[str, object]
    rulings: Rulings
    most: int = NOMINEES  # pairs that are judged
    others: TopicRef | None = None  # the topic that what was typed names, on which neither of the two says anything


class Comparing:
    """Answers requests, and remembers the answers as long as the corpus stays as it is."""

    def __init__(self, store: Store, proof: Proof, scoring: Scoring, listed: Listed) -> None:
        self._store = store
        self._scoring = scoring
        self._listed = listed
        self._proof = proof
        self._answers: Bounded[tuple[int, Request], Comparison] = Bounded(
            COMPARISONS_IN_MEMORY, BYTES, lambda _, answer: weighing.of_comparison(answer)
        )
        self._rulings: Bounded[int, Rulings] = Bounded(2)

    def compare(self, request: Request, budget: Budget | None = None) -> Comparison:
        """The comparison, every quote of it proven just now against the stored texts.

        Where a budget does not go as far, only the nearest pairs are judged that it suffices for, and a notice says so;
        one is judged at least.
        """
        with self._store.reading() as reading:
            key = reading.revision(), request
            answer = self._answers.get(key)
            if answer is not None:
                self._proof.of_quotes(all_quotes(answer), reading)
                return answer
            _checked_sides(request, [row.speaker for row in self._listed.speakers(reading)])
            free = self._is_free(request, reading)
        near = self._ready_for(str(request.topic)) if free else None
        with self._store.reading() as reading:
            key = reading.revision(), request
            found = self._look_up(request, near, reading)
        ruled = rulings_on(found.first, found.second, found.rulings)
        pairs = worth_judging(found.first, found.second, ruled)
        most = self._within(budget, found, pairs)
        answer = self._answer(request, found, pairs.judged(most), most)
        with self._store.reading() as reading:
            self._proof.of_quotes(all_quotes(answer), reading)
            answer = counted_again(answer, found.first, found.second, reading)
            answer = partly_judged(answer, most, len(pairs.near), _address_of_all(request, found))
            answer = noticed(_of_others(answer, found), reading)
        return self._answers.put(key, answer) if most == found.most else answer

    def pair(self, first: str, second: str) -> Comparison:
        """Two statements alone, by their ids, as they are judged; no pair where they differ."""
        with self._store.reading() as reading:
            sides = self._alone(first, second, reading)
            rows = self._listed.documents(reading)
            rulings = self.rulings(reading)
        answer = compare(
            sides[0],
            sides[1],
            partial(self._scoring.judge, keep=True),
            partial(self._scoring.embed, keep=True),
            thresholds=self._scoring.thresholds,
            include_unsure=True,
            rulings=rulings,
            made_with=made_of(self._scoring, rows),
        )
        with self._store.reading() as reading:
            self._proof.of_quotes(all_quotes(answer), reading)
            return noticed(answer, reading)

    def judged(self, first: str, second: str) -> Pair:
        """Two statements as the classifier judges them, by their ids, near or far and whatever reviewers said."""
        with self._store.reading() as reading:
            sides = self._alone(first, second, reading)
            self._proof.of_quotes((sides[0].quotes[0], sides[1].quotes[0]), reading)
        nominees = [Nominee(0, 0, float(sides[0].vectors[0] @ sides[1].vectors[0]))]
        row = self._scoring.judge([(sides[0].quotes[0].judged, sides[1].quotes[0].judged)], keep=True)
        (pair,) = (pair for some in decided(*sides, nominees, row, self._scoring.thresholds).values() for pair in some)
        return pair

    def _alone(self, first: str, second: str, reading: Reading) -> tuple[Position, Position]:
        """Two positions of one statement each, by their ids."""
        stored = [reading.statements(embedder=self._scoring.embedder, ids=[each]) for each in (first, second)]
        for each, found in zip((first, second), stored, strict=True):
            if not found:
                raise gone_statement(each, reading) or NotFound(
                    f"There is no statement {each!r}.", "Name it by the id that a comparison gives for it."
                )
        one, other = (self.position(found[0].quote.speaker, found) for found in stored)
        if one.speaker == other.speaker:
            raise BadValue(f"Both statements are {one.speaker.name}'s.", "Name statements of two speakers.")
        return one, other

    def shows(self, request: Request, first: str, second: str) -> bool:
        """Whether a comparison of the request finds these two texts to be a pair by itself, whatever was said of them.

        It counts with what reviewers said of other pairs, as it is shown today, and without, as it was shown at first.
        Of what was never judged, nothing was shown: the classifier is not asked.
        """
        with self._store.reading() as reading:
            free = self._is_free(request, reading)
        near = self._ready_for(str(request.topic)) if free else None
        with self._store.reading() as reading:
            found = self._look_up(request, near, reading)
        others = {key: one for key, one in found.rulings.items() if key != key_of(first, second)}
        ruled = rulings_on(found.first, found.second, others)
        return self._finds(found, {}, first, second) or (bool(ruled) and self._finds(found, ruled, first, second))

    def _within(self, budget: Budget | None, found: _Found, pairs: Nominated) -> int:
        """How many of the nearest pairs are judged: what is known or fits into the budget, and one at least.

        What reviewers put together is judged whatever is left, and so counts first.
        """
        if budget is None:
            return found.most
        near = pairs.near[: found.most]
        asked = asked_of(found.first, found.second, near)
        put_together = asked_of(found.first, found.second, pairs.judged(0))
        known = self._scoring.known({*asked, *put_together})
        budget.spend(put_together, known)
        rejected = (text for text, one in zip(asked, near, strict=True) if one.rejected)
        most = len(budget.first(asked, {*known, *rejected}))
        while most < len(near) and not pairs.judged(most):
            most += 1
        return most if most < len(near) else found.most

    def _finds(self, found: _Found, ruled: Mapping[Rows, Ruling], first: str, second: str) -> bool:
        nominees, asked = nominated(found.first, found.second, ruled, found.most)
        known = self._scoring.known(asked)
        if any(pair not in known for pair in asked):
            return False
        rows = np.array([known[pair] for pair in asked], np.float64).reshape(-1, 3)
        ranked = decided(found.first, found.second, nominees, rows, self._scoring.thresholds)
        shown = (pair for relation in (Relation.OPPOSES, Relation.AGREES) for pair in one_to_one(ranked[relation]))
        return any({pair.first.text, pair.second.text} == {first, second} for pair in shown)

    def rulings(self, reading: Reading) -> Rulings:
        """Those that hold, by the two texts."""
        return self._rulings.of(reading.revision(), Docket(reading).holding)

    def quotes(self, found: Iterable[Stored], reading: Reading) -> tuple[Quote, ...]:
        """The quotes of stored statements, proven."""
        quotes = tuple(one.quote for one in found)
        self._proof.of_quotes(quotes, reading)
        return quotes

    def text(self, document: DocumentRow, reading: Reading) -> str:
        """A stored text, proven."""
        return self._proof.of_text(document.id, document.sha256, reading)

    def _answer(self, request: Request, found: _Found, nominees: Sequence[Nominee], most: int) -> Comparison:
        return compare(
            found.first,
            found.second,
            partial(self._scoring.judge, keep=True),
            partial(self._scoring.embed, keep=True),
            thresholds=self._scoring.thresholds,
            topic=found.topic,
            limit=request.limit,
            min_confidence=request.min_confidence,
            include_unsure=request.include_unsure,
            rulings=found.rulings,
            most=most,
            nominees=nominees,
            made_with={"asked": _asked(request, found), **found.made_with},
        )

    def position(self, speaker: Speaker, said: Sequence[Stored]) -> Position:
        return Position(speaker, tuple(one.quote for one in said), self._vectors(said))

    def _vectors(self, said: Sequence[Stored]) -> NDArray[np.float32]:
        missing = {one.text_sha256: one.quote.text for one in said if one.vector is None}
        fresh = self._scoring.vectors(missing.values()) if missing else {}  # only where they could not be stored
        return matrix([one.vector or fresh[one.text_sha256] for one in said])

    def _look_up(
        self, request: Request, near: NDArray[np.float32] | None, reading: Reading, by_name: bool = True
    ) -> _Found:
        """`by_name`: a topic is looked for among those there are, and not only among what was said."""
        rows = self._listed.documents(reading)
        documents = limited(rows, request.document, request.since, request.until, reading)
        speakers = [row.speaker for row in self._listed.speakers(reading)]
        first, second = _checked_sides(request, speakers)
        made_with = self._listed("made of", reading, lambda _: made_of(self._scoring, rows))
        rulings = self.rulings(reading)
        topics = self._listed.topics(reading) if request.topic is not None else ()
        topic = topic_today(request.topic, topics, reading) if request.topic is not None and by_name else None

        @cache
        def said(side: Side) -> tuple[Stored, ...]:
            found = reading.statements(
                embedder=self._scoring.embedder,
                documents=documents,
                speakers=side.members,
                topic=topic.id if topic is not None else None,
                comparable_only=True,
            )
            return found if request.include_reported else tuple(o for o in found if o.quote.reading.stands_alone)

        if topic is None and request.topic is not None and near is None:  # the topic went just now
            near = self._ready_for(request.topic)
        if near is None or topic is not None:
            ranked = self._with_most(topic, documents, reading, said)
            sides = [self.position(side.who, said(side)) for side in _sides(first, second, ranked, speakers)]
            on = TopicRef(topic.id, topic.name) if topic is not None else None
            if on is not None and _is_others(on, first, second, reading):
                found = self._look_up(request, near, reading, by_name=False)
                if found.first.quotes or found.second.quotes or on.id != request.topic:
                    return replace(found, others=on)
            return _Found(on, sides[0], sides[1], made_with, rulings)
        name = str(request.topic)
        typed = self._typed(name, near, topics, documents, reading)
        open_side = first is None or second is None
        most = typed.most_said(reported=request.include_reported) if open_side else iter(())
        chosen = list(islice(most, 1))
        if open_side and not chosen and typed.anything:
            raise NotFound(
                f"On {name!r} there is only what speakers say that others hold.",
                "Ask for what others hold too (include=reported) to see it.",
            )
        known = {who.id: who for who in speakers}
        likely = (known[who] for who in chain(chosen, most))  # one at a time, until there are two
        sides = typed.positions(_sides(first, second, likely, speakers), reported=request.include_reported)
        silent = not any(side.quotes for side in sides) and not typed.anything
        if silent and all(row.id != name for row in topics):
            raise unknown_topic(name, topics)
        judged = UNASKED if not request.include_nominees and self._is_large(reading) else NOMINEES
        return _Found(TopicRef(None, name), sides[0], sides[1], made_with, rulings, judged)

    def _is_large(self, reading: Reading) -> bool:
        return sum(row.comparable for row in self._listed.speakers(reading)) > LARGE

    def _with_most(
        self,
        topic: TopicRow | None,
        documents: Sequence[str] | None,
        reading: Reading,
        said: Callable[[Side], Sequence[Stored]],
    ) -> Iterator[Speaker]:
        """Those with statements on a topic, most first: nothing is counted unless a side was left open."""
        counted = reading.most_said(topic=topic.id if topic is not None else None, documents=documents)
        yield from (who for who, _ in counted if said(alone(who)))

    def _typed(
        self,
        text: str,
        near: NDArray[np.float32],
        topics: Sequence[TopicRow],
        documents: Sequence[str] | None,
        reading: Reading,
    ) -> TypedTopic:
        embedder = self._scoring.embedder
        search = self._store.vectors.at(reading, embedder, self._scoring.made)
        stated = Stated(reading, embedder, self._vectors)
        return TypedTopic(text, near, topics, documents, reading, search, stated)

    def _ready_for(self, text: str) -> NDArray[np.float32]:
        """The vector of a free text, with what it is to be searched in brought up to date."""
        self._store.vectors.keep_up(self._scoring.embedder, self._scoring.made)
        vector: NDArray[np.float32] = self._scoring.embed([text])[0]
        return vector

    def _is_free(self, request: Request, reading: Reading) -> bool:
        """Whether the topic asked for is a text that no topic is called by."""
        wanted = request.topic
        return wanted is not None and topic_today(wanted, self._listed.topics(reading), reading) is None


def _is_others(topic: TopicRef, first: Side | None, second: Side | None, reading: Reading) -> bool:
    """Whether neither of two sides that were both asked for says anything on a topic, within whatever limits."""
    if first is None or second is None:
        return False
    members = {*first.members, *second.members}
    return not reading.statements(speakers=members, topic=topic.id, comparable_only=True)


def _of_others(answer: Comparison, found: _Found) -> Comparison:
    """With a notice where the topic typed is others', so that its words were looked for instead."""
    if found.others is None or found.topic is None:
        return answer
    names = f"neither {found.first.speaker.name} nor {found.second.speaker.name}"
    words = f"On the topic “{found.others.name}” {names} says anything: this is on the words “{found.topic.name}”."
    return replace(answer, notices=(Notice(OF_OTHERS, words, f"/topics/{found.others.id}"), *answer.notices))


def _address_of_all(request: Request, found: _Found) -> str:
    asked = _asked(request, found)
    given = {**asked, "topic": request.topic, "include": [*cast("list[str]", asked["include"]), "nominees"]}
    defaults = {"limit": 10, "min_confidence": 0.0}
    held = {name: one for name, one in given.items() if one is not None and one != defaults.get(name)}
    return f"/compare?{urlencode(held, doseq=True)}"


def _asked(request: Request, found: _Found) -> dict[str, object]:
    """A request with what was left open filled in: enough to ask for the same again."""
    topic = found.topic and {"id": found.topic.id, "name": found.topic.name}
    include = {
        "unsure": request.include_unsure,
        "reported": request.include_reported,
        "nominees": request.include_nominees,
    }
    return {
        "first": found.first.speaker.id,
        "second": found.second.speaker.id,
        "topic": topic,
        "limit": request.limit,
        "min_confidence": request.min_confidence,
        "since": request.since,
        "until": request.until,
        "document": request.document,
        "include": [name for name, wanted in include.items() if wanted],
    }


def _checked_sides(request: Request, speakers: Sequence[Speaker]) -> tuple[Side | None, Side | None]:
    """The sides asked for; None where it was left open. Raises NotFound and BadValue."""
    first = find_side(request.first, speakers) if request.first is not None else None
    second = find_side(request.second, speakers) if request.second is not None else None
    if first is not None and first == second:
        raise BadValue(f"Both sides are {first.who.name}.", "Name two different speakers.")
    if first is not None and second is not None and first.overlaps(second):
        raise BadValue(
            f"{first.who.name} and {second.who.name} are not two sides: one speaks for the other.",
            "Name two speakers, or two delegations.",
        )
    if len(speakers) < 2:
        raise NotFound(
            f"There {'is one speaker' if speakers else 'are no speakers'} here; a comparison needs two.",
            "Add a transcript in which somebody else speaks.",
        )
    return first, second


def _sides(
    first: Side | None, second: Side | None, ranked: Iterable[Speaker], everybody: Sequence[Speaker]
) -> tuple[Side, Side]:
    """Fill the sides left open with those who have most to say; by name where the order was left open too."""
    asked = [side for side in (first, second) if side is not None]
    others = (alone(who) for who in chain(ranked, everybody))
    free = (side for side in others if not any(side.overlaps(one) for one in asked))
    one = first or _next(free, asked)
    first, second = one, second or _next((side for side in free if not side.overlaps(one)), asked)
    if not asked:
        first, second = by_name(first, second)
    return first, second


def _next(free: Iterator[Side], asked: Sequence[Side]) -> Side:
    side = next(free, None)
    if side is None:
        raise NotFound(f"Everybody here speaks for {asked[0].who.name}.", "Add a transcript in which others speak.")
    return side


def all_quotes(comparison: Comparison) -> tuple[Quote, ...]:
    """Every quote that a rendering may show, those of runners-up and of the nearest unsure pair too."""
    others = (comparison.nearest, *(pair.runner_up for pair in comparison.pairs))
    pairs = (*comparison.pairs, *(pair for pair in others if pair is not None))
    return tuple(quote for pair in pairs for quote in (pair.first, pair.second))
