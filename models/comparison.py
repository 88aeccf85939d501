"""Position, Pair, Comparison, compare(): nominate by similarity, decide by relation, select."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.relation import Relation
from models.transcript import Metadata, Speaker


@dataclass(frozen=True, slots=True)
class Document:
    """The source of a quote. `sha256` is of the stored text's UTF-8."""

    id: str
    sha256: str
    metadata: Metadata


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two quotes and what the classifier makes of them. `similarity` and `opposition` are never blended."""

    relation: Relation
    similarity: float
    opposition: float
    confidence: float
    first: Quote
    second: Quote


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
    """How much text one side had on the topic."""

    statements: int
    words: int


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
    made_with: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.first_framing} vs. {self.second_framing}"
