"""Visitor: who asks, as far as is known, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.store.accounts import Person, Scope, Session


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in has a `session` and the `key` of it; a program with a token has neither.

    `is_to_add_factor`: they may do nothing before they have set up a second factor.
    """

    scopes: frozenset[Scope]
    person: Person | None = None
    session: Session | None = None
    key: str = field(default="", repr=False)
    is_to_add_factor: bool = False

    @property
    def name(self) -> str | None:
        return self.person.name if self.person is not None else None

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes
