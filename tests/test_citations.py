"""Citations: each form is read back by what it is for, and leads to the very words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from models.quote import Document, Quote
from models.transcript import Metadata, Record, Speaker
from service.app import create_app
from service.citations import citations, cite
from service.citations.parts.passage import Passage
from service.citations.text_fragment import directive
from service.config import Config
from service.errors import BadValue, Conflict
from service.readers import Source
from service.rendering.described import described
from service.rendering.wording import rendered
from service.schema.cite import CiteAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from service.corpus import Corpus

HOME = "https://counterpose.example"
# CSL 1.0.2, schemas/input/csl-data.json: what an item may hold, of what we write
TEXTS = {"id", "type", "event-title", "event-place", "genre", "publisher", "URL", "language", "note"}
NAMES, DATES = {"author"}, {"issued", "accessed"}


@pytest.fixture(scope="module")
def passages(council_corpus: Corpus) -> list[Passage]:
    """Every quote of a comparison, the published page being elsewhere."""
    pairs = council_corpus.compare(include_unsure=True).pairs
    quotes = {quote.id: quote for pair in pairs for quote in (pair.first, pair.second)}
    return [Passage(quote, council_corpus.text(quote.document.id), HOME) for quote in quotes.values()]


@pytest.fixture(scope="module")
def client(council_corpus: Corpus) -> FlaskClient:
    return create_app(Config(public_url=HOME), council_corpus).test_client()


def passage(words: str, stored: str, **known: Any) -> Passage:
    """One quote of a text that is nowhere kept."""
    digest = sha256(stored.encode()).hexdigest()
    start = stored.index(words)
    document = Document(digest[:12], digest, Metadata(**known), "remarks.txt", "2022-01-05")
    speaker = Speaker("biden", "Joseph Biden", "President")
    return Passage(Quote(f"{digest[:12]}-{start}", words, speaker, document, start, start + len(words)), stored)


# Web Annotation ----------------------------------------------------------------------------------------------


def test_an_annotations_selectors_find_the_quote_in_the_text_it_names(
    passages: list[Passage], client: FlaskClient
) -> None:
    for one in passages:
        found = json.loads(cite(one, "anno"))
        assert found["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert found["type"] == "Annotation"
        source = found["target"]["source"]
        stored = client.get(urlsplit(source["id"]).path).text
        quoted, placed = found["target"]["selector"]
        assert (quoted["type"], placed["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        assert stored[placed["start"] : placed["end"]] == quoted["exact"] == one.quote.text
        whole = quoted["prefix"] + quoted["exact"] + quoted["suffix"]
        assert stored.count(whole) == 1
        assert stored.index(whole) + len(quoted["prefix"]) == placed["start"]
        assert source["via"] == "https://example.org/road?a=1&b=2"


def test_words_said_twice_are_told_apart_by_as_much_around_them_as_it_takes() -> None:
    again = "We want peace. " * 20
    stored = f"First. {again}Last. {again}End."
    start = stored.index("Last.") + len("Last. ") + 15 * 9
    one = passage("We want peace.", stored)
    second = replace(one, quote=replace(one.quote, start=start, end=start + 14))
    before, after = second.context
    assert stored.count(before + "We want peace." + after) == 1


def test_an_annotation_without_a_server_names_the_text_by_its_hash() -> None:
    one = passage("We want peace.", "We want peace.")
    found = json.loads(cite(one, "anno"))
    assert found["target"]["source"]["id"].startswith("ni:///sha-256;")
    assert found["id"].startswith("urn:uuid:")
    assert cite(one, "anno") == cite(one, "anno")


# Links to the words ------------------------------------------------------------------------------------------


def resolved(fragment: str, page: str) -> list[str]:
    """Where a text directive leads in a page's words: the specification's search, for a page of one block."""
    parts = fragment.split(",")
    prefix = unquote(parts.pop(0)[:-1]) + " " if parts[0].endswith("-") else ""
    suffix = " " + unquote(parts.pop()[1:]) if parts[-1].startswith("-") else ""
    start, end = unquote(parts[0]), unquote(parts[-1])
    middle = re.escape(start) + (r".*?" + re.escape(end) if len(parts) > 1 else "")
    found = re.search(rf"{re.escape(prefix)}({middle}){re.escape(suffix)}", page, re.IGNORECASE)
    return [found[1]] if found else []


def test_a_text_fragment_leads_to_the_quote_and_to_nothing_else(passages: list[Passage]) -> None:
    for one in passages:
        link = cite(one, "text-fragment")
        address, _, fragment = link.partition("#:~:text=")
        assert address == "https://example.org/road?a=1&b=2"
        assert resolved(fragment, rendered(one.stored)) == [rendered(one.quote.text)]


def test_a_text_fragment_codes_what_would_end_a_part_and_says_what_stands_around_words_said_twice() -> None:
    stored = "Mr. Smith said: no. We say yes, well-known & true. He asked again. We say yes, well-known & true. Thanks."
    one = passage("We say yes, well-known & true.", stored)
    assert directive(
        one
    ) == "said%3A%20no.-,We%20say%20yes%2C%20well%2Dknown%20%26%20true.,-He%20asked%20again.".replace(
        "said%3A", "Smith%20said%3A"
    )
    assert resolved(directive(one), stored) == [one.quote.text]


def test_a_document_without_an_address_is_linked_to_here_or_not_at_all() -> None:
    one = passage("We want peace.", "We want peace.")
    with pytest.raises(Conflict, match="no address on the web"):
        cite(one, "text-fragment")
    here = cite(replace(one, home=HOME), "text-fragment")
    assert here == f"{HOME}/documents/{one.quote.document.id}#s0:~:text=We%20want%20peace."


def test_chromium_goes_to_the_words_that_a_text_fragment_names(
    page: Page, serve: Callable[[Flask], str], passages: list[Passage]
) -> None:
    publisher = Flask(__name__)
    paragraphs = "".join(f"<p>{escape(words)}</p>" for words in passages[0].stored.split("\n\n"))
    publisher.add_url_rule(
        "/remarks", "remarks", lambda: f"<!doctype html><meta charset=utf-8><h1>Remarks</h1>{paragraphs}"
    )
    address = f"{serve(publisher)}/remarks"
    page.set_viewport_size({"width": 320, "height": 60})  # so low that hardly more than the quote is to be seen
    tops = {}
    for one in passages:
        document = one.quote.document
        published = replace(document, metadata=replace(document.metadata, source_url=address))
        page.goto("about:blank")
        page.goto(cite(replace(one, quote=replace(one.quote, document=published)), "text-fragment"))
        page.wait_for_timeout(300)
        words = rendered(one.quote.text)
        tops[words] = page.evaluate("scrollY")
        seen = page.evaluate("""() => [...document.querySelectorAll("p")].filter(p => {
            const box = p.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight;
        }).map(p => p.textContent.replace(/\\s+/g, " ")).join(" ")""")
        assert words in seen
    assert len(set(tops.values())) > len(tops) / 2, "it went to different places for different quotes"


# Records -----------------------------------------------------------------------------------------------------


def test_a_csl_item_holds_what_the_schema_allows_and_all_that_is_known() -> None:
    known = Metadata("Remarks on peace", "2021-12", "Stockholm", "State Department", "en", "https://example.org/x")
    one = passage("We want peace.", "We want peace.", **{name: getattr(known, name) for name in Metadata.__slots__})
    (item,) = json.loads(cite(one, "csl"))
    assert set(item) == TEXTS | NAMES | DATES
    assert all(isinstance(item[name], str) for name in TEXTS)
    assert item["author"] == [{"family": "Biden", "given": "Joseph"}]
    assert item["issued"] == {"date-parts": [[2021, 12]]}
    assert item["accessed"] == {"date-parts": [[2022, 1, 5]]}
    assert (item["type"], item["event-title"], item["event-place"]) == ("speech", "Remarks on peace", "Stockholm")
    assert "We want peace." in item["note"]


def test_what_is_not_known_is_not_in_a_record() -> None:
    one = passage("We want peace.", "We want peace.")
    (item,) = json.loads(cite(one, "csl"))
    assert not {"issued", "event-place", "publisher", "URL", "language"} & set(item)
    assert not {"PY", "CY", "PB", "UR"} & set(ris(cite(one, "ris")))


def ris(text: str) -> dict[str, str]:
    """One RIS record, as its specification has it: a two-character tag, two spaces, a hyphen, a space, a value."""
    assert text.endswith("ER  - \r\n")
    lines = text.split("\r\n")[:-2]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .+", line) for line in lines)
    return {line[:2]: line[6:] for line in lines}


def test_a_ris_record_is_read_back() -> None:
    words = "We want\npeace,   all of us."
    one = passage(words, words, title="Remarks\non peace", date="2021-12-02", record=Record.SUMMARY, publisher="State")
    found = ris(cite(one, "ris"))
    assert next(iter(found)) == "TY"
    assert (found["AU"], found["TI"], found["PY"], found["DA"]) == (
        "Biden, Joseph",
        "Remarks on peace",
        "2021",
        "2021/12/02/",
    )
    assert found["AB"] == rendered(words)
    assert "summary record, not verbatim" in found["N1"]


# Styles ------------------------------------------------------------------------------------------------------


IN_STYLE = {
    "apa": "Biden, J. (2021, December 2). [Remarks]. State. On peace, Stockholm. https://example.org/x",
    "chicago": "Joseph Biden, remarks, On peace, Stockholm, State, December 2, 2021, para. 3, https://example.org/x.",
    "mhra": "Joseph Biden, remarks, On peace, Stockholm, State, 2 December 2021, para. 3 <https://example.org/x> "
    "[accessed 5 January 2022].",
    "oscola": "Joseph Biden (On peace, Stockholm, 2 December 2021) para 3 <https://example.org/x> "
    "accessed 5 January 2022.",
}


@pytest.mark.parametrize(("style", "text"), IN_STYLE.items())
def test_a_style_renders_the_source_in_its_own_way(style: str, text: str) -> None:
    one = passage(
        *("We want peace.", "We want peace."),
        title="On peace",
        date="2021-12-02",
        place="Stockholm",
        publisher="State",
        source_url="https://example.org/x",
    )
    assert cite(replace(one, quote=replace(one.quote, paragraph=3)), style) == text


@pytest.mark.parametrize("style", IN_STYLE)
def test_a_style_makes_do_with_a_name_alone(style: str) -> None:
    assert "Biden" in cite(passage("We want peace.", "We want peace."), style)


def test_an_unknown_form_names_those_there_are(passages: list[Passage]) -> None:
    with pytest.raises(BadValue, match="papyrus") as refused:
        cite(passages[0], "papyrus")
    assert {"anno", "csl", "ris", "text-fragment", "chicago"} <= set(refused.value.nearest)


# By HTTP -----------------------------------------------------------------------------------------------------


def test_every_form_comes_alone_under_its_own_media_type(passages: list[Passage], client: FlaskClient) -> None:
    for name, form in citations().items():
        response = client.get(f"/cite/{passages[0].quote.id}?format={name}")
        assert response.text == cite(passages[0], name)
        assert response.content_type.startswith(form.MEDIA_TYPE)


def test_all_forms_come_as_json_and_as_a_page_to_copy_from(passages: list[Passage], client: FlaskClient) -> None:
    address = f"/cite/{passages[0].quote.id}"
    found = client.get(address)
    CiteAnswer.model_validate(found.json)
    assert [one["name"] for one in found.get_json()["citations"]] == list(citations())
    page = client.get(f"{address}?format=html").text
    assert all(f'data-copy-from="cite-{name}"' in page for name in citations())
    assert f'href="{address}"' in client.get("/compare?format=html").text


def test_an_unknown_statement_or_form_is_refused(passages: list[Passage], client: FlaskClient) -> None:
    assert client.get("/cite/nothing").status_code == 404
    refused = client.get(f"/cite/{passages[0].quote.id}?format=papyrus")
    assert refused.status_code == 400
    assert "chicago" in refused.get_json()["error"]["nearest"]


# A document without a title ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speakers", "record", "words"),
    [
        ((), None, "[Transcript]"),
        (("Ada Roe",), Record.SUMMARY, "[Summary of remarks by Ada Roe]"),
        (("Ada Roe", "Bo Day"), Record.VERBATIM, "[Transcript of remarks by Ada Roe and Bo Day]"),
        (("A", "B", "C"), None, "[Transcript of remarks by A, B and C]"),
        (("A", "B", "C", "D"), None, "[Transcript of remarks by A, B and 2 others]"),
    ],
)
def test_a_missing_title_is_described(speakers: tuple[str, ...], record: Record | None, words: str) -> None:
    assert described(Metadata(record=record), speakers) == words
    assert described(Metadata(title="Talks", record=record), speakers) is None


def test_a_described_title_stands_in_every_form_and_export_and_no_file_name_does(corpus: Corpus, council: Path) -> None:
    corpus.add(Source("scan-0007.txt", council.read_bytes()), Metadata(date="2021-12-02", place="Norby"))
    words = "[Transcript of remarks by Minister Lindqvist and Mayor O'Malley]"
    client = create_app(Config(public_url=HOME), corpus).test_client()
    found = client.get("/compare").get_json()
    for pair in found["pairs"]:
        document = pair["first"]["document"]
        assert (document["title"], document["described"]) == (None, words)
    quote = found["pairs"][0]["first"]["id"]
    for name in set(citations()) - {"anno", "text-fragment"}:
        cited = client.get(f"/cite/{quote}?format={name}").text.replace("’", "'")
        assert words in cited, name
        assert "scan-0007" not in cited, name
    for name in ("md", "html", "csv"):
        exported = unescape(client.get(f"/compare?format={name}&download=1").text).replace("\\", "")
        assert words in exported, name
        assert "scan-0007" not in exported, name
    page = unescape(client.get(f"/documents/{corpus.documents()[0].id}", headers={"Accept": "text/html"}).text)
    assert "This document has no title" in page
    assert words in page
    assert '<a href="#correct">Give it a title</a>' in page
    corpus.correct(corpus.documents()[0].id, Metadata(title="Talks"), "Eva")
    assert "no title" not in client.get(f"/documents/{corpus.documents()[0].id}", headers={"Accept": "text/html"}).text
    assert client.get("/compare").get_json()["pairs"][0]["first"]["document"]["described"] is None
