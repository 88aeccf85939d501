"""Apart: what adding costs more since files are parsed in a process of their own.

    python tests/bench/apart.py [--documents 200]

The same speeches are added to two databases in turns of ten, read in this process and apart, with vectors that cost
nothing, so that all but embedding is compared. The processor's time is told beside the clock's, which on a busy machine
counts how long a process waits for its turn.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from itertools import islice
from pathlib import Path

from adding import Costless, added, opened
from speeches import SPEECHES, drawn
from timings import line, machine

from service.documents import intake
from service.readers import Source, format_of, read
from service.readers.apart import pool
from service.readers.apart.readout import Readout

TURN = 10


def inside(source: Source, speaker: str | None = None, max_bytes: int = 0) -> Readout:
    return Readout(read(source, speaker, max_bytes), format_of(source), ())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    number = parser.parse_args().documents
    if not SPEECHES.is_file():
        print(f"not measured: {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
        return
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    ways = {"in this process": inside, "apart": pool.read_apart}
    clock, processor = dict.fromkeys(ways, 0.0), dict.fromkeys(ways, 0.0)
    speeches = list(islice(drawn(), number + TURN))
    with tempfile.TemporaryDirectory() as folder:
        corpora = {}
        for at, way in enumerate(ways):
            (Path(folder) / str(at)).mkdir()
            corpora[way] = opened(Path(folder) / str(at), Costless())
        for start in range(0, number + TURN, TURN):
            for way, reading in ways.items():
                intake.read_apart = reading
                began, used = time.perf_counter(), spent()
                added(corpora[way], speeches[start : start + TURN])
                if start:  # the first loads everything
                    clock[way] += time.perf_counter() - began
                    processor[way] += spent() - used
        used = spent()
        pool._pool(os.getpid()).close()  # now the time of its last process counts, too
        processor["apart"] += spent() - used
        for corpus in corpora.values():
            corpus.close()
    for way in ways:
        line(f"{number} speeches read {way}: clock, processor", f"{clock[way]:.1f} s, {processor[way]:.1f} s", "")
    ratios = (times["apart"] / times["in this process"] for times in (clock, processor))
    line("apart beside it: clock, processor", ", ".join(f"{ratio:.3f}" for ratio in ratios), "1.10")
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def spent() -> float:
    """Seconds of the processor, of this process and of those that it has ended."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
