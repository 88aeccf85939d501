"""Stability: whether topics are the same on every run, and whether they stay put when a document comes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.embedding import Progress
from models.evaluation.figures import Reach, Row, Section
from models.evaluation.intervals import Estimate, exact, mean_of
from models.evaluation.reading import UnusableSet
from models.evaluation.topics.product import Said
from models.topic import Topic

STABILITY, JUDGE = "stability", "topics"
RUNS = 20
DOCUMENTS = 10  # left out in turn; of fewer, each
SAME, STAYED = Reach(1.0), Reach(0.95)

Found = TypeVar("Found")
Topics = Sequence[Topic]
Group = Callable[[Said, NDArray[np.float32], Topics], Topics]
"""Statements, their vectors and the topics before to the topics now."""


def stability(said: Said, vectors: NDArray[np.float32], group: Group, progress: Progress | None = None) -> Section:
    """Topics of shuffled statements, and of all documents when they were grouped without one of them before."""
    documents = sorted(set(said.documents))
    if len(documents) < 2:
        raise UnusableSet("that a document more moves little is seen in two at least")
    left_out = sorted(random.Random(0).sample(documents, min(DOCUMENTS, len(documents))))
    all_rows = range(len(said.ids))

    def topics(rows: Sequence[int], previous: Topics = ()) -> Topics:
        return group(said.chosen(rows), vectors[list(rows)], previous)

    def shuffled() -> Iterator[bool]:
        for run in range(RUNS):
            yield topics(random.Random(run).sample(all_rows, len(all_rows))) == expected

    def stayed() -> Iterator[NDArray[np.float64]]:
        for document in left_out:
            earlier = [row for row in all_rows if said.documents[row] != document]
            before = topics(earlier)
            was, now = _topic_of(before), _topic_of(topics(all_rows, before))
            yield np.array([was.get(said.ids[row]) == now.get(said.ids[row]) for row in earlier], np.float64)

    steps = len(left_out) + RUNS
    expected = topics(all_rows)
    same = list(_told(shuffled(), 0, steps, progress))
    shares = list(_told(stayed(), RUNS, steps, progress))
    name, of = f"{len(documents)} documents", np.repeat(left_out, [len(each) for each in shares])
    mean, least = mean_of(np.concatenate(shares), of), Estimate(min(float(each.mean()) for each in shares))
    return Section(
        STABILITY,
        [
            Row(name, "shuffled statements, runs that are the same", RUNS, None, {JUDGE: exact(sum(same), RUNS)}, SAME),
            Row(name, "statements that stay when a document comes", len(of), len(left_out), {JUDGE: mean}, STAYED),
            Row(name, "the same, at the document that moves most", len(of), len(left_out), {JUDGE: least}, STAYED),
        ],
        [f"{len(said.ids):,} statements, {len(_topic_of(expected)):,} of them in {len(expected)} topics"],
        (JUDGE,),
    )


def _topic_of(topics: Topics) -> dict[str, str]:
    return {member: topic.id for topic in topics for member in topic.members}


def _told(found: Iterator[Found], before: int, steps: int, progress: Progress | None) -> Iterator[Found]:
    """The same, with how far it is told at each."""
    for number, one in enumerate(found):
        if progress:
            progress(before + number + 1, steps)
        yield one
