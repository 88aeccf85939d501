"""Accounts, passwords, sessions, tokens and the throttle, with a clock that the test moves."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import argon2
import pytest

from service.access.access import Access
from service.access.acting import Acting
from service.access.keys import hash_of
from service.access.passwords import Passwords, demand_good
from service.access.sessions import MOST
from service.access.throttle import ADDRESS, BOTH, BY_CODE, NAME, Throttle
from service.config import Config
from service.corpus import Corpus
from service.errors import BadValue, Conflict, Gone, NotFound, TooManySignIns, Unauthorized
from service.store.accounts import Role, Scope
from service.store.store import Store

GOOD, OTHER = "seven ferries leave Norby", "a lantern under the bridge"
HOME, AWAY = "192.0.2.7", "198.51.100.9"
DAY = 86400.0


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(corpus_factory: Callable[..., Corpus]) -> Store:
    return corpus_factory()._store


@pytest.fixture
def on_either(database_url: str) -> Iterator[Store]:
    """A database of its own, in each of the engines."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def access(store: Store, clock: Clock) -> Access:
    return with_eva(store, clock)


def with_eva(store: Store, clock: Clock) -> Access:
    made = Access(store, Config(), clock)
    made.people.add("Eva", Role.EDITOR, "root")
    made.people.set_password("Eva", GOOD)
    return made


def acting(access: Access, name: str = "Eva") -> Acting:
    """As they are now, with a session of their own."""
    person = access.people.one(name)
    found = access.sessions.find(access.sessions.begin(person))
    assert found is not None
    return Acting(person, found[0])


def failing(access: Access, times: int, name: str = "Eva", address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(Unauthorized):
            access.sign_in(name, "not the password", address)


# Passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven char",
        "password1234",
        "passwordpassword",
        "123456789012",
        "qwertyuiop[]",
        "counterpose2026",
    ],
)
def test_a_password_that_is_short_common_or_about_the_site_is_refused_with_a_remedy(password: str) -> None:
    with pytest.raises(BadValue) as refused:
        demand_good(password)
    assert refused.value.remedy
    assert password not in refused.value.message + refused.value.remedy


def test_a_password_made_of_its_owners_name_is_refused() -> None:
    with pytest.raises(BadValue, match="guessed"):
        demand_good("Lindqvist-Osterberg", "Lindqvist-Osterberg")


@pytest.mark.parametrize(
    "password",
    [GOOD, "ångström и чайка 駅前の猫", "x7#Pq!v9Lm2$", " ".join(f"{one}ferry{one * one}" for one in range(20))],
)
def test_any_characters_are_taken_and_long_ones_too(password: str) -> None:
    demand_good(password)
    passwords = Passwords()
    kept = passwords.kept(password)
    assert passwords.holds(kept, password)
    assert not passwords.holds(kept, password + "x")
    assert not passwords.holds(kept, password[:-2])


def test_one_that_is_too_long_is_refused_and_never_cut() -> None:
    with pytest.raises(BadValue, match="257"):
        demand_good("a b" * 85 + "xy")
    passwords = Passwords()
    kept = passwords.kept("z" * 256)
    assert not passwords.holds(kept, "z" * 257)
    assert not passwords.holds(kept, "z" * 100_000)


def test_two_that_look_alike_are_one() -> None:
    passwords = Passwords()
    assert passwords.holds(passwords.kept("caf\u00e9 \ufb01sh on the quay"), "cafe\u0301 fish on the quay")


def test_what_is_kept_is_argon2id_with_the_recommended_cost_and_never_the_same_twice() -> None:
    one, other = (Passwords().kept(GOOD) for _ in range(2))
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_kept_with_other_parameters_is_kept_anew_at_the_next_sign_in(access: Access, store: Store) -> None:
    from service.store.accounts import AccountsWriting

    old = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    with store.queueing() as writing:
        AccountsWriting(writing).change(access.people.one("Eva"), password=old)
    access.sign_in("Eva", GOOD, HOME)
    kept = access.people.one("Eva").password or ""
    assert "m=19456,t=2" in kept
    access.sign_in("Eva", GOOD, HOME)
    assert access.people.one("Eva").password == kept


# Signing in ------------------------------------------------------------------------------------------------------


def test_whoever_has_the_password_is_signed_in_under_any_spelling_of_the_name(access: Access) -> None:
    for name in ("Eva", " EVA ", "\uff25va"):
        visitor = access.by_session(access.sign_in(name, GOOD, HOME).key)
        assert visitor is not None
        assert visitor.name == "Eva"
        assert visitor.scopes == {Scope.READ, Scope.ADD, Scope.EDIT, Scope.REVIEW}


def test_a_name_without_account_gets_the_same_answer_for_the_same_work(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    access.people.add("Invited", Role.EDITOR)
    access.people.add("Gone", Role.EDITOR)
    access.people.set_password("Gone", OTHER)
    access.people.disable("Gone")
    compared: list[int] = []
    verify = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        compared.append(argon2.extract_parameters(str(kept)).memory_cost)
        return bool(verify(self, kept, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    said = set()
    for name, password in (("Eva", OTHER), ("Nobody", OTHER), ("Invited", OTHER), ("Gone", OTHER), ("", "")):
        with pytest.raises(Unauthorized) as refused:
            access.sign_in(name, password, HOME)
        said.add((refused.value.message, refused.value.remedy))
    assert len(said) == 1
    assert compared == [19_456] * 5


def test_after_five_failures_each_attempt_waits_longer_and_the_right_password_waits_too(
    access: Access, clock: Clock
) -> None:
    failing(access, BOTH.free)
    waits = []
    for _ in range(4):
        with pytest.raises(TooManySignIns) as refused:
            access.sign_in("Eva", GOOD, HOME)
        waits.append(refused.value.retry_after)
        clock.at += refused.value.retry_after
        failing(access, 1)
    assert waits == [15, 30, 60, 120]
    clock.at += 15 * 60
    access.sign_in("Eva", GOOD, HOME)
    failing(access, BOTH.free)  # which begins anew


def test_the_count_holds_over_a_restart_and_in_another_process(access: Access, store: Store, clock: Clock) -> None:
    failing(access, BOTH.free)
    with pytest.raises(TooManySignIns):
        Access(store, Config(), clock).sign_in("Eva", GOOD, HOME)


def test_who_fails_elsewhere_keeps_nobody_out_for_good(store: Store, clock: Clock) -> None:
    throttle = Throttle(store, clock)
    throttle.admit("eva", HOME)
    throttle.succeeded("eva", HOME)
    for at in range(NAME.free):  # from many addresses
        throttle.admit("eva", f"203.0.113.{at}")
    for at in range(8):
        with pytest.raises(TooManySignIns) as refused:
            throttle.admit("eva", f"203.0.113.{100 + at}")
        assert refused.value.retry_after <= 60
        throttle.admit("eva", HOME)  # where she signed in before, nothing of it is felt
        throttle.succeeded("eva", HOME)
    clock.at += 3601
    throttle.admit("eva", "203.0.113.200")


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("pause", [0.0, 3600.0])
def test_so_many_codes_are_tried_in_a_day_however_it_is_gone_about(
    store: Store, clock: Clock, known: bool, pause: float
) -> None:
    """From another network each time, or from one that the name is known at; at once, or with a pause before a long
    wait, in which a password's failures would be forgotten. The figures stand in docs/access.md."""
    throttle, tries, began = Throttle(store, clock, BY_CODE), list[float](), clock.at
    if known:
        throttle.admit("eva", HOME)
        throttle.succeeded("eva", HOME)
    while clock.at < began + 2 * DAY:
        try:
            throttle.admit("eva", HOME if known else f"203.0.{len(tries)}.1")
            tries.append(clock.at)
        except TooManySignIns as early:
            clock.at += max(early.retry_after or 0, pause if (early.retry_after or 0) > 60 else 0)
    first = sum(at < began + DAY for at in tries)
    assert first <= 120
    assert len(tries) - first <= 96
    assert pause or first > 96  # it is not shut either


def test_one_address_that_tries_many_names_waits(store: Store, clock: Clock) -> None:
    throttle = Throttle(store, clock)
    for at in range(ADDRESS.free):
        throttle.admit(f"somebody {at}", "2001:db8:1:2::1")
    with pytest.raises(TooManySignIns):
        throttle.admit("eva", "2001:db8:1:2:3:4:5:6")  # the same network
    throttle.admit("eva", "2001:db8:1:3::1")


def test_attempts_at_once_get_no_more_tries_than_one_after_another(on_either: Store, clock: Clock) -> None:
    throttle = Throttle(on_either, clock)
    taken: list[bool] = []

    def attempt() -> None:
        try:
            throttle.admit("eva", HOME)
        except TooManySignIns:
            taken.append(False)
        else:
            taken.append(True)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 12
    assert sum(taken) == BOTH.free


# Links -----------------------------------------------------------------------------------------------------------


def test_a_link_works_once_for_a_day_and_until_another_is_made(access: Access, clock: Clock) -> None:
    access.people.add("New", Role.READER)
    first = access.people.link("New")
    second = access.people.link("New")
    for key in (first, "made up", ""):
        with pytest.raises(Gone):
            access.people.invited(key)
    visitor = access.by_session(access.accept(second, OTHER).key)
    assert visitor is not None
    assert (visitor.name, visitor.scopes) == ("New", {Scope.READ})
    with pytest.raises(Gone):
        access.accept(second, GOOD)
    late = access.people.link("New")
    clock.at += DAY
    with pytest.raises(Gone):
        access.accept(late, GOOD)
    access.sign_in("New", OTHER, HOME)


def test_a_link_with_a_bad_password_can_be_used_again(access: Access) -> None:
    key = access.people.link("Eva")
    with pytest.raises(BadValue):
        access.accept(key, "short")
    access.accept(key, OTHER)


# Sessions --------------------------------------------------------------------------------------------------------


def test_a_session_ends_an_hour_after_its_last_use_and_half_a_day_after_it_began(access: Access, clock: Clock) -> None:
    idle, busy = access.sign_in("Eva", GOOD, HOME).key, access.sign_in("Eva", GOOD, HOME).key
    for _ in range(14):
        clock.at += 50 * 60
        assert access.by_session(busy) is not None
    assert access.by_session(idle) is None
    clock.at += 20 * 60
    assert access.by_session(busy) is None


def test_signing_out_a_new_password_and_being_kept_out_end_sessions_at_once(on_either: Store, clock: Clock) -> None:
    access = with_eva(on_either, clock)

    def signed_in() -> str:
        return access.sessions.begin(access.people.one("Eva"))

    one, other = signed_in(), signed_in()
    access.sessions.end(one)
    assert access.by_session(one) is None
    assert access.by_session(other) is not None
    access.people.set_password("Eva", OTHER)
    assert access.by_session(other) is None
    third = signed_in()
    access.people.disable("Eva")
    assert access.by_session(third) is None
    access.people.enable("Eva")
    assert access.by_session(third) is None


def test_with_one_session_too_many_the_one_used_longest_ago_ends(access: Access, clock: Clock) -> None:
    eva = access.people.one("Eva")
    keys = []
    for _ in range(MOST + 1):
        clock.at += 1
        keys.append(access.sessions.begin(eva))
    assert [access.by_session(key) is not None for key in keys] == [False] + [True] * MOST


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(access: Access) -> None:
    key = access.sign_in("Eva", GOOD, HOME).key
    access.people.set_role("Eva", Role.READER)
    visitor = access.by_session(key)
    assert visitor is not None
    assert visitor.scopes == {Scope.READ}


def test_no_key_of_any_kind_and_no_password_stands_in_the_database(tmp_path: Path, clock: Clock) -> None:
    store = Store(f"sqlite:///{tmp_path}/it.sqlite")
    access = Access(store, Config(), clock)
    eva = access.people.add("Eva", Role.EDITOR)
    access.people.set_password("Eva", GOOD)
    link = access.people.link("Eva")
    secrets = [
        GOOD,
        link,
        access.sign_in("Eva", GOOD, HOME).key,
        access.tokens.make(eva, "it", frozenset({Scope.ADD}))[1],
    ]
    failing(access, 1, name="a password typed as a name")
    store.close()
    held = "\n".join(sqlite3.connect(tmp_path / "it.sqlite").iterdump())
    for secret in (*secrets, "a password typed as a name", HOME):
        assert secret not in held
    assert hash_of(link) in held


# Tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_can_be_told_by_its_form_and_does_what_both_it_and_its_owner_may(access: Access) -> None:
    made, text = access.tokens.make(access.people.one("Eva"), "nightly", frozenset({Scope.ADD, Scope.EDIT}))
    assert re.fullmatch(r"counterpose_[0-9a-f]{64}", text)
    assert access.by_token(text).scopes == {Scope.READ, Scope.ADD, Scope.EDIT}
    access.people.set_role("Eva", Role.READER)
    assert access.by_token(text).scopes == {Scope.READ}
    assert text not in repr(made)


def test_nobody_makes_a_token_that_goes_further_than_they_may(access: Access) -> None:
    eva = access.people.one("Eva")
    for scopes in ({Scope.ADMIN}, {Scope.READ, Scope.ADMIN}, set()):
        with pytest.raises(BadValue):
            access.tokens.make(eva, "it", frozenset(scopes))
    for days in (0, -1, 100_000):
        with pytest.raises(BadValue):
            access.tokens.make(eva, "it", frozenset({Scope.READ}), days)


def test_a_token_opens_nothing_once_it_is_expired_revoked_or_its_owner_kept_out(access: Access, clock: Clock) -> None:
    eva = access.people.one("Eva")

    def made(days: int | None = None) -> tuple[int, str]:
        token, text = access.tokens.make(eva, "it", frozenset({Scope.READ}), days)
        return token.id, text

    (_, lasting), (_, short), (number, revoked) = made(), made(1), made()
    clock.at += DAY
    access.tokens.revoke(number, acting(access))
    access.by_token(lasting)
    for text in (short, revoked, "counterpose_" + "0" * 64, "", lasting.upper()):
        with pytest.raises(Unauthorized):
            access.by_token(text)
    access.people.disable("Eva")
    with pytest.raises(Unauthorized):
        access.by_token(lasting)


def test_nobody_revokes_somebody_elses_token(access: Access) -> None:
    token, text = access.tokens.make(access.people.one("Eva"), "it", frozenset({Scope.READ}))
    access.people.add("Other", Role.EDITOR)
    with pytest.raises(NotFound):
        access.tokens.revoke(token.id, acting(access, "Other"))
    access.by_token(text)


def test_of_a_tokens_use_the_last_day_is_kept_and_nothing_finer(access: Access, clock: Clock) -> None:
    eva = access.people.one("Eva")
    _, text = access.tokens.make(eva, "it", frozenset({Scope.READ}))
    assert access.tokens.listed(eva)[0].used_on is None
    access.by_token(text)
    assert access.tokens.listed(eva)[0].used_on == "2027-01-15"
    clock.at += DAY
    access.by_token(text)
    assert access.tokens.listed(eva)[0].used_on == "2027-01-16"


# People ----------------------------------------------------------------------------------------------------------


def test_two_accounts_never_have_names_that_look_alike(access: Access) -> None:
    for name in ("eva", "E\uff36a", " Eva  "):
        with pytest.raises(Conflict):
            access.people.add(name, Role.READER)


def test_every_change_of_an_account_is_in_the_audit_with_who_made_it(access: Access, store: Store) -> None:
    access.people.set_role("Eva", Role.ADMIN, "root")
    access.people.disable("Eva", "root")
    access.people.enable("Eva", "root")
    access.people.remove("Eva", "root")
    with store.reading() as reading:
        rows = list(reading.audit())
    assert [(row.action, row.who, row.subject) for row in rows] == [
        ("add-user", "root", "Eva"),
        ("set-password", "", "Eva"),
        ("set-role", "root", "Eva"),
        ("disable-user", "root", "Eva"),
        ("enable-user", "root", "Eva"),
        ("remove-user", "root", "Eva"),
    ]
    assert not any("argon2" in str(row.detail) for row in rows)


def test_with_the_last_account_its_sessions_and_tokens_are_gone(on_either: Store, clock: Clock) -> None:
    access = with_eva(on_either, clock)
    _, text = access.tokens.make(access.people.one("Eva"), "it", frozenset({Scope.READ}))
    key = access.sign_in("Eva", GOOD, HOME).key
    assert access.people.has_editor()
    access.people.remove("Eva")
    assert not access.people.has_editor()
    assert access.by_session(key) is None
    with pytest.raises(Unauthorized):
        access.by_token(text)
    assert not access.tokens.listed()


def test_an_account_that_is_not_used_yet_or_any_more_still_closes_writing_without_one(access: Access) -> None:
    access.people.disable("Eva")
    assert access.people.has_editor()
    access.people.remove("Eva")
    access.people.add("Reader", Role.READER)
    assert not access.people.has_editor()
    access.people.add("Invited", Role.EDITOR)
    assert access.people.has_editor()
