"""Typed topics: what of each side is on a free text, found without reading all that was said.

The search of vectors and the word index name the statements that may be on it; which are, and in which order, is
decided as `topics.free_text` has it, by the stored vectors. Of a side of more than WHOLE statements only the nearest
are looked at so closely, and those that hold the words: enough to have the same ones as a look at all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from models.nomination import Position
from service.positions.stated import Kept, Stated
from service.sides import Side
from service.store.queries import Reading, Stored
from service.store.vectors import ERROR, Near, Numbers, Search
from service.topics.free_text import FUSION, NEAREST, WORDS, keywords, least, named
from service.views import TopicRow

WHOLE = 1000  # statements of a side that are all read
CLOSEST = 60  # that are read of a larger side: enough that some of them may only report
LIKELY = (
    150  # among which those that hold the words are, too: from the 110th on, not even the best match makes up for it
)
COUNTED = 150  # of a speaker on a text, above which what only reports (one in a hundred) is counted, too
RANKED = 20_000  # of a side, whose ranks by meaning are known
TOP = 16  # statements among which the very nearest is
BORDERLINE = 200  # statements about as near as is needed, for which the stored vectors are asked


@dataclass(frozen=True, slots=True)
class _Looked:
    """A side: all of it by float16, nearest first, and how near those are that were looked at closely."""

    side: Side
    near: Near
    exact: dict[int, np.float32]

    @property
    def whole(self) -> bool:
        return len(self.near.numbers) <= WHOLE


class TypedTopic:
    """A free text, within one transaction and within the documents that a request is limited to."""

    def __init__(
        self,
        text: str,
        near: NDArray[np.float32],
        topics: Sequence[TopicRow],
        documents: Collection[str] | None,
        reading: Reading,
        search: Search,
        stated: Stated,
    ) -> None:
        self._near = near
        self._documents = documents
        self._search = search
        self._stated = stated
        self._meant = named(text, topics)
        self._holding, self._by_rank = reading.numbers_holding(keywords(text))
        self._named = reading.numbers_of(self._meant)

    @property
    def anything(self) -> bool:
        """Whether anybody said anything on it, be it what others hold."""
        return bool(self._on)

    def most_said(self, *, reported: bool) -> Iterator[str]:
        """The ids of those with statements on it, most first, ties by id; `reported`: with what others hold.

        Whether a statement only reports takes long to say, so it is asked of those alone who may come next, and who
        have so few that it matters.
        """
        queue = [(-len(theirs), who, reported or len(theirs) > COUNTED) for who, theirs in self._on.items()]
        heapify(queue)
        while queue:
            number, who, certain = heappop(queue)
            if certain and number:
                yield who
            elif not certain:
                heappush(queue, (-len(self._stated.kept(self._on[who], _stands_alone)), who, True))

    def positions(self, sides: Sequence[Side], *, reported: bool) -> list[Position]:
        """What of the sides is on it: the first NEAREST of each by fused rank, in the order they stood in."""
        keep = _anything if reported else _stands_alone
        looked = [self._looked(side, keep) for side in sides]
        cut = least([np.array(list(one.exact.values()), np.float32) for one in looked])
        return [self._position(one, cut, keep) for one in looked]

    @cached_property
    def _on(self) -> dict[str, list[int]]:
        """All that is on it, be it what others hold, by speaker."""
        first = self._search.nearest(self._near, TOP, documents=self._documents)
        best = self._stated.similarities(first.numbers.tolist(), self._near, _anything)
        cut = least([np.array(list(best.values()), np.float32)])
        near = self._search.nearest(self._near, least=cut - ERROR, documents=self._documents)
        below = self._below(near, cut)
        besides = np.concatenate([self._holding, self._named])
        more = self._search.nearest(self._near, documents=self._documents, among=besides)
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for some, left_out in ((near, below), (more, frozenset[int]())):
            for number, who in zip(some.numbers.tolist(), some.by.tolist(), strict=True):
                if number not in left_out:
                    found[some.speakers[who]][number] = None
        return {who: list(numbers) for who, numbers in found.items()}

    def _below(self, near: Near, cut: float) -> frozenset[int]:
        """What is not near after all; of more than BORDERLINE about as near as is needed, float16 decides."""
        off = np.abs(near.similarity - cut)
        unsure = [at for at in np.argsort(off, kind="stable")[:BORDERLINE].tolist() if off[at] <= ERROR]
        exact = self._stated.similarities(near.numbers[unsure].tolist(), self._near, _anything)
        asked = frozenset(number for number, cosine in exact.items() if cosine < cut)
        return asked | frozenset(near.numbers[near.similarity < cut].tolist()) - exact.keys()

    def _looked(self, side: Side, keep: Kept) -> _Looked:
        near = self._search.nearest(self._near, RANKED, speakers=side.members, documents=self._documents)
        closely = near.numbers if len(near.numbers) <= WHOLE else near.numbers[:CLOSEST]
        return _Looked(
            side, near, self._stated.similarities(self._stated.kept(closely.tolist(), keep), self._near, keep)
        )

    def _position(self, looked: _Looked, cut: float, keep: Kept) -> Position:
        stated, exact = self._stated, looked.exact
        holding = self._of(looked, self._holding)
        hold = set(holding)
        meaning = {one: rank for rank, one in enumerate(sorted(exact, key=lambda one: (-exact[one], self._id(one))), 1)}
        on = [one for one in exact if exact[one] >= cut or stated[one].quote.topic in self._meant or one in hold]
        if not looked.whole:
            few = sum(exact[one] >= cut for one in exact) < NEAREST
            deep = self._deep(looked, self._far(looked, holding) if few else self._next(looked, hold), keep)
            meaning |= deep
            on += deep
        words = stated.kept(holding, keep) if looked.whole else holding
        score = {one: 1 / (FUSION + meaning[one]) for one in on}
        if self._by_rank:
            for rank, one in enumerate(words, 1):
                if one in score:
                    score[one] += WORDS / (FUSION + rank)
        best = sorted(on, key=lambda one: (-score[one], self._id(one)))[:NEAREST]
        return self._read(looked.side, [stated[one] for one in best])

    def _next(self, looked: _Looked, hold: Collection[int]) -> list[int]:
        """The nearest of those not looked at yet that hold the words, and may so come before nearer ones."""
        following = looked.near.numbers[CLOSEST:LIKELY].tolist() if self._by_rank else []
        return [one for one in following if one in hold]

    def _far(self, looked: _Looked, holding: Sequence[int]) -> list[int]:
        """What is on the topic by its words, or by its own topic, though not near: the likeliest of it."""
        by_words = {one: WORDS / (FUSION + at) for at, one in enumerate(holding, 1)} if self._by_rank else {}
        place = {number: at for at, number in enumerate(looked.near.numbers.tolist(), 1)}
        likely = {
            one: 1 / (FUSION + place.get(one, RANKED)) + by_words.get(one, 0.0)
            for one in (*holding, *self._of(looked, self._named))
            if one not in looked.exact
        }
        return sorted(likely, key=lambda one: (-likely[one], one))[:LIKELY]

    def _deep(self, looked: _Looked, numbers: Sequence[int], keep: Kept) -> dict[int, int]:
        """Those that are kept, with their rank among all by meaning.

        The rank is that of the stored vector's cosine among those of float16, in which what only reports is counted.
        """
        exact = self._stated.similarities(self._stated.kept(numbers, keep), self._near, keep)
        ranks: dict[int, int] = {}
        rank = len(looked.exact)
        for one in sorted(exact, key=lambda one: (-exact[one], self._id(one))):
            nearer = int(np.searchsorted(-looked.near.similarity, -exact[one]))
            rank = max(rank, nearer) + 1
            ranks[one] = rank
        return ranks

    def _of(self, looked: _Looked, numbers: Numbers) -> list[int]:
        """Those that are a side's, in the order given."""
        theirs = looked.near.numbers
        if len(theirs) == RANKED:  # there are more than these
            theirs = self._search.nearest(
                self._near, speakers=looked.side.members, documents=self._documents, among=numbers
            ).numbers
        return [int(one) for one in numbers[np.isin(numbers, theirs)]]

    def _read(self, side: Side, said: list[Stored]) -> Position:
        said.sort(key=lambda one: (one.quote.document.id, one.quote.start, one.quote.end))
        return Position(side.who, tuple(one.quote for one in said), self._stated.vectors(said))

    def _id(self, number: int) -> str:
        return self._stated[number].quote.id


def _stands_alone(one: Stored) -> bool:
    return one.quote.reading.stands_alone


def _anything(_: Stored) -> bool:
    return True
