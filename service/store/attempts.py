"""Attempts: how often signing in failed, by whom or what it was tried for, as the database has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, text

from service.store import tables as t
from service.store.store import Writing


@dataclass(frozen=True, slots=True)
class Attempts:
    """Of one key, which is a hash: of a name, of an address, of both. Times in seconds since 1970."""

    key: str
    failures: int
    until: float  # none is taken before
    forget: float  # from then on it counts no more


class AttemptsWriting:
    """What can be asked and changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        self._connection = writing.connection

    def of(self, keys: Collection[str], at: float) -> dict[str, Attempts]:
        """Those that still count; what counts no more is thrown away. Nobody else counts until this write has ended."""
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            self._connection.execute(text("LOCK TABLE attempt IN EXCLUSIVE MODE"))
        self._connection.execute(delete(t.attempt).where(t.attempt.c.forget <= at))
        query = select(t.attempt).where(t.attempt.c.key.in_(sorted(keys)))
        return {row.key: Attempts(**row._mapping) for row in self._connection.execute(query)}

    def keep(self, found: Attempts) -> None:
        self.forget(found.key)
        values = {"key": found.key, "failures": found.failures, "until": found.until, "forget": found.forget}
        self._connection.execute(insert(t.attempt).values(**values))

    def forget(self, key: str) -> None:
        self._connection.execute(delete(t.attempt).where(t.attempt.c.key == key))
