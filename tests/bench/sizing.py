"""Sizing: what a million and a hundred million statements cost in time, disk and memory, from rates measured here.

    python tests/bench/sizing.py [--documents 40] [--statements 1000000 100000000]

Adds speeches of the UN General Debate to a new SQLite database, and multiplies what they took. Grouping is not linear:
its time and memory are those of docs/topics.md for a million, and are left open beyond.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import islice
from pathlib import Path

from adding import added, opened
from speeches import begun, drawn

VECTOR = 2 * 384  # bytes of a float16 vector in the file that is searched
DAY = 86_400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--statements", type=int, nargs="*", default=[1_000_000, 100_000_000])
    given = parser.parse_args()
    if not begun():
        return
    from models.embedding import Embedder

    with tempfile.TemporaryDirectory() as folder:
        corpus = opened(Path(folder), Embedder())
        corpus.load_models()
        added(corpus, list(islice(drawn(), 1)))
        before = on_disk(Path(folder))
        began = time.perf_counter()
        number = len(added(corpus, list(islice(drawn(), 1, given.documents + 1))))
        spent = time.perf_counter() - began
        corpus.close()  # what waits in the log goes into the file
        rate, size = number / spent, (on_disk(Path(folder)) - before) / number
    print(f"{number:,} statements: {rate:.0f} a second added, {size:,.0f} bytes each in the database")
    print(f"{'statements':>14}{'to add, 1 worker':>20}{'8 workers':>14}{'database':>12}{'vectors':>12}")
    for wanted in given.statements:
        alone = wanted / rate
        print(
            f"{wanted:>14,}{lasting(alone):>20}{lasting(alone / 8):>14}"
            f"{gibibytes(wanted * size):>12}{gibibytes(wanted * VECTOR):>12}"
        )


def on_disk(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.iterdir() if one.suffix != ".vectors")


def lasting(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds < 2 * DAY else f"{seconds / DAY:.1f} days"


def gibibytes(size: float) -> str:
    return f"{size / 2**30:,.1f} GiB"


if __name__ == "__main__":
    main()
