"""Long lists: a hundred rows a page for people, whole or in portions for programs, and found by their words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from models.statement import statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.schema import listing
from service.store.store import NewDocument, hash_of
from service.store.tables import statement, topic, topic_statement
from service.web import paging
from tests.conftest import axe
from tests.test_records_browser import RULES

NUMBER = 250
LISTS = ("documents", "speakers", "topics")


def fill(corpus: Corpus, number: int) -> None:
    """Documents of a speaker and a topic each, written straight into the store: they are there to be listed."""
    with corpus._store.writing() as writing:
        for at in range(number):
            words = f"Speaker {at} wants bridge {at} to be built before winter comes."
            transcript = Transcript(words, (Utterance(None, Kind.SPEECH, 0, len(words)),))
            who = Speaker(f"speaker-{at:04}", f"Speaker {at:04}", role="Mayor" if at % 2 else None)
            writing.add_speaker(who)
            digest = hash_of(words)
            given = Metadata(title=f"Remarks {at:04}", date=f"{1900 + at // 10}", place="Århus" if at == 7 else None)
            cut = statements(transcript)
            writing.add(
                NewDocument(
                    digest[:12],
                    digest,
                    transcript,
                    given,
                    "plain_text",
                    f"{at}.txt",
                    b"",
                    {(None, Kind.SPEECH): who.id},
                    cut,
                    (),
                )
            )
            values = {"id": f"topic-{at:04}", "position": at, "name": f"Bridge {at:04}", "terms": [], "origin": "found"}
            values |= {"renamed": False, "locked": False, "hidden": False, "version": 0}
            writing.connection.execute(topic.insert().values(**values))
            said = f"{digest[:12]}-{cut[0].start}-{cut[0].end}"
            label = select(statement.c.label_id).where(statement.c.id == said).scalar_subquery()
            placed = topic_statement.insert().values(statement_id=said, topic_id=values["id"], label_id=label)
            writing.connection.execute(placed)
        writing.connection.exec_driver_sql("UPDATE state SET grouped_by = ?", (corpus._scoring.embedder,))


@pytest.fixture(scope="module")
def long(corpus_factory: Callable[..., Corpus]) -> Iterator[Corpus]:
    corpus = corpus_factory()
    fill(corpus, NUMBER)
    yield corpus
    corpus.close()


@pytest.fixture(scope="module")
def client(long: Corpus) -> FlaskClient:
    return create_app(Config(), long).test_client()


def rows(page: str) -> list[str]:
    return re.findall(r"(?:Remarks|Bridge|/speakers/speaker-)(?: |)(\d{4})", page.partition('id="found"')[2])


def distinct(page: str) -> list[str]:
    return list(dict.fromkeys(rows(page)))


@pytest.mark.parametrize("name", LISTS)
def test_people_read_a_hundred_rows_a_page_and_miss_none(client: FlaskClient, name: str) -> None:
    pages = [client.get(f"/{name}?format=html&page={number}").text for number in (1, 2, 3)]
    assert [len(distinct(page)) for page in pages] == [100, 100, 50]
    assert len({one for page in pages for one in distinct(page)}) == NUMBER
    first, middle, last = (re.findall(r'<a href="([^"]*)" rel="(prev|next)"', page) for page in pages)
    assert first == [(f"/{name}?format=html&amp;page=2", "next")]
    assert middle == [(f"/{name}?format=html", "prev"), (f"/{name}?format=html&amp;page=3", "next")]
    assert last == [(f"/{name}?format=html&amp;page=2", "prev")]
    assert len(re.findall('aria-current="page">2</a>', pages[1])) == 1
    assert "Page 2 of 3" in pages[1]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_beyond_the_last_is_the_last(client: FlaskClient, name: str) -> None:
    assert distinct(client.get(f"/{name}?format=html&page=99").text) == distinct(
        client.get(f"/{name}?format=html&page=3").text
    )
    refused = client.get(f"/{name}?page=0")
    assert refused.status_code == 400


def test_the_front_page_is_paged_as_the_topics_are(client: FlaskClient) -> None:
    assert distinct(client.get("/?page=3").text) == distinct(client.get("/topics?format=html&page=3").text)
    assert distinct(client.get("/?page=x").text) == distinct(client.get("/").text)


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [("documents", "0123", 1), ("documents", "arhus", 1), ("documents", "speaker 1905", 10), ("speakers", "MAYOR", 125),
     ("speakers", "0123", 1), ("topics", "0123", 1)],
)  # fmt: skip
def test_a_list_is_filtered_by_words_whatever_the_case_and_the_accents(
    client: FlaskClient, name: str, words: str, found: int
) -> None:
    page = client.get(f"/{name}", query_string={"q": words, "format": "html"}).text
    assert len(distinct(page)) == min(found, 100)
    assert len(client.get(f"/{name}", query_string={"q": words}).get_json()[name]) == found
    if found > 100:
        assert f"q={words}&amp;format=html&amp;page=2" in page


def test_what_no_row_holds_is_said(client: FlaskClient) -> None:
    for name in ("documents", "speakers"):
        page = client.get(f"/{name}?format=html&q=submarine").text
        assert "has these words" in page
        assert 'value="submarine"' in page


@pytest.mark.parametrize("name", LISTS)
def test_programs_get_the_whole_list_unless_they_ask_for_portions(client: FlaskClient, name: str) -> None:
    whole = client.get(f"/{name}")
    assert len(whole.get_json()[name]) == NUMBER
    assert "Link" not in whole.headers
    address, found = f"/{name}?limit=120", []
    sizes = []
    while address:
        answer = client.get(address)
        found += answer.get_json()[name]
        sizes.append(len(answer.get_json()[name]))
        link = answer.headers.get("Link", "")
        following = re.fullmatch(r'<(/[^>]*)>; rel="next"', link)
        assert bool(following) == bool(link)
        address = following[1] if following else ""
    assert sizes == [120, 120, 10]
    assert found == whole.get_json()[name]


def test_beyond_what_is_given_at_once_there_is_a_link_to_the_rest(
    long: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST", 200)
    client = create_app(Config(), long).test_client()  # one that remembers no other answer
    answer = client.get("/documents")
    assert len(answer.get_json()["documents"]) == 200
    following = answer.headers["Link"].partition(">")[0].lstrip("<")
    assert len(client.get(following).get_json()["documents"]) == 50
    assert f"{listing.MOST:,}" in str(client.get("/openapi.json").get_json()["paths"]["/documents"])


@pytest.mark.parametrize(
    ("query", "remedy"), [("limit=0", "1 to 1000"), ("limit=1001", "1 to 1000"), ("after=x", "begin anew")]
)
def test_a_portion_that_there_is_not_is_refused_with_what_to_do(client: FlaskClient, query: str, remedy: str) -> None:
    answer = client.get(f"/documents?{query}")
    assert answer.status_code == 400
    assert remedy in answer.get_json()["error"]["remedy"]


def test_where_many_speak_a_side_is_typed_rather_than_chosen_among_all(client: FlaskClient) -> None:
    page = client.get("/?first=Speaker+0007").text
    assert "<select" not in page
    assert 'name="first" value="Speaker 0007"' in page


def test_the_pages_near_the_one_shown_are_named_and_the_first_and_the_last() -> None:
    def named(page: int, pages: int) -> str:
        found = replace(paging.paged([], 1), page=page, pages=pages)
        return " ".join(str(one or "…") for one in found.numbers)

    assert named(1, 3) == "1 2 3"
    assert named(5, 9) == "1 2 3 4 5 6 7 8 9"
    assert named(1, 100) == "1 2 3 … 100"
    assert named(50, 100) == "1 … 48 49 50 51 52 … 100"
    assert named(97, 100) == "1 … 95 96 97 98 99 100"


# In a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def address(serve: Callable[[Flask], str], long: Corpus) -> str:
    return serve(create_app(Config(), long))


@pytest.mark.parametrize(("name", "width"), list(zip(LISTS, (320, 1280, 320), strict=True)))
def test_the_pages_of_a_list_can_be_walked_at_any_width(address: str, page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{name}?format=html&page=2")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page, {"runOnly": RULES}).violations_count == 0
    nav = page.get_by_role("navigation", name=f"Pages of {name}")
    assert nav.get_by_role("link", name="Page 2", exact=True).get_attribute("aria-current") == "page"
    nav.get_by_role("link", name="Next").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**page=3")
    assert nav.get_by_role("link", name="Next").count() == 0


def test_a_list_is_filtered_as_one_types_and_without_scripts_by_a_button(
    address: str, page: Page, chromium: Browser
) -> None:
    page.goto(f"{address}/documents?format=html")
    page.get_by_label("Find a document").fill("0123")
    page.get_by_text("1 document with “0123”").wait_for()
    assert "q=0123" in page.url
    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{address}/speakers?format=html")
    plain.get_by_label("Find a speaker").fill("0123")
    plain.get_by_role("button", name="Filter the list").click()
    plain.get_by_text("1 speaker with “0123”").wait_for()
    plain.context.close()
