"""Anybody reports an error; editors answer it in public; what was corrected says so wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import feedparser
import pytest

from models.transcript import Metadata
from service.app import create_app
from service.config import Config
from service.errors import BadValue, Conflict, Forbidden, NotFound
from service.readers import Source
from service.schema.corrections import CorrectionsAnswer
from service.store.reports import State

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.corpus import Corpus

PAGE = {"Accept": "text/html,*/*;q=0.8"}
WRONG, RIGHT = "The second quote is “the moderator’s”.", "It was; the label was given to\x01 the moderator <b>now</b>."


@pytest.fixture
def own(council_copy: Corpus) -> Corpus:
    return council_copy


@pytest.fixture
def client(own: Corpus) -> FlaskClient:
    return create_app(Config(), own).test_client()


@pytest.fixture
def pair(own: Corpus) -> tuple[str, str]:
    first = own.compare().pairs[0]
    return first.first.id, first.second.id


def put_right(corpus: Corpus) -> None:
    """Something is done about the document that every pair here is of."""
    (row,) = corpus.documents()
    corpus.correct(row.id, Metadata(place=f"{row.metadata.place}, Hall 2"))


def reported(corpus: Corpus, pair: tuple[str, str]) -> int:
    return corpus.corrections.report(corpus.corrections.pair(*pair), WRONG, "A. Reader")


# Reporting ----------------------------------------------------------------------------------------------------


def test_anybody_reports_an_error_from_the_pair_and_only_editors_read_it(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    address = f"/report?first={pair[0]}&second={pair[1]}"
    assert address.replace("&", "&amp;") in client.get("/compare?format=html").text
    assert own.compare().pairs[0].first.text in client.get(address).text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    sent = {"first": pair[0], "second": pair[1], "words": WRONG, "by": "A. Reader"}
    answer = client.post("/report", data=sent, environ_base=elsewhere)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/corrections?sent=1")
    log = client.get("/corrections?format=html").text
    assert "1 report without an answer" in log
    assert "moderator’s" not in log
    assert "moderator’s" in client.get("/reports").text
    assert client.get("/reports", environ_base=elsewhere).status_code == 403
    (found,) = own.corrections.open()
    assert found.report.seen["relation"] == "opposes"
    assert found.report.who == "A. Reader"


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 2001])
def test_a_report_without_words_or_with_too_many_is_refused_and_kept_in_the_form(
    own: Corpus, client: FlaskClient, pair: tuple[str, str], words: str
) -> None:
    sent = {"first": pair[0], "second": pair[1], "words": words, "by": "A. Reader"}
    answer = client.post("/report", data=sent, headers=PAGE)
    assert answer.status_code == 400
    assert 'value="A. Reader"' in answer.text
    told = client.post("/report", data=sent)  # by a program
    assert (told.status_code, told.get_json()["error"]["code"]) == (400, "bad_value")
    assert not own.corrections.open()


def test_a_report_of_what_is_no_pair_is_refused(client: FlaskClient, own: Corpus, pair: tuple[str, str]) -> None:
    assert client.get("/report?first=x&second=y").status_code == 404
    assert client.post("/report", data={"first": pair[0], "second": "y", "words": WRONG}).status_code == 404
    row = own.snapshots.freeze()
    assert client.get(f"/report?first={pair[0]}&second=y&snapshot={row.sha256}").status_code == 404


def test_a_report_without_a_pair_says_where_to_begin(client: FlaskClient) -> None:
    answer = client.get("/report", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "beside each of its pairs is “Report an error”" in answer.text


def test_a_report_from_another_sites_form_is_refused(client: FlaskClient, pair: tuple[str, str]) -> None:
    sent = {"first": pair[0], "second": pair[1], "words": WRONG}
    assert client.post("/report", data=sent, headers={"Origin": "https://example.org"}).status_code == 403


def test_a_read_only_collection_takes_no_reports_and_says_so(own: Corpus, pair: tuple[str, str]) -> None:
    client = create_app(Config(read_only=True), own).test_client()
    page = client.get(f"/report?first={pair[0]}&second={pair[1]}")
    assert "takes no reports" in page.text
    assert "<textarea" not in page.text
    assert client.post("/report", data={"first": pair[0], "second": pair[1], "words": WRONG}).status_code == 403


def test_too_many_reports_from_one_address_are_refused_in_words_for_a_while(own: Corpus, pair: tuple[str, str]) -> None:
    client = create_app(Config(report_limit="2 per hour"), own).test_client()
    sent = {"first": pair[0], "second": pair[1], "words": WRONG}

    def send(address: str) -> int:
        return client.post("/report", data=sent, environ_base={"REMOTE_ADDR": address}).status_code

    assert [send("192.0.2.1") for _ in range(3)] == [303, 303, 429]
    assert send("192.0.2.2") == 303
    refused = client.post(
        "/report", data=sent, environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers={"Accept": "text/html"}
    )
    assert 3000 < int(refused.headers["Retry-After"]) <= 3600
    assert "more than is taken for now" in refused.text
    assert len(own.corrections.open()) == 3
    assert client.get("/corrections", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


# Answering ----------------------------------------------------------------------------------------------------


def test_an_answer_is_public_and_a_corrected_pair_says_so_everywhere(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    number = reported(own, pair)
    put_right(own)
    answer = client.post(
        f"/reports/{number}/answer", data={"state": "corrected", "answer": "The label was wrong.", "by": "Eva"}
    )
    assert answer.headers["Location"] == f"/corrections#r{number}"
    for address in (
        *("/compare?format=html", "/embed/compare", "/compare?format=md", "/compare?format=csv", "/compare"),
        f"/embed/pair?first={pair[0]}&second={pair[1]}",
    ):
        text = client.get(address).text
        assert "The label was wrong." in text, address
        assert "Corrected on" in text
    notice = client.get("/compare").get_json()["pairs"][0]["notices"][0]
    assert (notice["kind"], notice["path"]) == ("corrected", f"/corrections#r{number}")
    log = client.get("/corrections?format=html").text
    assert "moderator’s" in log
    assert "A. Reader" not in log


def test_what_was_declined_is_listed_with_its_reason_and_without_the_reports_words(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    own.corrections.answer(reported(own, pair), State.DECLINED, "It is his: see the recording.", "Eva")
    found = client.get("/corrections").get_json()
    CorrectionsAnswer.model_validate(found)
    assert [(one["state"], one["words"]) for one in found["corrections"]] == [("declined", None)]
    page = client.get("/corrections?format=html").text
    assert "see the recording" in page
    assert "moderator’s" not in page
    assert not own.compare().pairs[0].notices


def test_a_second_answer_is_refused_and_shown_the_first(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    number = reported(own, pair)
    put_right(own)
    own.corrections.answer(number, State.CORRECTED, "The label was wrong.", "Eva")
    with pytest.raises(Conflict, match=r"by Eva: corrected, “The label was wrong\.”"):
        own.corrections.answer(number, State.DECLINED, "No.", "Ivo")
    answer = client.post(f"/reports/{number}/answer", data={"state": "declined", "answer": "No."})
    assert answer.status_code == 409
    assert "The label was wrong." in answer.text


def test_corrected_is_taken_only_where_something_was_changed_since_the_report(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    put_right(own)  # before the report
    number = reported(own, pair)
    sent = {"state": "corrected", "answer": "It is none.", "by": "Eva"}
    refused = client.post(f"/reports/{number}/answer", data=sent)
    assert refused.status_code == 409
    assert "Nothing was changed about this pair since report" in refused.text
    own.reviewing.rule(*pair, "confirm")
    assert client.post(f"/reports/{number}/answer", data=sent).status_code == 409
    assert client.post(f"/reports/{number}/answer", data={**sent, "state": "answered"}).status_code == 303
    assert own.compare().pairs[0].notices == ()


def test_a_pair_is_rejected_in_the_same_step_as_its_report_is_answered_or_neither(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    number = reported(own, pair)
    sent = {"state": "corrected", "answer": "It is none.", "by": "Eva", "decision": "reject"}
    assert client.post(f"/reports/{number}/answer", data={**sent, "state": "declined"}).status_code == 400
    assert client.post(f"/reports/{number}/answer", data={**sent, "decision": "confirm"}).status_code == 400
    assert not own.reviewing.decisions().rows
    assert client.post(f"/reports/{number}/answer", data=sent).status_code == 303
    (row,) = own.reviewing.decisions().rows
    assert (row.decision.ruling.action, row.decision.ruling.why) == ("reject", "It is none.")
    assert pair not in {(one.first.id, one.second.id) for one in own.compare().pairs}
    again = {**sent, "decision": "opposes"}
    assert client.post(f"/reports/{number}/answer", data=again).status_code == 409
    assert len(own.reviewing.decisions().rows) == 1  # the decision went back with the answer


def test_an_answer_is_amended_and_the_audit_keeps_both(own: Corpus, client: FlaskClient, pair: tuple[str, str]) -> None:
    number = reported(own, pair)
    own.corrections.answer(number, State.DECLINED, "It is his.", "Eva")
    assert f'href="/reports/{number}"' in client.get("/corrections?format=html").text
    form = client.get(f"/reports/{number}").text
    assert "It is his." in form
    assert 'name="amend"' in form
    sent = {"state": "corrected", "answer": "It is not his.", "by": "Ivo", "decision": "reject", "amend": "1"}
    assert client.post(f"/reports/{number}/answer", data=sent).status_code == 303
    (found,) = client.get("/corrections").get_json()["corrections"]
    assert (found["state"], found["answer"], found["by"]) == ("corrected", "It is not his.", "Eva")
    assert found["amended"] is not None
    assert "Amended on " in client.get("/corrections?format=html").text
    (row,) = [one for one in own.audit() if one.action == "amend-answer"]
    assert row.detail["before"] == {"state": "declined", "answer": "It is his.", "by": "Eva"}
    assert row.detail["after"] == {"state": "corrected", "answer": "It is not his."}


@pytest.mark.parametrize(("state", "answer"), [("open", "x"), ("", "x"), ("corrected", " "), ("corrected", "x" * 2001)])
def test_an_answer_that_is_none_is_refused_and_kept_in_the_form(
    own: Corpus, client: FlaskClient, pair: tuple[str, str], state: str, answer: str
) -> None:
    number = reported(own, pair)
    typed = {"state": state, "answer": answer, "by": "Eva"}
    sent = client.post(f"/reports/{number}/answer", data=typed, headers=PAGE)
    assert sent.status_code == 400
    assert 'value="Eva"' in sent.text
    told = client.post(f"/reports/{number}/answer", data=typed)  # by a program
    assert (told.status_code, told.get_json()["error"]["code"]) == (400, "bad_value")
    assert len(own.corrections.open()) == 1


def test_an_unknown_report_is_not_found(own: Corpus) -> None:
    with pytest.raises(NotFound):
        own.corrections.answer(7, State.DECLINED, "No.")
    with pytest.raises(BadValue):
        own.corrections.answer(7, State.DECLINED, "")


def test_a_correction_holds_when_the_document_comes_again(own: Corpus, council: Path, pair: tuple[str, str]) -> None:
    number = reported(own, pair)
    put_right(own)
    own.corrections.answer(number, State.CORRECTED, "The label was wrong.")
    own.remove(own.documents()[0].id)
    own.add(Source("again.txt", b"\n" + council.read_bytes()), Metadata(title="Again"))
    (found,) = own.corrections.answered()
    assert not found.proven
    assert own.compare().pairs[0].notices[0].kind == "corrected"


def test_a_read_only_corpus_takes_neither_reports_nor_answers(
    own: Corpus, corpus_factory: Callable[..., Corpus], pair: tuple[str, str]
) -> None:
    corpus = corpus_factory(database_url=own._config.database_url, read_only=True)
    with pytest.raises(Forbidden):
        reported(corpus, pair)
    with pytest.raises(Forbidden):
        corpus.corrections.answer(1, State.DECLINED, "No.")


# The feed -----------------------------------------------------------------------------------------------------


def test_the_feed_holds_the_answers_and_has_the_same_bytes_again(
    own: Corpus, client: FlaskClient, pair: tuple[str, str]
) -> None:
    assert feedparser.parse(client.get("/corrections.atom").data).entries == []
    for state in (State.CORRECTED, State.DECLINED):
        number = reported(own, pair)
        put_right(own)
        own.corrections.answer(number, state, RIGHT)
    reported(own, pair)
    answer = client.get("/corrections.atom")
    assert answer.mimetype == "application/atom+xml"
    assert answer.data == client.get("/corrections.atom").data
    found = feedparser.parse(answer.data)
    assert not found.bozo
    assert found.version == "atom10"
    assert [entry.id for entry in found.entries] == [f"http://localhost/corrections#r{n}" for n in (2, 1)]
    assert "the label was given to� the moderator" in found.entries[0].summary
    assert "moderator’s" not in answer.text
    assert found.feed.updated == found.entries[0].updated == own.corrections.answered()[0].report.answered_at
    page = client.get("/corrections?format=html").text
    assert '<link rel="alternate" type="application/atom+xml" href="/corrections.atom"' in page
    assert 'href="/corrections"' in client.get("/").text
