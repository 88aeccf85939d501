"""Second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for whoever lost it.

A code works once: the step of time that it was of is kept, and no code of that step or an earlier one is taken again.
The seed that codes are made of has to be kept as it is; recovery codes, 120 random bits each, are kept as their hashes.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable
from hmac import compare_digest

from pyotp import TOTP, random_base32

from service.access.acting import Acting
from service.access.keys import hash_of
from service.errors import BadValue, Conflict
from service.store.accounts import Accounts, AccountsWriting, Person
from service.store.store import Store, Writing

STEP = 30  # seconds
AROUND = 1  # steps by which a clock may be off
DIGITS = 6
RECOVERY_CODES = 10
_ISSUER = "Counterpose"  # as the app calls it


class SecondFactor:
    """Safe to share between threads. `clock` gives seconds since 1970."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def begin(self, who: Acting) -> str:
        """The seed that they are given, with which nothing is asked before `confirm`. One that waited ends.

        Raises Conflict where a second factor is in use.
        """
        seed = random_base32()
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            now = who.held(accounts)
            if now.has_second_factor:
                raise Conflict("The second factor is in use.", "Turn it off first. Nothing was changed.")
            accounts.change(now, seed=seed)
        return seed

    def confirm(self, who: Acting, seed: str, code: str) -> tuple[Person, tuple[str, ...]]:
        """Ask for codes from now on, which ends all sessions; who they are from then on, and their recovery codes.

        Raises Conflict where another `seed` waits, or none, and BadValue for another code: of whoever gets that, it is
        known that they have seen the seed that waits. Somebody who came upon an open session has not.
        """
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            now = who.held(accounts)
            waiting = now.waiting_seed
            if waiting is None or not compare_digest(waiting.encode(), seed.encode(errors="replace")):
                raise Conflict(
                    "This is no second factor that waits to be confirmed.", "Begin again. Nothing was changed."
                )
            step = self._step(waiting, code)
            if step is None:
                raise BadValue(
                    "This is not the code that the app shows now.",
                    "Type the six digits that it shows. If they are, set the clock of the device that shows them.",
                )
            changed = accounts.change(now, seed_step=step)
            accounts.end(now.id)
            writing.note("", "set-second-factor", now.name, {})
            return changed, _new_codes(accounts, now)

    def renew_codes(self, who: Acting) -> tuple[str, ...]:
        """Other recovery codes; those from before open nothing any more."""
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            now = who.held(accounts)
            if not now.has_second_factor:
                raise Conflict("There is no second factor in use.", "Set one up first. Nothing was changed.")
            writing.note("", "renew-recovery-codes", now.name, {})
            return _new_codes(accounts, now)

    def turn_off(self, who: Acting) -> Person:
        """Ask for no code any more. Ends all sessions, so that nobody stays in whom the code had kept out.

        Raises Conflict where there is none.
        """
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            return _ended(writing, accounts, who.held(accounts))

    def turn_off_for(self, person: Person, by: str = "") -> Person:
        """As `turn_off`, by who runs the service."""
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            return _ended(writing, accounts, accounts.held(person.id), by)

    def takes(self, person: Person, code: str) -> bool:
        """Whether a code is right, which uses it up. Of several who send the same at once, one is right."""
        typed = "".join(code[:100].replace("-", "").split())
        with self._store.queueing() as writing:
            accounts = AccountsWriting(writing)
            now = accounts.held(person.id)
            if now is None or now.seed is None or now.seed_step is None:
                return False
            if len(typed) > DIGITS:
                return accounts.use_recovery_code(now, hash_of(typed.lower()))
            step = self._step(now.seed, typed)
            if step is None or step <= now.seed_step:
                return False
            accounts.change(now, seed_step=step)
            return True

    def codes_left(self, person: Person) -> int:
        with self._store.reading() as reading:
            return Accounts(reading).recovery_codes(person)

    def _step(self, seed: str, code: str) -> int | None:
        """The step of time that a code is of; None where it is of none near now."""
        typed, now = "".join(code[:100].split()).encode(errors="replace"), int(self._clock() // STEP)
        app = TOTP(seed, digits=DIGITS, interval=STEP)
        near = range(now - AROUND, now + AROUND + 1)
        return next((step for step in near if compare_digest(app.generate_otp(step).encode(), typed)), None)


def address_of(name: str, seed: str) -> str:
    """What an authenticator app reads from the square: `otpauth://totp/...`."""
    return TOTP(seed, digits=DIGITS, interval=STEP).provisioning_uri(name=name, issuer_name=_ISSUER)


def in_groups(text: str) -> str:
    """Letters and digits by fours, as they are read and typed."""
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _ended(writing: Writing, accounts: AccountsWriting, now: Person | None, by: str = "") -> Person:
    if now is None or now.seed is None:
        raise Conflict(
            "There is no second factor to be turned off.",
            "Who has one stands in counterpose users list. Nothing was changed.",
        )
    changed = accounts.change(now, seed=None, seed_step=None)
    accounts.keep_recovery_codes(now, ())
    accounts.end(now.id)
    writing.note(by, "end-second-factor", now.name, {})
    return changed


def _new_codes(accounts: AccountsWriting, person: Person) -> tuple[str, ...]:
    codes = [b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(RECOVERY_CODES)]
    accounts.keep_recovery_codes(person, map(hash_of, codes))
    return tuple(map(in_groups, codes))
