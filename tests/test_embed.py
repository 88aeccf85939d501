"""The comparison in other people's pages: without scripts, with its sources, and as oEmbed has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from models.transcript import Metadata, Record
from service.app import create_app
from service.config import Config
from service.readers import Source
from service.rendering.heading import heading

if TYPE_CHECKING:
    from pathlib import Path

    from service.corpus import Corpus

COMPARISON = "http://localhost/compare?first=lindqvist&second=omalley"


@pytest.fixture(scope="module")
def client(council_corpus: Corpus) -> FlaskClient:
    return create_app(Config(), council_corpus).test_client()


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


# The frame ---------------------------------------------------------------------------------------------------


def test_an_embed_has_no_script_sets_no_cookie_and_may_be_framed(client: FlaskClient) -> None:
    answer = client.get("/embed/compare")
    names = {tag for tag, _ in Page(answer.text).tags}
    assert not names & {"script", "style", "form", "iframe"}
    assert "Set-Cookie" not in answer.headers
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers


def test_an_embed_holds_title_quotes_sources_and_a_link_back(client: FlaskClient, council_corpus: Corpus) -> None:
    found = council_corpus.compare("lindqvist", "omalley")
    page = Page(client.get("/embed/compare?first=lindqvist&second=omalley").text)
    assert heading(found) in page.words
    assert "unreviewed" in page.words
    links = [attributes.get("href") or "" for tag, attributes in page.tags if tag == "a"]
    assert COMPARISON in links
    assert "https://example.org/road?a=1&b=2" in links
    for pair in found.pairs:
        for quote in (pair.first, pair.second):
            assert quote.text in page.words
            assert quote.speaker.name in page.words


def test_a_pair_is_embedded_alone_as_the_comparison_has_it(client: FlaskClient, council_corpus: Corpus) -> None:
    pair = council_corpus.compare("lindqvist", "omalley").pairs[0]
    words = Page(client.get(f"/embed/pair?first={pair.first.id}&second={pair.second.id}").text).words
    assert pair.first.text in words
    assert pair.second.text in words
    assert f"{pair.confidence:.2f}" in words
    assert words.count("unreviewed") == 2


@pytest.mark.parametrize("query", ["first=x&second=y", "", "first=x"])
def test_an_unknown_pair_is_refused_in_words(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/embed/pair?{query}")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


def test_a_bad_value_in_an_embed_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/embed/compare?limit=-1")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "limit" in answer.text


def test_a_summary_is_said_to_be_one_wherever_it_is_quoted(
    corpus_factory: Callable[..., Corpus], council: Path
) -> None:
    corpus = corpus_factory()
    corpus.add(Source(council.name, council.read_bytes()), Metadata(record=Record.SUMMARY))
    client = create_app(Config(), corpus).test_client()
    pair = corpus.compare().pairs[0]
    document = corpus.documents()[0].id
    topic = corpus.topics()[0].id
    for address in (
        *("/embed/compare", f"/embed/pair?first={pair.first.id}&second={pair.second.id}", "/compare?format=html"),
        *("/compare?format=md", f"/documents/{document}?format=html", f"/topics/{topic}?format=html"),
        *("/documents?format=html",),
    ):
        assert "summary record, not verbatim" in client.get(address).text, address


# oEmbed ------------------------------------------------------------------------------------------------------


def test_a_comparison_can_be_discovered_and_framed(client: FlaskClient) -> None:
    page = Page(client.get("/compare?format=html&topic=buses").text)
    found = {a["type"]: a["href"] for tag, a in page.tags if tag == "link" and a.get("rel") == "alternate"}
    assert set(found) == {"application/json+oembed", "text/xml+oembed"}
    answer = json.loads(client.get(str(found["application/json+oembed"])).text)
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    assert answer["title"] in page.words
    frame = Page(answer["html"]).tags[0][1]
    assert frame["title"] == answer["title"]
    assert client.get(unescape(str(frame["src"]))).status_code == 200
    assert "topic=buses" in str(frame["src"])


def test_oembed_in_xml_says_the_same_as_in_json(client: FlaskClient) -> None:
    query = {"url": COMPARISON}
    in_json = client.get("/oembed", query_string=query).get_json()
    answer = client.get("/oembed", query_string={**query, "format": "xml"})
    assert answer.mimetype == "text/xml"
    assert {each.tag: each.text for each in fromstring(answer.data)} == {k: str(v) for k, v in in_json.items()}


def test_oembed_in_xml_is_declared_as_the_specification_has_it(client: FlaskClient) -> None:
    answer = client.get("/oembed", query_string={"url": COMPARISON, "format": "xml"})
    assert answer.data.startswith(b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>')


def test_what_oembed_gives_is_what_the_specification_demands_of_rich_content(client: FlaskClient) -> None:
    answer = client.get("/oembed", query_string={"url": COMPARISON})
    assert answer.mimetype == "application/json"
    found = answer.get_json()
    assert {"type", "version", "html", "width", "height"} <= found.keys()
    assert (type(found["width"]), type(found["height"]), found["version"]) == (int, int, "1.0")
    assert [tag for tag, _ in Page(found["html"]).tags] == ["iframe"]


@pytest.mark.parametrize("path", ["/snapshots/{}", "/embed/snapshots/{}"])
def test_a_snapshot_is_framed_like_a_comparison(council_copy: Corpus, path: str) -> None:
    client = create_app(Config(), council_copy).test_client()
    row = council_copy.snapshots.freeze()
    page = Page(client.get(row.path).text)
    found = {a["type"]: a["href"] for tag, a in page.tags if tag == "link" and "oembed" in (a.get("type") or "")}
    assert set(found) == {"application/json+oembed", "text/xml+oembed"}
    assert client.get(str(found["text/xml+oembed"])).status_code == 200
    answer = client.get("/oembed", query_string={"url": f"http://localhost{path.format(row.sha256)}", "maxwidth": 320})
    frame = Page(answer.get_json()["html"]).tags[0][1]
    assert (frame["src"], frame["width"]) == (f"http://localhost/embed{row.path}", "320")
    shown = client.get(str(frame["src"]))
    assert shown.status_code == 200
    assert "frame-ancestors *" in shown.headers["Content-Security-Policy"]
    assert not {tag for tag, _ in Page(shown.text).tags} & {"script", "style", "form", "iframe"}
    assert "Frozen on" in Page(shown.text).words
    unknown = client.get("/oembed", query_string={"url": f"http://localhost/snapshots/{'0' * 64}"})
    assert unknown.status_code == 404


# A frame that fits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/embed/compare", "/embed/pair?first={}&second={}"])
def test_only_an_embed_that_is_asked_to_fit_has_a_script_and_that_is_ours(
    client: FlaskClient, council_corpus: Corpus, address: str
) -> None:
    pair = council_corpus.compare().pairs[0]
    address = address.format(pair.first.id, pair.second.id)
    answer = client.get(address + ("&" if "?" in address else "?") + "fit=1")
    scripts = [attributes["src"] or "" for tag, attributes in Page(answer.text).tags if tag == "script"]
    assert [script.split("?")[0] for script in scripts] == ["/static/embed-fit.js"]
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    plain = client.get(address)
    assert "script" not in plain.headers["Content-Security-Policy"]


def test_the_script_for_other_sites_has_one_address_and_is_not_kept_for_good(client: FlaskClient) -> None:
    answer = client.get("/static/embed-height.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=31536000" in client.get("/static/embed.css?v=1").headers["Cache-Control"]


def test_oembed_keeps_within_the_size_asked_for(client: FlaskClient) -> None:
    query = {"url": COMPARISON, "maxwidth": "320", "maxheight": "240"}
    answer = client.get("/oembed", query_string=query).get_json()
    assert (answer["width"], answer["height"]) == (320, 240)
    assert 'width="320" height="240"' in answer["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": "https://example.org/compare?first=a&second=b"}, 404),
        ({"url": "http://localhost.example.org/compare"}, 404),
        ({"url": "http://localhost/documents"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": "http://[/compare"}, 404),
        ({}, 404),
        ({"url": COMPARISON, "format": "yaml"}, 501),
        ({"url": COMPARISON, "maxwidth": "-1"}, 400),
        ({"url": "http://localhost/compare?limit=0"}, 400),
        ({"url": "http://localhost/compare?first=nobody"}, 404),
    ],
)
def test_oembed_refuses_what_it_cannot_frame(client: FlaskClient, query: dict[str, str], status: int) -> None:
    answer = client.get("/oembed", query_string=query)
    assert answer.status_code == status
    assert answer.get_json()["error"]["message"]


def test_addresses_given_to_others_are_public_ones(council_corpus: Corpus) -> None:
    client = create_app(Config(public_url="https://counterpose.example.org"), council_corpus).test_client()
    page = Page(client.get("/compare?format=html").text)
    canonical = next(a["href"] for tag, a in page.tags if tag == "link" and a.get("rel") == "canonical")
    assert str(canonical).startswith("https://counterpose.example.org/compare?first=")
    answer = client.get("/oembed", query_string={"url": canonical}).get_json()
    assert 'src="https://counterpose.example.org/embed/compare?' in answer["html"]


def test_the_page_offers_frame_html_and_markdown_to_copy(client: FlaskClient, council_corpus: Corpus) -> None:
    text = client.get("/compare?format=html").text
    held = {
        part.split('"')[0]: unescape(part.split(">", 1)[1].split("</textarea>")[0])
        for part in text.split('id="copy-')[1:]
    }
    assert set(held) == {"iframe", "fitted", "html", "markdown"}
    quote = council_corpus.compare().pairs[0].first
    assert quote.text in unescape(held["html"])
    assert "[^1]:" in held["markdown"]
    address = urlsplit(Page(held["iframe"]).tags[0][1]["src"])
    assert parse_qs(str(address.query))["first"] == ["omalley"]
