"""In Chromium: whatever people and files fill in, no page, embed, feed or file of ours runs any of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from csv import reader as csv_rows
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from service.app import create_app
from service.config import Config
from service.exports import formats
from service.web.access import csrf
from tests.planting import PAYLOADS, RARE, WORKED_OUT, Planted, addresses, plant, posted

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from service.corpus import Corpus

ALL = " ".join(PAYLOADS)
WORDS = " ".join(PAYLOADS[2:6])
TYPED = " ".join((*PAYLOADS, *RARE))
AT = "http://shown.example"
WATCH = """
window.ran = []; window.refused = [];
window.xss = (number) => window.ran.push(number);
addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective + event.blockedURI));
"""
LOOK = """(page) => ({
  planted: [...page.querySelectorAll("[planted]")].map((each) => each.outerHTML),
  links: [...page.querySelectorAll("[href], [src], [action], [formaction], [data], [cite]")].flatMap((each) =>
    ["href", "src", "action", "formaction", "data", "cite"].filter((name) => each.hasAttribute(name)).filter((name) => {
      try { return !/^(https?|file|about):$/.test(new URL(each.getAttribute(name), page.baseURI).protocol); }
      catch { return false; }
    }).map((name) => each.outerHTML)),
  handlers: [...page.querySelectorAll("*")].filter((each) => [...each.attributes].some(({ name, value }) =>
    /^on|^(data-)?hx-on/.test(name) || name === "style" && value.includes("url"))).map((each) => each.outerHTML),
  computed: page.documentElement.textContent.includes("WORKED_OUT"),
})""".replace("WORKED_OUT", WORKED_OUT)
"""What became markup of a page: elements, addresses that run, attributes that do, templates that were worked out."""
RAN = "() => ({ ran: window.ran, refused: window.refused })"


@dataclass(frozen=True, slots=True)
class Site:
    app: Flask
    corpus: Corpus
    planted: Planted


class Watched:
    """A page that is watched: what ran, what the policy refused, what became markup, who else was asked."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()
        self.found: list[str] = []
        self.seen = 0
        self.words: set[str] = set()
        self._address = address
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.found.append(f"dialog on {self.page.url}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self._address, "file:", "data:image/svg+xml", "about:")):
            self.found.append(f"{self.page.url} asked {request.url}")

    def open(self, address: str) -> None:
        from playwright.sync_api import Error

        try:
            self.page.goto(address, wait_until="load")
        except Error as error:
            if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
                raise
            return
        told = self.page.evaluate(RAN) | self.page.evaluate(f"({LOOK})(document)")
        self.found += [f"{address}: {what} {value}" for what, value in told.items() if value]
        self.words.add(self.page.evaluate("document.documentElement.textContent"))
        self.seen += 1

    def read(self, address: str, html: str) -> None:
        """As `open`, but only taken apart: what would run is found in it, and takes a hundredth of the time."""
        told = self.page.evaluate(f"(html) => ({LOOK})(new DOMParser().parseFromString(html, 'text/html'))", html)
        self.found += [f"{address}: {what} {value}" for what, value in told.items() if value]
        self.seen += 1

    def show(self, html: str) -> None:
        """A page of these bytes, at no address of the site."""
        self.page.route(f"{AT}/**", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        self.open(f"{AT}/shown")


@pytest.fixture(scope="module")
def planted_factory(corpus_factory: Callable[..., Corpus]) -> Callable[..., Site]:
    def make(payloads: tuple[str, ...], text: str) -> Site:
        corpus = corpus_factory()
        planted = plant(corpus, create_app(Config(), corpus).test_client(), payloads, text)
        return Site(create_app(Config(), corpus), corpus, planted)

    return make


@pytest.fixture(scope="module")
def site(planted_factory: Callable[..., Site]) -> Site:
    """Each field holds one payload, and where there is room all of them. Read it, do not write to it."""
    return planted_factory(PAYLOADS, ALL)


@contextmanager
def watched(browser: Browser, address: str, key: str | None = None, *, policy: bool = True) -> Iterator[Watched]:
    """`policy`: with ours; without it, whatever became markup would run."""
    context = browser.new_context(bypass_csp=not policy)
    context.set_default_timeout(30_000)
    if key is not None:
        context.add_cookies([{"name": "counterpose-session", "value": key, "url": address}])
    yield Watched(context, address)
    context.close()


def test_no_page_runs_what_was_filled_in_were_there_no_policy(
    chromium: Browser, serve: Callable[..., str], site: Site
) -> None:
    address = serve(site.app)
    with watched(chromium, address, site.planted.key, policy=False) as one:
        for path in addresses(site.app, site.planted, None):
            one.open(address + path)
    assert one.seen > 50
    assert not one.found
    shown = "".join("".join(one.words).split())
    assert not [payload for payload in PAYLOADS if "".join(payload.split()) not in shown]  # they were there to be run
    assert "Signout" in shown


def test_no_part_and_no_parameter_of_an_address_becomes_markup(chromium: Browser, site: Site) -> None:
    client = site.app.test_client()
    client.set_cookie("counterpose-session", site.planted.key)
    with watched(chromium, AT) as one:
        for path in addresses(site.app, site.planted, TYPED):
            answer = client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code != 500, path
            if answer.mimetype == "text/html":
                one.read(path, answer.text)
    assert one.seen > 150
    assert not one.found


@pytest.mark.slow
def test_nobody_unknown_is_shown_a_page_that_the_policy_had_to_guard(
    chromium: Browser, serve: Callable[..., str], site: Site
) -> None:
    address = serve(site.app)
    with watched(chromium, address) as one:
        for path in addresses(site.app, site.planted, None):
            one.open(address + path)
    assert one.seen > 50
    files = {f"/snapshots/{site.planted.snapshot}.html"}  # with a style sheet of their own, for when they are kept
    assert not [line for line in one.found if urlsplit(line.split(": ")[0]).path not in files]


def test_no_form_that_is_shown_again_and_no_preview_runs_what_was_typed(
    chromium: Browser, planted_factory: Callable[..., Site]
) -> None:
    site = planted_factory(PAYLOADS[:1], "")
    key = site.planted.key
    client = site.app.test_client()
    client.set_cookie("counterpose-session", key)
    with watched(chromium, AT, policy=False) as one:
        for answer in posted(client, site.planted, TYPED, csrf.word(key)):
            assert answer.status_code < 500
            if answer.mimetype == "text/html":
                one.read(answer.request.path, answer.text)
    assert one.seen > 25
    assert not one.found


def test_no_file_to_keep_runs_what_was_filled_in(chromium: Browser, site: Site, tmp_path: Path) -> None:
    client = site.app.test_client()
    sides = f"first={site.planted.first}&second={site.planted.second}"
    with watched(chromium, AT, policy=False) as one:
        for address in (f"/compare?{sides}", f"/compare?{sides}&topic={quote(WORDS)}", f"/brief?{sides}"):
            for name, kind in formats().items():
                answer = client.get(f"{address}&format={name}&download=1")
                assert answer.status_code == 200
                assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["Content-Disposition"])
                path = tmp_path / f"file{kind.SUFFIX}"
                path.write_bytes(answer.data)
                if name == "html":
                    one.open(path.as_uri())
                elif name == "md":
                    shown = MarkdownIt("commonmark").enable("table").render(answer.text)  # which lets HTML through
                    one.show(shown)
                elif name == "csv":
                    cells = [cell for row in csv_rows(answer.text.removeprefix("\ufeff").splitlines()) for cell in row]
                    texts = [cell for cell in cells if not re.fullmatch(r"-?[\d.]+", cell)]
                    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
                elif name == "docx":
                    assert not set(re.findall(r'Target="((?!https?:)\w+:[^"]*)"', _parts(answer.data)))
                elif name == "pdf":
                    assert not [uri for uri in _links(answer.data) if not uri.startswith(("http://", "https://"))]
        page = client.get(f"/compare?{sides}&format=html").text
        for snippet in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S):
            if not snippet.startswith("#"):  # one of them is Markdown
                one.show(unescape(snippet))
        framed = client.get(f"/oembed?url={quote(f'http://localhost/compare?{sides}')}").get_json()
        one.show(framed["html"])
        assert one.seen > 8
    assert not [line for line in one.found if "http://localhost" not in line]  # the frames are of the site itself


def test_a_feed_and_what_programs_get_carry_it_as_text(site: Site) -> None:
    client = site.app.test_client()
    feed = ElementTree.fromstring(client.get("/corrections.atom").data)
    assert all(each.tag.startswith("{http://www.w3.org/2005/Atom}") for each in feed.iter())
    assert {each.get("type", "text") for each in feed.iter() if each.tag.endswith(("title", "summary"))} == {"text"}
    assert "xss(" in "".join(feed.itertext())
    for address in ("/documents", "/speakers", "/topics", "/corrections", "/openapi.json", "/healthz"):
        answer = client.get(address)
        assert answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    stored = client.get(f"/documents/{site.planted.document}.txt")
    assert (stored.content_type, stored.headers["X-Content-Type-Options"]) == ("text/plain; charset=utf-8", "nosniff")
    assert "default-src 'none'" in stored.headers["Content-Security-Policy"]


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_page_runs_one_payload_that_stands_in_every_field(
    chromium: Browser, serve: Callable[..., str], planted_factory: Callable[..., Site], payload: str
) -> None:
    """Without our policy, which is there for what is overlooked here: with it, less would run, and no more be found."""
    site = planted_factory((payload,), payload)
    address = serve(site.app)
    for key in (site.planted.key, None):
        with watched(chromium, address, key, policy=False) as one:
            for path in addresses(site.app, site.planted, payload):
                one.open(address + path)
        assert one.seen > 150
        assert not one.found


def _parts(word: bytes) -> str:
    with ZipFile(BytesIO(word)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".rels"))


def _links(pdf: bytes) -> list[str]:
    pages = PdfReader(BytesIO(pdf)).pages
    actions = [note.get_object().get("/A", {}) for page in pages for note in page.get("/Annots", ())]
    assert not [action for action in actions if action.get("/S", "/URI") not in ("/URI", "/GoTo")]
    return [str(action["/URI"]) for action in actions if "/URI" in action]
