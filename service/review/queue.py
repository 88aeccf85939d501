"""Review queue: the pairs that wait for a reader, from the scores that are kept; nothing is judged for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from models.comparison import Pair, TopicRef, decided, one_to_one
from models.relation import AGREES, OPPOSES, Relation
from models.ruling import Key, key_of
from models.transcript import Speaker
from service.budget import Asked
from service.positions.mapping import Draft, Mapper, MapRequest
from service.scoring import Scores, Scoring
from service.views import TopicRow

SHOWN, UNSURE, SAMPLE = "shown", "unsure", "sample"
STATUSES = (SHOWN, UNSURE, SAMPLE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair in the queue; `shown`: the comparison of its topic shows it, else it was too close to call."""

    pair: Pair
    topic: TopicRef
    shown: bool

    @property
    def key(self) -> Key:
        return key_of(self.pair.first.text, self.pair.second.text)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits on one page of the topics, first things first.

    `judged` counts the comparisons it was looked for in: of two speakers on one topic; `unjudged` those that have not
    been looked at yet, of whose pairs nothing is known.
    """

    waiting: tuple[Waiting, ...]
    sides: tuple[Speaker, ...]
    judged: int
    unjudged: int
    page: int
    pages: int


def queue(
    mapper: Mapper,
    scoring: Scoring,
    request: MapRequest,
    topics: Sequence[TopicRow],
    status: str | None,
    drawn: Collection[Key],
) -> Queue:
    """The pairs of a page of the map that nobody has reviewed: those shown, the least certain first; then the unsure,
    the most nearly certain first.

    As a sample, all that the classifier by itself would show, whatever was decided, in an order that is random and yet
    the same for everybody: that of a hash over the two texts. `drawn` are those of the sample that were decided on.
    """
    drafts = mapper.drafts(request, topics, reviewed=status != SAMPLE)
    cells = [draft for draft in drafts.cells if draft.asked]
    known = scoring.known({pair for draft in cells for pair in draft.asked})
    judged = [draft for draft in cells if all(pair in known for pair in draft.asked)]
    found: dict[Key, Waiting] = {}
    for draft in judged:
        for one in _of_cell(draft, known, scoring.thresholds):
            found.setdefault(one.key, one)
    if status == SAMPLE:
        waiting = sorted((one for one in found.values() if one.shown and one.key not in drawn), key=_draw)
    else:
        wanted = (SHOWN, UNSURE) if status is None else (status,)
        open_ones = (one for one in found.values() if not one.pair.reviewed)
        waiting = [one for one in open_ones if (SHOWN if one.shown else UNSURE) in wanted]
        waiting.sort(key=lambda one: (not one.shown, _doubt(one.pair, scoring.thresholds), _ids(one.pair)))
    sides = tuple(side.who for side in drafts.sides)
    return Queue(tuple(waiting), sides, len(judged), len(cells) - len(judged), request.page, drafts.pages)


def _of_cell(draft: Draft, known: Mapping[Asked, Scores], thresholds: Mapping[str, float]) -> Iterator[Waiting]:
    rows = np.array([known[pair] for pair in draft.asked], np.float64).reshape(-1, 3)
    ranked = decided(draft.first, draft.second, draft.nominees, rows, thresholds)
    topic = TopicRef(draft.topic.id, draft.topic.name)
    for relation in (Relation.OPPOSES, Relation.AGREES, Relation.UNSURE):
        for pair in one_to_one(ranked[relation]):
            yield Waiting(pair, topic, relation is not Relation.UNSURE)


def _doubt(pair: Pair, thresholds: Mapping[str, float]) -> float:
    """How far a pair is from where it would be decided otherwise: from the threshold of the relation nearest to its."""
    likely = ((Relation.OPPOSES, OPPOSES), (Relation.AGREES, AGREES))
    return round(min(abs(pair.steps.probabilities[at] - thresholds[str(name)]) for name, at in likely), 4)


def _draw(one: Waiting) -> str:
    return sha256("\n".join(one.key).encode()).hexdigest()


def _ids(pair: Pair) -> tuple[str, str]:
    return pair.first.id, pair.second.id
