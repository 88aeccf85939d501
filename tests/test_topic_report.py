"""What a write changed of the topics is said with their names and why, where it happened and afterwards."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.readers import Source
from service.topics.report import lines, report, short

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.corpus import Corpus

MORE = b"MINISTER OKORO:  The pipeline for gas shall be built before the next winter.\n"


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    return topics_corpus


@pytest.fixture
def client(talks: Corpus) -> FlaskClient:
    client = create_app(Config(), talks).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


def test_a_report_names_what_moved_began_ended_and_was_renamed() -> None:
    topics = {
        "moved": 7,
        "flows": [["gas", "ice", 4], [None, "gas", 1], ["gas", None, 1]],
        "begun": ["ice"],
        "ended": ["oil"],
        "joined": {"gas": 2},
        "left": {"oil": 3},
        "renamed": {"gas": "Fuel"},
        "names": {"gas": "Gas", "ice": "Ice", "oil": "Oil"},
        "anew": True,
    }
    assert list(lines(topics)) == [
        "4 statements of “Fuel” went to “Ice”",
        "1 statement that stood in no topic went to “Gas”",
        "1 statement of “Fuel” went to no topic",
        "1 statement more moved",
        "“Ice” began",
        "“Oil” ended: no statement is left in it",
        "“Gas” was called “Fuel” before",
        "2 statements joined “Gas”",
        "3 statements left “Oil”",
    ]
    assert short(topics) == (
        "Topics: 2 statements joined 1 topic; 3 statements left 1 topic; 1 topic began; 1 topic ended; "
        "7 statements moved to another topic; 1 topic got another name."
    )


def test_a_report_written_before_topics_were_named_still_says_how_many() -> None:
    topics = {"moved": 2, "joined": {}, "begun": [], "ended": ["oil"], "which": []}
    assert short(topics) == "Topics: 1 topic ended; 2 statements moved to another topic."
    assert list(lines(topics)) == []


def test_the_list_of_topics_says_what_changed_last(client: FlaskClient, talks: Corpus) -> None:
    name = talks.topic("pipeline").row.name
    talks.add(Source("more.txt", MORE))
    for address in ("/", "/topics"):
        page = unescape(client.get(address).text)
        assert "Topics: 1 statement joined 1 topic." in page
        assert f"<li>1 statement joined “{name}”</li>" in page
        assert "no other statement moved" in page


def test_removing_a_document_says_what_it_took_from_the_topics(client: FlaskClient, talks: Corpus) -> None:
    name = talks.topic("pipeline").row.name
    added = talks.add(Source("more.txt", MORE)).document
    answer = client.post(f"/documents/{added.id}/remove", data={})
    page = unescape(client.get(str(answer.location)).text)
    assert "Removed: more.txt." in page
    assert f"<li>1 statement left “{name}”</li>" in page
    first = talks.documents()[0].id
    client.post(f"/documents/{first}/remove", data={})
    changed = talks.changes()
    assert changed is not None
    assert report(changed).short.startswith("Topics: 13 statements left 3 topics; 3 topics ended")


def test_the_commands_say_it_too(talks: Corpus, monkeypatch: pytest.MonkeyPatch, models_at_hand: None) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", str(talks._config.database_url))
    (document,) = talks.documents()
    talks.editing.rename("pipeline", "Gas")
    listed = CliRunner().invoke(commands, ["topic-edits"]).stdout
    assert listed.splitlines()[1] == "  holds"
    done = CliRunner().invoke(commands, ["remove", document.id])
    assert "statements left 3 topics" in done.stdout
    assert "left “Gas”" in done.stderr


def test_one_speaker_alone_is_told_of_once_and_only_if_nobody_else_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    files = []
    for name, text in (("Adler", "The treaty must be kept."), ("Bell", "The treaty is dead."), ("Crane", "No.")):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"MS. {name.upper()}:  {text} We met many farmers in the north.\n")
        files.append(str(file))

    def told(database: str, *some: str) -> int:
        monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/{database}.sqlite")
        return CliRunner().invoke(commands, ["add", *some]).stderr.count("Only one speaker")

    assert told("all", *files) == 0
    assert told("one", files[0]) == 1
    (tmp_path / "again.txt").write_text("MS. ADLER:  The road must be built. We met many farmers in the south.\n")
    assert told("same", files[0], str(tmp_path / "again.txt")) == 1


def test_a_topic_that_there_is_not_is_refused_with_the_nearest_once(client: FlaskClient) -> None:
    name = client.get("/topics", headers={"Accept": "application/json"}).get_json()["topics"][0]["name"]
    page = unescape(client.get(f"/topics/{name}x").text)
    assert page.count("earest") + page.count("Did you mean") == 1
