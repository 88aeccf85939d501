"""Alone: one process that answers at an address by itself (waitress)."""

from __future__ import annotations

import socket
from copy import copy
from typing import Any

from flask import Flask, Request
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import WSGITask
from werkzeug.exceptions import default_exceptions

from service.config import Config
from service.web.negotiation import failed
from service.web.patience import HEAD_BYTES, Arrival
from service.web.refused import REFUSED
from service.web.sizes import Sizes

CONNECTIONS = 500  # at once: one that only waits costs no thread, and too few are soon taken up by who sends nothing
SILENCE = 60  # seconds after which a connection on which nothing comes or goes is closed


def server(app: Flask, config: Config, bound: socket.socket) -> Any:
    """What serves `app` on a socket that is bound already, once its `run` is called.

    Requests are read before the application is asked, larger ones into a file: none is taken that it would not take.
    """
    made = create_server(
        app,
        sockets=[bound],
        threads=config.threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # the guard must see that a proxy asks for somebody elsewhere
        max_request_header_size=HEAD_BYTES,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENCE,
        asyncore_use_poll=True,  # select() knows no file beyond the 1,024th
    )
    made.channel_class, made.sizes = _Channel, Sizes(config)
    return made


class _Refusal(WSGITask):  # type: ignore[misc]
    """What the server itself refuses, which the application puts into words; where that failed, it is not asked again.

    The connection is closed: where the next request would begin is not known.
    """

    def execute(self) -> None:
        self.set_close_on_finish()
        if self.request.error.code != 500:
            super().execute()
            return
        said = failed()
        self.complete, self.status, self.content_length = True, "500 Internal Server Error", len(said)
        self.response_headers.append(("Content-Type", "application/json"))
        self.write(said)

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[REFUSED] = default_exceptions[self.request.error.code]()
        return environ


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when a request takes too long to arrive."""

    error_task_class = _Refusal
    _arrival: Arrival | None = None

    def parser_class(self, settings: Any) -> HTTPRequestParser:
        return _Request(settings, self.server.sizes, self.addr[0])

    def received(self, data: bytes) -> bool:
        if self._arrival is None:
            self._arrival = Arrival()
        self._arrival.came(len(data))
        taken: bool = super().received(data)
        if self.request is None:  # all that came belongs to requests that are there as a whole
            self._arrival = None
        return taken

    def readable(self) -> bool:
        """Asked of every connection at least once a second."""
        taking = bool(super().readable())
        if self._arrival is not None and not taking:
            self._arrival = Arrival()  # what has come already waits for the answer to what came before it
        elif self._arrival is not None and self._arrival.left() < 0:
            self.will_close = True
            return False
        return taking


class _Request(HTTPRequestParser):  # type: ignore[misc]
    """A request on its way in, of which no more is taken than may come of who sends it."""

    command, path, query, request_uri, url_scheme = "GET", "/", "", "/", "http"  # of one whose head makes no sense

    def __init__(self, settings: Any, sizes: Sizes, peer: str) -> None:
        super().__init__(copy(settings))
        self._sizes, self._peer = sizes, peer

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            sent = {f"HTTP_{name}": value for name, value in self.headers.items()}
            self.adj.max_request_body_size = self._sizes.by_head(Request({**sent, "REMOTE_ADDR": self._peer})) + 1

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if self.error is not None:
            self.expect_continue = False  # or what is refused would be asked for all the same
        return taken
