"""One changed byte in a stored document blocks its pairs wherever they would be shown, each time in plain words."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.corpus import Corpus


@pytest.fixture
def frozen(council_copy: Corpus) -> str:
    """The path of a snapshot made while all was well."""
    path = council_copy.snapshots.freeze().path
    with closing(sqlite3.connect(str(council_copy._config.database_url).removeprefix("sqlite:///"))) as database:
        (before,) = database.execute("SELECT text FROM document").fetchone()
        assert before.count("widened") > 0
        database.execute("UPDATE document SET text = replace(text, 'widened', 'widener')")
        database.commit()
    return path


@pytest.fixture
def reader(council_copy: Corpus) -> FlaskClient:
    return create_app(Config(), council_copy).test_client()


def blocked(reader: FlaskClient, address: str, document: str) -> None:
    answer = reader.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 409, address
    assert f"The stored text of document {document} is not the one its quotes were taken from" in answer.text
    assert "widene" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/compare",
        "/compare?format=json",
        "/compare?format=docx",
        "/embed/compare",
        "/oembed?url=http://localhost/compare",
    ],
    ids=["page", "JSON", "Word", "embed", "oEmbed"],
)
def test_a_comparison_is_blocked(reader: FlaskClient, council_copy: Corpus, frozen: str, address: str) -> None:
    blocked(reader, address, council_copy.documents()[0].id)


@pytest.mark.parametrize("kind", ["page", "JSON", "Word", "embed"])
def test_a_snapshot_is_blocked(reader: FlaskClient, council_copy: Corpus, frozen: str, kind: str) -> None:
    address = {"page": frozen, "JSON": f"{frozen}.json", "Word": f"{frozen}.docx", "embed": f"/embed{frozen}"}[kind]
    blocked(reader, address, council_copy.documents()[0].id)
