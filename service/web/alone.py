"""Alone: one process that answers at an address by itself (waitress)."""

from __future__ import annotations

import socket
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server

from service.web.patience import HEAD_BYTES, Arrival

CONNECTIONS = 500  # at once: one that only waits costs no thread, and too few are soon taken up by who sends nothing
SILENCE = 60  # seconds after which a connection on which nothing comes or goes is closed


def server(app: Flask, threads: int, bound: socket.socket) -> Any:
    """What serves `app` on a socket that is bound already, once its `run` is called.

    Requests are read before the application is asked, larger ones into a file: none is taken that it would not take.
    """
    made = create_server(
        app,
        sockets=[bound],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # the guard must see that a proxy asks for somebody elsewhere
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,  # the first size that is too large
        max_request_header_size=HEAD_BYTES,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENCE,
        asyncore_use_poll=True,  # select() knows no file beyond the 1,024th
    )
    made.channel_class = _Channel
    return made


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when a request takes too long to arrive."""

    _arrival: Arrival | None = None

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
