"""A database opened for use: its engine, its migrations, and what to do where it cannot be read or written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from service.errors import NoSpace, Unavailable
from service.store.tables import HEAD

BUSY_SECONDS = 60  # how long a writer waits for others, each of whom regroups all topics
CACHE_SECONDS = 1  # how long a reader waits to keep what can be computed again
THREADS = 4  # that use a database at once, unless it is said how many
BESIDE = 5  # connections for a worker in the same process: two jobs, their heartbeats, the look after what others left
POOL_SECONDS = 5  # how long a request waits for a connection when all are in use
REACH_SECONDS = 5  # how long PostgreSQL may take to answer a connection
UNDER_WAY = "transfer"  # the table that a database has while it is filled from another (see transfer.py)


def open_engine(address: str, *, half_filled: bool = False, threads: int = THREADS) -> Engine:
    """An engine on a database at the newest schema. Raises Unavailable with what to do about it.

    `half_filled`: one that a transfer from another database was interrupted in is opened too. `threads`: how many are
    to use it at once; each may take two connections, one of them to keep what it computed while it reads.
    """
    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite":
            engine = create_engine(_prepared(url), connect_args={"timeout": BUSY_SECONDS}, **_pool(url, threads))
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            reach = {"connect_timeout": REACH_SECONDS} if "connect_timeout" not in url.query else {}
            engine = create_engine(_driven(url), connect_args=reach, pool_pre_ping=True, **_pool(url, threads))
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise Unavailable(
            f"The database address in COUNTERPOSE_DATABASE_URL cannot be used: {error}.",
            "Set it to sqlite:///PATH, or to postgresql://USER@HOST/NAME.",
        ) from error
    with translated(engine):
        _migrate(engine)
        if not half_filled:
            _demand_whole(engine)
    return engine


def open_aside(path: Path) -> Engine:
    """An engine on a SQLite file beside a database, which has no schema yet if it is new."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def shown(address: str) -> str:
    """The address without its password, to be printed."""
    return make_url(address).render_as_string(hide_password=True)


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what the database driver raises into Unavailable, with the remedy, and the place as its cause."""
    try:
        yield
    except DBAPIError as error:
        raise _unavailable(engine.url, error) from error
    except NoConnection as error:
        raise Unavailable(
            "All connections to the database are in use.",
            "Try again in a moment. If it stays so, raise COUNTERPOSE_THREADS, or let fewer requests come at once.",
        ) from error


def _pool(url: URL, threads: int) -> dict[str, Any]:
    """Connections that are kept, one a thread, and those beyond. A database in memory has one, which all share."""
    if not url.database or url.database == ":memory:":
        return {}
    return {
        "poolclass": QueuePool,
        "pool_size": threads,
        "max_overflow": threads + BESIDE,
        "pool_timeout": POOL_SECONDS,
    }


def _driven(url: URL) -> URL:
    """The address with the driver that comes with Counterpose, where it names none."""
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _prepared(url: URL) -> URL:
    """The SQLite address to open: its folder made, and read-only where the file cannot be written."""
    if not url.database or url.database == ":memory:" or url.query.get("uri"):
        return url
    path = Path(url.database).expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {path.parent} for the database cannot be made: {error.strerror or error}.",
            "Give COUNTERPOSE_DATABASE_URL a place you may write to, such as sqlite:////home/you/counterpose.sqlite.",
        ) from error
    if path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        pending = path.with_name(path.name + "-wal")
        frozen = "" if pending.exists() and pending.stat().st_size else "&immutable=1"
        return make_url(f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro{frozen}&uri=true")
    return url.set(database=str(path))


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, explicitly
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):  # a read-only file keeps the journal it has
            cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what was committed outlives a power cut
    cursor.execute("PRAGMA secure_delete=ON")  # what was removed is not left in the file
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={1000 * options.get('patience', BUSY_SECONDS)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return  # alembic is not even imported
    _demand_pgvector(engine)
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Unavailable(
                f"The database is of a newer Counterpose: its schema is {_version(connection)}, this one's is {HEAD}.",
                "Update Counterpose, or name another database in COUNTERPOSE_DATABASE_URL. Nothing was changed.",
            ) from error


def _demand_whole(engine: Engine) -> None:
    with engine.connect() as connection:
        if inspect(connection).has_table(UNDER_WAY):
            raise Unavailable(
                "This database is being filled from another one, and is not whole yet.",
                "Run counterpose migrate-store, or counterpose restore, once more as it was run: it goes on.",
            )


def _demand_pgvector(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        known = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
        if connection.execute(text(known)).first() is None:
            version = connection.execute(text("SHOW server_version")).scalar_one().split(".")[0]
            raise Unavailable(
                "PostgreSQL has no pgvector here, which finds statements by what they mean.",
                f"Install it on the database's machine (Debian: apt-get install postgresql-{version}-pgvector; others: "
                "https://github.com/pgvector/pgvector#installation), then start again. Nothing was changed.",
            )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _unavailable(url: URL, error: DBAPIError) -> Unavailable:
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    what = str(error.orig).strip() or type(error.orig).__name__
    cause = f"{place}: {what}."
    if error.connection_invalidated or "too many clients" in what or "remaining connection slots" in what:
        return Unavailable(
            "The database cannot be reached just now.",
            "Try again in a moment: it may be starting anew, or be busy. What was under way was undone as a whole.",
            cause=cause,
        )
    if not isinstance(error, OperationalError) and "create extension" not in what:
        remedy = "Check that the file is a Counterpose database, or name another one in COUNTERPOSE_DATABASE_URL."
    elif "readonly" in what or "read-only" in what:
        remedy = "Give this user permission to write the database's file and its folder. Nothing was changed."
    elif "create extension" in what:
        remedy = "Let a superuser run CREATE EXTENSION vector in this database once. Nothing was changed."
    elif "locked" in what or "busy" in what or "lock timeout" in what:
        remedy = "Another process is writing to it: try again in a moment. Nothing was changed."
    elif "full" in what or "No space left" in what:
        return NoSpace(
            "The database's disk is full.", "Free some disk space and try again. Nothing was changed.", cause=cause
        )
    elif "unable to open" in what:
        remedy = "Check that the database is a file in a folder that this user may write to."
    else:
        remedy = "Check that the database runs and that COUNTERPOSE_DATABASE_URL names it. Nothing was changed."
    return Unavailable("The database cannot be used just now.", remedy, cause=cause)
