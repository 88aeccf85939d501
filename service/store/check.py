"""Check: whether everything that is kept still holds together, down to the last slice of every text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from sqlalchemy import and_, func, literal_column, not_, or_, select, text

from service.store import tables as t
from service.store.audit import verified
from service.store.chain import HASHED
from service.store.copies import odd_copies
from service.store.queries import AT_ONCE, Reading
from service.store.store import hash_of, statement_id

TEXTS = 20  # held in memory at once
UNIT = 1e-3  # how far from 1 a vector's length may be
_PORTIONS = {"yield_per": AT_ONCE}

Checking = Callable[[int, int], None]  # called with how many documents are done, of how many


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be. `where` is a table, `what` says which row of it and what is wrong."""

    where: str
    what: str


def check(reading: Reading, checking: Checking) -> Iterator[Finding]:
    """Everything that is wrong, in one state of the database. Nothing is repaired.

    Each text is hashed, each turn and statement sliced out of it again, each reference followed, each vector measured,
    each copy held against what it is of, the file of vectors too, each snapshot and row of the audit hashed. SQLite's
    own check of its pages comes first: nothing else means much where it fails.
    """
    yield from _pages(reading)
    yield from _references(reading)
    yield from _documents(reading, checking)
    yield from _vectors(reading)
    yield from (Finding(where, what) for where, what in odd_copies(reading))
    yield from _snapshots(reading)
    columns = [t.audit.c[name] for name in (*HASHED, "hash")]
    rows = reading.connection.execute(select(*columns).order_by(t.audit.c.id), execution_options=_PORTIONS)
    verdict = verified(dict(row) for row in rows.mappings())
    if verdict.broken is not None:
        yield Finding("audit", verdict.broken)


def _pages(reading: Reading) -> Iterator[Finding]:
    if reading.connection.dialect.name != "sqlite":
        return  # PostgreSQL checks its own: see pg_amcheck
    for (found,) in reading.connection.execute(text("PRAGMA integrity_check")):
        if found != "ok":
            yield Finding("database", str(found))


def _references(reading: Reading) -> Iterator[Finding]:
    """Foreign keys that lead nowhere; the engines see to them, unless somebody wrote past them."""
    for table in t.tables.sorted_tables:
        for key in table.foreign_keys:
            named = key.column.table.alias("named")  # which may be the same table: a job names its parent
            there = select(literal_column("1")).where(named.c[key.column.name] == key.parent).correlate(table).exists()
            lost = select(func.count()).select_from(table).where(key.parent.is_not(None), ~there)
            number = reading.connection.execute(lost).scalar_one()
            if number:
                yield Finding(table.name, f"{number} rows name a {key.column.table.name} that is not there.")


def _documents(reading: Reading, checking: Checking) -> Iterator[Finding]:
    ids = tuple(reading.connection.scalars(select(t.document.c.id).order_by(t.document.c.id)))
    for start in range(0, len(ids), TEXTS):
        some = ids[start : start + TEXTS]
        columns = (t.document.c.id, t.document.c.sha256, t.document.c.text)
        texts = {}
        for id_, digest, whole in reading.connection.execute(select(*columns).where(t.document.c.id.in_(some))):
            texts[id_] = whole
            if hash_of(whole) != digest:
                yield Finding("document", f"{id_}: the text is not the one that was stored: its hash is another.")
        yield from _turns(reading, texts)
        yield from _statements(reading, texts)
        yield from _places(reading, texts)
        checking(start + len(some), len(ids))


def _turns(reading: Reading, texts: Mapping[str, str]) -> Iterator[Finding]:
    columns = (t.utterance.c.document_id, t.utterance.c.position, t.utterance.c.start, t.utterance.c.end)
    for id_, position, start, end in reading.connection.execute(
        select(*columns).where(t.utterance.c.document_id.in_(sorted(texts)))
    ):
        if not 0 <= start < end <= len(texts[id_]):
            yield Finding("utterance", f"{id_}, turn {position}: {start}-{end} is outside of the text.")


def _statements(reading: Reading, texts: Mapping[str, str]) -> Iterator[Finding]:
    columns = (t.statement.c[name] for name in ("id", "document_id", "start", "end", "text", "text_sha256"))
    for name, id_, start, end, words, key in reading.connection.execute(
        select(*columns).where(t.statement.c.document_id.in_(sorted(texts)))
    ):
        if texts[id_][start:end] != words or name != statement_id(id_, start, end):
            yield Finding("statement", f"{name}: not what stands at {start}-{end} of its document.")
        if hash_of(words) != key:
            yield Finding("statement", f"{name}: its hash is another text's.")


def _places(reading: Reading, texts: Collection[str]) -> Iterator[Finding]:
    """Statements that do not stand in the turn they are said to, or are another's than the turn is."""
    turn = and_(
        t.utterance.c.document_id == t.statement.c.document_id, t.utterance.c.position == t.statement.c.position
    )
    within = and_(
        t.utterance.c.start <= t.statement.c.start,
        t.statement.c.end <= t.utterance.c.end,
        t.utterance.c.label_id == t.statement.c.label_id,
    )
    named = (
        select(t.statement.c.id).outerjoin(t.utterance, turn).where(or_(t.utterance.c.start.is_(None), not_(within)))
    )
    for name in reading.connection.scalars(named.where(t.statement.c.document_id.in_(sorted(texts)))):
        yield Finding("statement", f"{name}: it does not stand in its turn.")


def _vectors(reading: Reading) -> Iterator[Finding]:
    """Vectors that are none. Those of phrases that no statement has are no fault: they go when a document does."""
    lengths: dict[str, int] = {}
    columns = (t.embedding.c.embedder, t.embedding.c.text_sha256, t.embedding.c.vector)
    for embedder, key, stored in reading.connection.execute(select(*columns), execution_options=_PORTIONS):
        vector = np.frombuffer(stored, "<f4") if len(stored) % 4 == 0 else np.zeros(0, np.float32)
        whole = lengths.setdefault(embedder, len(vector)) == len(vector) > 0
        if not whole or not abs(float(np.linalg.norm(vector)) - 1) < UNIT:  # not a number is no unit either
            yield Finding("embedding", f"{key} of {embedder[:12]}: not a vector of unit length.")


def _snapshots(reading: Reading) -> Iterator[Finding]:
    bodies = select(t.snapshot.c.sha256, t.snapshot.c.body)
    for name, body in reading.connection.execute(bodies, execution_options={"yield_per": TEXTS}):
        if sha256(body.encode()).hexdigest() != name:
            yield Finding("snapshot", f"{name}: its body is not what was frozen.")
