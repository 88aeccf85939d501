"""A position over time: what is new, said again and not said again, by words alone and in the order of dates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from models.change import Course, course, in_order, perhaps_says_again, says_again
from models.evaluation.bench import Bench, Judge
from models.evaluation.change import LABELS, labelled, occurring
from models.evaluation.labelled import Thresholds
from models.evaluation.protocols import section
from models.evaluation.reading import UnusableSet
from models.nomination import Position
from models.quote import Document, Quote
from models.transcript import Metadata, Speaker
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.errors import BadValue, NotFound
from service.readers import Source
from service.web.chart import AXIS, chart
from tests.conftest import axe

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from numpy.typing import NDArray
    from playwright.sync_api import Page

    from models.embedding import Embedder
    from models.evaluation.intervals import Estimate
    from models.relation import RelationClassifier
    from service.corpus import Corpus

MINISTER = Speaker("minister", "Minister")
HARBOUR, LATER_HARBOUR = "We will widen the harbour of Norby.", "The harbour of Norby is going to be widened by us."
DUES, TRAINS = "Fishing dues must be abolished at once.", "Night trains to the coast should run again."
NO_TRAINS = "Night trains to the coast should not run again."

Follow = Callable[..., Course]


def said(date: str | None, text: str, document: str | None = None, at: int = 0) -> Quote:
    name = document or date or "undated"
    source = Document(name, "", Metadata(date=date))
    return Quote(f"{name}-{at}", text, MINISTER, source, at, at + len(text))


@pytest.fixture(scope="session")
def follow(embedder: Embedder, classifier: RelationClassifier) -> Follow:
    """The course of quotes, all of one topic unless `topic` names those that are."""

    def made(quotes: Sequence[Quote], topic: Sequence[Quote] | None = None) -> Course:
        vectors = embedder.embed([quote.text for quote in quotes])
        on = {quote.id for quote in (quotes if topic is None else topic)}
        return course(Position(MINISTER, tuple(quotes), vectors), on, classifier.judge)

    return made


# Dates -----------------------------------------------------------------------------------------------------------


def test_steps_stand_in_the_order_of_dates_whatever_the_order_of_documents() -> None:
    quotes = [said(date, DUES) for date in ("2021-12-02", "1946", "2021-11", "2020")]
    assert [dates for dates, _ in in_order(quotes)[0]] == [("1946",), ("2020",), ("2021-11",), ("2021-12-02",)]


def test_dates_of_which_one_covers_the_other_are_one_step() -> None:
    quotes = [said(date, DUES) for date in ("2021-12-02", "2021", "2021-03", "2022-01-01")]
    assert [set(dates) for dates, _ in in_order(quotes)[0]] == [{"2021-12-02", "2021", "2021-03"}, {"2022-01-01"}]


def test_what_is_said_on_one_day_is_one_step_and_never_a_change(follow: Follow) -> None:
    found = follow([said("2021-12-02", TRAINS, "morning"), said("2021-12-02", NO_TRAINS, "evening")])
    (step,) = found.steps
    assert len(step.quotes) == 2
    assert (step.repeats, step.new, step.kept, step.dropped) == ((), (), (), ())


def test_undated_statements_stand_apart_and_match_nothing(follow: Follow) -> None:
    found = follow([said("2020", HARBOUR), said(None, HARBOUR), said("2021", DUES)])
    assert [quote.id for quote in found.undated] == ["undated-0"]
    assert [quote.text for quote in found.steps[1].dropped] == [HARBOUR]


def test_nothing_said_has_no_steps(follow: Follow) -> None:
    assert follow([]) == Course()


# Matches ---------------------------------------------------------------------------------------------------------


def test_a_statement_is_said_again_in_other_words_new_or_not_said_again(follow: Follow) -> None:
    found = follow([said("2020", HARBOUR, at=0), said("2020", DUES, at=90), said("2021", LATER_HARBOUR, at=0),
                    said("2021", TRAINS, at=90)])  # fmt: skip
    first, second = found.steps
    assert (first.repeats, first.new, first.dropped) == ((), (), ()), "there is nothing before the first date"
    assert [(one.earlier.text, one.later.text, one.sure) for one in second.repeats] == [(HARBOUR, LATER_HARBOUR, True)]
    assert [quote.text for quote in second.new] == [TRAINS]
    assert [quote.text for quote in second.dropped] == [DUES]


def test_what_opposes_is_never_said_again_however_alike_it_is(follow: Follow, embedder: Embedder) -> None:
    one, other = embedder.embed([TRAINS, NO_TRAINS])
    assert one @ other > 0.75, "near enough to be called the same, were it not for what they say"
    (_, second) = follow([said("2020", TRAINS), said("2021", NO_TRAINS)]).steps
    assert not second.repeats
    assert [quote.text for quote in second.new] == [NO_TRAINS]


def test_matches_are_one_to_one(follow: Follow) -> None:
    found = follow([said("2020", HARBOUR, at=0), said("2020", HARBOUR + " ", at=90), said("2021", HARBOUR, at=0),
                    said("2021", LATER_HARBOUR, at=90)])  # fmt: skip
    pairs = [(one.earlier.id, one.later.id) for one in found.steps[1].repeats]
    assert len({earlier for earlier, _ in pairs}) == len({later for _, later in pairs}) == 2


def test_what_is_said_twice_shares_its_match_and_is_not_called_new(follow: Follow) -> None:
    found = follow([said("2020", HARBOUR), said("2021", HARBOUR, at=0), said("2021", LATER_HARBOUR, at=90)])
    assert [one.earlier.text for one in found.steps[1].repeats] == [HARBOUR, HARBOUR]
    assert not found.steps[1].new


def test_what_was_said_under_another_topic_is_not_called_new(follow: Follow) -> None:
    quotes = [said("2020", HARBOUR, at=0), said("2020", DUES, at=90), said("2021", LATER_HARBOUR)]
    found = follow(quotes, topic=quotes[1:])
    assert [one.earlier.text for one in found.steps[1].repeats] == [HARBOUR]
    assert not found.steps[1].new
    assert [quote.text for quote in found.steps[1].dropped] == [DUES]


def test_only_the_date_before_counts(follow: Follow) -> None:
    found = follow([said("2019", HARBOUR), said("2020", DUES), said("2021", HARBOUR)])
    assert [quote.text for quote in found.steps[2].new] == [HARBOUR]


def test_the_order_of_input_changes_nothing(follow: Follow) -> None:
    quotes = [said("2020", HARBOUR), said("2020", DUES, at=90), said("2021", LATER_HARBOUR), said("2021", DUES, at=90)]
    assert follow(quotes) == follow(quotes[::-1])


def test_less_is_asked_of_what_is_perhaps_said_again() -> None:
    agreeing, doubtful, opposing = np.array([0.95, 0.0, 0.05]), np.array([0.6, 0.1, 0.3]), np.array([0.2, 0.7, 0.1])
    assert says_again(0.66, agreeing)
    assert not says_again(0.66, doubtful)
    assert perhaps_says_again(0.66, doubtful)
    assert says_again(0.8, doubtful)
    assert not perhaps_says_again(0.95, opposing)
    assert not perhaps_says_again(0.5, agreeing)


# What a reader sees ----------------------------------------------------------------------------------------------

SPEECHES = {
    "2019": f"{HARBOUR} {DUES}",
    "2021": f"{LATER_HARBOUR} {TRAINS}",
    "": "The harbour of Norby needs a lighthouse and a pier.",
}


@pytest.fixture(scope="module")
def speeches(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """Three speeches of one speaker, one of them undated, and one of another, on one date."""
    corpus = corpus_factory()
    for year, text in SPEECHES.items():
        corpus.add(Source(f"speech{year}.txt", text.encode()), Metadata(date=year or None), speaker="Anna Berg")
    corpus.add(Source("other.txt", HARBOUR.encode() + b" It is old."), Metadata(date="2020"), speaker="Olav Lund")
    return corpus


@pytest.fixture(scope="module")
def client(speeches: Corpus) -> FlaskClient:
    return create_app(Config(), speeches).test_client()


PAGE = {"Accept": "text/html"}
ADDRESS = "/speakers/anna-berg/over-time?topic=the harbour of Norby"


def test_a_page_says_what_is_new_said_again_and_not_said_again_and_links_to_it(client: FlaskClient) -> None:
    text = client.get(ADDRESS, headers=PAGE).text
    assert "said again, as in 2019" in text
    assert "said again in 2021" in text
    link = re.search(r'href="#(q[^"]+)">said again, as in 2019', text)
    assert link is not None
    assert f'id="{link[1]}"' in text
    assert "Without a date" in text
    for word in ("contradict", "reversal", "shift", "changed"):
        assert word not in text.lower()


def test_every_step_of_the_answer_accounts_for_each_statement(client: FlaskClient) -> None:
    found = client.get(ADDRESS).get_json()
    assert [step["dates"] for step in found["steps"]] == [["2019"], ["2021"]]
    first, second = found["steps"]
    counts = second["counts"]
    assert counts["statements"] == counts["new"] + counts["again"] + counts["perhaps_again"]
    assert counts["not_again"] == sum(one["repeated"] is None for one in first["statements"])
    repeated = next(one for one in second["statements"] if one["repeats"])
    assert repeated["repeats"]["id"] == first["statements"][0]["id"]
    assert all(one["repeated"] is None for one in second["statements"]), "nothing comes after the last date"
    assert [one["text"] for one in found["undated"]] == [SPEECHES[""]]


def test_quotes_over_time_are_what_their_documents_say(client: FlaskClient) -> None:
    found = client.get(ADDRESS).get_json()
    for one in (quote for step in found["steps"] for quote in step["statements"]):
        stored = client.get(f"/documents/{one['document']['id']}.txt").text
        assert stored[one["start"] : one["end"]] == one["text"]


def test_a_topic_of_one_date_says_so(client: FlaskClient) -> None:
    text = client.get("/speakers/olav-lund/over-time?topic=harbour", headers=PAGE).text
    assert "of one date, 2020" in text
    assert "<svg" not in text


def test_dates_limit_what_is_followed(client: FlaskClient) -> None:
    found = client.get(f"{ADDRESS}&since=2020").get_json()
    assert [step["dates"] for step in found["steps"]] == [["2021"]]
    assert found["undated"] == [], "an unknown date lies within nothing"


def test_without_a_topic_there_are_topics_to_choose_from(speeches: Corpus, client: FlaskClient) -> None:
    found = client.get("/speakers/berg/over-time").get_json()
    assert found["topic"] is None
    assert found["steps"] == []
    assert {one["id"] for one in found["topics"]} <= {row.id for row in speeches.topics()}
    assert client.get("/speakers/berg/over-time", headers=PAGE).status_code == 200


def test_a_topic_of_two_dates_is_followed_from_its_page_and_the_speakers(client: FlaskClient, speeches: Corpus) -> None:
    found = client.get("/speakers/berg/over-time").get_json()
    followed = [one["id"] for one in found["topics"] if one["dates"] > 1]
    assert followed
    for topic in followed:
        assert f"/speakers/anna-berg/over-time?topic={topic}" in client.get(f"/topics/{topic}", headers=PAGE).text
        assert f"/speakers/olav-lund/over-time?topic={topic}" not in client.get(f"/topics/{topic}", headers=PAGE).text
    assert 'href="/speakers/anna-berg/over-time"' in client.get("/speakers/berg", headers=PAGE).text


def test_an_unknown_speaker_topic_or_date_is_refused_with_what_was_meant(speeches: Corpus) -> None:
    with pytest.raises(NotFound) as refused:
        speeches.over_time("Bergg", "harbour")
    assert "Anna Berg" in refused.value.nearest
    with pytest.raises(NotFound):
        speeches.over_time("berg", "quantum chromodynamics of lasers")
    with pytest.raises(BadValue):
        speeches.over_time("berg", "harbour", since="soon")


def test_the_same_corpus_gives_the_same_bytes(speeches: Corpus, client: FlaskClient) -> None:
    assert client.get(ADDRESS).data == create_app(Config(), speeches).test_client().get(ADDRESS).data


def test_bars_are_as_long_as_what_they_count_and_stay_in_the_drawing(follow: Follow) -> None:
    steps = follow([said("2020", HARBOUR), said("2020", DUES, at=90), said("2021", LATER_HARBOUR)]).steps
    drawn = chart(steps, ["2020", "2021"])
    (first,), (gone, again) = (row.bars for row in drawn.rows)
    assert [bar.kind for bar in (first, gone, again)] == ["first", "gone", "again"]
    assert first.width == 2 * again.width == 2 * gone.width
    assert gone.x + gone.width == AXIS == again.x
    assert all(bar.x >= 0 and bar.x + bar.width <= drawn.width for row in drawn.rows for bar in row.bars)
    assert drawn.rows[1].spoken == "1 not said again, 1 said again, 0 perhaps said again, 0 new"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_is_read_by_all_at_any_width(
    page: Page, serve: Callable[[Flask], str], speeches: Corpus, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(serve(create_app(Config(), speeches)) + ADDRESS)
    page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg text").count() == 4, "a date and its numbers for each of two dates"
    found = axe(page)
    serious = [each["id"] for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, found.generate_report()
    page.get_by_role("link", name="said again, as in 2019").first.click()
    assert page.locator(":target").count() == 1


def test_a_course_is_printed_on_the_command_line(speeches: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def ours() -> Iterator[Corpus]:
        yield speeches

    monkeypatch.setattr("service.commands.following.opened", ours)
    run = CliRunner().invoke(commands, ["over-time", "--speaker", "berg", "--topic", "the harbour of Norby"])
    assert run.exit_code == 0, run.output
    assert "said again, as in 2019" in run.output
    assert "WITHOUT A DATE: 1 statement" in run.output
    asked = ["over-time", "--speaker", "berg", "--topic", "the harbour of Norby", "--json"]
    assert json.loads(CliRunner().invoke(commands, asked).stdout)["speaker"]["id"] == "anna-berg"
    assert "choose one with --topic" in CliRunner().invoke(commands, ["over-time", "--speaker", "berg"]).output


# Figures ---------------------------------------------------------------------------------------------------------


def figures(corpus: Path, judge: Judge, embedder: Embedder) -> dict[tuple[str, str], Mapping[str, Estimate]]:
    thresholds = Thresholds({"opposes": 0.5, "agrees": 0.5, "differs": 0.5}, {})
    bench = Bench(corpus, judge, embedder.embed, thresholds, corpus=corpus, displayed=corpus)
    return {(row.set, row.measure): row.estimates for row in section("change", bench).rows}


def test_the_labelled_pairs_are_many_and_of_many_speakers_and_each_speaker_is_in_one_part(transcripts: Path) -> None:
    pairs = labelled(transcripts)
    assert len(pairs.texts) >= 160
    assert len(set(pairs.speakers.tolist())) >= 12
    assert not set(pairs.speakers[pairs.aside].tolist()) & set(pairs.speakers[~pairs.aside].tolist())


def test_a_text_that_is_not_the_one_that_was_read_is_refused(
    transcripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "change.tsv"
    other.write_text(re.sub(r"\t[0-9a-f]{12}\t", "\tffffffffffff\t", LABELS.read_text("utf-8")), "utf-8")
    monkeypatch.setattr("models.evaluation.change.LABELS", other)
    with pytest.raises(UnusableSet, match="not the text that was read"):
        labelled(transcripts)


def test_weights_give_each_stratum_its_share() -> None:
    weights = occurring(np.array([0.35, 0.36, 0.95]))
    assert weights[0] == weights[1] == 880 / 2
    assert weights[2] == 22


def test_a_classifier_that_knows_the_labels_makes_the_rule_better_than_the_cosine(
    transcripts: Path, embedder: Embedder
) -> None:
    pairs = labelled(transcripts)
    same = {pair for pair, label in zip(pairs.texts, pairs.labels[0], strict=True) if label}

    def judge(asked: Sequence[tuple[str, str]], _: object = None) -> NDArray[np.float64]:
        return np.array([[0.95, 0.0, 0.05] if pair in same else [0.05, 0.9, 0.05] for pair in asked])

    found = figures(transcripts, judge, embedder)
    assert found["pairs kept aside", "precision"]["said again"].value == 1
    assert (
        found["pairs kept aside", "F1"]["or perhaps"].value > found["pairs kept aside", "F1"]["cosine, best F1"].value
    )
    assert found["said again", "readers 1 and 2, same label"]["said again"].value > 0.9


@pytest.mark.slow
def test_what_is_called_said_again_is_as_precise_as_the_thresholds_were_chosen_for(
    transcripts: Path, classifier: RelationClassifier, embedder: Embedder
) -> None:
    found = figures(transcripts, classifier.judge, embedder)
    assert found["pairs kept aside", "precision, as cosines occur"]["said again"].value >= 0.75
    f1 = found["pairs kept aside", "F1, as cosines occur"]
    assert f1["or perhaps"].value > f1["cosine, best F1"].value
