"""Every write leaves one row for good, chained to the one before: a change of any is found, and who made it is not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.issue import Issue
from models.transcript import Metadata
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.readers import Source
from service.store.audit import line, rows_of, verified
from service.store.chain import FIRST
from service.store.reports import State
from service.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from service.corpus import Corpus


@pytest.fixture
def written(topics_corpus: Corpus) -> Corpus:
    """A corpus with a few rows in its audit."""
    topics_corpus.rename_speaker(topics_corpus.speakers()[0].speaker.id, "Zoë Z", "Eva")
    topics_corpus.editing.rename(topics_corpus.topics()[0].id, "Something", by="Ivo")
    return topics_corpus


def rows(corpus: Corpus) -> list[dict[str, Any]]:
    return [asdict(row) for row in corpus.audit()]


def place(corpus: Corpus) -> str:
    return str(corpus._config.database_url).removeprefix("sqlite:///")


# Every write --------------------------------------------------------------------------------------------------


def test_every_write_leaves_a_row_and_the_chain_holds(topics_corpus: Corpus, council: Path) -> None:
    corpus = topics_corpus
    first, second = (topic.id for topic in corpus.topics()[:2])
    editing = corpus.editing

    def council_id() -> str:
        return next(row.id for row in corpus.documents() if row.original_name == "council.txt")

    def pair() -> Any:
        found = corpus.compare("lindqvist", "omalley").pairs[0]
        return corpus.corrections.pair(found.first.id, found.second.id)

    def split() -> object:
        quotes = corpus.topic(first).quotes
        return editing.split(first, [quotes[0].id], "A part", by="Eva")

    writes: dict[str, Callable[[], object]] = {
        "add": lambda: corpus.add(Source("council.txt", council.read_bytes()), by="Eva"),
        "correct": lambda: corpus.correct(council_id(), Metadata(place="Norby"), "Eva"),
        "rename-speaker": lambda: corpus.rename_speaker("omalley", "Maura O'Malley", "Eva"),
        "set-delegation": lambda: corpus.set_delegation("omalley", "Norby", "Eva"),
        "report-error": lambda: corpus.corrections.report(pair(), "Wrong.", "Eva"),
        "answer-report": lambda: corpus.corrections.answer(1, State.DECLINED, "Right.", "Eva"),
        "freeze": lambda: corpus.snapshots.freeze("Eva", first="lindqvist", second="omalley"),
        "set-issues": lambda: corpus.set_issues([Issue("Buses", None, None)], "Eva"),
        "rename-topic": lambda: editing.rename(first, "Something", by="Eva"),
        "lock-topic": lambda: editing.lock(first, by="Eva"),
        "unlock-topic": lambda: editing.lock(first, False, by="Eva"),
        "hide-topic": lambda: editing.hide(second, by="Eva"),
        "show-topic": lambda: editing.hide(second, False, by="Eva"),
        "split-topic": split,
        "undo-topic-edit": lambda: editing.undo(editing.journal()[0].edit.id, by="Eva"),
        "merge-topics": lambda: editing.merge(first, second, by="Eva"),
        "merge-speakers": lambda: corpus.merge_speakers("omalley", "lindqvist", "Eva"),
        "split-speaker": lambda: corpus.split_speaker("omalley", "Lindqvist", "Eva", labels=["MINISTER LINDQVIST"]),
        "replace": lambda: corpus.replace(
            council_id(), Source("council.txt", council.read_bytes() + b"\n\nMAYOR O'MALLEY: Good night."), by="Eva"
        ),
        "remove": lambda: corpus.remove(council_id(), "Eva"),
    }
    for action, write in writes.items():
        before = len(rows(corpus))
        write()
        added = [row["action"] for row in rows(corpus)[before:]]
        assert len([one for one in added if one != "regroup"]) == 1, action
        assert rows(corpus)[before]["who"] == "Eva", action
    verdict = verified(rows(corpus))
    assert verdict.broken is None
    assert verdict.rows == len(rows(corpus)) >= len(writes)


def test_every_command_that_writes_leaves_a_row(
    council: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/cli.sqlite")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(commands, list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    run("add", str(council))
    sides = ("--first", "lindqvist", "--second", "omalley")
    sha = run("snapshot", *sides, "--by", "Eva").split()[-1].rsplit("/", 1)[1]
    assert run("snapshot", *sides, "--json").count(sha) == 2
    with closing(sqlite3.connect(tmp_path / "cli.sqlite")) as connection:
        seen = json.dumps(_seen(run("compare", "--json")))
        connection.execute(
            "INSERT INTO error_report (at, who, words, first, second, seen, state, answer) "
            "VALUES ('2021-12-03T09:30:00+00:00', '', 'Wrong.', 'a', 'b', ?, 'open', '')",
            (seen,),
        )
        connection.commit()
    assert "Wrong." in run("reports")
    assert "is declined" in run("answer-report", "1", "--declined", "--answer", "Right.", "--by", "Eva")
    assert run("reports") == ""
    assert json.loads(run("reports", "--answered", "--json"))["reports"][0]["answer"]["answer"] == "Right."
    actions = [json.loads(each)["action"] for each in run("audit", "--json").splitlines()]
    assert [one for one in actions if one != "regroup"] == ["add", "freeze", "answer-report"]
    assert "answer-report 1 by Eva" in run("audit")
    kept = tmp_path / "audit.jsonl"
    kept.write_text(run("audit", "--json"))
    assert run("audit", "verify") == run("audit", "verify", str(kept))
    kept.write_text(kept.read_text().replace("Eva", "Ivo"))
    spoilt = CliRunner().invoke(commands, ["audit", "verify", str(kept)])
    assert spoilt.exit_code == 1
    assert spoilt.stdout == ""
    assert "is not what was written" in spoilt.stderr


def _seen(printed: str) -> dict[str, Any]:
    found = json.loads(printed)["pairs"][0]
    return {"first": found["first"], "second": found["second"]}


# The chain ----------------------------------------------------------------------------------------------------


def test_the_whole_chain_holds_and_a_file_says_the_same_as_the_table(written: Corpus) -> None:
    table = verified(rows(written))
    assert table.broken is None
    assert table.last == rows(written)[-1]["hash"]
    lines = [line(row).encode() + b"\n" for row in written.audit()]
    assert verified(rows_of(lines)) == table
    assert verified([]).last == FIRST


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda found: found[1].update(who="Somebody"), "Row 2 is not what was written"),
        (lambda found: found[1]["detail"].update(more=1), "Row 2 is not what was written"),
        (lambda found: found.pop(1), "Row 2 is missing: row 3 stands in its place"),
        (lambda found: found.insert(1, dict(found[0], id=2)), "Row 2 does not follow the row before it"),
        (lambda found: found[1].update(previous="0" * 64), "Row 2 does not follow the row before it"),
        (lambda found: found[1].pop("hash"), "What should be row 2 is no row"),
        (lambda found: found.reverse(), "Row 1 is missing"),
    ],
)
def test_the_first_row_that_breaks_the_chain_is_named(
    written: Corpus, spoil: Callable[[list[dict[str, Any]]], object], said: str
) -> None:
    found = rows(written)
    spoil(found)
    verdict = verified(found)
    assert verdict.broken is not None
    assert verdict.broken.startswith(said)
    assert verdict.rows == int(said.lower().split("row ")[1].split()[0]) - 1


@pytest.mark.parametrize("bad", [b"{", b"[]", b"\xff", b'{"id": 1}'])
def test_a_line_that_is_no_row_breaks_the_chain(written: Corpus, bad: bytes) -> None:
    lines = [line(row).encode() for row in written.audit()]
    found = verified(rows_of([lines[0], bad, *lines[1:]]))
    assert found.broken == "What should be row 2 is no row of the audit."


def test_a_change_behind_the_services_back_takes_dropping_a_trigger_and_is_found(written: Corpus) -> None:
    with closing(sqlite3.connect(place(written))) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute("UPDATE audit SET who = 'Somebody'")
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute("DELETE FROM audit")
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'Somebody' WHERE id = 2")
        connection.commit()
    assert verified(rows(written)).broken == "Row 2 is not what was written: its hash is another."


def test_both_engines_refuse_to_change_the_audit(database_url: str) -> None:
    store = Store(database_url)
    with store.writing() as writing:
        writing.note("Eva", "add", "x", {"n": [1, None, "é"]})
    for statement in ("UPDATE audit SET who = 'Somebody'", "DELETE FROM audit"):
        with (
            pytest.raises(DBAPIError, match="only ever added to"),
            store._engine.connect() as connection,
            connection.begin(),
        ):
            connection.execute(text(statement))
    with store.reading() as reading:
        assert verified(map(asdict, reading.audit())).rows == 1
    store.close()


# Downloading --------------------------------------------------------------------------------------------------


def test_the_audit_is_downloaded_by_those_who_may_write(written: Corpus) -> None:
    client = create_app(Config(), written).test_client()
    answer = client.get("/audit.jsonl")
    assert answer.mimetype == "application/jsonl"
    assert verified(rows_of(answer.data.splitlines())) == verified(rows(written))
    assert client.get("/audit.jsonl", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403
    assert client.get("/audit.jsonl", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_bytes(b"")
    told = CliRunner().invoke(commands, ["audit", "verify", str(tmp_path / "audit.jsonl")])
    assert told.output == "There is no row in it: nothing was checked.\n"


def test_the_help_has_the_whole_first_sentence_of_each_command() -> None:
    told = CliRunner().invoke(commands, ["--help"]).output
    assert "..." not in told.split("Commands:")[1]
