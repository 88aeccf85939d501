"""The product's own grouping, as it is measured: the one file here that knows how topics are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from models.evaluation.topics.scores import NONE, Labels
from models.statement import statements
from models.topic import Topic, regroup
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
    """The topics of statements with vectors (n, d), where these were the topics before some of them came."""
    return regroup(said.ids, said.texts, vectors, said.paragraphs, previous)


def topics(texts: Sequence[str], vectors: NDArray[np.float32]) -> Labels:
    """The product's topics as labels, of statements that each stand alone, since the sets have no paragraphs."""
    ids = tuple(f"{at:08}" for at in range(len(texts)))
    labels = np.full(len(ids), NONE, np.int64)
    for number, topic in enumerate(grouped(Said(ids, tuple(texts), ids, ids), vectors)):
        labels[[int(member) for member in topic.members]] = number
    return labels
