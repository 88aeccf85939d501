"""In Chromium, as a new user would: pick, read, open the source, embed, paste. Every page obeys its own policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize
from urllib.parse import urlencode

import pytest

from service.app import create_app
from service.config import Config
from tests.conftest import axe, serving

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from service.corpus import Corpus

WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Literal["dark", "light"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def site(council_corpus: Corpus) -> Iterator[str]:
    """A running service that holds the council transcript; not to be written to."""
    with serving() as serve:
        yield serve(create_app(Config(), council_corpus))


@pytest.fixture
def addresses(council_corpus: Corpus) -> dict[str, str]:
    document, topic = council_corpus.documents()[0].id, council_corpus.topics()[0].id
    return {
        "topics": "/",
        "map": "/map",
        "comparison": f"/compare?topic={topic}&include=unsure",
        "silence": "/compare?min_confidence=1",
        "topic": f"/topics/{topic}",
        "edits": "/topic-edits",
        "issues": "/issues",
        "speakers": "/speakers",
        "speaker": "/speakers/omalley",
        "documents": "/documents",
        "document": f"/documents/{document}",
        "review": "/review",
        "rulings": "/rulings",
        "error card": "/review/errors",
        "removal": f"/documents/{document}/remove",
        "add": "/add",
        "refusal": "/nowhere",
        "embed": "/embed/compare",
        "brief": "/brief?first=omalley&second=lindqvist&topic=road&topic=buses",
        "cite": f"/cite/{council_corpus.compare().pairs[0].first.id}",
    }


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the page's console says, but for the answers that a test asks for to be refusals."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_complaint(message.type, message.text) else None)
    return said


def _is_complaint(kind: str, text: str) -> bool:
    return (
        kind in ("error", "warning") and "Failed to load resource: the server responded with a status of 4" not in text
    )


# Pick, read, open ----------------------------------------------------------------------------------------------


def test_picking_a_topic_shows_a_pair_and_opens_its_source_highlighted(
    page: Page, site: str, council_corpus: Corpus, complaints: list[str]
) -> None:
    page.goto(site)
    with page.expect_request("**/compare?topic=*") as asked:
        page.get_by_role("link", name=council_corpus.topics()[0].name, exact=True).click()
    assert asked.value.headers["hx-request"] == "true"
    page.wait_for_url("**/compare?topic=*")
    row = page.locator("table.pairs.opposes tbody tr").first
    quote = row.locator("blockquote").first.inner_text().strip("“” \n")
    assert quote in {q.text for pair in council_corpus.compare().pairs for q in (pair.first, pair.second)}
    assert "opposes" in row.inner_text()
    assert page.title().endswith("Counterpose")
    row.locator(".source a").first.click()
    page.wait_for_url("**/documents/*#s*")
    lit = page.locator(".statement:target")
    assert lit.inner_text() == quote
    assert lit.evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"
    box = lit.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900
    assert not complaints


def test_the_back_button_leads_through_what_was_picked(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(site)
    page.locator(".topics h3 a").first.click()
    page.wait_for_url("**/compare?topic=*")
    before = page.url
    with page.expect_request(lambda request: request.headers.get("hx-request") == "true"):
        page.get_by_label("Topic", exact=True).select_option("")
    page.wait_for_url(lambda url: url != before)
    assert "first=" in page.url
    assert page.get_by_label("Topic", exact=True).input_value() == ""
    page.go_back()
    page.wait_for_url(before)
    page.wait_for_function("document.querySelector('#topic')?.value !== ''")
    assert page.locator("table.pairs").count()
    page.go_back()
    page.wait_for_url(f"{site}/")
    page.get_by_role("heading", name="Topics", level=1).wait_for()
    page.go_forward()
    page.wait_for_url(before)
    page.locator("table.pairs").first.wait_for()
    assert not complaints


def test_topics_are_filtered_as_one_types_and_compared_on_enter(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Find a topic").press_sequentially("vote", delay=20)
    page.wait_for_url("**/?topic=vote*")
    page.wait_for_function("document.querySelectorAll('.topics h3').length === 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?topic=vote*")
    assert page.locator("#comparison").count() == 1


def test_a_refusal_after_a_choice_is_shown_in_place(page: Page, site: str) -> None:
    page.goto(f"{site}/compare")
    page.get_by_text("Filters").click()
    page.get_by_label("Since").fill("yesterday")
    page.get_by_label("Since").blur()
    page.get_by_role("heading", level=1, name=re.compile("yesterday")).wait_for()


def test_the_keyboard_reaches_the_content_first(page: Page, site: str) -> None:
    page.goto(f"{site}/compare")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_link_and_an_embed_are_copied(chromium: Browser, site: str) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/compare")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/compare?first=omalley&second=lindqvist"
    page.locator("summary", has_text="Embed").click()
    page.get_by_role("button", name="Copy Markdown").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('[^1]:'))")
    context.close()


# Without JavaScript ------------------------------------------------------------------------------------------


def test_everything_works_without_javascript(chromium: Browser, site: str, council_corpus: Corpus) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site)
    page.get_by_label("Find a topic").fill("vote")
    page.get_by_role("button", name="Filter the list").click()
    assert page.locator(".topics h3").count() == 1
    page.locator(".topics h3 a").first.click()
    page.get_by_label("Topic", exact=True).select_option("")
    page.get_by_role("button", name="Compare", exact=True).last.click()
    assert page.locator("table.pairs.opposes tbody tr").count() == 4
    assert not page.get_by_role("button", name="Copy link").is_visible()
    page.locator("summary", has_text="Context").first.click()
    assert page.locator("details.context mark").first.is_visible()
    page.locator(".source a").first.click()
    assert page.locator(".statement:target").count() == 1
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("address", ["/compare", "/embed/compare"])
def test_sides_stand_in_alphabetical_order_and_are_swapped(
    chromium: Browser, site: str, address: str, scripts: bool
) -> None:
    context = chromium.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(site + address)
    for expected in (["Mayor O'Malley", "Minister Lindqvist"], ["Minister Lindqvist", "Mayor O'Malley"]) * 2:
        headers = page.locator("table thead").first.locator("th").all_text_contents()
        assert [headers[0], headers[2]] == expected
        with page.expect_navigation():
            page.get_by_role("link", name="Swap sides").click()
    context.close()


def test_the_map_is_narrowed_and_leads_to_a_comparison(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(f"{site}/map")
    marks = page.locator("svg.map g.mark text")
    assert marks.count()
    assert all(marks.nth(at).is_visible() for at in range(marks.count()))
    page.get_by_text("Choose speakers").click()
    page.get_by_label("Topics with the words").fill("lime trees")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/map?q=lime*")
    assert "since" not in page.url
    rows = page.locator("table.map tbody tr")
    assert rows.count() == 1
    rows.first.locator("td a").first.click()
    page.wait_for_url("**/compare?first=omalley&second=lindqvist&topic=*")
    assert not complaints


# Adding ------------------------------------------------------------------------------------------------------


def test_a_transcript_is_pasted_previewed_and_added(
    page: Page,
    serve: Callable[[Flask], str],
    corpus_factory: Callable[..., Corpus],
    council: Path,
    complaints: list[str],
) -> None:
    corpus = corpus_factory()
    site = serve(create_app(Config(), corpus))
    page.goto(site)
    page.get_by_label("Or paste a transcript").fill(council.read_text())
    page.get_by_role("button", name="See who said what").click()
    page.get_by_role("heading", name="Who said what").wait_for()
    assert corpus.documents() == ()
    page.get_by_label("Speaker for MINISTER LINDQVIST").fill("Ada Lindqvist")
    page.get_by_label("Place").fill("Norby")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/documents/*added=1", timeout=30_000)
    assert "Norby" in page.locator("main").inner_text()
    page.get_by_role("link", name="Compare them").click()
    assert "Ada Lindqvist" in page.locator("#comparison").inner_text()
    assert [row.speaker.name for row in corpus.speakers()] == ["Ada Lindqvist", "Mayor O'Malley"]
    assert not complaints


def test_a_chosen_file_is_previewed(page: Page, site: str, council: Path, complaints: list[str]) -> None:
    page.goto(f"{site}/add")
    page.get_by_label("File").set_input_files(council)
    page.get_by_role("button", name="See who said what").click()
    assert "This document is already here" in page.locator("main").inner_text()
    page.get_by_role("button", name="Back to the text").click()
    assert "Chosen: council.txt" in page.locator("main").inner_text()
    assert not complaints


# Embedding ---------------------------------------------------------------------------------------------------


def test_a_comparison_is_read_in_another_sites_page(
    page: Page, site: str, elsewhere: tuple[Path, str], complaints: list[str]
) -> None:
    folder, other = elsewhere
    page.goto(f"{site}/compare")
    snippet = page.locator("#copy-iframe").input_value()
    (folder / "index.html").write_text(
        f"<!doctype html><html lang=en><title>Briefing</title><h1>Briefing</h1>{snippet}"
    )
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(other)
        frame = page.frame_locator("iframe")
        frame.locator("blockquote").first.wait_for()
        inner = page.frames[1]
        inner.wait_for_load_state("load")  # its words are there before its style sheet
        assert inner.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert inner.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1024px"
        assert inner.evaluate("document.styleSheets.length") == 1
    assert "unreviewed" in frame.locator("body").inner_text()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Counterpose").click()
    assert opened.value.url.startswith(f"{site}/compare?first=")
    assert not complaints


def test_a_page_cannot_be_framed_by_another_site(chromium: Browser, site: str, elsewhere: tuple[Path, str]) -> None:
    page = chromium.new_page()
    folder, other = elsewhere
    (folder / "index.html").write_text(f'<!doctype html><iframe src="{site}/speakers"></iframe>')
    page.goto(other)
    assert page.frame_locator("iframe").get_by_role("heading", name="Speakers").count() == 0
    page.close()


# Every page --------------------------------------------------------------------------------------------------


def test_no_page_complains_scrolls_sideways_or_shuts_anybody_out(
    page: Page, site: str, addresses: dict[str, str], complaints: list[str]
) -> None:
    for name, address in addresses.items():
        page.goto(site + address)
        page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        found = axe(page, {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        serious = [each["id"] for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
        assert not serious, f"{name}: {found.generate_report()}"
    assert not complaints


def test_contrast_holds_in_the_dark_as_well(page: Page, site: str, addresses: dict[str, str]) -> None:
    """In the light, the test above looks at it on every page."""
    for name in ("comparison", "topics", "map", "document", "embed", "brief", "cite"):
        page.goto(site + addresses[name])
        inks = set()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            inks.add(page.evaluate("getComputedStyle(document.body).color"))
        found = axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert len(inks) == len(SCHEMES), name


def test_the_api_page_works_under_its_policy(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(f"{site}/docs")
    page.locator(".opblock-summary-path", has_text="/compare").first.wait_for()
    page.locator(
        "#operations-compare-api_compare_speakers_compare_get .opblock-summary-control, .opblock-get"
    ).first.click()
    page.get_by_role("button", name="Try it out").first.wait_for()
    assert not complaints


def test_side_by_side_is_a_table_that_stacks_when_narrow(page: Page, site: str) -> None:
    page.goto(f"{site}/compare")
    first, second = (page.locator("table.pairs tbody tr").first.locator("td.side").nth(at) for at in (0, 1))

    def places() -> tuple[float, float, float, float]:
        one, other = first.bounding_box(), second.bounding_box()
        assert one is not None
        assert other is not None
        return one["x"], one["y"], other["x"], other["y"]

    x1, y1, x2, y2 = places()
    assert x2 > x1
    assert y2 == y1
    assert not first.locator(".who").is_visible()
    headers = page.locator("table.pairs").first.get_by_role("columnheader").all_inner_texts()
    assert headers == ["Mayor O'Malley", "Relation", "Minister Lindqvist"]
    page.set_viewport_size({"width": 600, "height": 900})
    x1, y1, x2, y2 = places()
    assert x2 == x1
    assert y2 > y1
    assert first.locator(".who").is_visible()
    assert page.locator("table.pairs").first.get_by_role("columnheader").count() == 3


def test_the_quote_is_the_largest_text_and_a_readable_measure(page: Page, site: str) -> None:
    page.goto(f"{site}/compare")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('#comparison td *')].filter(node => node.innerText)
        .map(node => [node.closest('blockquote') !== null, parseFloat(getComputedStyle(node).fontSize)])"""
    )
    quotes = [size for quoted, size in sizes if quoted]
    assert min(quotes) >= 20
    measure = page.evaluate(
        """() => { const quote = document.querySelector('td.side blockquote');
        const ruler = document.createElement('canvas').getContext('2d');
        const held = getComputedStyle(quote);
        ruler.font = `${held.fontSize} ${held.fontFamily}`;
        const line = 'the quick brown fox jumps over a lazy dog';
        return parseFloat(held.width) / (ruler.measureText(line).width / line.length); }"""
    )
    assert 45 <= measure <= 70


# The acceptance input ----------------------------------------------------------------------------------------


def test_stockholm_sets_nato_opposite_ukraine(page: Page, live_server: str, stockholm_corpus: Corpus) -> None:
    page.goto(live_server)
    page.locator(".topics h3 a", has_text="Ukraine").first.click()
    page.wait_for_url("**/compare?topic=*")
    rows = page.locator("table.pairs.opposes tbody tr")
    shown = [
        tuple(side.lower() for side in rows.nth(at).locator("blockquote").all_inner_texts())
        for at in range(min(rows.count(), 3))
    ]
    assert any(
        re.search("nato|indivisible", first + second) and re.search("sovereignty|aggression", first + second)
        for first, second in shown
    )
    title = page.locator("#framing").inner_text().lower()
    assert re.search("nato|security", title)
    assert re.search("ukrain|sovereignty", title)
    for away in ("iran", "karabakh", "whelan"):
        assert away not in page.locator("table.pairs").first.inner_text().lower()
    query = urlencode({"topic": page.get_by_label("Topic", exact=True).input_value()})
    page.goto(f"{live_server}/embed/compare?{query}")
    assert "via interpreter" in page.locator("body").inner_text()


def test_a_printed_comparison_holds_every_quote_and_its_address_and_no_control(
    page: Page, site: str, council_corpus: Corpus, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    page.goto(f"{site}/compare")
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    sheets = PdfReader(tmp_path / "printed.pdf").pages
    printed = "".join(normalize("NFKC", "".join(sheet.extract_text().split())) for sheet in sheets)  # ligatures undone
    found = council_corpus.compare()
    assert found.pairs
    for pair in found.pairs:
        for quote in (pair.first, pair.second):
            assert normalize("NFKC", "".join(quote.text.split())) in printed
    assert f"{site}/compare?first=" in printed
    assert not {word for word in ("Copylink", "Freeze", "Swapsides", "Leastconfidence") if word in printed}


def test_no_page_shifts_while_it_loads(page: Page, site: str, addresses: dict[str, str]) -> None:
    page.add_init_script(
        """
        window.shifted = 0;
        new PerformanceObserver(list => list.getEntries().forEach(one => { window.shifted += one.value; }))
          .observe({type: "layout-shift", buffered: true});
        """
    )
    for name, address in addresses.items():
        page.goto(site + address)  # until all that it fetches is there
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
        assert page.evaluate("window.shifted") < 0.01, name


def test_on_a_narrow_window_the_previews_table_is_whole_and_a_wide_map_says_that_it_goes_on(
    page: Page, site: str, council: Path
) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{site}/add")
    page.locator("textarea[name=text]").fill(council.read_text())
    page.get_by_role("button", name="See who said what").click()
    page.locator("table.labels").wait_for()
    hidden = "one => one.parentElement.scrollWidth - one.parentElement.clientWidth"
    assert page.locator("table.labels").evaluate(hidden) <= 0
    page.goto(f"{site}/map")
    assert page.locator(".sideways").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not page.locator(".sideways").first.is_visible()
