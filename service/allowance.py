"""Allowance: how much one may ask for within a while, counted over all processes and restarts."""

from __future__ import annotations

from hashlib import sha256
from math import ceil

from limits import RateLimitItem, parse_many

from service.errors import TooLarge, TooMany
from service.store.passing import Passing, Spent, Window


class Allowance:
    """So much for each who comes, such as `5 per hour; 20 per day`; who they are is kept as a hash only."""

    def __init__(self, passing: Passing, what: str, rates: str) -> None:
        """`what` tells this allowance from others."""
        self._passing = passing
        self._what = what
        self._rates = parse_many(rates)

    def spend(self, who: str, cost: int = 1, counted: int = 0) -> None:
        """Count it. Raises TooMany, and TooLarge for what is more than all of it; then nothing is counted.

        `counted`: of the same, counted before, when less was known of it.
        """
        spend_together((self, who, cost, counted))

    def _refusal(self, seconds: float | None) -> TooMany | TooLarge:
        allowed = "; ".join(map(_said, self._rates))
        if seconds is None:
            return TooLarge(f"That is more at once than is taken: {self._what}, {allowed}.", "Send less.")
        error = TooMany(
            f"That is more than is taken for now: {self._what}, {allowed}.",
            "Wait a while, then send it again. Nothing was changed.",
        )
        error.retry_after = max(ceil(seconds), 1)
        return error

    def _windows(self, who: str, cost: int, counted: int) -> list[Window]:
        return [
            Window(self._key(who, str(rate)), rate.amount, rate.get_expiry(), cost, counted) for rate in self._rates
        ]

    def _key(self, who: str, rate: str) -> str:
        return sha256("\n".join((self._what, rate, who)).encode()).hexdigest()


def spend_together(*charges: tuple[Allowance, str, int, int]) -> None:
    """`Allowance.spend` for several at once, all of them or none: the allowance, who, the cost, what was counted."""
    of = {window: one for one, who, cost, counted in charges for window in one._windows(who, cost, counted)}
    if not of:
        return
    try:
        charges[0][0]._passing.spend(list(of))
    except Spent as spent:
        raise of[spent.window]._refusal(spent.seconds) from None


def _said(rate: RateLimitItem) -> str:
    unit = rate.GRANULARITY.name
    return f"{rate.amount:,} per {unit if rate.multiples == 1 else f'{rate.multiples} {unit}s'}"
