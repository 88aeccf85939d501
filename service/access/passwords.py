"""Passwords: which are taken, how they are kept, and how one is compared with what is kept.

Argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane). Two that look alike are
one: they are compared in NFKC, as NIST SP 800-63B has it. There are no rules of composition.
"""

from __future__ import annotations

from functools import cached_property
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from service.errors import BadValue
from service.given import storable

PASSES, KIBIBYTES, LANES = 2, 19_456, 1
FEWEST, MOST = 12, 256  # characters
STRENGTH = 3  # of 0 to 4 by zxcvbn: more than 10^8 guesses
WEIGHED = 72  # characters that zxcvbn takes


class Passwords:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=KIBIBYTES, parallelism=LANES)

    def kept(self, password: str) -> str:
        """What is kept of a password that was found good."""
        return self._hasher.hash(_same(password))

    def holds(self, kept: str | None, password: str) -> bool:
        """Whether it is the one kept. It takes as long where none is kept, so that time tells nothing."""
        same = _same(password[: 4 * MOST])[: MOST + 1]  # no more is ever kept: a longer one is another
        try:
            self._hasher.verify(kept or self._nobodys, same)
        except VerifyMismatchError:
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was kept with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's")


def demand_good(password: str, *about: str) -> None:
    """Raises BadValue for a password that is too short, too long, common or easily guessed.

    `about`: what an attacker would try first, such as the account's name.
    """
    same = storable("The password", _same(password))
    if len(same) < FEWEST:
        raise BadValue(
            f"The password has {len(same)} characters.",
            f"Take at least {FEWEST}: several words, or what a password manager makes.",
        )
    if len(same) > MOST:
        raise BadValue(f"The password has {len(same)} characters.", f"Take at most {MOST}.")
    from zxcvbn import zxcvbn

    found = zxcvbn(same[:WEIGHED], user_inputs=[*about, "counterpose"])
    if found["score"] < STRENGTH:
        why = found["feedback"]["warning"] or "It is among the first that somebody would try."
        raise BadValue(
            f"The password is easily guessed. {why}", "Take several words that do not belong together, or a longer one."
        )


def _same(password: str) -> str:
    return normalize("NFKC", password)
