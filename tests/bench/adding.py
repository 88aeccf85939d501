"""Adding: what `counterpose add` of many files costs beside the embedding of their statements alone, and by size.

    python tests/bench/adding.py [--documents 60] [--sizes 10000 100000]

Both take the same speeches of the UN General Debate in one process: first added, then grouped, as the command does it,
against all their statements embedded at once. `--sizes` adds speeches until so many statements are there with vectors
that cost nothing (hashes), so that everything but embedding is measured: its cost a statement should not grow.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from speeches import SPEECHES, drawn, speaker_of, year_of
from timings import line, machine, seconds


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
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--sizes", type=int, nargs="*", default=[2_000, 20_000])
    given = parser.parse_args()
    if not SPEECHES.is_file():
        print(f"not measured: {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
        return
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    print(f"{'':<52}{'measured':>12}{'target':>12}")
    beside_embedding(given.documents)
    by_size(sorted(given.sizes))
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def beside_embedding(number: int) -> None:
    from models.embedding import Embedder

    speeches = list(islice(drawn(), number))
    with tempfile.TemporaryDirectory() as folder:
        corpus = opened(Path(folder), Embedder())
        corpus.load_models()
        began = time.perf_counter()
        texts = added(corpus, speeches)
        corpus.prepare()
        whole = time.perf_counter() - began
        corpus.close()
    embedder = Embedder()
    embedder.embed(["warm"])
    began = time.perf_counter()
    embedder.embed(texts)
    alone = time.perf_counter() - began
    line(f"{number} speeches, {len(texts):,} statements: embedding alone", seconds(alone), "")
    line("added and grouped", seconds(whole), "")
    line("ratio", f"{whole / alone:.2f}", "1.25")


def by_size(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = opened(Path(folder), Costless())
        waiting = drawn()
        there = len(added(corpus, list(islice(waiting, 5))))  # so that everything is loaded
        costs = []
        for size in sizes:
            began = time.perf_counter()
            start = there
            while there < size and (batch := list(islice(waiting, 10))):
                there += len(added(corpus, batch))
            costs.append(1e3 * (time.perf_counter() - began) / max(there - start, 1))
            line(f"all but embedding, up to {there:,} statements", f"{costs[-1]:.2f} ms", "")
        line("a statement of the last, beside one of the first", f"{costs[-1] / costs[0]:.2f}", "1.20")
        corpus.close()


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
    from service.errors import CounterposeError
    from service.readers import Source

    texts = []
    for name, data in speeches:
        given = Metadata(date=year_of(name))
        try:
            document = corpus.add(Source(name, data), given, speaker=speaker_of(name), regroup=False).document
        except CounterposeError as error:
            print(f"{name}: {error.message}")
            continue
        with corpus._store.reading() as reading:
            texts += [one.quote.text for one in reading.statements(documents=[document.id], comparable_only=True)]
    return texts


if __name__ == "__main__":
    main()
