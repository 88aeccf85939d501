"""Placing: statements into topics, each with the label that it stands under: so topics are counted without them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from service.store import tables as t
from service.store.queries import slices


def place(connection: Connection, places: Mapping[str, str]) -> None:
    """Put statements that are in no topic into topics (ids by the statements' ids)."""
    for some in slices(sorted(places)):  # in the order of their ids: each index then grows where it was touched last
        query = select(t.statement.c.id, t.statement.c.label_id).where(t.statement.c.id.in_(some))
        labels = {row.id: row.label_id for row in connection.execute(query)}
        rows = [{"statement_id": one, "topic_id": places[one], "label_id": labels[one]} for one in some]
        connection.execute(insert(t.topic_statement), rows)
