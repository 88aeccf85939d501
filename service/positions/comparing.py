"""Comparing: from what was asked for to two positions, and from those to a Comparison whose every quote is proven."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from itertools import accumulate, chain, islice
from typing import cast
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from models.comparison import (
    NOMINEES,
    Comparison,
    Document,
    Nominee,
    Pair,
    Position,
    Quote,
    TopicRef,
    compare,
    decided,
    nominate,
    one_to_one,
    rulings_on,
)
from models.length import LONGEST, is_long
from models.relation import Relation
from models.review import OF_OTHERS, PARTLY_JUDGED, Notice
from models.ruling import Rows, Ruling, Rulings, key_of
from models.slug import slug, unused
from models.statement import statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.bounded import Bounded
from service.dates import checked_span, within
from service.documents.again import counted_again
from service.editions import gone_statement
from service.errors import BadValue, NotFound, TooLarge
from service.given import name as speaker_name
from service.given import storable
from service.listed import Listed
from service.lookup import stored_document, unknown_topic
from service.notices.sources import noticed
from service.positions.stated import Stated
from service.positions.typed import TypedTopic
from service.proof import Proof
from service.scoring import Asked, Budget, Scoring, matrix
from service.sides import Side, alone, by_name, find_side
from service.store.docket import Docket
from service.store.queries import Reading, Stored
from service.store.store import Store, hash_of, statement_id
from service.topics.free_text import least, nearest, similarities
from service.topics.succession import topic_today
from service.version import own_version
from service.views import DocumentRow, TopicRow

LIMITS = range(1, 101)
TOPIC_CHARACTERS = 500
TEXT_CHARACTERS = 200_000  # a side: a speech of some three hours
TEXT_STATEMENTS = 1000  # a side that are different, and are compared
# Of the pairs of two texts that are judged: three times what so many pairs of sentences mostly have.
JUDGED_CHARACTERS = 1000 * NOMINEES
COMPARISONS_IN_MEMORY = 256
LARGE = 50_000  # comparable statements, above which of a typed topic's nominees only the nearest are judged unasked,
UNASKED = 16  # so many: docs/at-size.md has what that takes and what it leaves out


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, checked for sense but not yet looked up. Equal ones have equal answers at one revision."""

    first: str | None
    second: str | None
    topic: str | None
    limit: int
    min_confidence: float
    since: str | None
    until: str | None
    document: str | None
    include_unsure: bool
    include_reported: bool
    include_nominees: bool = False  # all of a typed topic, in whatever corpus

    def __post_init__(self) -> None:
        if self.limit not in LIMITS:
            raise BadValue(f"limit is {self.limit}.", f"Give a number from {LIMITS.start} to {LIMITS.stop - 1}.")
        if not 0 <= self.min_confidence <= 1:  # nan included
            raise BadValue(f"min_confidence is {self.min_confidence}.", "Give a number from 0 to 1.")
        demand_sense(self.topic, self.since, self.until)


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

    def __init__(self, store: Store, scoring: Scoring, listed: Listed) -> None:
        self._store = store
        self._scoring = scoring
        self._listed = listed
        self._proof = Proof()
        self._answers: Bounded[tuple[int, Request], Comparison] = Bounded(COMPARISONS_IN_MEMORY)
        self._rulings: Bounded[int, Rulings] = Bounded(2)

    def compare(self, request: Request, budget: Budget | None = None) -> Comparison:
        """The comparison, every quote of it proven just now against the stored texts.

        Where a budget does not go as far, only the nearest pairs are judged that it suffices for, and a notice says so.
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
            whole = self._look_up(request, near, reading)
        found = self._within(budget, whole)
        answer = self._answer(request, found)
        with self._store.reading() as reading:
            self._proof.of_quotes(all_quotes(answer), reading)
            answer = counted_again(answer, found.first, found.second, reading)
            answer = _partly_judged(answer, found.first, found.second, found.most, _address_of_all(request, found))
            answer = noticed(_of_others(answer, found), reading)
        return self._answers.put(key, answer) if found is whole else answer

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
            made_with=self.made_of(rows),
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

    def _within(self, budget: Budget | None, found: _Found) -> _Found:
        """With no more pairs to judge than are known or fit into the budget, the nearest; one at least."""
        if budget is None:
            return found
        ruled = rulings_on(found.first, found.second, found.rulings)
        _, asked = _nominated(found.first, found.second, ruled, found.most)
        known = self._scoring.known(asked)
        fresh: set[Asked] = set()
        for at, pair in enumerate(asked):
            if pair not in known and pair not in fresh:
                if len(fresh) == budget.left:
                    budget.left = 0
                    return replace(found, most=min(max(at, 1), found.most))
                fresh.add(pair)
        budget.left -= len(fresh)
        return found

    def _finds(self, found: _Found, ruled: Mapping[Rows, Ruling], first: str, second: str) -> bool:
        nominees, asked = _nominated(found.first, found.second, ruled, found.most)
        known = self._scoring.known(asked)
        if any(pair not in known for pair in asked):
            return False
        rows = np.array([known[pair] for pair in asked], np.float64).reshape(-1, 3)
        ranked = decided(found.first, found.second, nominees, rows, self._scoring.thresholds)
        shown = (pair for relation in (Relation.OPPOSES, Relation.AGREES) for pair in one_to_one(ranked[relation]))
        return any({pair.first.text, pair.second.text} == {first, second} for pair in shown)

    def rulings(self, reading: Reading) -> Rulings:
        """Those that hold, by the two texts."""
        key = reading.revision()
        return self._rulings.get(key) or self._rulings.put(key, Docket(reading).holding())

    def quotes(self, found: Iterable[Stored], reading: Reading) -> tuple[Quote, ...]:
        """The quotes of stored statements, proven."""
        quotes = tuple(one.quote for one in found)
        self._proof.of_quotes(quotes, reading)
        return quotes

    def text(self, document: DocumentRow, reading: Reading) -> str:
        """A stored text, proven."""
        return self._proof.of_text(document.id, document.sha256, reading)

    def compare_texts(self, first: tuple[str, str], second: tuple[str, str], request: Request) -> Comparison:
        """Two (name, text) side by side; of `request`, only topic, limit and what to show count."""
        (first_name, first_text), (second_name, second_text) = (_named(name, text) for name, text in (first, second))
        if first_name.casefold() == second_name.casefold():
            raise BadValue(f"Both sides are called {first_name!r}.", "Give the two sides different names.")
        one = Speaker(slug(first_name), first_name)
        other = Speaker(unused((one.id,), slug(second_name)), second_name)
        positions = [
            Position(speaker, quotes, self._scoring.embed([quote.text for quote in quotes]))
            for speaker, quotes in (
                (who, tuple(each for each in _cut(who, text) if request.include_reported or each.reading.stands_alone))
                for who, text in ((one, first_text), (other, second_text))
            )
        ]
        if request.topic is not None:
            positions = self._on_topic(positions, self._scoring.embed([request.topic])[0])
        hashes = {hash_of(first_text), hash_of(second_text)}
        most = _readable(*positions)
        answer = compare(
            positions[0],
            positions[1],
            self._scoring.judge,
            self._scoring.embed,
            thresholds=self._scoring.thresholds,
            topic=TopicRef(None, request.topic) if request.topic is not None else None,
            limit=request.limit,
            min_confidence=request.min_confidence,
            include_unsure=request.include_unsure,
            most=most,
            made_with=self._made_with(_corpus(hashes, ())),
        )
        return _partly_judged(answer, positions[0], positions[1], most)

    def _answer(self, request: Request, found: _Found) -> Comparison:
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
            most=found.most,
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
        made_with, rulings = self._listed("made of", reading, lambda _: self.made_of(rows)), self.rulings(reading)
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

    def _on_topic(self, positions: Sequence[Position], near: NDArray[np.float32]) -> list[Position]:
        """What of the two positions is near a free text."""
        found = [similarities(one.quotes, one.vectors, near) for one in positions]
        cut = least(found)
        return [nearest(one, side, cut) for one, side in zip(positions, found, strict=True)]

    def _is_free(self, request: Request, reading: Reading) -> bool:
        """Whether the topic asked for is a text that no topic is called by."""
        wanted = request.topic
        return wanted is not None and topic_today(wanted, self._listed.topics(reading), reading) is None

    def made_of(self, rows: Sequence[DocumentRow]) -> dict[str, object]:
        """The models and the documents that an answer rests on."""
        return self._made_with(_corpus((row.sha256 for row in rows), (row.metadata.date for row in rows)))

    def _made_with(self, corpus: dict[str, object]) -> dict[str, object]:
        embedder, classifier = self._scoring.names
        return {
            "version": own_version(),
            "embedder": {"name": embedder, "sha256": self._scoring.embedder},
            "classifier": {"name": classifier, "sha256": self._scoring.classifier},
            "corpus": corpus,
        }


def _nominated(
    first: Position, second: Position, ruled: Mapping[Rows, Ruling], most: int
) -> tuple[list[Nominee], list[Asked]]:
    """The nominees, and their texts as the classifier reads them."""
    nominees = nominate(first, second, ruled, most)
    return nominees, [(first.quotes[one.first].judged, second.quotes[one.second].judged) for one in nominees]


def _readable(first: Position, second: Position) -> int:
    """How many of the nearest pairs of two texts that somebody sent are judged, by their characters; one at least."""
    _, asked = _nominated(first, second, {}, NOMINEES)
    read = accumulate(len(one) + len(other) for one, other in asked)
    most = sum(characters <= JUDGED_CHARACTERS for characters in read)
    return NOMINEES if most == len(asked) else max(most, 1)


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


def _partly_judged(
    answer: Comparison, first: Position, second: Position, most: int, whole: str | None = None
) -> Comparison:
    """With a notice where fewer pairs were judged than are nominated; `whole` is the address at which all are."""
    nominated = len(nominate(first, second)) if most < NOMINEES else 0
    if nominated <= most:
        return answer
    words = f"Of {nominated} pairs nominated, the {most} nearest were judged; others may oppose or agree, too."
    return replace(answer, notices=(Notice(PARTLY_JUDGED, words, whole), *answer.notices))


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


def limited(
    rows: Sequence[DocumentRow], document: str | None, since: str | None, until: str | None, reading: Reading
) -> tuple[str, ...] | None:
    """The documents that a request is limited to; None where to none."""
    if document is None and since is None and until is None:
        return None
    chosen = [stored_document(document, reading)] if document is not None else rows
    return tuple(row.id for row in chosen if within(row.metadata.date, since, until))


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


def _named(name: str, text: str) -> tuple[str, str]:
    name = speaker_name(name)
    if not storable(f"The text of {name}", text).strip():
        raise BadValue(f"The text of {name} is empty.", "Give at least one sentence.")
    if len(text) > TEXT_CHARACTERS:
        raise TooLarge(
            f"The text of {name} has {len(text):,} characters; at most {TEXT_CHARACTERS:,} are taken.",
            "Give the passage that matters, or add the whole as a transcript.",
        )
    return name, text


def _cut(speaker: Speaker, text: str) -> tuple[Quote, ...]:
    """The statements of a text that one speaker said, each but once; of a text without any to compare, all sentences.

    Raises BadValue where all of them are too long, and TooLarge for more than TEXT_STATEMENTS.
    """
    start = len(text) - len(text.lstrip())
    spoken = Utterance(None, Kind.SPEECH, start, len(text.rstrip()))
    cut = [one for one in statements(Transcript(text, (spoken,))) if not is_long(one.text)]
    if not cut:
        raise BadValue(
            f"In the text of {speaker.name} no sentence ends within {LONGEST:,} characters.",
            "Give it with full stops. What is longer is not compared.",
        )
    distinct = {" ".join(one.text.split()): one for one in reversed([one for one in cut if one.comparable] or cut)}
    found = sorted(distinct.values(), key=lambda one: one.start)
    if len(found) > TEXT_STATEMENTS:
        raise TooLarge(
            f"The text of {speaker.name} has {len(found):,} statements; at most {TEXT_STATEMENTS:,} are compared.",
            "Give the passage that matters, or add the whole as a transcript.",
        )
    digest = hash_of(text)
    document = Document(digest[:12], digest, Metadata())
    return tuple(
        Quote(
            id=statement_id(document.id, one.start, one.end),
            text=one.text,
            speaker=speaker,
            document=document,
            start=one.start,
            end=one.end,
            marks=tuple(map(str, one.marks)),
            paragraph=one.paragraph,
            before=one.before,
            after=one.after,
        )
        for one in found
    )


def _corpus(hashes: Iterable[str], dates: Iterable[str | None]) -> dict[str, object]:
    """What a comparison was made from, so that a reader can tell whether it still is."""
    known = tuple(hashes)
    return {
        "documents": len(known),
        "sha256": corpus_hash(known),
        "newest": max((date for date in dates if date is not None), default=None),
    }


def corpus_hash(hashes: Iterable[str]) -> str:
    """The SHA-256 of all documents together, from each one's own."""
    return sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def all_quotes(comparison: Comparison) -> tuple[Quote, ...]:
    """Every quote that a rendering may show, those of runners-up and of the nearest unsure pair too."""
    others = (comparison.nearest, *(pair.runner_up for pair in comparison.pairs))
    pairs = (*comparison.pairs, *(pair for pair in others if pair is not None))
    return tuple(quote for pair in pairs for quote in (pair.first, pair.second))


def demand_sense(topic: str | None, since: str | None, until: str | None) -> None:
    """Raises BadValue for a topic that is too long and for dates that are none or stand the wrong way round."""
    if topic is not None and len(topic) > TOPIC_CHARACTERS:
        raise BadValue(
            f"The topic has {len(topic):,} characters.",
            f"Give at most {TOPIC_CHARACTERS}: a few words do best.",
        )
    checked_span(since, until)


def confidence(value: float | None) -> float:
    """The least confidence asked for; none asked for is 0."""
    if value is not None and math.isnan(value):
        raise BadValue("min_confidence is not a number.", "Give a number from 0 to 1.")
    return 0.0 if value is None else value
