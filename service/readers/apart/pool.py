"""Pool: the processes that files are parsed in, started when first needed and replaced when one is worn or broken.

Our own, since the pools that are to be had (multiprocessing, pebble, loky) bring what a child says back as pickles,
which a child that was taken over could fill with code, and run the program's main module in every child.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from functools import cache
from threading import BoundedSemaphore, Lock, Timer
from typing import IO

from service.config import MAX_BYTES
from service.errors import CounterposeError, TooLarge, Unavailable, Unreadable
from service.readers import Source, demand_size
from service.readers.apart.readout import Readout, read_back
from service.readers.parts import limits

AT_ONCE = max(2, os.cpu_count() or 1)
WAITED = 120  # seconds for a process to be free
KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")  # of the environment: no settings, no passwords


def read_apart(source: Source, speaker: str | None = None, max_bytes: int = MAX_BYTES) -> Readout:
    """As `service.readers.read`, in another process, with warnings of what is odd about the file. Threads may share it.

    Raises TooLarge too where the file takes more time or memory than is allowed, Unreadable where it breaks the
    process, and Unavailable where others' files take all of them.
    """
    demand_size(source, max_bytes)
    return _pool(os.getpid()).read(source, speaker, max_bytes)


@cache
def _pool(_process: int) -> _Pool:
    """This process's own: one that was forked from it has another."""
    made = _Pool()
    atexit.register(made.close)
    return made


class _Pool:
    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = Lock()
        self._free = BoundedSemaphore(AT_ONCE)
        self._process = os.getpid()

    def read(self, source: Source, speaker: str | None, max_bytes: int) -> Readout:
        if not self._free.acquire(timeout=WAITED):
            raise Unavailable("Other files are being read just now.", "Add it again in a minute.")
        try:
            child = self._taken()
            try:
                found = child.read(source, speaker, max_bytes)
            except BaseException:
                child.end()
                raise
            if child.worn or isinstance(found, TooLarge):
                child.end()
            else:
                with self._lock:
                    self._idle.append(child)
        finally:
            self._free.release()
        if isinstance(found, CounterposeError):
            raise found
        return found

    def _taken(self) -> _Child:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return _Child()
            if child.lives:
                return child
            child.end()

    def close(self) -> None:
        if self._process == os.getpid():
            while self._idle:
                self._idle.pop().end()


class _Child:
    """One process. It ends with the pipe that it listens at."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        self._files = self._bytes = 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-m", "service.readers.apart.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
        )

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    @property
    def worn(self) -> bool:
        return self._files >= limits.FILES or self._bytes >= limits.BYTES

    def read(self, source: Source, speaker: str | None, max_bytes: int) -> Readout | CounterposeError:
        size = len(source.data)
        self._files, self._bytes = self._files + 1, self._bytes + size
        request = {"name": source.name, "speaker": speaker, "max_bytes": max_bytes, "size": size}
        late = Timer(limits.patience(size), self._process.kill)
        late.daemon = True
        late.start()
        try:
            answer = self._asked(json.dumps(request).encode() + b"\n" + source.data, limits.memory(size))
        finally:
            in_time = late.is_alive()
            late.cancel()
        if answer is None:
            raise self._broken(source, in_time=in_time)
        return read_back(answer)

    def _asked(self, request: bytes, most: int) -> bytes | None:
        """The answer, or None where the process ends before it is whole, or says more than it could have read."""
        asks, answers = self._pipes()
        try:
            asks.write(request)
            asks.flush()
        except OSError:  # it has ended
            return None
        length = answers.readline(20)
        if not length.strip().isdigit() or int(length) > most:
            return None
        answer = answers.read(int(length))
        return answer if len(answer) == int(length) else None

    def _broken(self, source: Source, *, in_time: bool) -> CounterposeError:
        status = self.end()
        if not in_time or (sys.platform != "win32" and -status == signal.SIGXCPU):
            return TooLarge(
                f"{source.name} takes more than {limits.seconds(len(source.data))} seconds to read.",
                "Split it, one event a file, or save it as plain text.",
            )
        return Unreadable(
            f"{source.name} breaks the program that reads it.",
            "Open it in the program that made it and save it again, or save it as plain text.",
        )

    def end(self) -> int:
        """Its exit status, negative for the signal that ended it."""
        self._process.kill()
        for pipe in self._pipes():
            try:
                pipe.close()
            except OSError:  # what was still to be written goes to nobody
                continue
        return self._process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout
