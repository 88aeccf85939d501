"""Privacy: what docs/privacy.md says is not kept of readers is not kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.readers import Source

ADDRESS = "203.0.113.77"
TYPED = "whether the quagga harbour should stay open"


def files(corpus: Corpus) -> list[Path]:
    """All that lies beside the database, and itself."""
    path = Path(corpus._config.resolved_database_url().removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return list(path.parent.glob(f"{path.name}*"))


def test_nothing_is_kept_of_who_read_and_what_they_asked(council_copy: Corpus) -> None:
    config = Config(public_url="http://compare.example.org", compare_limit="100 per minute")
    reader = create_app(config, council_copy).test_client()
    asked = {"base_url": config.public_url, "environ_base": {"REMOTE_ADDR": ADDRESS}}
    for address in ("/", "/topics", "/speakers", f"/compare?topic={TYPED}", "/documents?q=quagga"):
        answer = reader.get(address, **asked)
        assert answer.status_code in (200, 404), address  # 404: nothing here is near that topic
        assert "Set-Cookie" not in answer.headers
    sides = {"first": {"name": "Ann", "text": f"We say {TYPED}."}, "second": {"name": "Ben", "text": "We say no."}}
    assert reader.post("/compare", json=sides, **asked).status_code == 200
    for file in files(council_copy):
        held = file.read_bytes()
        assert b"quagga" not in held, file.name
        assert ADDRESS.encode() not in held, file.name


def test_a_typed_topic_leaves_no_vector_and_two_texts_no_score(council_copy: Corpus) -> None:
    path = council_copy._config.resolved_database_url().removeprefix("sqlite:///")
    client = create_app(Config(), council_copy).test_client()
    client.get("/compare?topic=the+harbour")  # so that what the documents give is there

    def rows() -> list[int]:
        with closing(sqlite3.connect(path)) as connection:
            return [
                connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("embedding", "relation")
            ]

    before = rows()
    sides = {"first": {"name": "Ann", "text": f"We say {TYPED}."}, "second": {"name": "Ben", "text": "We say no."}}
    assert client.post("/compare", json=sides).status_code == 200
    assert client.get(f"/topics?q={TYPED}").status_code == 200
    assert rows() == before


def test_a_report_keeps_no_address(council_copy: Corpus) -> None:
    config = Config(public_url="http://compare.example.org")
    reader = create_app(config, council_copy).test_client()
    asked = {"base_url": config.public_url, "environ_base": {"REMOTE_ADDR": ADDRESS}}
    pair = reader.get("/compare?format=json", **asked).get_json()["pairs"][0]
    ids = {
        side: f"{pair[side]['document']['id']}-{pair[side]['start']}-{pair[side]['end']}"
        for side in ("first", "second")
    }
    answer = reader.post("/report", data={**ids, "words": "The second one is cut short."}, **asked)
    assert answer.status_code in (200, 303), answer.text
    assert not any(ADDRESS.encode() in file.read_bytes() for file in files(council_copy))


def test_of_a_decision_on_a_removed_document_reviewers_alone_read_the_words(
    council_copy: Corpus, council: Path
) -> None:
    client = create_app(Config(public_url="http://compare.example.org"), council_copy).test_client()
    reader = {"base_url": "http://compare.example.org", "environ_base": {"REMOTE_ADDR": ADDRESS}}
    pair = council_copy.compare().pairs[0]
    council_copy.reviewing.rule(pair.first.id, pair.second.id, "reject", why="not about the same thing")

    def page(**asked: Any) -> str:
        return unescape(client.get("/rulings?format=html", **asked).text)

    def seen(address: str, **asked: Any) -> Any:
        return client.get(address, **asked).get_json()["rulings"][0]["seen"]

    assert pair.first.text in page(**reader)
    assert seen("/rulings", **reader)["first"]["text"] == pair.first.text
    council_copy.remove(pair.first.document.id)
    words = [words for side in (pair.first, pair.second) for words in (side.text, side.before, side.after) if words]
    assert len(words) > 2  # their neighbours too
    assert not any(each in page(**reader) for each in words)
    assert pair.first.speaker.name in page(**reader)
    assert "not about the same thing" in page(**reader)
    assert pair.first.text in page()
    council_copy.add(Source("again.txt", b"\n" + council.read_bytes()))  # the words are back, in another document
    again = council_copy.reviewing.decisions().rows[0].places
    assert again is not None
    for address in ("/rulings", f"/review/pair?first={again[0]}&second={again[1]}"):
        for side in ("first", "second"):
            held = seen(address, **reader)[side]
            assert (held["text"], held["before"], held["after"]) == (None, "", "")
            assert (held["reported"], held["clipped"]) == (None, [])
        assert seen(address)["first"]["text"] == pair.first.text
