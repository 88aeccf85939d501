"""A snapshot never changes: its bytes are its name; what changed since, and whose source is gone, is told beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from models.published import as_json
from models.transcript import Metadata
from service.app import create_app
from service.config import Config
from service.errors import BadValue, Conflict, Forbidden, Gone, NotFound
from service.readers import Source
from service.schema.compare import ComparisonAnswer
from service.schema.snapshots import ReplayItem, SnapshotItem
from service.store.reports import State

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.corpus import Corpus

MORE = """MAYOR O'MALLEY: We need far more buses in the evening, and we will pay for them.

SENATOR WESTIN: The road must never be widened, whatever the traffic."""


@pytest.fixture
def own(council_copy: Corpus) -> Corpus:
    return council_copy


@pytest.fixture
def client(own: Corpus) -> FlaskClient:
    return create_app(Config(), own).test_client()


def change(corpus: Corpus, statement: str, *values: object) -> None:
    """Change the database behind the corpus's back."""
    with closing(sqlite3.connect(str(corpus._config.database_url).removeprefix("sqlite:///"))) as connection:
        connection.execute(statement, values)
        connection.commit()


def kinds(corpus: Corpus, name: str) -> list[str]:
    return [notice.kind for notice in corpus.snapshots.snapshot(name).comparison.notices]


# Frozen -------------------------------------------------------------------------------------------------------


def test_the_bytes_of_a_snapshot_are_the_comparisons_and_their_hash_is_its_name(own: Corpus) -> None:
    row = own.snapshots.freeze("Eva", first="lindqvist", second="omalley", topic="buses in the evening")
    body = own.snapshots.body(row.sha256)
    assert sha256(body).hexdigest() == row.sha256
    found = own.compare("lindqvist", "omalley", topic="buses in the evening")
    assert json.loads(body) == json.loads(json.dumps(as_json(found)))
    shown = own.snapshots.snapshot(row.sha256)
    assert [pair.first.text for pair in shown.comparison.pairs] == [pair.first.text for pair in found.pairs]
    assert shown.replayed.same
    assert (row.who, row.title) == ("Eva", found.title)


def test_the_same_frozen_twice_is_one_snapshot_and_one_row_of_the_audit(own: Corpus) -> None:
    first = own.snapshots.freeze("Eva")
    again = own.snapshots.freeze("Ivo")
    assert first == again
    assert [one.row for one in own.snapshots.rows()] == [first]
    (note,) = [row for row in own.audit() if row.action == "freeze"]
    assert note.subject == first.sha256
    frozen = own.snapshots.snapshot(first.sha256).audit
    assert frozen is not None
    assert frozen.hash == note.hash


def test_a_read_only_corpus_freezes_nothing(own: Corpus, corpus_factory: Callable[..., Corpus]) -> None:
    with pytest.raises(Forbidden):
        corpus_factory(database_url=own._config.database_url, read_only=True).snapshots.freeze()


@pytest.mark.parametrize("name", ["0" * 64, "x", "../etc", "0" * 63 + "G"])
def test_an_unknown_snapshot_is_not_found(own: Corpus, name: str) -> None:
    with pytest.raises(NotFound):
        own.snapshots.body(name)


# What changed since -------------------------------------------------------------------------------------------


def test_a_document_added_changes_the_page_and_not_the_snapshot(own: Corpus, client: FlaskClient) -> None:
    row = own.snapshots.freeze()
    before = client.get(f"{row.path}.json").data
    own.add(Source("more.txt", MORE.encode()))
    assert client.get(f"{row.path}.json").data == before
    found = own.snapshots.snapshot(row.sha256).replayed
    assert found.documents is not None
    assert list(found.documents.came.values()) == ["more.txt"]
    assert not found.documents.went
    assert found.differences is not None
    assert {part.name for part in found.differences.parts} >= {"made_with.corpus", "searched"}
    page = client.get(f"{row.path}/changes", headers={"Accept": "text/html"}).text
    assert "more.txt" in page


def test_a_removed_source_is_gone_with_its_name_and_day(own: Corpus, client: FlaskClient, council: Path) -> None:
    row = own.snapshots.freeze()
    document = own.documents()[0]
    own.remove(document.id, "Eva")
    day = list(own.audit())[-1].at[:4]
    for address in (f"{row.path}.json", row.path, f"{row.path}/changes", f"{row.path}.md", f"/embed{row.path}"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 410, address
        assert document.id in answer.text
        assert day in answer.text
    (listed,) = client.get("/snapshots").get_json()["snapshots"]
    assert listed["sources"] == "removed"
    assert "was removed on" in listed["notices"][0]
    page = client.get("/snapshots", headers={"Accept": "text/html"}).text
    assert "Not shown any more." in page
    assert listed["notices"][0] in unescape(page)
    assert client.get("/oembed", query_string={"url": f"http://localhost{row.path}"}).status_code == 410
    own.add(Source("council.txt", council.read_bytes()), document.metadata)
    assert client.get(f"{row.path}.json").status_code == 200
    assert client.get("/snapshots").get_json()["snapshots"][0]["sources"] == "here"


def test_another_edition_of_a_source_is_told_of_quote_by_quote(own: Corpus, client: FlaskClient, council: Path) -> None:
    row = own.snapshots.freeze()
    document, frozen = own.documents()[0], client.get(f"{row.path}.json").data
    lost = own.snapshots.snapshot(row.sha256).comparison.pairs[0].first
    text = council.read_text().replace(lost.text, "I take that back.")
    own.replace(document.id, Source("council.txt", text.encode()))
    answer = client.get(f"{row.path}.json")
    assert (answer.status_code, answer.data) == (200, frozen)
    shown = own.snapshots.snapshot(row.sha256)
    assert [notice.kind for notice in shown.comparison.notices][:2] == ["frozen", "replaced"]
    assert [notice.kind for notice in shown.comparison.pairs[0].notices] == ["replaced"]
    assert not any(pair.notices for pair in shown.comparison.pairs[1:])
    assert not shown.linked
    assert "changed" in kinds(own, row.sha256)
    page = client.get(row.path).text
    assert "replaced by another edition" in page
    (listed,) = client.get("/snapshots").get_json()["snapshots"]
    assert listed["sources"] == "replaced"
    assert listed["notices"][0] in unescape(client.get("/snapshots", headers={"Accept": "text/html"}).text)
    assert f"/documents/{document.id}#" not in page


def test_a_renamed_topic_is_told_of(topics_corpus: Corpus) -> None:
    topic = topics_corpus.topics()[0]
    row = topics_corpus.snapshots.freeze(topic=topic.id)
    topics_corpus.editing.rename(topic.id, "Quite another name")
    told = " ".join(notice.words for notice in topics_corpus.snapshots.snapshot(row.sha256).comparison.notices)
    assert "“Quite another name”" in told


def test_a_topic_that_is_gone_leaves_the_snapshot_readable(topics_corpus: Corpus) -> None:
    kept, gone = topics_corpus.topics()[:2]
    row = topics_corpus.snapshots.freeze(topic=gone.id)
    topics_corpus.editing.merge(kept.id, gone.id)
    shown = topics_corpus.snapshots.snapshot(row.sha256)
    assert shown.comparison.topic is not None
    assert shown.comparison.topic.name == gone.name
    assert "changed" in kinds(topics_corpus, row.sha256)


def test_newer_models_are_told_of(own: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    row = own.snapshots.freeze()
    monkeypatch.setattr("service.positions.made_with.own_version", lambda: "99")
    own.add(Source("more.txt", MORE.encode()))
    (models,) = [n for n in own.snapshots.snapshot(row.sha256).comparison.notices if n.kind == "models"]
    assert "another version of Counterpose" in models.words


def test_a_correction_is_told_of_on_the_pair_and_the_original_stays(own: Corpus, client: FlaskClient) -> None:
    row = own.snapshots.freeze()
    pair = own.compare().pairs[0]
    number = own.corrections.report(own.corrections.pair(pair.first.id, pair.second.id), "Not his words.")
    own.correct(own.documents()[0].id, Metadata(publisher="Another"))
    own.corrections.answer(number, State.CORRECTED, "The label was wrong.", "Eva")
    assert "The label was wrong." in client.get(row.path).text
    assert "The label was wrong." in client.get(f"{row.path}.md").text
    assert "The label was wrong." in client.get(f"/embed{row.path}").text
    assert "The label was wrong." not in client.get(f"{row.path}.json").text


# Proof --------------------------------------------------------------------------------------------------------


@pytest.fixture
def tampered(own: Corpus) -> tuple[Corpus, str, str]:
    """A snapshot of a document in whose stored text one byte was changed since; and the document's id."""
    row = own.snapshots.freeze()
    document = own.documents()[0]
    quote = own.snapshots.snapshot(row.sha256).comparison.pairs[0].first
    text = own.text(document.id)
    other = "X" if text[quote.start] != "X" else "Y"
    change(own, "UPDATE document SET text = ?", text[: quote.start] + other + text[quote.start + 1 :])
    return own, row.path, document.id


@pytest.mark.parametrize(
    "address",
    ["/compare?format=html", "/embed/compare", "/compare", "/compare?format=md", "{}", "{}.json", "{}.md", "/embed{}"],
    ids=["page", "embed", "json", "markdown", "snapshot page", "snapshot json", "snapshot export", "snapshot embed"],
)
def test_one_changed_byte_in_a_stored_document_blocks_its_pairs(
    tampered: tuple[Corpus, str, str], address: str
) -> None:
    corpus, path, document = tampered
    answer = create_app(Config(), corpus).test_client().get(address.format(path))
    assert answer.status_code == 409
    assert f"The stored text of document {document} is not the one its quotes were taken from" in answer.text


def test_a_changed_snapshot_is_not_shown(own: Corpus) -> None:
    row = own.snapshots.freeze()
    change(own, "UPDATE snapshot SET body = replace(body, 'opposes', 'agrees')")
    for ask in (own.snapshots.body, own.snapshots.snapshot):
        with pytest.raises(Conflict, match="not what was frozen"):
            ask(row.sha256)


# The addresses ------------------------------------------------------------------------------------------------


def test_the_json_may_be_kept_for_good_and_is_known_by_its_hash(own: Corpus, client: FlaskClient) -> None:
    row = own.snapshots.freeze()
    answer = client.get(f"{row.path}.json")
    ComparisonAnswer.model_validate(answer.json)
    assert answer.mimetype == "application/json"
    assert answer.headers["ETag"] == f'"{row.sha256}"'
    assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(f"{row.path}.json", headers={"If-None-Match": f'"{row.sha256}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_a_comparison_is_frozen_by_its_page_and_by_programs_and_it_is_the_same(
    own: Corpus, client: FlaskClient
) -> None:
    page = client.get("/compare?format=html&topic=buses&include=unsure").text
    form = page.split('action="/compare/freeze"')[1].split("</form>")[0]
    held = [
        (part.split('"')[0], part.split('value="')[1].split('"')[0])
        for part in form.split('<input type="hidden" name="')[1:]
    ]
    data: dict[str, Any] = {}
    for name, value in held:
        data.setdefault(name, []).append(value)
    answer = client.post("/compare/freeze", data={**data, "by": "Eva"})
    assert answer.status_code == 303
    made = client.post("/snapshots", json={"topic": "buses", "include": ["unsure"], "by": "Ivo"})
    SnapshotItem.model_validate(made.json)
    assert made.headers["Location"] == answer.headers["Location"] == own.snapshots.rows()[0].row.path
    assert client.get(answer.headers["Location"]).status_code == 200
    listed = {**made.get_json(), "sources": "here", "notices": []}
    assert client.get("/snapshots").get_json() == {"snapshots": [listed]}


def test_a_page_elsewhere_and_a_machine_elsewhere_freeze_nothing(client: FlaskClient) -> None:
    for address, sent in (("/snapshots", {"json": {}}), ("/compare/freeze", {"data": {"limit": "10"}})):
        for refused in (
            {"headers": {"Origin": "https://example.org"}},
            {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        ):
            assert client.post(address, **sent, **refused).status_code == 403  # type: ignore[arg-type]


def test_a_snapshot_is_given_in_every_format(own: Corpus, client: FlaskClient) -> None:
    from service.exports import formats

    row = own.snapshots.freeze()
    quote = own.compare().pairs[0].first.text
    for each in formats().values():
        answer = client.get(row.path + each.SUFFIX)
        assert answer.status_code == 200, each.NAME
        assert answer.mimetype == each.MEDIA_TYPE
        if each.MEDIA_TYPE.startswith("text/"):
            assert quote in answer.text
    assert client.get(f"{row.path}.exe").status_code == 404


def test_what_changed_is_given_to_programs_as_the_model_states_it(own: Corpus, client: FlaskClient) -> None:
    row = own.snapshots.freeze()
    same = client.get(f"{row.path}/changes").get_json()
    assert same["same"]
    own.rename_speaker("omalley", "Mayor Maura O'Malley")
    found = client.get(f"{row.path}/changes").get_json()
    ReplayItem.model_validate(found)
    assert not found["same"]
    assert {each for one in found["changed"] for each in one["what"]} >= {"speaker"}


def test_a_quote_in_a_few_other_words_is_a_changed_pair_with_those_words_marked(
    own: Corpus, client: FlaskClient, council: Path
) -> None:
    row = own.snapshots.freeze()
    pair = next(one for one in own.compare().pairs if "every family" in one.first.text + one.second.text)
    text = council.read_text().replace("every family", "every household")
    own.replace(own.documents()[0].id, Source("council.txt", text.encode()))
    found = client.get(f"{row.path}/changes").get_json()
    (changed,) = [one for one in found["changed"] if "words" in one["what"]]
    for side in ("first", "second"):
        assert changed["now"][side]["text"] == changed["then"][side]["text"].replace("family", "household")
    assert pair.first.text not in {one["first"]["text"] for one in found["gone"]}
    page = client.get(f"{row.path}/changes", headers={"Accept": "text/html"}).text
    assert "<mark>family</mark>" in page
    assert "<mark>household</mark>" in page
    assert "1 pair is in other words" in client.get(row.path).text


def test_the_page_of_what_changed_says_the_same_under_today_and_shows_no_hash(own: Corpus, client: FlaskClient) -> None:
    row = own.snapshots.freeze()
    own.add(Source("more.txt", MORE.encode()))
    page = client.get(f"{row.path}/changes", headers={"Accept": "text/html"}).text
    assert '<td data-head="Today"><span class="note">the same</span></td>' in page
    assert "colspan" not in page
    assert "sha256" not in page
    assert "Documents in the collection" in page
    assert "Added since: " in page
    assert 'href="/snapshots"' in client.get("/", headers={"Accept": "text/html"}).text


# Replaying ----------------------------------------------------------------------------------------------------


def test_a_manifest_of_two_texts_says_that_it_cannot_be_asked_again(own: Corpus) -> None:
    texts = own.compare_texts(("A", "The road must be widened."), ("B", "The road must not be widened."))
    with pytest.raises(BadValue, match="does not say what was asked for"):
        own.replay(texts)


def test_a_side_that_is_gone_is_said_to_be(own: Corpus) -> None:
    found = own.compare()
    own.add(Source("more.txt", MORE.encode()), Metadata(title="More"))
    (council,) = [row for row in own.documents() if row.original_name == "council.txt"]
    own.remove(council.id)
    again = own.replay(found)
    assert not again.same
    assert again.refused is not None
    assert "lindqvist" in again.refused.message


def test_gone_is_raised_for_a_source_that_no_log_knows_of(own: Corpus) -> None:
    row = own.snapshots.freeze()
    change(own, "DELETE FROM document")
    with pytest.raises(Gone):
        own.snapshots.body(row.sha256)
