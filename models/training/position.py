"""Train the judge of positions: `python -m models.training.position CORPUS`.

Reads the sentences of `positions/train.tsv` in the transcripts of CORPUS, prints how the candidates do when whole
documents are held out in turn, chooses the two thresholds by those held-out scores, fits on all the sentences and
writes `models/weights/position.json`. Nothing is drawn at random.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_recall_curve, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from models.courtesy import is_comparable
from models.embedding import Embedder
from models.files import sha256
from models.position import FILE, FOLDER, properties
from models.training.labelled import passage

LABELS = Path(__file__).parent / "positions" / "train.tsv"
FOLDS = 5
KEPT = 0.97  # of the held-out positions, how many the cautious threshold has to keep
STRENGTH = 0.1  # inverse of the L2 penalty; 0.03 to 0.5 were tried and differ by less than 0.01 in AUC
SCALE = 4.0  # of unit vectors beside standardised properties: lets the vector count for more under one penalty
LONG = 8  # words, above which the baseline takes a sentence for a position

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the judge of positions.")
    parser.add_argument("corpus", type=Path, metavar="CORPUS", help="folder of the transcripts")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to (the weights, if unset)")
    given = parser.parse_args()
    rows = labelled()
    texts = [passage(given.corpus, row["source"], int(row["start"]), int(row["end"])) for row in rows]
    label = np.array([row["label"] == "1" for row in rows])
    documents = np.array([row["source"] for row in rows])
    embedder = Embedder()
    vectors = embedder.embed(texts).astype(np.float64)
    said = np.array([properties(text) for text in texts])
    centre, spread = said.mean(axis=0), said.std(axis=0)
    parts = {"words": (said - centre) / spread, "vector": SCALE * vectors}

    print(
        f"{len(texts)} sentences of {len(set(documents.tolist()))} documents, {int(label.sum())} positions; held out:"
    )
    for name, said_so in baselines(texts).items():
        print(_line(name, label, said_so))
    scores = np.zeros(len(label))
    for chosen in (("words",), ("vector",), tuple(parts)):  # the last is what is trained
        scores = out_of_fold(np.hstack([parts[part] for part in chosen]), label, documents)
        cut, area = best_f1(scores, label), roc_auc_score(label, scores)
        print(_line(" and ".join(chosen), label, scores >= cut), f"AUC {area:.3f}, from {cut:.3f}")
    position, cautious = best_f1(scores, label), keeping(scores, label)
    kept = scores >= cautious
    kept_of = f"{kept[label].mean():.3f} of the positions are kept and {kept[~label].mean():.3f} of the rest"
    print(f"from {cautious:.3f}, {kept_of}")

    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.hstack([parts["words"], parts["vector"]]), label)
    of_words, of_vector = np.split(model.coef_[0], [said.shape[1]])
    of_words = of_words / spread
    path = given.out / FILE
    write(
        path,
        {
            "embedder": embedder.sha256,
            "thresholds": {"position": round(position, 4), "cautious": round(cautious, 4)},
            "intercept": round(float(model.intercept_[0] - centre @ of_words), 6),
            "of_words": [round(float(weight), 6) for weight in of_words],
            "of_vector": [round(float(SCALE * weight), 5) for weight in of_vector],
        },
    )
    print(f"{path} has the SHA-256 {sha256(path)}, which models/position.py has to name")


def labelled() -> list[dict[str, str]]:
    """The rows of the labels: source, start, end, and 1 for a position or 0."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def baselines(texts: Sequence[str]) -> Mapping[str, Mask]:
    """What needs no training."""
    return {
        "all": np.ones(len(texts), np.bool_),
        f"more than {LONG} words": np.array([len(text.split()) > LONG for text in texts]),
        "rules (models/courtesy.py)": np.array([is_comparable(text) for text in texts]),
    }


def out_of_fold(design: Floats, label: Mask, documents: NDArray[np.str_]) -> Floats:
    """The score (n,) of each row by a model that has seen nothing of its document."""
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    folds = GroupKFold(FOLDS)
    found = cross_val_predict(model, design, label, groups=documents, cv=folds, method="predict_proba")
    return np.asarray(found[:, 1], np.float64)


def best_f1(scores: Floats, label: Mask) -> float:
    """The threshold with the best F1."""
    precision, recall, cuts = precision_recall_curve(label, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(cuts[f1[:-1].argmax()])


def keeping(scores: Floats, label: Mask) -> float:
    """The highest threshold, to 4 decimals, that at least KEPT of the positions reach."""
    ranked = np.sort(scores[label])
    return float(np.floor(1e4 * ranked[int((1 - KEPT) * len(ranked))]) / 1e4)


def write(path: Path, found: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _line(name: str, label: Mask, chosen: Mask) -> str:
    figures = (score(label, chosen) for score in (precision_score, recall_score, f1_score))
    return f"  {name:28} precision {{:.3f}}, recall {{:.3f}}, F1 {{:.3f}}".format(*figures)


if __name__ == "__main__":
    main()
