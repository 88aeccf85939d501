"""What a write changed of the topics is said with their names and why, where it happened and afterwards."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from service.__main__ import commands
from service.app import create_app
from service.commands.terminal import print_changes
from service.config import Config
from service.readers import Source
from service.topics.report import lines, report, short

if TYPE_CHECKING:
    from collections.abc import Callable

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
        "entered": 1,
        "dropped": 1,
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
        "5 statements moved to another topic; 1 statement that stood in no topic got one; "
        "1 statement went to no topic; 1 topic got another name."
    )


def test_two_topics_of_one_name_are_told_apart_by_their_ids() -> None:
    topics = {"moved": 9, "flows": [["road", "road-2", 9]], "begun": [], "ended": [], "joined": {}, "left": {},
              "renamed": {}, "names": {"road": "Road", "road-2": "Road"}}  # fmt: skip
    assert list(lines(topics)) == ["9 statements of “Road” (road) went to its namesake (road-2)"]


def test_the_command_prints_ten_lines_at_most_and_says_where_the_rest_is(capsys: pytest.CaptureFixture[str]) -> None:
    flows = [[f"t{n}", f"u{n}", 30 - n] for n in range(30)]
    topics = {"moved": 465, "flows": flows, "begun": [], "ended": [], "joined": {}, "left": {}, "renamed": {},
              "names": {}, "anew": True}  # fmt: skip
    print_changes("add", topics)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 11  # why, and ten
    assert "30 statements of “t0”" in said[1]
    assert said[-1].strip() == "and 21 lines more: the list of topics in the browser (/topics) has them all"


def test_a_label_left_apart_names_who_it_may_be_and_the_command_that_makes_them_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, empty_at: Callable[[Path], str]
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / "counterpose.sqlite"))
    said = ""
    for office in ("VICE PRESIDENT BIDEN", "PRESIDENT BIDEN"):
        file = tmp_path / f"{office}.txt"
        file.write_text(f"{office}:  The bridge must be built this year.\n\nMS. ROWE:  {office} is wrong about it.\n")
        said = CliRunner().invoke(commands, ["add", str(file)]).stderr
    (line,) = [one for one in said.splitlines() if "left apart" in one]
    assert " may be Vice President Biden (" in line
    command = line.split("If so: counterpose ")[1].split()
    assert CliRunner().invoke(commands, command).exit_code == 0


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, empty_at: Callable[[Path], str]
) -> None:
    files = []
    for name, text in (("Adler", "The treaty must be kept."), ("Bell", "The treaty is dead."), ("Crane", "No.")):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"MS. {name.upper()}:  {text} We met many farmers in the north.\n")
        files.append(str(file))

    def told(database: str, *some: str) -> int:
        monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / f"{database}.sqlite"))
        return CliRunner().invoke(commands, ["add", *some]).stderr.count("Only one speaker")

    assert told("all", *files) == 0
    assert told("one", files[0]) == 1
    (tmp_path / "again.txt").write_text("MS. ADLER:  The road must be built. We met many farmers in the south.\n")
    assert told("same", files[0], str(tmp_path / "again.txt")) == 1


def test_a_topic_that_there_is_not_is_refused_with_the_nearest_once(client: FlaskClient) -> None:
    name = client.get("/topics", headers={"Accept": "application/json"}).get_json()["topics"][0]["name"]
    page = unescape(client.get(f"/topics/{name}x").text)
    assert page.count("earest") + page.count("Did you mean") == 1
