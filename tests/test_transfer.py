"""Moving the whole database to another engine, and its back-up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.issue import Issue
from models.published import as_json
from service.__main__ import commands
from service.corpus import Corpus
from service.errors import Conflict, NotFound, Unavailable
from service.readers import Source
from service.store import transfer as transferring
from service.store.audit import verified
from service.store.backup import back_up, restore
from service.store.transfer import transfer

LATER = b"ADA: The bridge must be repaired before winter comes.\n\nGRACE: The bridge must not be repaired this year.\n"


class Interrupted(Exception):
    """What stops a transfer in these tests."""


def quiet(_name: str, _done: int, _total: int) -> None:
    pass


def address(corpus: Corpus) -> str:
    return corpus._config.resolved_database_url()


def holdings(corpus: Corpus) -> dict[str, object]:
    """What readers see of a corpus."""
    return {
        "comparison": as_json(corpus.compare()),
        "texts": {row.id: corpus.text(row.id) for row in corpus.documents()},
        "topics": [(row.id, row.name, row.settings) for row in corpus.all_topics()],
        "snapshots": [corpus.snapshots.body(one.row.sha256) for one in corpus.snapshots.rows()],
        "rulings": [(row.decision.ruling.who, row.decision.ruling.why) for row in corpus.reviewing.decisions().rows],
        "audit": [asdict(row) for row in corpus.audit()],
    }


@pytest.fixture
def filled(topics_corpus: Corpus) -> Corpus:
    """A corpus with something in most tables."""
    topics_corpus.set_issues([Issue("Fishing quotas")], by="Eva")
    pair = topics_corpus.compare().pairs[0]
    topics_corpus.reviewing.rule(pair.first.id, pair.second.id, "confirm", why="Read both speeches.", by="Eva")
    topics_corpus.snapshots.freeze(by="Eva")
    return topics_corpus


def test_everything_is_the_same_in_the_other_database(
    filled: Corpus, database_url: str, corpus_factory: Callable[..., Corpus]
) -> None:
    before = holdings(filled)
    moved = transfer(address(filled), database_url, quiet)
    there = corpus_factory(database_url=database_url)
    assert holdings(there) == before
    assert verified(map(asdict, there.audit())).broken is None
    rows = {one.name: one.rows for one in moved}
    assert rows["document"] == len(filled.documents())
    assert rows["ruling"] == rows["snapshot"] == 1


def test_the_other_database_is_written_on_as_the_first_was(
    filled: Corpus, database_url: str, corpus_factory: Callable[..., Corpus]
) -> None:
    transfer(address(filled), database_url, quiet)
    there = corpus_factory(database_url=database_url)
    for corpus in (filled, there):
        corpus.add(Source("later.txt", LATER), by="Eva")
    assert as_json(there.compare("ada", "grace")) == as_json(filled.compare("ada", "grace"))
    assert verified(map(asdict, there.audit())).broken is None


def test_there_and_back_again(
    filled: Corpus, database_url: str, corpus_factory: Callable[..., Corpus], tmp_path: Path
) -> None:
    before = holdings(filled)
    back = f"sqlite:///{tmp_path / 'back.sqlite'}"
    there = transfer(address(filled), database_url, quiet)
    assert transfer(database_url, back, quiet) == there
    assert holdings(corpus_factory(database_url=back)) == before


@pytest.mark.parametrize("stopped_at", ["utterance", "statement", "embedding", "audit"])
def test_an_interrupted_move_goes_on_where_it_was(
    filled: Corpus,
    database_url: str,
    corpus_factory: Callable[..., Corpus],
    monkeypatch: pytest.MonkeyPatch,
    stopped_at: str,
) -> None:
    monkeypatch.setattr(transferring, "ROWS", 2)

    def interrupt(name: str, done: int, _total: int) -> None:
        if name == stopped_at and done > 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        transfer(address(filled), database_url, interrupt)
    with pytest.raises(Unavailable, match="not whole yet"):
        corpus_factory(database_url=database_url)
    begun: dict[str, int] = {}
    transfer(address(filled), database_url, lambda name, done, _: begun.setdefault(name, done) and None)
    assert begun[stopped_at] > 1 or stopped_at == "embedding", "it began from the first row again"
    assert holdings(corpus_factory(database_url=database_url)) == holdings(filled)


def test_what_was_begun_with_another_state_of_the_corpus_is_refused(filled: Corpus, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'target.sqlite'}"

    def interrupt(name: str, _done: int, _total: int) -> None:
        if name == "statement":
            raise Interrupted

    with pytest.raises(Interrupted):
        transfer(address(filled), target, interrupt)
    filled.add(Source("later.txt", LATER))
    with pytest.raises(Conflict, match="has changed since the transfer began"):
        transfer(address(filled), target, quiet)


def test_a_database_that_holds_something_is_not_moved_into(filled: Corpus, corpus: Corpus) -> None:
    corpus.add(Source("later.txt", LATER))
    before = holdings(corpus)
    with pytest.raises(Conflict, match="not empty"):
        transfer(address(filled), address(corpus), quiet)
    assert holdings(corpus) == before


def test_a_database_is_not_moved_into_itself(filled: Corpus) -> None:
    with pytest.raises(Conflict, match="the same database"):
        transfer(address(filled), address(filled), quiet)


def test_a_row_that_became_another_on_the_way_is_found(filled: Corpus, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"

    def meddle(name: str, done: int, total: int) -> None:
        if name == "statement" and done == total:
            with closing(sqlite3.connect(target)) as connection, connection:
                connection.execute("UPDATE statement SET text = text || '!' WHERE rowid = 1")

    with pytest.raises(Conflict, match="statement is not the same in both"):
        transfer(address(filled), f"sqlite:///{target}", meddle)


def test_a_back_up_brings_everything_back(
    filled: Corpus, corpus_factory: Callable[..., Corpus], tmp_path: Path, database_url: str
) -> None:
    before = holdings(filled)
    back_up(address(filled), tmp_path / "kept.sqlite", quiet)
    assert [path.name for path in tmp_path.glob("*kept*")] == ["kept.sqlite"], "something lies beside it"
    restore(tmp_path / "kept.sqlite", database_url, quiet)
    assert holdings(corpus_factory(database_url=database_url)) == before


def test_a_back_up_of_postgresql_is_a_file_like_any_other(
    filled: Corpus, postgresql_factory: Callable[[], str], corpus_factory: Callable[..., Corpus], tmp_path: Path
) -> None:
    database = postgresql_factory()
    transfer(address(filled), database, quiet)
    back_up(database, tmp_path / "kept.sqlite", quiet)
    assert holdings(corpus_factory(database_url=f"sqlite:///{tmp_path / 'kept.sqlite'}")) == holdings(filled)


def test_a_back_up_never_takes_the_place_of_another(filled: Corpus, tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite"
    kept.write_bytes(b"older")
    with pytest.raises(Conflict, match="is there already"):
        back_up(address(filled), kept, quiet)
    assert kept.read_bytes() == b"older"


def test_a_back_up_is_taken_while_others_write(filled: Corpus, tmp_path: Path) -> None:
    with filled._store.writing() as writing:
        writing.note("Eva", "test", "nothing", {})
        back_up(address(filled), tmp_path / "kept.sqlite", quiet)
    with closing(sqlite3.connect(tmp_path / "kept.sqlite")) as kept:
        assert kept.execute("SELECT count(*) FROM audit WHERE action = 'test'").fetchone() == (0,)


def test_a_folder_that_is_not_there_is_named(filled: Corpus, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        back_up(address(filled), tmp_path / "nowhere" / "kept.sqlite", quiet)
    with pytest.raises(NotFound, match="There is no file"):
        restore(tmp_path / "nowhere.sqlite", f"sqlite:///{tmp_path / 'new.sqlite'}", quiet)


def test_what_is_no_back_up_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada, " * 400)
    with pytest.raises(Unavailable, match=r"no database|not a database"):
        restore(tmp_path / "letter.txt", f"sqlite:///{tmp_path / 'new.sqlite'}", quiet)


def test_the_command_line_moves_backs_up_and_restores(
    filled: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner()
    target, kept = f"sqlite:///{tmp_path / 'target.sqlite'}", tmp_path / "kept.sqlite"
    done = run.invoke(commands, ["migrate-store", address(filled), target])
    assert done.exit_code == 0
    assert "document" in done.output
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", target)
    assert run.invoke(commands, ["backup", str(kept)]).exit_code == 0
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path / 'restored.sqlite'}")
    again = run.invoke(commands, ["restore", str(kept)])
    assert again.exit_code == 0
    assert [line for line in again.output.splitlines() if "rows" in line] == [
        line for line in done.output.splitlines() if "rows" in line
    ]
