"""Docket: what reviewers decided of pairs, as the database has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update

from models.relation import Relation
from models.ruling import Action, Key, Ruling
from models.transcript import Speaker
from service.rendering.terms import term
from service.store import tables as t
from service.store.edit import moment
from service.store.queries import SPEAKER, Reading, slices
from service.store.store import Writing
from service.translation import gettext


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a decision was taken back."""

    at: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling as it was made. `seen` is the pair as it was decided on, as `service.review.seen` has it."""

    id: int
    key: Key
    ruling: Ruling
    seen: Mapping[str, Any]
    withdrawn: Withdrawn | None

    @property
    def what(self) -> str:
        """Without who did it: 'rejected the pair', 'called it “agrees” instead of “opposes”'."""
        ruling = self.ruling
        now = term(ruling.relation) if ruling.relation is not None else ""
        match ruling.action:
            case Action.CONFIRM:
                opposes = ruling.relation is Relation.OPPOSES
                return gettext("confirmed that it opposes") if opposes else gettext("confirmed that it agrees")
            case Action.REJECT:
                return gettext("rejected the pair")
            case Action.RELABEL:
                return gettext(
                    "called it “%(now)s” instead of “%(before)s”", now=now, before=term(self.seen["relation"])
                )
            case Action.PAIR:
                return gettext("put the two together as “%(now)s”", now=now)

    @property
    def said(self) -> str:
        """In words, with who did it, when and why, and who took it back."""
        why = f" (“{self.ruling.why}”)" if self.ruling.why else ""
        who, when = self.ruling.who or gettext("somebody"), moment(self.ruling.at)
        made = gettext("%(who)s %(what)s on %(when)s", who=who, what=self.what, when=when) + why
        back = self.withdrawn
        if back is None:
            return made
        who, when = back.who or gettext("somebody"), moment(back.at)
        return gettext("%(who)s withdrew on %(when)s: %(said)s", who=who, when=when, said=made)


@dataclass(frozen=True, slots=True)
class Place:
    """A statement that has some words today, and whose it is."""

    statement: str
    speaker: Speaker
    comparable: bool


class Docket:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def holding(self) -> dict[Key, Ruling]:
        """Of each pair the newest ruling that was not withdrawn."""
        columns = (column for column in t.ruling.c if column.name != "seen")
        query = select(*columns).where(t.ruling.c.withdrawn_by.is_(None)).order_by(t.ruling.c.id)
        return {(row.first, row.second): _ruling(row) for row in self._connection.execute(query)}

    def decisions(self) -> tuple[Decision, ...]:
        """All, in the order in which they were made."""
        return self._decisions(_QUERY)

    def on(self, key: Key) -> tuple[Decision, ...]:
        """Those on one pair, in order."""
        return self._decisions(_QUERY.where(t.ruling.c.first == key[0], t.ruling.c.second == key[1]))

    def decision(self, ruling_id: int) -> Decision | None:
        return next(iter(self._decisions(_QUERY.where(t.ruling.c.id == ruling_id))), None)

    def places(self, hashes: Collection[str]) -> dict[str, list[Place]]:
        """The statements of speakers that have these words, by the SHA-256 of the words."""
        query = (
            select(t.statement.c.id, t.statement.c.text_sha256, t.statement.c.comparable, *SPEAKER)
            .join(t.label, t.label.c.id == t.statement.c.label_id)
            .join(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .order_by(t.statement.c.id)
        )
        found: dict[str, list[Place]] = defaultdict(list)
        for some in slices(sorted(set(hashes))):
            for statement, key, comparable, *who in self._connection.execute(
                query.where(t.statement.c.text_sha256.in_(some))
            ):
                found[key].append(Place(statement, Speaker(*who), comparable))
        return found

    def said_by(self, speaker: str, limit: int) -> dict[str, str]:
        """Texts of a speaker's statements that can be compared, by id; the first so many."""
        query = (
            select(t.statement.c.id, t.statement.c.text)
            .join(t.label, t.label.c.id == t.statement.c.label_id)
            .where(t.label.c.speaker_id == speaker, t.statement.c.comparable)
            .order_by(t.statement.c.id)
            .limit(limit)
        )
        return {row.id: row.text for row in self._connection.execute(query)}

    def _decisions(self, query: Select[Any]) -> tuple[Decision, ...]:
        return tuple(_decision(row) for row in self._connection.execute(query.order_by(t.ruling.c.id)))


class DocketWriting(Docket):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)
        self.note = writing.note

    def record(self, key: Key, ruling: Ruling, seen: Mapping[str, Any]) -> int:
        """Add a decision; its id."""
        values = {
            "at": ruling.at,
            "who": ruling.who,
            "why": ruling.why,
            "action": ruling.action.value,
            "relation": None if ruling.relation is None else ruling.relation.value,
            "first": key[0],
            "second": key[1],
            "seen": dict(seen),
        }
        return int(self._connection.execute(insert(t.ruling).values(**values).returning(t.ruling.c.id)).scalar_one())

    def withdraw(self, ruling_id: int, audit_id: int) -> None:
        self._connection.execute(update(t.ruling).where(t.ruling.c.id == ruling_id).values(withdrawn_by=audit_id))


def newest(decisions: Iterable[Decision]) -> dict[Key, Decision]:
    """Of each pair the decision that holds; `decisions` in the order in which they were made."""
    return {one.key: one for one in decisions if one.withdrawn is None}


_QUERY: Select[Any] = select(
    t.ruling, *(column.label(f"w_{column.name}") for column in (t.audit.c.at, t.audit.c.who, t.audit.c.detail))
).outerjoin(t.audit, t.audit.c.id == t.ruling.c.withdrawn_by)


def _decision(row: Any) -> Decision:
    taken_back = None if row.withdrawn_by is None else Withdrawn(row.w_at, row.w_who, row.w_detail["why"])
    return Decision(row.id, (row.first, row.second), _ruling(row), row.seen, taken_back)


def _ruling(row: Any) -> Ruling:
    relation = None if row.relation is None else Relation(row.relation)
    return Ruling(Action(row.action), relation, row.who, row.why, row.at)
