"""Kept: whole answers to /compare, given again as long as nothing was written to the database.

Every quote of an answer was proven when it was made; under the same stamp of the database no byte of its documents can
have changed. After any write it is made, and proven, anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, request
from flask_babel import get_locale

from service.bounded import Bounded
from service.corpus import Corpus
from service.web.guard import Guard

ANSWERS = 512
LARGEST = 1_000_000  # bytes of an answer that is kept
ENDPOINTS = frozenset(("api.compare_speakers", "embed.comparison"))


@dataclass(frozen=True, slots=True)
class _Answer:
    stamp: tuple[object, ...]
    body: bytes
    headers: tuple[tuple[str, str], ...]


def keep_answers(app: Flask, corpus: Corpus, guard: Guard) -> None:
    """Before the view is asked, give what is kept; after it answered, keep that."""
    answers: Bounded[tuple[object, ...], _Answer] = Bounded(ANSWERS)

    @app.before_request
    def kept() -> Response | None:
        if request.method != "GET" or request.endpoint not in ENDPOINTS:
            return None
        stamp = corpus.stamp()  # before anything is read: what is written meanwhile has another
        key = (
            request.full_path,
            request.host_url,
            request.headers.get("Accept"),
            str(get_locale()),
            guard.may_write(request),
        )
        found = answers.get(key)
        if found is not None and found.stamp == stamp:
            return Response(found.body, 200, list(found.headers))
        g.answer_to_keep = key, stamp
        return None

    @app.after_request
    def keep(response: Response) -> Response:
        asked = g.pop("answer_to_keep", None)
        if asked is not None and response.status_code == 200 and not response.is_streamed:
            key, stamp = asked
            response.add_etag()
            if len(response.get_data()) <= LARGEST:
                answers.put(key, _Answer(stamp, response.get_data(), tuple(response.headers.items())))
        return response
