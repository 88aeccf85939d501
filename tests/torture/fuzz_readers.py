"""Fuzzing the readers of text with atheris, which is led by what it reaches: `make fuzz`.

    python -m tests.torture.fuzz_readers [--seconds 60] [FORMAT...]

Each format has its own process and as many seconds. A file is read, or refused in words, and what is read is held to
the slices that it is stored by; anything else stops with the bytes that did it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FORMATS = ("plain_text", "markdown", "html", "webvtt", "srt", "csv_turns", "json_turns")
TURNS = [("ANNA BERG", "We will not accept that. It is a threat."), ("Tom Ray", "No. We never said so.")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("formats", nargs="*", default=FORMATS)
    given = parser.parse_args()
    failed = False
    for form in given.formats:
        command = [sys.executable, "-m", "tests.torture.fuzz_readers_one", form, str(given.seconds)]
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "first").write_bytes(_first(form))
            done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
        runs = re.findall(r"Done (\d+) runs", done.stderr)
        covered = re.findall(r"cov: (\d+)", done.stderr)
        said = f"{runs[-1]} files, {covered[-1]} places reached" if runs and covered else "stopped"
        print(f"{form:<12}{said}", flush=True)
        if done.returncode:
            failed = True
            print(done.stdout[-3000:], done.stderr[-3000:])
    sys.exit(failed)


def _first(form: str) -> bytes:
    """A good file, that others are made from."""
    from tests.test_readers_any import MADE

    return MADE[form](TURNS)


if __name__ == "__main__":
    main()
