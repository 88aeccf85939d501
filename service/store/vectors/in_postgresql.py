"""In PostgreSQL: the vectors in a table of pgvector's, searched by the server.

A few nearest among many are found by the HNSW index, walked nearest first until enough of what it comes by meets the
conditions. Everything else is exact: each statement that meets them is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text

from service.store.database import translated
from service.store.queries import Reading
from service.store.vectors import Make, Near, Numbers
from service.store.vectors.drawing import portions

FEW = 1000  # wanted at most where the index is walked
MANY = 50_000  # statements meeting the conditions, from which on it is
WALKED = 200_000  # statements that the index comes by at most
INDEXED = 384  # length of the vectors that the index of migration 0007 is for
LOCK = 0x436F7665  # "Cove": one process at a time makes vectors

_FROM = """
  FROM statement_number n JOIN statement s ON s.id = n.statement_id JOIN label l ON l.id = s.label_id
"""
_MADE = """
  INSERT INTO statement_vector (number, drawn) VALUES (:number, CAST(:drawn AS halfvec))
  ON CONFLICT (number) DO UPDATE SET drawn = EXCLUDED.drawn
"""


class VectorsInPostgreSQL:
    """Tables statement_number and statement_vector, made by migration 0007."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep_up(self, embedder: str, make: Make) -> None:
        with translated(self._engine), self._engine.connect() as connection, connection.begin():
            if _first_missing(connection, embedder) is None:
                return
        with translated(self._engine), self._engine.connect() as connection, connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            first = _first_missing(connection, embedder)
            if first is None:
                return  # another process was first
            for rows, vectors in portions(Reading(connection), embedder, first - 1, make):
                drawn = [json.dumps(one) for one in np.round(vectors.astype(np.float64), 5).tolist()]
                made = [{"number": row.number, "drawn": one} for row, one in zip(rows, drawn, strict=True)]
                connection.execute(text(_MADE), made)
                done = {"embedder": embedder, "first": rows[0].number, "last": rows[-1].number}
                which = "UPDATE statement_number SET drawn_by = :embedder WHERE number BETWEEN :first AND :last"
                connection.execute(text(which), done)

    def write_down(self, reading: Reading, embedder: str, make: Make) -> None:
        """Nothing: all of it is made by `keep_up`."""

    def at(self, reading: Reading, embedder: str, make: Make) -> SearchInPostgreSQL:  # noqa: ARG002
        return SearchInPostgreSQL(reading.connection, embedder)


class SearchInPostgreSQL:
    """What the server finds within one transaction."""

    def __init__(self, connection: Connection, embedder: str) -> None:
        self._connection = connection
        self._embedder = embedder

    def nearest(
        self,
        near: NDArray[np.float32],
        most: int | None = None,
        *,
        least: float | None = None,
        speakers: Collection[str] | None = None,
        documents: Collection[str] | None = None,
        among: Numbers | None = None,
    ) -> Near:
        conditions, given = _conditions(speakers, documents, among)
        given["embedder"] = self._embedder
        few = most is not None and most <= FEW and least is None and len(near) == INDEXED
        walked = few and among is None and self._many(conditions, given)
        size = f"halfvec({INDEXED})" if walked else "halfvec"
        distance = f"CAST(v.drawn AS {size}) <#> CAST(:near AS {size})"
        given |= {"near": json.dumps(near.tolist()), "most": most}
        if walked:
            conditions.append(f"vector_dims(v.drawn) = {INDEXED}")
            for setting, value in (("iterative_scan", "strict_order"), ("max_scan_tuples", WALKED), ("ef_search", FEW)):
                self._connection.execute(text(f"SET LOCAL hnsw.{setting} = {value}"))
        if least is not None:
            conditions.append(f"-({distance}) >= :least")
            given["least"] = least
        query = f"""
          SELECT n.number, l.speaker_id, -({distance}) AS cosine {_FROM} JOIN statement_vector v ON v.number = n.number
          WHERE {" AND ".join(conditions)} ORDER BY {distance}, n.number LIMIT :most
        """
        return _near(self._connection.execute(text(query), given).all())

    def _many(self, conditions: list[str], given: dict[str, Any]) -> bool:
        """Whether more statements meet the conditions than are looked at one by one."""
        query = f"SELECT count(*) FROM (SELECT 1 {_FROM} WHERE {' AND '.join(conditions)} LIMIT {MANY + 1}) AS found"  # noqa: S608
        return int(self._connection.execute(text(query), given).scalar_one()) > MANY


def _first_missing(connection: Connection, embedder: str) -> int | None:
    """The first statement that has no vector of this embedder's; each part of the question is one look at an index."""
    query = """
      SELECT min(number) FROM statement_number
      WHERE drawn_by IS NULL OR drawn_by < :embedder OR drawn_by > :embedder
    """
    found: int | None = connection.execute(text(query), {"embedder": embedder}).scalar()
    return found


def _conditions(
    speakers: Collection[str] | None, documents: Collection[str] | None, among: Numbers | None
) -> tuple[list[str], dict[str, Any]]:
    conditions, given = ["n.drawn_by = :embedder", "l.speaker_id IS NOT NULL"], dict[str, Any]()
    if speakers is not None:
        conditions.append("l.speaker_id = ANY(:speakers)")
        given["speakers"] = sorted(speakers)
    if documents is not None:
        conditions.append("s.document_id = ANY(:documents)")
        given["documents"] = sorted(documents)
    if among is not None:
        conditions.append("n.number = ANY(:among)")
        given["among"] = among.tolist()
    return conditions, given


def _near(rows: Collection[Any]) -> Near:
    codes: dict[str, int] = {}
    by = [codes.setdefault(row.speaker_id, len(codes)) for row in rows]
    return Near(
        np.array([row.number for row in rows], np.int64),
        np.array(by, np.int32),
        tuple(codes),
        np.array([row.cosine for row in rows], np.float32),
    )
