"""Review forms: the addresses that decisions on pairs are sent to, by pages as forms and by programs as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, request
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.answers.review import ruling_item
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError
from service.given import storable
from service.positions.request import Request, confidence
from service.review.reasons import given
from service.schema.compare import CompareQuery
from service.schema.review import ReviewPairQuery, ReviewQuery
from service.store.docket import Decision
from service.web.again import Page, again
from service.web.negotiation import demand_object, reads_pages
from service.web.review.screens import Refused, pair_page, review_address

SEE_OTHER, CREATED = 303, 201
Answer = Response | Page


def add_review_forms(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/rulings")
    def rule() -> Answer:
        sent = _sent()
        first, second = (_needed(sent, name) for name in ("first", "second"))
        try:
            made = corpus.reviewing.rule(
                first,
                second,
                _needed(sent, "decision"),
                why=given(sent, corpus.reviewing.pair(first, second).pair.relation),
                by=sent.get("by", ""),
                version=_number("version", sent["version"]) if sent.get("version") else None,
                sample=sent.get("sample") == "on",
                seen_in=_seen_in(sent.get("back", "")),
            )
        except CounterposeError as error:
            if not reads_pages() or error.status not in (400, 409):
                raise
            return again(_pair(corpus, sent, error), error)
        return _done(corpus, sent, made, CREATED)

    @pages.post("/rulings/<number>/withdraw")
    def withdraw(number: str) -> Answer:
        sent = _sent()
        made = corpus.reviewing.withdraw(
            _number("The decision", number), by=sent.get("by", ""), why=sent.get("why", "")
        )
        return _done(corpus, sent, made, 200)


def _sent() -> MultiDict[str, str]:
    """The fields of a form, or of a JSON object."""
    if not request.is_json:
        return request.form
    demand_object()
    held: Mapping[str, Any] = request.get_json()
    return MultiDict({name: str(value) for name, value in held.items() if value is not None})


def _pair(corpus: Corpus, sent: MultiDict[str, str], error: CounterposeError) -> str:
    """The pair as it is now, with what was typed and what was wrong."""
    query = ReviewPairQuery(
        first=sent["first"], second=sent["second"], back=sent.get("back"), by=sent.get("by"), keys=_keys(sent)
    )
    return pair_page(corpus, query, corpus.reviewing.pair(query.first, query.second), Refused(error, sent))


def _done(corpus: Corpus, sent: MultiDict[str, str], made: Decision, status: int) -> Answer:
    """To programs, the decision; people go on in the queue, or see the pair as it is now."""
    if not reads_pages():
        (row,) = corpus.reviewing.placings([made], whole=True)
        answer = ruling_item(row).model_dump_json(indent=2) + "\n"
        return Response(answer, status, content_type="application/json")
    said = {"by": made.ruling.who if made.withdrawn is None else made.withdrawn.who, "keys": _keys(sent)}
    if "queue" in sent:
        try:
            query = ReviewQuery.model_validate({**dict(parse_qsl(sent["queue"])), **said})
        except ValidationError:  # the decision is made: go on at the head of the queue
            query = ReviewQuery.model_validate(said)
        address = review_address(query)
        return _go(f"{address}{'&' if '?' in address else '?'}done={made.id}#pair")
    if "list" in sent:
        return _go(f"/rulings#r{made.id}")
    pair = {"first": _needed(sent, "first"), "second": _needed(sent, "second"), "back": sent.get("back")}
    held = {name: value for name, value in {**pair, **said, "done": made.id}.items() if value}
    return _go(f"/review/pair?{urlencode(held)}#pair")


def _keys(sent: MultiDict[str, str]) -> str | None:
    return None if sent.get("keys") == "on" else "off"


def _seen_in(address: str) -> Request | None:
    """The comparison that an address of this site names, if it does."""
    storable("The comparison", address)
    try:
        found = urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return None
    if found.path != "/compare":
        return None
    given = parse_qsl(found.query)
    try:
        query = CompareQuery.model_validate(
            {**dict(given), "include": [value for name, value in given if name == "include"]}
        )
    except ValidationError:
        return None
    asked = query.asked()
    return Request(**{**asked, "min_confidence": confidence(asked["min_confidence"])})


def _needed(sent: MultiDict[str, str], name: str) -> str:
    value = sent.get(name, "").strip()
    if not value:
        raise BadValue(f"{name} is missing.", "Give it. Nothing was changed.")
    return value


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue(f"{name} is “{text[:80]}”.", "Open the page again. Nothing was changed.")
    return int(text)


def _go(address: str) -> Response:
    return redirect(address, SEE_OTHER)
