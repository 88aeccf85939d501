"""One format under atheris: the process that `fuzz_readers` starts."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["service.readers", "models"]):
    from models.transcript import Transcript
    from service.errors import CounterposeError
    from service.readers import Source, readers
    from tests.test_readers_any import holds

    readers()  # imported on first use, which is to be here


def main() -> None:
    form, seconds, folder = sys.argv[1:]
    reader = readers()[form]
    name = f"a{reader.SUFFIXES[0]}"

    def one(data: bytes) -> None:
        if data.strip(b" \t\r\n\0"):
            found = taken(data)
            if found is not None:
                holds(found)

    def taken(data: bytes) -> Transcript | None:
        try:
            return reader.read(Source(name, data), "Anna Berg" if data[-1] % 2 else None)
        except CounterposeError:
            return None

    atheris.Setup(
        [sys.argv[0], folder, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=4096"], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
