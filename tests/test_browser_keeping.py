"""In Chromium: freeze, embed in a page elsewhere, report, correct; what was embedded says so within one reload."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.transcript import Metadata
from service.app import create_app
from service.config import Config
from service.readers import Source
from service.store.reports import State
from tests.conftest import axe

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from service.corpus import Corpus

WIDTHS = (320, 768, 1280)
PICTURES = os.environ.get("COUNTERPOSE_TEST_PICTURES")  # a folder for screenshots to look at


@pytest.fixture
def site(serve: Callable[[Flask], str], council_copy: Corpus) -> str:
    return serve(create_app(Config(), council_copy))


def framed(folder: Path, snippet: str) -> None:
    (folder / "index.html").write_text(
        f"<!doctype html><html lang=en><title>Briefing</title><h1>Briefing</h1>{snippet}"
    )


def test_a_frozen_file_has_its_own_style_under_our_policy(page: Page, site: str, council_copy: Corpus) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}{council_copy.snapshots.freeze().path}.html")
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert not [one for one in complaints if "404" not in one]  # no site icon is no matter


def test_a_comparison_is_frozen_from_its_page(page: Page, site: str, council_copy: Corpus) -> None:
    page.goto(f"{site}/compare?topic=buses&include=unsure")
    page.locator("summary", has_text="Freeze").click()
    page.locator("#freeze-by").fill("Eva")
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_url("**/snapshots/*")
    row = council_copy.snapshots.rows()[0].row
    assert page.url == site + row.path
    assert re.search(r"Frozen on .* by Eva", page.locator("main").inner_text())
    page.get_by_role("link", name="What changed since").click()
    assert "Nothing." in page.locator("main").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_correction_shows_in_frames_elsewhere_within_one_reload(
    chromium: Browser, site: str, elsewhere: tuple[Path, str], council_copy: Corpus, scripts: bool
) -> None:
    folder, other = elsewhere
    row = council_copy.snapshots.freeze()
    context = chromium.new_context(java_script_enabled=scripts)
    page = context.new_page()
    for address in (f"/embed{row.path}", "/embed/compare"):
        framed(folder, f'<iframe src="{site}{address}" width=600 height=900 sandbox="allow-popups"></iframe>')
        page.goto(other)
        frame = page.frame_locator("iframe")
        frame.locator("blockquote").first.wait_for()
        assert "Corrected on" not in frame.locator("body").inner_text()
    pair = council_copy.compare().pairs[0]
    number = council_copy.corrections.report(council_copy.corrections.pair(pair.first.id, pair.second.id), "Wrong.")
    council_copy.correct(council_copy.documents()[0].id, Metadata(publisher="Another"))
    council_copy.corrections.answer(number, State.CORRECTED, "The label was wrong.")
    page.reload()
    frame.locator("blockquote").first.wait_for()
    assert "The label was wrong." in frame.locator("body").inner_text()
    context.close()


@pytest.mark.parametrize("late", [False, True])
def test_a_frame_that_fits_is_as_high_as_what_it_holds(
    page: Page, site: str, elsewhere: tuple[Path, str], late: bool
) -> None:
    folder, other = elsewhere
    page.goto(f"{site}/compare")
    snippet = page.locator("#copy-fitted").input_value().replace('loading="lazy"', "")
    frame, script = snippet.split("</iframe>")
    framed(
        folder, f'{frame}</iframe><iframe src="about:blank" id="other" height="77"></iframe>{"" if late else script}'
    )
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(other)
        page.frame_locator("iframe >> nth=0").locator("blockquote").first.wait_for()
        if late:
            page.wait_for_load_state("networkidle")
            page.add_script_tag(url=f"{site}/static/embed-height.js")
        page.wait_for_function("document.querySelector('iframe').height !== '900'")  # what the snippet gives it
        inner = page.frames[1]
        assert inner.evaluate("document.documentElement.scrollHeight <= document.documentElement.clientHeight")
        assert page.locator("#other").get_attribute("height") == "77"
    for width, than in ((320, ">"), (1280, "<")):  # the narrower, the higher
        before = page.locator("iframe").first.get_attribute("height")
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"Number(document.querySelector('iframe').height) {than} {before}")


def test_a_frame_elsewhere_that_says_it_is_high_is_not_believed(
    page: Page, site: str, elsewhere: tuple[Path, str]
) -> None:
    folder, other = elsewhere
    (folder / "liar.html").write_text("<script>parent.postMessage({counterpose: {height: 5000}}, '*')</script>")
    framed(folder, f'<script src="{site}/static/embed-height.js"></script><iframe src="/liar.html" height=50></iframe>')
    page.goto(other)
    page.wait_for_load_state("networkidle")
    assert page.locator("iframe").get_attribute("height") == "50"


@pytest.mark.parametrize("address", ["/corrections", "/snapshots", "/compare?format=html"])
def test_a_page_is_refused_in_a_frame_elsewhere(
    chromium: Browser, site: str, elsewhere: tuple[Path, str], address: str
) -> None:
    folder, other = elsewhere
    page = chromium.new_page()
    framed(folder, f'<iframe src="{site}{address}"></iframe>')
    page.goto(other)
    page.wait_for_load_state("networkidle")
    assert page.frames[1].url.startswith("chrome-error:")
    assert page.frame_locator("iframe").locator(".wordmark").count() == 0
    page.close()


def test_an_error_is_reported_answered_and_told_of(page: Page, site: str, council_copy: Corpus) -> None:
    row = council_copy.snapshots.freeze()
    page.goto(site + row.path)
    page.locator("summary", has_text="Why").first.click()
    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_label("What is wrong").fill("The second quote is the moderator's.")
    page.get_by_role("button", name="Report", exact=True).click()
    page.wait_for_url("**/corrections?sent=1")
    assert "Your report was kept." in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Answer them").click()
    page.get_by_label("Corrected", exact=True).check()
    page.get_by_label("What is done about the pair").select_option("reject")
    page.get_by_label("What was wrong and what was done, or why it is right").fill("It was; the label is right now.")
    page.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/corrections#r1")
    page.goto(site + row.path)
    row_shown = page.locator("table.pairs.opposes tbody tr").first
    assert re.search("Corrected on .*: It was; the label is right now.", row_shown.inner_text())


def test_no_page_of_them_complains_scrolls_sideways_or_shuts_anybody_out(
    page: Page, site: str, council_copy: Corpus, council: Path
) -> None:
    row = council_copy.snapshots.freeze("Eva", include_unsure=True)
    pair = council_copy.compare().pairs[0]
    seen = council_copy.corrections.pair(pair.first.id, pair.second.id, row.sha256)
    for words in ("Wrong.", "Wrong, too.", "Still wrong."):
        council_copy.corrections.report(seen, words, "A. Reader")
    council_copy.correct(council_copy.documents()[0].id, Metadata(publisher="Another"))
    council_copy.corrections.answer(1, State.CORRECTED, "The label was wrong.", "Eva")
    council_copy.corrections.answer(2, State.DECLINED, "It is right.", "Eva")
    more = "\n\nMAYOR O'MALLEY: We need far more buses in the evening, and we will pay for them."
    text = council.read_text().replace(pair.second.text, "I take that back.") + more
    council_copy.replace(council_copy.documents()[0].id, Source("council.txt", text.encode()))
    now = council_copy.compare().pairs[0]
    addresses = {
        "compare": "/compare?format=html",
        "snapshots": "/snapshots",
        "snapshot": row.path,
        "changes": f"{row.path}/changes",
        "corrections": "/corrections",
        "reports": "/reports",
        "report": f"/report?first={now.first.id}&second={now.second.id}",
        "embed": f"/embed{row.path}",
        "fitted": f"/embed{row.path}?fit=1",
        "unknown": f"/snapshots/{'0' * 64}",
    }
    for name, address in addresses.items():
        page.goto(site + address)
        for width in WIDTHS if PICTURES else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(str(PICTURES)) / f"{name}-{width}.png", full_page=True)
        page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        found = axe(page, {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        assert not found.response["violations"], f"{name}: {found.generate_report()}"
    if PICTURES:
        page.emulate_media(color_scheme="dark")
        for name in ("snapshot", "embed", "corrections"):
            page.goto(site + addresses[name])
            page.screenshot(path=Path(PICTURES) / f"{name}-dark.png", full_page=True)
        page.emulate_media(color_scheme="light", media="print")
        page.goto(site + row.path)
        page.pdf(path=Path(PICTURES) / "snapshot.pdf")
        page.goto(f"{site}/embed{row.path}")
        page.pdf(path=Path(PICTURES) / "embed.pdf")
