"""What a list of issues does to the topics that are there, and that each comes back when the list goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from models.evaluation.quoted import stored_texts
from models.issue import Issue
from models.topic import Origin
from models.transcript import Metadata
from service.errors import Conflict, Gone
from service.readers import Source

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.corpus import Corpus

GAS = Issue("Pipelines", "Whether the gas pipeline is built and the gas comes from other suppliers in winter.")
FISH = Issue("Fishing", "Fishing boats and quotas along the coast.")
MOON = Issue("Colonies on the moon")
SPEECHES = {"CHN_75_2020": "Xi Jinping", "RUS_75_2020": "Vladimir Putin", "USA_75_2020": "Donald Trump"}


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    """Three topics of two speakers: gas, vaccines and fishing, four statements or more on each."""
    return topics_corpus


def about(corpus: Corpus, words: str) -> str:
    """The id of the topic of the statement with these words."""
    with corpus._store.reading() as reading:
        found = next(one.quote.topic for one in reading.statements() if words in one.quote.text)
    assert found is not None
    return found


@pytest.fixture
def gas(talks: Corpus) -> str:
    return about(talks, "gas pipeline must never")


def members(corpus: Corpus, topic: str) -> set[str]:
    return {quote.text for quote in corpus.topic(topic).quotes}


def names(corpus: Corpus) -> list[str]:
    return [row.name.casefold() for row in corpus.all_topics()]


def grouping(corpus: Corpus) -> dict[str, tuple[str, frozenset[str]]]:
    with corpus._store.reading() as reading:
        return {one.id: (one.name, frozenset(one.members)) for one in reading.grouping()}


# A topic of an issue's name


def test_the_topic_that_has_an_issues_name_becomes_the_issues(talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Pipelines")
    change = talks.set_issues([GAS])
    (row,) = talks.issues()
    assert (row.id, row.name, row.settings.origin) == (gas, "Pipelines", Origin.ISSUE)
    assert names(talks).count("pipelines") == 1
    assert (change.prospects[0].topic, change.prospects[0].fate) == ((gas, "Pipelines", 5), "new")
    assert talks.compare(topic="PIPELINES").topic is not None
    assert talks.topic("Pipelines").row.id == gas


def test_what_was_split_off_under_an_issues_name_stays_in_it(talks: Corpus, gas: str) -> None:
    vaccines = about(talks, "Patents keep vaccines")
    some = [quote.id for quote in talks.topic(vaccines).quotes][:2]
    split = talks.editing.split(vaccines, some, "Fishing")
    talks.set_issues([FISH])
    (row,) = talks.issues()
    assert row.id == split.other_id
    assert set(some) < {quote.id for quote in talks.topic(row.id).quotes}
    with pytest.raises(Conflict, match="your list"):
        talks.editing.undo(split.id)
    talks.set_issues([])
    assert {quote.id for quote in talks.topic(row.id).quotes} >= set(some)
    talks.editing.undo(split.id)


def test_a_locked_topic_that_becomes_an_issues_keeps_what_it_has(talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Fishing")
    talks.editing.lock(gas)
    held = members(talks, gas)
    change = talks.preview_issues([FISH])
    assert change.prospects[0].statements == len(held)
    talks.set_issues([FISH])
    assert members(talks, gas) == held
    assert [row.id for row in talks.issues()] == [gas]


def test_the_name_of_an_issue_finds_it_before_a_topic_whose_id_is_like_it(talks: Corpus, gas: str) -> None:
    vaccines = about(talks, "Patents keep vaccines")
    split = talks.editing.split(gas, [quote.id for quote in talks.topic(gas).quotes][:2], "Fishing")
    talks.editing.rename(str(split.other_id), "Winter")
    change = talks.preview_issues([FISH])
    assert change.prospects[0].beside == ("fishing", "Winter")
    talks.set_issues([FISH])
    (issue,) = talks.issues()
    assert issue.id == "fishing-2"
    assert talks.topic("Fishing").row.id == issue.id
    assert talks.topic("fishing").row.name == "Winter", "a link by id leads where it led"
    assert talks.editing.rename("Fishing", "Fish").topic_id == issue.id
    assert vaccines in {row.id for row in talks.topics()}


def test_an_issue_that_a_topic_became_is_that_topic_again_when_it_is_dropped(talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Pipelines")
    before = grouping(talks)
    talks.set_issues([GAS, MOON])
    talks.set_issues([MOON])
    row = talks.topic(gas).row
    assert (row.settings.origin, row.settings.description, row.settings.renamed) == (Origin.FOUND, None, True)
    talks.set_issues([])
    assert grouping(talks) == before


# Topics that an issue empties


def test_a_renamed_topic_whose_statements_went_to_an_issue_says_so(talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Winter")
    talks.set_issues([GAS])
    (issue,) = talks.issues()
    for asked in (gas, "Winter"):
        for ask in (talks.topic, lambda text: talks.compare(topic=text), talks.forwarded):
            with pytest.raises(Gone, match=r"“Winter”.*went to.*“Pipelines” \(5\)") as error:
                ask(asked)
            assert error.value.nearest == (issue.id,)


def test_a_found_topic_whose_statements_went_to_an_issue_says_so_too(talks: Corpus, gas: str) -> None:
    talks.set_issues([GAS])
    with pytest.raises(Gone, match=r"went to.*“Pipelines” \(5\)"):
        talks.topic(gas)


@pytest.mark.parametrize("renamed", [True, False])
def test_without_the_list_the_topics_are_what_they_were_under_their_ids(talks: Corpus, gas: str, renamed: bool) -> None:
    if renamed:
        talks.editing.rename(gas, "Winter")
    before = grouping(talks)
    talks.set_issues([GAS, FISH])
    talks.set_issues([FISH, MOON])
    talks.set_issues([])
    assert grouping(talks) == before
    talks.set_issues([FISH])
    talks.set_issues([])
    assert grouping(talks) == before


def test_a_topic_comes_back_though_a_document_was_added_meanwhile(talks: Corpus, gas: str) -> None:
    talks.set_issues([GAS])
    talks.add(Source("more.md", b"MINISTER OKORO:  The pipeline for gas shall be built before the next winter.\n"))
    talks.set_issues([])
    assert talks.topic(gas).row.statements == 6


@pytest.mark.corpus
def test_three_speeches_have_their_topics_back_when_the_list_goes(
    transcripts: Path, corpus_factory: Callable[..., Corpus]
) -> None:
    corpus = corpus_factory()
    texts = stored_texts(transcripts, [f"un/{name}" for name in SPEECHES])
    for name, speaker in SPEECHES.items():
        corpus.add(Source(f"{name}.txt", texts[f"un/{name}"].encode()), Metadata(date="2020-09-22"), speaker=speaker)
    before = grouping(corpus)
    virus = next(one for one, (name, _) in before.items() if "virus" in name.casefold())
    corpus.editing.rename(virus, "Pandemic")
    wanted = [Issue("Pandemic", "COVID-19, the coronavirus and vaccines."), Issue("Arms control", "Missiles, weapons.")]
    change = corpus.set_issues(wanted)
    assert [row.statements for row in corpus.issues()] == [one.statements for one in change.prospects]
    assert corpus.issues()[0].id == virus
    corpus.set_issues([])
    after = grouping(corpus)
    assert after.keys() == before.keys()
    there = {one: topic for topic, (_, some) in after.items() for one in some}
    same = sum(there.get(one) == topic for topic, (_, some) in before.items() for one in some)
    assert same >= 0.95 * sum(len(some) for _, some in before.values())


# What is said of it before and after


def test_the_preview_counts_what_is_saved_whatever_was_edited_and_locked(talks: Corpus, gas: str) -> None:
    vaccines = about(talks, "Patents keep vaccines")
    fish = about(talks, "Fishing quotas must be cut")
    quotes = {quote.text: quote.id for topic in (gas, fish) for quote in talks.topic(topic).quotes}
    out = next(one for text, one in quotes.items() if "cold" in text)
    astray = next(one for text, one in quotes.items() if "must be cut" in text)
    talks.editing.move([out], None)
    talks.editing.move([astray], vaccines)
    talks.editing.lock(vaccines)
    seen = talks.preview_issues([GAS, FISH])
    saved = talks.set_issues([GAS, FISH])
    assert seen.prospects == saved.prospects
    assert [row.statements for row in talks.issues()] == [one.statements for one in seen.prospects]
    assert sum(one.statements for one in seen.prospects) < 9


def test_preview_and_saving_say_which_topics_lose_what(talks: Corpus, gas: str) -> None:
    name = talks.topic(gas).row.name
    seen = talks.preview_issues([GAS])
    assert seen.prospects[0].takes == ((gas, name, 5),)
    assert seen.emptied == (name,)
    talks.set_issues([GAS], by="me")
    row = [row for row in talks.audit() if row.action == "set-issues"][-1]
    assert row.detail["topics"]["flows"] == [[gas, "pipelines", 5]]
    assert row.detail["topics"]["names"] == {gas: name, "pipelines": "Pipelines"}
    talks.set_issues([], by="me")
    row = [row for row in talks.audit() if row.action == "set-issues"][-1]
    assert row.detail["topics"]["flows"] == [["pipelines", gas, 5]]


@pytest.fixture
def client(talks: Corpus) -> FlaskClient:
    from service.app import create_app
    from service.config import Config

    client = create_app(Config(), talks).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


def test_the_pages_say_what_a_list_takes_from_which_topic(client: FlaskClient, talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Winter")
    text = "Pipelines: whether the gas pipeline is built and the gas comes from other suppliers in winter\n"
    preview = unescape(client.post("/issues", data={"text": text}).text)
    assert "5 from “Winter”" in preview
    assert "“Winter” would have none left" in preview
    answer = client.post("/issues/save", data={"text": text, "by": "Eva"})
    page = unescape(client.get(answer.headers["Location"]).text)
    assert "5 statements of “Winter” went to “Pipelines”" in page
    gone = client.get(f"/topics/{gas}")
    assert gone.status_code == 410
    assert 'href="/topics/pipelines"' in gone.text
    found = client.get(f"/compare?topic={gas}", headers={"Accept": "application/json"})
    assert (found.status_code, found.get_json()["error"]["nearest"]) == (410, ["pipelines"])
    client.post("/issues/save", data={"clear": "1"})
    assert client.get(f"/topics/{gas}").status_code == 200


def test_the_preview_says_which_topic_has_an_issues_name(client: FlaskClient, talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Pipelines")
    preview = unescape(client.post("/issues", data={"text": "Pipelines\n"}).text)
    assert "the topic of this name (5 statements) becomes this issue" in preview


def test_the_command_says_what_moved(
    talks: Corpus, gas: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    from service.__main__ import commands

    talks.editing.rename(gas, "Winter")
    place = str(talks._config.database_url).removeprefix("sqlite:///")
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{place}")
    (tmp_path / "mine.json").write_text(json.dumps([{"name": GAS.name, "description": GAS.description}]))
    done = CliRunner().invoke(commands, ["issues", str(tmp_path / "mine.json")])
    assert "5 statements of “Winter” went to “Pipelines”" in done.stderr
    cleared = CliRunner().invoke(commands, ["issues", "--clear", "--json"])
    assert json.loads(cleared.stdout)["topics"]["flows"] == [["pipelines", gas, 5]]
