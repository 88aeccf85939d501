"""Server: `counterpose serve` in two processes, which a request can be sent to that they do not live to answer."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.torture.killing import LONGEST, Ended, Moment, Step

FIRST = 0.3  # seconds after which whoever answers is killed where nobody knows how long an answer takes
REACH = 60.0


class Server:
    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self._port = port

    def sent(self, path: str, body: bytes, headers: Mapping[str, str], kill: Moment | Step | None = None) -> Ended:
        """Post to it; all processes that answer are killed meanwhile, and others take their place."""
        seconds = None if kill is None else kill.seconds if isinstance(kill, Moment) else FIRST
        with self._connected() as connection:
            began = time.monotonic()
            connection.request("POST", path, body, dict(headers))
            if seconds is not None:
                time.sleep(max(0.0, began + seconds - time.monotonic()))
                for one in self.answering():
                    with suppress(ProcessLookupError):
                        os.kill(one, signal.SIGKILL)
            said = ""
            with suppress(OSError, http.client.HTTPException):  # cut off
                answer = connection.getresponse()
                said = f"{answer.status} {answer.headers.get('Location', '')} {answer.read().decode()}"
        return Ended(said, 0, time.monotonic() - began, kill is not None, 0 if said[:1] in ("2", "3") else 1)

    def answering(self) -> list[int]:
        """The processes that answer."""
        return [int(one) for one in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    @contextmanager
    def _connected(self) -> Iterator[http.client.HTTPConnection]:
        """A connection that one of the processes has: they are waited for."""
        until = time.monotonic() + REACH
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/healthz")
                if connection.getresponse().read():
                    break
            connection.close()
            if time.monotonic() > until:
                sys.exit(f"Nobody answered for {REACH:.0f} s.")
            time.sleep(0.1)
        connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def serving(set_up: Callable[[], None], log: Path) -> Iterator[Server]:
    """A server forked from this process; jobs are left to others."""
    back, out = os.pipe()
    child = os.fork()
    if not child:
        os.close(back)
        os.dup2(out, 1)
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)  # that its processes die is a line each time
        sys.stdout = os.fdopen(out, "w", buffering=1)
        try:
            set_up()
            os.environ.update(
                COUNTERPOSE_PROCESSES="2", COUNTERPOSE_WORKER="0", COUNTERPOSE_REPORT_LIMIT="1000 per hour"
            )
            from service.__main__ import commands

            commands.main(["serve", "--port", "0"], prog_name="counterpose")
        finally:
            os._exit(0)
    os.close(out)
    with os.fdopen(back) as told:
        line = told.readline()
        port = re.search(r"127\.0\.0\.1:(\d+)", line)
        if port is None:
            sys.exit(f"The server said: {line}")
        try:
            yield Server(child, int(port[1]))
        finally:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
