"""Worker: huey's consumer over a desk's queue, in threads of this process, and a look after what others left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from service.errors import Unavailable
from service.jobs.desk import Desk

THREADS = 2  # so that what is short does not wait for what is long
SWEEP = 1.0  # seconds between two looks
BEAT = 20.0  # seconds between two signs of life
LONGEST_WAIT = 0.25  # seconds between two looks into a SQLite queue; PostgreSQL calls when there is something
PATIENCE = 10.0  # seconds for handing back what is in hand when it is to stop


@contextmanager
def working(desk: Desk) -> Iterator[None]:
    """Jobs are done by threads of this process meanwhile. Raises Unavailable, and Forbidden where all is read-only."""
    consumer = _consumer(desk)
    with desk.manned():
        consumer.start()
        try:
            yield
        finally:
            desk.stop()
            consumer.stop(graceful=True)


class Sweep:
    """Jobs whose worker was not heard of go to others, and what a queue lost, or could not take, comes into it again.

    A lease that has ended is looked at twice: where a long write kept all others waiting, a heartbeat may be next.
    """

    def __init__(self, desk: Desk, grace: float) -> None:
        self._desk = desk
        self._grace = grace
        self._seen: dict[tuple[int, float | None], float] = {}
        self._next_beat = 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT
            with suppress(Unavailable):
                self._desk.alive()
        with suppress(Unavailable):
            lapsed = {(job.id, job.lease): job for job in self._desk.lapsed()}
            now = time.monotonic()
            self._seen = {key: self._seen.get(key, now) for key in lapsed}
            for key, since in self._seen.items():
                if now - since >= self._grace:
                    self._desk.take_back(lapsed[key])
            self._desk.wake(all_of_them=not len(self._desk.queue))


def _consumer(desk: Desk) -> Any:
    from huey.consumer import Consumer, Scheduler

    sweep = Sweep(desk, desk.lease / 3)

    class Sweeper(Scheduler):  # type: ignore[misc]
        """In the place of huey's scheduler, which would lock the database each second: nothing is scheduled."""

        def loop(self, now: Any = None) -> None:  # noqa: ARG002
            sweep()
            self.stop_flag.wait(SWEEP)

    class Threads(Consumer):  # type: ignore[misc]
        scheduler_class = Sweeper

        def _set_signal_handlers(self) -> None:
            """Signals stay with the process."""

    timing = {"initial_delay": LONGEST_WAIT / 4, "max_delay": LONGEST_WAIT, "shutdown_timeout": PATIENCE}
    return Threads(desk.queue.huey, workers=THREADS, periodic=False, **timing)
