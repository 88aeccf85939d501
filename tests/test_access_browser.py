"""In Chromium, as an editor: sign in, add, review, sign out; by keyboard, in a narrow window, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.config import Config
from service.store.accounts import Role
from tests.conftest import axe

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from service.corpus import Corpus

GOOD, OTHER = "seven ferries leave Norby", "a lantern under the bridge"
TALK = "MAYOR ONE:  We want the pier built this year.\n\nMINISTER TWO:  We do not want the pier built this year.\n"


@dataclass(frozen=True, slots=True)
class Running:
    address: str
    corpus: Corpus


@pytest.fixture
def site(serve: Callable[[Flask], str], council_copy: Corpus) -> Running:
    council_copy.access.people.add("Eva", Role.ADMIN)
    council_copy.access.people.set_password("Eva", GOOD)
    return Running(serve(create_app(Config(), council_copy)), council_copy)


def sign_in(page: Page, site: Running) -> None:
    page.goto(site.address)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill("Eva")
    page.get_by_label("Password").fill(GOOD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def test_an_editor_signs_in_adds_reviews_and_signs_out(page: Page, site: Running) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address)
    assert not page.get_by_role("link", name="Add", exact=True).count()
    sign_in(page, site)
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.get_by_role("link", name="Add", exact=True).click()
    page.locator("textarea[name=text]").fill(TALK)
    page.get_by_role("button", name="See who said what").click()
    assert page.get_by_text("Signed as Eva").count()
    page.get_by_role("button", name="Add").last.click()
    page.wait_for_url("**/documents/*")
    page.goto(f"{site.address}/review")
    page.locator("button.main[value=confirm]").click()
    page.get_by_role("status").wait_for()
    made = [row for row in site.corpus.audit() if row.action in ("add", "confirm-pair")][-2:]
    assert {(row.who, row.verified) for row in made} == {("Eva", True)}
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()
    assert not page.context.cookies()
    page.go_back()  # nothing of it was kept
    page.wait_for_load_state()
    assert not page.get_by_role("button", name="Sign out").count()
    assert not [url for url in asked if not url.startswith(site.address)]


@pytest.mark.slow
def test_no_page_asks_anything_of_anybody_else(page: Page, site: Running) -> None:
    sign_in(page, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pair = site.corpus.compare().pairs[0]
    ids = f"first={pair.first.id}&second={pair.second.id}"
    document, topic = site.corpus.documents()[0].id, site.corpus.topics()[0].id
    frozen = site.corpus.snapshots.freeze("").path if not site.corpus.attributing.of(document).open else "/snapshots"
    for address in (
        *("/", "/map", "/compare", "/speakers", "/speakers/omalley", "/documents", f"/documents/{document}", "/add"),
        *(
            f"/topics/{topic}",
            "/topic-edits",
            "/issues",
            "/review",
            f"/review/pair?{ids}",
            "/review/errors",
            "/rulings",
        ),
        *("/docs", "/embed/compare", "/embed/compare?fit=1", f"/embed/pair?{ids}", f"/cite/{pair.first.id}", frozen),
        *("/snapshots", "/corrections", "/reports", f"/report?{ids}", "/jobs", "/account", "/people", "/nowhere"),
        *(f"/brief?first=omalley&second=lindqvist&topic={topic}", f"/documents/{document}/remove", "/sign-in"),
    ):
        page.goto(site.address + address, wait_until="networkidle")
    assert len(asked) > 60
    assert not [url for url in asked if not url.startswith((site.address, "data:"))]


def test_an_account_is_used_with_scripts_switched_off(chromium: Browser, site: Running) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    sign_in(page, site)
    page.get_by_role("link", name="Eva").click()
    page.get_by_label("What it is for").fill("nightly")
    page.get_by_label("add transcripts").check()
    page.locator("#current-tokens").fill(GOOD)
    page.get_by_role("button", name="Make a token").click()
    token = page.get_by_label("It is not shown again").input_value()
    assert site.corpus.access.by_token(token).name == "Eva"
    page.get_by_role("button", name="Revoke nightly").click()
    assert not site.corpus.access.tokens.listed()
    page.locator("#current-password").fill(GOOD)
    page.get_by_label("New password").fill(OTHER)
    page.get_by_label("The same again").fill(OTHER)
    page.get_by_role("button", name="Change it").click()
    assert "The password is changed." in page.get_by_role("status").inner_text()
    page.context.close()


def test_a_wrong_password_is_said_to_who_hears_the_page_and_the_name_stays(page: Page, site: Running) -> None:
    page.goto(f"{site.address}/sign-in?next=/review")
    page.get_by_label("Name").fill("Eva")
    page.get_by_label("Password").fill(OTHER)
    page.keyboard.press("Enter")
    assert "is not right" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "Eva"
    assert page.evaluate("document.activeElement.id") == "password"
    page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")


def test_a_link_leads_to_a_password_and_its_key_is_in_no_address_that_is_asked_for(page: Page, site: Running) -> None:
    site.corpus.access.people.add("New", Role.EDITOR)
    key = site.corpus.access.people.link("New")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.address}/welcome#{key}")
    page.get_by_text("For the account of New").wait_for()
    page.get_by_label("New password").fill(OTHER)
    page.get_by_label("The same again").fill(OTHER)
    page.get_by_role("button", name="Set it and sign in").click()
    page.get_by_role("heading", name="New", exact=True).wait_for()
    assert asked
    assert not [url for url in asked if key in url.partition("#")[0]]


def test_a_link_is_pasted_where_scripts_are_switched_off(chromium: Browser, site: Running) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    link = f"{site.address}/welcome#{site.corpus.access.people.link('Eva')}"
    page.goto(link)
    page.get_by_label("The link that you were given").fill(link)
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_text("For the account of Eva").count()
    page.context.close()


def test_the_code_of_an_app_is_asked_for_after_the_password(page: Page, site: Running) -> None:
    import time

    from pyotp import TOTP

    sign_in(page, site)
    page.goto(f"{site.address}/account/second-factor")
    page.get_by_label("Your current password").fill(GOOD)
    page.get_by_role("button", name="Set it up").click()
    phone = TOTP(page.get_by_label("Key", exact=True).input_value().replace("-", ""))
    assert page.locator(".square svg").bounding_box()["width"] > 150  # type: ignore[index]
    now = int(time.time())
    page.get_by_label("The code that the app shows").fill(phone.at(now))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill("Eva")
    page.get_by_label("Password").fill(GOOD)
    page.keyboard.press("Enter")
    page.get_by_label("The code that your app shows, or a recovery code").wait_for()
    assert page.evaluate("document.activeElement.id") == "code"
    page.keyboard.type(phone.at(now))  # it was used
    page.keyboard.press("Enter")
    assert "was used already" in page.get_by_role("alert").inner_text()
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def test_the_pages_of_accounts_fit_and_pass_an_accessibility_check(page: Page, site: Running) -> None:
    sign_in(page, site)
    site.corpus.access.people.add("Somebody with quite a long name that has to be broken somewhere", Role.READER)
    for address in ("/account", "/people", "/sign-in", "/welcome", "/account/second-factor", "/compare"):
        page.goto(site.address + address)
        if address == "/account/second-factor":
            page.get_by_label("Your current password").fill(GOOD)
            page.get_by_role("button", name="Set it up").click()
            page.get_by_label("Key", exact=True).wait_for()
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
        found = axe(page)
        assert not found.response["violations"], (address, found.generate_report())
