"""The word index: which statements hold which words, by the full-text search of SQLite (FTS5) and of PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlalchemy import Connection, Numeric, Select, cast, collate, column, func, literal_column, select, table
from sqlalchemy.sql.elements import ColumnElement

from service.store import tables as t

PLACES = 9  # to which a score is rounded, so that its last bits decide nothing


def holding(connection: Connection, phrases: Sequence[str]) -> tuple[str, ...]:
    """Ids of the comparable statements that hold every one of the phrases, best first, ties by id.

    A phrase is a word or more, parted by spaces, without double quotes; its words stand next to each other. Ranked by
    BM25 in SQLite and by ts_rank, which knows nothing of how rare a word is, in PostgreSQL.
    """
    if not phrases:
        return ()
    query = _in_sqlite(phrases) if connection.dialect.name == "sqlite" else _in_postgresql(phrases)
    return tuple(connection.execute(query).scalars())


def _in_sqlite(phrases: Sequence[str]) -> Select[str]:
    words = table("statement_words", column("rowid"), column("statement_words"))
    number = table("statement_number", column("number"), column("statement_id"))
    return (
        select(number.c.statement_id)
        .join_from(words, number, number.c.number == words.c.rowid)
        .where(words.c.statement_words.op("MATCH")(" AND ".join(f'"{phrase}"' for phrase in phrases)))
        .order_by(func.round(func.bm25(literal_column("statement_words")), PLACES), number.c.statement_id)
    )


def _in_postgresql(phrases: Sequence[str]) -> Select[str]:
    words: ColumnElement[object] = literal_column("statement.words")
    wanted = reduce(lambda one, other: one.op("&&")(other), map(_wanted, phrases))
    score = func.round(cast(func.ts_rank(words, wanted), Numeric), PLACES)
    return (
        select(t.statement.c.id)
        .where(t.statement.c.comparable, words.op("@@")(wanted))
        .order_by(score.desc(), collate(t.statement.c.id, "C"))
    )


def _wanted(phrase: str) -> ColumnElement[object]:
    """A phrase to search for, made plain as migration 0003 makes the words of a statement."""
    unmarked = func.regexp_replace(func.normalize(phrase, literal_column("NFKD")), r"[\u0300-\u036f]", "", "g")
    return func.phraseto_tsquery("counterpose_english", func.translate(unmarked, "-/.@_:&", " " * 7))
