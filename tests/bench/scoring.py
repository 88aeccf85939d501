"""Scoring: how long the relation classifier takes to start, and how much memory it needs. `make bench` prints it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import numpy as np
from timings import COMMAND, ROOT, STOCKHOLM, environment, line, machine, milliseconds, seconds

Pair = tuple[str, str]
LINES = (2_000, 20_000)
PAIRS = (1_000, 10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the peak memories, which take minutes")
    parser.add_argument("--judge", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.judge:
        judge(given.judge)
        return
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    print(machine())
    print(f"{'':<52}{'measured':>12}{'target':>12}")
    loading()
    if not given.quick:
        for count in PAIRS:
            line(
                f"peak memory, judging {count:,} pairs",
                memory([sys.executable, __file__, "--judge", str(count)]),
                "bounded",
            )
        for count in LINES:
            line(f"peak memory, relate with {count:,} lines", relating(count), "bounded")


def loading() -> None:
    """The parts of the first judgement, in a process that has loaded nothing."""
    begun = time.perf_counter()
    import torch  # noqa: F401

    line("loading: import of torch", seconds(time.perf_counter() - begun), "")
    from models.encoder import SequenceClassifier
    from models.hardware import hardware
    from models.relation import BUNDLED, RelationClassifier
    from models.tokens import load

    begun = time.perf_counter()
    load(BUNDLED / "tokenizer.json")
    line("loading: tokenizer", seconds(time.perf_counter() - begun), "")
    begun = time.perf_counter()
    SequenceClassifier(BUNDLED, json.loads((BUNDLED / "config.json").read_text("utf-8")), hardware())
    line("loading: weights", seconds(time.perf_counter() - begun), "")
    classifier = RelationClassifier()
    begun = time.perf_counter()
    classifier.judge([("We must stay.", "We must go.")])
    line("loading: all of it, to the first judgement", seconds(time.perf_counter() - begun), "1 s")
    begun = time.perf_counter()
    classifier.judge([("The dam must be built.", "The dam must not be built.")])
    line("a single pair, warm", milliseconds(time.perf_counter() - begun), "50 ms")


def spoken() -> list[Pair]:
    """What the two sides of the Stockholm remarks said, crossed; where they are absent, of the sample."""
    from models.statement import statements
    from service.readers import Source, read

    path = STOCKHOLM if STOCKHOLM.is_file() else next((ROOT / "service" / "samples").glob("*.md"))
    transcript = read(Source(path.name, path.read_bytes()))
    sides: dict[str, list[str]] = {}
    for statement in statements(transcript):
        if statement.comparable:
            sides.setdefault(transcript.utterances[statement.utterance].label, []).append(statement.text)
    first, second = sorted(sides.values(), key=len)[-2:]
    pairs = list(product(first, second))
    return [pairs[at] for at in np.random.default_rng(1).permutation(len(pairs))]


def made(count: int) -> list[Pair]:
    """Short pairs, no two of them alike."""
    return [(f"Article {n} of the treaty holds.", f"Article {n} of the treaty is void.") for n in range(count)]


def judge(count: int) -> None:
    from models.relation import RelationClassifier

    RelationClassifier().judge(made(count))


def relating(count: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        path.write_text("".join(json.dumps({"first": a, "second": b}) + "\n" for a, b in made(count)), "utf-8")
        return memory([str(COMMAND), "relate", str(path)])


def memory(command: list[str]) -> str:
    """The most memory that a process held."""
    env = environment(Path(tempfile.gettempdir()) / "unused.sqlite")
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed with status {process.returncode}")
    size = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return f"{size / 2**20:.0f} MiB"


if __name__ == "__main__":
    main()
