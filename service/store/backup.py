"""Back-up: the whole database as one SQLite file, whatever the engine; taken while the service runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from service.errors import Conflict, NotFound, Unavailable
from service.store.database import open_engine, translated
from service.store.transfer import Moved, Moving, transfer

PAGES = 4096  # that SQLite copies at a time, between which others may write


def back_up(address: str, to: Path, moving: Moving) -> None:
    """Write the database at `address` to the new file `to`, whole or not at all.

    Raises Conflict where the file is there, and Unavailable where it cannot be written.
    """
    if to.exists():
        raise Conflict(f"{to} is there already.", "Name a new file: a back-up never takes the place of another.")
    try:
        with TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as folder:
            copy = Path(folder) / "copy.sqlite"
            if make_url(address).get_backend_name() == "sqlite":
                _copied(address, copy, moving)
            else:
                transfer(address, f"sqlite:///{copy}", moving)
            with closing(sqlite3.connect(copy)) as written:  # one file, with nothing beside it
                written.execute("PRAGMA journal_mode=DELETE")
                found = written.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise Unavailable(f"The copy is damaged: {found}.", "Check the disk that the database is on.")
            copy.rename(to)
            _keep_name(to)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(
            f"{to} cannot be written: {error}.", "Check the folder, its permissions and the space on the disk."
        ) from error


def restore(file: Path, address: str, moving: Moving) -> tuple[Moved, ...]:
    """Fill the empty database at `address` from a back-up, which stays as it is; one of an older version too."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.", "Name a file that counterpose backup wrote.")
    with TemporaryDirectory(prefix="counterpose-restore-") as folder:
        copy = Path(folder) / "copy.sqlite"
        shutil.copyfile(file, copy)  # the tables of an older version are brought up to date in the copy
        return transfer(f"sqlite:///{copy}", address, moving)


def _keep_name(file: Path) -> None:
    """Wait until the disk has the file's name too: what it holds was waited for before."""
    if os.name != "posix":
        return
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _copied(address: str, copy: Path, moving: Moving) -> None:
    """SQLite's own online copy: one state of the database, while others read and write it."""
    engine = open_engine(address)
    try:
        with translated(engine), closing(engine.raw_connection()) as raw, closing(sqlite3.connect(copy)) as target:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(target, pages=PAGES, progress=lambda _, left, total: moving("pages", total - left, total))
    finally:
        engine.dispose()
