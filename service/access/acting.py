"""Acting: somebody signed in who is about to change something, and whether they still are when it comes to it.

A request is let in as it begins, and its form may come much later; asking for the password takes its time too.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import Unauthorized
from service.store.accounts import AccountsWriting, Person, Session


@dataclass(frozen=True, slots=True)
class Acting:
    """`person` as they were seen, or as they last proved to be; the session that they came with."""

    person: Person
    session: Session

    def held(self, accounts: AccountsWriting) -> Person:
        """Them as they are now, whom nobody else changes until this write is done.

        Raises Unauthorized where they are not who was seen any more, or were signed out.
        """
        now = as_seen(accounts, self.person)
        found = accounts.session(self.session.hash)
        if found is None or found[1].id != now.id:
            raise _meanwhile()
        return now


def as_seen(accounts: AccountsWriting, seen: Person) -> Person:
    """Somebody as they are now, held. Raises Unauthorized where what they proved is not enough any more."""
    now = accounts.held(seen.id)
    if now is None or now.disabled or (now.password, now.role) != (seen.password, seen.role):
        raise _meanwhile()
    if now.has_second_factor and not seen.has_second_factor:
        raise _meanwhile()
    return now


def _meanwhile() -> Unauthorized:
    return Unauthorized("The account was changed meanwhile, or you were signed out.", "Sign in once more.")
