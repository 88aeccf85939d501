"""Bulk: many documents are embedded together, and are added as if they came one after the other."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner

from service.__main__ import commands
from service.corpus import Corpus
from service.documents import bulk, preparing
from service.documents.intake import Given
from service.errors import Conflict, CounterposeError, Forbidden, NotFound, Unavailable, Unreadable
from service.readers import Source
from service.scoring import Scoring
from service.store.jobs import JobState
from service.views import Added

ROOT = Path(__file__).resolve().parents[1]
WORDS = "roads boats water light wood trade peace schools trains coal".split()


def speech(number: int, sentences: int = 4, name: str | None = None, replaces: str | None = None) -> Given:
    said = [f"In the year {number} the council wants {word} and bridges for all." for word in WORDS[:sentences]]
    return Given(Source(name or f"{number}.txt", f"MAYOR ONE:  {' '.join(said)}\n".encode()), replaces=replaces)


def add_all(corpus: Corpus, *wanted: Given | CounterposeError, **options: Any) -> list[Added | CounterposeError]:
    return list(corpus.add_many(wanted, **options))


def embedded_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts were embedded together, each time."""
    sizes: list[int] = []
    made = Scoring.vectors

    def counted(self: Scoring, texts: Any, *rest: Any) -> dict[str, bytes]:
        sizes.extend([len(texts)] if texts else [])
        return made(self, texts, *rest)

    monkeypatch.setattr(Scoring, "vectors", counted)
    return sizes


def kept(corpus: Corpus) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept of documents, but for when."""
    queries = {
        "document": "SELECT id, sha256, text, original_name, words FROM document ORDER BY id",
        "statement": "SELECT * FROM statement ORDER BY id",
        "embedding": "SELECT * FROM embedding ORDER BY 1, 2",
        "speaker": "SELECT * FROM speaker ORDER BY id",
        "audit": "SELECT id, who, action, subject, detail FROM audit ORDER BY id",
    }
    with sqlite3.connect(corpus._config.resolved_database_url().removeprefix("sqlite:///")) as database:
        return {name: database.execute(query).fetchall() for name, query in queries.items()}


def test_many_are_embedded_together_and_kept_as_one_by_one(
    corpus_factory: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    single, together = corpus_factory(), corpus_factory()
    for number in range(6):
        single.add(speech(number).source, regroup=False, by="Eva")
    sizes = embedded_at_once(monkeypatch)
    found = add_all(together, *(speech(number) for number in range(6)), by="Eva")
    assert sizes == [24]
    assert [one.document.original_name for one in found if isinstance(one, Added)] == [f"{n}.txt" for n in range(6)]
    assert kept(together) == kept(single)
    single.prepare()
    together.prepare()
    assert together.topics() == single.topics()


def test_no_more_is_read_ahead_than_two_portions(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AHEAD", 10)
    read: list[int] = []

    def wanted() -> Iterator[Given]:
        for number in range(9):
            read.append(number)
            yield speech(number)

    sizes = embedded_at_once(monkeypatch)
    assert [len(read) for _ in corpus.add_many(wanted())] == [6, 6, 6, 9, 9, 9, 9, 9, 9]
    assert sizes == [12, 12, 12]
    monkeypatch.setattr(bulk, "CHARACTERS", 400)  # of texts that are here already nothing is embedded
    read.clear()
    assert next(corpus.add_many(wanted())).duplicate  # type: ignore[union-attr]
    assert len(read) == 4
    assert len(sizes) == 3


def test_each_is_stored_when_it_is_given_and_not_before(corpus: Corpus) -> None:
    for number, _ in enumerate(corpus.add_many(speech(number) for number in range(3)), start=1):
        assert len(corpus.documents()) == number


def test_an_error_stands_in_its_place_and_stops_no_other(corpus: Corpus) -> None:
    missing = Unreadable("There is no file gone.txt.", "Check its name.")
    found = add_all(
        corpus, speech(1), Given(Source("empty.txt", b"")), missing, speech(2), speech(3, replaces="0" * 12), speech(4)
    )
    assert [type(one) for one in found] == [Added, Unreadable, Unreadable, Added, NotFound, Added]
    assert found[2] is missing
    assert len(corpus.documents()) == 3


def test_two_equal_files_of_one_portion_are_one_document(corpus: Corpus) -> None:
    first, second = add_all(corpus, speech(1), speech(1, name="again.txt"))
    assert isinstance(first, Added)
    assert isinstance(second, Added)
    assert (first.duplicate, second.duplicate) == (False, True)
    assert second.document == first.document


def test_one_that_takes_the_place_of_another_finds_the_one_added_before_it(corpus: Corpus) -> None:
    old = corpus.add(speech(1).source).document
    there = corpus.add(speech(2).source).document
    replaced, gone, twice = add_all(
        corpus, speech(3, replaces=old.id), speech(4, replaces=old.id), speech(3, name="x.txt", replaces=there.id)
    )
    assert isinstance(replaced, Added)
    assert isinstance(gone, CounterposeError)  # the first of the two took its place
    assert isinstance(twice, Conflict)
    assert "already" in twice.message
    assert {row.original_name for row in corpus.documents()} == {"2.txt", "3.txt"}


def test_a_copy_of_one_added_just_before_is_pointed_out(corpus: Corpus) -> None:
    text = speech(1, sentences=10).source.data
    _, copy = add_all(
        corpus, Given(Source("one.txt", text)), Given(Source("two.txt", text + b"\nSo be it, for all.\n"))
    )
    assert isinstance(copy, Added)
    assert [row.original_name for row, _ in copy.near_copies] == ["one.txt"]


def test_a_label_that_may_name_somebody_of_a_file_before_it_is_asked_about_in_its_turn(corpus: Corpus) -> None:
    asked: list[tuple[str, list[str]]] = []

    def decide(unsure: Any, known: Any, here: Any) -> dict[str, str]:
        asked.extend((one.label, [who.id for who in known]) for one in unsure)
        return {one.label: one.candidates[0] for one in unsure}

    files = {name: f"{name}: The harbour must be closed to {name}'s ships.\n" for name in ("ANNA KOVALENKO",)}
    files["ANNA KOVALENCO"] = "ANNA KOVALENCO: The harbour must stay open to all ships.\n"
    given = [Given(Source(f"{name}.txt", text.encode())) for name, text in files.items()]
    added = add_all(corpus, *given, asked=decide)
    assert [label for label, _ in asked] == ["ANNA KOVALENCO"]
    assert len(asked[0][1]) == 1  # the file before it is stored by then
    assert all(isinstance(one, Added) and not one.unsure for one in added)
    (row,) = corpus.speakers()
    assert set(row.labels) == {"ANNA KOVALENKO", "ANNA KOVALENCO"}


def test_progress_goes_by_statements_and_counts_documents(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AHEAD", 30)
    monkeypatch.setattr("models.embedding.BLOCK", 4)
    monkeypatch.setattr(preparing, "PORTION", 8)
    seen: list[tuple[int, int]] = []
    add_all(corpus, *(speech(number) for number in range(10)), progress=lambda *told: seen.append(told))
    assert seen == sorted(seen)
    assert seen[-1] == (10, 10)
    assert {8, 10} == {read for _, read in seen}
    assert len({done for done, read in seen if read == 8}) > 3


def test_what_was_embedded_before_an_interruption_is_kept_where_it_is_more_than_a_portion(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.embedding.BLOCK", 4)
    monkeypatch.setattr(preparing, "PORTION", 8)

    def interrupt(done: int, _read: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_all(corpus, *(speech(number) for number in range(5)), progress=interrupt)
    there = len(kept(corpus)["embedding"])
    assert there >= 8
    assert corpus.documents() == ()
    sizes = embedded_at_once(monkeypatch)
    add_all(corpus, *(speech(number) for number in range(5)))
    assert sum(sizes) == 20 - there


def test_one_portion_is_embedded_while_the_one_before_is_stored(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AHEAD", 10)
    begun: list[Event] = []
    made = Scoring.vectors

    def counted(self: Scoring, texts: Any, *rest: Any) -> dict[str, bytes]:
        begun[any("year 3 " in text for text in texts)].set()
        return made(self, texts, *rest)

    begun.extend((Event(), Event()))
    monkeypatch.setattr(Scoring, "vectors", counted)
    adding = corpus.add_many(speech(number) for number in range(6))
    assert isinstance(next(adding), Added)
    assert begun[1].wait(30)  # of the second three; the first of the first three was just stored
    assert len(corpus.documents()) == 1
    assert len(list(adding)) == 5


def test_who_wants_no_more_waits_for_no_portion_ahead(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AHEAD", 10)
    before = threads()
    adding = corpus.add_many(speech(number) for number in range(9))
    next(adding)
    assert threads() - before
    adding.close()  # type: ignore[attr-defined]
    assert not threads() - before
    assert len(corpus.documents()) == 1


def threads() -> set[str]:
    return {one.name for one in threading.enumerate() if one.name.startswith("embedding-ahead")}


def test_where_the_model_fails_those_that_need_it_are_not_added_and_the_others_are(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.add(speech(1).source)

    def failing(*_: Any, **__: Any) -> dict[str, bytes]:
        raise Unavailable("The embedder cannot be loaded.", "Mend it.")

    monkeypatch.setattr(Scoring, "vectors", failing)
    found = add_all(corpus, speech(2), speech(1))
    assert isinstance(found[0], Unavailable)
    assert isinstance(found[1], Added)
    assert found[1].duplicate
    assert len(corpus.documents()) == 1


def test_many_are_not_taken_where_nothing_may_be_written(corpus_factory: Callable[..., Corpus]) -> None:
    with pytest.raises(Forbidden):
        add_all(corpus_factory(read_only=True), speech(1))


def test_a_portion_that_was_tried_before_is_done_one_document_at_a_time(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes its worker down takes no other document with it."""
    job = corpus.jobs.add([speech(number) for number in range(4)])
    (portion,) = corpus.jobs._portions_of(job.id)
    made = Scoring.vectors
    sizes: list[int] = []

    def poisoned(self: Scoring, texts: Any, *rest: Any) -> dict[str, bytes]:
        sizes.append(len(texts))
        if any("year 2 " in text for text in texts):
            raise KeyboardInterrupt  # as a worker that is killed
        return made(self, texts, *rest)

    monkeypatch.setattr(Scoring, "vectors", poisoned)
    for documents in (0, 2):
        with pytest.raises(KeyboardInterrupt):
            corpus.jobs.run(portion)
        assert len(corpus.documents()) == documents
        corpus.jobs.take_back(corpus.jobs.job(portion))
    assert [size for size in sizes if size] == [16, 4, 4, 4]
    monkeypatch.setattr(Scoring, "vectors", made)
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    assert len(corpus.documents()) == 4


@pytest.mark.usefixtures("models_at_hand")
def test_the_command_adds_several_files_together_and_says_so_of_each_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/c.sqlite")
    monkeypatch.chdir(tmp_path)
    for number in range(3):
        Path(f"{number}.txt").write_bytes(speech(number).source.data)
    sizes = embedded_at_once(monkeypatch)
    result = CliRunner().invoke(commands, ["add", "0.txt", "none.txt", "1.txt", "0.txt", "2.txt", "--json"])
    assert result.exit_code == 1
    printed = json.loads(result.stdout)
    outcomes, topics = printed["added"], printed["topics"]
    assert [one["file"] for one in outcomes] == ["0.txt", "none.txt", "1.txt", "0.txt", "2.txt"]
    assert ["error" in one for one in outcomes] == [False, True, False, False, False]
    assert [one.get("duplicate") for one in outcomes] == [False, None, False, True, False]
    assert topics["begun"] or topics["joined"]  # what all of them brought
    assert sizes[0] == 12


def test_what_is_printed_as_added_is_there_after_a_kill(tmp_path: Path) -> None:
    names = []
    for number in range(40):
        name = f"{number}.txt"
        (tmp_path / name).write_bytes(speech(number).source.data)
        names.append(name)
    env = {**os.environ, "COUNTERPOSE_DATABASE_URL": f"sqlite:///{tmp_path}/c.sqlite", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-u", "-m", "service", "add", *names]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as adding:
        assert adding.stdout is not None
        printed = [adding.stdout.readline().decode() for _ in range(5)]
        adding.send_signal(signal.SIGKILL)
        printed += adding.stdout.read().decode().splitlines()
    acknowledged = {line.split("document ")[1].split(",")[0] for line in printed if line.strip()}
    assert len(acknowledged) >= 5
    with sqlite3.connect(tmp_path / "c.sqlite") as database:
        there = {row[0] for row in database.execute("SELECT id FROM document")}
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert acknowledged <= there
