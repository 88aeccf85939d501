"""Free text as a topic: which statements are near enough to it to be on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.comparison import Position, Quote
from models.phrases import lemma
from models.topic import in_context
from models.words import RHETORIC, content_words, topic_words, words
from service.views import TopicRow

KEYWORDS = 40  # words looked for at most: PostgreSQL's query of them is nested
NEAREST = 40  # statements a side at most
FLOOR = 0.25  # similarity below which a statement is on no free text's topic
SHARE = 0.5  # of the nearest statement's similarity, below which another is not on the same topic as it

_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")

Similarities = NDArray[np.float32]


def keywords(text: str) -> tuple[str, ...]:
    """What the word index is asked for: each quoted phrase, and each other word that says what a text is about."""
    phrases = [" ".join(words(phrase)) for phrase in _QUOTED.findall(text)]
    rest = [word for word in content_words(_QUOTED.sub(" ", text)) if word not in RHETORIC]
    return tuple(dict.fromkeys(one for one in (*phrases, *rest) if one))[:KEYWORDS]


def similarities(quotes: Sequence[Quote], vectors: NDArray[np.float32], text: NDArray[np.float32]) -> Similarities:
    """Cosine (n,) of each statement, drawn towards its paragraph, with a text's vector."""
    if not quotes:
        return np.zeros(0, np.float32)
    drawn = in_context(vectors, [(one.document.id, one.paragraph) for one in quotes])
    found: Similarities = np.round(drawn @ text, 6)
    return found


def named(text: str, topics: Iterable[TopicRow]) -> frozenset[str]:
    """The ids of the topics whose names hold all the words of a text: "Ukraine" means all of "Russia and Ukraine"."""
    wanted = _keys(text)
    return frozenset(one.id for one in topics if wanted and wanted <= _keys(one.name))


def least(found: Iterable[Similarities]) -> float:
    """The similarity from which a statement is on the topic, the sides taken together."""
    best = max((float(side.max()) for side in found if side.size), default=0.0)
    return max(FLOOR, SHARE * best)


def on_topic(quotes: Sequence[Quote], found: Similarities, cut: float, topics: frozenset[str]) -> list[int]:
    """Rows of the statements on the topic: near it, or of a topic that it names."""
    return [at for at, quote in enumerate(quotes) if found[at] >= cut or quote.topic in topics]


def nearest(position: Position, found: Similarities, cut: float, topics: frozenset[str] = frozenset()) -> Position:
    """What of a position is on the topic: its nearest statements, ties by id, in the order they stood in."""
    rows = on_topic(position.quotes, found, cut, topics)
    kept = sorted(sorted(rows, key=lambda at: (-float(found[at]), position.quotes[at].id))[:NEAREST])
    return Position(position.speaker, tuple(position.quotes[at] for at in kept), position.vectors[kept])


def _keys(text: str) -> set[str]:
    return {lemma(word.capitalize()) for word in topic_words(text)}
