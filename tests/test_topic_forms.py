"""Editing topics by forms, links and commands: what was done can be undone, and no link is led astray."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.schema.refusals import ErrorAnswer
from service.schema.topics import TopicEditsAnswer

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Page
    from werkzeug.test import TestResponse

    from service.corpus import Corpus

PAGE = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    """Three topics of two speakers."""
    return topics_corpus


@pytest.fixture
def client(talks: Corpus) -> FlaskClient:
    client = create_app(Config(), talks).test_client()
    client.environ_base["HTTP_ACCEPT"] = PAGE["Accept"]
    return client


@pytest.fixture
def ids(talks: Corpus) -> tuple[str, ...]:
    return tuple(row.id for row in talks.topics())


def named(corpus: Corpus, topic: str) -> str:
    return next(row.name for row in corpus.all_topics() if row.id == topic)


def statements(corpus: Corpus, topic: str) -> list[str]:
    return [quote.id for quote in corpus.topic(topic).quotes]


def place(corpus: Corpus) -> str:
    return str(corpus._config.database_url).removeprefix("sqlite:///")


def vanish(corpus: Corpus, topic: str) -> None:
    """As when no group continues it: what grouping anew does."""
    with sqlite3.connect(place(corpus)) as connection:
        name, terms = connection.execute("SELECT name, terms FROM topic WHERE id = ?", (topic,)).fetchone()
        connection.execute("DELETE FROM topic_statement WHERE topic_id = ?", (topic,))
        connection.execute("DELETE FROM topic WHERE id = ?", (topic,))
        connection.execute("INSERT INTO topic_gone VALUES (?, ?, ?, NULL, '2021-12-02')", (topic, name, terms))
        connection.execute("UPDATE state SET revision = revision + 1")


def followed(client: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303
    assert answer.location is not None
    return unescape(client.get(answer.location).text)


# Forms -------------------------------------------------------------------------------------------------------


def test_each_form_does_what_it_says_and_offers_to_undo_it(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...]
) -> None:
    first, second, third = ids

    def send(topic: str, form: str, **fields: Any) -> str:
        return followed(client, client.post(f"/topics/{topic}/{form}", data={"by": "Eva", "why": "test", **fields}))

    assert "Done: Eva renamed" in send(first, "name", name="Pipes")
    assert named(talks, first) == "Pipes"
    some = statements(talks, first)[:2]
    assert "See “Winter”" in send(first, "split", statement=some, name="Winter")
    assert statements(talks, "winter") == some
    assert "Done: Eva moved 1 statement" in send("winter", "move", statement=some[:1], to=second)
    assert "Done: Eva took 1 statement out of" in send(second, "move", statement=some[:1], to="-")
    assert "Done: Eva merged" in send(second, "merge", merged=third)
    assert "Done: Eva locked" in send(second, "lock", value="on")
    assert "Done: Eva hid" in send(second, "hide", value="on")
    page = unescape(client.get(f"/topics/{second}").text)
    assert "locked" in page
    assert "hidden from the lists" in page
    assert "Done: Eva unlocked" in send(second, "lock", value="off")
    assert "Done: Eva showed" in send(second, "hide", value="off")
    rows = talks.editing.journal()
    assert {(row.edit.who, row.edit.why) for row in rows} == {("Eva", "test")}
    for row in rows:
        answer = client.post(f"/topic-edits/{row.edit.id}/undo", data={"topic": "on", "by": "Olaf"})
        assert "Undone: Olaf undid" in followed(client, answer)
    assert tuple(row.id for row in talks.topics()) == ids


def test_a_refused_form_shows_the_topic_as_it_is_and_keeps_what_was_typed(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...]
) -> None:
    first, second, _ = ids
    talks.editing.rename(first, "Pipes", by="Eva")
    typed = {"version": "0", "name": "Tubes & co", "why": "shorter", "by": "Olaf"}
    answer = client.post(f"/topics/{first}/name", data=typed)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Eva renamed" in page
    assert "<h1>Pipes</h1>" in page
    for value in ("Tubes & co", "shorter", "Olaf"):
        assert f'value="{value}"' in page
    assert 'name="version" value="1"' in page
    mark = statements(talks, first)[0]
    answer = client.post(f"/topics/{first}/split", data={"statement": mark, "name": named(talks, second)})
    assert answer.status_code == 409
    assert f'value="{mark}" form="members" checked' in answer.text
    assert f'<option value="{second}" selected>' in answer.text  # to be merged instead


@pytest.mark.parametrize(
    ("form", "fields", "status", "said"),
    [
        ("name", {"name": ""}, 400, "name is empty"),
        ("name", {"name": "x", "version": "one"}, 400, "version is “one”"),
        ("name", {"name": "x", "version": "9" * 5000}, 400, "version is “999"),
        ("merge", {"merged": ""}, 400, "The topic to merge is missing"),
        ("split", {"name": "Winter"}, 400, "No statement is named"),
        ("move", {"to": ""}, 400, "The topic to move to is missing"),
        ("lock", {"value": "off"}, 400, "not locked already"),
    ],
)
def test_a_form_filled_in_badly_changes_nothing(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...], form: str, fields: dict[str, str], status: int, said: str
) -> None:
    answer = client.post(f"/topics/{ids[0]}/{form}", data=fields)
    told = client.post(f"/topics/{ids[0]}/{form}", data=fields, headers={"Accept": "*/*"})  # by a program
    assert (told.status_code, bool(told.get_json()["error"]["remedy"])) == (status, True)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert said in unescape(answer.text)
    assert talks.editing.journal() == ()


def test_a_form_of_a_topic_that_was_merged_meanwhile_says_into_which(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...]
) -> None:
    talks.editing.merge(ids[0], ids[1], by="Eva")
    answer = client.post(f"/topics/{ids[1]}/name", data={"name": "Doses", "version": "0"})
    assert answer.status_code == 409
    assert "Eva merged" in unescape(answer.text)


def test_the_journal_lists_edits_what_cannot_be_placed_and_hidden_topics(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...]
) -> None:
    assert "Nobody has changed a topic yet" in unescape(client.get("/topic-edits").text)
    name = named(talks, ids[0])
    talks.editing.rename(ids[0], "Pipes", by="Eva", why="<b>shorter</b>")
    talks.editing.hide(ids[1], by="Eva")
    vanish(talks, ids[0])
    answer = client.get("/topic-edits")
    page = unescape(answer.text)
    assert "&lt;b&gt;shorter&lt;/b&gt;" in answer.text
    assert f"“{name}” had" in page
    assert f"The topic “{name}” is no more." in page
    assert f"Show {named(talks, ids[1])} again" in page
    followed(client, client.post(f"/topics/{ids[1]}/hide", data={"value": "off"}))
    assert ids[1] in {row.id for row in talks.topics()}
    answer = client.post("/topic-edits/2/undo", data={"by": "Olaf"})
    assert answer.status_code == 409
    assert "Later edits rest on this one" in answer.text


def test_the_journal_is_json_for_programs(client: FlaskClient, talks: Corpus, ids: tuple[str, ...]) -> None:
    talks.editing.undo(talks.editing.merge(ids[0], ids[1], by="Eva").id, by="Olaf", why="no")
    talks.editing.hide(ids[2])
    found = client.get("/topic-edits?format=json").get_json()
    TopicEditsAnswer.model_validate(found)
    hid, merged = found["edits"]
    assert (hid["action"], hid["holds"], hid["undone"], hid["lost"]) == ("hide", True, None, None)
    assert (merged["topic"]["id"], merged["other"]["id"], merged["holds"]) == (ids[0], ids[1], False)
    assert (merged["undone"]["who"], merged["undone"]["why"]) == ("Olaf", "no")
    assert found["hidden"] == [{"id": ids[2], "name": named(talks, ids[2])}]


def test_forms_are_not_shown_to_those_who_may_not_send_them(client: FlaskClient, ids: tuple[str, ...]) -> None:
    assert 'id="members"' in client.get(f"/topics/{ids[0]}").text
    for address in (f"/topics/{ids[0]}", "/topic-edits"):
        page = client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).text
        assert 'method="post"' not in page
        assert 'type="checkbox"' not in page
    for address in (f"/topics/{ids[0]}/name", "/topic-edits/1/undo"):
        answer = client.post(address, data={"name": "x"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert answer.status_code == 403


@pytest.mark.parametrize("state", ["fresh", "edited", "refused", "empty"])
def test_the_pages_have_no_id_twice_and_a_label_for_every_field(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...], state: str
) -> None:
    address = f"/topics/{ids[0]}"
    if state == "edited":
        address += f"?done={talks.editing.rename(ids[0], 'Pipes').id}"
    if state == "empty":
        talks.editing.move(statements(talks, ids[0]), None)
    topic = client.post(f"{address}/name", data={}).text if state == "refused" else client.get(address).text
    for page in (topic, client.get("/topic-edits").text):
        found = re.findall(r'\sid="([^"]+)"', page)
        assert len(found) == len(set(found))
        for field in re.findall(r"<(?:input|select)\b[^>]*>", page):
            own = re.search(r'\sid="([^"]+)"', field)
            assert own is None or own[1] in re.findall(r'\sfor="([^"]+)"', page), field
    assert "No statement is on this topic now" in topic or state != "empty"


# Links -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["application/json", PAGE["Accept"]])
def test_links_to_merged_topics_and_old_names_lead_on_with_all_else_they_ask_for(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...], accept: str
) -> None:
    first, second, third = ids
    talks.editing.rename(first, "Pipes")
    talks.editing.merge(second, third)
    talks.editing.merge(first, second)
    headers = {"Accept": accept}
    for old in (second, third):
        answer = client.get(f"/topics/{old}?format=json", headers=headers)
        assert (answer.status_code, answer.location) == (308, f"/topics/{first}?format=json")
        assert answer.headers["Cache-Control"] == "no-cache"
        query = {"topic": old, "first": "velde", "include": ["unsure", "reported"], "limit": 3}
        for path in ("/compare", "/embed/compare"):
            answer = client.get(path, query_string=query, headers=headers)
            assert answer.status_code == 308
            assert answer.location == f"{path}?topic={first}&first=velde&include=unsure&include=reported&limit=3"
    for current in (first, "Pipes", "pipes", "the price of gas"):
        assert client.get("/compare", query_string={"topic": current}, headers=headers).status_code == 200
    assert client.get("/", query_string={"topic": second}).status_code == 200  # looks for words


def test_an_old_name_redirects(client: FlaskClient, talks: Corpus, ids: tuple[str, ...]) -> None:
    talks.editing.rename(ids[0], "Pipes & tubes")
    talks.editing.rename(ids[0], "Gas")
    answer = client.get("/topics/pipes%20%26%20tubes")
    assert (answer.status_code, answer.location) == (308, f"/topics/{ids[0]}")
    answer = client.get("/oembed", query_string={"url": "http://localhost/compare?topic=Pipes %26 tubes"})
    assert answer.status_code == 200
    assert f"topic={ids[0]}" in answer.get_json()["html"]


def test_a_parameter_cannot_turn_a_redirect_elsewhere(client: FlaskClient, talks: Corpus, ids: tuple[str, ...]) -> None:
    talks.editing.merge(ids[0], ids[1])
    answer = client.get(f"/compare?topic={ids[1]}&_external=1&_scheme=x&_anchor=y&topic_id=z")
    assert answer.location == f"/compare?topic={ids[0]}&_external=1&_scheme=x&_anchor=y&topic_id=z"


def test_a_vanished_topic_is_gone_and_the_nearest_are_offered(
    client: FlaskClient, talks: Corpus, ids: tuple[str, ...]
) -> None:
    talks.editing.split(ids[0], statements(talks, ids[0])[:2], f"{named(talks, ids[0])} again")
    vanish(talks, ids[0])
    for address in (f"/topics/{ids[0]}", f"/compare?topic={ids[0]}", f"/embed/compare?topic={ids[0]}"):
        assert client.get(address).status_code == 410
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == 410
        if not address.startswith("/embed"):
            ErrorAnswer.model_validate(answer.get_json())
            error = answer.get_json()["error"]
            assert error["code"] == "gone"
            assert f"{ids[0]}-again" in error["nearest"]
    page = client.get(f"/compare?topic={ids[0]}").text
    assert f'<a href="/topics/{ids[0]}-again">' in page


# Commands ----------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(talks: Corpus, monkeypatch: pytest.MonkeyPatch, models_at_hand: None) -> Run:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{place(talks)}")
    return lambda *arguments: CliRunner().invoke(commands, list(arguments))


def test_commands_edit_topics_and_undo_it(run: Run, talks: Corpus, ids: tuple[str, ...]) -> None:
    first, second, third = ids
    some = statements(talks, first)[:2]
    printed = some[0].replace("-", ":", 1)
    for arguments, said in (
        (("rename-topic", first, "Pipes", "--why", "shorter"), "to “Pipes”. To undo it: counterpose undo-topic-edit 1"),
        (("split-topic", "Pipes", "Winter", "--statement", printed, "--statement", some[1]), "Its id is winter."),
        (("move-statement", some[0], "--to", second), "moved 1 statement from “Winter”"),
        (("move-statement", some[0], "--out"), "took 1 statement out of"),
        (("merge-topics", second, third), "merged"),
        (("lock-topic", "Pipes"), "locked “Pipes”"),
        (("lock-topic", "Pipes", "--unlock"), "unlocked “Pipes”"),
        (("hide-topic", "Pipes"), "hid “Pipes”"),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert said in result.stdout
    listed = run("topic-edits").stdout
    assert "(shorter)" in listed
    assert f"hidden: Pipes ({first})" in listed
    assert "hid “Pipes”" in listed.splitlines()[0]
    assert "Undone" in run("undo-topic-edit", "8").stdout
    assert "undone by" in run("topic-edits").stdout
    found = json.loads(run("topic-edits", "--json").stdout)
    TopicEditsAnswer.model_validate(found)
    assert len(found["edits"]) == 8


def test_commands_refuse_with_a_remedy(run: Run, ids: tuple[str, ...]) -> None:
    assert run("move-statement", "x-1-2").exit_code == 2
    for arguments in (("rename-topic", ids[0], " "), ("merge-topics", ids[0], ids[0]), ("undo-topic-edit", "7")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "error:" in result.stderr
        assert "remedy:" in result.stderr


def test_the_command_line_follows_old_names_and_says_so(run: Run, talks: Corpus, ids: tuple[str, ...]) -> None:
    talks.editing.merge(ids[0], ids[1])
    result = run("compare", "--topic", ids[1])
    assert result.exit_code == 0, result.output
    assert f"“{ids[1]}” is now the topic “{named(talks, ids[0])}” ({ids[0]})." in result.stderr
    assert f"Topic: {named(talks, ids[0])}" in result.stdout
    vanish(talks, ids[0])
    result = run("compare", "--topic", ids[0])
    assert result.exit_code == 1
    assert "is no more" in result.stderr


def test_the_documentation_names_every_command_that_edits_topics() -> None:
    text = (Path(__file__).parents[1] / "docs" / "topics.md").read_text()
    own = [name for name, each in commands.commands.items() if each.callback.__module__.endswith(".editing")]  # type: ignore[union-attr]
    assert len(own) == 8
    for name in own:
        assert f"`counterpose {name}" in text


# In a browser ------------------------------------------------------------------------------------------------


def test_a_person_renames_splits_merges_and_undoes(
    page: Page, serve: Callable[[Flask], str], talks: Corpus, ids: tuple[str, ...]
) -> None:
    site = serve(create_app(Config(), talks))
    page.goto(f"{site}/topics/{ids[0]}")
    assert not page.locator(".mark").first.is_visible()
    page.get_by_text("Edit this topic").click()
    page.get_by_text("Rename", exact=True).first.click()
    page.get_by_label("Name", exact=True).fill("Pipes")
    page.locator("#why-name").fill("what people call it")
    page.locator("#by-name").fill("Eva")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", level=1, name="Pipes").wait_for()
    page.get_by_text("Edit this topic").click()
    page.get_by_text("Split or move").click()
    assert page.locator("#by-members").input_value() == "Eva", "who edits is asked once"
    page.locator(".mark input").first.check()
    page.get_by_label("Name of a new topic").fill("Winter")
    page.get_by_role("button", name="Split off").click()
    page.get_by_role("link", name="See “Winter”").click()
    page.get_by_role("heading", level=1, name="Winter").wait_for()
    page.get_by_text("Edit this topic").click()
    page.get_by_text("Merge: another topic").click()
    page.get_by_label("The other topic").select_option(ids[0])
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("status").get_by_text("merged “Pipes” into “Winter”").wait_for()
    page.goto(f"{site}/topics/{ids[0]}")
    assert page.url.endswith("/topics/winter")
    page.goto(f"{site}/topic-edits")
    page.locator("#e3 summary").click()
    page.locator("#e3").get_by_role("button", name="Undo").click()
    page.wait_for_url("**/topic-edits#e3")
    page.goto(f"{site}/topics/{ids[0]}")
    assert page.url.endswith(f"/topics/{ids[0]}")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (f"/topics/{ids[0]}", "/topic-edits"):
            page.goto(f"{site}{address}")
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
