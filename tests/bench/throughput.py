"""Throughput: embedding and scoring beside sentence-transformers' defaults, and beside what the machine can multiply.

`make bench` prints it. Both sides take the same texts on the same cores, in turns, a short round each, so that a busy
machine is busy for both; a ratio is the median of the rounds'. An operation is counted where a product needs it: of the
tokens of a text, without padding, and of no token that is not computed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import torch
from scoring import spoken
from speeches import SPEECHES, cut, drawn
from timings import line, machine

from models.hardware import hardware

Pair = tuple[str, str]
NEAR = 0.005  # of a threshold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=400, help="statements embedded a round")
    parser.add_argument("--pairs", type=int, default=24, help="pairs scored a round, in both orders")
    parser.add_argument("--threads", type=int, help="cores for both sides; all where not given")
    given = parser.parse_args()
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    torch.set_num_threads(given.threads or torch.get_num_threads())
    print(f"{machine()}; {torch.get_num_threads()} threads; load average {os.getloadavg()[0]:.1f}")
    print(f"medians of {given.rounds} rounds{'':<34}{'measured':>12}{'target':>12}")
    if SPEECHES.is_file():
        embedding(given.rounds, given.texts)
    else:
        print(f"embedding: not measured, {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
    relation(given.rounds, given.pairs)
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def embedding(rounds: int, size: int) -> None:
    from sentence_transformers import SentenceTransformer

    from models.embedding import Embedder, bundled_folder

    texts = stated(rounds * size)
    default, ours = SentenceTransformer(str(bundled_folder()), device="cpu"), Embedder()
    lengths = [len(ids) for ids in default.tokenizer(texts, truncation=True, max_length=256)["input_ids"]]
    config = json.loads((bundled_folder() / "config.json").read_text("utf-8"))
    rates, cosines = Rates(), []
    for start in range(-1, rounds):  # the first is for warmth
        some = texts[max(start, 0) * size :][: size if start >= 0 else 32]
        of = slice(max(start, 0) * size, max(start, 0) * size + len(some))
        work = sum(operations(config, length, length) for length in lengths[of])
        found, expected = rates.time(start, {"ours": lambda: ours.embed(some), "default": lambda: default.encode(some)})  # noqa: B023
        rates.limit(start, {name: len(some) / work * rate for name, rate in products().items()})
        rates.count(len(some))
        cosines.append(np.einsum("ij,ij->i", found, expected).min())
    rates.print("embedding, statements a second", "SentenceTransformer.encode", "3")
    line("embedding: least cosine of the two sides' vectors", f"{min(cosines):.6f}", "0.999")
    line("embedding: tokens a statement, mean", f"{np.mean(lengths):.1f}", "")


def relation(rounds: int, size: int) -> None:
    from sentence_transformers import CrossEncoder

    from models.relation import BUNDLED, RelationClassifier

    pairs = spoken()[: rounds * size]
    ours, default = RelationClassifier(), CrossEncoder(str(BUNDLED), device="cpu")
    single = CrossEncoder(str(BUNDLED), device="cpu", model_kwargs={"dtype": torch.float32})
    config = json.loads((BUNDLED / "config.json").read_text("utf-8"))
    stored = str(next(default.parameters()).dtype).removeprefix("torch.")
    rates, judged = Rates(), defaultdict(list)
    for start in range(-1, rounds):
        some = pairs[max(start, 0) * size :][: size if start >= 0 else 2]
        both = [order for pair in some for order in (pair, pair[::-1])]
        lengths = [len(ids) for ids in default.tokenizer(both)["input_ids"]]
        work = sum(operations(config, length, 1) for length in lengths)
        sides = {
            "ours": lambda: ours.logits(some),  # noqa: B023
            f"default ({stored})": lambda: default.predict(both),  # noqa: B023
            "fp32": lambda: single.predict(both),  # noqa: B023
        }
        found = rates.time(start, sides)
        rates.limit(start, {name: len(both) / work * rate for name, rate in products().items()})
        rates.count(len(both))
        if start >= 0:
            for name, logits in zip(sides, found, strict=True):
                judged[name] += list(ours.probabilities(np.asarray(logits, float).reshape(-1, 2, 3), temperature()))
    rates.print("relation, predictions a second", "CrossEncoder.predict", "4")
    likeliest = np.max(judged["ours"], axis=1)
    cuts = {*ours.thresholds.values(), *ours.page_thresholds.values()}
    near = sum(any(abs(p - cut) < NEAR for cut in cuts) for p in likeliest)
    line(f"relation: pairs within {NEAR} of a threshold", f"{near} of {len(likeliest)}", "")
    for name, rows in judged.items():
        if name != "ours":
            differs = np.abs(np.array(rows) - judged["ours"]).max()
            decided = [[ours.decide(row) for row in side] for side in (rows, judged["ours"])]
            same = sum(a == b for a, b in zip(*decided, strict=True))
            line(f"relation: probabilities differ from {name}'s by", f"{differs:.4f}", "0.005")
            line(f"relation: the same relation as {name}", f"{same} of {len(rows)}", "all")


class Rates:
    """Items a second of each side, round by round."""

    def __init__(self) -> None:
        self._took: dict[str, list[float]] = defaultdict(list)
        self._limits: dict[str, list[float]] = defaultdict(list)
        self._counts: list[int] = []

    def time(self, start: int, sides: dict[str, Callable[[], Any]]) -> list[Any]:
        found = {}
        names = list(sides) if start % 2 else list(sides)[::-1]
        for name in names:
            begun = time.perf_counter()
            found[name] = sides[name]()
            if start >= 0:
                self._took[name].append(time.perf_counter() - begun)
        return [found[name] for name in sides]

    def limit(self, start: int, items: dict[str, float]) -> None:
        """How many items a second products alone would make, in each precision."""
        for name, rate in items.items() if start >= 0 else ():
            self._limits[name].append(rate)

    def count(self, items: int) -> None:
        self._counts.append(items)

    def print(self, what: str, library: str, target: str) -> None:
        rates = {
            name: [n / t for n, t in zip(self._counts[1:], took, strict=True)] for name, took in self._took.items()
        }
        for name in sorted(rates, key=lambda name: name != "ours"):
            line(f"{what}: {name}", f"{statistics.median(rates[name]):.1f}", "")
        for name, others in rates.items():
            if name != "ours":
                ratios = [a / b for a, b in zip(rates["ours"], others, strict=True)]
                line(
                    f"  faster than {library}, {name}",
                    f"{statistics.median(ratios):.2f}",
                    target if name.startswith("default") else "",
                )
                line("    its rounds", f"{min(ratios):.2f}-{max(ratios):.2f}", "")
        for name, limits in self._limits.items():
            shares = [a / b for a, b in zip(rates["ours"], limits, strict=True)]
            line(f"  share of what a {name} product makes", f"{statistics.median(shares):.2f}", "0.6")


def operations(config: dict[str, Any], length: int, last: int) -> int:
    """Operations of the products in a text's layers, of whose last one only `last` tokens are asked for."""
    width, wide = config["hidden_size"], config["intermediate_size"]

    def layer(tokens: int) -> int:
        """Keys and values of all tokens; queries, attention and the three maps after it of those asked for."""
        return 4 * length * width**2 + tokens * (4 * width**2 + 4 * width * wide + 4 * length * width)

    return (config["num_hidden_layers"] - 1) * layer(length) + layer(last)


def products() -> dict[str, float]:
    """Operations a second of a large product, by precision; emulated bf16 takes long, so it gets a smaller one."""
    found = {}
    own = hardware().precision is torch.bfloat16
    for precision, size in ((torch.float32, 2048), (torch.bfloat16, 2048 if own else 512)):
        a, b = (torch.rand(size, size).to(precision) for _ in range(2))
        took = []
        for _ in range(3):
            begun = time.perf_counter()
            a @ b
            took.append(time.perf_counter() - begun)
        found[str(precision).removeprefix("torch.")] = 2 * size**3 / min(took)
    return found


def stated(count: int) -> list[str]:
    """Comparable statements of the UN General Debate, of speeches drawn from all years."""
    found = (one.text for speech in drawn() for one in cut(speech).statements if one.comparable)
    return list(islice(found, count))


def temperature() -> float:
    from models.relation import BUNDLED

    return float(json.loads((BUNDLED / "calibration.json").read_text("utf-8"))["temperature"])


if __name__ == "__main__":
    main()
