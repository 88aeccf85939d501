"""Gather: every example that trains, and the texts that distillation draws pairs from, as two files.

Run as `python -m models.training.gather DATA CORPUS OUT`. Training reads nothing else, so that it can run on another
machine than the one that holds the sets.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from models.training.examples import Example

EXAMPLES, POOLS = "examples.jsonl.xz", "pools.jsonl.xz"

POOL_OF = {  # texts of a pool are near in style, so that pairs of it look like those that the classifier will meet
    "crowd": ("argq", "kpa", "perspectrum", "claims", "motions"),
    "essays": ("arguana", "twinviews"),
    "debates": ("debate", "exchanges", "policy", "minimal"),
    "diplomats": ("diplomacy", "addresses", "press", "replies"),
}
SPEECHES = "speeches"  # the pool of sentences of real speeches


def gather(data: Path, corpus: Path, out: Path) -> None:
    """Write both files. Same folders, same bytes."""
    from models.training.sources import SOURCES, Folders, examples, unlabelled

    out.mkdir(parents=True, exist_ok=True)
    at = Folders(data, corpus)
    found = examples(at, tqdm(SOURCES, desc="reading sets", unit="set"))
    with lzma.open(out / EXAMPLES, "wt", encoding="utf-8") as file:
        for name, part in found.items():
            for x in part:
                file.write(json.dumps([name, x.first, x.second, x.target], ensure_ascii=False) + "\n")
    texts = {
        pool: sorted({text for name in names for x in found[name] for text in (x.first, x.second)})
        for pool, names in POOL_OF.items()
    }
    with lzma.open(out / POOLS, "wt", encoding="utf-8") as file:
        for pool, of_pool in {**texts, SPEECHES: unlabelled(at)}.items():
            for text in of_pool:
                file.write(json.dumps([pool, text], ensure_ascii=False) + "\n")


def gathered(folder: Path) -> dict[str, list[Example]]:
    """The examples of each source."""
    found: dict[str, list[Example]] = defaultdict(list)
    with lzma.open(folder / EXAMPLES, "rt", encoding="utf-8") as file:
        for line in file:
            name, first, second, target = json.loads(line)
            found[name].append(Example(first, second, tuple(target), name))
    return dict(found)


def pools(folder: Path) -> dict[str, list[str]]:
    """The texts of each pool."""
    found: dict[str, list[str]] = defaultdict(list)
    with lzma.open(folder / POOLS, "rt", encoding="utf-8") as file:
        for line in file:
            pool, text = json.loads(line)
            found[pool].append(text)
    return dict(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of labelled sets")
    parser.add_argument("corpus", type=Path, help="folder of transcripts that labels refer to")
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    gather(given.data, given.corpus, given.out)


if __name__ == "__main__":
    main()
