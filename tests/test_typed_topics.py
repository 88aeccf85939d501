"""Typed topics: what the search finds is what a look at every statement finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from models.nomination import Position
from models.transcript import Speaker
from service.corpus import Corpus
from service.positions import comparing, typed
from service.readers import Source
from service.scoring import matrix
from service.store.queries import Reading, Stored
from service.topics.free_text import keywords, least, named, nearest, on_topic, similarities

TEXTS = (
    "health care", "covid vaccine", "Ukraine and NATO", "“law and order”", "climate", "taxes", "China",
    "the Supreme Court", "immigrants at the border", "police", "military bases", "peace", "people", "jobs",
    "school choice", "Hunter Biden", "fracking", "mail-in ballots", "of the", "an asteroid made of cheese",
)  # fmt: skip


@pytest.fixture(scope="module")
def debates(corpus_factory: Callable[..., Corpus], shared: Path) -> Iterator[Corpus]:
    """Real transcripts: a debate and the remarks of two ministers."""
    corpus = corpus_factory()
    folder = shared / "corpus"
    files = sorted((folder / "us-debates-2020").glob("*presidential_debate.txt"))[:1]
    for file in (*files, folder / "stockholm-2021-12-02.txt"):
        corpus.add(Source(file.name, file.read_bytes()), regroup=False)
    corpus.prepare()
    yield corpus
    corpus.close()


@pytest.fixture(scope="module")
def said(debates: Corpus) -> tuple[Stored, ...]:
    """Every statement that can be compared."""
    with debates._store.reading() as reading:
        return reading.statements(embedder=debates._scoring.embedder, comparable_only=True)


class Everything:
    """As it was done before there was a search: every statement read, and each held against the text."""

    def __init__(
        self, corpus: Corpus, said: tuple[Stored, ...], reading: Reading, text: str, *, reported: bool
    ) -> None:
        self._said = said
        self._near = corpus._scoring.embed([text])[0]
        self._meant = named(text, reading.topics(hidden=True))
        self._holding = reading.holding(keywords(text))
        self._reported = reported

    def most_said(self) -> list[str]:
        quotes = [one.quote for one in self._said]
        found = similarities(quotes, matrix([one.vector or b"" for one in self._said]), self._near)
        on = (quotes[at] for at in on_topic(quotes, found, least([found]), self._meant, frozenset(self._holding)))
        counts = Counter(one.speaker.id for one in on if self._reported or one.reading.stands_alone)
        return sorted(counts, key=lambda who: (-counts[who], who))

    def positions(self, *speakers: Speaker) -> list[Position]:
        whole = [self._position(who, [one for one in self._said if one.quote.speaker == who]) for who in speakers]
        found = [similarities(one.quotes, one.vectors, self._near) for one in whole]
        cut = least(found)
        return [nearest(one, side, cut, self._meant, self._holding) for one, side in zip(whole, found, strict=True)]

    def _position(self, who: Speaker, said: list[Stored]) -> Position:
        kept = [one for one in said if self._reported or one.quote.reading.stands_alone]
        return Position(who, tuple(one.quote for one in kept), matrix([one.vector or b"" for one in kept]))


@pytest.mark.parametrize("whole", [typed.WHOLE, 0], ids=["small sides are read whole", "no side is"])
@pytest.mark.parametrize("reported", [False, True])
def test_the_search_finds_what_a_look_at_everything_finds(
    debates: Corpus, said: tuple[Stored, ...], monkeypatch: pytest.MonkeyPatch, whole: int, reported: bool
) -> None:
    monkeypatch.setattr(typed, "WHOLE", whole)
    comparing = debates._comparing
    with debates._store.reading() as reading:
        speakers = [row.speaker for row in reading.speakers() if row.comparable]
        topics = reading.topics(hidden=True)
        for text in TEXTS:
            near = debates._scoring.embed([text])[0]
            found = comparing._typed(text, near, topics, None, reading)
            expected = Everything(debates, said, reading, text, reported=reported)
            most = list(found.most_said(reported=reported))
            assert most == expected.most_said(), text
            pairs = [(speakers[0], speakers[-1])]
            if len(most) > 1:
                pairs.append(tuple(next(who for who in speakers if who.id == one) for one in most[:2]))
            for pair in pairs:
                sides = found.positions([typed.Side(who, frozenset((who.id,))) for who in pair], reported=reported)
                for one, other in zip(sides, expected.positions(*pair), strict=True):
                    if whole:
                        assert one.quotes == other.quotes, text
                        assert not one.quotes or np.array_equal(one.vectors, other.vectors)
                    else:  # ranks of what is far off are about right: docs/at-size.md
                        assert len({*one.quotes} ^ {*other.quotes}) <= 2, text


def test_a_search_is_limited_to_the_documents_asked_for(debates: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "LARGE", 0)  # only the nearest are judged: the search is the same
    for row in debates.documents():
        found = debates.compare(topic="security", document=row.id, include_unsure=True)
        assert {quote.document.id for pair in found.pairs for quote in (pair.first, pair.second)} == {row.id}
