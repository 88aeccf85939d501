"""Doubts, records beside each other and adding by address in a real browser, at three widths and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from models.transcript import Metadata
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.readers import Source
from tests.conftest import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (320, 768, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALKS = """MINISTER OKORO:  We must build the dam on the river this year. {okoro}

Q:  Who pays?

MINISTER VELDE:  We must never build the dam on the river. Mr. Velde said that the dam takes the water away. {velde}
"""


@pytest.fixture(scope="module")
def added(corpus_factory: Callable[..., Corpus]) -> Corpus:
    corpus = corpus_factory()
    first = TALKS.format(okoro="The dam gives light to all our villages.", velde="We will go to the court.")
    second = TALKS.format(okoro="The dam gives light to most of our villages.", velde="Nobody asked the farmers.")
    corpus.add(Source("first.txt", first.encode()), Metadata(title="Talks on the river", date="1987-05-04"))
    corpus.add(Source("second.txt", second.encode()), Metadata(title="The river, as the press had it"), regroup=False)
    return corpus


@pytest.fixture
def talks(corpus_factory: Callable[..., Corpus], added: Corpus) -> Corpus:
    return corpus_factory(added)


@pytest.fixture
def site(serve: Callable[[Flask], str], talks: Corpus) -> str:
    return serve(create_app(Config(add_by_url=True), talks))


def test_the_new_pages_fit_every_width_and_shut_nobody_out(page: Page, site: str, talks: Corpus) -> None:
    ids = {row.original_name: row.id for row in talks.documents()}
    first, second = ids["first.txt"], ids["second.txt"]
    for address in (f"/documents/{first}", f"/documents/{first}/beside/{second}", "/add"):
        page.goto(site + address)
        page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} at {width}"
        found = axe(page, {"runOnly": RULES})
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_a_document_is_signed_off_by_keyboard(page: Page, site: str, talks: Corpus) -> None:
    document = next(row.id for row in talks.documents() if row.original_name == "first.txt")
    page.goto(f"{site}/documents/{document}")
    page.get_by_text("Sign off", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your name", exact=True).fill("M. Hopper")
    page.keyboard.press("Tab")
    page.keyboard.type("Read it.")
    page.keyboard.press("Enter")
    page.get_by_text("Signed off by M. Hopper", exact=False).last.wait_for()
    assert talks.attributing.of(document).open == ()
    assert axe(page, {"runOnly": RULES}).violations_count == 0


def test_the_preview_shows_doubts_and_fits(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{site}/add")
    page.locator("#text").fill(TALKS.format(okoro="So be it.", velde="Next question, please."))
    page.get_by_role("button", name="See who said what").click()
    page.get_by_role("heading", name="Who said what: 2 doubts").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = axe(page, {"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
