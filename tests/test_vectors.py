"""Vectors: the statements nearest to a text are found the same in a file beside SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from models.statement import Statement
from models.topic import in_context
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.corpus import Corpus
from service.jobs.kinds.add import Given
from service.readers import Source
from service.store.store import NewDocument, Store, hash_of, statement_id
from service.store.vectors import ERROR, Near, Search, drawing, in_file, in_postgresql

SPEAKERS = ("anna", "bert", "cora")
DIMENSIONS = 384
EMBEDDER = "e" * 64
PARAGRAPH = 4  # statements


@dataclass
class Made:
    """A store, the vectors of its statements, and what of them is searched."""

    store: Store
    vectors: dict[str, np.ndarray] = field(default_factory=dict)  # by text
    asked_for: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, speaker: str, name: str, statements: int, *, kept: bool = True) -> str:
        texts = [f"{name} says {number} of {speaker}." for number in range(statements)]
        whole = " ".join(texts)
        digest = hash_of(whole)
        random = np.random.default_rng(int(digest[:8], 16))
        for text in texts:
            vector = random.normal(size=DIMENSIONS).astype(np.float32)
            self.vectors[text] = vector / np.linalg.norm(vector)
        starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
        cut = tuple(
            Statement(text, start, start + len(text), 0, at // PARAGRAPH + 1, (), at % 5 != 4, "", "")
            for at, (text, start) in enumerate(zip(texts, starts, strict=False))
        )
        with self.store.writing() as writing:
            if not any(one.speaker.id == speaker for one in writing.known_speakers()):
                writing.add_speaker(Speaker(speaker, speaker.title()))
            writing.add(
                NewDocument(
                    digest[:12],
                    digest,
                    Transcript(whole, (Utterance(speaker, Kind.SPEECH, 0, len(whole)),)),
                    Metadata(),
                    "plain_text",
                    f"{name}.txt",
                    b"",
                    {(speaker, Kind.SPEECH): speaker},
                    cut,
                    (),
                )
            )
            if kept:
                writing.keep_vectors(EMBEDDER, self.make(texts))
                self.asked_for.clear()
        return digest[:12]

    def make(self, texts: object) -> dict[str, bytes]:
        self.asked_for += texts
        return {hash_of(text): self.vectors[text].tobytes() for text in texts}

    def nearest(self, near: np.ndarray, *args: object, **conditions: object) -> list[str]:
        """The ids of the statements found."""
        self.store.vectors.keep_up(EMBEDDER, self.make)
        with self.store.reading() as reading:
            found = self.store.vectors.at(reading, EMBEDDER, self.make).nearest(near, *args, **conditions)
            said = reading.by_number(found.numbers.tolist())
        for number, who in zip(found.numbers.tolist(), found.by.tolist(), strict=True):
            assert said[number].quote.speaker.id == found.speakers[who]
        assert list(found.similarity) == sorted(found.similarity, reverse=True)
        return [said[number].quote.id for number in found.numbers.tolist()]

    def expected(self, near: np.ndarray, wanted: Callable[..., bool] = lambda _: True) -> list[str]:
        """As a search would find them, one by one."""
        with self.store.reading() as reading:
            said = [one.quote for one in reading.statements(comparable_only=True)]
        contexts = [(one.document.id, one.paragraph) for one in said]
        drawn = in_context(np.stack([self.vectors[one.text] for one in said]), contexts)
        cosine = {one.id: float(row @ near) for one, row in zip(said, drawn, strict=True) if wanted(one)}
        return sorted(cosine, key=lambda one: -cosine[one])


@pytest.fixture(scope="module")
def speeches(new_database: Callable[[], str]) -> tuple[str, dict[str, np.ndarray]]:
    """The address of a database of nine speeches, to be copied, and the vectors of their statements."""
    address = new_database()
    made = Made(Store(address))
    for number, speaker in enumerate(SPEAKERS * 3):
        made.add(speaker, f"Speech {number}", 40)
    made.store.close()
    return address, made.vectors


@pytest.fixture
def made(speeches: tuple[str, dict[str, np.ndarray]], database_like: Callable[[str], str]) -> Iterator[Made]:
    """A copy of them, to be written to."""
    address, vectors = speeches
    made = Made(Store(database_like(address)), dict(vectors))
    yield made
    made.store.close()


@pytest.fixture
def near() -> np.ndarray:
    vector = np.random.default_rng(1).normal(size=DIMENSIONS).astype(np.float32)
    return vector / np.linalg.norm(vector)


def same(found: list[str], expected: list[str], made: Made, near: np.ndarray) -> None:
    """The same, but for those that float16 cannot tell apart."""
    assert len(found) == len(set(found)) == len(expected)
    place = {one: at for at, one in enumerate(made.expected(near))}
    assert all(abs(place[one] - place[other]) <= 2 for one, other in zip(found, expected, strict=True))


def test_the_nearest_come_first(made: Made, near: np.ndarray) -> None:
    same(made.nearest(near), made.expected(near), made, near)
    same(made.nearest(near, 10), made.expected(near)[:10], made, near)


def test_only_what_meets_the_conditions_is_found(made: Made, near: np.ndarray) -> None:
    with made.store.reading() as reading:
        documents = [row.id for row in reading.documents()][:4]
    found = made.nearest(near, speakers=["anna", "cora", "nobody"], documents=documents)
    wanted = lambda one: one.speaker.id in ("anna", "cora") and one.document.id in documents  # noqa: E731
    same(found, made.expected(near, wanted), made, near)
    assert made.nearest(near, speakers=[]) == made.nearest(near, documents=["none"]) == []


def test_the_index_is_walked_where_many_meet_the_conditions(
    made: Made, near: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_postgresql, "MANY", 0)
    for speakers in (["anna"], list(SPEAKERS)):
        wanted = made.expected(near, lambda one, speakers=speakers: one.speaker.id in speakers)
        same(made.nearest(near, 20, speakers=speakers), wanted[:20], made, near)


def test_a_vector_is_of_the_statement_in_its_paragraph(made: Made) -> None:
    with made.store.reading() as reading:
        quote = reading.statements(comparable_only=True)[5].quote
    assert made.nearest(made.vectors[quote.text], 1) == [quote.id]


def test_cosines_are_those_of_the_stored_vectors_but_for_float16(made: Made, near: np.ndarray) -> None:
    made.store.vectors.keep_up(EMBEDDER, made.make)
    with made.store.reading() as reading:
        found = made.store.vectors.at(reading, EMBEDDER, made.make).nearest(near)
        said = reading.by_number(found.numbers.tolist())
    everything = [said[number].quote for number in sorted(found.numbers.tolist())]
    drawn = in_context(
        np.stack([made.vectors[one.text] for one in everything]),
        [(one.document.id, one.paragraph) for one in everything],
    )
    exact = {one.id: float(row @ near) for one, row in zip(everything, drawn, strict=True)}
    for number, cosine in zip(found.numbers.tolist(), found.similarity.tolist(), strict=True):
        assert abs(exact[said[number].quote.id] - cosine) < ERROR


def test_what_is_not_near_enough_is_left_out(made: Made, near: np.ndarray) -> None:
    made.store.vectors.keep_up(EMBEDDER, made.make)
    with made.store.reading() as reading:
        search: Search = made.store.vectors.at(reading, EMBEDDER, made.make)
        everything: Near = search.nearest(near)
        middle = float(everything.similarity[len(everything.numbers) // 2])
        found = search.nearest(near, least=middle)
        among = search.nearest(near, among=everything.numbers[10:20], least=float(everything.similarity[14]))
        none = search.nearest(near, among=np.array([10**9]))
    assert found.numbers.tolist() == everything.numbers[: len(found.numbers)].tolist()
    assert len(found.numbers) >= len(everything.numbers) // 2
    assert among.numbers.tolist() == everything.numbers[10 : 10 + len(among.numbers)].tolist()
    assert len(none.numbers) == 0


def test_what_is_added_later_is_found(made: Made, near: np.ndarray) -> None:
    made.nearest(near)
    document = made.add("bert", "One more speech", 40)
    found = made.nearest(near, documents=[document])
    same(found, made.expected(near, lambda one: one.document.id == document), made, near)
    assert made.asked_for == []


def test_a_vector_that_nobody_kept_is_made(made: Made, near: np.ndarray) -> None:
    document = made.add("dora", "A speech without vectors", 12, kept=False)
    assert len(made.nearest(near, documents=[document])) == 10
    assert len(made.asked_for) == 10


def test_what_is_removed_is_not_found_even_if_it_comes_again(made: Made, near: np.ndarray) -> None:
    document = made.add("bert", "The last speech", 40)
    before = made.nearest(near)
    with made.store.writing() as writing:
        writing.delete(document)
    assert made.nearest(near) == [one for one in before if not one.startswith(document)]
    made.add("cora", "Another last speech", 40)
    same(made.nearest(near), made.expected(near), made, near)
    made.add("bert", "The last speech", 40)
    same(made.nearest(near), made.expected(near), made, near)


def test_words_given_to_another_are_the_others(made: Made, near: np.ndarray) -> None:
    made.nearest(near)
    with made.store.writing() as writing:
        writing.give("anna", "bert")
    assert made.nearest(near, speakers=["anna"]) == []
    same(made.nearest(near, speakers=["bert"]), made.expected(near, lambda one: one.speaker.id == "bert"), made, near)


def test_a_new_embedder_has_vectors_of_its_own(made: Made, near: np.ndarray) -> None:
    made.nearest(near)
    turned = {text: -vector for text, vector in made.vectors.items()}
    make = lambda texts: {hash_of(one): turned[one].tobytes() for one in texts}  # noqa: E731
    made.store.vectors.keep_up("f" * 64, make)
    with made.store.reading() as reading:
        found = made.store.vectors.at(reading, "f" * 64, make).nearest(near)
        said = reading.by_number(found.numbers.tolist())
    same([said[n].quote.id for n in found.numbers.tolist()], made.expected(near)[::-1], made, near)


def test_statements_are_numbered_in_their_order_without_a_gap(made: Made) -> None:
    with made.store.reading() as reading:
        said = reading.by_number(range(1, 10_000))
        compared = len(reading.statements(comparable_only=True))  # the others have no number
    assert compared == 9 * 32
    assert sorted(said) == list(range(1, compared + 1))
    for number, one in said.items():
        after = said.get(number + 1)
        if after is not None and after.quote.document == one.quote.document:
            assert one.quote.end <= after.quote.start
    assert statement_id("a", 1, 2) == "a-1-2"


# Written by whoever adds ------------------------------------------------------------------------------------------


def speech(number: int) -> Source:
    said = f"We want {number} bridges for all of the people. They must be built before winter comes."
    answer = f"Nobody needs so many bridges. The old ones must do for {number} years."
    return Source(f"{number}.txt", f"MAYOR ONE:  {said}\n\nMINISTER TWO:  {answer}\n".encode())


def test_whoever_adds_writes_down_what_is_searched_and_no_reader_makes_any(
    corpus_factory: Callable[..., Corpus], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_factory(database_url=database_url)
    corpus.add(speech(1))
    corpus.jobs.attend(corpus.jobs.add([Given(speech(2))]).id, 60)
    corpus.jobs.attend(corpus.jobs.add([Given(speech(3)), Given(speech(4))]).id, 60)
    corpus.add(speech(5), regroup=False)
    corpus.prepare()
    made: list[int] = []

    def counted(*given: object) -> Iterator[tuple[list[object], object]]:
        for some, vectors in drawing.portions(*given):  # type: ignore[arg-type]
            made.append(len(some))
            yield some, vectors

    for module in (in_file, in_postgresql):
        monkeypatch.setattr(module, "portions", counted)
    reader = corpus_factory(database_url=database_url)
    assert reader.compare(topic="bridges").pairs is not None
    assert made == []
    reader.add(speech(6))  # by one who searched before
    assert made == [2]
    reader.compare(topic="bridges")
    assert made == [2]
    for one in (corpus, reader):
        one.close()


def test_an_addition_stands_where_what_is_searched_cannot_be_written(
    corpus_factory: Callable[..., Corpus], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    Store(url).close()
    (tmp_path / "x.sqlite.vectors").mkdir()  # which is no file
    corpus = corpus_factory(database_url=url)
    corpus.add(speech(1))
    assert len(corpus.documents()) == 1
    assert corpus.compare(topic="bridges").topic is not None
    corpus.close()
