"""Nomination: which pairs of two positions are worth judging, by similarity and by what reviewers ruled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.quote import Quote
from models.ruling import Rows, Ruling, Rulings, placed
from models.transcript import Speaker

RELATED = 0.3  # least cosine of a nominee; nine in ten unrelated arguments lie below it
NOMINEES = 240  # pairs handed to the classifier at most, nearest first
CELLS = 1 << 22  # similarities held at once, 16 MiB: of sides of 2,000 statements each, all of them
LOOKED_AT = 1 << 18  # of these looked through at once, for as many may be equal


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
