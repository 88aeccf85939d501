"""Passing: what is true for a while only: how often somebody came, and which workers are alive.

In PostgreSQL two tables of the same database. Beside a SQLite database a file of its own: to count waits for no long
write there, and what is counted is no change of the collection. Neither is backed up or moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Column, Connection, Double, Engine, Integer, MetaData, Table, Text, delete, select, text

from service.store.clock import clock
from service.store.database import open_aside, translated

SUFFIX = ".passing"
LOCK = 0x50617373  # "Pass": one process at a time makes the tables
PATIENCE = 5  # seconds that counting waits for others who count
SILENCE = 60.0  # seconds after which a worker that was not heard of is not alive

_TABLES = MetaData()
_COUNT = Table(
    "passing_count",
    _TABLES,
    Column("key", Text, primary_key=True),  # a hash: who came is not written down
    Column("number", Integer, nullable=False),
    Column("expires", Double, nullable=False, index=True),  # in seconds since 1970
)
_WORKER = Table("passing_worker", _TABLES, Column("id", Text, primary_key=True), Column("seen", Double, nullable=False))
_SPEND = text("""
  INSERT INTO passing_count AS c (key, number, expires) VALUES (:key, :cost, :now + :seconds)
  ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN c.expires <= :now OR c.expires > :now + :seconds THEN :cost ELSE c.number + :cost END,
    expires = CASE WHEN c.expires <= :now OR c.expires > :now + :seconds THEN :now + :seconds ELSE c.expires END
  RETURNING number, expires
""")


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many within so many seconds, which begin with the first; and what is to be counted in it."""

    key: str
    most: int
    seconds: int
    cost: int = 1
    counted: int = 0  # of the same, which stand in it already: what is more than all of it with these never fits


class Spent(Exception):
    """A window has no room for what was to be spent; it has again in so many seconds, or never, for what is larger."""

    def __init__(self, window: Window, seconds: float | None) -> None:
        super().__init__(window, seconds)
        self.window = window
        self.seconds = seconds


class Passing:
    """Safe to share between threads and, once `parted` is called, between processes that were forked."""

    def __init__(self, engine: Engine, held: TemporaryDirectory[str] | None = None) -> None:
        """`held`: a folder that goes when this does."""
        self._engine = engine
        self._held = held

    def spend(self, windows: Sequence[Window]) -> None:
        """Count in all of the windows what it costs there, or, where one has no room for it, in none and raise Spent.

        A window that seems to begin later than now was begun before the clock was set back, and begins anew.
        """
        for window in windows:
            if window.cost + window.counted > window.most:
                raise Spent(window, None)
        with self._writing() as connection:
            now = clock(connection)
            over = select(_COUNT.c.key).where(_COUNT.c.expires <= now).with_for_update(skip_locked=True)
            connection.execute(delete(_COUNT).where(_COUNT.c.key.in_(over)))
            for window in sorted(windows, key=lambda one: one.key):
                given = {"key": window.key, "cost": window.cost, "now": now, "seconds": float(window.seconds)}
                number, expires = connection.execute(_SPEND, given).one()
                if number > window.most:
                    raise Spent(window, expires - now)  # which undoes the whole

    def beat(self, worker: str) -> None:
        """Note that a worker is alive."""
        with self._writing() as connection:
            given = {"id": worker, "now": clock(connection), "silence": SILENCE}
            connection.execute(text("DELETE FROM passing_worker WHERE seen < :now - :silence"), given)
            kept = "INSERT INTO passing_worker (id, seen) VALUES (:id, :now) ON CONFLICT (id) DO UPDATE SET seen = :now"
            connection.execute(text(kept), given)

    def gone(self, worker: str) -> None:
        with self._writing() as connection:
            connection.execute(text("DELETE FROM passing_worker WHERE id = :id"), {"id": worker})

    def workers(self) -> int:
        """How many are alive."""
        with self._writing() as connection:
            alive = "SELECT count(*) FROM passing_worker WHERE seen >= :now - :silence"
            given = {"now": clock(connection), "silence": SILENCE}
            return int(connection.execute(text(alive), given).scalar_one())

    def parted(self) -> None:
        self._engine.dispose(close=False)

    def close(self) -> None:
        self._engine.dispose()
        if self._held is not None:
            self._held.cleanup()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated(self._engine):
            _ = self._made
            with self._engine.connect() as connection:
                connection.execution_options(writing=True, patience=PATIENCE)
                with connection.begin():
                    yield connection

    @cached_property
    def _made(self) -> bool:
        with self._engine.connect() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                if self._engine.dialect.name != "sqlite":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                _TABLES.create_all(connection)
        return True


def beside(engine: Engine) -> Passing:
    """That of a database; where no file can be written beside it, one for the time being."""
    if engine.dialect.name != "sqlite":
        return Passing(engine)
    path = Path(engine.url.database or ":memory:")
    if path.is_file() and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return Passing(open_aside(path.with_name(path.name + SUFFIX)))
    return for_the_time_being()


def for_the_time_being() -> Passing:
    """In a file that goes with this process, and that processes forked from it share."""
    held = TemporaryDirectory(prefix="counterpose-passing-")
    return Passing(open_aside(Path(held.name) / "x.sqlite"), held)
