"""Position, Pair, Comparison, compare(): nominate by similarity, decide by relation, select."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.clipping import Clip, clips
from models.embedding import Embed
from models.framing import Own, framings
from models.handling import Handling
from models.mood import Mood, blanked, moods
from models.relation import AGREES, COLUMNS, OPPOSES, Relation, decide
from models.reported import Reading, reading
from models.review import UNREVIEWED, Notice, Review, Status
from models.ruling import NO_RULINGS, Rows, Ruling, Rulings, placed
from models.transcript import Metadata, Speaker
from models.why import Difference, Shared, Why, why

RELATED = 0.3  # least cosine of a nominee; nine in ten unrelated arguments lie below it
CLOSE = 0.5  # cosine from which two statements are about one thing, whatever topics they were sorted into
CERTAIN = 0.75  # least probability where neither their topic nor their closeness says that they are
ALIKE = 0.5  # least cosine of an agreement: the classifier takes any two approving sentences for one
NOMINEES = 240  # pairs handed to the classifier at most, nearest first
CELLS = 1 << 22  # similarities held at once, 16 MiB: of sides of 2,000 statements each, all of them
LOOKED_AT = 1 << 18  # of these looked through at once, for as many may be equal

Judge = Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]
"""Text pairs to probabilities (n, 3) in the order of `models.relation.COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Document:
    """The source of a quote. `sha256` is of the stored text's UTF-8; `file` is the name it came under.

    `retrieved` is the day on which it was taken in, as an ISO date; `described` stands for a title that it lacks.
    """

    id: str
    sha256: str
    metadata: Metadata
    file: str | None = None
    retrieved: str | None = None
    described: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement with everything needed to prove it: `stored[start:end] == text`."""

    id: str
    text: str
    speaker: Speaker
    document: Document
    start: int
    end: int
    marks: tuple[str, ...] = ()
    paragraph: int | None = None  # 1-based, within the document's utterances
    before: str = ""  # the neighbouring text of the same utterance, for context only
    after: str = ""
    topic: str | None = None  # topic id

    @property
    def reading(self) -> Reading:
        """Which part of it somebody else asserts, and whether the speaker asserts anything."""
        who = self.speaker
        return reading(self.text, " ".join(filter(None, (who.name, who.role, who.delegation))))

    @property
    def moods(self) -> tuple[Mood, ...]:
        """Of what the speaker asserts himself."""
        return moods(self.text, [one.whole for one in self.reading.reports])

    @property
    def clips(self) -> tuple[Clip, ...]:
        """What stands beside it and would change how it reads."""
        return clips(self.text, self.before, self.after)

    @property
    def judged(self) -> str:
        """What of the text is compared, in its place: all but what others say, or all where there is nothing else."""
        return blanked(self.text, [one.whole for one in self.reading.reports]) if self.reading.own else self.text


@dataclass(frozen=True, slots=True)
class Steps:
    """What each step made of a pair, rounded to 4 decimals, and the least that the likeliest relation takes.

    An unsure pair failed it. `decided` is what came of it, whatever a reviewer said since.
    """

    similarity_needed: float
    probabilities: tuple[float, ...]  # in the order of `models.relation.COLUMNS`
    probability_needed: float
    ranking: float
    decided: Relation


@dataclass(frozen=True, slots=True)
class Pair:
    """Two quotes and what the classifier makes of them. `similarity` and `opposition` stay two numbers.

    Where a reviewer decided, `relation` is the reviewer's, and every number is the classifier's all the same.
    `why` and `runner_up` are made for the pairs of a comparison alone: the runner-up is the pair that would be shown
    for one of the two statements if this one were not, or else their best unsure one.
    """

    relation: Relation
    similarity: float
    opposition: float
    confidence: float
    first: Quote
    second: Quote
    steps: Steps
    why: Why | None = None
    runner_up: Pair | None = None
    review: Review = UNREVIEWED
    notices: tuple[Notice, ...] = ()

    @property
    def reviewed(self) -> bool:
        return self.review.status is not Status.UNREVIEWED


@dataclass(frozen=True, slots=True)
class Position:
    """What one speaker said on one topic: unit `vectors` (n, d) row by row for `quotes`."""

    speaker: Speaker
    quotes: tuple[Quote, ...]
    vectors: NDArray[np.float32]

    @property
    def words(self) -> int:
        return sum(len(q.text.split()) for q in self.quotes)


@dataclass(frozen=True, slots=True)
class TopicRef:
    """The topic compared on; `id` is None for a free text."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Searched:
    """How much text one side had on the topic; `again` of the statements are in a second record of the same event."""

    statements: int
    words: int
    again: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two positions side by side. Every rendering (JSON, page, embed, Markdown, ...) is of this one object."""

    topic: TopicRef | None
    first: Speaker
    second: Speaker
    first_framing: str
    second_framing: str
    pairs: tuple[Pair, ...]  # oppositions, then agreements, then (if asked for) unsure ones
    first_searched: Searched
    second_searched: Searched
    unsure: int = 0  # how many pairs were too close to call
    nearest: Pair | None = None  # the strongest unsure pair, for pages that show no opposition
    hidden: int = 0  # oppositions below the confidence asked for
    made_with: dict[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    rejected: int = 0  # pairs that a reviewer rejected, whether or not they would be shown without it
    handling: Handling | None = None

    @property
    def title(self) -> str:
        return f"{self.first_framing} vs. {self.second_framing}"

    def of(self, relation: Relation) -> tuple[Pair, ...]:
        """The pairs of one relation, best first."""
        return tuple(pair for pair in self.pairs if pair.relation is relation)


def compare(
    first: Position,
    second: Position,
    judge: Judge,
    embed: Embed,
    *,
    thresholds: Mapping[str, float],
    topic: TopicRef | None = None,
    limit: int = 10,
    min_confidence: float = 0.0,
    include_unsure: bool = False,
    rulings: Rulings = NO_RULINGS,
    most: int = NOMINEES,
    nominees: Sequence[Nominee] | None = None,
    made_with: Mapping[str, Any] = MappingProxyType({}),
) -> Comparison:
    """Set two positions side by side.

    Similarity nominates at most `most` pairs, unless `nominees` says which are to be judged. `judge` decides, and of
    each relation the best pairs are kept one to one: a statement stands in one opposition at most. Pairs below the
    classifier's thresholds are unsure; they are counted, and listed only with `include_unsure`. Nothing is padded: a
    comparison without an opposition has none.
    `limit` applies to each relation; `min_confidence` (0 to 1) hides less certain pairs.

    `rulings` come before all of that: a rejected pair is not shown; one that a reviewer called opposing or agreeing is
    shown as such, near or far, certain or not, and before others where a statement or the limit leaves room for one.
    """
    ruled = rulings_on(first, second, rulings)
    if nominees is None:
        nominees = nominate(first, second, ruled, most)
    asked = [(first.quotes[one.first].judged, second.quotes[one.second].judged) for one in nominees]
    probabilities = judge(asked) if asked else np.zeros((0, len(COLUMNS)))
    ranked = decided(first, second, nominees, probabilities, thresholds)
    opposing, agreeing, unsure = (
        one_to_one(ranked[relation]) for relation in (Relation.OPPOSES, Relation.AGREES, Relation.UNSURE)
    )
    certain = [[p for p in found if p.reviewed or p.confidence >= min_confidence] for found in (opposing, agreeing)]
    pairs = _best(certain[0], limit) + _best(certain[1], limit) + (unsure[:limit] if include_unsure else [])
    shown = pairs[0] if pairs and pairs[0].relation is not Relation.UNSURE else None
    lead = (shown.first.judged, shown.second.judged) if shown else None
    framed = framings(_own(first), _own(second), lead, embed)
    return Comparison(
        topic=topic,
        first=first.speaker,
        second=second.speaker,
        first_framing=framed[0],
        second_framing=framed[1],
        pairs=tuple(_explained(pair, ranked) for pair in pairs),
        first_searched=Searched(len(first.quotes), first.words),
        second_searched=Searched(len(second.quotes), second.words),
        unsure=len(unsure),
        nearest=unsure[0] if unsure else None,
        hidden=len(opposing) - len(certain[0]),
        made_with={**made_with, "thresholds": all_thresholds(thresholds, most)},
        rejected=len(rejected(first, second, ruled)),
    )


def all_thresholds(thresholds: Mapping[str, float], most: int = NOMINEES) -> dict[str, float]:
    """The classifier's own, and those by which pairs are nominated and shown."""
    ours = {"related": RELATED, "close": CLOSE, "certain": CERTAIN, "alike": ALIKE, "nominees": most}
    return {**thresholds, **ours}


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as the published JSON object; the same comparison always gives the same bytes.

    All of it is there, so that `models.published` can make the comparison again; but for what is not the
    same wherever the same files were taken in: the topics that statements are sorted into, and the days of retrieval.
    """
    topic = comparison.topic
    return {
        "topic": {"id": topic.id, "name": topic.name} if topic else None,
        "title": comparison.title,
        "first": _speaker_json(comparison.first),
        "second": _speaker_json(comparison.second),
        "framings": {"first": comparison.first_framing, "second": comparison.second_framing},
        "pairs": [pair_json(pair) for pair in comparison.pairs],
        "unsure": comparison.unsure,
        "rejected": comparison.rejected,
        "nearest": comparison.nearest and pair_json(comparison.nearest),
        "hidden": comparison.hidden,
        "searched": {
            "first": asdict(comparison.first_searched),
            "second": asdict(comparison.second_searched),
        },
        "notices": notices_json(comparison.notices),
        "handling": handling_json(comparison.handling),
        "made_with": comparison.made_with,
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "relation": str(pair.relation),
        "similarity": pair.similarity,
        "opposition": pair.opposition,
        "confidence": pair.confidence,
        "first": quote_json(pair.first),
        "second": quote_json(pair.second),
        "why": _why_json(pair),
        "review": review_json(pair.review),
        "notices": notices_json(pair.notices),
    }


def handling_json(mark: Handling | None) -> dict[str, str | None] | None:
    if mark is None:
        return None
    said = {"owner": mark.owner or None, "status": mark.status or None, "caveat": mark.caveat or None}
    return {**said, "by": mark.who or None, "at": mark.at, "topic": mark.topic}


def _speaker_json(speaker: Speaker) -> dict[str, str | None]:
    return {"id": speaker.id, "name": speaker.name, "role": speaker.role, "delegation": speaker.delegation}


def review_json(review: Review) -> dict[str, str | None]:
    return {"status": review.status.value, "by": review.who or None, "at": review.at, "why": review.why or None}


def notices_json(notices: Iterable[Notice]) -> list[dict[str, str | None]]:
    return [{"kind": one.kind, "text": one.words, "path": one.path} for one in notices]


def quote_json(quote: Quote) -> dict[str, Any]:
    """One quote as it stands in every published JSON."""
    known = quote.document.metadata
    return {
        "id": quote.id,
        "text": quote.text,
        "speaker": _speaker_json(quote.speaker),
        "document": {
            "id": quote.document.id,
            "title": known.title,
            "described": quote.document.described,
            "date": known.date,
            "place": known.place,
            "url": known.source_url,
            "record": str(known.record) if known.record else None,
            "publisher": known.publisher,
            "language": known.language,
            "file": quote.document.file,
        },
        "document_sha256": quote.document.sha256,
        "start": quote.start,
        "end": quote.end,
        "paragraph": quote.paragraph,
        "marks": marks_json(quote),
        "reported": reported_json(quote),
        "clipped": [{"kind": str(one.kind), "text": one.words, "later": one.later} for one in quote.clips],
        "before": quote.before,
        "after": quote.after,
    }


def marks_json(quote: Quote) -> list[str]:
    """What the record says of a quote, then its moods."""
    return [*quote.marks, *map(str, quote.moods)]


def reported_json(quote: Quote) -> dict[str, Any] | None:
    """What a quote reports first, and who holds it, if anybody is named; `whole` where that is all it says."""
    if not quote.reading.reports:
        return None
    one = quote.reading.reports[0]
    holder = _words_json(quote, *one.holder) if one.holder is not None else None
    return {"holder": holder, "clause": _words_json(quote, *one.clause), "whole": not quote.reading.own}


def _words_json(quote: Quote, start: int, end: int) -> dict[str, Any]:
    return {"text": quote.text[start:end], "start": quote.start + start, "end": quote.start + end}


def _why_json(pair: Pair) -> dict[str, Any]:
    """Why two quotes stand side by side; every range is of the stored text, as a quote's own is."""
    reasons, other = pair.why or why(pair.first.judged, pair.second.judged), pair.runner_up
    return {
        "shared": [_sides_json(pair, one) for one in reasons.shared],
        "differs": [{"kind": str(one.kind), **_sides_json(pair, one)} for one in reasons.differences],
        "steps": _steps_json(pair),
        "runner_up": other
        and {
            "relation": str(other.relation),
            "steps": _steps_json(other),
            "first": _place_json(other.first),
            "second": _place_json(other.second),
        },
    }


def _steps_json(pair: Pair) -> dict[str, Any]:
    steps = pair.steps
    return {
        "similarity": {"score": pair.similarity, "needed": steps.similarity_needed},
        "probabilities": {str(name): p for name, p in zip(COLUMNS, steps.probabilities, strict=True)},
        "probability_needed": steps.probability_needed,
        "ranking": steps.ranking,
        "decided": str(steps.decided),
    }


def _sides_json(pair: Pair, reason: Shared | Difference) -> dict[str, Any]:
    return {
        side: [
            {
                "text": quote.text[s.start : s.end],
                "start": quote.start + s.start,
                "end": quote.start + s.end,
                "role": str(s.role),
            }
            for s in spans
        ]
        for side, quote, spans in (("first", pair.first, reason.first), ("second", pair.second, reason.second))
    }


def _place_json(quote: Quote) -> dict[str, Any]:
    place = {"id": quote.id, "document": quote.document.id, "start": quote.start, "end": quote.end}
    return {**place, "quote": quote_json(quote)}


@dataclass(frozen=True, slots=True)
class Nominee:
    """Two statements worth judging: row of first, row of second, cosine; and what a reviewer made of them."""

    first: int
    second: int
    similarity: float
    ruling: Ruling | None = None

    @property
    def rejected(self) -> bool:
        return self.ruling is not None and self.ruling.relation is None


def rulings_on(first: Position, second: Position, rulings: Rulings) -> dict[Rows, Ruling]:
    """The rulings on a statement of each."""
    return placed([q.text for q in first.quotes], [q.text for q in second.quotes], rulings) if rulings else {}


def rejected(first: Position, second: Position, ruled: Mapping[Rows, Ruling]) -> set[tuple[str, str]]:
    """The texts of the pairs that were rejected."""
    no_pairs = (rows for rows, ruling in ruled.items() if ruling.relation is None)
    return {(first.quotes[one].text, second.quotes[other].text) for one, other in no_pairs}


@dataclass(frozen=True, slots=True)
class Nominated:
    """What of two positions is worth judging: pairs near to each other, nearest first, and all that were ruled on.

    Rejected ones are in both: they are not judged, and nothing takes their place.
    """

    near: tuple[Nominee, ...] = ()
    ruled: tuple[Nominee, ...] = ()

    def judged(self, most: int) -> list[Nominee]:
        """The nearest, so many; then those that a reviewer put together, near or far."""
        near = self.near[:most]
        there = {(one.first, one.second) for one in near}
        return [
            *(one for one in near if not one.rejected),
            *(one for one in self.ruled if not one.rejected and (one.first, one.second) not in there),
        ]


def nominate(
    first: Position, second: Position, ruled: Mapping[Rows, Ruling] = MappingProxyType({}), most: int = NOMINEES
) -> list[Nominee]:
    """The pairs worth judging, nearest first, at most `most`; then those far apart that a reviewer put together.

    What a reviewer rejected (`ruled` is what `rulings_on` found) is left out, and nothing takes its place.
    """
    return worth_judging(first, second, ruled, most).judged(most)


def worth_judging(
    first: Position, second: Position, ruled: Mapping[Rows, Ruling] = MappingProxyType({}), most: int = NOMINEES
) -> Nominated:
    """As `nominate`, with what is rejected."""
    if not first.quotes or not second.quotes:
        return Nominated()
    width = len(second.quotes)
    order = [np.unique([q.id for q in side.quotes], return_inverse=True)[1].ravel() for side in (first, second)]

    def by_ids(some: NDArray[np.int64]) -> NDArray[np.int64]:
        rows, columns = np.divmod(some, width)
        ranks: NDArray[np.int64] = order[0][rows] * width + order[1][columns]
        return ranks

    pairs, similarity = np.zeros(0, np.int64), np.zeros(0, np.float32)
    of_ruled: dict[Rows, float] = {}
    for start, cosine in _similarities(first, second):
        of_ruled |= {(i, j): float(cosine[i - start, j]) for i, j in ruled if start <= i < start + len(cosine)}
        flat = cosine.ravel()
        for at in range(0, len(flat), LOOKED_AT):
            some = flat[at : at + LOOKED_AT]
            near = np.flatnonzero(some >= (similarity[-1] if len(similarity) == most else RELATED))
            pairs = np.concatenate((pairs, near + (start * width + at)))
            similarity = np.concatenate((similarity, some[near]))
            kept = _nearest(pairs, similarity, most, by_ids)
            pairs, similarity = pairs[kept], similarity[kept]
    nearest = zip(pairs.tolist(), similarity.tolist(), strict=True)
    return Nominated(
        tuple(Nominee(*rows, at, ruled.get(rows)) for rows, at in ((divmod(pair, width), at) for pair, at in nearest)),
        tuple(Nominee(*rows, of_ruled[rows], ruled[rows]) for rows in sorted(ruled)),
    )


def _similarities(first: Position, second: Position) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The cosines of each statement of the first with all of the second, as many rows at once as may be held."""
    rows = max(1, CELLS // len(second.quotes))
    for start in range(0, len(first.quotes), rows):
        yield start, first.vectors[start : start + rows] @ second.vectors.T


def _nearest(
    pairs: NDArray[np.int64],
    similarity: NDArray[np.float32],
    most: int,
    by_ids: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """The places of the nearest pairs, at most `most`, nearest first; those as near by the order of their ids.

    Ids are looked at last, and of no more pairs than those that are as near as the last: there may be very many.
    """
    places = np.arange(len(pairs))
    if len(pairs) > most:
        last = np.partition(similarity, -most)[-most]
        nearer, equal = np.flatnonzero(similarity > last), np.flatnonzero(similarity == last)
        room = most - len(nearer)
        if len(equal) > room:
            equal = equal[np.argpartition(by_ids(pairs[equal]), room - 1)[:room]]
        places = np.concatenate((nearer, equal))
    return places[np.lexsort((by_ids(pairs[places]), -similarity[places]))]


def decided(
    first: Position,
    second: Position,
    nominees: Sequence[Nominee],
    probabilities: NDArray[np.float64],
    thresholds: Mapping[str, float],
) -> dict[Relation, list[Pair]]:
    """The nominees by relation, best first, as their `probabilities` (n, 3) and the thresholds have it."""
    candidates = [
        _candidate(first.quotes[one.first], second.quotes[one.second], one, row, thresholds)
        for one, row in zip(nominees, probabilities, strict=True)
    ]
    return {relation: _ranked(c for c in candidates if c.pair.relation is relation) for relation in Relation}


@dataclass(frozen=True, slots=True)
class _Candidate:
    pair: Pair
    score: float


def _candidate(
    first: Quote, second: Quote, nominee: Nominee, row: NDArray[np.float64], thresholds: Mapping[str, float]
) -> _Candidate:
    similarity, ruling = nominee.similarity, nominee.ruling
    decided = decide(row, thresholds)
    likeliest = int(np.argmax(row))
    loose = first.topic != second.topic and similarity < CLOSE
    needed = max(thresholds[str(COLUMNS[likeliest])], CERTAIN if loose else 0.0)
    near = ALIKE if likeliest == AGREES else RELATED
    if row.max() < needed or (decided is Relation.AGREES and similarity < near):
        decided = Relation.UNSURE
    relation = ruling.relation if ruling is not None and ruling.relation is not None else decided
    likelihood = row[AGREES] if relation is Relation.AGREES else row[OPPOSES]
    score = float(likelihood) * max(similarity, 0.0) ** 0.5  # the closest of those that oppose, not of all
    steps = Steps(near, tuple(round(float(p), 4) for p in row), round(needed, 4), round(score, 4), decided)
    shown = round(float(row[likeliest] if relation is decided else likelihood), 4)
    pair = Pair(relation, round(similarity, 4), round(float(row[OPPOSES]), 4), shown, first, second, steps)
    if ruling is not None and ruling.relation is not None:
        pair = replace(pair, review=ruling.review)
    return _Candidate(pair, score)


def _ranked(candidates: Iterable[_Candidate]) -> list[Pair]:
    """By score, then similarity, then ids."""
    order = sorted(
        candidates, key=lambda c: (-round(c.score, 6), -c.pair.similarity, c.pair.first.id, c.pair.second.id)
    )
    return [candidate.pair for candidate in order]


def one_to_one(ranked: Iterable[Pair]) -> list[Pair]:
    """The best pairs in which no statement stands twice, nor its words from another record of the event.

    Greedily, those first that a reviewer made so. Of pairs with the same words, that whose documents say most of where
    they come from.
    """
    pairs = list(ranked)
    words = [(_same_words(pair.first), _same_words(pair.second)) for pair in pairs]
    sourced: dict[tuple[str, str], Pair] = {}
    for pair, said in zip(pairs, words, strict=True):
        if said not in sourced or _sourced(pair) > _sourced(sourced[said]):
            sourced[said] = pair
    taken: set[tuple[str, str]] = set()
    chosen = []
    for at in _reviewed_first(pairs):
        sides = {("first", words[at][0]), ("second", words[at][1])}
        if not sides & taken:
            taken |= sides
            chosen.append(at)
    return [sourced[words[at]] for at in sorted(chosen)]


def _sourced(pair: Pair) -> int:
    """How many facts are known of where its quotes come from, an address that can be looked up before all."""
    known = (pair.first.document.metadata, pair.second.document.metadata)
    return sum(
        4 * bool(one.source_url) + bool(one.publisher) + bool(one.date) + bool(one.place) + bool(one.title)
        for one in known
    )


def _best(ranked: Sequence[Pair], limit: int) -> list[Pair]:
    """So many, in their order: all that were reviewed, as far as there is room, and the best of the others."""
    return [ranked[at] for at in sorted(_reviewed_first(ranked)[:limit])]


def _reviewed_first(ranked: Sequence[Pair]) -> list[int]:
    return sorted(range(len(ranked)), key=lambda at: not ranked[at].reviewed)


def _own(position: Position) -> Own:
    """What a side asserts itself, which is to frame it: not what it says that others hold, unless it says no more."""
    quotes = position.quotes
    rows = [at for at, one in enumerate(quotes) if one.reading.own] or list(range(len(quotes)))
    return Own([quotes[at].judged for at in rows], position.vectors[rows])


def _same_words(quote: Quote) -> str:
    return " ".join(quote.text.split()).casefold()


def _explained(pair: Pair, ranked: Mapping[Relation, Sequence[Pair]]) -> Pair:
    return replace(pair, why=why(pair.first.judged, pair.second.judged), runner_up=_runner_up(pair, ranked))


def _runner_up(pair: Pair, ranked: Mapping[Relation, Sequence[Pair]]) -> Pair | None:
    """What would be shown for one of the two statements if `pair` were not, or else their best unsure pair."""
    instead = one_to_one(other for other in ranked[pair.relation] if other is not pair)
    unsure = (other for other in ranked[Relation.UNSURE] if other is not pair)
    of_these = (
        other for other in (*instead, *unsure) if other.first.id == pair.first.id or other.second.id == pair.second.id
    )
    return next(of_these, None)
