"""Who may do what over HTTP: every write of every part of the site, by everybody who might try; cookies and headers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from service.access.access import Access
from service.app import create_app
from service.config import Config
from service.store.accounts import Person, Role, Scope
from service.store.jobs import JobsWriting
from service.web.access import csrf
from service.web.access.needed import needed

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from flask_openapi3 import OpenAPI
    from werkzeug.test import TestResponse

    from service.corpus import Corpus

GOOD, OTHER = "seven ferries leave Norby", "a lantern under the bridge"
PUBLIC = "https://compare.example.org"
pytestmark = pytest.mark.usefixtures("cheap_passwords")
READER = "192.0.2.7"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SAFE = {"GET", "HEAD", "OPTIONS"}

TAKEN_FROM_ANYBODY = {"api.compare_texts", "corrections.send", "access.enter", "access.give_code", "access.accept"}
"""Comparing without storing, reporting an error, and what leads in. Whatever else is posted takes an account: a route
that is added to this list is a decision, and stands in docs/access.md."""


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@dataclass(frozen=True, slots=True)
class Site:
    """An application over a corpus of its own, with four accounts, reached over https by its public name."""

    app: OpenAPI
    access: Access
    clock: Clock

    def person(self, name: str) -> Person:
        return self.access.people.one(name)

    def client(self, key: str | None = None, token: str | None = None) -> FlaskClient:
        """From elsewhere, with a session or a token or nothing."""
        client = self.app.test_client()
        client.environ_base |= {"REMOTE_ADDR": READER}
        if token is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        if key is not None:
            client.set_cookie("__Host-counterpose-session", key, domain="compare.example.org")
        return client

    def signed_in(self, name: str) -> tuple[FlaskClient, dict[str, str]]:
        """A browser with a session, and the header that its pages' forms stand for."""
        key = self.access.sessions.begin(self.person(name))
        return self.client(key), {csrf.HEADER: csrf.word(key)}

    def token(self, name: str, *scopes: Scope, days: int | None = None) -> str:
        return self.access.tokens.make(self.person(name), "it", frozenset(scopes), days)[1]

    def writes(self) -> list[tuple[str, str, str]]:
        """(endpoint, method, address) of every route that does not only read."""
        with self.app.test_request_context(base_url=PUBLIC):
            return [
                (rule.endpoint, method, re.sub(r"<(int:)?[^>]+>", lambda m: "7" if m[1] else "x", rule.rule))
                for rule in self.app.url_map.iter_rules()
                for method in sorted((rule.methods or set()) - SAFE)
            ]


def sent(client: FlaskClient, method: str, address: str, **given: Any) -> TestResponse:
    return client.open(address, method=method, base_url=PUBLIC, **given)


@pytest.fixture
def site_factory(corpus_factory: Callable[..., Corpus]) -> Callable[..., Site]:
    def make(held: Corpus | None = None, **settings: Any) -> Site:
        config = Config(**{"public_url": PUBLIC} | settings)
        corpus, clock = corpus_factory(held), Clock()
        corpus.access = Access(corpus._store, config, clock)
        for name, role in (("Reader", Role.READER), ("Eva", Role.EDITOR), ("Other", Role.EDITOR), ("Ada", Role.ADMIN)):
            corpus.access.people.add(name, role)
        corpus.access.people.set_password("Eva", GOOD)
        return Site(create_app(config, corpus), corpus.access, clock)

    return make


@pytest.fixture
def site(site_factory: Callable[..., Site]) -> Site:
    return site_factory()


def refused(answer: TestResponse, status: int) -> bool:
    """As documented: the status, the one form of errors, a remedy, and how to say who one is where that is missing."""
    error = answer.get_json()["error"]
    told = status != 401 or answer.headers["WWW-Authenticate"].startswith("Bearer")
    return answer.status_code == status and bool(error["remedy"]) and told


# Every write, whoever tries ------------------------------------------------------------------------------------------


def test_what_anybody_may_post_is_a_short_list(site: Site) -> None:
    endpoints = {endpoint for endpoint, _, _ in site.writes()}
    assert endpoints >= TAKEN_FROM_ANYBODY
    assert len(endpoints) > 40


def test_no_write_is_taken_from_somebody_unknown_here_or_elsewhere(site: Site) -> None:
    here = site.app.test_client()
    for endpoint, method, address in site.writes():
        if endpoint in TAKEN_FROM_ANYBODY:
            continue
        for answer in (sent(site.client(), method, address), here.open(address, method=method)):
            assert refused(answer, 401), endpoint


def test_no_write_is_taken_from_a_reader(site: Site) -> None:
    reader, word = site.signed_in("Reader")
    token = site.client(token=site.token("Reader", Scope.READ))
    own = {
        *("access.leave", "access.change_password", "access.end_sessions", "access.make_token", "access.revoke_token"),
        *("access.begin_second_factor", "access.confirm_second_factor", "access.renew_recovery_codes"),
        "access.end_second_factor",
    }
    for endpoint, method, address in site.writes():
        if endpoint in TAKEN_FROM_ANYBODY:
            continue
        assert refused(sent(token, method, address), 403), endpoint
        if endpoint not in own:
            assert refused(sent(reader, method, address, headers=word), 403), endpoint


def test_no_write_is_taken_with_a_token_that_is_over_revoked_or_made_up(site: Site) -> None:
    over = site.token("Eva", Scope.ADD, Scope.EDIT, Scope.REVIEW, days=1)
    revoked = site.token("Eva", Scope.ADD, Scope.EDIT, Scope.REVIEW)
    site.access.tokens.revoke(site.access.tokens.listed()[-1].id)
    kept_out = site.token("Other", Scope.EDIT)
    site.access.people.disable("Other")
    site.clock.at += 86_400
    for text in (over, revoked, kept_out, "counterpose_" + "0" * 64, "", "é"):
        client = site.client(token=text)
        for endpoint, method, address in site.writes():
            assert refused(sent(client, method, address), 401), endpoint


def test_each_write_takes_the_one_scope_that_it_needs_and_no_other_will_do(site: Site) -> None:
    for endpoint, method, address in site.writes():
        if endpoint in TAKEN_FROM_ANYBODY or endpoint.startswith("access."):
            continue
        with site.app.test_request_context(address, method=method, base_url=PUBLIC) as context:
            scope = needed(context.request)
        assert scope in (Scope.ADD, Scope.EDIT, Scope.REVIEW), endpoint
        others = frozenset(Scope) - {scope}
        wrong = site.client(token=site.token("Ada", *others))
        assert refused(sent(wrong, method, address), 403), endpoint
        if endpoint != "pages.sample":  # which is not refused at all
            right = sent(site.client(token=site.token("Ada", scope)), method, address)
            assert right.status_code not in (401, 403, 500), endpoint


def test_no_write_is_taken_from_a_session_without_the_word_of_its_own_pages(site: Site) -> None:
    editor, word = site.signed_in("Ada")
    _, foreign = site.signed_in("Ada")
    wrong = [{}, foreign, {csrf.HEADER: ""}, {csrf.HEADER: "x" * 96}, {csrf.HEADER: word[csrf.HEADER][:-1]}]
    for endpoint, method, address in site.writes():
        if endpoint in {"access.enter", "access.give_code", "access.accept"}:
            continue  # nothing is done there in a session's name
        for headers in wrong:
            assert refused(sent(editor, method, address, headers=headers), 403), endpoint


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_nothing_is_taken_from_a_page_of_another_site(site: Site, headers: dict[str, str]) -> None:
    editor, word = site.signed_in("Ada")
    token = site.client(token=site.token("Ada", *Scope))
    for endpoint, method, address in site.writes():
        assert refused(sent(editor, method, address, headers={**word, **headers}), 403), endpoint
        assert refused(sent(token, method, address, headers=headers), 403), endpoint
        if endpoint in TAKEN_FROM_ANYBODY:
            assert refused(sent(site.client(), method, address, headers=headers), 403), endpoint


def test_attempts_to_get_round_are_lines_of_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    client, word = site.signed_in("Eva")
    with caplog.at_level("INFO", "counterpose.access"):
        sent(client, "POST", "/sample", headers=word | {"Origin": "https://elsewhere.example"})
        sent(client, "POST", "/sample")
        sent(site.client(token="counterpose_none"), "GET", "/")
        sent(site.signed_in("Reader")[0], "GET", "/audit.jsonl")
        site.access.sign_in("Eva", GOOD, READER)
    events = [record.event for record in caplog.records if record.name == "counterpose.access"]  # type: ignore[attr-defined]
    assert events == ["foreign-form", "form-without-word", "token-refused", "refused", "signed-in"]


def test_no_write_is_taken_from_a_session_that_has_ended(site: Site) -> None:
    editor, word = site.signed_in("Eva")
    site.access.people.disable("Eva")
    late, other = site.signed_in("Other")
    site.clock.at += 3600
    for endpoint, method, address in site.writes():
        if endpoint not in TAKEN_FROM_ANYBODY:
            assert refused(sent(editor, method, address, headers=word), 401), endpoint
            assert refused(sent(late, method, address, headers=other), 401), endpoint


def test_a_proxy_that_asks_under_another_name_is_told_what_to_pass_on(site: Site) -> None:
    answer = site.client().get("/", base_url="https://10.0.0.9")
    assert refused(answer, 403)
    assert "let the proxy pass Host on" in answer.get_json()["error"]["remedy"]


def test_a_token_that_may_only_add_replaces_nothing_and_retries_nothing_that_does(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    site = site_factory(council_corpus)
    adding, editing = (site.client(token=site.token("Eva", *some)) for some in ((Scope.ADD,), (Scope.ADD, Scope.EDIT)))
    talk = "MAYOR ONE:  We want the pier built soon.\n\nMINISTER TWO:  We do not want the pier built.\n"
    (old,) = council_corpus.documents()
    form = {"text": talk, "replaces": f" {old.id} "}
    assert refused(sent(adding, "POST", "/documents", data=form), 403)
    assert sent(adding, "GET", f"/documents/{old.id}").status_code == 200
    with site.access._store.queueing() as writing:
        jobs = JobsWriting(writing)
        replacing, other = (jobs.add("add", {}, "Eva") for _ in range(2))
        for number, replaces in ((replacing, old.id), (other, None)):
            jobs.add_document(number, 0, "a.txt", {"known": {}, "how": {}, "replaces": replaces}, talk.encode())
        for job in jobs.newest():
            jobs.cancel(job)
    assert refused(sent(adding, "POST", f"/jobs/{replacing}/retry"), 403)
    assert sent(adding, "POST", f"/jobs/{other}/retry").status_code == 303
    assert sent(editing, "POST", f"/jobs/{replacing}/retry").status_code == 303
    assert sent(editing, "POST", "/documents", data=form).status_code == 303
    assert sent(editing, "GET", f"/documents/{old.id}").status_code == 410


@pytest.mark.parametrize("act", ["cancel", "retry"])
def test_a_job_is_cancelled_and_tried_again_by_whoever_could_hand_it_in(site: Site, act: str) -> None:
    talk = "MAYOR ONE:  We want the pier built soon.\n\nMINISTER TWO:  We do not want the pier built.\n"
    for kind, replaces, scope in (
        ("add", None, Scope.ADD),
        ("add", "another", Scope.EDIT),
        ("judge", None, Scope.REVIEW),
        ("regroup", None, Scope.EDIT),
        ("of a newer version", None, Scope.EDIT),
    ):
        with site.access._store.queueing() as writing:
            jobs = JobsWriting(writing)
            number = jobs.add(kind, {}, "Eva")
            if kind == "add":
                how = {"known": {}, "how": {}, "replaces": replaces}
                jobs.add_document(number, 0, "a.txt", how, talk.encode())
            if act == "retry":
                jobs.cancel(jobs.newest()[0])
        narrow = site.client(token=site.token("Ada", *frozenset(Scope) - {scope}))
        assert refused(sent(narrow, "POST", f"/jobs/{number}/{act}"), 403), kind
        enough = site.client(token=site.token("Ada", Scope.ADD, scope))
        assert sent(enough, "POST", f"/jobs/{number}/{act}").status_code == 303, kind


def test_a_program_adds_a_file_with_its_token(site: Site) -> None:
    talk = b"MAYOR ONE:  We want the pier built soon.\n\nMINISTER TWO:  We do not want the pier built.\n"
    client = site.client(token=site.token("Eva", Scope.ADD))
    answer = sent(client, "POST", "/documents", data={"file": (io.BytesIO(talk), "talk.txt")})
    assert (answer.status_code, answer.headers["Location"][:11]) == (303, "/documents/")


def test_a_route_that_somebody_adds_without_a_thought_takes_an_editor(site: Site) -> None:
    site.app._got_first_request = False
    site.app.add_url_rule("/new", "new", lambda: "done", methods=["POST", "DELETE"])
    for method in ("POST", "DELETE"):
        assert refused(sent(site.client(), method, "/new"), 401)
        assert refused(sent(site.client(token=site.token("Ada", Scope.REVIEW)), method, "/new"), 403)
        assert sent(site.client(token=site.token("Ada", Scope.EDIT)), method, "/new").text == "done"


def test_a_token_beside_a_session_is_what_counts(site: Site) -> None:
    key = site.access.sessions.begin(site.person("Ada"))
    client = site.client(key, site.token("Ada", Scope.READ))
    word = {csrf.HEADER: csrf.word(key)}
    assert refused(sent(client, "POST", "/sample", headers=word), 403)
    assert refused(sent(client, "GET", "/account"), 403)
    assert refused(sent(site.client(key, "none"), "POST", "/sample", headers=word), 401)


# Without accounts ------------------------------------------------------------------------------------------------


def test_without_an_account_this_machine_writes_and_the_first_editor_ends_that(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    elsewhere = {"REMOTE_ADDR": READER}
    assert client.get("/add").status_code == 200
    told = client.post("/add", environ_base=elsewhere, base_url="http://10.0.0.1").get_json()["error"]
    assert "counterpose users add" in told["remedy"]
    corpus.access.people.add("Reader", Role.READER)
    assert client.get("/add").status_code == 200
    corpus.access.people.add("Eva", Role.EDITOR)
    assert refused(client.post("/add"), 401)
    assert client.get("/add", headers=BROWSER).headers["Location"] == "/sign-in?next=/add"


def test_this_machine_signs_in_in_the_clear_and_nobody_else_does(corpus: Corpus) -> None:
    corpus.access.people.add("Eva", Role.EDITOR)
    corpus.access.people.set_password("Eva", GOOD)
    client = create_app(Config(), corpus).test_client()
    typed = {"name": "Eva", "password": GOOD}
    answer = client.post("/sign-in", data=typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"counterpose-session=[0-9a-f]{64}; HttpOnly; Path=/; SameSite=Lax", cookie)
    for given in ({"environ_base": {"REMOTE_ADDR": READER}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}):
        answer = create_app(Config(), corpus).test_client().post("/sign-in", data=typed, **given)
        assert refused(answer, 403)
        assert "https" in answer.get_json()["error"]["message"]
    token = corpus.access.tokens.make(corpus.access.people.one("Eva"), "it", frozenset({Scope.READ}))[1]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/topics", headers=bearer).status_code == 200
    assert refused(client.get("/topics", headers=bearer, environ_base={"REMOTE_ADDR": READER}), 403)


# Signing in and out ----------------------------------------------------------------------------------------------


def signing_in(site: Site, client: FlaskClient, **typed: str) -> TestResponse:
    return sent(client, "POST", "/sign-in", data={"name": "Eva", "password": GOOD, **typed}, headers=BROWSER)


def test_signing_in_sets_a_cookie_that_only_this_host_over_https_and_no_script_gets(site: Site) -> None:
    answer = signing_in(site, site.client())
    pattern = r"__Host-counterpose-session=[0-9a-f]{64}; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert re.fullmatch(pattern, answer.headers["Set-Cookie"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_signs_in_always_gets_a_new_session_and_a_planted_one_never_becomes_theirs(site: Site) -> None:
    planted = "0" * 64
    client = site.client(planted)
    signing_in(site, client)
    assert site.access.by_session(planted) is None
    first = client.get_cookie("__Host-counterpose-session", domain="compare.example.org")
    signing_in(site, client)
    second = client.get_cookie("__Host-counterpose-session", domain="compare.example.org")
    assert first is not None
    assert second is not None
    assert first.value not in (planted, second.value)
    assert site.access.by_session(first.value) is None
    assert site.access.by_session(second.value) is not None


def test_a_cookie_without_the_prefix_opens_nothing_over_https(site: Site) -> None:
    client = site.client()
    key = site.access.sessions.begin(site.person("Eva"))
    client.set_cookie("counterpose-session", key, domain="compare.example.org")
    assert sent(client, "GET", "/account", headers=BROWSER).headers["Location"] == "/sign-in?next=/account"


def test_signing_out_ends_the_session_not_the_cookie_alone(site: Site) -> None:
    client = site.client()
    signing_in(site, client)
    cookie = client.get_cookie("__Host-counterpose-session", domain="compare.example.org")
    assert cookie is not None
    page = sent(client, "GET", "/account").text
    given = re.search(r'action="/sign-out" method="post"><input type="hidden" name="csrf" value="(\w+)"', page)
    assert given is not None
    answer = sent(client, "POST", "/sign-out", data={"csrf": given[1]})
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert refused(sent(site.client(cookie.value), "POST", "/add"), 401)


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_after_signing_in_nobody_is_led_to_another_site(site: Site, onward: str) -> None:
    assert signing_in(site, site.client(), next=onward).headers["Location"] == "/"


def test_after_signing_in_one_is_where_one_wanted_to_be(site_factory: Callable[..., Site]) -> None:
    site = site_factory(reading="private")
    client = site.client()
    led = sent(client, "GET", "/compare?topic=a+road&include=unsure", headers=BROWSER).headers["Location"]
    form = sent(client, "GET", led, headers=BROWSER).text
    onward = re.search(r'name="next" value="([^"]+)"', form)
    assert onward is not None
    answer = signing_in(site, client, next=onward[1].replace("&amp;", "&"))
    assert answer.headers["Location"] == "/compare?topic=a+road&include=unsure"


def test_a_failed_sign_in_shows_the_form_again_and_never_the_password(site: Site) -> None:
    for name in ("Eva", "Nobody"):
        answer = signing_in(site, site.client(), name=name, password=OTHER)
        assert answer.status_code == 401
        assert "The name or the password is not right." in answer.text
        assert f'value="{name}"' in answer.text
        assert OTHER not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_too_many_failures_are_told_when_to_come_again(site: Site) -> None:
    for _ in range(5):
        signing_in(site, site.client(), password=OTHER)
    answer = signing_in(site, site.client())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "15")
    assert "15 seconds" in answer.text


# The account -----------------------------------------------------------------------------------------------------


def test_a_password_is_changed_with_the_old_one_only_and_signs_out_everywhere_else(site: Site) -> None:
    (client, word), (elsewhere, _) = site.signed_in("Eva"), site.signed_in("Eva")
    new = {"password": OTHER, "again": OTHER}
    for wrong in ({"current": "no", **new}, {"current": GOOD, **new, "again": "x"}, {"current": GOOD, "password": "x"}):
        assert sent(client, "POST", "/account/password", data=wrong, headers=word).status_code in (400, 401)
    answer = sent(client, "POST", "/account/password", data={"current": GOOD, **new}, headers=word)
    assert answer.headers["Location"] == "/account?changed=1"
    assert sent(client, "GET", "/account").status_code == 200
    assert sent(elsewhere, "GET", "/account").status_code == 401
    assert signing_in(site, site.client()).status_code == 401


def test_a_token_is_made_with_the_password_shown_once_and_revoked(site: Site) -> None:
    client, word = site.signed_in("Eva")
    wanted = {"label": "nightly", "scope": ["add", "read"], "days": "30"}
    assert sent(client, "POST", "/account/tokens", data=wanted, headers=word).status_code == 401
    assert (
        sent(
            client, "POST", "/account/tokens", data={**wanted, "current": GOOD, "scope": "admin"}, headers=word
        ).status_code
        == 400
    )
    made = sent(client, "POST", "/account/tokens", data={**wanted, "current": GOOD}, headers=word).text
    found = re.search(r"counterpose_[0-9a-f]{64}", made)
    assert found is not None
    again = sent(client, "GET", "/account").text
    assert found[0] not in again
    assert "nightly" in again
    assert sent(site.client(token=found[0]), "POST", "/add").status_code == 400  # nothing was sent
    number = site.access.tokens.listed()[0].id
    other, others = site.signed_in("Other")
    assert sent(other, "POST", f"/account/tokens/{number}/revoke", headers=others).status_code == 404
    sent(client, "POST", f"/account/tokens/{number}/revoke", headers=word)
    assert refused(sent(site.client(token=found[0]), "POST", "/add"), 401)


def test_sessions_are_seen_and_ended_and_nobody_elses(site: Site) -> None:
    client, word = site.signed_in("Eva")
    theirs = site.access.sessions.begin(site.person("Other"))
    mine = site.access.sessions.begin(site.person("Eva"))
    page = sent(client, "GET", "/account").text
    hashes = re.findall(r'name="session" value="(\w+)"', page)
    assert len(hashes) == 2
    every = [*hashes[1:], *(one.hash for one in site.access.sessions.of(site.person("Other")))]
    assert sent(client, "POST", "/account/sessions", data={"session": every}, headers=word).status_code == 401
    sent(client, "POST", "/account/sessions", data={"session": every, "current": GOOD}, headers=word)
    assert site.access.by_session(theirs) is not None
    assert len(site.access.sessions.of(site.person("Eva"))) == 1
    del mine


def test_an_admin_invites_and_keeps_out_and_an_editor_does_not(site: Site) -> None:
    site.access.people.set_password("Ada", OTHER)
    admin, word = site.signed_in("Ada")
    editor, own = site.signed_in("Eva")
    assert sent(editor, "GET", "/people").status_code == 403
    assert sent(editor, "POST", "/people/Ada/disable", headers=own).status_code == 403
    made = sent(admin, "POST", "/people", data={"name": "New", "role": "reader", "current": OTHER}, headers=word).text
    link = re.search(rf"{PUBLIC}/welcome#([0-9a-f]{{64}})", made)
    assert link is not None
    new = site.client()
    assert sent(new, "GET", "/welcome").status_code == 200
    for pasted in (link[1], f" {link[0]} "):
        assert "For the account of New" in sent(new, "POST", "/welcome", data={"key": pasted}).text
    chosen = {"key": link[1], "password": GOOD + "!", "again": GOOD + "!"}
    assert sent(new, "POST", "/welcome", data=chosen).status_code == 303
    assert sent(new, "GET", "/account").status_code == 200
    assert sent(site.client(), "POST", "/welcome", data={"key": link[1]}).status_code == 410
    sent(admin, "POST", "/people/New/disable", headers=word)
    assert sent(new, "GET", "/account").status_code == 401
    assert sent(admin, "POST", "/people/Ada/disable", headers=word).status_code == 400


# Who did it ------------------------------------------------------------------------------------------------------


def test_what_somebody_signed_in_writes_is_signed_with_their_name_whatever_the_form_says(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    site = site_factory(council_corpus)
    client, word = site.signed_in("Eva")
    sent(client, "POST", "/speakers/omalley/name", data={"name": "Someone", "by": "The President"}, headers=word)
    token = site.client(token=site.token("Ada", Scope.REVIEW))
    frozen = sent(token, "POST", "/snapshots", json={"by": "The President"}).get_json()
    assert frozen["who"] == "Ada"
    reader, own = site.signed_in("Reader")
    with site.access._store.reading() as reading:
        rows = [(row.who, row.verified, row.action) for row in reading.audit()][-3:]
    assert rows[0] == ("Eva", True, "rename-speaker")
    assert rows[-1] == ("Ada", True, "freeze")
    assert "The President" not in str(rows)
    page = sent(client, "GET", "/speakers/omalley", headers=BROWSER).text
    assert "Signed as Eva" in page
    assert 'name="by"' not in page
    del reader, own


def test_a_job_is_done_in_the_name_of_who_handed_it_in(site: Site) -> None:
    client, word = site.signed_in("Eva")
    talk = "MAYOR ONE:  We want the road built soon.\n\nMINISTER TWO:  We do not want the road built.\n"
    answer = sent(client, "POST", "/documents", data={"text": talk, "by": "Mallory"}, headers=word)
    assert answer.status_code == 303
    with site.access._store.reading() as reading:
        added = [row for row in reading.audit() if row.action == "add"]
    assert [(row.who, row.verified) for row in added] == [("Eva", True)]


# Reading ---------------------------------------------------------------------------------------------------------


def test_reading_is_open_to_everybody_unless_it_is_private(site: Site) -> None:
    for address in ("/", "/topics", "/map", "/snapshots", "/corrections.atom", "/docs", "/openapi.json", "/review"):
        assert sent(site.client(), "GET", address).status_code == 200, address


def test_private_reading_gives_nothing_of_the_corpus_to_somebody_unknown(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    site = site_factory(council_corpus, reading="private")
    nobody, here = site.client(), site.app.test_client()
    reader, _ = site.signed_in("Reader")
    token = site.client(token=site.token("Reader", Scope.READ))
    narrow = site.client(token=site.token("Eva", Scope.ADD))
    document = council_corpus.documents()[0].id
    addresses = {
        *("/", "/topics", "/compare", "/embed/compare", "/oembed?url=x", "/map", "/snapshots", "/nowhere", "/docs"),
        *("/corrections", "/corrections.atom", "/openapi.json", "/review", "/report", f"/documents/{document}.txt"),
    }
    for address in addresses:
        told = here.get(address)
        assert told.status_code == 401 if address.startswith("/embed") else refused(told, 401), address
        assert sent(nobody, "GET", address).status_code == 401, address
        assert "ferry" not in sent(nobody, "GET", address).text
        assert sent(narrow, "GET", address).status_code == 403, address
        for known in (reader, token):
            answer = sent(known, "GET", address)
            assert answer.status_code not in (401, 403), address
            assert answer.headers["Cache-Control"] == "no-store" or answer.status_code == 404, address
    assert refused(sent(nobody, "POST", "/compare", json={}), 401)
    assert sent(nobody, "GET", "/static/style.css").status_code == 200
    assert sent(nobody, "GET", "/healthz").get_json() == {"status": "ok"}
    assert sent(nobody, "GET", "/readyz").status_code == 200
    assert sent(nobody, "GET", "/embed/compare", headers=BROWSER).status_code == 401  # a frame is led nowhere
    assert sent(reader, "GET", "/healthz").get_json().keys() > {"status"}


def test_what_holds_names_is_for_those_who_add_and_the_audit_for_admins(site: Site) -> None:
    (reader, _), (editor, _), (admin, _) = map(site.signed_in, ("Reader", "Eva", "Ada"))
    for address, allowed in (("/jobs", {editor, admin}), ("/audit.jsonl", {admin}), ("/reports", {editor, admin})):
        for client in (reader, editor, admin):
            assert (sent(client, "GET", address).status_code == 200) == (client in allowed), address
    assert sent(site.client(token=site.token("Ada", Scope.ADMIN)), "GET", "/metrics").status_code == 200
    assert sent(editor, "GET", "/metrics").status_code == 403


# What may be kept ------------------------------------------------------------------------------------------------


def test_the_page_of_somebody_signed_in_is_kept_by_nobody_and_given_to_nobody_else(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    site = site_factory(council_corpus)
    nobody = site.client()
    plain = sent(nobody, "GET", "/compare", headers=BROWSER)
    client, _ = site.signed_in("Eva")
    for _ in range(2):
        own = sent(client, "GET", "/compare", headers=BROWSER)
        assert own.headers["Cache-Control"] == "no-store"
        assert "ETag" not in own.headers
        assert {"Cookie", "Authorization"} <= {name.strip() for name in own.headers["Vary"].split(",")}
        assert "Sign out" in own.text
        again = sent(nobody, "GET", "/compare", headers={**BROWSER, "If-None-Match": plain.headers.get("ETag", "")})
        assert again.status_code == 304
        assert "Cookie" in plain.headers["Vary"]
        fresh = sent(site.client(), "GET", "/compare", headers=BROWSER).text
        assert "/account" not in fresh
        assert "csrf" not in fresh
    site.clock.at += 13 * 3600  # nothing was written: the session ended by itself
    assert "Sign out" not in sent(client, "GET", "/compare", headers=BROWSER).text


def test_a_snapshot_may_be_kept_by_everybody_but_not_where_it_is_read_in_private_or_signed_in(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    for reading in ("public", "private"):
        site = site_factory(council_corpus, reading=reading)
        made = sent(site.client(token=site.token("Ada", Scope.REVIEW)), "POST", "/snapshots", json={})
        known = site.signed_in("Reader")[0], site.client(token=site.token("Reader", Scope.READ))
        for client in (*known, *([site.client()] if reading == "public" else [])):
            answer = sent(client, "GET", f"{made.headers['Location']}.json")
            assert answer.status_code == 200
            assert (answer.headers["Cache-Control"] == "no-store") == (client in known)
            assert ("ETag" in answer.headers) == (client not in known)


def test_two_pages_of_one_session_hold_two_words_and_both_are_taken(site: Site) -> None:
    client, _ = site.signed_in("Eva")
    words = [re.findall(r'name="csrf" value="(\w+)"', sent(client, "GET", "/add", headers=BROWSER).text) for _ in "ab"]
    assert not set(words[0]) & set(words[1])
    for word in (*words[0][:1], *words[1][:1]):
        assert sent(client, "POST", "/add", data={"csrf": word}, headers=BROWSER).status_code == 400  # no transcript


def test_every_form_that_is_posted_carries_the_word(site_factory: Callable[..., Site], council_corpus: Corpus) -> None:
    site = site_factory(council_corpus)
    client, _ = site.signed_in("Ada")
    pair = council_corpus.compare().pairs[0]
    document, topic = council_corpus.documents()[0].id, council_corpus.topics()[0].id
    ids = f"first={pair.first.id}&second={pair.second.id}"
    forms = 0
    for address in (
        *("/", "/add", "/map", "/compare", "/review", "/rulings", "/issues", "/topic-edits", "/account", "/people"),
        *(f"/topics/{topic}", f"/documents/{document}", f"/documents/{document}/remove", "/speakers/omalley"),
        *(f"/review/pair?{ids}", f"/report?{ids}", "/reports"),
    ):
        page = sent(client, "GET", address, headers=BROWSER)
        assert page.status_code == 200, address
        for form in re.findall(r'<form\b[^>]*method="post"[^>]*>.*?</form>', page.text, re.S):
            assert re.search(r'name="csrf" value="[0-9a-f]{96}"', form), (address, form[:200])
            forms += 1
    assert forms > 30


# Headers ---------------------------------------------------------------------------------------------------------


def test_every_answer_says_how_it_may_be_used(site: Site) -> None:
    for address in ("/", "/sign-in", "/docs", "/nowhere", "/static/style.css", "/embed/compare", "/openapi.json"):
        headers = sent(site.client(), "GET", address, headers=BROWSER).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), address
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert "Server" not in headers
        if not address.startswith("/embed"):
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "frame-ancestors 'none'" in policy


def test_transport_security_is_asked_for_over_https_only(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    assert "Strict-Transport-Security" not in client.get("/").headers
    client = create_app(Config(public_url=PUBLIC), corpus).test_client()
    assert "Strict-Transport-Security" not in client.get("/").headers  # on this machine, in the clear


def test_embeds_are_framed_by_those_who_may_and_no_other_page_is(council_corpus: Corpus) -> None:
    for told, policy in (("*", "frame-ancestors *"), ("https://a.example", "frame-ancestors https://a.example")):
        client = create_app(Config(embed_ancestors=told), council_corpus).test_client()
        for address in ("/embed/compare", "/embed/compare?fit=1", "/embed/compare?limit=x"):
            assert client.get(address).headers["Content-Security-Policy"].endswith(policy)
        assert "frame-ancestors 'none'" in client.get("/compare").headers["Content-Security-Policy"]


# Behind a proxy --------------------------------------------------------------------------------------------------


@pytest.fixture
def behind(site_factory: Callable[..., Site]) -> Site:
    return site_factory(proxies=1)


def tried(site: Site, forwarded: str, peer: str = "10.0.0.5") -> int:
    typed = {"name": "Eva", "password": OTHER}
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    client = site.app.test_client()
    return client.post(
        "/sign-in", data=typed, base_url=PUBLIC, environ_base={"REMOTE_ADDR": peer}, headers=headers
    ).status_code


def test_behind_a_proxy_each_reader_is_counted_by_the_address_that_the_proxy_saw(behind: Site) -> None:
    for _ in range(5):
        assert tried(behind, READER) == 401
    assert tried(behind, READER) == 429
    assert tried(behind, "198.51.100.1") == 401


def test_an_address_that_a_reader_makes_up_gains_nothing(behind: Site, site: Site) -> None:
    for at in range(5):
        assert tried(behind, f"203.0.113.{at}, {READER}") == 401  # the proxy added the last one
    assert tried(behind, f"127.0.0.1, {READER}") == 429
    for at in range(5):
        assert tried(site, f"203.0.113.{at}", peer=READER) == 401  # no proxy is known of: nobody is believed
    assert tried(site, "203.0.113.99", peer=READER) == 429


def test_behind_a_proxy_what_came_in_the_clear_is_refused_whatever_the_public_address_is(behind: Site) -> None:
    typed, token = {"name": "Eva", "password": GOOD}, behind.token("Eva", Scope.READ)
    plain = PUBLIC.replace("https", "http")
    for told, status in (("http", 403), (None, 403), ("https", 200)):
        headers = {"X-Forwarded-For": READER} | ({"X-Forwarded-Proto": told} if told else {})
        client = behind.app.test_client()
        client.environ_base |= {"REMOTE_ADDR": "10.0.0.5"}
        assert client.get("/sign-in", base_url=plain, headers=headers).status_code == status
        assert client.post("/sign-in", base_url=plain, data=typed, headers=headers).status_code in (status, 303)
        bearer = {**headers, "Authorization": f"Bearer {token}"}
        assert client.get("/topics", base_url=plain, headers=bearer).status_code == status
    assert behind.app.test_client().get("/sign-in").status_code == 200  # this machine itself


def test_where_no_proxy_is_known_of_no_header_says_that_it_was_https(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-For": READER}
    assert refused(client.get("/sign-in", headers=forged, environ_base={"REMOTE_ADDR": READER}), 403)


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_nobody_becomes_this_machine_by_saying_so(corpus: Corpus, proxies: int) -> None:
    app = create_app(Config(proxies=proxies), corpus)
    for headers in (
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "127.0.0.1, 127.0.0.1"},
        {"X-Forwarded-Host": "localhost", "X-Forwarded-For": "::1"},
        {"Forwarded": "for=127.0.0.1"},
    ):
        for peer in ("127.0.0.1", READER):
            answer = app.test_client().post("/sample", headers=headers, environ_base={"REMOTE_ADDR": peer})
            assert answer.status_code == 403, (headers, peer)
    rebound = {"Host": "rebound.example", "X-Forwarded-For": READER}
    assert app.test_client().get("/", headers=rebound).status_code == 403


# The description -------------------------------------------------------------------------------------------------


def test_the_description_says_how_programs_say_who_they_are(site: Site) -> None:
    told = sent(site.client(), "GET", "/openapi.json").get_json()
    assert told["components"]["securitySchemes"]["token"] == {
        "type": "http",
        "scheme": "bearer",
        "description": told["components"]["securitySchemes"]["token"]["description"],
    }
    assert told["paths"]["/snapshots"]["post"]["security"] == [{"token": []}]
    assert told["paths"]["/topics"]["get"]["security"] == [{}, {"token": []}]
    assert "401" in told["paths"]["/topics"]["get"]["responses"]
