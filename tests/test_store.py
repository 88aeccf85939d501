"""Store: whole writes or none, a schema that keeps up, and plain words for a database that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, create_engine, event, text

from models.near_copy import fingerprints
from models.statement import statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.errors import Unavailable
from service.store import store as store_module
from service.store import tables
from service.store.database import open_engine
from service.store.store import NewDocument, Store, hash_of

ROOT = Path(__file__).parents[1]
ANNA = Speaker("anna", "Anna")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "counterpose.sqlite"


@pytest.fixture
def store(path: Path, empty_at: Callable[[Path], str]) -> Iterator[Store]:
    store = Store(empty_at(path))
    yield store
    store.close()


@pytest.fixture
def either(database_url: str) -> Iterator[Store]:
    """A store on each of the engines."""
    store = Store(database_url)
    yield store
    store.close()


def draft(words: str = "The border must be opened before winter. Trade feeds both valleys.") -> NewDocument:
    transcript = Transcript(f"ANNA: {words}", (Utterance("ANNA", Kind.SPEECH, 6, 6 + len(words)),))
    digest = hash_of(transcript.text)
    return NewDocument(
        id=digest[:12],
        sha256=digest,
        transcript=transcript,
        metadata=Metadata(title="A title", date="1999-05"),
        format="plain_text",
        original_name="a.txt",
        original=b"bytes",
        speakers={("ANNA", Kind.SPEECH): "anna"},
        statements=statements(transcript),
        fingerprints=fingerprints(transcript.text),
    )


def add(store: Store, document: NewDocument) -> None:
    with store.writing() as writing:
        if not writing.speakers():
            writing.add_speaker(ANNA)
        writing.add(document)


def test_a_new_database_is_made_with_its_folder_and_journals_its_writes(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (tables.HEAD,)


def test_foreign_keys_are_kept(either: Store) -> None:
    with pytest.raises(Unavailable), either.writing() as writing:
        writing.add(draft())  # whose speaker is not there


def test_the_migrations_lead_to_the_tables_as_the_code_has_them(blank_database: Callable[[], str]) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    def is_ours(_item: object, name: str | None, *_more: object) -> bool:
        """Not the engine's own indexes of words and of vectors, which no table in the code says anything of."""
        own = ("statement_words", "statement_number", "statement_vector", "ix_statement_")
        known = {index.name for table in tables.tables.tables.values() for index in table.indexes}
        return name in known or (name != "words" and not (name or "").startswith(own))

    with open_engine(blank_database()).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, tables.tables) == []
    config = Config()
    config.set_main_option("script_location", str(ROOT / "service" / "store" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.HEAD]


def test_postgresql_takes_the_same_tables() -> None:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    for table in tables.tables.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect())).strip().startswith("CREATE TABLE")


def test_a_database_at_the_newest_schema_is_opened_without_alembic(path: Path, store: Store) -> None:
    opened = f"import sys; from service.store.store import Store; Store('sqlite:///{path}')"
    code = f"{opened}; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_database_of_a_newer_program_is_refused_and_left_alone(path: Path, store: Store) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer Counterpose") as error:
        Store(f"sqlite:///{path}")
    assert "Update Counterpose" in error.value.remedy
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_what_is_written_can_be_read(either: Store) -> None:
    document = draft()
    add(either, document)
    with either.reading() as reading:
        (row,) = reading.documents()
        assert (row.id, row.metadata, row.speakers) == (document.id, document.metadata, (ANNA,))
        assert (row.statements, row.comparable, row.words) == (2, 2, 11)
        assert reading.original(document.id) == ("a.txt", b"bytes")
        assert reading.texts([document.id]) == {document.id: (document.transcript.text, document.sha256)}
        assert [one.quote.text for one in reading.statements()] == [one.text for one in document.statements]
        assert [(row.speaker, row.labels) for row in reading.speakers()] == [(ANNA, ("ANNA",))]


def test_every_write_is_a_new_revision_and_no_cache_is(either: Store) -> None:
    with either.reading() as reading:
        before = reading.revision()
    with either.caching() as caching:
        caching.keep_relations("c", {("a", "b"): (0.1, 0.7, 0.2)})
    with either.reading() as reading:
        assert reading.revision() == before
        assert reading.relations("c", [("a", "b"), ("a", "c")]) == {("a", "b"): (0.1, 0.7, 0.2)}
        assert reading.relations("another", [("a", "b")]) == {}
    add(either, draft())
    with either.reading() as reading:
        assert reading.revision() == before + 1


def test_an_exception_within_a_write_undoes_all_of_it(either: Store) -> None:
    def interrupted() -> None:
        with either.writing() as writing:
            writing.add_speaker(ANNA)
            writing.add(draft())
            writing.note("", "add", "x", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with either.reading() as reading:
        assert (reading.documents(), reading.speakers(), reading.audit(), reading.revision()) == ((), (), (), 0)


def test_a_process_killed_within_a_write_leaves_nothing_of_it(path: Path, store: Store) -> None:
    code = (
        "import os\nfrom tests.test_store import *\n"
        f"store = Store('sqlite:///{path}')\n"
        "with store.writing() as writing:\n"
        "    writing.add_speaker(ANNA)\n    writing.add(draft())\n    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -9
    with store.reading() as reading:
        assert (reading.documents(), reading.speakers(), reading.revision()) == ((), (), 0)
    add(store, draft())


def test_a_fingerprint_is_kept_by_so_many_documents_and_no_more(either: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "SHARED", 2)
    several = [draft(f"The border must be opened before winter, since trade feeds all valleys. {n}.") for n in range(4)]
    for one in several:
        add(either, one)
    common = set.intersection(*(set(one.fingerprints) for one in several))
    assert common
    with either.reading() as reading:
        found = reading.with_fingerprints([value for one in several for value in one.fingerprints])
    assert {value: len(found[value]) for value in common} == dict.fromkeys(common, 2)
    assert {one.id for one in several} == {one for documents in found.values() for one in documents}
    with either.writing() as writing:
        writing.delete(several[0].id)
        assert {len(writing.with_fingerprints([value])[value]) for value in common} == {1}


def test_documents_of_an_older_database_get_their_fingerprints(path: Path, store: Store) -> None:
    new = draft("The border must be opened before winter, since trade feeds both valleys of the north.")
    add(store, new)
    store.close()
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "DROP TABLE fingerprint; DROP INDEX ix_audit_subject; DROP TABLE recovery_code; DROP TABLE entry;"
            "ALTER TABLE person DROP COLUMN seed; ALTER TABLE person DROP COLUMN seed_step;"
            "UPDATE alembic_version SET version_num = '0010';"
        )
    again = Store(f"sqlite:///{path}")
    with again.reading() as reading:
        assert reading.with_fingerprints(new.fingerprints) == {value: [new.id] for value in new.fingerprints}
    again.close()


def test_the_statements_of_a_document_come_to_the_word_index_at_once(store: Store) -> None:
    """It writes to disk what it holds, and merges what lies there, before each statement of SQL."""
    asked: set[str] = set()  # with its values

    @event.listens_for(store._engine, "begin")
    def trace(connection: Connection) -> None:
        connection.connection.driver_connection.set_trace_callback(asked.add)  # type: ignore[union-attr]

    new = draft(" ".join(f"The border must be opened before winter {number}." for number in range(300)))
    add(store, new)
    assert len(new.statements) == 300
    assert sum(sql.startswith("INSERT INTO statement ") for sql in asked) == 1


def test_removing_a_document_leaves_no_row_that_came_from_it(path: Path, store: Store) -> None:
    document = draft()
    add(store, document)
    hashes = [hash_of(one.text) for one in document.statements]
    with store.caching() as caching:
        caching.keep_vectors("e", {one: np.ones(3, "<f4").tobytes() for one in hashes})
        caching.keep_relations("c", {(min(hashes), max(hashes)): (0.1, 0.7, 0.2)})
    with store.writing() as writing:
        writing.delete(document.id)
        writing.prune()
    with sqlite3.connect(path) as connection:
        for table in ("document", "utterance", "statement", "label", "speaker", "embedding", "relation"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_what_two_documents_share_stays_until_the_last_of_them_goes(either: Store) -> None:
    one, other = draft(), draft("The border must be opened before winter. Nobody asked us.")
    add(either, one)
    add(either, other)
    shared = hash_of(one.statements[0].text)
    with either.caching() as caching:
        caching.keep_vectors("e", {shared: b"1234"})
    for document, left in ((one, {shared: b"1234"}), (other, {})):
        with either.writing() as writing:
            writing.delete(document.id)
            writing.prune()
            assert writing.vectors("e", [shared]) == left


def test_a_vector_kept_twice_stays_as_it_was_first(either: Store) -> None:
    for vector in (b"aaaa", b"bbbb"):
        with either.caching() as caching:
            caching.keep_vectors("e", {"x": vector})
    with either.reading() as reading:
        assert reading.vectors("e", ["x"]) == {"x": b"aaaa"}


@pytest.mark.parametrize("address", ["sqlite:////proc/nowhere/x.sqlite", "sqlite:////", "sqlite:////dev/null/x.sqlite"])
def test_a_place_that_cannot_be_written_is_refused_with_a_remedy(address: str) -> None:
    with pytest.raises(Unavailable) as error:
        Store(address)
    assert error.value.remedy


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader, " * 500)
    with pytest.raises(Unavailable, match="not a database"):
        Store(f"sqlite:///{file}")
    assert file.read_text() == "Dear reader, " * 500


@pytest.mark.parametrize("address", ["postgresql://me:secret@127.0.0.1:1/x", "oracle://x", "nonsense"])
def test_an_address_that_leads_nowhere_is_refused_without_telling_the_password(address: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as error:
        Store(address)
    assert "secret" not in error.value.message + error.value.remedy


def test_a_database_opened_read_only_can_be_read_and_says_why_it_cannot_be_written(path: Path, store: Store) -> None:
    add(store, draft())
    store.close()
    frozen = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with frozen.reading() as reading:
        assert len(reading.documents()) == 1
    with pytest.raises(Unavailable, match="readonly") as error, frozen.writing() as writing:
        writing.note("", "x", "", {})
    assert "permission" in error.value.remedy


def _can_become_another_user() -> bool:
    """Root can, but not one who is root of a user namespace with nobody else in it."""
    mapped = Path("/proc/self/uid_map")
    alone = mapped.is_file() and mapped.read_text().split()[-1] == "1"
    return os.geteuid() == 0 and not alone


@pytest.mark.skipif(not _can_become_another_user(), reason="only root among other users can become one of them")
def test_a_file_of_another_user_is_opened_read_only(path: Path, store: Store) -> None:
    add(store, draft())
    store.close()
    for folder in (path.parent, *path.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    code = (
        "import os, sys\nfrom service.errors import Unavailable\nfrom service.store.store import Store\n"
        "os.setgid(65534); os.setuid(65534)\n"
        f"store = Store('sqlite:///{path}')\n"
        "with store.reading() as reading:\n    assert len(reading.documents()) == 1\n"
        "try:\n    with store.writing() as writing: pass\n"
        "except Unavailable as error:\n    sys.exit(7 if 'permission' in error.remedy else 8)\n"
    )
    if not os.access(sys.executable, os.X_OK) or str(ROOT).startswith("/root"):
        pytest.skip("the other user could not run this checkout")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 7


def test_two_processes_write_one_after_the_other(path: Path, store: Store) -> None:
    other = Store(f"sqlite:///{path}")
    for number in range(5):
        for each in (store, other):
            with each.writing() as writing:
                writing.note("", "test", str(number), {})
    with other.reading() as reading:
        assert reading.revision() == 10
        assert [row.subject for row in reading.audit()] == [str(n) for n in range(5) for _ in (0, 1)]


def test_a_cache_does_not_wait_for_a_long_write(store: Store) -> None:
    started = time.monotonic()
    with store.writing(), pytest.raises(Unavailable, match="locked"), store.caching():
        pass
    assert time.monotonic() - started < 10


def test_a_writer_waits_for_others_so_long_and_is_told_to_try_again(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 1)
    with either.writing(), pytest.raises(Unavailable, match="lock") as error, either.writing():
        pass
    assert "try again in a moment" in error.value.remedy
    with either.writing():
        pass


def test_the_audit_says_who_and_that_nobody_has_verified_it(either: Store) -> None:
    with either.writing() as writing:
        writing.note("me", "add", "abc", {"name": "a.txt"})
    with either.reading() as reading:
        (row,) = reading.audit()
    assert (row.who, row.verified, row.action, row.subject, row.detail) == (
        "me",
        False,
        "add",
        "abc",
        {"name": "a.txt"},
    )


def test_a_reading_sees_one_state_while_others_write(either: Store) -> None:
    with either.reading() as reading:
        assert reading.revision() == 0
        add(either, draft())
        assert (reading.revision(), reading.documents()) == (0, ())


def test_the_engine_speaks_plain_sql(path: Path) -> None:
    with open_engine(f"sqlite:///{path}").connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_postgresql_without_pgvector_is_told_how_to_have_it(postgresql_factory: Callable[[], str]) -> None:
    """A server on which no such extension can be seen."""
    address = postgresql_factory()
    with create_engine(address).begin() as connection:
        connection.execute(text("CREATE SCHEMA bare"))
        connection.execute(text("CREATE VIEW bare.pg_available_extensions AS SELECT 'plpgsql' AS name"))
    between = "&" if "?" in address else "?"
    with pytest.raises(Unavailable, match="no pgvector") as error:
        Store(f"{address}{between}options=-csearch_path%3Dbare,pg_catalog,public")
    assert "apt-get install postgresql-18-pgvector" in error.value.remedy
