"""Adding: what `counterpose add` of many files costs beside the embedding of their statements alone, and by size.

    python tests/bench/adding.py [--documents 40] [--rounds 3] [--sizes 10000 100000 1000000]

Each round adds the same speeches of the UN General Debate to a new database as the command does, groups them, and
embeds all their statements at once; a ratio is the median of the rounds', so that a busy machine is busy for both.

`--sizes` adds FURTHER speeches to copies of databases with so many statements (`grouping.py` makes and keeps them) with
vectors that cost nothing (hashes): all but embedding, whose cost a statement should not grow. Grouping such a database
is what `grouping.py` measures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from speeches import begun, drawn, fill, speaker_of, year_of
from timings import line, seconds

PLACE = Path(tempfile.gettempdir())
FURTHER, WARM = 20, 5  # speeches added to a database, and before that, so that everything is loaded
CLOCKS = ("passed", "computed")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that passed, and those of the processor."""

    passed: float
    computed: float


class Costless:
    """An embedder whose vectors are drawn from the hash of the text."""

    name = sha256 = "costless"
    dimensions = 384

    def load(self) -> None:
        pass

    def embed(self, texts: Collection[str], progress: Any = None) -> NDArray[np.float32]:
        del progress
        seeds = (np.random.default_rng(abs(hash(text))) for text in texts)
        rows = np.array([one.standard_normal(self.dimensions, np.float32) for one in seeds]).reshape(
            -1, self.dimensions
        )
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    given = parser.parse_args()
    if not begun():
        return
    print(f"{'':<52}{'measured':>12}{'target':>12}")
    if given.rounds:
        beside_embedding(given.documents, given.rounds)
    if given.sizes:
        by_size(sorted(given.sizes))
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def beside_embedding(number: int, rounds: int) -> None:
    from models.embedding import Embedder

    speeches = list(islice(drawn(), number))
    embedder = Embedder()
    embedder.embed(["warm"])
    took: dict[str, list[Took]] = {"alone": [], "added": [], "grouped": []}
    for at in range(-1, rounds):  # the first, of a few, is for warmth: what grouping needs is imported with it
        with tempfile.TemporaryDirectory() as folder:
            corpus = opened(Path(folder), embedder)
            some = speeches if at >= 0 else speeches[:2]
            texts, adding = timed(partial(added, corpus, some))
            _, grouping = timed(corpus.prepare)
            corpus.close()
        _, alone = timed(partial(embedder.embed, texts))
        for name, one in (("alone", alone), ("added", adding), ("grouped", grouping)) if at >= 0 else ():
            took[name].append(one)
    print(f"{number} speeches, {len(texts):,} statements, medians of {rounds} rounds; in brackets of processor time")
    for what, name in (("embedding alone", "alone"), ("added", "added"), ("grouped", "grouped")):
        line(what, seconds(median(one.passed for one in took[name])), "")
    for what, names in (("added, beside embedding alone", ("added",)), ("added and grouped", ("added", "grouped"))):
        ratios = [
            [
                sum(getattr(took[name][at], clock) for name in names) / getattr(took["alone"][at], clock)
                for clock in CLOCKS
            ]
            for at in range(rounds)
        ]
        passed, computed = map(median, zip(*ratios, strict=True))
        line(what, f"{passed:.2f} ({computed:.2f})", "1.25" if len(names) > 1 else "")


def by_size(sizes: list[int]) -> None:
    further = list(drawn())[-FURTHER - WARM :]  # the last in the order in which such a database is filled
    costs = []
    for size in sizes:
        filled = PLACE / f"counterpose-grouping-{size}.sqlite"
        if not filled.is_file():
            fill(filled, size)
        with tempfile.TemporaryDirectory(dir=PLACE) as folder:
            shutil.copyfile(filled, Path(folder) / "corpus.sqlite")
            corpus = opened(Path(folder), Costless())
            added(corpus, further[:WARM])
            texts, took = timed(partial(added, corpus, further[WARM:]))
            corpus.close()
        costs.append([1e3 * getattr(took, clock) / len(texts) for clock in CLOCKS])
        what = f"all but embedding and grouping, at {size:,} statements"
        line(what, f"{costs[-1][0]:.2f} ms", "")
        line("  processor time", f"{costs[-1][1]:.2f} ms", "")
    if len(costs) > 1:
        line("a statement of the largest, beside the smallest", f"{costs[-1][0] / costs[0][0]:.2f}", "1.20")
        line("  processor time", f"{costs[-1][1] / costs[0][1]:.2f}", "1.20")


def timed(work: Callable[[], Any]) -> tuple[Any, Took]:
    began, before = time.perf_counter(), time.process_time()
    found = work()
    return found, Took(time.perf_counter() - began, time.process_time() - before)


def opened(folder: Path, embedder: Any) -> Any:
    from models.relation import RelationClassifier
    from service.config import Config
    from service.corpus import Corpus
    from service.store.store import Store

    config = Config(database_url=f"sqlite:///{folder / 'corpus.sqlite'}")
    return Corpus(Store(config.resolved_database_url()), embedder, RelationClassifier(), config)


def added(corpus: Any, speeches: list[tuple[str, bytes]]) -> list[str]:
    """As the command adds several files, with the topics left to the end; the comparable statements' words."""
    from models.transcript import Metadata
    from service.documents.intake import Attribution, Given
    from service.readers import Source

    wanted = (
        Given(Source(name, data), Metadata(date=year_of(name)), Attribution(speaker_of(name)))
        for name, data in speeches
    )
    found = [one.document.id for one in corpus.add_many(wanted)]
    with corpus._store.reading() as reading:
        return [one.quote.text for one in reading.statements(documents=found, comparable_only=True)]


if __name__ == "__main__":
    main()
