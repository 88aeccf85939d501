"""Transfer: everything kept, from one database to another of either engine; resumable, checked by counts and hashes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, delete, func, insert, select
from sqlalchemy import inspect as inspected
from sqlalchemy import tuple_ as row_of
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

from service.errors import Conflict
from service.store import tables as t
from service.store.database import UNDER_WAY, open_engine, translated

ROWS = 1000  # that are moved and made durable at once
HEAVY = {"document": 20, "snapshot": 100}  # fewer at once, for each may weigh megabytes
ORDERS = {"statement": ("document_id", "start", "end")}  # as they stand, since they are numbered as they come
CACHES = (t.embedding, t.relation)  # which the source goes on filling without a new revision
DIGEST = 1 << 256

Moving = Callable[[str, int, int], None]  # a table's name, how many of its rows are there, of how many

under_way = Table(  # in the target while it is filled: one row a table, and how far it is
    UNDER_WAY,
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("revision", Integer, nullable=False),  # of the source: another one is another corpus
    Column("last", Text),  # the key of the last row that was moved, as JSON; null while there is none
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One table as it is in both databases: its rows, and the sum of the SHA-256 of each, in hexadecimal digits."""

    name: str
    rows: int
    digest: str


def transfer(source: str, target: str, moving: Moving) -> tuple[Moved, ...]:
    """Move all tables of the database at `source` into the empty one at `target`; one that was interrupted goes on.

    The source is read in one state and stays as it is. Until the two are found to be the same, the target is not opened
    for anything else. Raises Conflict where the target holds a corpus, where the source has changed since the transfer
    began, and where the two are not the same in the end.
    """
    with ExitStack() as stack:
        engines = [open_engine(source), open_engine(target, half_filled=True)]
        for engine in engines:
            stack.callback(engine.dispose)
            stack.enter_context(translated(engine))
        if engines[0].url == engines[1].url:
            raise Conflict("Both addresses are of the same database.", "Name two databases.")
        reading = stack.enter_context(_reading(engines[0]))
        _begin(engines[1], _revision(reading))
        for table in t.tables.sorted_tables:
            _move(table, reading, engines[1], moving)
        return _finish(reading, engines[1])


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def _revision(connection: Connection) -> int:
    return int(connection.execute(select(t.state.c.revision)).scalar_one())


def _begin(engine: Engine, revision: int) -> None:
    """Mark the target as being filled, or see that what it holds came from this state of the source."""
    with _writing(engine) as target:
        if inspected(target).has_table(UNDER_WAY):
            begun = set(target.scalars(select(under_way.c.revision)))
            if begun != {revision}:
                raise Conflict(
                    f"The corpus has changed since the transfer began (revision {max(begun)}, now {revision}).",
                    "Begin it again with another empty database, and drop this one.",
                )
            return
        for table in (t.document, t.audit, t.snapshot, t.embedding):
            if target.execute(select(func.count()).select_from(table)).scalar_one():
                raise Conflict(
                    "The database to move into is not empty.", "Name an empty one. Nothing was changed in either."
                )
        under_way.create(target)
        rows = [{"name": table.name, "revision": revision, "last": None} for table in t.tables.sorted_tables]
        target.execute(insert(under_way), rows)
        target.execute(delete(t.state))


def _move(table: Table, reading: Connection, engine: Engine, moving: Moving) -> None:
    keys = [table.c[name] for name in ORDERS.get(table.name, ())] or list(table.primary_key.columns)
    total = _count(table, reading)
    with _writing(engine) as target:
        last = target.execute(select(under_way.c.last).where(under_way.c.name == table.name)).scalar_one()
        if table in CACHES:
            last = None  # what was added in between may stand before it
        done = _count(table, target) if last is not None else 0
    moving(table.name, done, total)
    after = json.loads(last) if last is not None else None
    while rows := _next(table, keys, after, reading):
        after = [rows[-1][key.name] for key in keys]
        with _writing(engine) as target:
            target.execute(_insert(table, target), rows)
            told = {"last": json.dumps(after)}
            target.execute(under_way.update().where(under_way.c.name == table.name).values(**told))
        done += len(rows)
        moving(table.name, done, total)


def _next(table: Table, keys: list[Column[Any]], after: list[Any] | None, reading: Connection) -> list[dict[str, Any]]:
    """The rows that follow in the order of the source, which need not be the target's: collations differ."""
    query = select(table).order_by(*keys).limit(HEAVY.get(table.name, ROWS))
    if after is not None:
        query = query.where(row_of(*keys) > row_of(*after) if len(keys) > 1 else keys[0] > after[0])
    return [dict(row) for row in reading.execute(query).mappings()]


def _insert(table: Table, target: Connection) -> Any:
    if table is t.statement:
        return insert(table).returning(table.c.id)  # as `store` adds them: many in one statement of SQL
    if table not in CACHES:
        return insert(table)
    dialect = insert_in_sqlite if target.dialect.name == "sqlite" else insert_in_postgresql
    return dialect(table).on_conflict_do_nothing()


def _finish(reading: Connection, engine: Engine) -> tuple[Moved, ...]:
    """See that the two are the same, and open the target for use, in one transaction."""
    with _writing(engine) as target:
        moved = tuple(_summed(table, target) for table in t.tables.sorted_tables)
        for one, other in zip(moved, (_summed(table, reading) for table in t.tables.sorted_tables), strict=True):
            if one != other:
                raise Conflict(
                    f"{one.name} is not the same in both: {one.rows:,} rows of {other.rows:,}, or other contents.",
                    "Begin it again with another empty database, and drop this one.",
                )
        if target.dialect.name == "postgresql":
            _count_on(target)
        under_way.drop(target)
    return moved


def _count(table: Table, connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _summed(table: Table, connection: Connection) -> Moved:
    """The sum of the rows' hashes is the same in whatever order they come."""
    rows, total = 0, 0
    for row in connection.execute(select(table), execution_options={"yield_per": ROWS}):
        total += int.from_bytes(sha256(json.dumps([_plain(value) for value in row]).encode()).digest(), "big")
        rows += 1
    return Moved(table.name, rows, f"{total % DIGEST:064x}")


def _plain(value: Any) -> Any:
    return sha256(value).hexdigest() if isinstance(value, (bytes, memoryview)) else value


def _count_on(target: Connection) -> None:
    """Let PostgreSQL's counters go on after the greatest number that was moved."""
    for table in t.tables.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = target.execute(func.pg_get_serial_sequence(table.name, column.name)).scalar()
        if sequence is not None:
            greatest = target.execute(select(func.max(column))).scalar()
            if greatest is not None:
                target.execute(select(func.setval(sequence, greatest)))
