"""Desk: where jobs are handed in, asked after, cancelled and tried again; and where workers take them."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from threading import Event
from typing import Any
from uuid import uuid4

from service.config import Config
from service.documents.intake import Given
from service.errors import BadValue, Conflict, CounterposeError, NoSpace, NotFound, Unavailable, kept, read_only
from service.jobs.kinds import Means, kind, scope
from service.jobs.kinds.add import NAME as ADD
from service.jobs.run import Lost, Run, Stopped
from service.jobs.spare import give_back
from service.signature import signing
from service.store.accounts import Scope
from service.store.jobs import Job, JobDocument, Jobs, JobState, JobsWriting, order
from service.store.queue import Queue
from service.store.store import Writing

ATTEMPTS = 5  # at most, where a job fails for what may pass, or takes its worker down with it
BACKOFF = 2.0  # seconds before the second attempt; twice as long before each further one
PORTION = 8  # documents of one of many jobs: enough to be worth a turn, few enough that a worker's end costs little
PORTION_BYTES = 2_000_000
KEPT = timedelta(days=30)  # that a job is remembered after it ended, and a file that could not be added
POLL = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Figures:
    """How many jobs there are of each kind in each state, for how many seconds the oldest waits, and who is there."""

    jobs: Mapping[tuple[str, JobState], int]
    longest_wait: float
    workers: int


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with its documents, those of its portions included."""

    job: Job
    documents: tuple[JobDocument, ...]

    @property
    def scope(self) -> Scope:
        """What it took to hand it in, and so what it takes to cancel it or to try it again, besides seeing jobs."""
        return scope(self.job.kind, replacing=any(one.how["replaces"] for one in self.documents))


class Desk:
    """One object shared by all threads of a process."""

    def __init__(self, means: Means, config: Config) -> None:
        self._means = means
        self._store = means.store
        self._config = config
        self._stopping = Event()
        self._manned = False  # whether a worker of this process takes jobs

    # Asking

    def listed(self) -> tuple[Job, ...]:
        """Newest first; portions of a job are not listed beside it."""
        with self._store.reading() as reading:
            return Jobs(reading).newest()

    def job(self, job_id: int) -> Job:
        """Raises NotFound."""
        with self._store.reading() as reading:
            return _known(Jobs(reading), job_id)

    def one(self, job_id: int) -> JobView:
        """Raises NotFound."""
        with self._store.reading() as reading:
            jobs = Jobs(reading)
            return JobView(_known(jobs, job_id), jobs.documents(job_id))

    def figures(self) -> Figures:
        with self._store.reading() as reading:
            jobs = Jobs(reading)
            counts, longest = jobs.counts(), jobs.longest_wait()
        return Figures(counts, longest, self._store.passing.workers())

    # Handing in

    def add(self, documents: Iterable[Given], by: str = "") -> Job:
        """Hand in documents to be added. Many are added in portions, by as many workers as there are."""
        self._refuse_if_read_only()
        portions = _portions(documents)
        first, second = next(portions, None), next(portions, None)
        if first is None:
            raise BadValue("No document was given.", "Name at least one.")
        with self._store.queueing() as writing:
            jobs = self._with_room(writing)
            if second is None and len(first) == 1:
                number = jobs.add(ADD, {}, by)
                jobs.add_document(number, 0, first[0].source.name, first[0].kept(), first[0].source.data)
            else:
                number = self._add_many(jobs, _chained(first, second, portions), by)
        self._wake_if_possible()
        return self.job(number)

    def submit(self, name: str, what: Mapping[str, Any] | None = None, by: str = "") -> Job:
        """Hand in a job of another kind."""
        self._refuse_if_read_only()
        with self._store.queueing() as writing:
            number = self._with_room(writing).add(kind(name).NAME, what or {}, by)
        self._wake_if_possible()
        return self.job(number)

    def cancel(self, job_id: int) -> Job:
        """End a job that has not ended. Whoever has it in hand stops at their next step, with nothing half done."""
        return self._change(job_id, JobsWriting.cancel, "has ended", "What has ended can't be cancelled.")

    def retry(self, job_id: int, by: str = "") -> Job:
        """Let a job that failed or was cancelled begin anew, with what it has done already left as it is.

        What it does from now on is done in the name of whoever retries it.
        """
        again = partial(JobsWriting.retry, who=by)
        found = self._change(job_id, again, "did not fail", "Only what failed or was cancelled is retried.")
        self._wake_if_possible()
        return found

    def forget(self, job_id: int) -> None:
        with self._store.queueing() as writing:
            JobsWriting(writing).forget(job_id)

    def attend(self, job_id: int, patience: float) -> JobView:
        """Wait so many seconds for a job to end. A process that was to have a worker, and has none, does it itself."""
        if self._config.worker and not self._manned:
            for one in (*self._portions_of(job_id), job_id):
                self.run(one, last=True)
        until = time.monotonic() + patience
        while not self.job(job_id).ended and time.monotonic() < until:
            time.sleep(POLL)
        return self.one(job_id)

    # Working

    @cached_property
    def queue(self) -> Queue:
        return Queue(self._config.resolved_database_url(), self.run)

    @contextmanager
    def manned(self) -> Iterator[None]:
        """A worker of this process takes jobs meanwhile; those that it has not ended by then go to others."""
        self._refuse_if_read_only()
        with suppress(Unavailable), self._store.queueing() as writing:
            JobsWriting(writing).forget_ended((datetime.now(UTC) - KEPT).isoformat(timespec="seconds"))
        self._manned = True
        try:
            yield
        finally:
            self._manned = False
            self._stopping.clear()
            with suppress(Unavailable):
                self._store.passing.gone(_process())

    def alive(self) -> None:
        """Say that this process does jobs; to be said again and again."""
        self._store.passing.beat(_process())

    def stop(self) -> None:
        """Ask the workers of this process to hand back what they have in hand."""
        self._stopping.set()

    def run(self, job_id: int, *, last: bool = False) -> None:
        """Do a job if it waits, in this thread. `last`: it is not tried again."""
        holder = f"{_process()}:{uuid4().hex[:8]}"
        with self._store.queueing() as writing:
            job = JobsWriting(writing).claim(job_id, holder, self._config.job_lease)
        if job is None:
            return
        run = Run(job, self._store, self._config.job_lease, self._stopping)
        try:
            with run.beating(), signing(job.who if job.verified else None):
                kind(job.kind).work(self._means, run)
                run.end()
        except Lost:
            return
        except Stopped:
            run.hand_back(None, 0)
        except CounterposeError as error:
            self._failed(run, error, last=last)
        except Exception:
            wrong = CounterposeError("Something went wrong that nobody foresaw.", "See the worker's log, then retry.")
            self._failed(run, wrong, last=True)
            raise
        finally:
            give_back()
        if job.parent is not None and not last:
            self._wake_if_possible()  # it may have been the last portion

    def _failed(self, run: Run, error: CounterposeError, *, last: bool) -> None:
        """What may pass is tried again, later each time; bad input and a full disk are not."""
        passing = isinstance(error, Unavailable) and not isinstance(error, NoSpace)
        with suppress(Lost):
            if passing and not last and run.job.attempts < ATTEMPTS:
                run.hand_back(error, BACKOFF**run.job.attempts)
            else:
                run.end(error=error)

    def wake(self, *, all_of_them: bool = False) -> None:
        """Put what could begin into the queue, if it is not there yet; `all_of_them`, even so."""
        with self._store.reading() as reading:
            due = order(Jobs(reading).due(queued=all_of_them))
        if not due:
            return
        with self._store.queueing() as writing:
            JobsWriting(writing).queued([job.id for job in due])
        for job in due:
            self.queue.put(job.id, first=job.parent is None)

    @property
    def lease(self) -> float:
        """For how many seconds a job is its worker's without a sign of life."""
        return self._config.job_lease

    def lapsed(self) -> tuple[Job, ...]:
        with self._store.reading() as reading:
            return Jobs(reading).lapsed()

    def take_back(self, job: Job) -> None:
        """Let a job wait again whose worker has not been heard of; one that took several down with it has failed."""
        gone = Unavailable("The worker stopped in the middle of it.", "It is tried again by another.")
        with self._store.queueing() as writing:
            jobs = JobsWriting(writing)
            if (now := jobs.one(job.id)) is None or now.lease != job.lease:
                return
            if job.attempts < ATTEMPTS:
                jobs.hand_back(job, kept(gone), 0)
            else:
                often = f"Its worker stopped in the middle of it, {ATTEMPTS} times."
                jobs.end(job, kept(Unavailable(often, "See the worker's log, then retry.")))

    def close(self) -> None:
        """Let go of the queue, if it was ever opened."""
        if "queue" in self.__dict__:
            self.queue.close()

    def _with_room(self, writing: Writing) -> JobsWriting:
        """Raises Unavailable where as many wait as may."""
        jobs = JobsWriting(writing)
        if (number := jobs.waiting()) >= self._config.jobs_waiting:
            raise Unavailable(
                f"{number} jobs wait already, and no more are taken.",
                "Try again when some of them are done, or start more workers. Nothing was handed in.",
            )
        return jobs

    def _add_many(self, jobs: JobsWriting, portions: Iterable[Sequence[Given]], by: str) -> int:
        number = jobs.add(ADD, {}, by)
        at = children = 0
        for some in portions:
            child = jobs.add(ADD, {}, by, total=len(some), parent=number)
            children += 1
            for one in some:
                jobs.add_document(child, at, one.source.name, one.kept(), one.source.data)
                at += 1
        jobs.part(number, total=at, portions=children)
        return number

    def _portions_of(self, job_id: int) -> tuple[int, ...]:
        with self._store.reading() as reading:
            return tuple(job.id for job in Jobs(reading).portions(job_id))

    def _wake_if_possible(self) -> None:
        """What is not in the queue by now comes into it when a worker looks after it the next time."""
        if self._config.worker and not self._manned:
            return  # it is done in this process, or a worker elsewhere finds it when it looks
        with suppress(Unavailable):
            self.wake()

    def _change(self, job_id: int, change: Any, what: str, remedy: str) -> Job:
        self._refuse_if_read_only()
        with self._store.queueing() as writing:
            jobs = JobsWriting(writing)
            job = _known(jobs, job_id)
            if job.parent is not None:
                raise Conflict(f"Job {job.id} is a portion of job {job.parent}.", "Change that one.")
            if not change(jobs, job):
                raise Conflict(f"Job {job.id} is {job.state}: it {what}.", remedy)
            return _known(jobs, job_id)

    def _refuse_if_read_only(self) -> None:
        if self._config.read_only:
            raise read_only()


def _process() -> str:
    return f"{platform.node()}:{os.getpid()}"


def _known(jobs: Jobs, job_id: int) -> Job:
    found = jobs.one(job_id)
    if found is None:
        raise NotFound(f"There is no job {job_id}.", "See /jobs for those there are; they are kept for 30 days.")
    return found


def _portions(documents: Iterable[Given]) -> Iterator[list[Given]]:
    some: list[Given] = []
    weight = 0
    for one in documents:
        if some and (len(some) == PORTION or weight + len(one.source.data) > PORTION_BYTES):
            yield some
            some, weight = [], 0
        some.append(one)
        weight += len(one.source.data)
    if some:
        yield some


def _chained(first: list[Given], second: list[Given] | None, rest: Iterator[list[Given]]) -> Iterator[list[Given]]:
    yield first
    if second is not None:
        yield second
        yield from rest
