"""Archive: frozen comparisons, as the database has them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from service.store import tables as t
from service.store.queries import Reading
from service.store.store import Writing, now


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot in a list. `who` is what they said of themselves; may be empty."""

    sha256: str
    at: str  # ISO 8601, UTC, seconds
    who: str
    title: str

    @property
    def path(self) -> str:
        return f"/snapshots/{self.sha256}"


_ROW = (t.snapshot.c.sha256, t.snapshot.c.at, t.snapshot.c.who, t.snapshot.c.title)


class Archive:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def rows(self) -> tuple[SnapshotRow, ...]:
        """Newest first."""
        rows = self._connection.execute(select(*_ROW).order_by(t.snapshot.c.at.desc(), t.snapshot.c.sha256))
        return tuple(SnapshotRow(*row) for row in rows)

    def row(self, sha256: str) -> SnapshotRow | None:
        row = self._connection.execute(select(*_ROW).where(t.snapshot.c.sha256 == sha256)).one_or_none()
        return None if row is None else SnapshotRow(*row)

    def body(self, sha256: str) -> bytes | None:
        """The very bytes that were frozen."""
        text: str | None = self._connection.execute(
            select(t.snapshot.c.body).where(t.snapshot.c.sha256 == sha256)
        ).scalar_one_or_none()
        return None if text is None else text.encode()


class ArchiveWriting(Archive):
    """What can be added, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)

    def keep(self, sha256: str, who: str, title: str, body: bytes) -> None:
        values = {"sha256": sha256, "at": now(), "who": who, "title": title, "body": body.decode()}
        self._connection.execute(insert(t.snapshot).values(**values))
