"""Whether the check finds what somebody, or a failing disk, did to the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.__main__ import commands
from service.corpus import Corpus
from service.jobs.kinds.add import Given
from service.readers import Source
from service.store.check import Finding, check
from service.store.store import Store
from service.store.transfer import transfer
from service.store.vectors.file import VectorFile

CUT = "not what stands at"
FAULTS = {
    "a byte of a text": ("UPDATE document SET text = 'x' || substr(text, 2)", "document", "its hash is another"),
    "a statement's words": ("UPDATE statement SET text = text || '!' WHERE rowid = 1", "statement", CUT),
    "a statement's place": ('UPDATE statement SET "end" = "end" - 1 WHERE rowid = 1', "statement", CUT),
    "a statement's hash": ("UPDATE statement SET text_sha256 = 'ab' WHERE rowid = 1", "statement", "another text's"),
    "a turn's end": ('UPDATE utterance SET "end" = 10000000 WHERE rowid = 1', "utterance", "outside of the text"),
    "a lost speaker": ("DELETE FROM speaker WHERE rowid = 1", "label", "name a speaker that is not there"),
    "a statement in another's turn": (
        "UPDATE statement SET position = 1 - position WHERE rowid = 1",
        "statement",
        "not stand in its turn",
    ),
    "a vector that is not there": ("DELETE FROM embedding WHERE rowid = 2", "embedding", "vectors that are not there"),
    "a number of nothing": (
        "INSERT INTO statement_number (statement_id) VALUES ('gone')",
        "statement_number",
        "of no statement",
    ),
    "a lost number": ("DELETE FROM statement_number WHERE number = 1", "statement_number", "have no number"),
    "half a vector": ("UPDATE embedding SET vector = substr(vector, 1, 9) WHERE rowid = 2", "embedding", "unit length"),
    "a vector of zeros": ("UPDATE embedding SET vector = zeroblob(1536) WHERE rowid = 2", "embedding", "unit length"),
    "a statement counted under another label": (
        "UPDATE topic_statement SET label_id = label_id + 1000",
        "topic_statement",
        "another label than their own",
    ),
    "a snapshot's body": ("UPDATE snapshot SET body = body || ' '", "snapshot", "not what was frozen"),
    "a line of the audit": ("UPDATE audit SET who = 'Mallory' WHERE id = 1", "audit", "Row 1 is not what was written"),
    "a lost line of the audit": ("DELETE FROM audit WHERE id = 1", "audit", "Row 1 is missing"),
}


def address(corpus: Corpus) -> str:
    return corpus._config.resolved_database_url()


def findings(url: str) -> list[Finding]:
    store = Store(url)
    try:
        with store.reading() as reading:
            return list(check(reading, lambda *_: None))
    finally:
        store.close()


def test_a_corpus_that_was_only_used_holds_together(topics_corpus: Corpus, new_database: Callable[[], str]) -> None:
    topics_corpus.snapshots.freeze(by="Eva")
    topics_corpus.compare(topic="boats")
    turns = "MAYOR ONE:  We want {} bridges. \n\nMINISTER TWO:  Nobody needs {} bridges.\n"
    topics_corpus.jobs.add([Given(Source(f"{at}.txt", turns.replace("{}", str(at)).encode())) for at in range(2)])
    url = new_database()
    transfer(address(topics_corpus), url, lambda *_: None)
    assert findings(url) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(topics_corpus: Corpus, fault: str) -> None:
    change, where, what = FAULTS[fault]
    topics_corpus.snapshots.freeze(by="Eva")
    topics_corpus.close()
    with closing(sqlite3.connect(address(topics_corpus).removeprefix("sqlite:///"))) as connection, connection:
        for trigger in ("audit_no_update", "audit_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(change).rowcount
    found = findings(address(topics_corpus))
    assert any(one.where == where and what in one.what for one in found), found


@pytest.fixture
def beside(topics_corpus: Corpus) -> Path:
    """The file of vectors of a corpus that was asked for words."""
    topics_corpus.compare(topic="boats along the coast")
    file = Path(address(topics_corpus).removeprefix("sqlite:///") + ".vectors")
    assert file.is_file()
    assert findings(address(topics_corpus)) == []
    return file


@pytest.mark.parametrize(
    ("row", "what"),
    [({}, "fit together"), ({"text": 7}, "1 rows of the file are of other words"), ({"number": 999}, "of another")],
)
def test_a_row_that_is_not_the_databases_is_found_in_the_file_of_vectors(
    topics_corpus: Corpus, beside: Path, row: dict[str, int], what: str
) -> None:
    file = VectorFile(beside)
    embedder = topics_corpus._scoring.embedder
    header = file.header(embedder)
    assert header is not None
    rows = file.map(header)[1].copy()
    for field, value in row.items():
        rows[field][-1] = value
    if row:
        file.append(file.begin(embedder, header.dimensions), rows)
    else:
        beside.write_bytes(beside.read_bytes()[:-1] + b"?")
    (found,) = findings(address(topics_corpus))
    assert found.where == "vectors"
    assert what in found.what


def test_a_file_of_vectors_that_is_gone_is_no_fault(topics_corpus: Corpus, beside: Path) -> None:
    beside.unlink()
    assert findings(address(topics_corpus)) == []


def test_the_command_says_what_is_wrong_and_fails(topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", address(topics_corpus))
    good = CliRunner().invoke(commands, ["check"])
    assert (good.exit_code, good.output) == (0, "Everything holds together.\n")
    with closing(sqlite3.connect(address(topics_corpus).removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE document SET text = text || ' '")
    bad = CliRunner().invoke(commands, ["check"])
    assert bad.exit_code == 1
    assert "its hash is another" in bad.output
