"""What those who run the service see of it: readiness, metrics, the log, compressed answers."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.jobs.worker import working
from service.logs import set_up
from service.store import store
from service.web.operation import request_id

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def client(council_corpus: Corpus) -> FlaskClient:
    return create_app(Config(), council_corpus).test_client()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a server logs as JSON."""
    root, ours = logging.getLogger(), logging.getLogger("counterpose")
    before = root.handlers, root.level, ours.level
    set_up("json", request_id)
    lines = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(lines)
    yield lines
    root.handlers, root.level = before[:2]
    ours.setLevel(before[2])


def figures(client: FlaskClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    given = client.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(given)
        for sample in family.samples
    }


def test_a_service_whose_database_and_models_are_there_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready"})


def test_a_service_without_its_database_is_not_ready(council_copy: Corpus) -> None:
    client = create_app(Config(), council_copy).test_client()
    council_copy.close()
    database = Path(council_copy._config.resolved_database_url().removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.get_json()["error"]["remedy"]


def test_every_answer_has_an_id_and_keeps_one_that_was_given(client: FlaskClient) -> None:
    one, other = (client.get("/topics").headers["X-Request-ID"] for _ in range(2))
    assert one != other
    assert client.get("/topics", headers={"X-Request-ID": "gateway-7"}).headers["X-Request-ID"] == "gateway-7"
    forged = client.get("/topics", headers={"X-Request-ID": "a b; drop"}).headers["X-Request-ID"]
    assert forged not in (one, "a b; drop")


def test_a_refusal_and_a_fault_have_ids_too(
    council_corpus: Corpus, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    client = create_app(Config(), council_corpus).test_client()
    assert client.get("/nowhere", headers={"X-Request-ID": "lost"}).headers["X-Request-ID"] == "lost"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(council_corpus, "speakers", broken)
    assert client.get("/speakers", headers={"X-Request-ID": "fault"}).status_code == 500
    fault = next(line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "ERROR")
    assert fault["request_id"] == "fault"
    assert "a fault of ours" in fault["exc_info"]


def test_a_request_is_a_line_of_json_that_says_nothing_of_the_reader(client: FlaskClient, log: io.StringIO) -> None:
    client.get("/speakers/ada?format=json&secret=plans", headers={"X-Request-ID": "mine"})
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert line["request_id"] == "mine"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/speakers/<speaker_id>", 404)
    assert line["milliseconds"] >= 0
    assert not {"plans", "127.0.0.1", "ada"} & set(log.getvalue().replace('"', " ").split())


def test_metrics_count_what_was_asked_and_what_is_there(client: FlaskClient, council_corpus: Corpus) -> None:
    asked = ("counterpose_requests_total", (("method", "GET"), ("route", "/topics"), ("status", "200")))
    before = figures(client).get(asked, 0)
    client.get("/topics")
    found = figures(client)
    assert found[asked] == before + 1
    assert found["counterpose_documents", ()] == len(council_corpus.documents())
    assert found["counterpose_request_seconds_count", (("route", "/topics"),)] >= 1


def test_metrics_say_how_the_jobs_stand_and_who_does_them(council_copy: Corpus) -> None:
    client = create_app(Config(), council_copy).test_client()
    found = figures(client)
    assert (found["counterpose_job_longest_wait_seconds", ()], found["counterpose_workers", ()]) == (0, 0)
    for _ in range(2):
        council_copy.jobs.submit("regroup")
    council_copy.jobs.run(1)
    with council_copy._store.queueing() as writing:
        since = (datetime.now(UTC) - timedelta(minutes=2)).isoformat(timespec="seconds")
        writing.connection.execute(text("UPDATE job SET created_at = :since WHERE id = 2"), {"since": since})
    council_copy.jobs.alive()
    found = figures(client)
    assert found["counterpose_jobs", (("kind", "regroup"), ("state", "done"))] == 1
    assert found["counterpose_jobs", (("kind", "regroup"), ("state", "waiting"))] == 1
    assert 115 < found["counterpose_job_longest_wait_seconds", ()] < 180
    assert found["counterpose_workers", ()] == 1
    with working(council_copy.jobs):
        until = time.monotonic() + 30
        while ("counterpose_jobs", (("kind", "regroup"), ("state", "waiting"))) in figures(client):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert figures(client)["counterpose_workers", ()] == 1
    assert figures(client)["counterpose_workers", ()] == 0


def test_metrics_are_given_while_the_database_is_away_and_say_so(council_copy: Corpus) -> None:
    client = create_app(Config(), council_copy).test_client()
    assert figures(client)["counterpose_database_up", ()] == 1
    council_copy.close()
    file = Path(council_copy._config.resolved_database_url().removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".gone"))
    file.write_bytes(b"no database" * 1000)
    found = figures(client)
    assert found["counterpose_database_up", ()] == 0
    assert ("counterpose_documents", ()) not in found
    assert any(name == "counterpose_requests_total" for name, _ in found)


def test_metrics_are_for_this_machine_unless_they_are_opened(council_corpus: Corpus) -> None:
    public = "http://compare.example.org"
    for opened, status in ((False, 403), (True, 200)):
        config = Config(metrics=opened, public_url=public)
        client = create_app(config, council_corpus).test_client()
        answer = client.get("/metrics", base_url=public, environ_base=ELSEWHERE)
        assert answer.status_code == status


def test_where_the_database_is_and_what_ails_it_stands_in_the_log_and_in_no_answer(
    council_copy: Corpus, log: io.StringIO
) -> None:
    client = create_app(Config(), council_copy).test_client()
    council_copy.close()
    file = Path(council_copy._config.resolved_database_url().removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".gone"))
    file.write_bytes(b"no database" * 1000)
    form = {"data": {"text": "MAYOR ONE:  We want the bridge.\n\nMINISTER TWO:  We do not want the bridge."}}
    for method, given in (("GET", {}), ("GET", {"headers": {"Accept": "text/html"}}), ("POST", form)):
        address = "/topics" if method == "GET" else "/documents"
        answer = client.open(address, method=method, **given)  # type: ignore[arg-type]
        assert answer.status_code == 503
        assert "The database cannot be used just now." in answer.text
        assert "Check that" in answer.text
        assert file.parent.name not in answer.text
        assert "not a database" not in answer.text
        told = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "ERROR"]
        assert told[-1]["request_id"] == answer.headers["X-Request-ID"]
        assert f"{file}: file is not a database" in told[-1]["message"]


def test_a_form_shown_again_as_the_database_cannot_be_written_to_says_when_to_come_again_and_why_in_the_log(
    council_copy: Corpus, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0)
    client = create_app(Config(), council_copy).test_client()
    topic, pair = council_copy.topics()[0].id, council_copy.compare().pairs[0]
    sides = {"first": pair.first.id, "second": pair.second.id}
    edit = council_copy.editing.rename(topic, "Bridges")
    client.post("/report", data={**sides, "words": "It is cut short."})
    (report,) = council_copy.corrections.open()
    with council_copy._store.writing():  # somebody who writes for long
        for address, form in (
            (f"/topics/{topic}/name", {"name": "Piers"}),
            (f"/topic-edits/{edit.id}/undo", {}),
            ("/issues/save", {"text": "Bridges"}),
            (f"/reports/{report.report.id}/answer", {"state": "answered", "answer": "It is whole."}),
            ("/report", {**sides, "words": "It is cut short."}),
            ("/rulings", {**sides, "decision": "confirm"}),
        ):
            before = len(log.getvalue())
            answer = client.post(address, data=form, headers={"Accept": "text/html"})
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), address
            assert "database is locked" not in answer.text
            told = [line for line in map(json.loads, log.getvalue()[before:].splitlines()) if line["level"] == "ERROR"]
            assert len(told) == 1, address
            assert "database is locked" in told[0]["message"]
            assert told[0]["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_answers_are_compressed_for_those_who_take_it(client: FlaskClient, encoding: str) -> None:
    plain = client.get("/openapi.json")
    small = client.get("/openapi.json", headers={"Accept-Encoding": encoding})
    assert small.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 3
    again = client.get("/openapi.json", headers={"Accept-Encoding": encoding, "If-None-Match": small.headers["ETag"]})
    assert again.status_code == 304
