"""Job pages: long work as people and programs see it, and how it is handed in."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.budget import Budget
from service.config import Config
from service.corpus import Corpus
from service.documents.intake import Given
from service.jobs.worker import working
from service.readers import Source
from service.schema.jobs import JobAnswer, JobsAnswer
from service.schema.map import MapQuery
from service.store.jobs import JobState, JobsWriting
from service.web import charting
from service.web.jobs import events, forms
from tests.conftest import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = "MAYOR ONE:  We want the bridge built.\n\nMINISTER TWO:  We do not want the bridge built."


def given(text: str = TEXT, name: str = "bridge.txt") -> Given:
    return Given(Source(name, text.encode()))


@pytest.fixture
def left_to_others(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """A corpus whose jobs wait for a worker that nobody has started."""
    return corpus_factory(worker=False)


def people(corpus: Corpus) -> FlaskClient:
    client = create_app(corpus._config, corpus).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


# Handing in --------------------------------------------------------------------------------------------------


def test_a_short_document_is_there_at_once(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PATIENCE", 30)  # the machine may be busy
    with working(corpus.jobs):
        corpus._scoring.embed(["so that the model is there"])
        answer = people(corpus).post("/documents", data={"text": TEXT})
    assert answer.location == f"/documents/{corpus.documents()[0].id}?added=1"


def test_one_that_takes_longer_leads_to_its_job(left_to_others: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PATIENCE", 0.1)
    client = people(left_to_others)
    answer = client.post("/documents", data={"text": TEXT, "by": "Eva"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "pasted text" in page
    assert "waiting" in page
    assert f'data-events="{answer.location}/events"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    left_to_others.jobs.run(1)
    page = client.get(answer.location).text
    assert f'href="/documents/{left_to_others.documents()[0].id}"' in page
    assert "http-equiv" not in page
    assert [row.who for row in left_to_others.audit() if row.action == "add"] == ["Eva"]


def test_bad_input_shows_the_form_again_and_leaves_no_job(corpus: Corpus) -> None:
    sent = {"text": "No one speaks in this, and nothing says who might."}
    answer = people(corpus).post("/documents", data=sent)
    assert answer.status_code == 400
    assert "<form" in answer.text
    told = people(corpus).post("/documents", data=sent, headers={"Accept": "*/*"})  # by a program
    assert (told.status_code, told.get_json()["error"]["code"]) == (400, "no_speakers")
    assert corpus.jobs.listed() == ()


def test_a_map_is_judged_in_the_background_from_its_page(topics_corpus: Corpus) -> None:
    client = people(topics_corpus)
    sides = [row.speaker.id for row in topics_corpus.speakers()]
    with client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        client.application.preprocess_request()
        page = charting.page(
            topics_corpus, MapQuery(speaker=sides), topics_corpus.map(speakers=sides, budget=Budget(0))
        )
    assert 'action="/map/judge"' in page
    assert all(f'<input type="hidden" name="speaker" value="{one}">' in page for one in sides)
    answer = client.post("/map/judge", data={"speaker": sides})
    (job,) = topics_corpus.jobs.listed()
    assert answer.location == f"/jobs/{job.id}"
    assert job.what["speakers"] == sides
    assert topics_corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    assert client.post("/map/judge", data={"since": "then"}).status_code == 400


# Cancelling and trying again ---------------------------------------------------------------------------------


def test_a_job_is_cancelled_and_tried_again_by_buttons(left_to_others: Corpus) -> None:
    job = left_to_others.jobs.add([given()])
    client = people(left_to_others)
    assert f'action="/jobs/{job.id}/cancel"' in client.get(f"/jobs/{job.id}").text
    assert client.post(f"/jobs/{job.id}/cancel").location == f"/jobs/{job.id}"
    page = client.get(f"/jobs/{job.id}").text
    assert "cancelled" in page
    assert f'action="/jobs/{job.id}/retry"' in page
    client.post(f"/jobs/{job.id}/retry")
    assert left_to_others.jobs.one(job.id).job.state is JobState.WAITING
    assert client.post(f"/jobs/{job.id}/retry").status_code == 409


@pytest.mark.parametrize("address", ["/jobs/1/cancel", "/jobs/1/retry", "/map/judge"])
def test_nobody_else_may_change_jobs(left_to_others: Corpus, address: str) -> None:
    left_to_others.jobs.add([given()])
    client = people(left_to_others)
    assert client.post(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.post(address, headers={"Origin": "https://example.org"}).status_code == 403
    assert [job.state for job in left_to_others.jobs.listed()] == [JobState.WAITING]


def test_jobs_are_given_out_on_this_machine_only(left_to_others: Corpus) -> None:
    left_to_others.jobs.add([given()])
    client = people(left_to_others)
    for address in ("/jobs", "/jobs/1", "/jobs/1/events"):
        assert client.get(address).status_code == 200
        assert client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403


# Following ---------------------------------------------------------------------------------------------------


def test_programs_read_jobs_as_json(left_to_others: Corpus) -> None:
    job = left_to_others.jobs.add([given(), given("", "empty.txt")])
    client = create_app(left_to_others._config, left_to_others).test_client()
    (listed,) = JobsAnswer.model_validate(client.get("/jobs").get_json()).jobs
    assert (listed.id, listed.state, listed.done, listed.total) == (job.id, "waiting", 0, 2)
    for one in (job.id + 1, job.id):
        left_to_others.jobs.run(one)
    found = JobAnswer.model_validate(client.get(f"/jobs/{job.id}").get_json())
    assert found.job.state == "failed"
    assert [one.document for one in found.documents] == [left_to_others.documents()[0].id, None]
    assert found.documents[1].error is not None
    assert found.documents[1].error.code == "unreadable"
    assert client.get("/jobs/99").status_code == client.get("/jobs/99/events").status_code == 404


def test_the_list_says_what_each_is_and_how_far(left_to_others: Corpus) -> None:
    left_to_others.jobs.submit("regroup", by="Eva <b>")
    page = people(left_to_others).get("/jobs").text
    assert "1: Finding topics anew" in page
    assert "waiting" in page
    assert "Eva &lt;b&gt;" in page


@pytest.fixture
def streamed(serve: Callable[[Flask], str], left_to_others: Corpus) -> str:
    return serve(create_app(left_to_others._config, left_to_others))


def read_events(address: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        body = answer.read().decode()
    assert body.startswith("retry: ")
    return [json.loads(one) for one in re.findall(r"^event: job\ndata: (.*)$", body, re.M)]


def test_a_stream_says_how_far_a_job_is_until_it_has_ended(streamed: str, left_to_others: Corpus) -> None:
    job = left_to_others.jobs.add([given()])
    thread = threading.Thread(target=lambda: (time.sleep(1.2), left_to_others.jobs.run(job.id)))
    thread.start()
    found = read_events(f"{streamed}/jobs/{job.id}/events")
    thread.join()
    assert found[0]["job"]["state"] == "waiting"
    assert found[-1]["job"]["state"] in ("running", "done")
    assert len(found) >= 2


def test_streams_end_by_themselves_and_leave_threads_to_others(
    streamed: str, left_to_others: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LIFE", 3.0)
    job = left_to_others.jobs.add([given()])
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(read_events(f"{streamed}/jobs/{job.id}/events"))))
        for _ in range(8)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    with urllib.request.urlopen(f"{streamed}/healthz", timeout=2) as answer:  # while streams run
        assert answer.status == 200
    for thread in threads:
        thread.join()
    assert counts == [1] * 8
    assert time.monotonic() - began < 10


def test_the_page_follows_its_job_to_the_end(page: Page, streamed: str, left_to_others: Corpus) -> None:
    job = left_to_others.jobs.add([given(TEXT.replace("bridge", name), f"{name}.txt") for name in ("road", "pier")])
    page.goto(f"{streamed}/jobs/{job.id}")
    page.get_by_text("waiting, 0 of 2").wait_for()
    assert axe(page).violations_count == 0
    left_to_others.jobs.run(job.id + 1)
    page.get_by_text("running, 2 of 2").wait_for()
    assert page.locator("progress").evaluate("bar => bar.value") == 2
    left_to_others.jobs.run(job.id)
    page.get_by_text("done", exact=True).wait_for()
    assert page.locator("progress").count() == 0
    page.get_by_role("link", name="road.txt").click()
    page.wait_for_url("**/documents/*")


def test_a_job_is_cancelled_by_keyboard_and_the_pages_are_accessible_and_fit_a_phone(
    page: Page, streamed: str, left_to_others: Corpus
) -> None:
    job = left_to_others.jobs.add([given()], by="Eva")
    page.set_viewport_size({"width": 320, "height": 700})
    for address in ("/jobs", f"/jobs/{job.id}"):
        page.goto(f"{streamed}{address}")
        assert axe(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Cancel").press("Enter")
    page.get_by_text("cancelled").wait_for()
    assert axe(page).violations_count == 0
    assert page.get_by_role("button", name="Try again").is_visible()


def test_a_job_that_waits_to_be_tried_again_says_why(left_to_others: Corpus) -> None:
    job = left_to_others.jobs.add([given()])
    error = {"code": "unavailable", "message": "The database is busy.", "remedy": "Wait.", "nearest": []}
    with left_to_others._store.queueing() as writing:
        jobs = JobsWriting(writing)
        taken = jobs.claim(job.id, "somebody", 5)
        assert taken is not None
        assert jobs.hand_back(taken, error, 5)
    page = people(left_to_others).get(f"/jobs/{job.id}").text
    assert "The database is busy." in page


def test_a_reader_elsewhere_is_not_led_to_jobs(left_to_others: Corpus) -> None:
    client = create_app(Config(read_only=True), left_to_others).test_client()
    assert "/jobs" not in client.get("/", headers={"Accept": "text/html"}).text
