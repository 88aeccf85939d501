"""Child: the process that parses files, one after the other, each within its limits (python -m).

It gets a line of JSON and the file's bytes, and gives a length and a readout. It inherits nothing but these two pipes,
can write no file and keeps no setting of the service.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import BinaryIO

from service.errors import CounterposeError, TooLarge
from service.readers import Source, format_of, read
from service.readers.apart.readout import Readout, written
from service.readers.parts import limits
from service.readers.parts.oddities import oddities

OPEN_FILES = 32


def main() -> None:
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints is no answer
    _confine()
    while line := asked.readline():
        answer = _answer(asked, line)
        answers.write(b"%d\n" % len(answer))
        answers.write(answer)
        answers.flush()


def _answer(asked: BinaryIO, line: bytes) -> bytes:
    request = json.loads(line)
    source = Source(request["name"], asked.read(request["size"]))
    _allow(request["size"])
    try:
        return written(_readout(source, request["speaker"], request["max_bytes"]))
    except MemoryError:
        return written(out_of_memory(source))


def _readout(source: Source, speaker: str | None, max_bytes: int) -> Readout | CounterposeError:
    try:
        transcript = read(source, speaker, max_bytes)
        name = format_of(source)
        return Readout(transcript, name, oddities(source, name, transcript))
    except CounterposeError as error:
        return error


def out_of_memory(source: Source) -> TooLarge:
    return TooLarge(
        f"{source.name} takes more than {limits.memory(len(source.data)) // limits.MIB:,} MiB of memory to read.",
        "Split it, one event a file, or save it as plain text.",
    )


def _confine() -> None:
    """No file to be written, no core, few files open. Windows has no such limits: there the time alone is limited."""
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, OPEN_FILES)):
            resource.setrlimit(what, (most, most))


def _allow(size: int) -> None:
    """The processor's time and, on Linux, the memory for one more file. macOS does not limit memory so."""
    if sys.platform != "win32":
        import resource

        used = int(time.process_time()) + 1
        _set(resource.RLIMIT_CPU, used + limits.seconds(size))
        if sys.platform == "linux":
            _set(resource.RLIMIT_AS, limits.memory(size))


def _set(what: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
