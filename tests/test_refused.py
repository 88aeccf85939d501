"""Refused: the errors that no other test meets on its way, each provoked for its own sake."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from models.embedding import bundled_folder
from models.errors import ModelError
from models.files import checked
from models.relation import RelationClassifier
from service.app import create_app
from service.commands import serving, terminal
from service.config import Config
from service.documents.fetching import demand_public
from service.errors import BadValue, NotFound, TooLarge, Unavailable, Unreadable
from service.positions.comparing import _next
from service.readers import Source, read
from service.readers.apart import pool
from service.readers.apart.child import out_of_memory
from service.review.corrections import State
from service.sides import alone
from service.store.queue import _translated

if TYPE_CHECKING:
    from service.corpus import Corpus


# Models ----------------------------------------------------------------------------------------------------------


def test_an_embedder_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.embedding.BUNDLED_PACKAGE", "no_package_of_this_name")
    with pytest.raises(ModelError, match="is not installed"):
        bundled_folder()


def test_a_model_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        checked(tmp_path, "00")


def test_a_calibration_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.relation.BUNDLED", tmp_path)
    with pytest.raises(ModelError, match=r"calibration\.json is missing"):
        _ = RelationClassifier().thresholds


def test_a_classifier_of_other_labels() -> None:
    with pytest.raises(ModelError, match="has the labels"):
        RelationClassifier()._columns({"0": "toxic", "1": "civil"})


# Settings and the command line -----------------------------------------------------------------------------------


def test_a_log_of_no_known_form() -> None:
    with pytest.raises(BadValue, match="COUNTERPOSE_LOG is 'loud'"):
        Config.from_environment({"COUNTERPOSE_LOG": "loud"})


def test_a_file_that_is_larger_than_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ANN: Yes.")
    with pytest.raises(TooLarge, match="is larger than 3 bytes"):
        terminal.file_bytes(str(tmp_path / "a.txt"), 3)


def test_an_audit_that_cannot_be_read(tmp_path: Path) -> None:
    from service.__main__ import commands

    refused = CliRunner().invoke(commands, ["audit", "verify", str(tmp_path)])
    assert refused.exit_code in (1, 2)
    assert str(tmp_path) in refused.output


def test_a_database_that_is_none_is_named_in_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.__main__ import commands

    (tmp_path / "letter.txt").write_text("Dear reader, " * 500)
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path / 'letter.txt'}")
    refused = CliRunner().invoke(commands, ["topics"])
    assert refused.exit_code == 1
    words = f"error: The database cannot be used just now. {tmp_path / 'letter.txt'}: file is not a database.\nremedy: "
    assert words in refused.stderr


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="cannot be listened on"):
        serving._bound(Config(port=taken.getsockname()[1]))


# Use cases -------------------------------------------------------------------------------------------------------


def test_an_address_that_is_too_long() -> None:
    with pytest.raises(BadValue, match="is too long"):
        demand_public("https://example.org/" + "x" * 10_000)


def test_a_speaker_that_is_given_twice(council_corpus: Corpus) -> None:
    with pytest.raises(BadValue, match="given twice"):
        council_corpus.preview(Source("ann_2020.txt", b"Yes."), speaker="Ben", from_name=r"(?P<speaker>[a-z]+)_\d+")


def test_a_map_by_something_else(council_corpus: Corpus) -> None:
    client = create_app(Config(), council_corpus).test_client()
    with pytest.raises(BadValue, match="by is 'colour'"):
        council_corpus.map(by="colour")
    assert client.get("/map?by=colour").status_code == 400
    with pytest.raises(BadValue, match="page is 0"):
        council_corpus.map(page=0)


def test_a_split_of_too_much_and_into_oneself(council_copy: Corpus) -> None:
    with pytest.raises(TooLarge, match="at once"):
        council_copy.split_speaker("omalley", "Ann", labels=[f"label {at}" for at in range(201)])
    speaker = next(row.speaker for row in council_copy.speakers() if row.speaker.id == "omalley")
    label = next(row.labels for row in council_copy.speakers() if row.speaker.id == "omalley")[0]
    with pytest.raises(BadValue, match="is the speaker to be split"):
        council_copy.split_speaker("omalley", speaker.name, labels=[label])


def test_a_side_for_which_nobody_is_left(council_corpus: Corpus) -> None:
    side = alone(council_corpus.speakers()[0].speaker)
    with pytest.raises(NotFound, match="Everybody here speaks for"):
        _next(iter(()), [side])


def test_a_speaker_of_a_page_that_is_gone_meanwhile(council_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.web.screens import speaker_row

    found = council_corpus.speakers()[0].speaker
    monkeypatch.setattr(council_corpus, "speaker", lambda _text: found)
    monkeypatch.setattr(council_corpus, "speakers", lambda *_: ())
    with pytest.raises(NotFound, match="There is no speaker"):
        speaker_row(council_corpus, "x")


def test_a_queue_that_cannot_be_used() -> None:
    import sqlite3

    with pytest.raises(Unavailable, match="queue of jobs cannot be used"), _translated():
        raise sqlite3.OperationalError("disk I/O error")


def test_more_files_than_can_be_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WAITED", 0.01)
    made = pool._Pool()
    for _ in range(pool.AT_ONCE):
        made._free.acquire()
    with pytest.raises(Unavailable, match="Other files are being read"):
        made.read(Source("a.txt", b"ANN: Yes."), None, 100)


def test_a_pdf_without_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    from service.exports import pdf

    real = builtins.__import__

    def lacking(name: str, *given: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(Unavailable, match="Pango"):
        pdf._weasyprint()


def test_days_that_are_no_number(council_corpus: Corpus) -> None:
    from service.web.access.asked import days

    app = create_app(Config(), council_corpus)
    asked = app.test_request_context("/account", method="POST", data={"days": "soon"})
    with asked, pytest.raises(BadValue, match="The days are"):
        days()


def test_an_answer_that_says_nothing(council_copy: Corpus) -> None:
    with pytest.raises(BadValue, match="corrects, declines or only answers"):
        council_copy.corrections.answer(1, State.OPEN, "Thank you.", "Ann")


# Files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", json.dumps({"turns": {"speaker": "Ann"}}).encode(), "is not a list"),
        ("a.json", json.dumps({"turns": ["Yes."]}).encode(), "is not an object"),
        ("a.json", json.dumps({"turns": [{"speaker": 3, "text": "Yes."}]}).encode(), "speaker is not text"),
        ("a.json", json.dumps({"turns": [{"speaker": "A", "text": "Yes.", "marks": ["odd"]}]}).encode(), "marks is"),
        ("a.json", b'{"turns": [], "turns": []}', "twice in one object"),
        ("a.csv", b"speaker,text,kind\nAnn,Yes.,odd\n", "says kind"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nA\n00:00:03,000 --> 00:00:04,000\nB", "second timing"),
        ("a.vtt", b"nothing of the kind", "is not WebVTT"),
        ("a.txt", b"{\\rtf1 Yes.}", "RTF"),
        ("a.docx", b"PK\x03\x04 broken", "is not a Word document"),
        ("a.md", b"---\nsource_url: nowhere\n---\n\nANN: Yes.\n", "which is not a web address"),
    ],
)
def test_a_file_that_is_not_as_it_should_be(name: str, data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(Source(name, data))


def test_a_word_file_without_words(tmp_path: Path) -> None:
    import docx

    docx.Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(Unreadable, match="has no text"):
        read(Source("a.docx", (tmp_path / "a.docx").read_bytes()))


def test_a_file_that_took_too_much_memory_is_told_so_by_its_process() -> None:
    assert "of memory to read" in out_of_memory(Source("a.txt", b"ANN: Yes.")).message
