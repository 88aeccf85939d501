"""Planting: words that try to become markup, in every field that a person or a file can fill."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import url_for

from service.store.accounts import Role, Scope
from service.web.access import csrf

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.corpus import Corpus

ELSEWHERE = "//elsewhere.example"
SUM = "987654323*7"
WORKED_OUT = "6913580261"
"""What a template makes of it: long enough that no time or size on /metrics has these digits by chance."""
GOOD = "seven ferries leave Norby"

PAYLOADS = (
    "<script>xss(1)</script>",
    "</script><script>xss(2)</script>",
    "<img planted src=x onerror=xss(3)>",
    "<svg planted onload=xss(4)>",
    '"><img planted src=x onerror=xss(5)>',
    "'><img planted src=x onerror=xss(6)>",
    '" planted autofocus onfocus=xss(7) x="',
    "' planted autofocus onfocus=xss(8) x='",
    "` planted onmouseover=xss(9) `",
    "javascript:xss(10)",
    "JaVa&Tab;ScRiPt:xss(11)",
    "data:text/html,<script>xss(13)</script>",
    "vbscript:xss(14)",
    f"{{{{{SUM}}}}}{{% print({SUM}) %}}${{{SUM}}}#{{{SUM}}}<%= {SUM} %>",
    "{{ csrf_field() }}{% include '/etc/passwd' %}%(x)s{0.__class__}",
    "&lt;img planted src=x onerror=xss(15)&gt;",
    "&#60;img planted src=x onerror=xss(16)&#x3e;",
    "\\u003cimg planted src=x onerror=xss(17)\\u003e\\x3cimg planted src=x onerror=xss(17)\\x3e",
    "%3Cimg%20planted%20src=x%20onerror=xss(18)%3E",
    "</title><img planted src=x onerror=xss(19)>",
    "</textarea><img planted src=x onerror=xss(20)>",
    "</style><img planted src=x onerror=xss(21)>",
    "--><img planted src=x onerror=xss(22)>",
    "]]><img planted src=x onerror=xss(23)>",
    "\u2028xss(24)\u2029;xss(24)//",
    "';xss(25)//\\';xss(25)//",
    f"<style planted>*{{background:url({ELSEWHERE}/)}}</style>",
    f"red;background:url({ELSEWHERE}/);x:expression(xss(26))",
    f"<link planted rel=stylesheet href={ELSEWHERE}/>",
    '<iframe planted srcdoc="<script>parent.xss(27)</script>"></iframe>',
    "<a planted href=javascript:xss(28)>x</a>",
    f"<base planted href={ELSEWHERE}/>",
    f'<meta planted http-equiv=refresh content="0;url={ELSEWHERE}/">',
    f"<form planted action={ELSEWHERE}/><input type=submit autofocus>",
    (
        '<math planted><mtext></form><form><mglyph><svg><mtext><style><path id="</style>'
        '<img planted src onerror=xss(29)>">'
    ),
    '<noscript><p title="</noscript><img planted src=x onerror=xss(30)>">',
    "<img planted data-hx-get=/sign-in data-hx-trigger=load data-hx-on:htmx:load=xss(31)>",
    "<details planted open ontoggle=xss(32)>",
    "<object planted data=javascript:xss(33)></object><embed planted src=javascript:xss(33)>",
    f"[x](javascript:xss(34)) ![x]({ELSEWHERE}/x.png) <javascript:xss(34)>",
    f'=HYPERLINK("http:{ELSEWHERE}/","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+xss\t-xss",
    "\u202e<img planted src=x onerror=xss(35)>\u2066",
    "x\r\nSet-Cookie: planted=1\r\n\r\n<img planted src=x onerror=xss(37)>",
)

RARE = ("\x01javascript:xss(12)//https://a.example/", "\uff1cimg planted src=x onerror=xss(36)\uff1e")
"""What Word, or the fonts that a PDF is made with, may not have: for what is only typed."""

FIELDS = tuple(
    "file_name text label title place publisher source_url language saved_title saved_link by speaker_name delegation "
    "topic_name topic_reason issue_name issue_description issue_example review_reason reviewer owner status caveat "
    "marked_by signed_by signed_why report reporter answer answerer frozen_by account token replaced_by".split()
)

NAMES = ("label", "delegation", "account", "token", "owner", "reviewer", "reporter", "answerer")
"""With those that end so, fields that hold the name of somebody or something."""

ROAD = (
    "The road through the valley must {}be widened, this year or ever. A second lane will make it {} for every family."
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What there is to be asked for, in the parts of addresses."""

    document: str
    other: str
    topic: str
    first: str
    second: str
    statements: tuple[str, str]
    snapshot: str
    job: int
    edit: str
    link: str
    key: str  # of an admin's session

    @property
    def pair(self) -> str:
        return f"first={self.statements[0]}&second={self.statements[1]}"

    def parts(self, payload: str) -> dict[str, Any]:
        """A value for each part that an address of this site has."""
        return {
            "document_id": self.document,
            "other_id": self.other,
            "topic_id": self.topic,
            "speaker_id": self.first,
            "statement_id": self.statements[0],
            "sha256": self.snapshot,
            "suffix": "html",
            "job_id": self.job,
            "number": "1",
            "edit_id": self.edit,
            "key": self.link,
            "name": payload,
            "filename": "style.css",
        }


def plant(corpus: Corpus, client: FlaskClient, payloads: tuple[str, ...], text: str) -> Planted:
    """Fill in every form as a person of this machine would, each of `FIELDS` with the next of `payloads`.

    `text` goes where there is room for much. `client` is of an application over `corpus` that has no accounts yet.
    """
    turn = dict(zip(FIELDS, cycle(payloads), strict=False))
    turn["source_url"] = "https://a.example/?" + "".join(turn["source_url"].split())  # others are refused
    in_header = {'"': "%22", "\r": "%0D", "\n": "%0A"}  # as browsers send a file's name
    turn["file_name"] = turn["file_name"].translate(str.maketrans(in_header))
    for name in FIELDS:  # a name is taken without what cannot be seen
        if name.endswith(("name", "by")) or name in NAMES:
            turn[name] = "".join(one for one in turn[name] if one.isprintable())

    def post(address: str, **fields: Any) -> TestResponse:
        answer = client.post(address, data=fields, headers={"Accept": "text/html"})
        assert answer.status_code < 400, (address, re.findall(r"<main.*?</main>", answer.text, re.S))
        return answer

    talk = {
        "utterances": [
            {
                "speaker": f"A {turn['label']}",
                "text": f"{ROAD.format('', 'safer')} {text} We agree with {turn['text']}.",
            },
            {
                "speaker": "Lindqvist",
                "text": f"{ROAD.format('not ', 'more dangerous')} We deny that {turn['text']} is so.",
            },
        ]
    }
    facts = {name: turn[name] for name in ("title", "place", "publisher", "source_url", "language", "by")}
    added = post(
        "/documents",
        file=(io.BytesIO(json.dumps(talk).encode()), turn["file_name"] + ".json"),
        date="2021-12-02",
        **facts,
    )
    document = added.headers["Location"].split("/")[2].partition("?")[0]
    saved = (
        f"<html><head><title>{escape(turn['saved_title'])}</title><link rel=canonical "
        f'href="{escape(turn["saved_link"])}"></head><body><p>MAYOR LINDQVIST: {escape(text)}</p>'
        f"<p>MINISTER ONE: {escape(ROAD.format('', 'safer'))}</p></body></html>"
    )
    other = post("/documents", file=(io.BytesIO(saved.encode()), "saved.html")).headers["Location"]
    second, first = sorted(_speakers(corpus, document), key=lambda name: not name.startswith("lindqvist"))
    post(f"/speakers/{second}/name", name="L " + turn["speaker_name"], by=turn["by"])
    second = next(one for one in _speakers(corpus, document) if one != first)
    post(f"/speakers/{first}/delegation", delegation=turn["delegation"], by=turn["by"])
    listed = [
        {
            "name": turn["issue_name"] + " issue",
            "description": turn["issue_description"],
            "example": turn["issue_example"],
        }
    ]
    post("/issues/save", text=json.dumps(listed), by=turn["by"])
    topic = next(row.id for row in corpus.topics() if row.id not in {issue.id for issue in corpus.issues()})
    done = post(f"/topics/{topic}/name", name=turn["topic_name"], by=turn["by"], why=turn["topic_reason"])
    topic = done.headers["Location"].split("/")[2].partition("?")[0]
    found = corpus.compare(first=first, second=second)
    pair = found.pairs[0]
    held = {"first": pair.first.id, "second": pair.second.id}
    post("/rulings", **held, decision="confirm", why=turn["review_reason"], by=turn["reviewer"], list="on")
    marks = {name: turn[name] for name in ("owner", "status", "caveat")}
    post("/handling", first=first, second=second, by=turn["marked_by"], back="/compare?first=x", **marks)
    post("/report", **held, words=turn["report"] + text[:1000], by=turn["reporter"])
    post("/reports/1/answer", state="answered", answer=turn["answer"] + text[:1000], by=turn["answerer"])
    post("/report", **held, words=turn["report"], by=turn["reporter"])
    for row in corpus.documents():
        if corpus.attributing.of(row.id).open:
            post(f"/documents/{row.id}/sign-off", by=turn["signed_by"], why=turn["signed_why"])
    frozen = post("/compare/freeze", first=first, second=second, by=turn["frozen_by"])
    job = corpus.jobs.listed()[0].id
    people = corpus.access.people
    admin = people.add("Ada " + turn["account"], Role.ADMIN)
    people.set_password(admin.name, GOOD)
    people.add("Guest " + turn["account"], Role.READER)
    corpus.access.tokens.make(admin, turn["token"], frozenset({Scope.READ}))
    return Planted(
        document=document,
        other=other.split("/")[2].partition("?")[0],
        topic=topic,
        first=first,
        second=second,
        statements=(pair.first.id, pair.second.id),
        snapshot=frozen.headers["Location"].split("/")[2],
        job=job,
        edit="1",
        link=people.link("Guest " + turn["account"]),
        key=corpus.access.sessions.begin(people.one(admin.name)),
    )


def addresses(app: Flask, planted: Planted, payload: str | None) -> Iterator[str]:
    """Every page of the site, as it is asked for, and once more with `payload` in each part and parameter it takes."""
    taken = {
        path: [one["name"] for one in operations["get"].get("parameters", ()) if one["in"] == "query"]
        for path, operations in app.test_client().get("/openapi.json").get_json()["paths"].items()
        if "get" in operations
    }
    sides = f"first={planted.first}&second={planted.second}"
    ours = quote(f"http://localhost/compare?{sides}&topic={payload or ''}", safe="")
    asked = {
        "/compare": ("", sides, f"{sides}&topic={planted.topic}&include=unsure&include=reported"),
        "/embed/compare": (sides, f"{sides}&fit=1"),
        "/embed/pair": (planted.pair,),
        "/brief": (sides,),
        "/report": (planted.pair, f"{planted.pair}&snapshot={planted.snapshot}"),
        "/review/pair": (planted.pair,),
        "/oembed": (f"url={ours}", f"url={ours}&format=xml"),
        "/map": ("", f"speaker={planted.first}&speaker={planted.second}"),
        "/documents/<document_id>": ("added=1",),
    }
    asked |= {
        path: (*some, *(f"{some[-1]}&format=html",)) for path, some in asked.items() if path in ("/compare", "/map")
    }
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        held = planted.parts("x")
        with app.test_request_context():
            path = url_for(rule.endpoint, **{name: held[name] for name in rule.arguments})
        some = asked.get(rule.rule, ("",))
        yield from (f"{path}?{query}" for query in some)
        if payload is None:
            continue
        for part in rule.arguments - {"job_id"}:
            with app.test_request_context():
                yield url_for(rule.endpoint, **{name: held[name] for name in rule.arguments} | {part: payload})
        documented = taken.get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), [])
        for name in dict.fromkeys((*documented, *OTHERS.get(rule.rule, ()))):
            rest = "&".join(part for part in some[-1].split("&") if part and not part.startswith(f"{name}="))
            yield f"{path}?{rest}&{urlencode({name: payload})}"


OTHERS = {
    "/": ("topic", "page"),
    "/add": ("replaces",),
    "/sign-in": ("next",),
    "/docs": ("url", "configUrl", "spec"),
    "/embed/compare": ("first", "second", "topic", "fit", "document", "since"),
    "/embed/pair": ("first", "second", "fit"),
    "/oembed": ("url", "format", "maxwidth"),
    "/report": ("first", "second", "snapshot"),
    "/corrections": ("sent", "format"),
    "/issues": ("saved",),
    "/documents": ("removed",),
    "/account": ("changed",),
    "/topics/<topic_id>": ("done",),
    "/nowhere": (),
}
"""Parameters that pages take beside the documented ones."""


def _speakers(corpus: Corpus, document: str) -> list[str]:
    return [speaker.id for speaker in corpus.document(document).row.speakers]


def posted(client: FlaskClient, planted: Planted, payload: str, word: str) -> Iterator[TestResponse]:
    """What is shown to who sent a form that is not taken, or only previewed, with `payload` in each of its fields."""
    talk = json.dumps({"utterances": [{"speaker": payload[:150], "text": f"We oppose {payload}."}]}).encode()
    held = {"first": planted.statements[0], "second": planted.statements[1]}
    forms: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/add", {"text": payload, "title": payload, "place": payload, "publisher": payload, "speaker": payload}),
        ("/add", {"file": (io.BytesIO(talk), payload + ".json"), "title": payload, "replaces": planted.document}),
        ("/add", {"file": (io.BytesIO(payload.encode()), payload), "language": payload, "replaces": payload}),
        ("/add", {"text": f"A: {payload}", "date": payload, "source_url": payload, "record": payload}),
        ("/add", {"kept_name": payload, "kept": payload, "label:0": payload, "was:0": payload, "name:0": payload}),
        ("/add/form", {"text": payload, "title": payload, "speaker": payload, "url": payload, "date": payload}),
        ("/add", {"url": payload}),
        ("/documents", {"text": payload, "source_url": payload}),
        ("/issues", {"text": f"{payload}: {payload}", "name": payload}),
        ("/issues", {"file": (io.BytesIO(payload.encode()), payload)}),
        ("/issues/form", {"text": payload, "name": payload}),
        ("/sign-in", {"name": payload, "password": payload, "next": payload}),
        ("/welcome", {"key": payload}),
        ("/welcome", {"key": planted.link, "password": payload, "again": payload + "."}),
        ("/sign-in/code", {"entry": payload, "code": payload, "next": payload}),
        ("/account/second-factor", {"current": payload}),
        ("/account/second-factor/confirm", {"code": payload, "seed": payload}),
        ("/account/second-factor/codes", {"current": payload, "code": payload}),
        ("/account/second-factor/off", {"current": payload, "code": payload}),
        ("/account/password", {"current": payload, "password": payload}),
        ("/account/tokens", {"current": GOOD, "label": payload, "scope": payload, "days": payload}),
        ("/account/tokens", {"current": GOOD, "label": payload[:150], "scope": "read"}),
        ("/people", {"current": GOOD, "name": payload[:150], "role": payload}),
        ("/people", {"current": GOOD, "name": payload[:150], "role": "reader"}),
        ("/report", {**held, "words": payload * 9, "by": payload * 9, "snapshot": payload}),
        ("/reports/2/answer", {"state": payload, "answer": payload, "decision": payload}),
        (f"/reports/{quote(payload, safe='')}/answer", {"state": "answered", "answer": payload}),
        ("/rulings", {**held, "decision": payload, "why": payload, f"why-{payload}": payload, "back": payload}),
        (f"/rulings/{quote(payload, safe='')}/withdraw", {"why": payload}),
        (f"/topics/{planted.topic}/name", {"name": payload * 9, "why": payload, "version": payload}),
        (f"/topics/{planted.topic}/merge", {"merged": payload, "why": payload}),
        (f"/topics/{planted.topic}/split", {"statement": payload, "name": payload}),
        (f"/topics/{planted.topic}/move", {"statement": payload, "to": payload}),
        (f"/speakers/{planted.first}/merge", {"merged": payload}),
        (f"/speakers/{planted.first}/name", {"name": payload * 9}),
        (f"/speakers/{planted.first}/split", {"name": payload, "document": payload, "label": payload}),
        (f"/documents/{planted.document}/facts", {"date": payload, "source_url": payload}),
        (f"/documents/{planted.document}/sign-off", {"seen": payload, "why": payload}),
        ("/handling", {"first": payload, "second": payload, "back": payload}),
        ("/map/judge", {"topic": payload, "speaker": payload}),
        ("/compare/freeze", {"first": payload, "limit": payload}),
        ("/nowhere", {payload: payload}),
    )
    for address, fields in forms:
        yield client.post(address, data=fields, headers={"Accept": "text/html", csrf.HEADER: word})
    sides = {"first": {"name": payload[:150], "text": f"We oppose {payload}. {ROAD.format('', 'safer')}"}}
    sides["second"] = {"name": payload[:140] + " B", "text": ROAD.format("not ", "more dangerous") + payload}
    yield client.post("/compare?format=html", json={**sides, "topic": payload})
