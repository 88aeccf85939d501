"""Events: how far a job is, as server-sent events. A stream is short, and few run at once: each takes a thread."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import BoundedSemaphore

from flask import Response, stream_with_context

from service.answers.jobs import job_item
from service.corpus import Corpus
from service.store.jobs import Job
from service.web.jobs.screens import far

LIFE = 10.0  # seconds that a stream goes on; browsers ask again by themselves
POLL = 0.5  # seconds between two looks
RETRY = 1000  # milliseconds after which a browser asks again


class Streams:
    """Whoever comes when `most` streams run gets one event, and asks again."""

    def __init__(self, corpus: Corpus, most: int) -> None:
        self._corpus = corpus
        self._free = BoundedSemaphore(most) if most else None

    def follow(self, job_id: int) -> Response:
        first = self._corpus.jobs.job(job_id)
        response = Response(stream_with_context(self._events(first)), content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.direct_passthrough = True  # or the whole would be awaited for its ETag
        return response

    def _events(self, job: Job) -> Iterator[bytes]:
        yield f"retry: {RETRY}\n\n".encode() + _event(job)
        if job.ended or self._free is None or not self._free.acquire(blocking=False):
            return
        try:
            until = time.monotonic() + LIFE
            while time.monotonic() < until:
                time.sleep(POLL)
                before, job = job, self._corpus.jobs.job(job.id)
                if job_item(job) != job_item(before):
                    yield _event(job)
                if job.ended:
                    return
        finally:
            self._free.release()


def _event(job: Job) -> bytes:
    data = {"job": job_item(job).model_dump(), "ended": job.ended, "far": far(job)}
    return f"event: job\ndata: {json.dumps(data)}\n\n".encode()
