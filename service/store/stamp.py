"""Stamp: whether anything at all was written to a database, by whatever program, since one looked last.

What was read and proven under a stamp is as it was while the stamp is the same: no byte of it can have changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, text


class Stamp:
    """A database's, asked over a connection of its own that never writes. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._files: tuple[Path, ...] = ()

    def now(self) -> tuple[object, ...]:
        if self._engine.dialect.name == "sqlite":
            return self._of_sqlite()
        with self._engine.connect() as connection:  # which transactions are over and which under way
            return (connection.execute(text("SELECT CAST(pg_current_snapshot() AS text)")).scalar_one(),)

    def _of_sqlite(self) -> tuple[object, ...]:
        """What every commit of another connection raises; and the files, for what is changed behind SQLite's back."""
        with self._lock:
            if self._connection is None:
                self._connection = self._opened()
            version = self._connection.execute("PRAGMA data_version").fetchone()
        files = (path.stat() for path in self._files if path.exists())
        return (*version, *((one.st_ino, one.st_size, one.st_mtime_ns) for one in files))

    def _opened(self) -> sqlite3.Connection:
        with closing(self._engine.raw_connection()) as pooled:
            _, _, path = pooled.cursor().execute("PRAGMA database_list").fetchone()
        self._files = (Path(path), Path(f"{path}-wal")) if path else ()
        address = f"{Path(path).absolute().as_uri()}?mode=ro" if path else ":memory:"
        return sqlite3.connect(address, uri=bool(path), check_same_thread=False, isolation_level=None)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
