"""Refused: a request that is refused before the application sees it is answered by it all the same, in its own form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "counterpose.refused"  # in a request's environment: the error that it is answered with


def refuse() -> None:
    """To be asked of each request before anything else is."""
    if (error := request.environ.get(REFUSED)) is not None:
        raise error


def heard(app: Flask, own: WSGIApplication) -> WSGIApplication:
    """`app` as it is, but that what is refused already comes to `own`, past all that counts and remembers."""
    rest = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return (own if REFUSED in environ else rest)(environ, start_response)

    return answer
