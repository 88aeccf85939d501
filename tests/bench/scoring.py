"""Scoring: how fast the relation classifier is beside CrossEncoder.predict, with the same answers, in how much memory.

`make bench` prints it. Both sides take the same pairs in both orders on the same cores, in turns, so that a busy
machine is busy for both. CrossEncoder's default computes in the precision that the weights are stored in, fp16, which
few processors do well; so it stands there in fp32 too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
from timings import COMMAND, ROOT, STOCKHOLM, environment, line, machine, milliseconds, seconds

Pair = tuple[str, str]
LINES = (2_000, 20_000)
PAIRS = (1_000, 10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="pairs scored by both sides")
    parser.add_argument("--threads", type=int, help="cores for both sides; all where not given")
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
    speed(spoken()[: given.pairs], given.threads)
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
    from models.encoder import Encoder
    from models.relation import BUNDLED, RelationClassifier
    from models.tokens import load

    begun = time.perf_counter()
    load(BUNDLED / "tokenizer.json")
    line("loading: tokenizer", seconds(time.perf_counter() - begun), "")
    begun = time.perf_counter()
    Encoder(BUNDLED, json.loads((BUNDLED / "config.json").read_text("utf-8")))
    line("loading: weights", seconds(time.perf_counter() - begun), "")
    classifier = RelationClassifier()
    begun = time.perf_counter()
    classifier.judge([("We must stay.", "We must go.")])
    line("loading: all of it, to the first judgement", seconds(time.perf_counter() - begun), "1 s")


def speed(pairs: list[Pair], threads: int | None) -> None:
    """Predictions a second of both sides, and how many decided relations are the same."""
    import torch
    from sentence_transformers import CrossEncoder

    from models.relation import BUNDLED, RelationClassifier

    torch.set_num_threads(threads or torch.get_num_threads())
    both = [order for pair in pairs for order in (pair, pair[::-1])]
    classifier = RelationClassifier()
    default = CrossEncoder(str(BUNDLED), device="cpu")
    single = CrossEncoder(str(BUNDLED), device="cpu", model_kwargs={"dtype": torch.float32})
    sides: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: classifier.logits(pairs),
        "CrossEncoder, default": lambda: default.predict(both),
        "CrossEncoder, fp32": lambda: single.predict(both),
    }
    took = dict.fromkeys(sides, float("inf"))
    found = {}
    for _ in range(2):
        for name, score in sides.items():
            begun = time.perf_counter()
            found[name] = np.asarray(score(), dtype=np.float64).reshape(-1, 2, 3)
            took[name] = min(took[name], time.perf_counter() - begun)
    line("CrossEncoder, default: computes in", str(next(default.parameters()).dtype).removeprefix("torch."), "")
    temperature = json.loads((BUNDLED / "calibration.json").read_text("utf-8"))["temperature"]
    decided = {
        name: [classifier.decide(row) for row in classifier.probabilities(logits, temperature)]
        for name, logits in found.items()
    }
    for name, duration in took.items():
        line(f"{name}: predictions a second", f"{len(both) / duration:.0f}", "")
        if name != "ours":
            same = np.mean([a == b for a, b in zip(decided["ours"], decided[name], strict=True)])
            line(f"{name}: ours is faster by", f"{duration / took['ours']:.1f}", "4" if "default" in name else "")
            line(f"{name}: same relations, of {len(pairs)}", f"{same:.1%}", "99.5%")
    classifier.judge([pairs[0]])
    begun = time.perf_counter()
    classifier.judge([pairs[-1]])
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
