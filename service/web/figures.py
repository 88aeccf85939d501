"""Figures: what the corpus holds and how its jobs stand, at the moment when Prometheus asks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.corpus import Corpus
from service.errors import Unavailable


class Figures(Collector):
    """Nothing but that the database is away, while it is."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def collect(self) -> Iterator[Metric]:
        try:
            found = [*self._holdings(), *self._jobs()]
        except Unavailable:
            found = []
        yield GaugeMetricFamily("counterpose_database_up", "Whether the database answers.", int(bool(found)))
        yield from found

    def _holdings(self) -> Iterator[Metric]:
        documents = self._corpus.documents()
        yield GaugeMetricFamily("counterpose_documents", "Documents.", len(documents))
        yield GaugeMetricFamily("counterpose_statements", "Statements.", sum(row.statements for row in documents))
        yield GaugeMetricFamily("counterpose_speakers", "Speakers.", len(self._corpus.speakers()))
        yield GaugeMetricFamily("counterpose_revision", "Writes so far.", self._corpus.revision)

    def _jobs(self) -> Iterator[Metric]:
        found = self._corpus.jobs.figures()
        jobs = GaugeMetricFamily("counterpose_jobs", "Jobs, without their portions.", labels=("kind", "state"))
        for (kind, state), number in sorted(found.jobs.items()):
            jobs.add_metric((kind, state.value), number)
        yield jobs
        wait = "Seconds that the oldest job, or portion of one, has waited."
        yield GaugeMetricFamily("counterpose_job_longest_wait_seconds", wait, found.longest_wait)
        yield GaugeMetricFamily("counterpose_workers", "Processes that do jobs.", found.workers)
