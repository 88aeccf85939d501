"""Free text as a topic: which statements are on it, by what they mean and by the words they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.nomination import Position
from models.phrases import lemma
from models.quote import Quote
from models.topic import in_context
from models.words import RHETORIC, content_words, topic_words, words
from service.views import TopicRow

NAMES_IN_MEMORY = 16_384  # of topics, as the words that they have
KEYWORDS = 40  # words looked for at most: PostgreSQL's query of them is nested
NEAREST = 40  # statements a side at most
FLOOR = 0.25  # similarity below which a statement is on no free text's topic
FUSION = 60  # k of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)
WORDS = 0.25  # weight of a rank by words beside one by meaning: docs/free-text.md has what was measured
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


def on_topic(
    quotes: Sequence[Quote],
    found: Similarities,
    cut: float,
    topics: frozenset[str],
    holding: Collection[str] = (),
) -> list[int]:
    """Rows of the statements on the topic: near it, of a topic that it names, or among those holding its words."""
    return [at for at, one in enumerate(quotes) if found[at] >= cut or one.topic in topics or one.id in holding]


def nearest(
    position: Position,
    found: Similarities,
    cut: float,
    topics: frozenset[str] = frozenset(),
    holding: Sequence[str] = (),
) -> Position:
    """What of a position is on the topic: its first statements by fused rank, in the order they stood in.

    `holding` are the ids of all statements that hold the text's words, best first.
    """
    quotes = position.quotes
    by_meaning = sorted(range(len(quotes)), key=lambda at: (-float(found[at]), quotes[at].id))
    score = {at: 1 / (FUSION + rank) for rank, at in enumerate(by_meaning, 1)}
    rows = {one.id: at for at, one in enumerate(quotes)}
    for rank, at in enumerate((rows[one] for one in holding if one in rows), 1):
        score[at] += WORDS / (FUSION + rank)
    on = on_topic(quotes, found, cut, topics, rows.keys() & set(holding))
    kept = sorted(sorted(on, key=lambda at: (-score[at], quotes[at].id))[:NEAREST])
    return Position(position.speaker, tuple(quotes[at] for at in kept), position.vectors[kept])


@lru_cache(maxsize=NAMES_IN_MEMORY)
def _keys(text: str) -> frozenset[str]:
    return frozenset(lemma(word.capitalize()) for word in topic_words(text))
