"""The word index: which statements hold which words, by the full-text search of SQLite (FTS5) and of PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Numeric, Select, cast, collate, column, func, literal_column, select, table
from sqlalchemy.sql.elements import ColumnElement

from service.store import tables as t

NUMBERED = table("statement_number", column("number"), column("statement_id"))  # made by migrations 0003 and 0007
RANKED = 20_000  # statements at most that are ranked: words that more of them hold tell little apart, and it takes long
PLACES = 9  # to which a score is rounded, so that its last bits decide nothing


def holding(connection: Connection, phrases: Sequence[str]) -> tuple[str, ...]:
    """Ids of the comparable statements that hold every one of the phrases, best first, ties by id.

    A phrase is a word or more, parted by spaces, without double quotes; its words stand next to each other. Ranked by
    BM25 in SQLite and by ts_rank, which knows nothing of how rare a word is, in PostgreSQL.
    """
    if not phrases:
        return ()
    _, ranked = _asked(connection, phrases)
    return tuple(connection.execute(ranked.with_only_columns(NUMBERED.c.statement_id)).scalars())


def numbers_holding(connection: Connection, phrases: Sequence[str]) -> tuple[NDArray[np.int64], bool]:
    """As `holding`, by number; and whether they are ranked: of more than RANKED the order says nothing."""
    if not phrases:
        return np.zeros(0, np.int64), True
    matching, ranked = _asked(connection, phrases)
    found = np.fromiter(connection.execute(matching).scalars(), np.int64)
    if len(found) > RANKED:
        return np.sort(found), False
    return np.fromiter(connection.execute(ranked.with_only_columns(NUMBERED.c.number)).scalars(), np.int64), True


def _asked(connection: Connection, phrases: Sequence[str]) -> tuple[Select[Any], Select[Any]]:
    """The numbers of the statements that hold the phrases; and these statements, best first."""
    return _in_sqlite(phrases) if connection.dialect.name == "sqlite" else _in_postgresql(phrases)


def _in_sqlite(phrases: Sequence[str]) -> tuple[Select[Any], Select[Any]]:
    words = table("statement_words", column("rowid"), column("statement_words"))
    matching = words.c.statement_words.op("MATCH")(" AND ".join(f'"{phrase}"' for phrase in phrases))
    score = func.round(func.bm25(literal_column("statement_words")), PLACES)
    ranked = select(NUMBERED).join_from(words, NUMBERED, NUMBERED.c.number == words.c.rowid).where(matching)
    return select(words.c.rowid).where(matching), ranked.order_by(score, NUMBERED.c.statement_id)


def _in_postgresql(phrases: Sequence[str]) -> tuple[Select[Any], Select[Any]]:
    words: ColumnElement[object] = literal_column("statement.words")
    wanted = reduce(lambda one, other: one.op("&&")(other), map(_wanted, phrases))
    score = func.round(cast(func.ts_rank(words, wanted), Numeric), PLACES)
    found = (
        select(NUMBERED)
        .join_from(t.statement, NUMBERED, NUMBERED.c.statement_id == t.statement.c.id)
        .where(t.statement.c.comparable, words.op("@@")(wanted))
    )
    return found.with_only_columns(NUMBERED.c.number), found.order_by(score.desc(), collate(t.statement.c.id, "C"))


def _wanted(phrase: str) -> ColumnElement[object]:
    """A phrase to search for, made plain as migration 0003 makes the words of a statement."""
    unmarked = func.regexp_replace(func.normalize(phrase, literal_column("NFKD")), r"[\u0300-\u036f]", "", "g")
    return func.phraseto_tsquery("counterpose_english", func.translate(unmarked, "-/.@_:&", " " * 7))
