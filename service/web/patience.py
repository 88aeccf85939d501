"""Patience: how long a server waits for a request to be there as a whole, and how large its head may be.

Silence alone is no measure: who sends a byte now and then is never silent. So each request has a time to arrive in,
to which what comes of it adds: a large file over a slow line has all that it needs. Nothing is saved up: who has sent
much and falls silent is waited for no longer than anybody.
"""

from __future__ import annotations

import time

HEAD_BYTES = 16_384  # of the first line and the headers together
ADDRESS_BYTES = 8_190  # of the first line, where it is measured by itself
SECONDS = 30.0  # also of waiting for who takes nothing of their answer
BYTES_A_SECOND = 1_000


class Arrival:
    """A request on its way in."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS

    def came(self, size: int) -> None:
        """Note that so many bytes more are there."""
        self._until = min(self._until + size / BYTES_A_SECOND, time.monotonic() + SECONDS)

    def left(self) -> float:
        """For how many seconds it is still waited for; below 0, no more."""
        return self._until - time.monotonic()
