"""Which statements an issue takes, on labelled topics kept aside: python -m tests.bench.issues FOLDER (minutes).

docs/issues.md says what is measured. With --rules, what the rule was chosen by, on the other half of the topics.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embedder
from models.issue import claimed
from tests.bench.labelled_topics import LabelledSet, asked, labelled_sets

DRAWS, SAMPLES = 60, 200
GIVEN = ("name", "name, description", "name, description, example")
STEPS = np.round(np.arange(0.30, 0.62, 0.02), 2)

Probes = dict[str, NDArray[np.float32]]


def halves(topics: Sequence[str]) -> tuple[list[str], list[str]]:
    """To choose by, and kept aside."""
    ordered = sorted(topics, key=lambda topic: sha256(topic.encode()).hexdigest())
    return ordered[::2], ordered[1::2]


def probes(data: LabelledSet, embedder: Embedder, given: int, rng: np.random.Generator) -> Probes:
    """Vectors of the first `given` of name, description and example; the example is a random labelled sentence."""
    found = {}
    for row in asked("issues.tsv", data.name):
        example = data.texts[rng.choice(np.flatnonzero(data.topics == row["gold"]))]
        found[row["gold"]] = embedder.embed([row["name"], row["description"], example][:given])
    return found


def counted(data: LabelledSet, among: list[str], issues: Probes, rng: np.random.Generator) -> NDArray[np.int64]:
    """(taken, rightly, labelled so) when half of some topics are listed: the rest, and "other", are to stay out."""
    rows = np.flatnonzero(np.isin(data.topics, among) | ~np.isin(data.topics, list(issues)))
    listed = sorted(rng.choice(among, size=max(1, len(among) // 2), replace=False).tolist())
    owners = claimed(data.drawn[rows], [issues[topic] for topic in listed])
    gold = data.topics[rows]
    right = (owners >= 0) & (np.array(listed)[owners] == gold)
    return np.array([(owners >= 0).sum(), right.sum(), np.isin(gold, listed).sum()])


def shares(totals: NDArray[np.int64]) -> tuple[float, float]:
    return totals[1] / max(totals[0], 1), totals[1] / totals[2]


def kept_aside(data: LabelledSet, issues: Probes) -> str:
    rng = np.random.default_rng(1)
    half = halves(list(issues))[1]
    found = shares(np.sum([counted(data, half, issues, rng) for _ in range(DRAWS)], axis=0))
    resampled = [sorted(set(rng.choice(half, size=len(half)).tolist())) for _ in range(SAMPLES)]
    samples = [shares(counted(data, some, issues, rng)) for some in resampled]
    low, high = np.percentile(samples, (2.5, 97.5), axis=0)
    parts = (f"{value:.2f} ({a:.2f}-{b:.2f})" for value, a, b in zip(found, low, high, strict=True))
    return f"{data.name}: precision, recall " + ", ".join(parts)


def chosen_by(data: LabelledSet, issues: Probes, vectors: NDArray[np.float32], rule: str) -> str:
    """Precision and recall at each threshold, on the half of the topics to choose by."""
    rng = np.random.default_rng(0)
    half = halves(list(issues))[0]
    rows = np.flatnonzero(np.isin(data.topics, half) | ~np.isin(data.topics, list(issues)))
    gold = data.topics[rows]
    totals = np.zeros((len(STEPS), 3), np.int64)
    for _ in range(DRAWS):
        listed = sorted(rng.choice(half, size=len(half) // 2, replace=False).tolist())
        near = np.stack([_near(vectors[rows], issues[topic], rule) for topic in listed], axis=1)
        best, right = near.max(axis=1), np.array(listed)[near.argmax(axis=1)] == gold
        for at, least in enumerate(STEPS):
            totals[at] += [(best >= least).sum(), (right & (best >= least)).sum(), np.isin(gold, listed).sum()]
    found = (f"{least:.2f}: {a:.2f}, {b:.2f}" for least, (a, b) in zip(STEPS, map(shares, totals), strict=True))
    return f"{data.name}, {rule}: " + "; ".join(found)


def _near(vectors: NDArray[np.float32], issue: NDArray[np.float32], rule: str) -> NDArray[np.float32]:
    if rule == "nearest probe":
        return np.asarray((vectors @ issue.T).max(axis=1))
    mean = issue.mean(axis=0)
    return np.asarray(vectors @ (mean / np.linalg.norm(mean)))


def main(folder: Path, rules: bool) -> None:
    embedder = Embedder()
    for data in labelled_sets(folder, embedder):
        for given, what in enumerate(GIVEN, 1):
            issues = probes(data, embedder, given, np.random.default_rng(1))
            if not rules:
                print(f"{what}; {kept_aside(data, issues)}", flush=True)
                continue
            for alone, vectors in (("drawn to its paragraph", data.drawn), ("alone", data.vectors)):
                for rule in ("mean of the probes", "nearest probe"):
                    print(f"{what}; a statement {alone}; {chosen_by(data, issues, vectors, rule)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--rules" in sys.argv[2:])
