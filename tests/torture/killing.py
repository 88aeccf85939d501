"""Killing: work in a process of its own, which kill -9 ends at a moment or at a step of its work in the database."""

from __future__ import annotations

import itertools
import mmap
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

LONGEST = 120.0  # seconds that a process may take which nobody kills
POLL = 0.001  # seconds between two looks whether it has begun


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds after its first step in the database, whether or not it is done by then."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """The n-th of the statements, the commits about to be made, and the connections just done with."""

    number: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process said before it ended, how many steps it made, and whether it was killed.

    `seconds` is from its first step on.
    """

    said: str
    steps: int
    seconds: float
    killed: bool
    status: int


def ended(work: Callable[[], None], kill: Moment | Step | None = None) -> Ended:
    """Do it in a process that was forked from this one, which must have no connection to a database open."""
    made = mmap.mmap(-1, 8)
    back, out = os.pipe()
    child = os.fork()
    if not child:
        os.close(back)
        _do(work, out, made, kill)
    os.close(out)
    said, seconds, overdue = _until_killed(back, made, kill)
    if overdue:
        os.kill(child, signal.SIGKILL)
        said += _rest(back)
    _, status = os.waitpid(child, 0)
    os.close(back)
    if overdue and kill is None:
        sys.exit(f"A process that nobody killed took longer than {LONGEST:.0f} s. It said: {said.decode()}")
    killed = os.WIFSIGNALED(status)
    return Ended(said.decode(), _steps(made), seconds, killed, os.waitstatus_to_exitcode(status))


def _do(work: Callable[[], None], out: int, made: mmap.mmap, kill: Moment | Step | None) -> None:
    status = 1
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout = sys.stderr = os.fdopen(out, "w", buffering=1)
        _count(made, kill.number if isinstance(kill, Step) else 0)
        work()
        sys.exit()
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
        if isinstance(kill, Moment):
            signal.pause()  # done, and killed all the same: what was said holds
    except BaseException:  # noqa: BLE001 - the process ends here in any case, and says why
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _count(made: mmap.mmap, last: int) -> None:
    """Count the steps where the other process sees it; at the last one, die."""
    numbers = itertools.count(1)

    def step(*_: object) -> None:
        number = next(numbers)
        made[:8] = struct.pack("q", number)
        if number == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    event.listen(Pool, "checkin", step)


def _until_killed(back: int, made: mmap.mmap, kill: Moment | Step | None) -> tuple[bytes, float, bool]:
    """What is said until the end, or until the time is over; in how many seconds; and whether it was over."""
    said, first = b"", None
    until = time.monotonic() + LONGEST
    while (now := time.monotonic()) < until:
        if first is None and _steps(made):
            first = now
            if isinstance(kill, Moment):
                until = first + kill.seconds
        if select.select([back], [], [], min(until - now, POLL if first is None else LONGEST))[0]:
            some = os.read(back, 65536)
            if not some:
                return said, now - (first or now), False
            said += some
    return said, time.monotonic() - (first or until), True


def _steps(made: mmap.mmap) -> int:
    (steps,) = struct.unpack("q", made[:8])
    return int(steps)


def _rest(back: int) -> bytes:
    said = b""
    while some := os.read(back, 65536):
        said += some
    return said
