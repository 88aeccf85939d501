"""Jobs: long work and how far it is, as the database has it. It alone says what is done; the queue carries only ids.

A job that is running belongs to one holder until its lease ends. Every change that a holder makes asks whether it still
does, within the transaction that it belongs to: whoever has lost a job, or whose job was cancelled, changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, update

from service.signature import signed
from service.store import tables as t
from service.store.clock import clock
from service.store.queries import Reading
from service.store.store import Writing, now

LISTED = 200  # the newest
MOST_NUMBER = 2**31 - 1  # that the database can hold
_OPEN = ("waiting", "running")
LONGEST_LEASE = 3600.0  # seconds; settings allow no longer one
LONGEST_WAIT = 60.0  # seconds before another attempt; desk.py lets none wait for longer


class JobState(StrEnum):
    """What became of a job so far."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


# One whose portions have begun counts as running, though it waits for them.
_BEGUN = and_(t.job.c.state == JobState.WAITING, t.job.c.started_at.is_not(None), t.job.c.attempts == 0)
_NOW = case((_BEGUN, JobState.RUNNING), else_=t.job.c.state)


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `total` is 0 while it is not known; `error` is why it failed, or why it waits to be tried again."""

    id: int
    parent: int | None
    kind: str
    what: Mapping[str, Any]
    who: str
    state: JobState
    done: int
    total: int
    portions: int
    error: Mapping[str, Any] | None  # code, message, remedy, nearest
    attempts: int
    due: float
    holder: str | None
    lease: float | None
    created_at: str  # ISO 8601, UTC, seconds
    started_at: str | None
    ended_at: str | None
    verified: bool  # whether an account vouches for `who`

    @property
    def ended(self) -> bool:
        return self.state not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobDocument:
    """A document that a job adds. `how` is what the user knew of it, `outcome` what became of it, None while open."""

    job: int
    position: int
    name: str
    how: Mapping[str, Any]
    outcome: Mapping[str, Any] | None


class Jobs:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def one(self, job_id: int) -> Job | None:
        if job_id > MOST_NUMBER:
            return None
        row = self._connection.execute(select(t.job).where(t.job.c.id == job_id)).one_or_none()
        return None if row is None else _job(row)

    def newest(self) -> tuple[Job, ...]:
        """Newest first, without those that are portions of others."""
        query = select(t.job).where(t.job.c.parent.is_(None)).order_by(t.job.c.id.desc()).limit(LISTED)
        return tuple(map(_job, self._connection.execute(query)))

    def portions(self, job_id: int) -> tuple[Job, ...]:
        query = select(t.job).where(t.job.c.parent == job_id).order_by(t.job.c.id)
        return tuple(map(_job, self._connection.execute(query)))

    def documents(self, job_id: int) -> tuple[JobDocument, ...]:
        """The documents of a job and of its portions, in the order in which they were given."""
        columns = (t.job_document.c[name] for name in ("job_id", "position", "name", "how", "outcome"))
        of = or_(t.job.c.id == job_id, t.job.c.parent == job_id)
        query = select(*columns).join(t.job, t.job.c.id == t.job_document.c.job_id).where(of)
        ordered = query.order_by(t.job_document.c.job_id, t.job_document.c.position)
        return tuple(JobDocument(*row) for row in self._connection.execute(ordered))

    def data(self, document: JobDocument) -> bytes:
        """The file as it was given."""
        query = select(t.job_document.c.data).where(_is(document))
        return bytes(self._connection.execute(query).scalar_one())

    def held(self, job: Job) -> bool:
        """Whether the job is still its holder's."""
        return self._connection.execute(select(t.job.c.id).where(_held(job))).first() is not None

    def adding(self) -> bool:
        """Whether a job is adding documents in portions, and will group all of them when they are there."""
        begun = select(t.job.c.id).where(t.job.c.state.in_(_OPEN), t.job.c.started_at.is_not(None))
        portion = t.job.alias("portion")
        divided = select(portion.c.id).where(portion.c.parent == t.job.c.id).exists()
        return self._connection.execute(begun.where(divided).limit(1)).first() is not None

    def waiting(self) -> int:
        """How many wait, without those that are portions of others."""
        query = select(func.count()).select_from(t.job).where(t.job.c.parent.is_(None), _NOW == JobState.WAITING)
        return int(self._connection.execute(query).scalar_one())

    def counts(self) -> dict[tuple[str, JobState], int]:
        """How many there are of each kind in each state, without those that are portions of others."""
        query = select(t.job.c.kind, _NOW, func.count()).where(t.job.c.parent.is_(None)).group_by(t.job.c.kind, _NOW)
        return {(kind, JobState(state)): number for kind, state, number in self._connection.execute(query)}

    def longest_wait(self) -> float:
        """For how many seconds the oldest job, or portion, that nobody has in hand has waited; 0 where none waits."""
        oldest = select(func.min(t.job.c.created_at)).where(t.job.c.state == JobState.WAITING, t.job.c.portions == 0)
        since = self._connection.execute(oldest).scalar_one()
        if since is None:
            return 0.0
        return max(clock(self._connection) - datetime.fromisoformat(since).timestamp(), 0.0)

    def lapsed(self) -> tuple[Job, ...]:
        """Those whose lease has ended: their worker stopped in the middle.

        One that is longer than any can be was given before the clock was set back; whoever holds it soon renews it.
        """
        at = clock(self._connection)
        over = or_(t.job.c.lease < at, t.job.c.lease > at + LONGEST_LEASE)
        ended = and_(t.job.c.state == JobState.RUNNING, over)
        return tuple(map(_job, self._connection.execute(select(t.job).where(ended).order_by(t.job.c.id))))

    def due(self, *, queued: bool) -> tuple[Job, ...]:
        """Those that could begin now and are not in the queue; with `queued`, those that should be in it as well."""
        ready = [t.job.c.state == JobState.WAITING, t.job.c.portions == 0, _due(clock(self._connection))]
        if not queued:
            ready.append(t.job.c.queued.is_(False))
        return tuple(map(_job, self._connection.execute(select(t.job).where(*ready).order_by(t.job.c.id))))


def _due(at: float) -> ColumnElement[bool]:
    """Whether a job may begin; one that would wait for longer than any does waits since before a clock was set back."""
    return or_(t.job.c.due <= at, t.job.c.due > at + LONGEST_WAIT)


class JobsWriting(Jobs):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)

    def add(self, kind: str, what: Mapping[str, Any], who: str, *, total: int = 0, parent: int | None = None) -> int:
        values: dict[str, Any] = {"parent": parent, "kind": kind, "what": dict(what), "total": total}
        values |= {"state": JobState.WAITING, "done": 0, "portions": 0, "attempts": 0, "due": 0.0, "queued": False}
        values |= {"created_at": now(), "who": signed() or who, "verified": signed() is not None}
        return int(self._connection.execute(insert(t.job).values(**values).returning(t.job.c.id)).scalar_one())

    def add_document(self, job_id: int, position: int, name: str, how: Mapping[str, Any], data: bytes) -> None:
        values = {"job_id": job_id, "position": position, "name": name, "how": dict(how), "data": data}
        self._connection.execute(insert(t.job_document).values(**values))

    def part(self, job_id: int, *, total: int, portions: int) -> None:
        """Say how many documents a job has, in how many portions."""
        self._connection.execute(update(t.job).where(t.job.c.id == job_id).values(total=total, portions=portions))

    def queued(self, job_ids: Collection[int]) -> None:
        """Note that these go into the queue."""
        waiting = t.job.c.state == JobState.WAITING
        self._connection.execute(update(t.job).where(t.job.c.id.in_(sorted(job_ids)), waiting).values(queued=True))

    # Of a holder

    def claim(self, job_id: int, holder: str, seconds: float) -> Job | None:
        """Take a job that waits; None where somebody else was first, or it does not wait any more."""
        at = clock(self._connection)
        ready = and_(t.job.c.state == JobState.WAITING, t.job.c.portions == 0, _due(at))
        values = {"state": JobState.RUNNING, "holder": holder, "lease": at + seconds, "queued": False}
        values |= {"attempts": t.job.c.attempts + 1, "started_at": func.coalesce(t.job.c.started_at, now())}
        taken = update(t.job).where(t.job.c.id == job_id, ready).values(**values).returning(t.job)
        row = self._connection.execute(taken).one_or_none()
        if row is None:
            return None
        if row.parent is not None:
            begun = update(t.job).where(t.job.c.id == row.parent, t.job.c.started_at.is_(None))
            self._connection.execute(begun.values(started_at=now()))
        return _job(row)

    def renew(self, job: Job, seconds: float, done: int | None = None, total: int | None = None) -> bool:
        """Hold a job for longer, and say how far it is; False where it is its holder's no more."""
        values: dict[str, Any] = {"lease": clock(self._connection) + seconds}
        values |= {} if done is None else {"done": done}
        values |= {} if total is None else {"total": total}
        return self._connection.execute(update(t.job).where(_held(job)).values(**values)).rowcount == 1

    def settle(self, job: Job, document: JobDocument, outcome: Mapping[str, Any]) -> bool:
        """Keep what became of a document, in the write that made it so; False where the job is its holder's no more.

        The file is let go of unless the document failed.
        """
        if self._connection.execute(update(t.job).where(_held(job)).values(lease=t.job.c.lease)).rowcount != 1:
            return False
        values: dict[str, Any] = {"outcome": dict(outcome)} | ({} if "error" in outcome else {"data": b""})
        self._connection.execute(update(t.job_document).where(_is(document)).values(**values))
        if job.parent is not None:
            self._connection.execute(update(t.job).where(t.job.c.id == job.id).values(done=t.job.c.done + 1))
            self._connection.execute(update(t.job).where(t.job.c.id == job.parent).values(done=t.job.c.done + 1))
        return True

    def end(self, job: Job, error: Mapping[str, Any] | None = None) -> bool:
        """End a job, as done or as failed; False where it is its holder's no more."""
        values: dict[str, Any] = {"state": JobState.DONE if error is None else JobState.FAILED, "ended_at": now()}
        values |= {"error": error and dict(error), "lease": None}
        if error is None:
            values["done"] = t.job.c.total
        if self._connection.execute(update(t.job).where(_held(job)).values(**values)).rowcount != 1:
            return False
        self._one_portion_less(job)
        return True

    def hand_back(self, job: Job, error: Mapping[str, Any] | None, seconds: float) -> bool:
        """Let a job wait again, for at least so many seconds; without an error, as if nobody had begun it."""
        values: dict[str, Any] = {"state": JobState.WAITING, "holder": None, "lease": None, "queued": False}
        values |= {"error": error and dict(error), "due": clock(self._connection) + seconds}
        if error is None:
            values |= {"attempts": t.job.c.attempts - 1, "started_at": None}
        return self._connection.execute(update(t.job).where(_held(job)).values(**values)).rowcount == 1

    # Of others

    def cancel(self, job: Job) -> bool:
        """End a job and its portions that have not ended; whoever has them in hand finds out and changes nothing."""
        values = {"state": JobState.CANCELLED, "ended_at": now(), "lease": None}
        those = or_(t.job.c.id == job.id, t.job.c.parent == job.id)
        ended = update(t.job).where(those, t.job.c.state.in_(_OPEN)).values(**values)
        return bool(self._connection.execute(ended).rowcount)

    def retry(self, job: Job, who: str = "") -> bool:
        """Let a job that failed or was cancelled wait anew, with those of its portions that did not get done.

        They are from now on of the account that retries them, or of `who`. Where neither is known a name that nobody
        vouched for stays, and an account's does not.
        """
        again = t.job.c.state.in_((JobState.FAILED, JobState.CANCELLED))
        values: dict[str, Any] = {"state": JobState.WAITING, "error": None, "attempts": 0, "due": 0.0, "queued": False}
        values |= {"holder": None, "started_at": None, "ended_at": None}
        values |= {"who": signed() or who or ("" if job.verified else job.who), "verified": signed() is not None}
        children = select(t.job.c.id).where(t.job.c.parent == job.id)
        failed = or_(t.job_document.c.job_id == job.id, t.job_document.c.job_id.in_(children))
        documents = select(t.job_document.c.job_id, t.job_document.c.position, t.job_document.c.outcome).where(failed)
        for row in self._connection.execute(documents).all():
            if row.outcome is not None and "error" in row.outcome:
                place = and_(t.job_document.c.job_id == row.job_id, t.job_document.c.position == row.position)
                self._connection.execute(update(t.job_document).where(place).values(outcome=None))
        part = update(t.job).where(t.job.c.parent == job.id, again)
        portions = self._connection.execute(part.values(**values)).rowcount
        whole = update(t.job).where(t.job.c.id == job.id, again)
        renewed = self._connection.execute(whole.values(**values, portions=portions)).rowcount == 1
        for one in (job, *self.portions(job.id)):
            self._recount(one)
        return renewed

    def cancel_those_of(self, account: str) -> None:
        """End all that this account handed in and that has not ended, as `cancel` does."""
        values = {"state": JobState.CANCELLED, "ended_at": now(), "lease": None}
        theirs = and_(t.job.c.who == account, t.job.c.verified.is_(True), t.job.c.state.in_(_OPEN))
        self._connection.execute(update(t.job).where(theirs).values(**values))

    def forget(self, job_id: int) -> None:
        self._connection.execute(delete(t.job).where(t.job.c.id == job_id))

    def forget_ended(self, before: str) -> None:
        """Let go of jobs, and of files that were not added, that ended before then."""
        self._connection.execute(delete(t.job).where(t.job.c.parent.is_(None), t.job.c.ended_at < before))

    def _recount(self, job: Job) -> None:
        """How many documents of a job are settled; of a single one it is the statements that are counted, anew."""
        documents = self.documents(job.id)
        done = sum(one.outcome is not None for one in documents) if len(documents) > 1 or job.parent is not None else 0
        self._connection.execute(update(t.job).where(t.job.c.id == job.id).values(done=done))

    def _one_portion_less(self, job: Job) -> None:
        if job.parent is not None:
            fewer = update(t.job).where(t.job.c.id == job.parent).values(portions=t.job.c.portions - 1)
            self._connection.execute(fewer)


def _held(job: Job) -> Any:
    return and_(t.job.c.id == job.id, t.job.c.state == JobState.RUNNING, t.job.c.holder == job.holder)


def _is(document: JobDocument) -> Any:
    return and_(t.job_document.c.job_id == document.job, t.job_document.c.position == document.position)


def _job(row: Any) -> Job:
    """One whose portions have begun counts as running, though it waits for them."""
    held = {name: row._mapping[name] for name in Job.__slots__}
    begun = row.state == JobState.WAITING and row.started_at is not None and not row.attempts
    state = JobState.RUNNING if begun else JobState(row.state)
    return Job(**{**held, "state": state, "verified": bool(row.verified)})


def order(jobs: Sequence[Job]) -> list[Job]:
    """Those that stand alone before the portions of large ones, so that what is small does not wait for what is not."""
    return sorted(jobs, key=lambda one: (one.parent is not None, one.id))
