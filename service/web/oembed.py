"""oEmbed: what another site is told of a comparison or a snapshot so that it can frame it (oembed.com, version 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from models.comparison import Comparison
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError, NotFound
from service.rendering.heading import heading
from service.schema.compare import CompareQuery
from service.web import screens
from service.web.negotiation import invalid

WIDTH = 720
_ADDRESS = re.compile(r"https?://(?P<host>[^/?#]+)(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?")
_SNAPSHOT = re.compile(r"(?:/embed)?/snapshots/(?P<sha256>[0-9a-f]{64})")
_DECLARED = b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'


class NotImplementedHere(CounterposeError):
    """A format that the oEmbed specification names, or that nobody does, and that is not given here."""

    status, code = 501, "not_implemented"


def blueprint(corpus: Corpus) -> Blueprint:
    pages = Blueprint("oembed", __name__)

    @pages.get("/oembed")
    def oembed() -> Response:
        wanted = request.args.get("format", "json")
        if wanted not in ("json", "xml"):
            raise NotImplementedHere(f"There is no oEmbed in the format “{wanted}”.", "Ask for json or xml.")
        answer = _rich(*_framed(corpus, request.args.get("url", "")))
        return jsonify(answer) if wanted == "json" else Response(_xml(answer), content_type="text/xml; charset=utf-8")

    return pages


def asked(given: Iterable[tuple[str, str]]) -> CompareQuery:
    """The comparison that the parameters of an address name."""
    values = list(given)
    try:
        return CompareQuery.model_validate({**dict(values), "include": [v for name, v in values if name == "include"]})
    except ValidationError as error:
        raise invalid(error) from None


def _framed(corpus: Corpus, url: str) -> tuple[Comparison, str]:
    """What `url` names, if it is one of this site's that may be framed, and the address of its embed."""
    found = _ADDRESS.fullmatch(url)
    if found is not None and found["host"] in {request.host, urlsplit(screens.absolute("/")).netloc}:
        if found["path"] in ("/compare", "/embed/compare"):
            query = asked(parse_qsl(found["query"] or ""))
            comparison = corpus.compare(**query.asked())
            return comparison, screens.absolute(screens.settled(query, comparison).address("/embed/compare"))
        frozen = _SNAPSHOT.fullmatch(found["path"])
        if frozen is not None:
            snapshot = corpus.snapshots.snapshot(frozen["sha256"])
            return snapshot.comparison, screens.absolute(f"/embed{snapshot.row.path}")
    ours = screens.absolute("/compare?…")
    raise NotFound(f"“{url}” is not a comparison on this site.", f"Give the address of one: {ours}")


def _rich(found: Comparison, frame: str) -> dict[str, Any]:
    width = min(WIDTH, _size("maxwidth"))
    height = min(screens.frame_height(found), _size("maxheight"))
    return {
        "version": "1.0",
        "type": "rich",
        "title": heading(found),
        "provider_name": "Counterpose",
        "provider_url": screens.absolute("/"),
        "width": width,
        "height": height,
        "html": screens.iframe(heading(found), frame, height, width),
    }


def _size(name: str) -> int:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise BadValue(f"{name} is “{text[:80]}”.", "Give a number of pixels, or leave it out.")
    return int(text) if text else 100_000


def _xml(answer: dict[str, Any]) -> bytes:
    root = Element("oembed")
    for name, value in answer.items():
        SubElement(root, name).text = str(value)
    document: bytes = tostring(root, encoding="utf-8")
    return _DECLARED + document
