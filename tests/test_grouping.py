"""Grouping: what it holds at a time is bounded, and nothing comes out otherwise for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from models import cluster as clustering
from models import topic as topics
from models.cluster import cluster
from models.topic import Moves, Said, in_context
from service.corpus import Corpus
from service.documents import preparing
from service.errors import Unavailable
from service.readers import Source
from service.scoring import Scoring
from service.topics import grouping

CouncilCorpus = Callable[..., Corpus]


def place(corpus: Corpus) -> Path:
    return Path(str(corpus._config.database_url).removeprefix("sqlite:///"))


def without_vectors(corpus: Corpus) -> int:
    """Take all vectors away, as another embedder finds it; how many there were."""
    with closing(sqlite3.connect(place(corpus))) as database, database:
        database.execute("UPDATE state SET grouped_by = NULL")
        return database.execute("DELETE FROM embedding").rowcount


def vectors(corpus: Corpus) -> int:
    with closing(sqlite3.connect(place(corpus))) as database:
        return int(database.execute("SELECT count(*) FROM embedding").fetchone()[0])


def unit(rows: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(rows, 32)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_vectors_made_a_portion_at_a_time_give_the_same_topics(
    topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = topics_corpus.topics()
    without_vectors(topics_corpus)
    with topics_corpus._store.reading() as reading:
        number = len(reading.without_vector(topics_corpus._scoring.embedder))
    monkeypatch.setattr(grouping, "PORTION", 5)
    seen: list[tuple[int, int]] = []
    topics_corpus.prepare(lambda done, total: seen.append((done, total)))
    assert topics_corpus.topics() == before
    assert vectors(topics_corpus) == number
    assert seen == sorted(seen)
    assert seen[-1] == (number, number)


def test_the_portions_made_before_a_failure_are_kept(topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    without_vectors(topics_corpus)
    monkeypatch.setattr(grouping, "PORTION", 5)
    made, portions = Scoring.vectors, []

    def failing(self: Scoring, *given: object) -> dict[str, bytes]:
        portions.append(given)
        if len(portions) == 3:
            raise Unavailable("The disk is full.", "Free some.")
        return made(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Scoring, "vectors", failing)
    with pytest.raises(Unavailable):
        topics_corpus.prepare()
    assert vectors(topics_corpus) == 10


def test_vectors_are_drawn_in_their_place_as_they_are_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    given, paragraphs = unit(40), [at // 7 for at in range(40)]
    expected = in_context(given, paragraphs)
    monkeypatch.setattr(topics, "AT_ONCE", 3)  # less than a paragraph
    assert np.array_equal(in_context(given, paragraphs), expected)
    drawn = in_context(given, paragraphs, out=given)
    assert drawn is given
    assert np.array_equal(drawn, expected)
    said = Said(paragraphs, paragraphs, paragraphs, None, given)  # type: ignore[arg-type]
    assert said.drawn is given


def test_neighbours_found_a_block_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = unit(8).repeat(30, axis=0)
    near = centre + 0.05 * unit(240, seed=1)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    expected = cluster(near)
    monkeypatch.setattr(clustering, "BLOCK", 50)
    assert np.array_equal(cluster(near), expected)


def test_some_rows_are_grouped_as_they_are_alone() -> None:
    given, rows = unit(300), np.arange(0, 300, 3)
    assert np.array_equal(cluster(given, rows), cluster(given[rows]))


def test_a_near_copy_among_many_of_its_length_is_found_by_its_sentences_or_by_its_length(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def speech(number: int, sentences: int = 10) -> str:
        return " ".join(
            f"In place {number} the council wants {word} and bridge number {number}{at} for all of its people."
            for at, word in enumerate(
                "roads boats water light wood trade peace schools trains coal".split()[:sentences]
            )
        )

    def add(text: str, name: str) -> tuple[str, ...]:
        copies = corpus.add(Source(name, text.encode()), speaker="Ann", regroup=False).near_copies
        return tuple(row.original_name for row, _ in copies)

    monkeypatch.setattr(preparing, "COPIES_READ", 4)
    for number in range(1, 10):
        assert add(speech(number), f"{number}.txt") == ()
    add(speech(20).replace("council", "county council"), "20.txt")
    broken = speech(20).replace("council", "county council").replace(" the ", "\nthe ")
    assert add(broken + " So be it.", "broken.txt") == ("20.txt",)
    assert add(speech(7, sentences=8), "cut.txt") == ("7.txt",)


def test_a_document_of_nothing_but_courtesies_leaves_the_topics_as_they_are(
    corpus_factory: Callable[..., Corpus], council: Path
) -> None:
    corpus = corpus_factory()
    corpus.add(Source(council.name, council.read_bytes()))
    before = [(row.id, row.statements) for row in corpus.topics()]
    assert before
    added = corpus.add(Source("thanks.txt", b"MAYOR ONE:  Thank you.\n\nMINISTER TWO:  Thank you very much.\n"))
    assert (added.comparable, added.moves) == (0, Moves())
    assert [(row.id, row.statements) for row in corpus.topics()] == before
