"""Grouping: how long a million statements take to be grouped and named, in how much memory, and one more document.

`make bench-topics` prints it. The database (`speeches.py`) is filled first, which is not measured, and stays in the
temporary folder for the next run. Beside the time that passed stands the processor's, which other work on the machine
does not lengthen as much.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from speeches import CLOSE, SAMPLED, SPEECHES, fill, further_of, speaker_of
from timings import environment, line, machine, seconds

CORES = 2
PLACE = Path(tempfile.gettempdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000, help="at least so many comparable ones")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    if arguments.measure:
        print(json.dumps(measured(arguments.measure)))
        return
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    if not SPEECHES.is_file():
        print(f"grouping: not measured, {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
        return
    filled = PLACE / f"counterpose-grouping-{arguments.statements}.sqlite"
    if not filled.is_file():
        begun = time.perf_counter()
        fill(filled, arguments.statements)
        print(f"filled {filled} in {seconds(time.perf_counter() - begun)}, which is not measured below")
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        database = Path(folder) / "grouping.sqlite"
        shutil.copyfile(filled, database)
        shutil.copyfile(further_of(filled), further_of(database))
        show(in_a_process_of_its_own(database))


def show(found: dict[str, Any]) -> None:
    print(
        f"{found['statements']:,} comparable statements of {found['documents']:,} speeches; texts are real, "
        f"{found['made']:,} of {found['vectors']:,} vectors are made (cosine {CLOSE} to an embedded one)"
    )
    print(f"{'':<52}{'measured':>12}{'target':>12}")
    million = found["statements"] >= 1_000_000
    line("grouped and named", seconds(found["prepared"][0]), "900 s" if million else "")
    line("grouped and named: processor time", seconds(found["prepared"][1]), "")
    line("grouped and named: peak memory", gibibytes(found["peak"]), "4 GB" if million else "")
    line("topics", str(found["topics"]), "")
    line("statements in a topic", f"{found['placed'] / found['statements']:.1%}", "")
    first, *others = found["added"]
    line("a further document, the first of all", seconds(first[0]), "")
    line(f"a further document, median of {len(others)}", seconds(statistics.median(one for one, _ in others)), "2 s")
    line("a further document, slowest", seconds(max(one for one, _ in others)), "2 s")
    line("a further document: processor time, median", seconds(statistics.median(one for _, one in others)), "")
    line("a further document: its statements, median", f"{statistics.median(found['sizes']):.0f}", "")
    line("grouped anew, topics going on", seconds(found["anew"][0]), "900 s" if million else "")
    line("grouped anew: processor time", seconds(found["anew"][1]), "")
    line("peak memory after all of it", gibibytes(found["peak_after"]), "4 GB" if million else "")


# Measuring, in a process of its own ------------------------------------------------------------------------------


def in_a_process_of_its_own(database: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", str(database)]
    done = subprocess.run(command, env=environment(database), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command} failed with status {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(database: Path) -> dict[str, Any]:
    from sqlalchemy import func, select

    from service.config import Config
    from service.corpus import Corpus
    from service.readers import Source
    from service.store import tables as t

    corpus = Corpus.open(Config.from_environment())
    _, prepared = timed(corpus.prepare)
    peak = peak_memory()
    with corpus._store.reading() as reading:
        topics, placed, vectors, documents = (
            reading.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (t.topic, t.topic_statement, t.embedding, t.document)
        )
        statements = reading.connection.execute(select(t.state.c.grouped)).scalar_one()
    added: list[tuple[float, float]] = []
    sizes: list[int] = []
    *further, last = json.loads(further_of(database).read_text("utf-8"))
    for name, text in further:
        source = Source(name, text.encode())
        row, took = timed(partial(corpus.add, source, speaker=speaker_of(name)))
        added.append(took)
        sizes.append(row.comparable)
    corpus.add(Source(last[0], last[1].encode()), speaker=speaker_of(last[0]), regroup=False)
    _, anew = timed(corpus.prepare)
    return {
        "statements": statements,
        "documents": documents,
        "vectors": vectors,
        "made": max(0, vectors - SAMPLED),
        "topics": topics,
        "placed": placed,
        "prepared": prepared,
        "peak": peak,
        "added": added,
        "sizes": sizes,
        "anew": anew,
        "peak_after": peak_memory(),
    }


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What comes of it, the seconds that passed, and those of the processor."""
    begun, before = time.perf_counter(), time.process_time()
    found = work()
    return found, (time.perf_counter() - begun, time.process_time() - before)


def peak_memory() -> int:
    """The most bytes that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def gibibytes(size: int) -> str:
    return f"{size / 2**30:.2f} GiB"


if __name__ == "__main__":
    main()
