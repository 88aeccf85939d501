"""Relation: opposes / agrees / differs / unsure between two statements (cross-encoder), symmetric and calibrated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import Progress
from models.errors import ModelError
from models.files import WEIGHTS, checked, sha256

BUNDLED = Path(__file__).parent / "weights"
BUNDLED_NAME = "counterpose-relation-minilm"

BATCH = 32
MAX_TOKENS = 512  # what the bundled model's positions allow, both texts together

_LABELS = {  # a sequence classifier's own label -> ours; NLI models can be plugged in as they are
    "agrees": "agrees", "entailment": "agrees", "opposes": "opposes", "contradiction": "opposes",
    "differs": "differs", "neutral": "differs",
}  # fmt: skip


class Relation(StrEnum):
    """What the classifier says of two texts; never a property of people."""

    OPPOSES = "opposes"
    AGREES = "agrees"
    DIFFERS = "differs"
    UNSURE = "unsure"


COLUMNS = (Relation.AGREES, Relation.OPPOSES, Relation.DIFFERS)
"""The order of probabilities in every array of judgements."""

AGREES, OPPOSES, DIFFERS = range(3)


class RelationClassifier:
    """A three-way cross-encoder. Torch is imported and the weights are loaded on the first judgement, not before.

    `source` is a folder or hub name of a three-label sequence classifier; None is the one that this project trained.
    A folder may hold `calibration.json` (`temperature`, `thresholds`); without one, probabilities stay as they are.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source = source
        self._folder = BUNDLED if source is None else Path(source)
        self.name = source or BUNDLED_NAME

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights, which are those that were calibrated, where a calibration names any."""
        weights = self._folder / WEIGHTS
        if self._source is not None and not weights.is_file():
            return f"unhashed:{self._source}"
        meant = self._calibration.get("weights_sha256")
        return sha256(weights) if meant is None else checked(self._folder, str(meant))

    @property
    def thresholds(self) -> dict[str, float]:
        """The least probability at which each relation is shown; below it, the pair is unsure."""
        return dict(self._calibration["thresholds"])

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> NDArray[np.float64]:
        """Calibrated probabilities (n, 3) in the order of `COLUMNS`; rows sum to 1; judge(a, b) equals judge(b, a).

        Each pair is scored in both orders and the probabilities are averaged. Identical texts agree by definition.
        """
        p = self.probabilities(self.logits(pairs, progress), float(self._calibration["temperature"]))
        for at, (a, b) in enumerate(pairs):
            if " ".join(a.split()) == " ".join(b.split()):
                p[at] = np.eye(3)[AGREES]
        return p

    def logits(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> NDArray[np.float64]:
        """Raw scores (n, 2, 3): of each pair in both orders."""
        return self._score([order for a, b in pairs for order in ((a, b), (b, a))], progress).reshape(-1, 2, 3)

    @staticmethod
    def probabilities(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
        """Probabilities (n, 3) from logits (n, 2, 3): softmax at a temperature, averaged over the two orders."""
        exp = np.exp((logits - logits.max(axis=2, keepdims=True)) / temperature)
        p: NDArray[np.float64] = (exp / exp.sum(axis=2, keepdims=True)).mean(axis=1)
        return p

    def decide(self, probabilities: NDArray[np.float64]) -> Relation:
        """The relation to show for one row of `judge`: its likeliest if that reaches its threshold, else UNSURE."""
        return decide(probabilities, self.thresholds)

    def truncated(self, first: str, second: str) -> bool:
        """Whether the pair is longer than the model reads, so that the end of the longer text is cut."""
        return len(self._tokenizer(first, second, verbose=False)["input_ids"]) > MAX_TOKENS

    def _score(self, pairs: list[tuple[str, str]], progress: Progress | None) -> NDArray[np.float64]:
        import torch

        model = self._model
        distinct = sorted(
            set(pairs), key=lambda p: (len(p[0]) + len(p[1]), p)
        )  # by length, so that batches are padded little
        row = {pair: at for at, pair in enumerate(distinct)}
        out = np.zeros((len(distinct), 3))
        with torch.inference_mode():
            for start in range(0, len(distinct), BATCH):
                batch = distinct[start : start + BATCH]
                tokens = self._tokenizer(
                    [a for a, _ in batch],
                    [b for _, b in batch],
                    padding=True,
                    truncation="longest_first",
                    max_length=MAX_TOKENS,
                    return_tensors="pt",
                )
                out[start : start + len(batch)] = model(**tokens).logits.double().numpy()[:, self._columns]
                if progress:
                    progress(min(start + BATCH, len(distinct)), len(distinct))
        return out[[row[pair] for pair in pairs]]

    @cached_property
    def _calibration(self) -> dict[str, Any]:
        path = self._folder / "calibration.json"
        if path.is_file():
            return dict(json.loads(path.read_text("utf-8")))
        if self._source is None:
            raise ModelError(f"{path} is missing.", "Install Counterpose again.")
        return {"temperature": 1.0, "thresholds": {"opposes": 0.6, "agrees": 0.6, "differs": 0.5}}

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        _ = self.sha256  # a wrong file is refused before it is loaded
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        where = str(self._folder) if self._source is None else self._source
        try:
            return AutoModelForSequenceClassification.from_pretrained(
                where, use_safetensors=True
            ).float().eval(), AutoTokenizer.from_pretrained(where)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The relation classifier {self.name!r} cannot be loaded: {error}",
                "Give COUNTERPOSE_CLASSIFIER the folder or name of a three-label classifier, or leave it unset.",
            ) from error

    @property
    def _model(self) -> Any:
        return self._loaded[0]

    @property
    def _tokenizer(self) -> Any:
        return self._loaded[1]

    @cached_property
    def _columns(self) -> list[int]:
        labels = {_LABELS.get(str(name).lower()): int(at) for at, name in self._model.config.id2label.items()}
        if set(labels) != {str(r) for r in COLUMNS}:
            raise ModelError(
                f"The relation classifier {self.name!r} has the labels {sorted(self._model.config.id2label.values())}.",
                "It needs agrees / opposes / differs, or entailment / contradiction / neutral.",
            )
        return [labels[str(relation)] for relation in COLUMNS]


def decide(probabilities: NDArray[np.float64], thresholds: Mapping[str, float]) -> Relation:
    """The likeliest relation if it reaches its threshold, else UNSURE."""
    likeliest = COLUMNS[int(np.argmax(probabilities))]
    return likeliest if probabilities[COLUMNS.index(likeliest)] >= thresholds[str(likeliest)] else Relation.UNSURE
