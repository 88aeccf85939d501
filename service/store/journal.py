"""Journal: the topics' edits and what became of topics that are gone, as the database has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update

from models.topic import Origin, Settings, Topic
from service.store import tables as t
from service.store.edit import Action, Edit, Face, Undone
from service.store.placing import place
from service.store.queries import Reading, settings_of, slices
from service.store.store import Writing, now

ENDLESS = 2**31 - 1  # after every position


@dataclass(frozen=True, slots=True)
class GoneTopic:
    """A topic that is no more. `became` is the one that it was merged into; None where it vanished."""

    id: str
    name: str
    terms: tuple[str, ...]
    became: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands. Statements with the same words have the same `key` (text_sha256)."""

    key: str
    topic: str | None


class Journal:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def names(self) -> dict[str, str]:
        """The names of all topics, hidden ones too, by their ids."""
        rows = self._connection.execute(select(t.topic.c.id, t.topic.c.name).order_by(t.topic.c.position, t.topic.c.id))
        return {row.id: row.name for row in rows}

    def topic(self, topic_id: str) -> Topic | None:
        """A topic with its members."""
        row = self._connection.execute(select(t.topic).where(t.topic.c.id == topic_id)).one_or_none()
        if row is None:
            return None
        of_it = select(t.topic_statement.c.statement_id).where(t.topic_statement.c.topic_id == topic_id)
        members = self._connection.execute(of_it.order_by(t.topic_statement.c.statement_id)).scalars()
        return Topic(row.id, row.name, tuple(row.terms), tuple(members), settings_of(row))

    def topics(self, ids: Iterable[str]) -> dict[str, Topic]:
        """Those of the topics that there are."""
        return {one: topic for one in sorted(set(ids)) if (topic := self.topic(one)) is not None}

    def gone(self, topic_id: str) -> GoneTopic | None:
        row = self._connection.execute(select(t.topic_gone).where(t.topic_gone.c.id == topic_id)).one_or_none()
        return None if row is None else GoneTopic(row.id, row.name, tuple(row.terms), row.became)

    def all_gone(self) -> tuple[GoneTopic, ...]:
        """The newest first."""
        rows = self._connection.execute(select(t.topic_gone).order_by(t.topic_gone.c.at.desc(), t.topic_gone.c.id))
        return tuple(GoneTopic(row.id, row.name, tuple(row.terms), row.became) for row in rows)

    def lent(self, topic_id: str) -> tuple[tuple[str, int], ...]:
        """Where the statements stand that a list of issues took out of a topic: topics, those with most first."""
        number = func.count()
        query = (
            select(t.topic_statement.c.topic_id, number)
            .join(t.topic_lent, t.topic_lent.c.statement_id == t.topic_statement.c.statement_id)
            .where(t.topic_lent.c.topic_id == topic_id, t.topic_statement.c.topic_id != topic_id)
            .group_by(t.topic_statement.c.topic_id)
            .order_by(number.desc(), t.topic_statement.c.topic_id)
        )
        return tuple((row[0], row[1]) for row in self._connection.execute(query))

    def successor(self, topic_id: str) -> str | None:
        """The topic that a gone one leads to today, merge by merge; None where one of them vanished."""
        seen: set[str] = set()
        here: str | None = topic_id
        while here is not None and here not in seen:
            if self._connection.execute(select(t.topic.c.id).where(t.topic.c.id == here)).first():
                return here
            seen.add(here)
            found = self.gone(here)
            here = found.became if found is not None else None
        return None

    def places(self, statement_ids: Collection[str]) -> dict[str, Place]:
        """Of those statements that there are."""
        return self._places(t.statement.c.id, statement_ids)

    def with_words(self, keys: Collection[str]) -> dict[str, Place]:
        """All statements with these words."""
        return self._places(t.statement.c.text_sha256, keys)

    def _places(self, column: Any, values: Collection[str]) -> dict[str, Place]:
        query = select(t.statement.c.id, t.statement.c.text_sha256, t.topic_statement.c.topic_id).outerjoin(
            t.topic_statement, t.topic_statement.c.statement_id == t.statement.c.id
        )
        found: dict[str, Place] = {}
        for some in slices(sorted(set(values))):
            for row in self._connection.execute(query.where(column.in_(some)).order_by(t.statement.c.id)):
                found[row.id] = Place(row.text_sha256, row.topic_id)
        return found

    def texts(self, statement_ids: Collection[str]) -> list[str]:
        found: list[str] = []
        for some in slices(sorted(set(statement_ids))):
            query = select(t.statement.c.text).where(t.statement.c.id.in_(some)).order_by(t.statement.c.id)
            found.extend(self._connection.execute(query).scalars())
        return found

    def edits(self) -> tuple[Edit, ...]:
        """All, in the order in which they were made."""
        undoing = (column.label(f"u_{column.name}") for column in (t.audit.c.at, t.audit.c.who, t.audit.c.detail))
        query = select(t.topic_edit, *undoing).outerjoin(t.audit, t.audit.c.id == t.topic_edit.c.undone_by)
        return tuple(
            Edit(
                id=row.id,
                at=row.at,
                who=row.who,
                why=row.why,
                action=Action(row.action),
                topic_id=row.topic_id,
                other_id=row.other_id,
                before=row.before,
                after=row.after,
                undone=None
                if row.undone_by is None
                else Undone(row.u_at, row.u_who, row.u_detail["why"], row.u_detail["versions"]),
            )
            for row in self._connection.execute(query.order_by(t.topic_edit.c.id))
        )

    def steps(self, edit_id: int) -> dict[str, tuple[str | None, str | None]]:
        """The topic before and after an edit, by the words (text_sha256) of the statements that it is about."""
        row = t.topic_edit_statement
        query = select(row.c.text_sha256, row.c.before, row.c.after).where(row.c.edit_id == edit_id)
        return {found.text_sha256: (found.before, found.after) for found in self._connection.execute(query)}

    def sharing(self, edit_id: int) -> set[int]:
        """The edits that are about some of the same statements."""
        own, other = t.topic_edit_statement.alias("own"), t.topic_edit_statement.alias("other")
        query = select(other.c.edit_id).join(own, own.c.text_sha256 == other.c.text_sha256)
        return set(self._connection.execute(query.where(own.c.edit_id == edit_id).distinct()).scalars())

    def without_statements(self) -> set[int]:
        """The edits that were about statements, none of which is stored any more."""
        about = t.topic_edit_statement
        some = select(about.c.edit_id).where(about.c.edit_id == t.topic_edit.c.id)
        stored = some.join(t.statement, t.statement.c.text_sha256 == about.c.text_sha256)
        return set(self._connection.execute(select(t.topic_edit.c.id).where(some.exists(), ~stored.exists())).scalars())


class JournalWriting(Journal):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)
        self.note = writing.note

    def keep(self, topic: Topic) -> None:
        """Set a topic's name, terms and settings, or bring it into being.

        Its centre is to be computed anew, and stands for it from then on: whoever edits it says what it is.
        """
        settings = {field.name: getattr(topic.settings, field.name) for field in fields(Settings)}
        values = {
            "name": topic.name,
            "terms": list(topic.terms),
            "centre": None,
            "began": None,
            "began_by": None,
            **settings,
        }
        changed = self._connection.execute(update(t.topic).where(t.topic.c.id == topic.id).values(**values))
        if not changed.rowcount:
            self._connection.execute(delete(t.topic_gone).where(t.topic_gone.c.id == topic.id))
            self._connection.execute(insert(t.topic).values(id=topic.id, position=0, **values))

    def drop(self, topic: Topic, became: str) -> None:
        """Let a topic go that has become part of another."""
        self._connection.execute(delete(t.topic).where(t.topic.c.id == topic.id))
        row = {"id": topic.id, "name": topic.name, "terms": list(topic.terms), "became": became, "at": now()}
        self._connection.execute(insert(t.topic_gone).values(**row))

    def place(self, to: Mapping[str, str | None]) -> None:
        """Put statements into topics, or into none."""
        for some in slices(sorted(to)):
            held = t.topic_statement.c.statement_id.in_(some)
            self._connection.execute(delete(t.topic_statement).where(held))
        place(self._connection, {one: topic for one, topic in to.items() if topic is not None})

    def put_in_order(self) -> None:
        """Number the topics as a grouping does: issues in their order, then by size, largest first."""
        size = func.count(t.topic_statement.c.statement_id)
        listed = t.topic.c.origin == Origin.ISSUE
        query = (
            select(t.topic.c.id, t.topic.c.position)
            .outerjoin(t.topic_statement, t.topic_statement.c.topic_id == t.topic.c.id)
            .group_by(t.topic.c.id, t.topic.c.position, t.topic.c.origin)
            .order_by(case((listed, t.topic.c.position), else_=ENDLESS), size.desc(), t.topic.c.id)
        )
        for position, row in enumerate(self._connection.execute(query).all()):
            if row.position != position:
                self._connection.execute(update(t.topic).where(t.topic.c.id == row.id).values(position=position))

    def record(
        self,
        who: str,
        why: str,
        action: Action,
        topic_id: str,
        other_id: str | None,
        faces: tuple[Mapping[str, Face], Mapping[str, Face]],
        steps: Mapping[str, tuple[str | None, str | None]],
    ) -> int:
        """Add an edit; `faces` are those of the topics before and after, `steps` as in `Journal.steps`. Its id."""
        row = {"at": now(), "who": who, "why": why, "action": action, "topic_id": topic_id, "other_id": other_id}
        values = {**row, "before": faces[0], "after": faces[1]}
        added = self._connection.execute(insert(t.topic_edit).values(**values).returning(t.topic_edit.c.id))
        edit_id = int(added.scalar_one())
        rows = [
            {"edit_id": edit_id, "text_sha256": key, "before": before, "after": after}
            for key, (before, after) in sorted(steps.items())
        ]
        if rows:
            self._connection.execute(insert(t.topic_edit_statement), rows)
        return edit_id

    def take_back(self, edit_id: int, audit_id: int) -> None:
        self._connection.execute(update(t.topic_edit).where(t.topic_edit.c.id == edit_id).values(undone_by=audit_id))
