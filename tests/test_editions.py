"""Editions: an address that was cited leads from a replaced document to its edition, or says when it was removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from models.transcript import Metadata
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.readers import Source
from service.store import queries
from service.views import AuditRow

TALKS = """MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to our villages.

MINISTER VELDE:  We must never build the dam on the river. The dam takes the water away from all of us.
"""
NEXT = TALKS.replace("this year", "in the coming year")
LAST = "MINISTER OKORO:  The council sits in the old town hall.\n\n" + NEXT
PAGE = {"Accept": "text/html"}


@pytest.fixture
def talks(corpus: Corpus) -> Corpus:
    corpus.add(Source("talks.txt", TALKS.encode()), Metadata(title="Talks"))
    return corpus


@pytest.fixture
def client(talks: Corpus) -> FlaskClient:
    return create_app(Config(), talks).test_client()


def at(document: str, text: str, words: str) -> str:
    start = text.index(words)
    return f"{document}-{start}-{start + len(words)}"


STAYS, CHANGES = "The dam takes the water away from all of us.", "We must build the dam on the river this year."


def test_a_replaced_document_is_gone_with_a_link_to_its_edition_of_today(talks: Corpus, client: FlaskClient) -> None:
    (old,) = talks.documents()
    middle = talks.replace(old.id, Source("talks.txt", NEXT.encode())).document.id
    new = talks.replace(middle, Source("talks.txt", LAST.encode())).document.id
    for address in (f"/documents/{old.id}", f"/documents/{old.id}.txt", f"/documents/{old.id}/attribution"):
        answer = client.get(address)
        assert answer.status_code == 410, address
        error = answer.get_json()["error"]
        assert error["nearest"] == [f"/documents/{new}"]
        assert "alks" not in error["message"]  # neither the file's name nor the title: everybody reads it
        assert f"by another edition ({new})" in error["message"]
    assert f'href="/documents/{new}"' in client.get(f"/documents/{old.id}", headers=PAGE).text


def test_a_statement_whose_words_stand_in_the_edition_leads_there_and_another_to_the_edition_alone(
    talks: Corpus, client: FlaskClient
) -> None:
    (old,) = talks.documents()
    middle = talks.replace(old.id, Source("talks.txt", NEXT.encode())).document.id
    new = talks.replace(middle, Source("talks.txt", LAST.encode())).document.id
    answer = client.get(f"/cite/{at(old.id, TALKS, STAYS)}")
    assert answer.status_code == 410
    place = at(new, LAST, STAYS)
    assert answer.get_json()["error"]["nearest"] == [f"/documents/{new}#s{LAST.index(STAYS)}", f"/cite/{place}"]
    assert client.get(f"/cite/{place}").status_code == 200
    assert f'href="/cite/{place}"' in client.get(f"/cite/{at(old.id, TALKS, STAYS)}", headers=PAGE).text
    lost = client.get(f"/cite/{at(old.id, TALKS, CHANGES)}")
    assert (lost.status_code, lost.get_json()["error"]["nearest"]) == (410, [f"/documents/{new}"])


def test_a_removed_document_says_when_and_after_a_replacement_which_edition(talks: Corpus, client: FlaskClient) -> None:
    (old,) = talks.documents()
    frozen = talks.snapshots.freeze()
    new = talks.replace(old.id, Source("talks.txt", NEXT.encode())).document.id
    talks.remove(new)
    for address in (f"/documents/{new}", f"/cite/{at(new, NEXT, STAYS)}"):
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert f"The document {new} was removed on " in answer.get_json()["error"]["message"]
    for address in (f"/documents/{old.id}", frozen.path):
        said = client.get(address, headers={"Accept": "application/json"}).get_json()["error"]["message"]
        assert f"The document {old.id} was replaced on " in said
        assert "alks" not in said
        assert f"by another edition ({new}), which was removed on " in said


def test_a_pair_on_a_statement_of_a_removed_document_is_gone_too(talks: Corpus, client: FlaskClient) -> None:
    (old,) = talks.documents()
    pair = f"first={at(old.id, TALKS, CHANGES)}&second={at(old.id, TALKS, STAYS)}"
    addresses = [f"{address}?{pair}" for address in ("/embed/pair", "/review/pair", "/report")]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    talks.remove(old.id)
    for address in addresses:
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == 410, address
        assert "was removed on " in answer.text
    assert client.get("/embed/pair?first=x&second=y").status_code == 404


def test_a_document_that_is_added_again_or_never_was_is_not_gone(talks: Corpus, client: FlaskClient) -> None:
    (old,) = talks.documents()
    talks.remove(old.id)
    talks.add(Source("talks.txt", TALKS.encode()))
    assert client.get(f"/documents/{old.id}").status_code == 200
    assert client.get("/documents/0123456789ab").status_code == 404
    assert client.get("/cite/0123456789ab-1-2").status_code == 404
    assert client.get("/cite/nonsense").status_code == 404


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the rows of the audit are about that are read from now on."""
    read: list[str] = []
    monkeypatch.setattr(queries, "AuditRow", lambda **row: (read.append(row["subject"]), AuditRow(**row))[1])
    return read


def test_for_an_id_that_never_was_no_row_of_the_audit_is_read(
    talks: Corpus, client: FlaskClient, audited: list[str]
) -> None:
    for address in ("/documents/0123456789ab", "/cite/0123456789ab-1-2", "/embed/pair?first=0123456789ab-1-2&second=x"):
        assert client.get(address).status_code == 404
    assert audited == []


def test_for_a_document_that_is_gone_the_audit_is_read_of_what_took_its_place_alone(
    corpus_factory: Callable[..., Corpus], database_url: str, audited: list[str]
) -> None:
    """In either engine, and though an edition came back into its own place."""
    talks = corpus_factory(database_url=database_url)
    client = create_app(Config(), talks).test_client()
    old = talks.add(Source("talks.txt", TALKS.encode()), Metadata(title="Talks")).document.id
    talks.add(Source("other.txt", b"MAYOR HOLM:  The road by the sea is closed for all of the winter."))
    frozen = talks.snapshots.freeze(first="okoro", second="velde")
    middle = talks.replace(old, Source("talks.txt", NEXT.encode())).document.id
    new = talks.replace(middle, Source("talks.txt", LAST.encode())).document.id
    talks.replace(new, Source("talks.txt", NEXT.encode()))
    audited.clear()
    for gone in (old, new):
        assert client.get(f"/documents/{gone}").get_json()["error"]["nearest"] == [f"/documents/{middle}"]
    assert client.get(f"/cite/{at(old, TALKS, STAYS)}").status_code == 410
    assert [one.sources for one in talks.snapshots.rows()] == ["replaced"]
    assert set(audited) == {old, middle, new}
    assert client.get(f"{frozen.path}.json").status_code == 200
    assert set(audited) == {old, middle, new}
