"""Grouped: what a grouping rests on and what it leaves, in the database; statements as columns, for there are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, delete, func, insert, select, union_all, update
from sqlalchemy.sql.elements import ColumnElement

from models.topic import Said, Settings, Topic, Vectors, in_context
from service.store import tables as t
from service.store.placing import place
from service.store.queries import AT_ONCE, Reading, settings_of, slices
from service.store.store import now

PLACING = ("merge", "split", "move", "lock")  # the edits that say where statements stand
VECTOR = np.dtype("<f4")


class Grouped:
    """What can be asked within a transaction that is under way, and, where it writes, changed."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._connection = reading.connection

    def said(self, embedder: str, *, document: str | None = None, topic: str | None = None) -> Said:
        """Comparable statements that have a vector, by document id, then place in it: all, or those of the one.

        Their vectors are drawn towards their paragraphs.
        """
        wanted: list[ColumnElement[bool]] = [t.statement.c.comparable]
        if document is not None:
            wanted.append(t.statement.c.document_id == document)
        if topic is not None:
            wanted.append(
                t.statement.c.id.in_(
                    select(t.topic_statement.c.statement_id).where(t.topic_statement.c.topic_id == topic)
                )
            )
        columns = ("id", "text_sha256", "text", "document_id", "position", "paragraph")
        query = (
            select(*(t.statement.c[name] for name in columns))
            .where(and_(*wanted))
            .order_by(t.statement.c.document_id, t.statement.c.start, t.statement.c.end)
        )
        ids, keys, texts = [], [], []
        contexts: list[int] = []
        paragraph: list[Any] | None = None
        rows = self._connection.execute(query, execution_options={"yield_per": AT_ONCE})
        for id_, key, text, *here in rows:
            ids.append(id_)
            keys.append(key)
            texts.append(text)
            contexts.append(contexts[-1] + (here != paragraph) if contexts else 0)
            paragraph = here
        vectors, made = self._vectors(embedder, keys)
        numbers = np.array(contexts, np.int64)
        if not made.all():
            ids, keys, texts = (list(compress(column, made)) for column in (ids, keys, texts))
            vectors, numbers = vectors[made], numbers[made]
        return Said(ids, keys, texts, None, in_context(vectors, numbers, out=vectors))

    def _vectors(self, embedder: str, keys: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The vector of each text (n, d), and of which texts there is one (n,)."""
        vectors = np.zeros((len(keys), 0), np.float32)
        made = np.zeros(len(keys), bool)
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            found = self._reading.vectors(embedder, some)
            for at, key in enumerate(some, start):
                if key in found:
                    values = np.frombuffer(found[key], VECTOR)
                    if not vectors.shape[1]:
                        vectors = np.empty((len(keys), len(values)), np.float32)
                    vectors[at] = values
                    made[at] = True
        return vectors, made

    def places(self) -> dict[str, str]:
        """The topic of each statement that is in one."""
        query = select(t.topic_statement.c.statement_id, t.topic_statement.c.topic_id)
        return {row.statement_id: row.topic_id for row in self._connection.execute(query)}

    def words(self) -> dict[str, set[str]]:
        """The words (as SHA-256) that each topic has."""
        found: dict[str, set[str]] = defaultdict(set)
        query = select(t.topic_statement.c.topic_id, t.statement.c.text_sha256)
        for row in self._connection.execute(
            query.join(t.statement, t.statement.c.id == t.topic_statement.c.statement_id)
        ):
            found[row.topic_id].add(row.text_sha256)
        return found

    def sizes(self) -> dict[str, int]:
        query = select(t.topic_statement.c.topic_id, func.count()).group_by(t.topic_statement.c.topic_id)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def topics(self, embedder: str | None = None) -> tuple[Topic, ...]:
        """With their centres, without their members; with what they were when they began, if this embedder says so."""
        return tuple(
            Topic(
                row.id,
                row.name,
                tuple(row.terms),
                (),
                settings_of(row),
                _vector(row.centre),
                _vector(row.began) if row.began_by == embedder else None,
            )
            for row in self._connection.execute(select(t.topic).order_by(t.topic.c.position, t.topic.c.id))
        )

    def decided(self, keys: Iterable[str] | None = None) -> dict[str, str | None]:
        """Where the newest edit that holds put each statement, by its words: all, or those asked for."""
        query = (
            select(t.topic_edit_statement.c.text_sha256, t.topic_edit_statement.c.after)
            .join(t.topic_edit, t.topic_edit.c.id == t.topic_edit_statement.c.edit_id)
            .where(and_(t.topic_edit.c.undone_by.is_(None), t.topic_edit.c.action.in_(PLACING)))
            .order_by(t.topic_edit.c.id)
        )
        if keys is None:
            return {row.text_sha256: row.after for row in self._connection.execute(query)}
        found: dict[str, str | None] = {}
        for some in slices(sorted(set(keys))):
            within = query.where(t.topic_edit_statement.c.text_sha256.in_(some))
            found |= {row.text_sha256: row.after for row in self._connection.execute(within)}
        return found

    def edited_words(self) -> dict[str, set[str]]:
        """The words that each edited topic had when it was edited, of all edits that hold."""
        found: dict[str, set[str]] = defaultdict(set)
        query = (
            select(t.topic_edit_statement.c.text_sha256, t.topic_edit_statement.c.after)
            .join(t.topic_edit, t.topic_edit.c.id == t.topic_edit_statement.c.edit_id)
            .where(and_(t.topic_edit.c.undone_by.is_(None), t.topic_edit_statement.c.after.is_not(None)))
        )
        for row in self._connection.execute(query):
            found[row.after].add(row.text_sha256)
        return found

    def gone(self) -> tuple[str, ...]:
        return tuple(row.id for row in self._connection.execute(select(t.topic_gone.c.id)))

    def lent(self) -> dict[str, str]:
        """The topic that each statement stood in before a list of issues moved it."""
        query = select(t.topic_lent.c.statement_id, t.topic_lent.c.topic_id)
        return {row.statement_id: row.topic_id for row in self._connection.execute(query)}

    def lend(self, places: Mapping[str, str]) -> None:
        """Put these in the place of those lent so far."""
        self._connection.execute(delete(t.topic_lent))
        for some in slices(sorted(places)):
            rows = [{"statement_id": one, "topic_id": places[one]} for one in some]
            self._connection.execute(insert(t.topic_lent), rows)

    def names(self) -> dict[str, str]:
        """What each topic is called, and was called that is gone."""
        query = union_all(select(t.topic_gone.c.id, t.topic_gone.c.name), select(t.topic.c.id, t.topic.c.name))
        return {row.id: row.name for row in self._connection.execute(query)}

    def since(self) -> tuple[int, int]:
        """Statements that were grouped together last, and those added or removed since."""
        row = self._connection.execute(select(t.state.c.grouped, t.state.c.joined)).one()
        return row.grouped, row.joined

    def replace(self, topics: Sequence[Topic], embedder: str, number: int) -> None:
        """Put a new grouping of so many statements in the old one's place; ids that end are kept as gone."""
        there = {topic.id for topic in topics}
        self._bury(topic for topic in self.topics() if topic.id not in there)
        self._connection.execute(delete(t.topic_gone).where(t.topic_gone.c.id.in_(sorted(there))))
        self._connection.execute(delete(t.topic_statement))
        self._connection.execute(delete(t.topic))
        self._keep(topics, embedder)
        self._connection.execute(update(t.state).values(grouped_by=embedder, grouped=number, joined=0))

    def join(self, places: Mapping[str, str], changed: Sequence[Topic], embedder: str, number: int) -> None:
        """Put statements into topics that stay, or that begin with them; so many were added or removed since."""
        known = {row.id for row in self._connection.execute(select(t.topic.c.id))}
        for topic in changed:
            if topic.id in known and topic.centre is not None:
                values = {"centre": _bytes(topic.centre)}
                self._connection.execute(update(t.topic).where(t.topic.c.id == topic.id).values(**values))
        self._keep([replace(topic, members=()) for topic in changed if topic.id not in known], embedder, len(known))
        place(self._connection, places)
        self._connection.execute(update(t.state).values(joined=t.state.c.joined + number))

    def drop_empty(self) -> tuple[str, ...]:
        """End the topics that have no statements any more and nobody's decisions; their ids."""
        filled = select(t.topic_statement.c.topic_id)
        empty = [row.id for row in self._connection.execute(select(t.topic.c.id).where(t.topic.c.id.not_in(filled)))]
        ended = [topic for topic in self.topics() if topic.id in empty and not topic.settings.lasting]
        self._bury(ended)
        ids = tuple(topic.id for topic in ended)
        self._connection.execute(delete(t.topic).where(t.topic.c.id.in_(ids)))
        return ids

    def _keep(self, topics: Sequence[Topic], embedder: str, first: int = 0) -> None:
        for position, one in enumerate(topics, first):
            row = {"id": one.id, "position": position, "name": one.name, "terms": list(one.terms)}
            row |= {"centre": _bytes(one.centre), "began": _bytes(one.began)}
            row |= {"began_by": None if one.began is None else embedder}
            row |= {field.name: getattr(one.settings, field.name) for field in fields(Settings)}
            self._connection.execute(insert(t.topic).values(**row))
        place(self._connection, {member: one.id for one in topics for member in one.members})

    def _bury(self, topics: Iterable[Topic]) -> None:
        rows = [
            {"id": one.id, "name": one.name, "terms": list(one.terms), "became": None, "at": now()} for one in topics
        ]
        if rows:
            self._connection.execute(insert(t.topic_gone), rows)


def _vector(stored: bytes | None) -> Vectors | None:
    return None if stored is None else np.frombuffer(stored, VECTOR).astype(np.float32)


def _bytes(vector: Vectors | None) -> bytes | None:
    return None if vector is None else vector.astype(VECTOR).tobytes()
