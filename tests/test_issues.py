"""The user's own issues: which statements belong to them, how a list is read, and that it comes before found topics."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from models.issue import LEAST, Issue, claimed
from models.topic import Origin
from service.app import create_app
from service.config import Config
from service.errors import CounterposeError, Forbidden
from service.lookup import folded
from service.readers import Source
from service.topics.issue_file import MOST, as_csv, read_issues
from service.topics.issue_list import Fate

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from models.embedding import Embedder
    from service.corpus import Corpus

ROAD = Issue("Widening the road", "Whether the road through the valley gets a second lane.")
TREES = Issue("Lime trees", None, "The old trees beside the road have to be felled.")
MOON = Issue("Colonies on the moon")


# Which statements belong to an issue


def unit(*angles: float) -> np.ndarray:
    radians = np.radians(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_a_statement_belongs_to_the_nearest_issue_that_is_near_enough() -> None:
    far = float(np.degrees(np.arccos(LEAST[0])))
    statements = unit(0, 50, 90, 90 + far + 2)
    assert claimed(statements, [unit(0), unit(90)]).tolist() == [0, 1, 1, -1]


def test_the_first_of_two_issues_equally_near_has_it() -> None:
    assert claimed(unit(10), [unit(0), unit(0)]).tolist() == [0]


def test_the_more_is_said_of_an_issue_the_nearer_a_statement_has_to_be() -> None:
    between = float(np.degrees(np.arccos((LEAST[0] + LEAST[2]) / 2)))
    assert claimed(unit(between), [unit(0)]).tolist() == [0]
    assert claimed(unit(between), [unit(0, 0, 0)]).tolist() == [-1]


def test_an_issue_that_is_too_far_does_not_stand_in_the_way_of_a_farther_one_that_is_near_enough() -> None:
    between = float(np.degrees(np.arccos((LEAST[0] + LEAST[2]) / 2)))
    assert claimed(unit(between), [unit(0, 0, 0), unit(2 * between + 0.5)]).tolist() == [1]


def test_without_issues_or_statements_nothing_is_claimed() -> None:
    assert claimed(unit(0, 1), []).tolist() == [-1, -1]
    assert claimed(np.zeros((0, 2), np.float32), [unit(0)]).tolist() == []


@pytest.mark.corpus
def test_arguments_go_to_the_issues_they_were_made_on_and_others_to_none(shared: Path, embedder: Embedder) -> None:
    import csv

    listed = {
        "We should legalize cannabis": Issue("Cannabis", "Whether marijuana should be legal."),
        "We should introduce compulsory voting": Issue("Compulsory voting", "Obliging citizens to vote."),
    }
    topics = [*listed, "We should subsidize space exploration", "Homeschooling should be banned"]
    with (shared / "data" / "argkp2021" / "ArgKP-2021_dataset.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted({(row["topic"], row["argument"]) for row in csv.DictReader(file)})
    chosen = [(topic, text) for wanted in topics for topic, text in [row for row in rows if row[0] == wanted][:30]]
    owners = claimed(
        embedder.embed([text for _, text in chosen]), [embedder.embed(one.texts) for one in listed.values()]
    )
    right = [list(listed).index(topic) if topic in listed else -1 for topic, _ in chosen]
    assert np.mean(owners == np.array(right)) >= 0.9


# Reading a list


def read(text: str, name: str = "mine.txt") -> tuple[Issue, ...]:
    return read_issues(Source(name, text.encode()))


def test_a_list_is_a_name_a_line_with_what_it_is_about_after_a_colon() -> None:
    assert read("# mine\n\nClimate: warming and what it costs\n  Ratio 3:1 \nTrade:\n") == (
        Issue("Climate", "warming and what it costs"),
        Issue("Ratio 3:1"),
        Issue("Trade"),
    )


@pytest.mark.parametrize(
    "text",
    [
        'name,description,example\nClimate,"warming, and so on",It burns.\nTrade,,\n',
        "\ufeffExample;Name;Description\nIt burns.;Climate;warming, and so on\n;Trade;\n",
        '[{"name": "Climate", "description": "warming, and so on", "example": "It burns."}, {"name": "Trade"}]',
    ],
)
def test_a_list_can_be_a_table_or_json(text: str) -> None:
    assert read(text) == (Issue("Climate", "warming, and so on", "It burns."), Issue("Trade"))


def test_a_table_may_have_names_alone_and_cells_of_several_lines() -> None:
    assert read("name\nClimate\nTrade\n") == (Issue("Climate"), Issue("Trade"))
    assert read('name,description\nClimate,"warming\n  and more"\n') == (Issue("Climate", "warming and more"),)


BAD = {
    "Climate\n\nTrade\nCLIMÁTE\n": "line 1 and again in line 4",
    'name,description\nClimate,"a\nb"\nTrade,\nclimate,\n': "line 2 and again in line 5",
    '[{"name": "A"},\n {"name": "B"},\n {"name": "a"}]': "line 1 and again in line 3",
    "name,description\nClimate,x\n,y\n": "without a name in line 3",
    '[{"name": "A"},\n{"description": "b"}]': "without a name in line 2",
    ": about nothing": "without a name in line 1",
    "name,describtion\nClimate,x\n": "column “describtion” in line 1",
    '[\n{"name": "A", "colour": "red"}]': "column “colour” in line 2",
    '[\n{"name": 3}]': "the name in line 2 is not text",
    '[\n{"name": "A"},\n"B"]': "in line 3",
    '[\n{"name": "A",}]': "not JSON: .* in line 2",
    '{"name": "A"}': "not a list",
    "[" * 100_000: "nested too deeply",
    "name,description\nClimate\n": "1 cells in line 2",
    'name,description\n"Climate\n': "not CSV: .* in line 2",
    "name,name\na,b\n": "twice in line 1",
    "Climate\n" + "x" * 201: "the name in line 2 is longer than 200",
    "# nothing\n": "names no issue",
    "": "is empty",
    "name\n": "names no issue",
    "[]": "names no issue",
    "a\0b": "in line 1",
    '[\n{"name": "a\\u0000"}]': "the name in line 2 holds a character",
    '[\n{"name": "\\ud800"}]': "the name in line 2 holds a character",
    "\n".join(f"Issue {number}" for number in range(MOST + 1)): f"more than {MOST}",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_is_wrong_with_a_list_is_said_with_its_line_and_what_to_do(text: str) -> None:
    with pytest.raises(CounterposeError, match=BAD[text]) as error:
        read(text)
    assert error.value.remedy


def test_a_misspelt_column_is_recognised() -> None:
    with pytest.raises(CounterposeError) as error:
        read("name,describtion\nClimate,x\n")
    assert error.value.nearest == ("description",)


def test_a_column_that_is_like_none_is_not_taken_for_one() -> None:
    for column in ("Topic", "priority", "id", "note"):
        with pytest.raises(CounterposeError, match=f"“{column.casefold()}” in line 1") as error:
            read(f"name,{column}\nClimate,x\n")
        assert error.value.nearest == ()


def test_an_empty_list_is_not_taken_for_an_empty_transcript() -> None:
    for text in ("", "  \n"):
        with pytest.raises(CounterposeError, match="is empty") as error:
            read(text)
        assert "issue a line" in error.value.remedy


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(CounterposeError):
        read_issues(Source("mine.csv", bytes(range(256)) * 20))


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_a_list_written_as_a_table_reads_back_the_same(rows: list[tuple[str, str, str]]) -> None:
    names = {folded(name) for name, _, _ in rows}
    assume(all(names) and len(names) == len(rows))
    issues = [Issue(*(" ".join(cell.split()) or None for cell in row)) for row in rows]  # type: ignore[arg-type]
    assert read(as_csv(issues)) == tuple(issues)


# A list over what was said


@pytest.fixture
def own(council_corpus_factory: Callable[..., Corpus]) -> Corpus:
    return council_corpus_factory()


def names(corpus: Corpus) -> list[str]:
    return [row.name for row in corpus.topics()]


def test_issues_come_first_and_take_what_is_theirs_from_the_topics_found(own: Corpus) -> None:
    own.set_issues([MOON, ROAD, TREES], by="me")
    assert names(own)[:3] == ["Colonies on the moon", "Widening the road", "Lime trees"]
    said = {row.name: {quote.text for quote in own.topic(row.id).quotes} for row in own.issues()}
    assert "The road through the valley must be widened this year." in said["Widening the road"]
    assert "The old lime trees beside the road must never be felled." in said["Lime trees"]
    assert said["Colonies on the moon"] == set()
    held = [quote.id for row in own.topics() for quote in own.topic(row.id).quotes]
    assert len(held) == len(set(held))
    assert all(row.settings.origin is Origin.FOUND for row in own.topics()[3:])


def test_an_issue_without_statements_stays_listed_and_can_be_compared_on(own: Corpus) -> None:
    own.set_issues([MOON])
    (row,) = own.issues()
    assert (row.statements, row.speakers, row.id) == (0, (), "colonies-on-the-moon")
    found = own.compare(topic=row.id)
    assert (found.pairs, found.topic and found.topic.id) == ((), row.id)


def test_removing_the_list_brings_the_topics_back(own: Corpus) -> None:
    before = own.topics()
    own.set_issues([ROAD, TREES])
    assert own.topics() != before
    own.set_issues([])
    assert {(row.name, row.statements) for row in own.topics()} == {(row.name, row.statements) for row in before}
    assert own.issues() == ()


def test_an_issue_keeps_its_id_by_its_name_and_has_it_again_when_it_comes_back(own: Corpus) -> None:
    own.set_issues([ROAD, TREES])
    first = {row.name: row.id for row in own.issues()}
    own.set_issues([Issue("LIME TREES", "Felling the old trees."), ROAD])
    (trees, road) = own.issues()
    assert (trees.id, trees.name, trees.settings.description) == (
        first["Lime trees"],
        "LIME TREES",
        "Felling the old trees.",
    )
    assert (trees.settings.example, trees.settings.version) == (None, 1)
    assert (road.id, road.settings.version) == (first["Widening the road"], 0)
    client = create_app(Config(), own).test_client()
    own.set_issues([ROAD])
    assert client.get(f"/topics/{first['Lime trees']}").status_code == 410
    own.set_issues([TREES])
    assert [row.id for row in own.issues()] == [first["Lime trees"]]
    assert client.get(f"/topics/{first['Lime trees']}").status_code == 200
    assert client.get(f"/topics/{first['Widening the road']}").status_code == 410


def test_the_preview_says_what_would_change_and_changes_nothing(own: Corpus) -> None:
    own.set_issues([ROAD, TREES])
    revision = own.revision
    change = own.preview_issues([MOON, Issue("Lime trees"), ROAD])
    assert [(one.issue.name, one.fate) for one in change.prospects] == [
        ("Colonies on the moon", Fate.NEW),
        ("Lime trees", Fate.CHANGED),
        ("Widening the road", Fate.KEPT),
    ]
    assert own.revision == revision
    own.set_issues([MOON, Issue("Lime trees"), ROAD])
    assert [row.statements for row in own.issues()] == [one.statements for one in change.prospects]
    gone = own.preview_issues([]).prospects
    assert {one.fate for one in gone} == {Fate.DROPPED}
    assert len(gone) == 3


def test_every_change_is_in_the_audit_and_the_same_list_again_is_none(own: Corpus) -> None:
    own.set_issues([ROAD], by="me")
    own.set_issues([TREES], by="you")
    revision = own.revision
    own.set_issues([TREES], by="nobody")
    assert own.revision == revision
    rows = [row for row in own.audit() if row.action == "set-issues"]
    assert [(row.who, row.detail["new"], row.detail["dropped"]) for row in rows] == [
        ("me", ["Widening the road"], []),
        ("you", ["Lime trees"], ["Widening the road"]),
    ]


def test_what_is_added_later_goes_to_its_issue(own: Corpus) -> None:
    own.set_issues([MOON])
    own.add(Source("moon.txt", b"DR. VEGA:  We must build a colony of settlers on the moon before the century ends."))
    (row,) = own.issues()
    assert [(who.name, number) for who, number in row.speakers] == [("Dr. Vega", 1)]


def test_the_same_list_gives_the_same_topics_whatever_was_there_before(
    council_corpus_factory: Callable[..., Corpus],
) -> None:
    one, other = council_corpus_factory(), council_corpus_factory()
    other.set_issues([TREES, MOON])
    for each in (one, other):
        each.set_issues([MOON, ROAD])
    assert [(row.id, row.statements) for row in one.issues()] == [(row.id, row.statements) for row in other.issues()]


def test_a_read_only_corpus_refuses_a_list(council_corpus: Corpus, config_factory: Callable[..., object]) -> None:
    from service.corpus import Corpus

    frozen = Corpus(
        council_corpus._store,
        council_corpus._scoring._embedder,
        council_corpus._scoring._classifier,
        config_factory(read_only=True),  # type: ignore[arg-type]
    )
    with pytest.raises(Forbidden):
        frozen.set_issues([ROAD])


# Pages, program, command line


@pytest.fixture
def client(own: Corpus) -> FlaskClient:
    from service.app import create_app
    from service.config import Config

    client = create_app(Config(), own).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


LIST = "Widening the road: whether the road gets a second lane\nColonies on the moon\n"


def test_a_list_is_previewed_before_it_is_saved(client: FlaskClient, own: Corpus) -> None:
    preview = client.post("/issues", data={"text": LIST, "by": "me"}).text
    assert "Nothing has been stored yet" in preview
    assert ">none<" in preview
    assert own.issues() == ()
    answer = client.post("/issues/save", data={"text": LIST, "by": "me"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/issues?saved=1")
    page = client.get("/issues").text
    assert "name,description,example\nWidening the road,whether the road gets a second lane," in page
    front = client.get("/").text
    assert front.index("From your list") < front.index("Widening the road") < front.index("Colonies on the moon")
    assert "Nothing was said on it." in client.get("/topics/colonies-on-the-moon").text


def test_a_file_takes_the_place_of_the_text_and_is_carried_on_as_text(client: FlaskClient) -> None:
    file = (io.BytesIO(b"name,example\nLime trees,They must be felled.\n"), "mine.csv")
    preview = client.post("/issues", data={"text": "Something else", "file": file}).text
    assert "name,example\nLime trees,They must be felled." in preview
    assert "Something else" not in preview
    assert "mine.csv" in preview


def test_a_refused_list_is_shown_again_with_what_is_wrong_and_stores_nothing(client: FlaskClient, own: Corpus) -> None:
    for address in ("/issues", "/issues/save"):
        answer = client.post(address, data={"text": "Road\n<b>Trees\nROAD\n", "by": "me"})
        assert answer.status_code == 400
        assert "line 1 and again in line 3" in answer.text
        assert "Road\n&lt;b&gt;Trees\nROAD" in answer.text
    assert own.issues() == ()


def test_the_list_is_removed_in_two_steps(client: FlaskClient, own: Corpus) -> None:
    own.set_issues([ROAD])
    preview = client.post("/issues", data={"text": "whatever", "clear": "1"}).text
    assert "The list would go" in preview
    assert 'name="clear"' in preview
    assert len(own.issues()) == 1
    client.post("/issues/save", data={"clear": "1"})
    assert own.issues() == ()


def test_programs_get_the_list_as_json(client: FlaskClient, own: Corpus) -> None:
    own.set_issues([TREES, MOON])
    found = client.get("/issues?format=json").get_json()["issues"]
    assert [(one["id"], one["name"], one["description"], one["example"]) for one in found] == [
        ("lime-trees", TREES.name, None, TREES.example),
        ("colonies-on-the-moon", MOON.name, None, None),
    ]
    assert found[0]["statements"] == 2
    assert found[1]["speakers"] == []


def test_nobody_elsewhere_may_change_the_list(client: FlaskClient, own: Corpus) -> None:
    for address in ("/issues", "/issues/form", "/issues/save"):
        assert client.post(address, data={"text": LIST}, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    elsewhere = client.get("/issues", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert (elsewhere.status_code, '<form action="/issues"' in elsewhere.text) == (200, False)
    assert own.issues() == ()


def test_the_command_sets_lists_and_clears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, council: Path
) -> None:
    from service.__main__ import commands

    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/a.sqlite")
    (tmp_path / "mine.json").write_text(json.dumps([{"name": "Lime trees"}, {"name": "Colonies on the moon"}]))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(commands, list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    run("add", str(council))
    printed = run("issues", str(tmp_path / "mine.json"))
    assert printed.splitlines()[-1] == "  Colonies on the moon: nothing was said on it"
    assert [one["name"] for one in json.loads(run("issues", "--json"))["issues"]] == [
        "Lime trees",
        "Colonies on the moon",
    ]
    (tmp_path / "bad.txt").write_text("A\nB\na\n")
    refused = CliRunner().invoke(commands, ["issues", str(tmp_path / "bad.txt")])
    assert (refused.exit_code, "line 1 and again in line 3" in refused.stderr) == (1, True)
    assert run("issues", "--clear") == "Topics: 2 topics ended.\n"
    assert json.loads(run("issues", "--json"))["issues"] == []
    assert CliRunner().invoke(commands, ["issues", "x", "--clear"]).exit_code == 2
