"""Attacks on the service as outsiders, readers, editors and holders of narrow tokens try them; none gets anywhere."""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from pyotp import TOTP
from werkzeug.exceptions import RequestEntityTooLarge

from models.slug import slug
from service import logs
from service.access.acting import Acting
from service.access.keys import hash_of
from service.app import create_app
from service.config import Config
from service.errors import BadValue, Gone, Unauthorized
from service.store.accounts import Role, Scope
from service.web.access import csrf
from service.web.next import own
from service.web.refused import REFUSED
from service.web.sizes import FORM_OF_ANYBODY
from tests.test_access_web import BROWSER, GOOD, OTHER, PUBLIC, Site, refused, sent, site, site_factory

if TYPE_CHECKING:
    from service.corpus import Corpus

__all__ = ["site", "site_factory"]  # fixtures
pytestmark = pytest.mark.usefixtures("cheap_passwords")
LONG = "9" * 5_000  # Python reads no number of more than 4,300 digits
LARGE = "9" * 30  # no database holds it


@pytest.fixture
def held(site_factory: Callable[..., Site], council_corpus: Corpus) -> Site:
    """Over the council's transcript, answering as it would where nobody debugs it."""
    made = site_factory(council_corpus)
    made.app.config["PROPAGATE_EXCEPTIONS"] = False
    return made


# What nobody thought of does not fail within ---------------------------------------------------------------------


@pytest.mark.parametrize("number", [LONG, LARGE, "-1", "0x10", "١", "1e9", "%00", "%0d%0aX-Planted:1"])
def test_no_number_in_an_address_makes_the_service_fail(held: Site, number: str) -> None:
    client, word = held.signed_in("Ada")
    asked = (
        *("/?page=", "/documents?page=", "/topics?page=", "/speakers?page=", "/rulings?page=", "/map?page="),
        *("/compare?limit=", "/review?skip=", "/review?done=", "/documents?removed=", "/topic-edits?done="),
        *("/oembed?url=https://compare.example.org/compare&maxwidth=", "/jobs/", "/reports/", "/brief?limit="),
    )
    for address in asked:
        answer = sent(client, "GET", address + number, headers=BROWSER)
        assert answer.status_code < 500, address
        assert "X-Planted" not in answer.headers
    assert sent(client, "GET", f"/jobs/{number}/events").status_code < 500
    for address in ("/jobs/{}/cancel", "/jobs/{}/retry", "/reports/{}/answer", "/rulings/{}/withdraw"):
        assert sent(client, "POST", address.format(number), headers=word).status_code in (400, 404), address
    for address in ("/topic-edits/{}/undo", "/account/tokens/{}/revoke"):
        assert sent(client, "POST", address.format(number), headers=word).status_code in (400, 404), address


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/handling", {"first": "omalley", "second": "lindqvist", "owner": "x", "back": "/compare?a\r\nX-Planted: 1"}),
        ("/documents", {"text": "A:  We deny that it is so.", "source_url": "http://[x"}),
        ("/documents/{document}/facts", {"source_url": "http://[x"}),
        ("/rulings", {"first": "{first}", "second": "{second}", "decision": "confirm", "back": "http://[x"}),
        ("/rulings", {"first": "{first}", "second": "{second}", "decision": "confirm", "queue": "limit=0"}),
        ("/issues", {"text": f'[{{"name": "a", "example": {LONG}}}]'}),
    ],
)
def test_no_address_in_a_form_makes_the_service_fail(
    held: Site, council_corpus: Corpus, address: str, fields: dict[str, str]
) -> None:
    pair = council_corpus.compare().pairs[0]
    named = {"document": council_corpus.documents()[0].id, "first": pair.first.id, "second": pair.second.id}
    client, word = held.signed_in("Ada")
    given = {name: named.get(value.strip("{}"), value) for name, value in fields.items()}
    answer = sent(client, "POST", address.format(**named), data=given, headers={**BROWSER, **word})
    assert answer.status_code < 500
    assert "X-Planted" not in answer.headers


def test_json_with_a_number_that_no_program_reads_is_refused_in_words(held: Site) -> None:
    body = f'{{"first": {LONG}}}'
    answer = sent(held.client(), "POST", "/compare", data=body, content_type="application/json")
    assert refused(answer, 400)
    assert "a number that is too long" in answer.get_json()["error"]["message"]


def test_a_body_that_says_it_is_compressed_is_not_taken_apart(held: Site) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert refused(sent(held.client(), "POST", "/compare", data=b"\x1f\x8b\x08" + b"\0" * 90, headers=headers), 400)


def test_what_anybody_may_send_is_short(held: Site) -> None:
    for address in ("/sign-in", "/sign-in/code", "/report", "/welcome"):
        fields = "a&" * (FORM_OF_ANYBODY // 2 + 1)
        answer = sent(held.client(), "POST", address, data=fields, content_type="application/x-www-form-urlencoded")
        assert refused(answer, 413), address
    many = {f"f{number}": (io.BytesIO(b""), "x") for number in range(1_500)}
    assert sent(held.client(), "POST", "/sign-in", data=many).status_code == 413


def test_a_map_is_judged_for_somebody_who_is_signed_in(held: Site) -> None:
    client, word = held.signed_in("Eva")
    answer = sent(client, "POST", "/map/judge", data={"sides": "speaker"}, headers=word)
    assert answer.headers["Location"].startswith("/jobs/")
    assert sent(client, "GET", f"{answer.headers['Location']}?format=json").get_json()["job"]["who"] == "Eva"


def test_what_is_refused_before_a_cookie_is_looked_at_leaves_it_where_it_is(held: Site) -> None:
    client, _ = held.signed_in("Eva")
    for given in ({"headers": {"Host": "evil.example"}}, {"environ_overrides": {REFUSED: RequestEntityTooLarge()}}):
        answer = sent(client, "POST", "/sign-in", **given)
        assert answer.status_code in (403, 413)
        assert "Set-Cookie" not in answer.headers


# One person and another ------------------------------------------------------------------------------------------


def test_nobody_ends_the_sessions_or_revokes_the_tokens_of_others(site: Site) -> None:
    client, word = site.signed_in("Eva")
    theirs = site.access.sessions.begin(site.person("Other"))
    token = site.token("Other", Scope.ADD)
    (number,) = (one.id for one in site.access.tokens.listed(site.person("Other")))
    (session,) = site.access.sessions.of(site.person("Other"))
    assert refused(sent(client, "POST", f"/account/tokens/{number}/revoke", headers=word), 404)
    ending = {"current": GOOD, "session": session.hash}
    assert sent(client, "POST", "/account/sessions", data=ending, headers=word).status_code == 303
    assert site.access.by_session(theirs) is not None
    assert site.access.by_token(token).name == "Other"


def test_nobody_makes_themselves_more_than_they_are(site: Site) -> None:
    client, word = site.signed_in("Eva")
    more = {"current": GOOD, "label": "it", "role": "admin", "person_id": "4", "user": "Ada", "expires": "9"}
    for scopes in (["admin"], ["add", "admin"], ["ADMIN"], ["add admin"], ["read", "add\0admin"]):
        answer = sent(client, "POST", "/account/tokens", data={**more, "scope": scopes}, headers=word)
        assert answer.status_code == 400
    assert not site.access.tokens.listed()
    made = sent(client, "POST", "/account/tokens", data={**more, "scope": ["add"]}, headers=word).text
    (token,) = site.access.tokens.listed()
    assert (token.person_id, token.scopes) == (site.person("Eva").id, {Scope.ADD})
    text = re.search(r"counterpose_[0-9a-f]{64}", made)
    assert text is not None
    for address in ("/people", "/account", "/account/tokens"):
        assert refused(sent(site.client(token=text[0]), "GET" if "tok" not in address else "POST", address), 403)
    for address in ("/people", "/people/Ada/disable", "/people/Eva/enable"):
        assert refused(sent(client, "POST", address, data={"current": GOOD, "role": "admin"}, headers=word), 403)
    fields = {"current": GOOD, "password": OTHER, "again": OTHER, "name": "Ada", "person": "Ada", "role": "admin"}
    assert sent(client, "POST", "/account/password", data=fields, headers=word).status_code == 303
    assert site.person("Eva").role is Role.EDITOR
    assert site.person("Ada").password is None


def test_a_token_of_somebody_who_became_less_does_no_more_than_they(site: Site) -> None:
    token = site.token("Ada", Scope.ADMIN, Scope.EDIT)
    site.access.people.set_role("Ada", Role.READER)
    assert site.access.by_token(token).scopes == {Scope.READ}
    assert refused(sent(site.client(token=token), "GET", "/audit.jsonl"), 403)


def test_who_signs_is_who_signed_in_however_often_a_form_says_otherwise(held: Site, council_corpus: Corpus) -> None:
    pair, other = council_corpus.compare().pairs[:2]
    client, word = held.signed_in("Eva")
    ids = [("first", pair.first.id), ("second", pair.second.id), ("decision", "confirm")]
    form = [*ids, ("by", "Ada"), ("by", "Ada"), ("BY", "Ada"), ("by[]", "Ada")]
    body = "&".join(f"{name}={value}" for name, value in form)
    kind = "application/x-www-form-urlencoded"
    sent(client, "POST", "/rulings?by=Ada", data=body, content_type=kind, headers=word)
    sent_json = {"first": other.first.id, "second": other.second.id, "decision": "confirm", "by": "Ada", "By": "Ada"}
    sent(client, "POST", "/rulings", json=sent_json, headers=word)
    made = sent(client, "GET", "/rulings?format=json").get_json()
    assert {one["who"] for one in made["rulings"]} == {"Eva"}
    assert len(made["rulings"]) == 2


# Forms of other sites --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_another_site_is_not_taken_for_json(held: Site, kind: str) -> None:
    client, _ = held.signed_in("Eva")
    body = '{"first": "omalley", "second": "lindqvist", "x": "="}'
    for address in ("/snapshots", "/rulings", "/compare"):
        for headers in ({}, {"Origin": "https://evil.compare.example.org", "Sec-Fetch-Site": "same-site"}):
            answer = sent(client, "POST", address, data=body, content_type=kind, headers=headers)
            assert answer.status_code in (403, 415), (address, headers)


@pytest.mark.parametrize(
    "origin",
    [
        "https://compare.example.org.evil.example",
        "https://evil.example/https://compare.example.org",
        "https://compare.example.org@evil.example",
        "https://compare.example.org:8443",
        "null",
        "",
    ],
)
def test_an_origin_that_only_looks_like_ours_is_none(site: Site, origin: str) -> None:
    client, word = site.signed_in("Eva")
    headers = {**word, "Origin": origin}
    assert refused(sent(client, "POST", "/sample", headers=headers), 403)


# Where one is led ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "onward",
    [
        *("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example"),
        *("https://evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example"),
        *("javascript:alert(1)", "data:text/html,x", "evil.example", "/\u2028/evil.example", "/\x00", "", "?//evil"),
        *("/\r\nSet-Cookie: planted=1", "\u2025//evil.example", "http:///evil.example", "//[evil"),
    ],
)
def test_signing_in_leads_nowhere_else(site: Site, onward: str) -> None:
    assert own(onward) == "/"
    typed = {"name": "Eva", "password": GOOD, "next": onward}
    answer = sent(site.client(), "POST", "/sign-in", data=typed)
    assert answer.headers["Location"] == "/"
    assert len(answer.headers.getlist("Set-Cookie")) == 1


@pytest.mark.parametrize("onward", ["/%2f%2fevil.example", "/%5cevil.example", "/..//evil.example", "/compare?a=//b"])
def test_what_is_a_path_of_this_site_stays_one(site: Site, onward: str) -> None:
    typed = {"name": "Eva", "password": GOOD, "next": onward}
    assert sent(site.client(), "POST", "/sign-in", data=typed).headers["Location"] == onward


def test_no_spelling_of_an_address_goes_past_what_it_needs(site: Site) -> None:
    reader = site.client(token=site.token("Reader", Scope.READ))
    for path in (
        *("/audit.jsonl/", "/AUDIT.jsonl", "/audit.jsonl.", "/./audit.jsonl", "/x/../audit.jsonl", "/audit%2ejsonl"),
        *("/audit.jsonl;x", "/audit.jsonl%00", "/healthz/../audit.jsonl", "/healthz%2f..%2faudit.jsonl"),
        *("/static/../audit.jsonl", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%2fetc/passwd"),
        *("/jobs/%31", "/%6aobs", "/jobs/", "/people/%2e", "/reports/", "/reports%2f"),
    ):
        for client in (site.client(), reader):
            answer = sent(client, "GET", path)
            assert answer.status_code in (308, 401, 403, 404), path
            assert "root:" not in answer.text
            assert "create_app" not in answer.text


def test_a_method_that_a_header_or_a_field_names_is_not_done(held: Site, council_corpus: Corpus) -> None:
    document = council_corpus.documents()[0].id
    client, word = held.signed_in("Ada")
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert sent(client, "GET", f"/documents/{document}?_method=DELETE", headers={name: "DELETE"}).status_code == 200
    for name in ("X-Original-URL", "X-Rewrite-URL"):
        headers = {name: f"/documents/{document}/remove", **word}
        assert sent(client, "POST", "/nowhere", headers=headers).status_code == 404
    for method in ("TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT"):
        assert sent(client, method, f"/documents/{document}", headers=word).status_code == 405
    assert sent(client, "GET", f"/documents/{document}").status_code == 200


def test_no_header_tells_the_service_what_it_is_called(held: Site) -> None:
    for name in (
        "X-Forwarded-Host",
        "X-Forwarded-Server",
        "X-Host",
        "Forwarded",
        "X-Forwarded-Prefix",
        "X-Script-Name",
    ):
        headers = {**BROWSER, name: "host=evil.example" if name == "Forwarded" else "evil.example"}
        for address in ("/compare", "/oembed?url=https://compare.example.org/compare", "/corrections.atom"):
            answer = sent(held.client(), "GET", address, headers=headers)
            assert "evil.example" not in answer.text + str(answer.headers), (name, address)
    plain = held.client().get("/compare", headers={**BROWSER, "Host": "evil.example"})
    assert plain.status_code == 403  # the public address is known


# At once ---------------------------------------------------------------------------------------------------------


def at_once(number: int, act: Callable[[], object]) -> Counter[str]:
    """How many of `number` that start together end in what: the name of a class."""
    ready, ended = threading.Barrier(number), list[str]()

    def run() -> None:
        ready.wait()
        try:
            ended.append(type(act()).__name__)
        except (Gone, Unauthorized) as error:
            ended.append(type(error).__name__)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def test_of_many_who_use_one_link_at_once_one_chooses_the_password(site: Site) -> None:
    link = site.access.people.link("Other")
    passwords = iter([GOOD + str(number) for number in range(6)])
    lock = threading.Lock()

    def use() -> str:
        with lock:
            mine = next(passwords)
        return site.access.accept(link, mine).key

    assert at_once(6, use) == {"str": 1, "Gone": 5}
    assert len(site.access.sessions.of(site.person("Other"))) == 1


def test_a_session_does_not_begin_with_a_password_that_is_changed_meanwhile(site: Site) -> None:
    proven = site.person("Eva")
    site.access.people.set_password("Eva", OTHER)
    with pytest.raises(Unauthorized, match="meanwhile"):
        site.access.sessions.begin(proven)
    gone = site.person("Other")
    site.access.people.remove("Other")
    with pytest.raises(Unauthorized, match="meanwhile"):
        site.access.sessions.begin(gone)


class Late(io.BytesIO):
    """A form that is sent only once something has happened, which a request that has begun does not notice."""

    def __init__(self, fields: dict[str, str], happens: Callable[[], object]) -> None:
        super().__init__(urlencode(fields).encode())
        self._happens: Callable[[], object] | None = happens

    def readinto(self, buffer: Any, /) -> int:
        return self._first(super().readinto, buffer)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._first(super().read, size)

    def _first(self, read: Callable[[Any], Any], given: Any) -> Any:
        if self._happens is not None:
            happens, self._happens = self._happens, None
            happens()
        return read(given)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/account/second-factor", {}),
        ("/account/second-factor/confirm", {"seed": "seed", "code": "code"}),
        ("/account/password", {"password": OTHER, "again": OTHER}),
        ("/account/tokens", {"label": "mine", "scope": "admin"}),
        ("/account/tokens/1/revoke", {}),
        ("/account/sessions", {"session": "theirs"}),
        ("/people", {"name": "Mallory", "role": "admin"}),
        ("/people/Other/disable", {}),
        ("/people/Gone/enable", {}),
    ],
)
def test_a_form_that_comes_after_its_session_has_ended_changes_nothing(
    site: Site, address: str, fields: dict[str, str]
) -> None:
    """Whoever was in knows the password, and sends all but the form; its owner signs out everywhere meanwhile."""
    access = site.access
    access.people.set_password("Ada", GOOD)
    access.people.add("Gone", Role.EDITOR)
    access.people.disable("Gone")
    access.tokens.make(site.person("Ada"), "hers", frozenset({Scope.READ}))
    key = access.sessions.begin(site.person("Ada"))
    found = access.sessions.find(key)
    assert found is not None
    seed = access.second_factor.begin(Acting(site.person("Ada"), found[0]))
    code = TOTP(seed).at(int(site.clock.at))
    new = list[str]()

    def sign_out() -> None:
        access.sessions.end_all(site.person("Ada"))
        new.append(access.sessions.begin(site.person("Ada")))

    filled = {name: {"seed": seed, "code": code}.get(value, value) for name, value in fields.items()}
    if address.endswith("sessions"):
        filled["session"] = hash_of(key)
    late = Late({"current": GOOD, csrf.FIELD: csrf.word(key), **filled}, sign_out)
    answer = site.client(key).post(
        address,
        base_url=PUBLIC,
        headers=BROWSER,
        input_stream=late,
        content_length=len(late.getvalue()),
        content_type="application/x-www-form-urlencoded",
    )
    assert new
    assert answer.status_code == 401
    assert "meanwhile" in answer.text
    assert seed not in answer.text
    ada = site.person("Ada")
    assert (ada.seed, ada.has_second_factor) == (None, False)
    assert access.by_session(new[0]) is not None
    assert len(access.sessions.of(ada)) == 1
    assert [token.label for token in access.tokens.listed()] == ["hers"]
    assert {one.name: one.disabled for one in access.people.listed()} == {
        **dict.fromkeys(("Ada", "Eva", "Other", "Reader"), False),
        "Gone": True,
    }


def test_many_tries_at_once_are_no_more_tries(site: Site) -> None:
    def tried() -> int:
        return sent(site.client(), "POST", "/sign-in", data={"name": "Eva", "password": OTHER}).status_code

    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(tried())) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(401) <= 5
    assert set(statuses) == {401, 429}


@pytest.mark.parametrize(
    ("spelt", "hers"),
    [
        *(("eva", True), ("EVA", True), (" Eva ", True), ("\uff25va", True), ("Eva\n", True)),
        *(("E\u200bva", False), ("Eva\0", False)),  # nobody's name
    ],
)
def test_no_spelling_of_a_name_gives_more_tries(site: Site, spelt: str, hers: bool) -> None:
    def tried(name: str, password: str = OTHER) -> int:
        return sent(site.client(), "POST", "/sign-in", data={"name": name, "password": password}).status_code

    assert [tried("Eva") for _ in range(5)] == [401] * 5
    assert tried(spelt, GOOD) == (429 if hers else 401)
    others = [tried(f"Nobody {number}") for number in range(18)]
    assert (others[0], others[-1]) == (401, 429)  # the address is counted, whatever is typed
    site.clock.at += 16 * 60
    assert tried(spelt, GOOD) == (303 if hers else 401)


def test_who_there_is_shows_in_no_answer(site: Site) -> None:
    site.access.people.disable("Other")
    told = set()
    for name in ("Eva", "Other", "Reader", "Nobody at all"):  # right, kept out, without a password, none
        answer = sent(site.client(), "POST", "/sign-in", data={"name": name, "password": OTHER}, headers=BROWSER)
        told.add((answer.status_code, answer.text.replace(f'value="{name}"', ""), answer.headers.get("Vary")))
    assert len(told) == 1


# Reading in private ----------------------------------------------------------------------------------------------


def test_in_private_nothing_tells_what_there_is_from_what_there_is_not(
    site_factory: Callable[..., Site], council_corpus: Corpus
) -> None:
    site = site_factory(council_corpus, reading="private", metrics=True)
    document, topic = council_corpus.documents()[0].id, council_corpus.topics()[0].id
    with site.app.test_request_context(base_url=PUBLIC):
        rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint != "static"]
    shown: set[str] = set()
    for rule in rules:
        for named in (document, topic, "omalley", "nowhere", "7") if "<" in rule.rule else ("",):
            address = re.sub(r"<(?:int:)?[^>]+>", "7" if "<int:" in rule.rule else named, rule.rule)
            for method in ("GET", "HEAD", "OPTIONS"):
                for headers in ({}, BROWSER):
                    answer = sent(site.client(), method, address, headers=headers)
                    if answer.status_code not in (303, 401):
                        shown.add(rule.rule)
                        assert "malley" not in answer.text.casefold().replace(f"/{named}", "")
                    assert answer.headers["Cache-Control"] == "no-store"
                    assert "ETag" not in answer.headers
    assert shown == {"/sign-in", "/healthz", "/readyz", "/metrics", "/sign-in/code", "/welcome"}
    for name in ("O'Malley", "lindqvist", "road", document, topic):
        assert name.casefold() not in sent(site.client(), "GET", "/metrics").text.casefold()


# The connection itself -------------------------------------------------------------------------------------------


def said(address: str, *lines: bytes, body: bytes = b"") -> bytes:
    """What a server answers to these bytes until it closes or falls silent."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=2) as line:
        line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        found = b""
        try:
            while part := line.recv(65_536):
                found += part
        except (TimeoutError, ConnectionResetError):
            pass
    return found


POSTED = (b"POST /sign-in HTTP/1.1", b"Host: 127.0.0.1", b"Content-Type: application/x-www-form-urlencoded")
HIDDEN = b"0\r\n\r\nGET /audit.jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
DOUBTFUL = (
    (b"Content-Length: 4", b"Content-Length: 5"),
    (b"Content-Length: +4",),
    (b"Content-Length: 4, 4",),
    (b"Transfer-Encoding: xchunked",),
    (b"Transfer-Encoding : chunked",),
    (b"Transfer-Encoding: chunked, identity",),
    (b"X: a\rContent-Length: 0",),
)


def test_where_a_request_ends_is_never_in_doubt(serve: Callable[..., str], corpus: Corpus) -> None:
    corpus.access.people.add("Ada", Role.ADMIN)
    address = serve(create_app(Config(), corpus))
    for lines in DOUBTFUL:
        answer = said(address, *POSTED, *lines, body=HIDDEN)
        assert re.match(rb"HTTP/1\.[01] (400|501)", answer), (lines, answer[:200])
        assert answer.count(b"HTTP/1.") == 1, lines
    both = said(address, *POSTED, b"Content-Length: 4", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")
    assert both.count(b"HTTP/1.") == 1
    spelt = said(address, b"GET /add HTTP/1.1", b"Host: 127.0.0.1", b"X_Forwarded_For: 127.0.0.1", b"Connection: close")
    assert b" 401 " in spelt.splitlines()[0]
    long = said(address, b"GET /?topic=" + b"a" * 300_000 + b" HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close")
    assert not long or re.match(rb"HTTP/1\.[01] (400|414|431)", long)


# Words that become lines -----------------------------------------------------------------------------------------


def test_nobody_writes_a_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr("sys.stderr", written)
    logs.set_up("text", lambda: "id")
    logging.getLogger("counterpose.x").warning("Exception on %s", "/a\r\n2026-01-01 INFO - signed in\u2028\x1b[2J")
    assert len(written.getvalue().splitlines()) == 1
    assert r"/a\r\n2026-01-01 INFO - signed in\u2028\x1b[2J" in written.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_of_the_log_is_in_utc(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    logs.set_up(form, lambda: "id")
    record = logging.LogRecord("counterpose", logging.WARNING, "", 0, "it", None, None)
    record.created = 0.0
    logging.getLogger().handle(record)
    monkeypatch.undo()
    time.tzset()
    assert "1970-01-01 00:00:00" in written.getvalue()


@pytest.mark.parametrize(
    ("words", "found"),  # what stands in quotation marks would have to be said in these words
    [
        ('"; filename=x.exe; "', False),
        ('x"; y=z', True),
        ("x\r\nSet-Cookie: planted=1", True),
        ("../../etc/passwd", True),
        ("\u202egpj.exe", False),
    ],
)
def test_no_name_reaches_into_the_headers_of_a_file(
    corpus_factory: Callable[..., Corpus], added_council: Corpus, words: str, found: bool
) -> None:
    corpus = corpus_factory(added_council)
    turning = "\u202e" in words  # a name is not taken with what turns the direction of writing
    with pytest.raises(BadValue) if turning else nullcontext():
        corpus.rename_speaker("omalley", f"O {words}")
    for row in corpus.topics()[:1]:
        corpus.editing.rename(row.id, f"T {words}")
    first, second = (row.speaker.id for row in corpus.speakers()[:2])
    client = create_app(Config(), corpus).test_client()
    typed = quote(f"road {words}")  # what is typed as a topic is in the file's name
    for kind in ("html", "md", "csv", "json"):
        answer = client.get(f"/compare?first={first}&second={second}&topic={typed}&format={kind}&download=1")
        assert answer.status_code == (200 if found else 404)
        if not found:
            assert "Content-Disposition" not in answer.headers
            continue
        name = re.fullmatch(rf'attachment; filename="([a-z0-9-]+)\.{kind}"', answer.headers["Content-Disposition"])
        assert name is not None, answer.headers["Content-Disposition"]
        assert name[1].endswith(f"-road-{slug(words)}")
        assert "Set-Cookie" not in answer.headers
