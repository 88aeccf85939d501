"""Sentence encoder: unit vectors of texts, as the mean of BERT's tokens; what `SentenceTransformer.encode` gives.

Of those models that are built so. It is here because it pads nothing, keeps every core busy with a batch of its own,
and starts without transformers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.encoder import Encoder, parts, runs_of
from models.files import WEIGHTS
from models.hardware import Hardware
from models.tokens import load

PIECE = 256  # texts tokenised by one core at once
TOKENIZER = "tokenizer.json"

Ids = NDArray[np.int64]


class SentenceEncoder:
    """A bi-encoder in a folder of sentence-transformers' form for which `reads` holds."""

    def __init__(self, folder: Path, hardware: Hardware) -> None:
        config = _json(folder / "config.json")
        self.dimensions = int(config["hidden_size"])
        self._hardware = hardware
        self._encoder = Encoder(folder, config, hardware)
        self._tokenizer: Tokenizer = load(folder / TOKENIZER)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(_json(folder / "sentence_bert_config.json")["max_seq_length"]))

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        """Started with the first texts, not before: they would not outlive a fork."""
        return self._hardware.workers("embedding")

    @staticmethod
    def reads(folder: Path) -> bool:
        """Whether a folder's model is of the kind that is computed here."""
        needed = ("modules.json", "config.json", "sentence_bert_config.json", TOKENIZER, WEIGHTS)
        if not all((folder / name).is_file() for name in needed):
            return False
        modules = _json(folder / "modules.json")
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or modules[0]["path"]:
            return False
        pooling = _json(folder / modules[1]["path"] / "config.json")
        pooled = {name for name, chosen in pooling.items() if name.startswith("pooling_mode") and chosen}
        text = _json(folder / "sentence_bert_config.json")
        prompts = folder / "config_sentence_transformers.json"
        return (
            Encoder.reads(_json(folder / "config.json"), "BertModel")
            and pooled == {"pooling_mode_mean_tokens"}
            and bool(text.get("max_seq_length"))
            and not text.get("do_lower_case")
            and not (prompts.is_file() and _json(prompts).get("default_prompt_name"))
        )

    def encode(self, texts: Sequence[str], done: Callable[[int], None]) -> NDArray[np.float32]:
        """Vectors (n, d), each of unit length; `done` is called with how many more texts have theirs."""
        pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
        ids = [one for piece in self._workers.map(self._tokenised, pieces) for one in piece]
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        batches = list(self._hardware.batches([len(one) for one in ids]))
        for places, rows in zip(batches, self._workers.map(partial(self._batch, ids), batches), strict=True):
            vectors[places] = rows
            done(len(places))
        return vectors

    def _tokenised(self, texts: Sequence[str]) -> list[Ids]:
        return [np.array(one.ids, dtype=np.int64) for one in self._tokenizer.encode_batch(list(texts))]

    def _batch(self, ids: list[Ids], places: list[int]) -> NDArray[np.float32]:
        runs = runs_of(len(ids[at]) for at in places)
        tokens = torch.from_numpy(np.concatenate([ids[at] for at in places]))
        with torch.inference_mode():
            x = self._encoder.tokens(tokens, torch.zeros_like(tokens), runs)
            means = torch.cat([part.view(*run, -1).mean(dim=1) for part, run in parts(x, runs)])
            rows: NDArray[np.float32] = torch.nn.functional.normalize(means).cpu().numpy()
        return rows


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
