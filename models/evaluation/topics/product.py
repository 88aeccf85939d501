"""The product's own grouping, as it is measured: the one file here that knows how topics are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from models import topic
from models.evaluation.topics.scores import NONE, Labels
from models.statement import statements
from models.topic import GROWTH, Topic, join, regroup
from models.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Said:
    """Statements that are grouped together, each with its id, its paragraph and its document."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    paragraphs: tuple[str, ...]
    documents: tuple[str, ...]

    @classmethod
    def of(cls, transcripts: Iterable[Transcript]) -> Said:
        """All that is grouped of some transcripts, under the ids that a database would give."""
        found: list[tuple[str, str, str, str]] = []
        for one in transcripts:
            document = sha256(one.text.encode()).hexdigest()[:12]
            found += [
                (f"{document}-{each.start}-{each.end}", each.text, f"{document}/{each.paragraph}", document)
                for each in statements(one)
                if each.comparable
            ]
        ids, texts, paragraphs, documents = zip(*found, strict=True) if found else ((), (), (), ())
        return cls(ids, texts, paragraphs, documents)

    def chosen(self, rows: Sequence[int]) -> Said:
        """Those in these rows, in that order."""
        return Said(
            tuple(self.ids[row] for row in rows),
            tuple(self.texts[row] for row in rows),
            tuple(self.paragraphs[row] for row in rows),
            tuple(self.documents[row] for row in rows),
        )


def grouped(said: Said, vectors: NDArray[np.float32], previous: Sequence[Topic] = ()) -> tuple[Topic, ...]:
    """The topics of statements with vectors (n, d), where these were the topics before some of them came.

    As the service has them: in the database's order, and where few have come they join what was there.
    """
    rows = sorted(range(len(said.ids)), key=lambda row: _place(said.ids[row]))
    placed = {member for one in previous for member in one.members}
    came = [row for row in rows if said.ids[row] not in placed]
    if len(came) > GROWTH * len(placed):
        return regroup(_as_columns(said, vectors, rows), previous)
    added = _as_columns(said, vectors, came)
    places, changed = join(added, previous, {one.id: len(one.members) for one in previous})
    joined: dict[str, list[str]] = defaultdict(list)
    for statement, place in zip(added.ids, places, strict=True):
        if place is not None:
            joined[place].append(statement)
    there = {one.id: one for one in (*previous, *changed)}
    members = {one.id: one.members for one in previous}
    return tuple(
        replace(one, members=tuple(sorted((*members.get(one.id, ()), *joined[one.id])))) for one in there.values()
    )


def _as_columns(said: Said, vectors: NDArray[np.float32], rows: Sequence[int]) -> topic.Said:
    some = said.chosen(rows)
    return topic.Said(some.ids, some.texts, some.texts, some.paragraphs, vectors[list(rows)])


def _place(statement: str) -> tuple[str, int]:
    document, start, _ = statement.split("-")
    return document, int(start)


def topics(texts: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
    """The product's topics as labels, of statements that each stand alone, since the sets have no paragraphs."""
    ids = tuple(f"text-{at}-{at + 1}" for at in range(len(texts)))
    labels = np.full(len(ids), NONE, np.int64)
    for number, one in enumerate(grouped(Said(ids, tuple(texts), ids, ids), vectors)):
        labels[[_place(member)[1] for member in one.members]] = number
    return labels
