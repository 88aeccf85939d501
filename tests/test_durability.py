"""What was acknowledged is on the disk, and the page about it names tests that there are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from service.corpus import Corpus
from service.readers import Source
from service.store.store import Store
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "durability.md"
LATER = b"ADA: The bridge must be repaired before winter comes.\n\nGRACE: The bridge must not be repaired this year.\n"


def test_the_page_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", PAGE.read_text("utf-8"))
    assert len(named) >= 15
    for file, name in named:
        assert (ROOT / file).is_file(), file
        assert not name or f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"


def test_every_row_of_the_page_has_a_test() -> None:
    table = PAGE.read_text("utf-8").partition("\n| fault |")[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) >= 15
    for row in rows:
        assert "`tests/" in row, row


def test_every_connection_waits_for_the_disk_before_a_write_is_done(database_url: str) -> None:
    store = Store(database_url)
    for doing in (store.writing, store.queueing, store.caching):
        with doing() as writing:
            if store._engine.dialect.name == "sqlite":
                assert writing.connection.execute(text("PRAGMA synchronous")).scalar_one() == 2, "not FULL"
            else:
                for setting in ("synchronous_commit", "fsync", "full_page_writes"):
                    assert writing.connection.execute(text(f"SHOW {setting}")).scalar_one() == "on", setting
    store.close()


@pytest.mark.parametrize("torn", [False, True])
def test_the_files_as_they_stand_after_a_write_hold_it(topics_corpus: Corpus, tmp_path: Path, torn: bool) -> None:
    """As a machine finds them that lost its power, with the end of the log torn or not; nobody closed anything."""
    path = Path(topics_corpus._config.resolved_database_url().removeprefix("sqlite:///"))
    added = topics_corpus.add(Source("later.txt", LATER)).document
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size, "the write is in the file already: this shows nothing"
    found = tmp_path / "found.sqlite"
    shutil.copyfile(path, found)
    shutil.copyfile(log, found.with_name(found.name + "-wal"))
    if torn:  # a write that was under way
        with found.with_name(found.name + "-wal").open("ab") as file:
            file.write(b"\x00\x01" * 3000)
    store = Store(f"sqlite:///{found}")
    with store.reading() as reading:
        assert added.id in {row.id for row in reading.documents()}
        assert reading.connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    store.close()
