"""Prefork: several processes that answer at one address and share the models' weights (gunicorn)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client.multiprocess import mark_process_dead

from service.config import Config
from service.corpus import Corpus

PATIENCE = 300  # seconds that a process may be silent before it is taken for dead: it may be judging


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
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": PATIENCE,
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


def _ended(_arbiter: Any, worker: Any) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
