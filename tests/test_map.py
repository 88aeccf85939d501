"""The map: every cell says what its comparison shows, what was not judged says so, and silence says what was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from models.nomination import NOMINEES
from models.standing import Standing
from service.__main__ import commands
from service.app import create_app
from service.budget import PAGE, Budget
from service.config import Config
from service.corpus import Corpus
from service.errors import BadValue, NotFound
from service.positions import mapping
from service.readers import Source
from service.schema.map import MapAnswer, MapQuery
from service.store.store import Store
from service.web import charting

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from models.embedding import Embedder
    from models.relation import RelationClassifier
    from service.positions.mapping import TopicMap

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
TALKS = """MS. OKORO (Upland):  The dam on the river must be built this year. The dam gives light to our villages.

MR. VELDE (Lowland):  The dam on the river must never be built. The dam takes the water away from our farmers.

MR. BERG (Upland):  The dam on the river must be built, and quickly. The border road stays closed to heavy lorries.
"""


@pytest.fixture(scope="module")
def talks(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """Three speakers of two delegations. Read it, do not write to it."""
    corpus = corpus_factory()
    corpus.add(Source("talks.txt", TALKS.encode()))
    return corpus


@pytest.fixture(scope="module")
def client(council_corpus: Corpus) -> FlaskClient:
    return create_app(Config(), council_corpus).test_client()


def standings(found: TopicMap) -> list[Standing]:
    return [cell.standing for row in found.rows for cell in row.cells]


def assert_cells_are_their_comparisons(corpus: Corpus, found: TopicMap) -> None:
    checked = 0
    for row in found.rows:
        for (first, second), cell in zip(found.pairs, row.cells, strict=True):
            if cell.standing is Standing.UNJUDGED:
                continue
            shown = corpus.compare(first.who.id, second.who.id, row.id, limit=100)
            relations = [pair.relation.value for pair in shown.pairs]
            assert (cell.opposing, cell.agreeing) == (relations.count("opposes"), relations.count("agrees")), row.name
            assert (cell.first, cell.second) == (shown.first_searched, shown.second_searched), row.name
            checked += 1
    assert checked


# What a cell says --------------------------------------------------------------------------------------------


def test_a_judged_cell_counts_what_its_comparison_shows(council_corpus: Corpus) -> None:
    found = council_corpus.map()
    assert found.unjudged == 0
    assert Standing.OPPOSED in standings(found)
    assert_cells_are_their_comparisons(council_corpus, found)


def test_on_the_stockholm_remarks_every_cell_agrees_with_its_comparison(stockholm_corpus: Corpus) -> None:
    found = stockholm_corpus.map()
    assert [side.who.id for side in found.sides] == ["lavrov", "blinken"]
    assert {Standing.OPPOSED, Standing.SILENT} <= set(standings(found))
    assert_cells_are_their_comparisons(stockholm_corpus, found)


def test_the_sample_has_a_map(corpus: Corpus) -> None:
    corpus.add_sample()
    found = corpus.map()
    assert found.rows
    assert Standing.UNJUDGED not in standings(found)


def test_a_silent_cell_says_how_much_was_searched(stockholm_corpus: Corpus) -> None:
    client = create_app(Config(), stockholm_corpus).test_client()
    answer = MapAnswer.model_validate(client.get("/map").json)
    totals = {side.id: side.searched for side in answer.sides}
    assert totals["blinken"].statements > 5
    assert totals["blinken"].words > 100
    silent = [cell for topic in answer.topics for cell in topic.cells if cell.standing == "silent"]
    assert silent
    assert all(0 in (cell.searched.first.statements, cell.searched.second.statements) for cell in silent)
    page = client.get("/map", headers=BROWSER).text
    assert (
        f"none of Secretary Blinken’s {totals['blinken'].statements} statements, {totals['blinken'].words:,} words"
        in page
    )


def test_topics_stand_largest_first(stockholm_corpus: Corpus) -> None:
    sizes = [row.statements for row in stockholm_corpus.map(budget=Budget(0)).rows]
    assert sizes == sorted(sizes, reverse=True)


# Judging -----------------------------------------------------------------------------------------------------


def test_nothing_is_judged_beyond_the_budget_and_the_next_map_goes_on(
    council_corpus_factory: Callable[..., Corpus],
) -> None:
    corpus = council_corpus_factory()
    assert set(standings(corpus.map(budget=Budget(0)))) <= {Standing.UNJUDGED, Standing.SILENT}
    waiting = [corpus.map(budget=Budget(budget)).unjudged for budget in (0, 12, 12, 12, 12)]
    assert waiting[0] > waiting[1] >= waiting[2]
    assert waiting == sorted(waiting, reverse=True)
    told: list[tuple[int, int]] = []
    corpus.judge_map(progress=lambda done, total: told.append((done, total)))
    found = corpus.map(budget=Budget(0))
    assert found.unjudged == 0
    assert told[-1] == (len(standings(found)),) * 2


def test_any_cell_fits_into_the_budget() -> None:
    assert PAGE >= NOMINEES


def test_where_the_database_is_read_only_judging_goes_on_in_memory(
    tmp_path: Path, embedder: Embedder, classifier: RelationClassifier, council: Path
) -> None:
    config = Config(database_url=f"sqlite:///{tmp_path}/counterpose.sqlite")
    writable = Corpus(Store(config.resolved_database_url()), embedder, classifier, config)
    writable.add(Source(council.name, council.read_bytes()))
    writable.close()
    (tmp_path / "counterpose.sqlite").chmod(0o444)
    frozen = Corpus(
        Store(f"sqlite:///file:{tmp_path}/counterpose.sqlite?mode=ro&uri=true"), embedder, classifier, config
    )
    before = frozen.map(budget=Budget(0)).unjudged
    frozen.map()
    assert frozen.map(budget=Budget(0)).unjudged < before
    assert_cells_are_their_comparisons(frozen, frozen.map())


# Who stands side by side -------------------------------------------------------------------------------------


def test_the_columns_are_all_pairs_in_alphabetical_order(talks: Corpus) -> None:
    pairs = [(first.who.name, second.who.name) for first, second in talks.map(budget=Budget(0)).pairs]
    assert pairs == [("Mr. Berg", "Mr. Velde"), ("Mr. Berg", "Ms. Okoro"), ("Mr. Velde", "Ms. Okoro")]


def test_of_one_speaker_chosen_the_pairs_with_all_others_are_shown(talks: Corpus) -> None:
    pairs = [(first.who.id, second.who.id) for first, second in talks.map(speakers=["velde"], budget=Budget(0)).pairs]
    assert pairs == [("berg", "velde"), ("velde", "okoro")]


def test_only_the_speakers_chosen_stand_in_the_map(talks: Corpus) -> None:
    found = talks.map(speakers=["Okoro", "Velde"], budget=Budget(0))
    assert [side.who.id for side in found.sides] == ["velde", "okoro"]


def test_those_who_speak_for_one_delegation_stand_together(talks: Corpus) -> None:
    found = talks.map(by="delegation")
    assert [side.who.name for side in found.sides] == ["Lowland", "Upland"]
    assert sum(row.statements for row in found.rows) > 0
    assert_cells_are_their_comparisons(talks, found)
    chosen = talks.map(delegations=["upland", "LOWLAND"], budget=Budget(0))
    assert [side.who.name for side in chosen.sides] == ["Lowland", "Upland"]


def test_of_a_delegation_its_speakers_are_shown_one_by_one_when_asked(talks: Corpus) -> None:
    found = talks.map(delegations=["Upland"], by="speaker", budget=Budget(0))
    assert [side.who.id for side in found.sides] == ["berg", "okoro"]


def test_a_delegation_is_compared_as_one_side(talks: Corpus) -> None:
    shown = talks.compare("Upland", "velde", "dam")
    assert (shown.first.id, shown.first.name) == ("delegation:upland", "Upland")
    assert {pair.first.speaker.id for pair in shown.pairs} <= {"okoro", "berg"}
    assert shown.pairs
    page = create_app(Config(), talks).test_client().get("/compare?first=Upland&second=velde", headers=BROWSER).text
    assert 'href="/map?delegation=delegation%3Aupland"' in page
    assert "Ms. Okoro</p>" in page


def test_nobody_stands_against_their_own_delegation(talks: Corpus) -> None:
    with pytest.raises(BadValue, match="Upland"):
        talks.compare("okoro", "Upland")
    pairs = talks.map(speakers=["okoro"], delegations=["Upland", "Lowland"], budget=Budget(0)).pairs
    names = [{first.who.name, second.who.name} for first, second in pairs]
    assert {"Ms. Okoro", "Upland"} not in names
    assert {"Ms. Okoro", "Lowland"} in names


# Limits ------------------------------------------------------------------------------------------------------


def test_dates_documents_and_words_narrow_the_map(council_corpus: Corpus) -> None:
    whole = council_corpus.map(budget=Budget(0))
    assert council_corpus.map(since="2022", budget=Budget(0)).rows == ()
    assert council_corpus.map(since="2021-12", until="2021-12-02", budget=Budget(0)).topics == whole.topics
    assert council_corpus.map(document=council_corpus.documents()[0].id, budget=Budget(0)).topics == whole.topics
    assert 0 < council_corpus.map(query="lime trees", budget=Budget(0)).topics < whole.topics


def test_topics_are_given_page_by_page(council_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "TOPICS_SHOWN", 1)
    whole = council_corpus.map(budget=Budget(0))
    assert whole.pages == whole.topics > 1
    names = [council_corpus.map(page=page, budget=Budget(0)).rows[0].id for page in range(1, whole.pages + 1)]
    assert len(set(names)) == whole.topics
    with pytest.raises(NotFound, match="no page"):
        council_corpus.map(page=whole.pages + 1, budget=Budget(0))


@pytest.mark.parametrize(
    ("asked", "status", "named"),
    [
        ("speaker=nobody", 404, "nobody"),
        ("delegation=Atlantis", 404, "Atlantis"),
        ("by=party", 400, "party"),
        ("page=0", 400, "page is “0”"),
        ("since=yesterday", 400, "yesterday"),
        ("since=2022&until=2021", 400, "lies after"),
        ("document=nothing", 404, "nothing"),
        ("format=md", 400, "md"),
    ],
)
def test_what_cannot_be_mapped_is_named_and_refused(client: FlaskClient, asked: str, status: int, named: str) -> None:
    response = client.get(f"/map?{asked}")
    assert response.status_code == status
    assert named in response.get_json()["error"]["message"]
    assert response.get_json()["error"]["remedy"]


def test_too_many_sides_are_refused_with_how_many_may_be(talks: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "MOST_SIDES", 2)
    with pytest.raises(BadValue, match="3 sides"):
        talks.map(speakers=["okoro", "velde", "berg"])


def test_an_empty_corpus_has_an_empty_map(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    assert MapAnswer.model_validate(client.get("/map").json).topics == []
    assert "A map needs two speakers" in client.get("/map", headers=BROWSER).text


# In which forms ----------------------------------------------------------------------------------------------


def test_the_map_is_json_csv_or_a_page_as_asked(client: FlaskClient) -> None:
    assert client.get("/map").mimetype == "application/json"
    assert client.get("/map", headers=BROWSER).mimetype == "text/html"
    assert client.get("/map?format=csv").mimetype == "text/csv"
    assert client.get("/map", headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert client.get("/map?speaker=&since=&by=&page=").data == client.get("/map").data


def test_csv_holds_a_row_for_every_cell(client: FlaskClient) -> None:
    answer = client.get("/map").get_json()
    rows = list(csv.DictReader(io.StringIO(client.get("/map?format=csv").data.decode("utf-8-sig"))))
    cells = [(topic["id"], cell) for topic in answer["topics"] for cell in topic["cells"]]
    assert [(row["topic"], row["standing"], row["comparison"]) for row in rows] == [
        (topic, cell["standing"], cell["comparison"]) for topic, cell in cells
    ]


def test_every_cell_leads_to_its_comparison_within_the_same_limits(client: FlaskClient) -> None:
    answer = client.get("/map?since=2021&until=2022&format=json").get_json()
    cells = [cell for topic in answer["topics"] for cell in topic["cells"]]
    page = client.get("/map?since=2021&until=2022", headers=BROWSER).text
    for cell in cells:
        shown = client.get(cell["comparison"]).get_json()
        assert (shown["first"]["id"], shown["second"]["id"]) == (cell["first"], cell["second"])
        for side, searched in shown["searched"].items():
            assert cell["searched"][side] == {name: searched[name] for name in ("statements", "words")}
        relations = [pair["relation"] for pair in shown["pairs"]]
        assert cell["opposing"] in (None, relations.count("opposes"))
        assert "since=2021&until=2022" in cell["comparison"]
        assert cell["comparison"].replace("&", "&amp;") in page


def test_filters_keep_their_state_in_the_page(client: FlaskClient) -> None:
    page = client.get("/map?q=road&since=2021&speaker=omalley", headers=BROWSER).text
    assert 'name="q" value="road"' in page
    assert 'name="since" value="2021"' in page
    assert 'name="speaker" value="omalley" checked' in page


def test_what_waits_for_a_judgement_has_a_link_that_goes_on(council_corpus_factory: Callable[..., Corpus]) -> None:
    corpus = council_corpus_factory()
    with create_app(Config(), corpus).test_request_context("/map?q=road"):
        page = charting.page(corpus, MapQuery(q="road"), corpus.map(query="road", budget=Budget(0)))
    assert "not judged yet" in page
    assert 'href="/map?q=road" hx-get="/map?q=road"' in page


def test_the_drawing_says_in_words_what_it_shows(client: FlaskClient) -> None:
    page = client.get("/map", headers=BROWSER).text
    assert "opposed, " in page.partition('<desc id="map-desc">')[2].partition("</desc>")[0]
    assert page.count('class="mark') == page.count("<td class=")
    for word in ("opposed", "agreed", "past-each-other", "silent", "unjudged"):
        assert f'id="shape-{word}"' in page


# The command -------------------------------------------------------------------------------------------------


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, empty_at: Callable[[Path], str]
) -> Callable[..., Result]:
    """Run a command on a database of its own that holds the talks."""
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / "counterpose.sqlite"))
    (tmp_path / "talks.txt").write_text(TALKS)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, list(arguments))

    assert run("add", str(tmp_path / "talks.txt")).exit_code == 0
    return run


def test_the_command_judges_all_and_prints_words_json_or_csv(run: Callable[..., Result]) -> None:
    answer = MapAnswer.model_validate_json(run("map", "--judge", "--json").stdout)
    assert answer.unjudged == 0
    assert answer.topics
    words = run("map").stdout
    assert answer.topics[0].name in words
    assert f"Mr. Velde / Ms. Okoro: {answer.topics[0].cells[2].standing}" in words
    rows = list(csv.DictReader(io.StringIO(run("map", "--csv").stdout.removeprefix("\ufeff"))))
    assert len(rows) == sum(len(topic.cells) for topic in answer.topics)
    refused = run("map", "--csv", "--json")
    assert (refused.exit_code, "Give one of --csv and --json" in refused.stderr) == (2, True)


def test_the_command_sets_and_takes_back_a_delegation(run: Callable[..., Result]) -> None:
    assert run("set-delegation", "velde", "Lakeland").stdout == "Mr. Velde (velde) speaks for Lakeland.\n"
    by = MapAnswer.model_validate_json(run("map", "--by", "delegation", "--json").stdout)
    assert [side.name for side in by.sides] == ["Lakeland", "Upland"]
    assert run("set-delegation", "velde").stdout == "Mr. Velde (velde) speaks for no delegation.\n"


# For whom somebody speaks ------------------------------------------------------------------------------------


def test_a_delegation_is_set_and_taken_back_with_a_note(council_corpus_factory: Callable[..., Corpus]) -> None:
    corpus = council_corpus_factory()
    assert corpus.set_delegation("omalley", "  Town of   Norby ", by="me").delegation == "Town of Norby"
    note = list(corpus.audit())[-1]
    assert (note.who, note.action, note.subject) == ("me", "set-delegation", "omalley")
    assert note.detail == {"delegation": [None, "Town of Norby"]}
    with pytest.raises(BadValue, match="already"):
        corpus.set_delegation("omalley", "Town of Norby")
    client = create_app(Config(), corpus).test_client()
    assert "Town of Norby" in client.get("/speakers/omalley", headers=BROWSER).text
    assert client.post("/speakers/omalley/delegation", data={"delegation": " ", "by": ""}).status_code == 303
    assert corpus.speaker("omalley").delegation is None
