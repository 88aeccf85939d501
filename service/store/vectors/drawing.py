"""Drawing: the vectors that are still to be made, each drawn towards its statement's paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, case, select

from models.topic import in_context
from service.store import tables as t
from service.store.queries import Reading
from service.store.vectors import Make
from service.store.word_index import NUMBERED

PORTION = 20_000  # statements made at a time: what is made is kept as it goes, so that it can be interrupted
STORED = np.dtype("<f4")


def portions(
    reading: Reading, embedder: str, after: int, make: Make
) -> Iterator[tuple[list[Any], NDArray[np.float32]]]:
    """Number, label and SHA-256 of the text of the comparable statements numbered after `after`, with their vectors.

    By number, whole documents at a time: a paragraph is never parted.
    """
    rest: list[Any] = []
    found = reading.connection.execute(_query(embedder, after), execution_options={"yield_per": PORTION})
    for rows in found.partitions():
        rest += rows
        begins = (at for at in range(len(rest) - 1, 0, -1) if rest[at].document_id != rest[at - 1].document_id)
        whole = next(begins, 0)
        if whole:
            yield rest[:whole], _drawn(rest[:whole], make)
            rest = rest[whole:]
    if rest:
        yield rest, _drawn(rest, make)


def _query(embedder: str, after: int) -> Select[Any]:
    made = and_(t.embedding.c.embedder == embedder, t.embedding.c.text_sha256 == t.statement.c.text_sha256)
    return (
        select(
            NUMBERED.c.number,
            *(t.statement.c[name] for name in ("label_id", "document_id", "paragraph", "text_sha256")),
            case((t.embedding.c.vector.is_(None), t.statement.c.text)).label("text"),
            t.embedding.c.vector,
        )
        .join(t.statement, t.statement.c.id == NUMBERED.c.statement_id)
        .outerjoin(t.embedding, made)
        .where(NUMBERED.c.number > after)
        .order_by(NUMBERED.c.number)
    )


def _drawn(rows: Sequence[Any], make: Make) -> NDArray[np.float32]:
    missing = {row.text for row in rows if row.vector is None}
    fresh = make(missing) if missing else {}
    vectors = np.frombuffer(b"".join(row.vector or fresh[row.text_sha256] for row in rows), STORED)
    groups = groupby(rows, lambda row: (row.document_id, row.paragraph))
    contexts = [number for number, (_, some) in enumerate(groups) for _ in some]
    return in_context(vectors.reshape(len(rows), -1).astype(np.float32), np.array(contexts, np.int64))
