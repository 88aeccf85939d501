"""Measures: what is computed of probabilities (n, 3) in the order agrees, opposes, differs, and labels (n,).

A measure that is undefined, such as an AUC of one class, is nan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score

from models.relation import AGREES, DIFFERS, OPPOSES

NAN = float("nan")

Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


def auc(positive: Mask, score: Scores) -> float:
    """The chance that a positive scores above a negative, ties counting half (Mann and Whitney's U)."""
    count = int(positive.sum())
    if count in (0, len(positive)):
        return NAN
    ranks = float(rankdata(score)[positive].sum())
    return (ranks - count * (count + 1) / 2) / (count * (len(positive) - count))


def side(p: Probabilities) -> Scores:
    """How much more a pair opposes than agrees."""
    return p[:, OPPOSES] - p[:, AGREES]


def side_accuracy(p: Probabilities, y: Labels) -> float:
    """The share of agreeing and opposing pairs that are put on the right side of the two; a tie counts as agreeing."""
    return float(((side(p) > 0) == (y == OPPOSES)).mean()) if len(y) else NAN


def side_auc(p: Probabilities, y: Labels) -> float:
    """AUC of opposing against agreeing pairs."""
    return auc(y == OPPOSES, side(p))


def side_macro_f1(p: Probabilities, y: Labels) -> float:
    """Macro-F1 of agreeing and opposing."""
    return _macro_f1(np.where(side(p) > 0, OPPOSES, AGREES), y, (AGREES, OPPOSES))


def opposition_auc(p: Probabilities, y: Labels) -> float:
    """AUC of opposing pairs against all others."""
    return auc(y == OPPOSES, p[:, OPPOSES])


def macro_f1(p: Probabilities, y: Labels) -> float:
    """Macro-F1 of the likeliest label, over all three."""
    return _macro_f1(p.argmax(axis=1), y, (AGREES, OPPOSES, DIFFERS))


def _macro_f1(said: Labels, y: Labels, among: tuple[int, ...]) -> float:
    """A label that neither stands in the data nor is said is left out."""
    counted = [(int(((said == k) & (y == k)).sum()), int((said == k).sum() + (y == k).sum())) for k in among]
    scores = [2 * both / either for both, either in counted if either]
    return sum(scores) / len(scores) if scores else NAN


def calibration_error(p: Probabilities, y: Labels, bins: int = 15) -> float:
    """Expected calibration error of the likeliest label, in bins of equal width (Guo et al. 2017)."""
    top = p.max(axis=1)
    gap = (p.argmax(axis=1) == y) - top
    at = np.minimum((top * bins).astype(np.intp), bins - 1)
    return float(np.abs(np.bincount(at, weights=gap, minlength=bins)).sum() / len(y)) if len(y) else NAN


def average_precision(relevant: Mask, score: Scores) -> float:
    """Average precision of a ranking; what ties is retrieved together."""
    return float(average_precision_score(relevant, score))


def gain_at_10(score: Scores, relevant: int) -> float:
    """nDCG@10 of a ranking with one relevant row: the mean over the places that it may take among its ties."""
    above, level = int((score > score[relevant]).sum()), int((score == score[relevant]).sum())
    places = np.arange(above, above + level)
    return float(np.where(places < 10, 1 / np.log2(places + 2), 0.0).mean())


def kappa(first: list[str], second: list[str]) -> float:
    """Cohen's kappa of two readers' labels."""
    one, two = np.array(first), np.array(second)
    chance = float(sum((one == name).mean() * (two == name).mean() for name in {*first, *second}))
    return float(((one == two).mean() - chance) / (1 - chance)) if chance < 1 else NAN
