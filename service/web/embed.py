"""Embed: the comparison inside other people's pages, in a frame."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from models.comparison import Comparison
from service.corpus import Corpus
from service.schema.compare import CompareQuery
from service.web import screens
from service.web.forwarding import forwarded
from service.web.oembed import asked


def blueprint(corpus: Corpus) -> Blueprint:
    embed = Blueprint("embed", __name__)

    @embed.get("/embed/compare")
    def comparison() -> str | Response:
        query = asked(request.args.items(multi=True))
        moved = forwarded(corpus, query.topic)
        if moved is not None:
            return moved
        found = corpus.compare(**query.asked())
        fixed = screens.settled(query, found)
        return render_template(
            "embed.html",
            comparison=found,
            caution=screens.caution(corpus),
            link=screens.absolute(fixed.address()),
            swapped=fixed.address("/embed/compare", first=fixed.second, second=fixed.first)
            + ("&fit=1" if _fit() else ""),
            fit=_fit(),
        )

    @embed.get("/embed/pair")
    def pair() -> str:
        found = corpus.pair(request.args.get("first", ""), request.args.get("second", ""))
        link = CompareQuery(first=found.first.id, second=found.second.id).address()
        return _alone(found, screens.absolute(link))

    @embed.get("/embed/snapshots/<sha256>")
    def snapshot(sha256: str) -> str:
        found = corpus.snapshots.snapshot(sha256)
        return _alone(found.comparison, screens.absolute(found.row.path))

    def _alone(found: Comparison, link: str) -> str:
        told = screens.caution(corpus)
        return render_template("embed.html", comparison=found, link=link, caution=told, swapped=None, fit=_fit())

    return embed


def _fit() -> bool:
    """Whether the frame is to tell the page around it how high it is."""
    return bool(request.args.get("fit"))
