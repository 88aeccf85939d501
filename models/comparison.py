"""Pair, Comparison, compare(): similarity nominates, the relation decides, the best are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embed
from models.framing import Own, framings
from models.handling import Handling
from models.nomination import NOMINEES, RELATED, Nominee, Position, nominate, rejected, rulings_on
from models.quote import Quote
from models.relation import AGREES, COLUMNS, OPPOSES, Relation, decide
from models.review import UNREVIEWED, Notice, Review, Status
from models.ruling import NO_RULINGS, Rulings
from models.transcript import Speaker
from models.why import Why, why

CLOSE = 0.5  # cosine from which two statements are about one thing, whatever topics they were sorted into
CERTAIN = 0.75  # least probability where neither their topic nor their closeness says that they are
ALIKE = 0.5  # least cosine of an agreement: the classifier takes any two approving sentences for one

Judge = Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]
"""Text pairs to probabilities (n, 3) in the order of `models.relation.COLUMNS`."""


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
