"""Throttle: how fast passwords can be tried. Counted in the database, so that it holds over processes and restarts.

Failures are counted by name and address together, by address, and by name. The first two make the next attempt wait for
longer each time. The third slows down those who try one name from many addresses, by a minute at most, and not from
where that name signed in lately: nobody can lock somebody else out for good. Codes of a second factor are counted by
themselves, waited for longer and remembered for longer, since they are short, and since only who has the password gets
as far as that. An attempt counts as failed until it has succeeded, so that many at once get no more tries than one
after another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from service.access.network import network
from service.errors import TooManySignIns
from service.store.attempts import Attempts, AttemptsWriting
from service.store.store import Store

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
FIRST = 15.0  # seconds to wait after as many failures as are free


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many failures are `free`; each after that doubles the wait, up to `most` seconds.

    They are `forgotten` so long after the last: for a way that is waited for at most once in a quarter of an hour, a
    pause of an hour would buy as many free ones again.
    """

    free: int
    most: float
    forgotten: float = HOUR

    def wait(self, failures: int) -> float:
        over = failures - self.free
        return 0.0 if over < 0 else min(FIRST * 2.0 ** min(over, 30), self.most)


@dataclass(frozen=True, slots=True)
class Way:
    """What is tried, and by what the trying of it is slowed."""

    what: str
    both: _Limit
    address: _Limit
    name: _Limit


BOTH, ADDRESS, NAME = _Limit(5, 15 * MINUTE), _Limit(20, 15 * MINUTE), _Limit(20, MINUTE)
BY_PASSWORD = Way("password", BOTH, ADDRESS, NAME)
BY_CODE = Way("code", _Limit(5, 15 * MINUTE, DAY), ADDRESS, _Limit(20, 15 * MINUTE, DAY))
KNOWN = 30 * DAY  # for how long a name is known at an address


class Throttle:
    def __init__(self, store: Store, clock: Callable[[], float], way: Way = BY_PASSWORD) -> None:
        self._store = store
        self._clock = clock
        self._way = way

    def admit(self, name: str, address: str) -> None:
        """Count an attempt. Raises TooManySignIns where it comes too early.

        A wait that is longer than any can be began before the clock was set back, and is over.
        """
        at = self._clock()
        keys = _Keys.of(self._way, name, address)
        limits = {keys.both: self._way.both, keys.address: self._way.address, keys.name: self._way.name}
        with self._store.queueing() as writing:
            attempts = AttemptsWriting(writing)
            found = attempts.of({*limits, keys.known}, at)
            if keys.known in found:
                del limits[keys.name]
            waits = (found[key].until for key in limits if key in found and found[key].until <= at + limits[key].most)
            until = max(waits, default=at)
            if until > at:
                raise TooManySignIns(ceil(until - at))
            for key, limit in limits.items():
                failures = 1 + (found[key].failures if key in found else 0)
                attempts.keep(Attempts(key, failures, at + limit.wait(failures), at + limit.forgotten))

    def succeeded(self, name: str, address: str) -> None:
        """The attempt just counted was none: forget what failed here before."""
        at = self._clock()
        keys = _Keys.of(self._way, name, address)
        with self._store.queueing() as writing:
            attempts = AttemptsWriting(writing)
            found = attempts.of({keys.address, keys.known}, at)
            if keys.address in found:
                before = found[keys.address]
                attempts.keep(Attempts(before.key, before.failures - 1, at, before.forget))
            attempts.forget(keys.both)
            if keys.known not in found:
                attempts.forget(keys.name)
            attempts.keep(Attempts(keys.known, 0, 0.0, at + KNOWN))


@dataclass(frozen=True, slots=True)
class _Keys:
    """Hashes: what is typed as a name may be a password, and addresses are nobody's business."""

    both: str
    address: str
    name: str
    known: str

    @classmethod
    def of(cls, way: Way, name: str, address: str) -> _Keys:
        place = network(address)
        return cls(
            *(
                sha256("\0".join((way.what, *parts)).encode(errors="replace")).hexdigest()
                for parts in (("both", name, place), ("address", place), ("name", name), ("known", name, place))
            )
        )
