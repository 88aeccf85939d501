"""A second factor: codes of an app and recovery codes, each of which works once; with a clock that the test moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from pyotp import TOTP

from service.access.access import ENTRY_LIFE, Access
from service.access.acting import Acting
from service.access.second_factor import RECOVERY_CODES, STEP
from service.app import create_app
from service.config import Config
from service.errors import BadValue, Conflict, Gone, TooManySignIns, Unauthorized
from service.store.accounts import Role
from service.store.store import Store
from service.web.access import csrf
from tests.test_access import acting

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.corpus import Corpus

pytestmark = pytest.mark.usefixtures("cheap_passwords")
GOOD, OTHER = "seven ferries leave Norby", "a lantern under the bridge"
HOME, AWAY = "192.0.2.7", "198.51.100.9"
PUBLIC = "https://compare.example.org"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


class Phone:
    """An authenticator app."""

    def __init__(self, seed: str, clock: Clock) -> None:
        self._app, self._clock = TOTP(seed), clock

    def code(self, ahead: float = 0.0) -> str:
        return self._app.at(int(self._clock.at + ahead))

    def next_code(self) -> str:
        """One that was not shown before."""
        self._clock.at += STEP
        return self.code()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A database of its own, in each of the engines."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def access(store: Store, clock: Clock) -> Access:
    return with_eva(store, clock)


def with_eva(store: Store, clock: Clock, **settings: Any) -> Access:
    made = Access(store, Config(**settings), clock)
    made.people.add("Eva", Role.EDITOR)
    made.people.set_password("Eva", GOOD)
    return made


def set_up(access: Access, clock: Clock, name: str = "Eva") -> tuple[Phone, tuple[str, ...]]:
    who = acting(access, name)
    seed = access.second_factor.begin(who)
    phone = Phone(seed, clock)
    return phone, access.second_factor.confirm(who, seed, phone.code())[1]


# Codes -----------------------------------------------------------------------------------------------------------


def test_once_it_is_confirmed_a_password_opens_nothing_without_a_code(access: Access, clock: Clock) -> None:
    before = access.sign_in("Eva", GOOD, HOME)
    assert not before.awaited
    phone, _ = set_up(access, clock)
    assert access.by_session(before.key) is None  # what was opened without a code is closed
    opened = access.sign_in("Eva", GOOD, HOME)
    assert opened.awaited
    assert access.by_session(opened.key) is None
    visitor = access.by_session(access.give_code(opened.key, phone.next_code(), HOME))
    assert visitor is not None
    assert visitor.name == "Eva"
    with pytest.raises(Gone):  # each entry leads in once
        access.give_code(opened.key, phone.next_code(), HOME)


def test_a_seed_that_is_not_confirmed_asks_for_nothing(access: Access) -> None:
    who = acting(access)
    waiting = access.second_factor.begin(who)
    with pytest.raises(BadValue, match="not the code"):
        access.second_factor.confirm(who, waiting, "000000x")
    assert not access.sign_in("Eva", GOOD, HOME).awaited
    again = access.second_factor.begin(who)
    assert again != waiting
    assert len(again) == 32  # 160 bits


def test_a_code_works_once_and_none_before_it_works_after_it(access: Access, clock: Clock) -> None:
    phone, _ = set_up(access, clock)
    eva = access.people.one("Eva")
    assert not access.second_factor.takes(eva, phone.code())  # it confirmed the seed
    code = phone.next_code()
    assert access.second_factor.takes(eva, f" {code[:3]} {code[3:]} ")
    assert not access.second_factor.takes(eva, code)
    assert not access.second_factor.takes(eva, phone.code(-STEP))


@pytest.mark.parametrize(
    ("ahead", "taken"), [(-2 * STEP, False), (-STEP, True), (0, True), (STEP, True), (2 * STEP, False)]
)
def test_a_clock_may_be_off_by_half_a_minute(access: Access, clock: Clock, ahead: float, taken: bool) -> None:
    phone, _ = set_up(access, clock)
    clock.at += 10 * STEP
    assert access.second_factor.takes(access.people.one("Eva"), phone.code(ahead)) is taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\0" * 6, "9" * 10_000, "\ud800"])
def test_what_is_no_code_is_refused_and_breaks_nothing(access: Access, clock: Clock, typed: str) -> None:
    set_up(access, clock)
    assert not access.second_factor.takes(access.people.one("Eva"), typed)


def test_of_many_who_send_one_code_at_once_one_is_let_in(access: Access, clock: Clock) -> None:
    phone, codes = set_up(access, clock)
    eva, code = access.people.one("Eva"), phone.next_code()
    for sent in (code, codes[0]):
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda sent: access.second_factor.takes(eva, sent), [sent] * 6))
        assert sorted(found) == [False] * 5 + [True]


def test_a_recovery_code_stands_for_a_code_once(access: Access, clock: Clock) -> None:
    _, codes = set_up(access, clock)
    eva = access.people.one("Eva")
    assert len(set(codes)) == access.second_factor.codes_left(eva) == RECOVERY_CODES
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){5}", code) for code in codes)  # 120 bits
    assert access.second_factor.takes(eva, codes[3].upper().replace("-", " "))
    assert not access.second_factor.takes(eva, codes[3])
    assert access.second_factor.codes_left(eva) == RECOVERY_CODES - 1
    new = access.second_factor.renew_codes(acting(access))
    assert not access.second_factor.takes(eva, codes[4])
    assert access.second_factor.takes(eva, new[4])


def test_nobody_elses_code_will_do(access: Access, clock: Clock) -> None:
    access.people.add("Other", Role.EDITOR)
    access.people.set_password("Other", OTHER)
    set_up(access, clock)
    phone, codes = set_up(access, clock, "Other")
    opened = access.sign_in("Eva", GOOD, HOME)
    for code in (phone.next_code(), codes[0]):
        with pytest.raises(Unauthorized):
            access.give_code(opened.key, code, HOME)


def test_a_seed_that_waits_ends_with_all_sessions(access: Access, clock: Clock) -> None:
    """Whoever was in has seen it."""
    for end in (
        lambda: access.people.set_password("Eva", GOOD),
        lambda: access.accept(access.people.link("Eva"), GOOD),
        lambda: access.people.change_password(acting(access), GOOD),
        lambda: (access.people.disable("Eva"), access.people.enable("Eva")),
        lambda: access.sessions.end_all(access.people.one("Eva")),
    ):
        seed = access.second_factor.begin(acting(access))
        end()
        assert access.people.one("Eva").seed is None
        with pytest.raises(Conflict, match="waits to be confirmed"):
            access.second_factor.confirm(acting(access), seed, Phone(seed, clock).code())
    set_up(access, clock)
    access.people.set_password("Eva", OTHER)
    assert access.people.one("Eva").has_second_factor  # one that is in use stays


@pytest.mark.parametrize(
    "change",
    [
        lambda access, who: access.sessions.end_some(who, [who.session.hash]),
        lambda access, _: access.people.set_password("Eva", GOOD),
        lambda access, _: access.people.disable("Eva"),
        lambda access, _: access.people.set_role("Eva", Role.READER),
        lambda access, _: access.people.remove("Eva"),
    ],
)
def test_nobody_changes_it_who_was_signed_out_or_changed_meanwhile(
    access: Access, clock: Clock, change: Callable[[Access, Acting], object]
) -> None:
    factor, who = access.second_factor, acting(access)
    seed = factor.begin(who)
    change(access, who)
    for act in (
        lambda: factor.begin(who),
        lambda: factor.confirm(who, seed, Phone(seed, clock).code()),
        lambda: factor.renew_codes(who),
        lambda: factor.turn_off(who),
        lambda: access.people.change_password(who, OTHER),
    ):
        with pytest.raises(Unauthorized, match="meanwhile"):
            act()
    assert not any(person.has_second_factor for person in access.people.listed())


def test_it_is_not_confirmed_by_whoever_was_seen_with_another_password(access: Access, clock: Clock) -> None:
    """The session here is one that began after the password was changed."""
    before, now = access.people.one("Eva"), access.people.set_password("Eva", OTHER)
    found = access.sessions.find(access.sessions.begin(now))
    assert found is not None
    seed = access.second_factor.begin(Acting(now, found[0]))
    with pytest.raises(Unauthorized, match="meanwhile"):
        access.second_factor.confirm(Acting(before, found[0]), seed, Phone(seed, clock).code())


def test_where_there_is_none_turning_it_off_is_refused_and_ends_nothing(access: Access, store: Store) -> None:
    key = access.sign_in("Eva", GOOD, HOME).key
    eva = access.people.one("Eva")
    for turn_off in (
        lambda: access.second_factor.turn_off_for(eva),
        lambda: access.second_factor.turn_off(acting(access)),
    ):
        with pytest.raises(Conflict, match="no second factor to be turned off"):
            turn_off()
    assert access.by_session(key) is not None
    with store.reading() as reading:
        assert not [row for row in reading.audit() if "factor" in row.action]
    access.second_factor.begin(acting(access))
    assert access.second_factor.turn_off_for(eva).seed is None  # one that waits goes too
    access.people.remove("Eva")
    with pytest.raises(Conflict, match="no second factor to be turned off"):
        access.second_factor.turn_off_for(eva)


def test_a_password_that_was_proven_before_it_was_set_up_begins_no_session_after_it(
    access: Access, clock: Clock
) -> None:
    before = access.people.one("Eva")
    set_up(access, clock)
    with pytest.raises(Unauthorized):
        access.sessions.begin(before)
    assert not access.sessions.of(before)


# The way in ------------------------------------------------------------------------------------------------------


def test_a_code_has_to_follow_within_minutes_and_before_the_password_is_changed(access: Access, clock: Clock) -> None:
    phone, _ = set_up(access, clock)
    late = access.sign_in("Eva", GOOD, HOME)
    clock.at += ENTRY_LIFE
    with pytest.raises(Gone):
        access.give_code(late.key, phone.next_code(), HOME)
    early = access.sign_in("Eva", GOOD, HOME)
    access.people.set_password("Eva", OTHER)
    with pytest.raises(Gone):
        access.give_code(early.key, phone.next_code(), HOME)
    for what in ("made up", "", "\ud800"):
        with pytest.raises(Gone):
            access.give_code(what, phone.next_code(), HOME)


def test_of_many_codes_that_follow_one_password_at_once_one_leads_in(access: Access, clock: Clock) -> None:
    _, codes = set_up(access, clock)
    entry, ready = access.sign_in("Eva", GOOD, HOME).key, Barrier(4)

    def give(code: str) -> str:
        ready.wait()
        try:
            return access.give_code(entry, code, HOME) and "in"
        except Gone:
            return "gone"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(give, codes[:4])) == ["gone"] * 3 + ["in"]
    assert len(access.sessions.of(access.people.one("Eva"))) == 1


def test_whoever_has_the_password_cannot_try_codes_through(access: Access, clock: Clock) -> None:
    """The right password in between makes nothing good."""
    phone, _ = set_up(access, clock)
    tried = 0
    for number in range(60):
        opened = access.sign_in("Eva", GOOD, HOME)
        try:
            access.give_code(opened.key, f"{number:06}", HOME)
        except Unauthorized:
            tried += 1
        except TooManySignIns:
            pass
        clock.at += 15
    assert tried < 15
    with pytest.raises(TooManySignIns):  # from there, the right one waits too
        access.give_code(access.sign_in("Eva", GOOD, HOME).key, phone.next_code(), HOME)


def test_codes_are_not_tried_through_from_many_addresses_either_and_a_known_place_stays_open(
    access: Access, clock: Clock
) -> None:
    phone, _ = set_up(access, clock)
    access.give_code(access.sign_in("Eva", GOOD, HOME).key, phone.next_code(), HOME)
    tried = 0
    for number in range(60):
        try:
            access.give_code(access.sign_in("Eva", GOOD, HOME).key, f"{number:06}", f"203.0.113.{number}")
        except Unauthorized:
            tried += 1
        except TooManySignIns:
            pass
        clock.at += 5
    assert tried < 30
    access.give_code(access.sign_in("Eva", GOOD, HOME).key, phone.next_code(), HOME)


def test_a_new_password_by_link_stands_for_no_code(access: Access, clock: Clock) -> None:
    phone, _ = set_up(access, clock)
    opened = access.accept(access.people.link("Eva"), OTHER)
    assert opened.awaited
    assert access.by_session(access.give_code(opened.key, phone.next_code(), HOME)) is not None


def test_whoever_lost_everything_is_let_in_by_who_runs_the_service(access: Access, clock: Clock, store: Store) -> None:
    phone, codes = set_up(access, clock)
    key = access.give_code(access.sign_in("Eva", GOOD, HOME).key, phone.next_code(), HOME)
    access.second_factor.turn_off_for(access.people.one("Eva"), "root")
    assert access.by_session(key) is None
    assert not access.sign_in("Eva", GOOD, HOME).awaited
    set_up(access, clock)
    assert not access.second_factor.takes(access.people.one("Eva"), codes[0])
    with store.reading() as reading:
        rows = [(row.action, row.who) for row in reading.audit() if "factor" in row.action]
    assert rows == [("set-second-factor", ""), ("end-second-factor", "root"), ("set-second-factor", "")]


def test_one_that_is_in_use_is_neither_replaced_nor_confirmed_again(access: Access, clock: Clock) -> None:
    phone, _ = set_up(access, clock)
    who = acting(access)
    seed = who.person.seed or ""
    with pytest.raises(Conflict, match="is in use"):
        access.second_factor.begin(who)
    with pytest.raises(Conflict, match="waits to be confirmed"):
        access.second_factor.confirm(who, seed, phone.next_code())
    access.second_factor.turn_off(who)
    again = acting(access)
    with pytest.raises(Conflict, match="no second factor in use"):
        access.second_factor.renew_codes(again)
    with pytest.raises(Conflict, match="waits to be confirmed"):
        access.second_factor.confirm(again, seed, phone.next_code())


def test_recovery_codes_and_entries_are_kept_as_hashes_and_go_with_the_account(
    access: Access, clock: Clock, store: Store
) -> None:
    from sqlalchemy import select

    from service.store import tables as t

    _, codes = set_up(access, clock)
    opened = access.sign_in("Eva", GOOD, HOME)
    with store.reading() as reading:
        kept = [row for table in (t.recovery_code, t.entry) for row in reading.connection.execute(select(table))]
    assert len(kept) == RECOVERY_CODES + 1
    assert not any(secret in str(kept) for secret in (opened.key, *codes, *(code.replace("-", "") for code in codes)))
    access.people.remove("Eva")
    with store.reading() as reading:
        assert not [row for table in (t.recovery_code, t.entry) for row in reading.connection.execute(select(table))]


# On the web ------------------------------------------------------------------------------------------------------


class Site:
    """An application over a corpus of its own with one editor, whose browser this is."""

    def __init__(self, corpus: Corpus, clock: Clock, **settings: Any) -> None:
        config = Config(public_url=PUBLIC, **settings)
        corpus.access = self.access = with_eva(corpus._store, clock, public_url=PUBLIC, **settings)
        self.clock = clock
        self.app = create_app(config, corpus)
        self.client = self.new_client()

    def new_client(self) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base |= {"REMOTE_ADDR": HOME}
        return client

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, base_url=PUBLIC, headers=BROWSER)

    def post(self, address: str, **fields: str) -> TestResponse:
        """With the word of this browser's pages, if it has a session."""
        cookie = self.client.get_cookie("__Host-counterpose-session", domain="compare.example.org")
        word = {csrf.HEADER: csrf.word(cookie.value)} if cookie else {}
        return self.client.post(address, base_url=PUBLIC, headers=BROWSER | word, data=fields)

    def sign_in(self) -> TestResponse:
        return self.post("/sign-in", name="Eva", password=GOOD, next="/add")


@pytest.fixture
def site(corpus: Corpus, clock: Clock) -> Site:
    return Site(corpus, clock)


def hidden(answer: TestResponse, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', answer.text)
    assert found is not None
    return found[1]


def shown_seed(answer: TestResponse) -> str:
    found = re.search(r'<input id="seed" value="([A-Z2-7-]+)"', answer.text)
    assert found is not None
    return found[1].replace("-", "")


def test_it_is_set_up_used_and_turned_off_on_pages(site: Site, clock: Clock) -> None:
    site.sign_in()
    assert "It is off" in site.get("/account").text
    assert site.post("/account/second-factor", current=OTHER).status_code == 401
    asked = site.post("/account/second-factor", current=GOOD)
    assert "<svg" in asked.text
    phone = Phone(shown_seed(asked), clock)
    seed = hidden(asked, "seed")
    wrong = site.post("/account/second-factor/confirm", code="1", seed=seed)
    assert (wrong.status_code, shown_seed(wrong), hidden(wrong, "seed")) == (400, shown_seed(asked), seed)
    done = site.post("/account/second-factor/confirm", code=phone.code(), seed=seed)
    codes = re.findall(r"<code>([a-z2-7-]{29})</code>", done.text)
    assert len(codes) == RECOVERY_CODES
    assert "10 recovery codes are left" in done.text
    assert site.get("/account").status_code == 200  # this browser stays in
    assert not any(code in site.get("/account/second-factor").text for code in codes)

    site.client = site.new_client()
    entering = site.sign_in()
    assert (entering.status_code, entering.headers.get("Set-Cookie")) == (200, None)
    assert site.get("/add").headers["Location"] == "/sign-in?next=/add"  # nothing is open yet
    entry = hidden(entering, "entry")
    again = site.post("/sign-in/code", entry=entry, code="000000", next="/add")
    assert (again.status_code, hidden(again, "entry"), hidden(again, "next")) == (401, entry, "/add")
    let_in = site.post("/sign-in/code", entry=entry, code=codes[0], next="/add")
    assert (let_in.status_code, let_in.headers["Location"]) == (303, "/add")
    assert site.get("/add").status_code == 200
    assert "9 recovery codes are left" in site.get("/account/second-factor").text

    assert site.post("/account/second-factor/codes", current="x", code=codes[2]).status_code == 401
    renewed = site.post("/account/second-factor/codes", current=GOOD, code=codes[2]).text
    assert codes[1] not in renewed
    assert len(re.findall(r"<code>[a-z2-7-]{29}</code>", renewed)) == RECOVERY_CODES
    assert site.post("/account/second-factor/off", current=GOOD, code=codes[1]).status_code == 401
    assert site.post("/account/second-factor/off", current=GOOD, code=phone.next_code()).status_code == 303
    assert "Set it up" in site.get("/account/second-factor").text
    assert (
        site.new_client().post("/sign-in", base_url=PUBLIC, data={"name": "Eva", "password": GOOD}).status_code == 303
    )


def test_an_open_session_alone_is_shown_no_seed_whether_it_waits_or_is_in_use(site: Site, clock: Clock) -> None:
    """Whoever comes upon a browser has not seen it, and gets it by no guess."""
    site.sign_in()
    seed = hidden(site.post("/account/second-factor", current=GOOD), "seed")
    phone = Phone(seed, clock)
    guesses: list[dict[str, str]] = [{}, {"seed": ""}, {"seed": seed[:-1]}, {"seed": "é" * 32}, {"seed": seed.lower()}]
    for in_use in (False, True):
        for sent in guesses:
            for code in ("000000", phone.code()):
                answer = site.post("/account/second-factor/confirm", code=code, **sent)
                assert answer.status_code == 409
                assert "waits to be confirmed" in answer.text
                assert seed[:8] not in answer.text.replace("-", "")
                assert "<svg" not in answer.text
        assert seed[:8] not in site.get("/account/second-factor").text.replace("-", "")
        if not in_use:
            assert not site.access.people.one("Eva").has_second_factor
            assert site.post("/account/second-factor/confirm", code=phone.code(), seed=seed).status_code == 200
            guesses = [*guesses, {"seed": seed}]


def test_what_was_wrong_is_said_once_whatever_the_page_shows(site: Site, clock: Clock) -> None:
    site.sign_in()
    for address, code, said in (
        ("", "", "password is not right"),
        ("/codes", "1", "password is not right"),
        ("/off", "1", "password is not right"),
        ("/confirm", "1", "waits to be confirmed"),
    ):
        answer = site.post(f"/account/second-factor{address}", current=OTHER, code=code)
        assert answer.text.count('role="alert"') == answer.text.count(said) == 1, address
    site.client = site.new_client()
    set_up(site.access, clock)
    _, codes = None, site.access.second_factor.renew_codes(acting(site.access))
    site.post("/sign-in/code", entry=hidden(site.sign_in(), "entry"), code=codes[0])
    for address, said in (("", "is in use"), ("/codes", "code is not right"), ("/off", "code is not right")):
        answer = site.post(f"/account/second-factor{address}", current=GOOD, code="1")
        assert answer.text.count('role="alert"') == answer.text.count(said) == 1, address


def test_recovery_codes_are_renewed_with_a_code_only(site: Site, clock: Clock) -> None:
    """With the password alone they would be had, and with them all that a code guards."""
    phone, codes = set_up(site.access, clock)
    site.post("/sign-in/code", entry=hidden(site.sign_in(), "entry"), code=codes[0])
    for sent in ({}, {"code": "000000"}, {"code": codes[0]}):
        answer = site.post("/account/second-factor/codes", current=GOOD, **sent)
        assert answer.status_code == 401
        assert "<code>" not in answer.text
    for code in (phone.next_code(), codes[1]):
        assert "<code>" not in site.post("/account/second-factor/codes", current=OTHER, code=code).text
    assert "<code>" in site.post("/account/second-factor/codes", current=GOOD, code=codes[2]).text
    assert "<code>" in site.post("/account/second-factor/codes", current=GOOD, code=phone.next_code()).text


def test_an_entry_that_is_over_leads_back_to_the_form_and_to_no_other_site(site: Site, clock: Clock) -> None:
    phone, _ = set_up(site.access, clock)
    entry = hidden(site.sign_in(), "entry")
    over = site.post("/sign-in/code", entry="made up", code=phone.next_code(), next="https://elsewhere.example/")
    assert over.status_code == 410
    assert 'name="password"' in over.text
    assert "elsewhere" not in over.text
    led = site.post("/sign-in/code", entry=entry, code=phone.next_code(), next="//elsewhere.example/")
    assert led.headers["Location"] == "/"


def test_where_it_is_required_nothing_is_open_before_it_is_set_up(corpus: Corpus, clock: Clock) -> None:
    site = Site(corpus, clock, second_factor="required", reading="private")
    site.sign_in()
    for address in ("/account", "/people"):
        assert site.get(address).headers["Location"] == "/account/second-factor"
    for answer in (
        site.get("/review"),
        site.get("/"),
        site.post("/documents", text="A: We agree."),
        site.post("/account/tokens"),
    ):
        assert "second factor" in answer.text or answer.headers["Location"] == "/account/second-factor"
        assert answer.status_code in (303, 403)
    seed = hidden(site.post("/account/second-factor", current=GOOD), "seed")
    site.post("/account/second-factor/confirm", code=Phone(seed, clock).code(), seed=seed)
    assert site.get("/add").status_code == site.get("/account").status_code == 200


def test_where_it_is_required_signing_out_is_open_to_everybody(corpus: Corpus, clock: Clock) -> None:
    site = Site(corpus, clock, second_factor="required")
    site.sign_in()
    assert site.get("/").status_code == 200  # reading is public
    assert site.post("/sign-out").status_code == 303
    assert not site.access.sessions.of(site.access.people.one("Eva"))
