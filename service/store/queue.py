"""Queue: huey's tables beside ours in the same database. What it carries are ids of jobs, in JSON: unlike huey's own
pickles, what somebody else wrote into the database cannot make a worker run it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from service.errors import Unavailable
from service.store.database import BUSY_SECONDS

if TYPE_CHECKING:
    from huey.api import Huey

NAME = "counterpose"
TASK = "job"


class Queue:
    """Ids of jobs on their way to workers. One that is lost, or comes twice, does no harm: see `service.jobs`."""

    def __init__(self, address: str, run: Callable[[int], None]) -> None:
        """`run` is called with each id where this queue is consumed. Makes huey's tables. Raises Unavailable."""
        with _translated():
            try:
                self.huey = _huey(address)
            except _postgresql_errors():  # which does not keep two workers from making the same table at once
                self.huey = _huey(address)
            self._task = self.huey.task(name=TASK)(run)

    def put(self, job_id: int, *, first: bool) -> None:
        """Hand out an id; `first`: before all those that are not."""
        with _translated():
            self.huey.enqueue(self._task.s(job_id, priority=1 if first else 0))

    def __len__(self) -> int:
        with _translated():
            return int(self.huey.pending_count())

    def close(self) -> None:
        with _translated():
            self.huey.storage.close()


class _Ids:
    """Messages as JSON: the task's id and name, its one argument and its priority."""

    def serialize(self, message: Any) -> bytes:
        return json.dumps([message.id, message.name, message.priority, *message.args]).encode()

    def deserialize(self, data: bytes) -> Any:
        from huey.registry import Message

        number, name, priority, job = json.loads(bytes(data))
        empty: dict[str, Any] = {
            "eta": None,
            "retries": 0,
            "retry_delay": 0,
            "kwargs": {},
            "on_complete": None,
            "on_error": None,
        }
        return Message(id=number, name=name, priority=priority, args=(int(job),), **empty)


def _huey(address: str) -> Huey:
    """Storage with our serializer. Results are not kept: a job's row says what became of it."""
    from huey.api import PostgresHuey, SqliteHuey

    url = make_url(address)
    kept = {"results": False, "serializer": _Ids()}
    if url.get_backend_name() != "sqlite":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey(NAME, dsn=dsn, **kept)
    if not url.database or url.database == ":memory:" or url.query.get("uri"):
        raise Unavailable(
            "This database has no queue of jobs.",
            "Name a file, as sqlite:///PATH, that can be written.",
            cause=f"It is {url.database}.",
        )
    file = str(Path(url.database).expanduser())
    return SqliteHuey(NAME, filename=file, timeout=BUSY_SECONDS, cache_mb=0, **kept)


@contextmanager
def _translated() -> Iterator[None]:
    """What goes wrong between huey and the database, as Unavailable."""
    from huey.exceptions import ConfigurationError

    kinds: tuple[type[Exception], ...] = (sqlite3.Error, ConfigurationError, *_postgresql_errors())
    try:
        yield
    except kinds as error:
        raise Unavailable(
            "The queue of jobs cannot be used just now.", "See that the database can be written.", cause=f"{error}."
        ) from error


def _postgresql_errors() -> tuple[type[Exception], ...]:
    try:
        from psycopg import Error
    except ImportError:  # then there is no PostgreSQL either
        return ()
    return (Error,)
