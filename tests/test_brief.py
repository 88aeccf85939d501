"""Briefs: two speakers topic by topic, within limits that are said, by page, API and command."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from models.comparison import Comparison
from models.published import as_json
from models.review import Notice
from service import briefing
from service.app import create_app
from service.briefing import BriefRequest, assembled
from service.budget import Budget
from service.config import Config
from service.errors import BadValue, NotFound
from service.exports import export, export_brief, formats
from service.readers import Source
from service.rendering.brief import Brief, Section, brief_json, of
from service.schema.brief import BriefAnswer

if TYPE_CHECKING:
    from service.corpus import Corpus


@pytest.fixture(scope="module")
def sides(grouped_corpus: Corpus) -> tuple[str, str]:
    first, second = (row.speaker.id for row in grouped_corpus.speakers())
    return first, second


@pytest.fixture(scope="module")
def request_for_all(sides: tuple[str, str]) -> BriefRequest:
    return BriefRequest(*sides)


@pytest.fixture(scope="module")
def client(grouped_corpus: Corpus) -> FlaskClient:
    return create_app(Config(), grouped_corpus).test_client()


def test_a_single_comparison_is_a_brief_of_one_with_its_own_json(grouped_corpus: Corpus) -> None:
    found = grouped_corpus.compare()
    assert brief_json(of(found)) == as_json(found)
    assert json.loads(export(found, "json")) == json.loads(json.dumps(as_json(found)))


def test_without_topics_every_topic_with_a_pair_is_in_it_and_the_rest_is_listed(
    grouped_corpus: Corpus, request_for_all: BriefRequest
) -> None:
    found = assembled(grouped_corpus, request_for_all)
    both = {row.id for row in grouped_corpus.topics() if len(row.speakers) == 2}
    names = {row.name for row in grouped_corpus.topics() if row.id in both}
    topical = [one for one in found.sections if one.comparison.topic is not None]
    assert {one.topic for one in topical} | {one.topic for one in found.left_out} == names
    assert topical
    assert all(one.pairs for one in found.comparisons)
    for section in topical:
        assert section.comparison.topic is not None
        alone = grouped_corpus.compare(request_for_all.first, request_for_all.second, section.comparison.topic.id)
        assert as_json(section.comparison) == as_json(alone)
    made_with = dict(found.comparisons[0].made_with)
    assert made_with.pop("asked")["topic"], "which is another in each"
    assert found.made_with == made_with


def test_pairs_across_two_topics_are_in_a_brief_of_all(
    grouped_corpus: Corpus, request_for_all: BriefRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = assembled(grouped_corpus, request_for_all)
    shown = {(p.first.id, p.second.id) for one in alone.comparisons if one.topic for p in one.pairs}
    whole = grouped_corpus.compare(request_for_all.first, request_for_all.second)
    expected = [p for p in whole.pairs if p.first.topic != p.second.topic and (p.first.id, p.second.id) not in shown]
    across = [one for one in alone.sections if one.comparison.topic is None]
    assert [p for one in across for p in one.comparison.pairs] == expected
    parted = replace(whole.pairs[0], first=replace(whole.pairs[0].first, id="elsewhere", topic="another"))
    compare = grouped_corpus.compare

    def with_one_across(first: str, second: str, topic: str | None = None, **limits: Any) -> Comparison:
        found = compare(first, second, topic, **limits)
        return found if topic is not None else replace(found, pairs=(parted, *found.pairs))

    monkeypatch.setattr(grouped_corpus, "compare", with_one_across)
    last = assembled(grouped_corpus, request_for_all).sections[-1]
    assert (last.topic, last.comparison.pairs[0]) == ("Across topics", parted)


def test_named_topics_stand_in_the_order_asked_for_pairs_or_not(grouped_corpus: Corpus, sides: tuple[str, str]) -> None:
    topics = tuple(row.id for row in reversed(grouped_corpus.topics()))
    found = assembled(grouped_corpus, BriefRequest(*sides, topics=topics, min_confidence=1.0))
    assert [one.topic.id for one in found.comparisons if one.topic] == list(topics)
    assert found.left_out == ()


def test_what_limits_leave_out_is_listed_with_the_limit(
    grouped_corpus: Corpus, sides: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = tuple(row.id for row in grouped_corpus.topics())
    whole = assembled(grouped_corpus, BriefRequest(*sides, topics=topics))
    monkeypatch.setattr(briefing, "MOST_PAIRS", len(whole.comparisons[0].pairs))
    cut = assembled(grouped_corpus, BriefRequest(*sides, topics=topics))
    full = [one.topic for one in whole.sections if one.comparison.pairs]
    assert [one.topic for one in cut.sections if one.comparison.pairs] == full[:1]
    assert [one.topic for one in cut.left_out] == full[1:]
    assert all(str(briefing.MOST_PAIRS) in one.why for one in cut.left_out)
    for name in ("csv", "docx", "html", "json", "md"):
        assert _holds(export_brief(cut, name), name, cut.left_out[0].why)


def _holds(data: bytes, name: str, words: str) -> bool:
    if name == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return words in archive.read("word/document.xml").decode()
    return words in data.decode("utf-8-sig")


def test_topics_not_judged_yet_are_listed_as_such(
    corpus_factory: Callable[..., Corpus], grouped_corpus: Corpus, sides: tuple[str, str]
) -> None:
    fresh = corpus_factory()
    row = grouped_corpus.documents()[0]
    fresh.add(Source("talks.md", grouped_corpus.text(row.id).encode()))
    found = assembled(fresh, BriefRequest(*sides), budget=Budget(0))
    assert found.sections == ()
    assert {one.why for one in found.left_out} == {"not all of it is judged yet; ask again, and more is"}
    assert found.made_with["corpus"]["documents"] == 1
    assert assembled(fresh, BriefRequest(*sides)).sections


def test_two_sides_must_be_two_and_known(grouped_corpus: Corpus, sides: tuple[str, str]) -> None:
    with pytest.raises(BadValue, match="two sides"):
        assembled(grouped_corpus, BriefRequest(sides[0], sides[0]))
    with pytest.raises(NotFound):
        assembled(grouped_corpus, BriefRequest(sides[0], "nobody at all"))
    with pytest.raises(BadValue, match="26 topics"):
        BriefRequest(*sides, topics=tuple(map(str, range(26))))


# By HTTP -----------------------------------------------------------------------------------------------------


def test_a_brief_is_json_as_the_model_states_it(client: FlaskClient, sides: tuple[str, str]) -> None:
    response = client.get("/brief", query_string={"first": sides[0], "second": sides[1]})
    assert response.mimetype == "application/json"
    BriefAnswer.model_validate(response.json)
    found = response.get_json()
    assert list(found) == ["title", "comparisons", "left_out", "made_with"]
    again = client.get("/brief", query_string={"first": sides[0], "second": sides[1]})
    assert again.data == response.data


@pytest.mark.parametrize("name", sorted(set(formats()) - {"html", "pdf"}))
def test_a_brief_comes_in_every_format_to_look_at_or_to_keep(
    name: str, client: FlaskClient, sides: tuple[str, str]
) -> None:
    asked = {"first": sides[0], "second": sides[1], "format": name}
    assert client.get("/brief", query_string=asked).mimetype == formats()[name].MEDIA_TYPE
    kept = client.get("/brief", query_string={**asked, "download": "1"})
    assert (
        kept.headers["Content-Disposition"]
        == f'attachment; filename="{sides[0]}-{sides[1]}-brief{formats()[name].SUFFIX}"'
    )


def test_a_kept_html_file_carries_its_own_style_and_the_page_does_not(
    client: FlaskClient, sides: tuple[str, str]
) -> None:
    asked = {"first": sides[0], "second": sides[1], "format": "html"}
    page, kept = client.get("/brief", query_string=asked), client.get("/brief", query_string={**asked, "download": "1"})
    assert "<style>" not in page.text
    assert "<style>" in kept.text
    assert "prefers-color-scheme: dark" in kept.text
    assert "<script" not in kept.text
    assert 'href="#note-1"' in kept.text
    assert 'href="#mark-1"' in kept.text


def test_the_page_lists_contents_and_each_way_to_take_it_along(client: FlaskClient, sides: tuple[str, str]) -> None:
    text = client.get("/brief", query_string={"first": sides[0], "second": sides[1], "format": "html"}).text
    assert 'href="#topic-1"' in text
    for name in formats():
        assert f"format={name}&amp;download=1" in text
    compared = client.get(f"/compare?first={sides[0]}&second={sides[1]}&format=html").text
    assert f"/brief?first={sides[0]}&amp;second={sides[1]}" in compared


def test_a_topic_may_be_named_more_than_once_over(client: FlaskClient, sides: tuple[str, str]) -> None:
    asked = f"/brief?first={sides[0]}&second={sides[1]}&topic=gas&topic=fishing"
    found = client.get(asked).get_json()
    assert [one["topic"]["name"] for one in found["comparisons"]] == ["gas", "fishing"]


@pytest.mark.parametrize(("query", "named"), [("first=a", "second"), ("first=&second=b", "first")])
def test_a_brief_without_two_names_is_refused(client: FlaskClient, query: str, named: str) -> None:
    response = client.get(f"/brief?{query}")
    assert response.status_code == 400
    assert named in response.get_json()["error"]["message"]


def test_one_changed_byte_blocks_every_format_in_plain_words(council_corpus_factory: Callable[..., Corpus]) -> None:
    corpus = council_corpus_factory()
    client = create_app(Config(), corpus).test_client()
    first, second = (row.speaker.id for row in corpus.speakers())
    statement = corpus.compare().pairs[0].first.id
    with closing(sqlite3.connect(str(corpus._config.database_url).removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE document SET text = replace(text, 'must be widened', 'must be widenes')")
        database.commit()
    document = corpus.documents()[0].id
    addresses = [f"/cite/{statement}", f"/cite/{statement}?format=anno"]
    for name in formats():
        addresses += [
            f"/compare?format={name}",
            f"/compare?format={name}&download=1",
            f"/brief?first={first}&second={second}&topic=road&format={name}",
        ]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 409, address
        assert f"The stored text of document {document} is not the one its quotes were taken from" in response.text


def test_pairs_across_topics_count_and_are_headed_by_what_they_are(
    grouped_corpus: Corpus, sides: tuple[str, str]
) -> None:
    whole = replace(grouped_corpus.compare(*sides), first_framing="the wider road", second_framing="trees of the town")
    across, topical = Section(replace(whole, pairs=whole.pairs[:1]), across=True), Section(whole)
    alone = Brief("Two, topic by topic", (across,), None, whole.made_with)
    assert alone.extent == "1 pair across topics"
    assert Brief("", (topical, across), None, {}).extent.startswith("1 topic and across topics, ")
    for name in ("md", "html"):
        words = export_brief(alone, name).decode()
        assert "Across topics" in words
        assert "Pairs whose two statements stand in two topics, or in none." in words
        for wrong in ("All topics", "Topic 1", "vs.", "Searched:"):
            assert wrong not in words, wrong


def test_a_brief_without_topics_closes_with_what_stands_across_them(
    grouped_corpus: Corpus, request_for_all: BriefRequest
) -> None:
    for section in assembled(grouped_corpus, request_for_all).sections:
        assert section.across == (section.comparison.topic is None)
        assert not section.across or section.comparison.unsure == 0


@pytest.mark.parametrize("name", ["md", "html", "docx"])
def test_what_holds_of_several_topics_is_said_once(grouped_corpus: Corpus, name: str) -> None:
    one, other = Notice("open", "Who said what is not signed off."), Notice("open", "A mark of one topic.")
    found = replace(grouped_corpus.compare(), notices=(one,))
    sections = Section(found), Section(replace(found, notices=(one, other)))
    data = export_brief(Brief("Two", sections, None, found.made_with), name)
    words = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode() if name == "docx" else data.decode()
    assert words.replace("\\", "").count(one.words) == 1
    assert words.replace("\\", "").count(other.words) == 1
    assert words.replace("\\", "").index(one.words) < words.replace("\\", "").index("Searched:")
