"""Sessions: who signed in, kept in the database, so that signing out and disabling an account end them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from service.access.acting import Acting, as_seen
from service.access.keys import hash_of, new_key
from service.errors import Unavailable
from service.store.accounts import Accounts, AccountsWriting, Person, Session
from service.store.database import CACHE_SECONDS
from service.store.store import Store

MOST = 20  # sessions of one account: with one more, the one that was used longest ago ends
STEPS = 12  # a session's last use is noted that often in the time after which it would end: each note is a write


class Sessions:
    """`idle` and `life` in seconds: a session ends so long after its last use, and so long after it began."""

    def __init__(self, store: Store, clock: Callable[[], float], idle: float, life: float) -> None:
        self._store = store
        self._clock = clock
        self._idle, self._life = idle, life

    def begin(self, person: Person) -> str:
        """The key of a new session. Raises Unauthorized where what `person` proved is not enough any more."""
        key, at = new_key(), self._clock()
        with self._store.queueing() as writing:
            accounts = AccountsWriting(writing)
            as_seen(accounts, person)
            accounts.forget_sessions(begun_before=at - self._life, seen_before=at - self._idle)
            accounts.begin(Session(hash_of(key), person.id, at, at))
            accounts.end(person.id, only=[one.hash for one in accounts.sessions(person.id)[MOST:]])
        return key

    def find(self, key: str) -> tuple[Session, Person] | None:
        """The session and whose it is; None where it has ended."""
        at = self._clock()
        with self._store.reading() as reading:
            found = Accounts(reading).session(hash_of(key))
        if found is None or found[1].disabled or not self._lives(found[0], at):
            return None
        if at - found[0].seen > self._idle / STEPS:
            with suppress(Unavailable), self._store.queueing(CACHE_SECONDS) as writing:  # the next request notes it
                AccountsWriting(writing).touch(found[0].hash, at)
        return found

    def of(self, person: Person) -> tuple[Session, ...]:
        """Those that have not ended, the last used first."""
        at = self._clock()
        with self._store.reading() as reading:
            return tuple(one for one in Accounts(reading).sessions(person.id) if self._lives(one, at))

    def end(self, key: str) -> None:
        with self._store.queueing() as writing:
            accounts = AccountsWriting(writing)
            found = accounts.session(hash_of(key))
            if found is not None:
                accounts.end(found[1].id, only=[found[0].hash])

    def end_some(self, who: Acting, hashes: Collection[str]) -> None:
        """Some of their own. Raises Unauthorized where they are not signed in any more."""
        with self._store.queueing() as writing:
            accounts = AccountsWriting(writing)
            accounts.end(who.held(accounts).id, only=hashes)

    def end_all(self, person: Person) -> None:
        with self._store.queueing() as writing:
            AccountsWriting(writing).end(person.id)

    def _lives(self, session: Session, at: float) -> bool:
        return at < session.began + self._life and at < session.seen + self._idle
