"""The whole corpus: what `counterpose add` of all 10,375 speeches of the UN General Debate takes, as one command.

`make bench-corpus ARGS="[--every 20] [--speeches 10375] [--keep FOLDER]"` prints it, in about an hour. What embedding
alone takes is measured on the statements of every twentieth speech, half of them before the command and half after it,
since a second embedding of a million statements would take as long again.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from itertools import islice
from pathlib import Path

from speeches import Speech, begun, cut, drawn
from sqlalchemy import create_engine, text
from timings import environment, line, run_time, seconds

NAME = r"(?P<speaker>[A-Z]+)_(?P<session>\d+)_(?P<year>\d{4})"
COUNTS = {
    "documents": "SELECT count(*) FROM document",
    "statements": "SELECT count(*) FROM statement",
    "comparable statements": "SELECT count(*) FROM statement WHERE comparable",
    "different texts of these": "SELECT count(DISTINCT text_sha256) FROM statement WHERE comparable",
    "topics": "SELECT count(*) FROM topic",
}
GIB = 2**20  # of the kilobytes that getrusage gives


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=20, help="of so many speeches one is embedded alone")
    parser.add_argument("--speeches", type=int, default=10_375, help="how many are added, drawn from all years")
    parser.add_argument("--keep", type=Path, help="a folder for the database")
    given = parser.parse_args()
    if not begun():
        return
    speeches = list(islice(drawn(), given.speeches))
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        measure(speeches, given.every, folder, Path(passing))
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def measure(speeches: list[Speech], every: int, folder: Path, passing: Path) -> None:
    files = [passing / name for name, _ in speeches]
    for file, (_, data) in zip(files, speeches, strict=True):
        file.write_bytes(data)
    database = folder / "whole.sqlite"
    alone = [embedding(speeches[:: 2 * every])]
    took = run_time(["add", "--from-name", NAME, *map(str, files)], environment(database))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / GIB
    alone.append(embedding(speeches[every :: 2 * every]))
    with create_engine(f"sqlite:///{database}").connect() as connection:
        held = {name: connection.execute(text(query)).scalar_one() for name, query in COUNTS.items()}
    rates = [count / passed for count, passed in alone]
    texts = held["different texts of these"]
    embedded = texts * sum(passed for _, passed in alone) / sum(count for count, _ in alone)
    line(f"add of {len(files):,} files", seconds(took), "")
    for name, count in held.items():
        line(f"  {name}", f"{count:,}", "")
    line("embedding alone, statements a second, before", f"{rates[0]:.0f}", "")
    line("embedding alone, statements a second, after", f"{rates[1]:.0f}", "")
    line(f"embedding alone of {texts:,} different texts, from these", seconds(embedded), "")
    line("the command beside it", f"{took / embedded:.2f}", "1.25")
    line("most memory of one process of the command", f"{most:.2f} GiB", "")
    size = sum(file.stat().st_size for file in folder.glob("whole.sqlite*")) / 2**30
    line("the database and the vectors beside it", f"{size:.1f} GiB", "")


def embedding(speeches: list[Speech]) -> tuple[int, float]:
    """How many comparable statements these hold, each text once, and the seconds that embedding them takes."""
    from models.embedding import Embedder

    texts = sorted({one.text for speech in speeches for one in cut(speech).statements if one.comparable})
    embedder = Embedder()
    embedder.embed(texts[:64])
    began = time.perf_counter()
    embedder.embed(texts)
    return len(texts), time.perf_counter() - began


if __name__ == "__main__":
    main()
