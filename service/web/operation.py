"""Operation: an id for every request, a line of the log for it, and figures for Prometheus (docs/operating.md)."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.corpus import Corpus
from service.web.figures import Figures
from service.web.guard import Guard

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUESTS = logging.getLogger("counterpose.requests")
HEADER = "X-Request-ID"
ID = "counterpose.request_id"  # in a request's environment
ROUTE = "counterpose.route"  # the same
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
LABELS = ("route", "method", "status")
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the folder in which processes share their figures, read by prometheus_client
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def operate(app: Flask, corpus: Corpus, guard: Guard, *, open_metrics: bool) -> None:
    """Give `app` its request ids, its log and /metrics, which `open_metrics` gives to other machines too.

    To be called when nothing else is to stand before it: what is answered from memory is counted as well.
    """
    registry = CollectorRegistry()
    registry.register(Figures(corpus))

    @app.after_request
    def name_route(response: Response) -> Response:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule is not None else "none"
        return response

    def metrics() -> Response:
        if not open_metrics:
            guard.demand_operator(request, g.visitor)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", metrics)  # for Prometheus, and no part of the API
    app.wsgi_app = Operation(app.wsgi_app, registry)  # type: ignore[method-assign]


class Operation:
    """Stands before a WSGI application: gives each request its id, counts it, and writes its line of the log.

    What is logged holds neither addresses of readers nor what they asked for, only which kind of page it was.
    """

    def __init__(self, application: WSGIApplication, registry: CollectorRegistry) -> None:
        self._application = application
        together = SHARED in os.environ  # of several processes, each of which answers for all
        own = None if together else registry
        self._answered = Counter("counterpose_requests", "Requests answered.", LABELS, registry=own)
        self._took = Histogram(
            "counterpose_request_seconds", "Seconds to an answer.", ("route",), buckets=SECONDS, registry=own
        )
        if together:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID] = given if _GIVEN.fullmatch(given) else uuid4().hex
        began = perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            self._end(environ, status, headers, perf_counter() - began)
            return start_response(status, [*headers, (HEADER, environ[ID])], *error)

        return self._application(environ, start)

    def _end(self, environ: WSGIEnvironment, status: str, headers: list[tuple[str, str]], seconds: float) -> None:
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        route = environ.get(ROUTE, "none")
        self._answered.labels(route, method, status[:3]).inc()
        self._took.labels(route).observe(seconds)
        if not REQUESTS.isEnabledFor(logging.INFO):
            return
        size = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        REQUESTS.info(
            "%s %s %s",
            method,
            route,
            status[:3],
            extra={
                "request_id": environ[ID],
                "method": method,
                "route": route,
                "status": int(status[:3]),
                "milliseconds": round(1000 * seconds, 1),
                "bytes": size,
            },
        )


def request_id() -> str | None:
    """That of the request under way, if one is."""
    found: str | None = request.environ.get(ID) if has_request_context() else None
    return found
