"""Sign-off forms: the address that the sign-off of a document's doubts is sent to."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from service.corpus import Corpus


def sign_off_forms(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/documents/<document_id>/sign-off")
    def sign_off(document_id: str) -> Response:
        form = request.form
        corpus.attributing.sign_off(document_id, form.get("by", ""), form.get("why", ""), seen=form.get("seen") or None)
        return redirect(f"/documents/{document_id}#doubts", 303)
