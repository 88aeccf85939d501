"""Embed: the comparison inside other people's pages, by frame or by oEmbed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import ValidationError

from models.comparison import Comparison
from service import screens
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError, NotFound
from service.forwarding import forwarded
from service.negotiation import invalid
from service.schema import CompareQuery

FRAMABLE = ("/compare", "/embed/compare")
WIDTH = 720
_ADDRESS = re.compile(r"https?://(?P<host>[^/?#]+)(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?")


class NotImplementedHere(CounterposeError):
    """A format that the oEmbed specification names, or that nobody does, and that is not given here."""

    status, code = 501, "not_implemented"


def blueprint(corpus: Corpus) -> Blueprint:
    embed = Blueprint("embed", __name__)

    @embed.get("/embed/compare")
    def comparison() -> str | Response:
        query = _query(request.args.items(multi=True))
        moved = forwarded(corpus, query.topic)
        if moved is not None:
            return moved
        found = corpus.compare(**query.asked())
        fixed = screens.settled(query, found)
        return render_template(
            "embed.html",
            comparison=found,
            link=screens.absolute(fixed.address()),
            swapped=fixed.address("/embed/compare", first=fixed.second, second=fixed.first),
        )

    @embed.get("/embed/pair")
    def pair() -> str:
        found = corpus.pair(request.args.get("first", ""), request.args.get("second", ""))
        link = CompareQuery(first=found.first.id, second=found.second.id).address()
        return render_template("embed.html", comparison=found, link=screens.absolute(link), swapped=None)

    @embed.get("/oembed")
    def oembed() -> Response:
        wanted = request.args.get("format", "json")
        if wanted not in ("json", "xml"):
            raise NotImplementedHere(f"There is no oEmbed in the format “{wanted}”.", "Ask for json or xml.")
        query = _framed(request.args.get("url", ""))
        answer = _rich(corpus.compare(**query.asked()), query)
        return jsonify(answer) if wanted == "json" else Response(_xml(answer), content_type="text/xml; charset=utf-8")

    return embed


def _query(given: Iterable[tuple[str, str]]) -> CompareQuery:
    values = list(given)
    try:
        return CompareQuery.model_validate({**dict(values), "include": [v for name, v in values if name == "include"]})
    except ValidationError as error:
        raise invalid(error) from None


def _framed(url: str) -> CompareQuery:
    """The comparison that `url` names, if it is one of this site's."""
    found = _ADDRESS.fullmatch(url)
    hosts = {request.host, urlsplit(screens.absolute("/")).netloc}
    if found is None or found["host"] not in hosts or found["path"] not in FRAMABLE:
        ours = screens.absolute("/compare?…")
        raise NotFound(f"“{url}” is not a comparison on this site.", f"Give the address of one: {ours}")
    return _query(parse_qsl(found["query"] or ""))


def _rich(found: Comparison, query: CompareQuery) -> dict[str, Any]:
    width = min(WIDTH, _size("maxwidth"))
    height = min(screens.frame_height(found), _size("maxheight"))
    fixed = screens.settled(query, found)
    return {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "provider_name": "Counterpose",
        "provider_url": screens.absolute("/"),
        "width": width,
        "height": height,
        "html": screens.iframe(found, fixed, width, height),
    }


def _size(name: str) -> int:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and int(text) > 0):
        raise BadValue(f"{name} is “{text}”.", "Give a number of pixels, or leave it out.")
    return int(text) if text else 100_000


def _xml(answer: dict[str, Any]) -> bytes:
    root = Element("oembed")
    for name, value in answer.items():
        SubElement(root, name).text = str(value)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
