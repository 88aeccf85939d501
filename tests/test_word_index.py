"""The word index: which statements hold which words, the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.statement import statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.store.store import NewDocument, Store, hash_of
from service.topics.free_text import keywords

SAID = {
    "anna": "Sanctions against the mining companies must stay. NATO’s expansion threatens the café owners of Norby. "
    "We never agreed to the mail-in ballots of the U.S. government. "
    "Соседи говорили о санкциях и о границе между странами.",
    "bert": "One sanction alone has never ended a war in this region. The companies leave, and the ballots are mailed.",
}


@pytest.fixture(scope="module")
def store(new_database: Callable[[], str]) -> Iterator[Store]:
    """What was said, in each of the engines; read only."""
    yield from filled(new_database())


@pytest.fixture
def own(new_database: Callable[[], str]) -> Iterator[Store]:
    """As `store`, for one test to write to."""
    yield from filled(new_database())


def filled(address: str) -> Iterator[Store]:
    store = Store(address)
    for speaker, words in SAID.items():
        add(store, speaker, words)
    yield store
    store.close()


def add(store: Store, speaker: str, words: str) -> str:
    transcript = Transcript(words, (Utterance(speaker, Kind.SPEECH, 0, len(words)),))
    digest = hash_of(words)
    with store.writing() as writing:
        writing.add_speaker(Speaker(speaker, speaker.title()))
        writing.add(
            NewDocument(
                digest[:12],
                digest,
                transcript,
                Metadata(),
                "plain_text",
                "a.txt",
                b"",
                {(speaker, Kind.SPEECH): speaker},
                statements(transcript),
                (),
            )
        )
    return digest[:12]


def found(store: Store, typed: str) -> list[str]:
    """The first words of the statements that hold what was typed, best first."""
    with store.reading() as reading:
        said = {one.quote.id: one.quote.text.split()[0] for one in reading.statements()}
        return [said[one] for one in reading.holding(keywords(typed))]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sanction", {"Sanctions", "One"}),
        ("SANCTIONS", {"Sanctions", "One"}),
        ("sanctions on companies", {"Sanctions"}),
        ("NATO", {"NATO’s"}),
        ("NATO's cafe", {"NATO’s"}),
        ("cafés", {"NATO’s"}),
        ("mailing ballots", {"We", "The"}),
        ("mail-in", {"We"}),
        ('"mining companies"', {"Sanctions"}),
        ('"companies mining"', set()),
        ("“the mail-in ballots”", {"We"}),
        ("“the mail ballots”", set()),
        ("САНКЦИЯХ", {"Соседи"}),
        ("of the", set()),
        ("unicorn", set()),
    ],
)
def test_statements_are_found_by_their_words(store: Store, typed: str, expected: set[str]) -> None:
    assert set(found(store, typed)) == expected


def test_the_statement_that_says_it_in_fewer_words_comes_first(own: Store) -> None:
    add(own, "dora", "Sanctions, sanctions and more sanctions!")
    assert found(own, "sanction")[0] == "Sanctions,"


def test_a_document_that_is_removed_takes_its_words_along(own: Store) -> None:
    with own.writing() as writing:
        for row in writing.documents():
            if "anna" in {who.id for who in row.speakers}:
                writing.delete(row.id)
    assert found(own, "sanction") == ["One"]
    assert found(own, "NATO") == []
    again = add(own, "cora", SAID["anna"])
    assert found(own, "NATO") == ["NATO’s"]
    with own.writing() as writing:
        writing.delete(again)
    assert found(own, "NATO") == []


def test_courtesies_are_not_searched(own: Store) -> None:
    add(own, "dora", "Thank you very much, Madam Chair. The unicorn treaty must be signed by both our countries.")
    assert found(own, "unicorn") == ["The"]
    assert found(own, "thank") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=500) | st.text(alphabet="\"“”'*():^-+~&|!<>{}[]\\%_ aбéAND ORNEAR,.;ﬁ한中1", max_size=500))
def test_whatever_is_typed_is_taken(store: Store, typed: str) -> None:
    typed = "".join(c for c in typed if c != "\0" and not "\ud800" <= c <= "\udfff")
    found(store, typed)


def test_five_hundred_characters_of_words_are_taken(store: Store) -> None:
    typed = " ".join(f"{a}{b}" for a in "abcdefghijklm" for b in "bcdefghijklmn")[:500]
    assert found(store, typed) == []


def test_statements_stored_before_there_was_an_index_are_in_it(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    store = Store(f"sqlite:///{path}")
    add(store, "anna", SAID["anna"])
    store.close()
    with sqlite3.connect(path) as connection:  # back to what the migration before left
        later = (
            "topic_lent",
            "ruling",
            "handling",
            "snapshot",
            "error_report",
            "sign_off",
            "job_document",
            "job",
            "session",
            "recovery_code",
            "entry",
            "token",
            "attempt",
            "person",
            "fingerprint",
        )
        columns = {"topic": ("began", "began_by", "former"), "audit": ("previous", "hash")}
        connection.executescript(
            "DROP TRIGGER statement_added; DROP TRIGGER statement_gone; DROP TABLE statement_words;"
            "DROP TABLE statement_number; DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"
            "DROP INDEX ix_audit_subject;"
            + "".join(f"DROP TABLE {table};" for table in later)
            + "".join(f"ALTER TABLE {table} DROP COLUMN {name};" for table, some in columns.items() for name in some)
            + "UPDATE alembic_version SET version_num = '0002';"
        )
    assert found(Store(f"sqlite:///{path}"), "NATO") == ["NATO’s"]


def test_it_outlives_a_vacuum(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    gone = add(store, "bert", SAID["bert"])
    add(store, "anna", SAID["anna"])
    with store.writing() as writing:
        writing.delete(gone)
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        connection.execute("VACUUM")
    assert found(store, "NATO") == ["NATO’s"]
