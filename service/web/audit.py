"""Audit pages: the log of all writes, to be downloaded by admins, since it holds names."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response

from service.corpus import Corpus
from service.store.audit import line


def blueprint(corpus: Corpus) -> Blueprint:
    pages = Blueprint("audit", __name__)

    @pages.get("/audit.jsonl")
    def audit() -> Response:
        response = Response(_lines(corpus), content_type="application/jsonl; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
        response.headers["Cache-Control"] = "no-store"
        return response

    return pages


def _lines(corpus: Corpus) -> Iterator[str]:
    for row in corpus.audit():
        yield line(row) + "\n"
