"""Calibration: fit the classifier's temperature, and print what each threshold would show.

Run as `python -m models.training.calibrate DATA CORPUS [--write]`. It looks at pairs that nothing is trained on and
that measure nothing displayed: pairs of real speeches whose labels `labelled.py` sets aside, and the dev topics of key
point analysis. Each kind counts half in the fit, however many pairs it has. Those of the speeches that earlier
classifiers took for clashes are counted for the thresholds and not in the fit, since they are all hard.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.comparison import ALIKE
from models.embedding import Embedder
from models.evaluation.key_points import key_points
from models.evaluation.measures import calibration_error
from models.nomination import RELATED
from models.relation import AGREES, BUNDLED, COLUMNS, OPPOSES, RelationClassifier
from models.training.labelled import CONTESTED, SPEECHES, labelled_pairs, settled

FITTED = (SPEECHES, "key points")
TEMPERATURES = np.arange(0.5, 3.001, 0.02).round(2)


def negative_log_likelihood(p: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Mean over pairs, in nats."""
    return float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-9)).mean())


def main() -> None:
    """Print the fit and the table; with --write, store temperature and thresholds beside the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--weights", type=Path, help="another folder of weights than the bundled one")
    parser.add_argument("--write", action="store_true", help="store the temperature in the weights' calibration.json")
    given = parser.parse_args()
    folder = given.weights or BUNDLED
    classifier = RelationClassifier(str(given.weights) if given.weights else None)
    portal = key_points(given.data, "dev")
    sets = {name: _read(given.corpus, name) for name in (SPEECHES, CONTESTED)}
    sets["key points"] = list(portal.pairs), portal.labels
    logits = {name: classifier.logits(pairs) for name, (pairs, _) in sets.items()}

    def judged(name: str, temperature: float) -> NDArray[np.float64]:
        return classifier.probabilities(logits[name], temperature)

    temperature = min(
        map(float, TEMPERATURES),
        key=lambda t: sum(negative_log_likelihood(judged(name, t), sets[name][1]) for name in FITTED),
    )
    print(f"temperature {temperature}")
    embedder = Embedder()
    for name, (pairs, y) in sets.items():
        p = judged(name, temperature)
        first, second = (embedder.embed([pair[side] for pair in pairs]) for side in (0, 1))
        cosine = (first * second).sum(axis=1)
        counts = ", ".join(f"{(y == at).sum()} {relation}" for at, relation in enumerate(COLUMNS))
        print(f"\n{name}: {len(y)} pairs, {counts}; expected calibration error {calibration_error(p, y):.3f}")
        print("relation  cosine from  threshold  shown  precision  recall  false rate")
        for at, floor in ((OPPOSES, RELATED), (AGREES, ALIKE)):
            for threshold in np.arange(0.4, 0.96, 0.05):
                shown, right = (p[:, at] >= threshold) & (cosine >= floor), y == at
                precision = right[shown].mean() if shown.any() else float("nan")
                print(
                    f"{COLUMNS[at]:8}  {floor:11.1f}  {threshold:9.2f}  {shown.sum():5}  {precision:9.3f}"
                    f"  {(shown & right).sum() / right.sum():6.3f}  {(shown & ~right).sum() / (~right).sum():10.4f}"
                )
    if given.write:
        path = folder / "calibration.json"
        kept = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        path.write_text(json.dumps({**kept, "temperature": temperature}, indent=1) + "\n", "utf-8")


def _read(corpus: Path, name: str) -> tuple[list[tuple[str, str]], NDArray[np.int64]]:
    """The pairs of speeches that calibrate, and their labels."""
    found = labelled_pairs(corpus, name, calibration=True)
    return [(x.first, x.second) for x in found], np.array([settled(x.target).index(1.0) for x in found], np.int64)


if __name__ == "__main__":
    main()
