"""Translation: every word of the interface is in the catalog, and a page speaks the language that is asked for."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from models.published import as_json
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.rendering.wording import count, day, number
from service.translation import CATALOGS, ENGLISH, Language, speaking

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = CATALOGS / "messages.pot"
PSEUDO = "eo"
"""The language that stands in for any other: the words as they are, in brackets."""

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "line", "circle", "path", "use"}
NAMES = re.compile(
    r"\b(Counterpose|API|JSON|CSV|HTML|PDF|Word|Markdown|SHA|UTC|APA|Chicago|MHRA|OSCOLA|CSL|RIS|Enter|https?)\b"
)
"""What is called the same in every language."""

SAID = {"blockquote", "cite", "q", "mark", "code", "pre", "textarea", "kbd", "script", "style"}
"""What holds words of a document, or of a program."""

SHOWN = {"aria-label", "title", "alt", "placeholder", "data-busy", "data-copied", "data-says"}
"""Attributes that are read out or shown."""


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogs of one language, in which each message stands in brackets."""
    return _catalogs(tmp_path_factory.mktemp("catalogs"), lambda words: f"⟦{words}⟧")


def _catalogs(folder: Path, translated: Callable[[str], str]) -> Path:
    with MESSAGES.open("rb") as file:
        messages = read_po(file)
    catalog = Catalog(locale=PSEUDO)
    for message in messages:
        if isinstance(message.id, tuple):
            catalog.add(message.id, tuple(map(translated, message.id)), context=message.context)
        elif message.id:
            catalog.add(message.id, translated(message.id), context=message.context)
    place = folder / PSEUDO / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return folder


@pytest.fixture(scope="module")
def foreign(pseudo: Path, council_corpus: Corpus) -> FlaskClient:
    return _client(council_corpus, pseudo)


def _client(corpus: Corpus, catalogs: Path) -> FlaskClient:
    client = create_app(Config(), corpus, catalogs).test_client()
    client.environ_base |= {
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": PSEUDO,
        "HTTP_ORIGIN": "http://localhost",
    }
    return client


# Nothing is forgotten ---------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a page shows in words of the interface: its text in one piece, and each attribute that is read out.

    Left out is whatever is marked as data (`translate="no"`), as words of a document or as English (`lang="en"`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.text: list[str] = []
        self.attributes: list[str] = []

    @property
    def listening(self) -> bool:
        return not self.open or self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        data = tag in SAID or held.get("translate") == "no" or held.get("lang") == "en"
        if tag not in VOID:
            self.open.append((tag, self.listening and not data))
            listens = self.open[-1][1]
        else:
            listens = self.listening and not data
        if listens or tag == "textarea":
            self.attributes += [value for name, value in held.items() if name in SHOWN and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.listening:
            self.text.append(data)


def forgotten(page: str, data: frozenset[str] = frozenset()) -> list[str]:
    """The stretches of letters that stand outside the brackets of the catalog, and are not `data`."""
    reader = Reader()
    reader.feed(page)
    return [words for shown in (" ".join(reader.text), *reader.attributes) for words in _outside(shown, data)]


def _outside(shown: str, data: frozenset[str]) -> Iterator[str]:
    rest = shown
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "…", rest)) != rest:
        rest = shorter
    for known in sorted(data, key=lambda each: (-len(each), each)):
        rest = rest.replace(known, "…")
    for line in re.split(r"[\n…]", NAMES.sub("", html.unescape(rest))):
        if re.search(r"[^\W\d_]{2}", line):
            yield line.strip()


def test_a_word_that_is_not_in_the_catalog_is_found_and_data_is_passed_over() -> None:
    assert forgotten("<p>⟦Of ⟦2 pairs⟧ <b>x</b>⟧</p><q>Said.</q><p translate='no'>Lindqvist</p>") == []
    assert forgotten("<p>⟦One⟧ and two</p><img alt='A map'>") == ["and two", "A map"]


def data(corpus: Corpus) -> frozenset[str]:
    """What the collection itself says: names, titles, topics, labels, framings, places and dates."""
    found = {"en", "Norby", "https://example.org/road?a=1&b=2", "road", "submarine"}
    for row in corpus.speakers():
        found |= {row.speaker.name, *row.labels}
    for topic in corpus.topics():
        found |= {topic.name, topic.name[:25], *topic.terms}
    for document in corpus.documents():
        found |= {document.metadata.title or document.original_name}
    for label in corpus.document(corpus.documents()[0].id).utterances:
        found |= {label.label or "…"}
    for shown in (corpus.compare(), corpus.compare(min_confidence=1)):
        found |= {shown.first_framing, shown.second_framing}
        found |= {f"{framing} vs. {other}" for framing, other in ((shown.first_framing, shown.second_framing),)}
    with speaking(Language(Locale(PSEUDO), ENGLISH.catalog)):
        found.add(day("2021-12-02"))
    return frozenset(found)


def _pages(corpus: Corpus) -> dict[str, str]:
    """The addresses of the pages, by what they are called here."""
    found = corpus.compare()
    document, topic, pair = corpus.documents()[0].id, corpus.topics()[0].id, found.pairs[0]
    two = f"first={pair.first.id}&second={pair.second.id}"
    return {
        "topics": "/",
        "topics, filtered": "/?topic=road",
        "no topic": "/?topic=submarine",
        "comparison": "/compare",
        "comparison, all of it": "/compare?topic=road&include=unsure&include=reported",
        "comparison, nothing opposing": "/compare?min_confidence=1",
        "topic": f"/topics/{topic}",
        "map": "/map",
        "speakers": "/speakers",
        "speaker": f"/speakers/{found.first.id}",
        "over time": f"/speakers/{found.first.id}/over-time",
        "over time, topic": f"/speakers/{found.first.id}/over-time?topic=road",
        "documents": "/documents",
        "document": f"/documents/{document}",
        "add": "/add",
        "replace": f"/add?replaces={document}",
        "remove": f"/documents/{document}/remove",
        "issues": "/issues",
        "review": "/review",
        "review, sample": "/review?status=sample",
        "review of a pair": f"/review/pair?{two}",
        "error card": "/review/errors",
        "decisions": "/rulings",
        "edits": "/topic-edits",
        "snapshots": "/snapshots",
        "corrections": "/corrections",
        "reports": "/reports",
        "report": f"/report?{two}",
        "citation": f"/cite/{pair.first.id}",
        "brief": f"/brief?first={found.first.id}&second={found.second.id}",
        "embed": "/embed/compare",
        "embed of a pair": f"/embed/pair?{two}",
        "file": "/compare?format=html&download=1",
        "error": "/nothing",
        "docs": "/docs",
    }


def test_every_word_of_every_page_is_in_the_catalog(foreign: FlaskClient, council_corpus: Corpus) -> None:
    known = data(council_corpus)
    pages = {name: foreign.get(address) for name, address in _pages(council_corpus).items()}
    assert {name for name, page in pages.items() if page.status_code != 200} == {"error"}
    found = {name: forgotten(page.text, known) for name, page in pages.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_word_of_an_empty_collection_is_in_the_catalog(pseudo: Path, corpus: Corpus) -> None:
    client = _client(corpus, pseudo)
    for address in ("/", "/documents", "/speakers", "/map", "/review", "/issues"):
        assert forgotten(client.get(address).text) == [], address


def test_the_catalog_holds_what_is_in_the_code_and_in_the_templates_today(tmp_path: Path) -> None:
    recipe = re.search(r"pybabel (.*?)--output", (ROOT / "Makefile").read_text().replace("\\\n", " "), re.DOTALL)
    assert recipe is not None
    fresh = tmp_path / "messages.pot"
    program = [sys.executable, "-m", "babel.messages.frontend", *recipe[1].split(), "--output", str(fresh), "."]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    assert fresh.read_text() == MESSAGES.read_text(), "run make messages"


# A page speaks one language ---------------------------------------------------------------------------------------


def test_a_page_says_which_language_it_is_in_and_that_others_may_get_another(foreign: FlaskClient) -> None:
    page = foreign.get("/speakers")
    assert f'<html lang="{PSEUDO}">' in page.text
    assert "Accept-Language" in page.vary
    english = foreign.get("/speakers", headers={"Accept-Language": "de"})
    assert '<html lang="en">' in english.text
    assert "⟦" not in english.text


def test_without_catalogs_pages_are_english_and_do_not_vary(council_corpus: Corpus) -> None:
    page = _client(council_corpus, CATALOGS).get("/speakers")
    assert '<html lang="en">' in page.text
    assert "Accept-Language" not in page.vary


@pytest.mark.parametrize("address", ["/compare?format=json", "/compare?format=csv", "/speakers?format=json"])
def test_data_is_english_whatever_language_is_asked_for(foreign: FlaskClient, address: str) -> None:
    assert "⟦" not in foreign.get(address).text


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_file_speaks_the_language_of_the_page_that_it_is_taken_from(foreign: FlaskClient, form: str) -> None:
    assert "⟦How this was made⟧" in foreign.get(f"/compare?format={form}&download=1").text


def test_who_asks_next_is_not_answered_in_the_language_of_who_asked_before(foreign: FlaskClient) -> None:
    foreign.get("/speakers")
    assert count(2, "word") == "2 words"


def test_what_is_frozen_is_english(pseudo: Path, council_copy: Corpus) -> None:
    done = _client(council_copy, pseudo).post("/compare/freeze", data={"first": "lindqvist"})
    assert "⟦" not in json.dumps(as_json(council_copy.snapshots.snapshot(done.location.rpartition("/")[2]).comparison))


def test_dates_and_numbers_are_written_as_the_language_writes_them() -> None:
    assert (day("2021-12-02"), number(1204)) == ("2 December 2021", "1,204")
    with speaking(Language(Locale("de"), ENGLISH.catalog)):
        assert (day("2021-12-02"), day("2021-12"), number(1204)) == ("2. Dezember 2021", "Dezember 2021", "1.204")


def test_what_scripts_say_is_in_the_catalog_too(foreign: FlaskClient) -> None:
    page = foreign.get("/").text
    assert 'data-copied="⟦Copied⟧"' in page
    script = (ROOT / "service" / "static" / "counterpose.js").read_text()
    assert not re.search(r"textContent = [\"'`]", script)
