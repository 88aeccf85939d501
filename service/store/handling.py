"""Handling: the marks on comparisons as the database has them, and what of them a comparison shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from models.comparison import Comparison, Pair
from models.handling import Handling
from models.review import Notice
from service.store import tables as t
from service.store.journal import Journal
from service.store.queries import Reading
from service.store.store import Writing

EVERY = ""  # stands for no topic in the key of the table


class Marks:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection
        self._journal = Journal(reading)

    def of(self, first: str, second: str) -> dict[str | None, Handling]:
        """The marks on two sides, in either order, by the topic of today; None for that over all topics.

        Of two whose topics became one, the mark of the topic that was kept holds, else the newer one. A mark whose
        topic vanished is left out.
        """
        query = select(t.handling).where(_of_sides(first, second)).order_by(t.handling.c.at, t.handling.c.topic)
        found: dict[str | None, Handling] = {}
        own: set[str | None] = set()
        for row in self._connection.execute(query):
            topic = self._journal.successor(row.topic) if row.topic != EVERY else None
            if (topic is None and row.topic != EVERY) or (topic in own and topic != row.topic):
                continue
            if topic == row.topic:
                own.add(topic)
            found[topic] = Handling(row.owner, row.status, row.caveat, row.who, row.at, topic)
        return found


class MarksWriting(Marks):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)
        self.note = writing.note

    def put(self, topic: str | None, first: str, second: str, mark: Handling | None) -> None:
        """Set the mark, or take it away; marks of topics that became this one go."""
        old = [EVERY] if topic is None else self._leading_to(topic, first, second)
        where = and_(_of_sides(first, second), t.handling.c.topic.in_(old))
        self._connection.execute(delete(t.handling).where(where))
        if mark is not None:
            key = {"topic": topic or EVERY, "first": min(first, second), "second": max(first, second)}
            said = {"owner": mark.owner, "status": mark.status, "caveat": mark.caveat, "who": mark.who, "at": mark.at}
            self._connection.execute(insert(t.handling).values(**key, **said))

    def _leading_to(self, topic: str, first: str, second: str) -> list[str]:
        marked = self._connection.execute(select(t.handling.c.topic).where(_of_sides(first, second))).scalars()
        return [one for one in marked if one != EVERY and self._journal.successor(one) == topic]

    def hand_over(self, merged: str, kept: str) -> list[dict[str, Any]]:
        """Make the marks on one side another's. Where that has one, it stays; what is lost of the other is returned."""
        held = or_(t.handling.c.first == merged, t.handling.c.second == merged)
        lost = []
        for row in self._connection.execute(select(t.handling).where(held).order_by(t.handling.c.topic)).all():
            other = row.second if row.first == merged else row.first
            there = and_(_of_sides(kept, other), t.handling.c.topic == row.topic)
            here = and_(_of_sides(merged, other), t.handling.c.topic == row.topic)
            if other == kept or self._connection.execute(select(t.handling.c.topic).where(there)).first():
                lost.append(dict(row._mapping))
                self._connection.execute(delete(t.handling).where(here))
            else:
                sides = {"first": min(kept, other), "second": max(kept, other)}
                self._connection.execute(update(t.handling).where(here).values(**sides))
        return lost


def handled(comparison: Comparison, reading: Reading) -> Comparison:
    """With the mark on its topic, else that on all topics of its two sides; on all topics, also with that on each
    pair's own topic."""
    marks = Marks(reading).of(comparison.first.id, comparison.second.id)
    if not marks:
        return comparison
    topic = comparison.topic.id if comparison.topic is not None else None
    mark = marks.get(topic) or marks.get(None)
    if topic is None:
        comparison = replace(comparison, pairs=tuple(_with_its_topics(pair, marks) for pair in comparison.pairs))
    if mark is None:
        return comparison
    return replace(comparison, handling=mark, notices=(*comparison.notices, _notice(mark)))


def _with_its_topics(pair: Pair, marks: dict[str | None, Handling]) -> Pair:
    topics = dict.fromkeys(topic for topic in (pair.first.topic, pair.second.topic) if topic is not None)
    found = tuple(_notice(marks[topic]) for topic in topics if topic in marks)
    return replace(pair, notices=(*pair.notices, *found)) if found else pair


def _notice(mark: Handling) -> Notice:
    return Notice("handling", f"Handling: {mark.words}.")


def _of_sides(first: str, second: str) -> Any:
    return and_(t.handling.c.first == min(first, second), t.handling.c.second == max(first, second))
