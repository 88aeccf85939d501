"""Bench: what is measured and on what: each set is read, judged and embedded once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embed, Progress
from models.evaluation.adversarial import same_side
from models.evaluation.elecdeb import cross_speaker
from models.evaluation.key_points import key_points
from models.evaluation.labelled import Judged, LabelledPairs, Thresholds, judged
from models.evaluation.other_domains import argument_relations, inferences
from models.evaluation.perspectrum import perspectives

KPA_DEV, KPA_TEST, ELECDEB, ADVERSARIAL, PERSPECTRUM = (
    *("KPA dev topics", "KPA test topics", "ElecDeb cross-speaker", "same-side adversarial", "Perspectrum test claims"),
)
OTHER_DOMAINS = ("argument relations test", "SICK", "ANLI")

SETS: Mapping[str, Callable[[Path], LabelledPairs]] = {
    KPA_DEV: partial(key_points, split="dev"),
    KPA_TEST: partial(key_points, split="test"),
    ELECDEB: cross_speaker,
    ADVERSARIAL: same_side,
    PERSPECTRUM: perspectives,
    "argument relations test": argument_relations,
    "SICK": partial(inferences, source="sick"),
    "ANLI": partial(inferences, source="anli"),
}
"""The sets of labelled pairs, by name."""

Judge = Callable[[Sequence[tuple[str, str]], Progress | None], NDArray[np.float64]]
"""Text pairs to probabilities (n, 3) in the order of `models.relation.COLUMNS`."""


class Bench:
    """A classifier and an embedder over a folder of sets, a folder of transcripts and a file of displayed pairs.

    `texts` collects what was measured on, by set; `progress` is told how far the judging is.
    """

    def __init__(
        self,
        data: Path,
        judge: Judge,
        embed: Embed,
        thresholds: Thresholds,
        *,
        corpus: Path,
        displayed: Path,
        sets: Mapping[str, Callable[[Path], LabelledPairs]] = SETS,
    ) -> None:
        self.data = data
        self.corpus = corpus
        self.displayed = displayed
        self.thresholds = thresholds
        self.progress: Progress | None = None
        self.texts: dict[str, set[str]] = {}
        self._judge = judge
        self._embed = embed
        self._sets = sets
        self._judged: dict[str, Judged] = {}

    def judged(self, name: str) -> Judged:
        """A set of labelled pairs, judged. Raises UnusableSet."""
        if name not in self._judged:
            labelled = self._sets[name](self.data)
            similarity = self.similarity(name, labelled.pairs)
            self._judged[name] = judged(labelled, self.probabilities(labelled.pairs), similarity, self.thresholds)
        return self._judged[name]

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """The classifier's judgement (n, 3) of pairs."""
        return self._judge(pairs, self.progress)

    def similarity(self, name: str, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """The cosine (n,) of pairs, whose texts count as measured on under that name."""
        texts = sorted({text for pair in pairs for text in pair})
        self.texts.setdefault(name, set()).update(texts)
        vectors = self._embed(texts).astype(np.float64)
        row = {text: at for at, text in enumerate(texts)}
        first, second = (vectors[[row[pair[side]] for pair in pairs]] for side in (0, 1))
        return np.einsum("nd,nd->n", first, second)  # type: ignore[no-any-return]
