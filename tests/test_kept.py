"""Kept answers: given again as they were for as long as nothing was written, and never after."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.corpus import Corpus


@pytest.fixture
def reader(council_copy: Corpus) -> FlaskClient:
    client = create_app(Config(), council_copy).test_client()
    for _ in range(2):  # what the first computes is stored, which is a write
        client.get("/compare")
    return client


def asked(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """How often the corpus was asked to compare, from now on."""
    times: list[object] = []
    compare = corpus.compare
    monkeypatch.setattr(corpus, "compare", lambda **given: (times.append(given), compare(**given))[1])
    return times


def test_an_answer_is_given_again_without_asking_the_corpus(
    reader: FlaskClient, council_copy: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reader.get("/compare")
    times = asked(council_copy, monkeypatch)
    again = reader.get("/compare")
    assert times == []
    assert again.data == first.data
    assert first.headers.pop("X-Request-ID") != again.headers.pop("X-Request-ID")
    assert dict(again.headers) == dict(first.headers)
    assert reader.get("/compare", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_another_form_or_another_host_is_another_answer(reader: FlaskClient) -> None:
    assert reader.get("/compare", headers={"Accept": "text/html"}).mimetype == "text/html"
    assert reader.get("/compare", headers={"Accept": "application/json"}).mimetype == "application/json"
    assert "http://localhost:81/" in reader.get("/compare?format=md", base_url="http://localhost:81").text
    assert "http://localhost/" in reader.get("/compare?format=md", base_url="http://localhost").text


def test_who_may_not_write_is_not_given_the_page_of_one_who_may(reader: FlaskClient) -> None:
    here = reader.get("/compare?format=html").text
    proxied = reader.get("/compare?format=html", headers={"X-Forwarded-For": "192.0.2.1"}).text
    assert here != proxied


def test_after_any_write_it_is_made_anew(
    reader: FlaskClient, council_copy: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = asked(council_copy, monkeypatch)
    council_copy.rename_speaker(council_copy.speakers()[0].speaker.id, "Somebody Else")
    assert "Somebody Else" in reader.get("/compare").text
    assert len(times) == 1


def test_a_write_of_another_program_is_seen(reader: FlaskClient, council_copy: Corpus) -> None:
    path = str(council_copy._config.database_url).removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE document SET text = replace(text, 'widened', 'widener')")
        database.commit()
    assert reader.get("/compare").status_code == 409


def test_a_byte_changed_behind_the_database_is_seen(council_copy: Corpus) -> None:
    """Under a stamp that is another, nothing kept is given: the file itself was touched."""
    before = council_copy.stamp()
    assert council_copy.stamp() == before
    path = Path(str(council_copy._config.database_url).removeprefix("sqlite:///"))
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(b"\0")
    assert council_copy.stamp() != before


def test_nothing_written_is_nothing_changed_on_either_engine(database_url: str) -> None:
    from service.store.store import Store

    store = Store(database_url)
    before = store.stamp()
    with store.reading() as reading:
        reading.documents()
    assert store.stamp() == before
    with store.writing():
        pass
    assert store.stamp() != before
    store.close()
