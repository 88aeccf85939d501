"""Access: the use cases of accounts, all that the command line and the web may ask for of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from service.access.passwords import Passwords
from service.access.people import People, folded
from service.access.sessions import Sessions
from service.access.throttle import Throttle
from service.access.tokens import Tokens
from service.access.visitor import Visitor
from service.config import Config
from service.errors import Unauthorized
from service.given import NAME_CHARACTERS
from service.store.accounts import Accounts, AccountsWriting, Person, Scope
from service.store.store import Store

LOG = logging.getLogger("counterpose.access")
MINUTE, HOUR = 60.0, 3600.0


class Access:
    """One object shared by all threads of a process. What it changes is no part of the corpus: read-only is not asked.

    `clock` gives seconds since 1970.
    """

    def __init__(self, store: Store, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._passwords = Passwords()
        self._throttle = Throttle(store, clock)
        self.people = People(store, self._passwords, clock)
        self.sessions = Sessions(store, clock, config.session_idle * MINUTE, config.session_life * HOUR)
        self.tokens = Tokens(store, clock)
        self._everybody = frozenset((Scope.READ,)) if config.reading == "public" else frozenset[Scope]()

    def nobody(self) -> Visitor:
        """Somebody of whom nothing is known."""
        return Visitor(self._everybody)

    def by_session(self, key: str) -> Visitor | None:
        """Whoever's session it is, unless it has ended."""
        found = self.sessions.find(key)
        if found is None:
            return None
        session, person = found
        return Visitor(person.role.scopes, person, session, key)

    def by_token(self, text: str) -> Visitor:
        """Whoever's token it is, with what both may do. Raises Unauthorized for one that opens nothing."""
        found = self.tokens.find(text)
        if found is None:
            LOG.warning("a token was refused", extra={"event": "token-refused"})
            raise Unauthorized(
                "This token opens nothing: it is mistyped, revoked or expired, or its owner's account is disabled.",
                "Make another on the page of your account (/account), or with counterpose tokens add.",
            )
        token, person = found
        return Visitor((token.scopes & person.role.scopes) | self._everybody, person)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The key of a new session. Raises Unauthorized, whatever was wrong, and TooManySignIns."""
        person = self._proven(name, password, address)
        LOG.info("signed in", extra={"event": "signed-in", "user": person.id})
        return self.sessions.begin(person)

    def confirm(self, person: Person, password: str, address: str) -> None:
        """That it is still they who sit there. Raises Unauthorized for another password, and TooManySignIns."""
        self._proven(person.name, password, address)

    def accept(self, link: str, password: str) -> str:
        """The key of a new session of who chose this password by a link, which opens nothing from now on."""
        person = self.people.choose_password(link, password)
        LOG.info("a password was chosen by link", extra={"event": "link-used", "user": person.id})
        return self.sessions.begin(person)

    def change_password(self, person: Person, password: str) -> str:
        """Ends all sessions; the key of a new one."""
        return self.sessions.begin(self.people.set_password(person.name, password))

    def _proven(self, name: str, password: str, address: str) -> Person:
        """Whoever there is or is not, the same is done: a name that has no account costs the same time."""
        known = folded(name[:NAME_CHARACTERS])
        self._throttle.admit(known, address)
        with self._store.reading() as reading:
            found = Accounts(reading).person(known)
        holds = self._passwords.holds(found.password if found is not None else None, password)
        if not holds or found is None or found.disabled:
            LOG.warning("signing in failed", extra={"event": "sign-in-failed", "user": found and found.id})
            raise Unauthorized("The name or the password is not right.", "Try again, with both as they were set.")
        self._throttle.succeeded(known, address)
        if found.password is not None and self._passwords.outdated(found.password):
            kept = self._passwords.kept(password)
            with self._store.queueing() as writing:
                accounts = AccountsWriting(writing)
                if accounts.held(found.id) == found:  # nobody chose another meanwhile
                    accounts.change(found, password=kept)
                    return replace(found, password=kept)
        return found
