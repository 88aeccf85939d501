"""Calibration: fit the classifier's temperature, and print what each threshold would show.

Run as `python -m models.training.calibrate DATA`. DATA is a folder with kpa2021/ (the key point analysis shared task
of 2021), whose dev and test topics were not trained on. Pairs of one topic agree where both arguments take the same
stance, else oppose; pairs across topics differ.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.comparison import ALIKE, RELATED
from models.embedding import Embedder
from models.relation import AGREES, BUNDLED, COLUMNS, DIFFERS, OPPOSES, RelationClassifier

PAIRS_A_TOPIC = 200  # within each topic, and as many across topics
SEED = 7


def held_out_pairs(data: Path) -> tuple[list[tuple[str, str]], NDArray[np.int64]]:
    """Text pairs and their labels (n,) from the topics of the dev and test splits."""
    draw = random.Random(SEED)
    pairs: list[tuple[str, str]] = []
    labels: list[int] = []
    for split in ("dev", "test"):
        topics: dict[str, list[tuple[str, str]]] = defaultdict(list)
        with (data / "kpa2021" / f"arguments_{split}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                topics[row["topic"]].append((row["argument"].strip("`"), row["stance"]))
        for name in sorted(topics):
            others = [other for other in sorted(topics) if other != name]
            for _ in range(PAIRS_A_TOPIC):
                (one, stance), (two, other_stance) = draw.sample(topics[name], 2)
                pairs.append((one, two))
                labels.append(AGREES if stance == other_stance else OPPOSES)
            for _ in range(PAIRS_A_TOPIC):
                pairs.append((draw.choice(topics[name])[0], draw.choice(topics[draw.choice(others)])[0]))
                labels.append(DIFFERS)
    return pairs, np.array(labels)


def expected_calibration_error(p: NDArray[np.float64], y: NDArray[np.int64], bins: int = 15) -> float:
    """Mean gap between confidence and accuracy of the likeliest label, in equal-width bins (Guo et al. 2017)."""
    top, hit = p.max(axis=1), p.argmax(axis=1) == y
    at = np.minimum((top * bins).astype(int), bins - 1)
    return float(sum((at == b).mean() * abs(hit[at == b].mean() - top[at == b].mean()) for b in set(at.tolist())))


def fitted_temperature(judged: dict[float, NDArray[np.float64]], y: NDArray[np.int64]) -> float:
    """The temperature of least negative log likelihood."""
    return min(judged, key=lambda t: float(-np.log(judged[t][np.arange(len(y)), y]).mean()))


def main() -> None:
    """Print the fit and the table; with --write, store the temperature beside the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="store the temperature in models/weights/calibration.json")
    given = parser.parse_args()
    pairs, y = held_out_pairs(given.data)
    classifier, embedder = RelationClassifier(), Embedder()
    logits = classifier.logits(pairs)
    judged = {t: classifier.probabilities(logits, t) for t in np.arange(0.5, 2.001, 0.01).round(2).tolist()}
    temperature = fitted_temperature(judged, y)
    p = judged[temperature]
    cosine = (embedder.embed([a for a, _ in pairs]) * embedder.embed([b for _, b in pairs])).sum(axis=1)
    print(f"{len(y)} pairs: " + ", ".join(f"{(y == at).sum()} {relation}" for at, relation in enumerate(COLUMNS)))
    print(f"temperature {temperature}: expected calibration error {expected_calibration_error(p, y):.3f}")
    print(f"unrelated pairs with cosine below {RELATED}: {(cosine[y == DIFFERS] < RELATED).mean():.3f}")
    print("relation  cosine from  threshold  shown  precision  recall  false rate")
    for at, floor in ((OPPOSES, RELATED), (AGREES, ALIKE)):
        for threshold in np.arange(0.5, 0.91, 0.05):
            shown = (p[:, at] >= threshold) & (cosine >= floor)
            right = y == at
            print(
                f"{COLUMNS[at]:8}  {floor:11.1f}  {threshold:9.2f}  {shown.sum():5}  {right[shown].mean():9.3f}"
                f"  {(shown & right).sum() / right.sum():6.3f}  {(shown & ~right).sum() / (~right).sum():10.4f}"
            )
    if given.write:
        path = BUNDLED / "calibration.json"
        kept = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**kept, "temperature": temperature}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
