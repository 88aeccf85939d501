"""Relation: opposes / agrees / differs / unsure between two statements (cross-encoder), symmetric and calibrated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.embedding import Progress
from models.errors import ModelError
from models.files import WEIGHTS, checked, demand, sha256, sums
from models.language import is_english

if TYPE_CHECKING:
    from torch import Tensor

    from models.encoder import Run
    from models.hardware import Hardware
    from models.tokens import PairTokenizer

BUNDLED = Path(__file__).parent / "weights"
BUNDLED_NAME = "counterpose-relation-minilm"

CHUNK = 1024  # pairs tokenised and queued at once: what bounds the memory
MAX_TOKENS = 512  # what the bundled model's positions allow, both texts together
TOKENIZER = "tokenizer.json"

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


@dataclass(frozen=True, slots=True)
class _Model:
    """`score` makes logits (n, 3) as `SequenceClassifier` does; `columns` are those of COLUMNS in them."""

    score: Callable[[Tensor, Tensor, Sequence[Run]], Tensor]
    tokens: PairTokenizer
    columns: list[int]
    hardware: Hardware


class RelationClassifier:
    """A three-way cross-encoder. Torch is imported and the weights are loaded on the first judgement, not before.

    `source` is a folder or hub name of a three-label sequence classifier; None is the one that this project trained,
    which reads English. A folder may hold `calibration.json` (`temperature`, `thresholds`, `page_thresholds`); without
    one, probabilities stay as they are.

    On a processor a pair's two orders are one batch: as long as its own tokens, with nothing beside it, on one core. So
    nothing is padded, and a judgement has the same bits whatever was asked with it, in whatever order, on however many
    cores.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source = source
        self._folder = BUNDLED if source is None else Path(source)
        self.name = source or BUNDLED_NAME

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights, which are those that were calibrated, where a calibration names any.

        Of the bundled model every file is proven.
        """
        if self._source is None:
            demand(self._folder, sums(self._folder))
        weights = self._folder / WEIGHTS
        if self._source is not None and not weights.is_file():
            return f"unhashed:{self._source}"
        meant = self._calibration.get("weights_sha256")
        return sha256(weights) if meant is None else checked(self._folder, str(meant))

    def load(self) -> None:
        """Read the weights now. Nothing is computed with them."""
        _ = self._model

    @property
    def thresholds(self) -> dict[str, float]:
        """The least probability at which a pair that is asked about has each relation; below it, it is unsure."""
        return dict(self._calibration["thresholds"])

    @property
    def page_thresholds(self) -> dict[str, float]:
        """The same of a pair that a page nominates: of hundreds of these a few clash, so more certainty is asked."""
        return {**self.thresholds, **self._calibration.get("page_thresholds", {})}

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> NDArray[np.float64]:
        """Calibrated probabilities (n, 3) in the order of `COLUMNS`; rows sum to 1; judge(a, b) equals judge(b, a).

        Each pair is scored in both orders and the probabilities are averaged. Identical texts agree by definition. Of
        a pair that the model cannot read, for its language, nothing is known: each relation gets a third.
        """
        p = np.full((len(pairs), len(COLUMNS)), 1 / len(COLUMNS))
        texts = {text for pair in pairs for text in pair} if self._source is None else set()
        foreign = {text for text in texts if not is_english(text)}
        read = []
        for at, (a, b) in enumerate(pairs):
            if a.split() == b.split():
                p[at] = np.eye(len(COLUMNS))[AGREES]
            elif foreign.isdisjoint((a, b)):
                read.append(at)
        logits = self.logits([pairs[at] for at in read], progress)
        p[read] = self.probabilities(logits, float(self._calibration["temperature"]))
        return p

    def logits(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> NDArray[np.float64]:
        """Raw scores (n, 2, 3): of each pair in both orders."""
        out = np.zeros((len(pairs), 2, len(COLUMNS)))
        for start in range(0, len(pairs), CHUNK):
            chunk = pairs[start : start + CHUNK]
            scored = self._scored({_ordered(pair) for pair in chunk})
            for at, pair in enumerate(chunk, start):
                ordered = _ordered(pair)
                out[at] = scored[ordered] if pair == ordered else scored[ordered][::-1]
            if progress:
                progress(start + len(chunk), len(pairs))
        return out

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
        """Whether the pair is longer than the model reads, so that only the beginning of a text is judged."""
        return self._model.tokens.truncated((first, second))

    def _scored(self, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.float64]]:
        import torch

        model = self._model
        distinct = list(pairs)
        tokens = model.tokens.both_orders(distinct)

        def score(places: list[int]) -> NDArray[np.float64]:
            parts = ([tokens[at][part].ravel() for at in places] for part in (0, 1))
            ids, types = (torch.from_numpy(np.concatenate(part)) for part in parts)
            runs = [(2, tokens[at][0].shape[1]) for at in places]
            with torch.inference_mode():
                logits: NDArray[np.float64] = model.score(ids, types, runs).double().cpu().numpy()
            return logits[:, model.columns].reshape(len(places), 2, len(COLUMNS))

        batches = list(model.hardware.batches([ids.size for ids, _ in tokens]))
        return {
            distinct[at]: row
            for places, rows in zip(batches, self._workers.map(score, batches), strict=True)
            for at, row in zip(places, rows, strict=True)
        }

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return self._model.hardware.workers("relation")

    @cached_property
    def _calibration(self) -> dict[str, Any]:
        path = self._folder / "calibration.json"
        if path.is_file():
            return dict(json.loads(path.read_text("utf-8")))
        if self._source is None:
            raise ModelError(f"{path} is missing.", "Install Counterpose again.")
        return {"temperature": 1.0, "thresholds": {"opposes": 0.6, "agrees": 0.6, "differs": 0.5}}

    @cached_property
    def _model(self) -> _Model:
        from safetensors import SafetensorError

        _ = self.sha256  # a wrong file is refused before it is loaded
        try:
            return self._bert() or self._any()
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise ModelError(
                f"The relation classifier {self.name!r} cannot be loaded: {error}",
                "Give COUNTERPOSE_CLASSIFIER the folder or name of a three-label classifier, or leave it unset.",
            ) from error

    def _bert(self) -> _Model | None:
        """The model, if its files are here and BERT's: without transformers, whose import alone takes seconds."""
        from models.encoder import SequenceClassifier
        from models.tokens import PairTokenizer, load

        if not all((self._folder / name).is_file() for name in (WEIGHTS, TOKENIZER, "config.json")):
            return None
        config = json.loads((self._folder / "config.json").read_text("utf-8"))
        if not SequenceClassifier.reads(config):
            return None
        tokens = PairTokenizer(load(self._folder / TOKENIZER), min(MAX_TOKENS, config["max_position_embeddings"]))
        hardware = self._hardware()
        score = SequenceClassifier(self._folder, config, hardware)
        return _Model(score, tokens, self._columns(config.get("id2label", {})), hardware)

    def _any(self) -> _Model:
        """The model, whatever its architecture and wherever it is kept."""
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        from models.encoder import parts
        from models.tokens import PairTokenizer

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        source = str(self._folder) if self._source is None else self._source
        model = AutoModelForSequenceClassification.from_pretrained(source, use_safetensors=True).float().eval()
        hardware = self._hardware()
        model.to(hardware.device)
        tokenizer = AutoTokenizer.from_pretrained(source)
        if not tokenizer.is_fast:
            raise ValueError(f"its tokenizer is not a fast one ({TOKENIZER})")
        typed = "token_type_ids" in tokenizer.model_input_names

        def score(ids: Tensor, types: Tensor, runs: Sequence[Run]) -> Tensor:
            logits = []
            for (own, run), (kinds, _) in zip(parts(ids, runs), parts(types, runs), strict=True):
                given = {"input_ids": own, **({"token_type_ids": kinds} if typed else {})}
                on_device = {name: tensor.view(run).to(hardware.device) for name, tensor in given.items()}
                logits.append(model(**on_device).logits)
            return torch.cat(logits)

        tokens = PairTokenizer(tokenizer.backend_tokenizer, MAX_TOKENS)
        return _Model(score, tokens, self._columns(model.config.id2label), hardware)

    @staticmethod
    def _hardware() -> Hardware:
        """On a processor a pair's two orders are a batch of their own, on a GPU many pairs are."""
        from models.hardware import hardware

        found = hardware()
        return replace(found, tokens=0) if found.device == "cpu" else found

    def _columns(self, labels: Mapping[Any, str]) -> list[int]:
        """Where each of COLUMNS stands among a model's own labels."""
        found = {_LABELS.get(str(name).lower()): int(at) for at, name in labels.items()}
        if set(found) != {str(r) for r in COLUMNS}:
            raise ModelError(
                f"The relation classifier {self.name!r} has the labels {sorted(labels.values())}.",
                "It needs agrees / opposes / differs, or entailment / contradiction / neutral.",
            )
        return [found[str(relation)] for relation in COLUMNS]


def _ordered(pair: tuple[str, str]) -> tuple[str, str]:
    return min(pair, pair[::-1])


def decide(probabilities: NDArray[np.float64], thresholds: Mapping[str, float]) -> Relation:
    """The likeliest relation if it reaches its threshold, else UNSURE."""
    likeliest = COLUMNS[int(np.argmax(probabilities))]
    return likeliest if probabilities[COLUMNS.index(likeliest)] >= thresholds[str(likeliest)] else Relation.UNSURE
