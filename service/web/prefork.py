"""Prefork: several processes that answer at one address and share the models' weights (gunicorn)."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import TConn, ThreadWorker
from prometheus_client.multiprocess import mark_process_dead

from service.config import Config
from service.corpus import Corpus
from service.web import patience
from service.web.patience import ADDRESS_BYTES, Arrival

PATIENCE = 300  # seconds that a process may be silent before it is taken for dead: it may be judging
HEADERS = 64  # of a request


class Prefork(BaseApplication):  # type: ignore[misc]
    """Serves `app` in `config.processes` processes on a socket that is bound already, until it is told to stop.

    The weights are read before the processes part, so that they are in memory once. Nothing is computed with them
    before: torch's threads do not outlive a fork, and a process that waits for them waits for good.
    """

    def __init__(self, app: Flask, corpus: Corpus, config: Config, bound: socket.socket) -> None:
        self._app, self._corpus, self._config, self._bound = app, corpus, config, bound
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self._bound.detach()}",
            "workers": self._config.processes,
            "threads": self._config.threads,
            "worker_class": _Worker,
            "preload_app": True,
            "timeout": PATIENCE,
            "limit_request_line": ADDRESS_BYTES,
            "limit_request_fields": HEADERS,
            "loglevel": "warning",
            "forwarded_allow_ips": "",  # proxies are believed by the application alone, and in no PATH_INFO
            "post_fork": self._parted,
            "child_exit": _ended,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        self._corpus.load_models()
        return self._app

    def _parted(self, _arbiter: Any, _worker: Any) -> None:
        self._corpus.parted()


class _Worker(ThreadWorker):  # type: ignore[misc]
    """Gives each request a time to arrive in. A request that is under way has one of few threads to itself."""

    def handle(self, conn: TConn) -> Any:
        if not isinstance(conn.sock, _Timed):
            conn.sock = _Timed(conn.sock)
        conn.sock.arrival = Arrival()
        return super().handle(conn)


class _Timed:
    """A socket that is read from for no longer than a request may take to arrive, and written to while it is read."""

    def __init__(self, held: socket.socket) -> None:
        self._held = held
        self.arrival = Arrival()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def recv(self, size: int) -> bytes:
        with self._within(self.arrival.left()):
            data = self._held.recv(size)
        self.arrival.came(len(data))
        return data

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        with self._within(patience.SECONDS):
            while rest:
                rest = rest[self._held.send(rest) :]

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        with self._within(patience.SECONDS):
            return self._held.sendfile(file, offset, count)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Wait for so long at a time. gunicorn takes what is raised for a client that has gone, and only closes."""
        own = self._held.gettimeout()
        late = ConnectionResetError(errno.ECONNRESET, "the other side took too long")
        if seconds <= 0:
            raise late
        self._held.settimeout(seconds if own is None else min(own, seconds))
        try:
            yield
        except TimeoutError:
            raise late from None
        finally:
            self._held.settimeout(own)


def _ended(_arbiter: Any, worker: Any) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
