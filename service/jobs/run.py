"""Run: a job in one worker's hands, kept by a heartbeat, told how far it is, and lost when somebody cancels it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

from service.errors import CounterposeError, Unavailable, kept
from service.store.database import CACHE_SECONDS
from service.store.jobs import Job, JobDocument, Jobs, JobsWriting
from service.store.store import Store, Writing

PACE = 0.5  # seconds between two notes of how far a job is
BEATS = 3  # heartbeats in a lease: two may fail


class Lost(Exception):
    """The job is not this worker's any more: it was cancelled, or taken over after its lease."""


class Stopped(Exception):
    """The worker is to stop, and hands back what it has not ended."""


class Run:
    """What the kinds of jobs see of the machinery. Any call may raise Lost; `progress` and `beat` raise Stopped too."""

    def __init__(self, job: Job, store: Store, lease: float, stopping: Event) -> None:
        self.job = job
        self._store = store
        self._lease = lease
        self._stopping = stopping
        self._lost = False
        self._ended = False
        self._noted = 0.0

    def progress(self, done: int, total: int) -> None:
        """Say how far the job is. What is left of it is not done where it was cancelled meanwhile."""
        self._note(done, total)

    def beat(self, _done: int = 0, _total: int = 0) -> None:
        """As `progress`, for work whose steps are not what the job counts."""
        self._note(None, None)

    def documents(self) -> tuple[JobDocument, ...]:
        """The job's own documents and those of its portions."""
        with self._store.reading() as reading:
            return Jobs(reading).documents(self.job.id)

    def data(self, document: JobDocument) -> bytes:
        with self._store.reading() as reading:
            return Jobs(reading).data(document)

    def settle(self, document: JobDocument, outcome: Mapping[str, Any], writing: Writing | None = None) -> None:
        """Keep what became of a document, within the write that made it so where there was one."""
        with self._within(writing) as within:
            if not JobsWriting(within).settle(self.job, document, outcome):
                raise Lost

    def end(self, writing: Writing | None = None, error: CounterposeError | None = None) -> None:
        """End the job, within the write that is its effect where there is one. Ended before, it stays as it is."""
        if self._ended and writing is None:
            return
        with self._within(writing) as within:
            if not JobsWriting(within).end(self.job, kept(error) if error is not None else None):
                raise Lost
        self._ended = True

    def hand_back(self, error: CounterposeError | None, seconds: float) -> None:
        with self._store.queueing() as writing:
            JobsWriting(writing).hand_back(self.job, kept(error) if error is not None else None, seconds)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """The lease is renewed as long as this lasts, however long a step of the work takes."""
        over = Event()
        thread = Thread(target=self._beat_until, args=(over,), name=f"job-{self.job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()

    def _beat_until(self, over: Event) -> None:
        while not over.wait(self._lease / BEATS):
            with suppress(Unavailable), self._store.queueing() as writing:
                if not JobsWriting(writing).renew(self.job, self._lease):
                    self._lost = True
                    return

    def _note(self, done: int | None, total: int | None) -> None:
        if self._stopping.is_set():
            raise Stopped
        if self._lost:
            raise Lost
        if time.monotonic() - self._noted < PACE and (done is None or done != total):
            return
        self._noted = time.monotonic()
        try:
            with self._store.queueing(CACHE_SECONDS) as writing:
                held = JobsWriting(writing).renew(self.job, self._lease, done, total)
        except Unavailable:  # others write: how far it is can be said later, that it is ours must be known now
            with self._store.reading() as reading:
                held = Jobs(reading).held(self.job)
        if not held:
            self._lost = True
            raise Lost

    @contextmanager
    def _within(self, writing: Writing | None) -> Iterator[Writing]:
        if writing is not None:
            yield writing
            return
        with self._store.queueing() as own:
            yield own
