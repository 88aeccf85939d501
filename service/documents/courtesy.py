"""Courtesy: what a site asks of programs (robots.txt, RFC 9309), and a pause between two pages of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

from protego import Protego

from service.bounded import Bounded
from service.errors import BadValue, TooMany, Unreadable

NAME = "Counterpose"  # as robots.txt would call it
PAUSE = 2.0  # seconds
LONGEST = 30.0  # seconds that somebody is kept waiting
KEPT = 3600.0  # seconds for which a site's rules hold
SITES = 500
MOST = 500 * 1024  # bytes of a robots.txt that count
KEPT_IN_ALL = 2 * MOST  # bytes of the files whose rules are kept: read, they may take eighty times as much memory

Get = Callable[[str], tuple[int, bytes]]
"""Of an address, the status of the answer and its first MOST bytes."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """`size`: bytes of the file that they stood in."""

    rules: Protego
    since: float
    size: int


class Courtesy:
    """What this process knows of the sites that it asked. Threads may share it; other processes do not."""

    def __init__(self) -> None:
        self._rules: Bounded[str, _Rules] = Bounded(SITES, KEPT_IN_ALL, lambda _site, kept: kept.size)
        self._pauses: Bounded[str, float] = Bounded(SITES)  # kept where a site's other rules had to go
        self._next: Bounded[str, float] = Bounded(SITES)
        self._lock = Lock()

    def wait(self, site: str) -> None:
        """Until this site may be asked for a page. Raises TooMany where that is long."""
        pause = self._pauses.get(site) or PAUSE
        with self._lock:
            now = time.monotonic()
            due = max(now, self._next.get(site) or 0.0)
            if due - now > LONGEST:
                raise TooMany(
                    f"{site} is asked for a page every {pause:.0f} seconds, and others wait.",
                    f"Try again in {due - now:.0f} seconds, or save the page and add the file.",
                )
            self._next.put(site, due + pause)
        time.sleep(due - now)

    def demand(self, site: str, url: str, get: Get) -> None:
        """Raise BadValue where the site asks programs to leave this address alone."""
        known = self._rules.get(site)
        if known is None or time.monotonic() - known.since > KEPT:
            status, data = get(f"{site}/robots.txt")
            known = self._rules.put(site, _Rules(_parsed(site, status, data), time.monotonic(), len(data)))
            self._pauses.put(site, max(PAUSE, known.rules.crawl_delay(NAME) or 0.0))
        if not known.rules.can_fetch(url, NAME):
            raise BadValue(
                f"{site} asks programs to leave {url} alone (robots.txt).",
                "Open it in a browser, save the page, and add the file.",
            )


def _parsed(site: str, status: int, data: bytes) -> Protego:
    """Where there is none, everything may be asked for; where it cannot be told, nothing."""
    if status >= 500 or status == TooMany.status:
        raise Unreadable(
            f"{site}/robots.txt answered {status}, so it cannot be told what may be fetched.",
            "Try again later, or open the page in a browser, save it, and add the file.",
        )
    return Protego.parse(data.decode("utf-8-sig", "replace") if status == 200 else "")


@cache
def courtesy() -> Courtesy:
    """This process's."""
    return Courtesy()
