"""Marking forms: the address that the handling mark of a comparison is sent to."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from service.corpus import Corpus
from service.errors import BadValue
from service.web.next import own

SEE_OTHER = 303


def add_marking_forms(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/handling")
    def mark() -> Response:
        sent = {name: request.form.get(name, "").strip() for name in ("first", "second", "topic", "back")}
        if not sent["first"] or not sent["second"]:
            raise BadValue("A side is missing.", "Open the comparison again. Nothing was changed.")
        said = {name: request.form.get(name, "") for name in ("owner", "status", "caveat", "by")}
        corpus.marking.mark(sent["first"], sent["second"], sent["topic"] or None, **said)
        back = sent["back"]
        return redirect(own(back) if back.startswith("/compare?") else "/", SEE_OTHER)
