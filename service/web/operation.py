"""Operation: an id for every request, a line of the log for it, and figures for Prometheus (docs/operating.md)."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from time import perf_counter
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.corpus import Corpus
from service.web.guard import Guard

REQUESTS = logging.getLogger("counterpose.requests")
HEADER = "X-Request-ID"
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the folder in which processes share their figures, read by prometheus_client
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def operate(app: Flask, corpus: Corpus, guard: Guard, *, open_metrics: bool) -> None:
    """Give `app` its request ids, its log and /metrics, which `open_metrics` gives to other machines too.

    What is logged holds neither addresses of readers nor what they asked for, only which kind of page it was.
    """
    registry = CollectorRegistry()
    together = SHARED in os.environ  # of several processes, each of which answers for all
    own = None if together else registry
    labels = ("route", "method", "status")
    answered = Counter("counterpose_requests", "Requests answered.", labels, registry=own)
    took = Histogram("counterpose_request_seconds", "Seconds to an answer.", ("route",), buckets=SECONDS, registry=own)
    if together:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Holdings(corpus))

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _GIVEN.fullmatch(given) else uuid4().hex
        g.began = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("began")
        if began is None:  # refused before it was looked at
            return response
        response.headers[HEADER] = g.request_id
        seconds = perf_counter() - began
        route = request.url_rule.rule if request.url_rule is not None else "none"
        answered.labels(route, request.method, str(response.status_code)).inc()
        took.labels(route).observe(seconds)
        REQUESTS.info(
            "%s %s %d",
            request.method,
            route,
            response.status_code,
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "milliseconds": round(1000 * seconds, 1),
                "bytes": response.content_length,
            },
        )
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        if not open_metrics:
            guard.demand_here(request)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def request_id() -> str | None:
    """That of the request under way, if one is."""
    found: str | None = g.get("request_id") if has_request_context() else None
    return found


class _Holdings(Collector):
    """What the corpus holds when somebody asks."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def collect(self) -> Iterator[Metric]:
        documents = self._corpus.documents()
        yield GaugeMetricFamily("counterpose_documents", "Documents.", len(documents))
        yield GaugeMetricFamily("counterpose_statements", "Statements.", sum(row.statements for row in documents))
        yield GaugeMetricFamily("counterpose_speakers", "Speakers.", len(self._corpus.speakers()))
        yield GaugeMetricFamily("counterpose_revision", "Writes so far.", self._corpus.revision)
