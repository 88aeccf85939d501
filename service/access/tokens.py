"""Tokens: what programs come with. Each is somebody's, can do no more than they can, and is shown once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from service.access.acting import Acting
from service.access.keys import hash_of, new_token
from service.errors import BadValue, NotFound, Unavailable
from service.given import name as tidied
from service.store.accounts import Accounts, AccountsWriting, Person, Scope, Token
from service.store.database import CACHE_SECONDS
from service.store.store import Store

DAY = 24 * 3600.0
MOST_DAYS = 3650


class Tokens:
    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def make(
        self,
        person: Person,
        label: str,
        scopes: frozenset[Scope],
        days: int | None = None,
        by: str = "",
        *,
        who: Acting | None = None,
    ) -> tuple[Token, str]:
        """A new one, and the token itself, which is not kept. Raises BadValue for a scope that its owner has not.

        `who`: its owner, who has to be signed in yet; None where who runs the service makes it.
        """
        if not scopes:
            raise BadValue("The token is to do nothing.", f"Give it some of: {', '.join(Scope)}.", tuple(Scope))
        beyond = sorted(scopes - person.role.scopes)
        if beyond:
            raise BadValue(
                f"The role {person.role} does not go as far as {' and '.join(beyond)}.",
                f"Give the token some of: {', '.join(sorted(person.role.scopes))}.",
            )
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise BadValue(f"The token is to last {days} days.", f"Give a number from 1 to {MOST_DAYS}, or none.")
        text, called = new_token(), tidied(label, "What the token is for")
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            if who is not None:
                who.held(accounts)
            expires = None if days is None else self._clock() + days * DAY
            made = accounts.add_token(hash_of(text), person, called, scopes, expires)
            detail = {"user": person.name, "label": called, "scopes": sorted(scopes), "days": days}
            writing.note(by, "add-token", str(made.id), detail)
        return made, text

    def find(self, text: str) -> tuple[Token, Person] | None:
        """The token and whose it is; None where it opens nothing. Its day of use is noted, and nothing finer."""
        at = self._clock()
        with self._store.reading() as reading:
            found = Accounts(reading).token(hash_of(text))
        if found is None or found[1].disabled or not (found[0].expires is None or at < found[0].expires):
            return None
        today = datetime.fromtimestamp(at, UTC).date().isoformat()
        if found[0].used_on != today:
            with suppress(Unavailable), self._store.queueing(CACHE_SECONDS) as writing:  # the next use notes it
                AccountsWriting(writing).used(found[0], today)
        return found

    def listed(self, person: Person | None = None) -> tuple[Token, ...]:
        """A person's or everybody's."""
        with self._store.reading() as reading:
            return Accounts(reading).tokens(person.id if person is not None else None)

    def revoke(self, number: int, who: Acting | None = None, by: str = "") -> Token:
        """Anybody's, or of `who` is signed in their own. Raises NotFound for one that is not there among these."""
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            own = accounts.tokens(who.held(accounts).id if who is not None else None)
            found = next((one for one in own if one.id == number), None)
            if found is None:
                raise NotFound(f"There is no token {number}.", "See the list of tokens. Nothing was changed.")
            accounts.revoke(found)
            writing.note(by, "revoke-token", str(number), {"label": found.label})
        return found
