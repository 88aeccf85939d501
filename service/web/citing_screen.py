"""Citing screen: the forms of citation of one quote, as a page, as JSON, or one of them alone."""

from __future__ import annotations

from functools import partial

from flask import Response, render_template

from models.published import quote_json
from service.citations import citations, cite
from service.citations.parts.passage import Passage
from service.citing import forms
from service.rendering.source_note import source_note
from service.schema.cite import CitationItem, CiteAnswer
from service.schema.quotes import QuoteAnswer
from service.web.negotiation import asked_format, page_or_json


def answer(found: Passage, wanted: str | None) -> Response:
    if wanted in citations():
        return Response(cite(found, str(wanted)), mimetype=citations()[str(wanted)].MEDIA_TYPE)
    if wanted is not None:
        asked_format(wanted, ("html", "json", *citations()))
    return page_or_json(wanted, partial(_page, found), partial(_json, found))


def _page(found: Passage) -> str:
    return render_template("cite.html", passage=found, forms=forms(found), note=str(source_note(found.quote)))


def _json(found: Passage) -> CiteAnswer:
    shown = [
        CitationItem(name=one.name, label=one.label, media_type=one.media_type, text=one.text, why=one.why)
        for one in forms(found)
    ]
    return CiteAnswer(quote=QuoteAnswer(**quote_json(found.quote)), citations=shown)
