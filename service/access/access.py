"""Access: the use cases of accounts, all that the command line and the web may ask for of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from service.access.acting import Acting
from service.access.keys import hash_of, new_key
from service.access.passwords import Passwords
from service.access.people import People, folded
from service.access.second_factor import SecondFactor
from service.access.sessions import Sessions
from service.access.throttle import BY_CODE, BY_PASSWORD, Throttle
from service.access.tokens import Tokens
from service.access.visitor import Visitor
from service.config import Config
from service.errors import Gone, Unauthorized
from service.given import NAME_CHARACTERS
from service.store.accounts import Accounts, AccountsWriting, Person, Scope
from service.store.store import Store

LOG = logging.getLogger("counterpose.access")
MINUTE, HOUR = 60.0, 3600.0
ENTRY_LIFE = 5 * MINUTE  # in which a code has to follow the password


@dataclass(frozen=True, slots=True)
class Opened:
    """What a right password gives: the key of a session, or, where a code is `awaited`, what that has to come with."""

    key: str = field(repr=False)
    awaited: bool = False


class Access:
    """One object shared by all threads of a process. What it changes is no part of the corpus: read-only is not asked.

    `clock` gives seconds since 1970.
    """

    def __init__(self, store: Store, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._passwords = Passwords()
        self._clock = clock
        self._by_password, self._by_code = (Throttle(store, clock, way) for way in (BY_PASSWORD, BY_CODE))
        self.people = People(store, self._passwords, clock)
        self.sessions = Sessions(store, clock, config.session_idle * MINUTE, config.session_life * HOUR)
        self.tokens = Tokens(store, clock)
        self.second_factor = SecondFactor(store, clock)
        self._demanding = config.second_factor == "required"
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
        if self._demanding and not person.has_second_factor:
            return Visitor(self._everybody, person, session, key, is_to_add_factor=True)
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

    def sign_in(self, name: str, password: str, address: str) -> Opened:
        """Raises Unauthorized, whatever was wrong, and TooManySignIns."""
        return self._opened(self._proven(name, password, address))

    def give_code(self, entry: str, code: str, address: str) -> str:
        """The key of a new session, for the code that a password's `Opened` awaited.

        Raises Gone where the password was given too long ago, Unauthorized for another code, and TooManySignIns.
        """
        with self._store.reading() as reading:
            person = Accounts(reading).entering(hash_of(entry), self._clock())
        if person is None:
            raise _over()
        self.demand_code(person, code, address)
        with self._store.queueing() as writing:
            if not AccountsWriting(writing).entered(hash_of(entry)):
                raise _over()
        LOG.info("signed in", extra={"event": "signed-in", "user": person.id})
        return self.sessions.begin(person)

    def demand_code(self, person: Person, code: str, address: str) -> None:
        """Raises Unauthorized for a code that is not theirs or was used, and TooManySignIns."""
        self._by_code.admit(person.folded, address)
        if not self.second_factor.takes(person, code):
            LOG.warning("a code was refused", extra={"event": "code-refused", "user": person.id})
            raise Unauthorized(
                "The code is not right, or was used already.",
                "Type the one that the app shows now, or a recovery code. An app shows another every 30 seconds.",
            )
        self._by_code.succeeded(person.folded, address)

    def confirm(self, who: Acting, password: str, address: str) -> Acting:
        """That it is still they who sit there. Raises Unauthorized for another password, and TooManySignIns."""
        return replace(who, person=self._proven(who.person.name, password, address))

    def accept(self, link: str, password: str) -> Opened:
        """Choose a password by a link, which opens nothing from now on. It stands for no second factor."""
        person = self.people.choose_password(link, password)
        LOG.info("a password was chosen by link", extra={"event": "link-used", "user": person.id})
        return self._opened(person)

    def change_password(self, who: Acting, password: str) -> str:
        """Ends all sessions; the key of a new one."""
        return self.sessions.begin(self.people.change_password(who, password))

    def _opened(self, person: Person) -> Opened:
        if not person.has_second_factor:
            LOG.info("signed in", extra={"event": "signed-in", "user": person.id})
            return Opened(self.sessions.begin(person))
        key, at = new_key(), self._clock()
        with self._store.queueing() as writing:
            AccountsWriting(writing).enter(hash_of(key), person, at, at + ENTRY_LIFE)
        return Opened(key, awaited=True)

    def _proven(self, name: str, password: str, address: str) -> Person:
        """Whoever there is or is not, the same is done: a name that has no account costs the same time."""
        known = folded(name[:NAME_CHARACTERS])
        self._by_password.admit(known, address)
        with self._store.reading() as reading:
            found = Accounts(reading).person(known)
        holds = self._passwords.holds(found.password if found is not None else None, password)
        if not holds or found is None or found.disabled:
            LOG.warning("signing in failed", extra={"event": "sign-in-failed", "user": found and found.id})
            raise Unauthorized("The name or the password is not right.", "Try again, with both as they were set.")
        self._by_password.succeeded(known, address)
        if found.password is not None and self._passwords.outdated(found.password):
            kept = self._passwords.kept(password)
            with self._store.queueing() as writing:
                accounts = AccountsWriting(writing)
                if accounts.held(found.id) == found:  # nobody chose another meanwhile
                    accounts.change(found, password=kept)
                    return replace(found, password=kept)
        return found


def _over() -> Gone:
    return Gone("The password was given too long ago, or another session began with it.", "Sign in once more.")
