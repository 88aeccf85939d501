"""Kept: whole answers to /compare, given again to the same request as long as nothing was written to the database.

Every quote of an answer was proven when it was made; under the same stamp of the database no byte of its documents can
have changed. After any write it is made, and proven, anew. Flask is not asked: looking at the request alone takes it
longer than all of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.bounded import Bounded
from service.errors import Unavailable
from service.web.access.cookie import NAME as COOKIE
from service.web.access.line import FORWARDED
from service.web.operation import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWERS = 512
BYTES = 64 << 20  # of all that is kept
LARGEST = 1_000_000  # bytes of an answer that is kept
PATHS = frozenset(("/compare", "/embed/compare"))
KEPT = ("200 ", "304 ")  # what else is answered is no answer, or says where to look
ASKED = ("QUERY_STRING", "REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "SCRIPT_NAME")
HEADERS = (  # that an answer depends on: whatever else is sent, or made up so that no answer is found again, counts not
    "HTTP_HOST",
    *("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    *("HTTP_RANGE", "HTTP_IF_RANGE"),
    *("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE"),
)
PROXIES = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in FORWARDED)  # whether one is there matters


@dataclass(frozen=True, slots=True)
class _Answer:
    stamp: tuple[object, ...]
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class KeptAnswers:
    """Stands before a WSGI application. `stamp` is the database's."""

    def __init__(self, application: WSGIApplication, stamp: Callable[[], tuple[object, ...]]) -> None:
        self._application = application
        self._stamp = stamp
        self._answers: Bounded[tuple[object, ...], _Answer] = Bounded(ANSWERS, BYTES, _weight)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] not in PATHS or _is_known(environ):
            return self._application(environ, start_response)
        try:
            key, stamp = _key(environ), self._stamp()  # before anything is read: what is written meanwhile has another
        except Unavailable:  # the application says so, in the form that is asked for
            return self._application(environ, start_response)
        found = self._answers.get(key)
        if found is None or found.stamp != stamp:
            found = self._asked(environ, stamp)
            if found.status.startswith(KEPT) and len(found.body) <= LARGEST:
                self._answers.put(key, found)
        environ[ROUTE] = environ["PATH_INFO"]
        start_response(found.status, list(found.headers))
        return [found.body]

    def _asked(self, environ: WSGIEnvironment, stamp: tuple[object, ...]) -> _Answer:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return lambda _: None

        answer = self._application(environ, start)
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return _Answer(stamp, said[0], list(said[1]), body)


def _is_known(environ: WSGIEnvironment) -> bool:
    """Whether somebody may be known: what they are shown is theirs alone, and ends with their session."""
    return "HTTP_AUTHORIZATION" in environ or COOKIE in environ.get("HTTP_COOKIE", "")


def _key(environ: WSGIEnvironment) -> tuple[object, ...]:
    """All that an answer can depend on: who asks for what, under which name, and with which headers."""
    proxied = any(name in environ for name in PROXIES)
    return (environ["PATH_INFO"], proxied, *(environ.get(name) for name in (*ASKED, *HEADERS)))


def _weight(key: tuple[object, ...], answer: _Answer) -> int:
    """Bytes, about."""
    return len(answer.body) + sum(len(value) for value in key if isinstance(value, str))
