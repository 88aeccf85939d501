"""Accounts: people, their sessions and their tokens, as the database has them.

Of what opens something there are only hashes, but for the seed of a second factor, which codes are made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from service.store import tables as t
from service.store.queries import Reading
from service.store.store import Writing, now


class Scope(StrEnum):
    """What may be done: by a role, or with a token."""

    READ = "read"
    ADD = "add"  # transcripts, and see what becomes of them
    EDIT = "edit"  # documents, speakers, topics, issues; and whatever has no scope of its own
    REVIEW = "review"  # decide on pairs, sign off, answer reports, freeze
    ADMIN = "admin"  # accounts and the audit


class Role(StrEnum):
    """What a person is here."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[Scope]:
        return _SCOPES[self]


_WRITES = frozenset((Scope.ADD, Scope.EDIT, Scope.REVIEW))
_SCOPES = {
    Role.READER: frozenset((Scope.READ,)),
    Role.EDITOR: _WRITES | {Scope.READ},
    Role.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True)
class Person:
    """`password` is what Argon2 made of it, and `link` the hash of a link with which one can be chosen, once."""

    id: int
    name: str
    folded: str = field(repr=False)  # as it is found by
    role: Role
    password: str | None = field(repr=False)
    link: str | None = field(repr=False)
    link_until: float | None  # seconds since 1970
    disabled: bool
    created_at: str  # ISO 8601, UTC, seconds
    seed: str | None = field(repr=False)  # of the second factor, in base 32
    seed_step: int | None  # of the last code that was taken; None as long as none is asked for

    @property
    def has_second_factor(self) -> bool:
        return self.seed_step is not None

    @property
    def waiting_seed(self) -> str | None:
        """One that is to be confirmed with a code before any is asked for."""
        return None if self.has_second_factor else self.seed


@dataclass(frozen=True, slots=True)
class Session:
    """`hash` is of the key in the browser's cookie. Times in seconds since 1970."""

    hash: str
    person_id: int
    began: float
    seen: float


@dataclass(frozen=True, slots=True)
class Token:
    """`hash` is of the token, which only its holder has."""

    id: int
    hash: str = field(repr=False)
    person_id: int
    label: str
    scopes: frozenset[Scope]
    created_at: str  # ISO 8601, UTC, seconds
    expires: float | None  # seconds since 1970
    used_on: str | None  # the last day on which it was used


class Accounts:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def people(self) -> tuple[Person, ...]:
        return tuple(map(_person, self._connection.execute(select(t.person).order_by(t.person.c.folded))))

    def person(self, folded: str) -> Person | None:
        return self._one(t.person.c.folded == folded)

    def invited(self, link: str) -> Person | None:
        return self._one(t.person.c.link == link)

    def has_editor(self) -> bool:
        """Whether anybody has an account to write with, even one that is not used yet, or not any more."""
        query = select(t.person.c.id).where(t.person.c.role != Role.READER).limit(1)
        return self._connection.execute(query).first() is not None

    def session(self, key_hash: str) -> tuple[Session, Person] | None:
        row = self._connection.execute(select(t.session).where(t.session.c.hash == key_hash)).one_or_none()
        if row is None:
            return None
        return Session(**row._mapping), self._owner(row.person_id)

    def sessions(self, person_id: int) -> tuple[Session, ...]:
        """The last used first."""
        query = select(t.session).where(t.session.c.person_id == person_id)
        ordered = query.order_by(t.session.c.seen.desc(), t.session.c.hash)
        return tuple(Session(**row._mapping) for row in self._connection.execute(ordered))

    def token(self, token_hash: str) -> tuple[Token, Person] | None:
        row = self._connection.execute(select(t.token).where(t.token.c.hash == token_hash)).one_or_none()
        return None if row is None else (_token(row), self._owner(row.person_id))

    def tokens(self, person_id: int | None = None) -> tuple[Token, ...]:
        """A person's or everybody's, the oldest first."""
        query = select(t.token).order_by(t.token.c.id)
        own = query if person_id is None else query.where(t.token.c.person_id == person_id)
        return tuple(map(_token, self._connection.execute(own)))

    def entering(self, key_hash: str, at: float) -> Person | None:
        """Whose password was right and who is to give a code, unless that was too long ago."""
        awaited = select(t.entry.c.person_id).where(t.entry.c.hash == key_hash, t.entry.c.until > at)
        return self._one(t.person.c.id == awaited.scalar_subquery())

    def recovery_codes(self, person: Person) -> int:
        """How many are left."""
        query = select(func.count()).select_from(t.recovery_code).where(t.recovery_code.c.person_id == person.id)
        return self._connection.execute(query).scalar_one()

    def _owner(self, person_id: int) -> Person:
        found = self._one(t.person.c.id == person_id)
        assert found is not None  # a foreign key sees to it
        return found

    def _one(self, condition: Any) -> Person | None:
        row = self._connection.execute(select(t.person).where(condition)).one_or_none()
        return None if row is None else _person(row)


class AccountsWriting(Accounts):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)

    def add(self, name: str, folded: str, role: Role) -> Person:
        values = {"name": name, "folded": folded, "role": role, "disabled": False, "created_at": now()}
        row = self._connection.execute(insert(t.person).values(**values).returning(t.person)).one()
        return _person(row)

    def held(self, person_id: int) -> Person | None:
        """Somebody as they are now, whom nobody else changes until this write is done."""
        row = self._connection.execute(select(t.person).where(t.person.c.id == person_id).with_for_update())
        found = row.one_or_none()
        return None if found is None else _person(found)

    def change(self, person: Person, **values: Any) -> Person:
        """Somebody as they are from now on."""
        changed = update(t.person).where(t.person.c.id == person.id).values(**values).returning(t.person)
        return _person(self._connection.execute(changed).one())

    def remove(self, person: Person) -> None:
        self._connection.execute(delete(t.person).where(t.person.c.id == person.id))

    def begin(self, session: Session) -> None:
        values = {"hash": session.hash, "person_id": session.person_id, "began": session.began, "seen": session.seen}
        self._connection.execute(insert(t.session).values(**values))

    def touch(self, key_hash: str, seen: float) -> None:
        self._connection.execute(update(t.session).where(t.session.c.hash == key_hash).values(seen=seen))

    def end(self, person_id: int, *, only: Iterable[str] | None = None) -> None:
        """End a person's sessions: all, or `only` these. With all of them ends what was begun in them: entering, and
        a seed that waits to be confirmed, which whoever was in has seen."""
        chosen = delete(t.session).where(t.session.c.person_id == person_id)
        if only is not None:
            chosen = chosen.where(t.session.c.hash.in_(sorted(only)))
        else:
            waiting = update(t.person).where(t.person.c.id == person_id, t.person.c.seed_step.is_(None))
            self._connection.execute(waiting.values(seed=None))
            self._connection.execute(delete(t.entry).where(t.entry.c.person_id == person_id))
        self._connection.execute(chosen)

    def enter(self, key_hash: str, person: Person, at: float, until: float) -> None:
        self._connection.execute(delete(t.entry).where(t.entry.c.until <= at))
        values = {"hash": key_hash, "person_id": person.id, "until": until}
        self._connection.execute(insert(t.entry).values(**values))

    def entered(self, key_hash: str) -> bool:
        """Whether that was awaited, which it is no more."""
        return self._connection.execute(delete(t.entry).where(t.entry.c.hash == key_hash)).rowcount == 1

    def keep_recovery_codes(self, person: Person, hashes: Iterable[str]) -> None:
        """These, and none from before."""
        self._connection.execute(delete(t.recovery_code).where(t.recovery_code.c.person_id == person.id))
        for each in hashes:
            self._connection.execute(insert(t.recovery_code).values(hash=each, person_id=person.id))

    def use_recovery_code(self, person: Person, code_hash: str) -> bool:
        """Whether there was one, which there is no more."""
        own = (t.recovery_code.c.person_id == person.id, t.recovery_code.c.hash == code_hash)
        return self._connection.execute(delete(t.recovery_code).where(*own)).rowcount == 1

    def forget_sessions(self, *, begun_before: float, seen_before: float) -> None:
        over = or_(t.session.c.began < begun_before, t.session.c.seen < seen_before)
        self._connection.execute(delete(t.session).where(over))

    def add_token(
        self, token_hash: str, person: Person, label: str, scopes: Iterable[Scope], expires: float | None
    ) -> Token:
        values = {"hash": token_hash, "person_id": person.id, "label": label, "scopes": " ".join(sorted(scopes))}
        values |= {"created_at": now(), "expires": expires}
        return _token(self._connection.execute(insert(t.token).values(**values).returning(t.token)).one())

    def used(self, token: Token, day: str) -> None:
        self._connection.execute(update(t.token).where(t.token.c.id == token.id).values(used_on=day))

    def revoke(self, token: Token) -> None:
        self._connection.execute(delete(t.token).where(t.token.c.id == token.id))


def _person(row: Any) -> Person:
    return Person(**{**row._mapping, "role": Role(row.role)})


def _token(row: Any) -> Token:
    return Token(**{**row._mapping, "scopes": frozenset(map(Scope, row.scopes.split()))})
