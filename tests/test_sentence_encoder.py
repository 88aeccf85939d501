"""Vectors are those of SentenceTransformer.encode, whatever is embedded with a text, in half precision too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from models.embedding import Embedder, bundled_folder
from models.errors import ModelError
from models.hardware import CPU_TOKENS, GPU_TOKENS, Hardware, hardware
from models.sentence_encoder import SentenceEncoder

TEXTS = [
    "",
    " ",
    "No.",
    "We will not withdraw\n  our troops from this island.",
    "[SEP] is read as the model's own mark, and so it is here.",
    "Nous ne retirerons jamais nos troupes. Ειρήνη. 平和を守る。",
    "The treaty holds. " * 400,
    "A word" + "x" * 5000,
    *(f"Article {n} of the treaty " + "still " * (n % 40) + "holds." for n in range(150)),
]


@pytest.fixture(scope="module")
def default() -> NDArray[np.float32]:
    return SentenceTransformer(str(bundled_folder()), device="cpu").encode(TEXTS)


def ignore(_: int) -> None:
    """Progress that nobody watches."""


def cosines(found: NDArray[np.float32], expected: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.einsum("ij,ij->i", found, expected)


def test_the_bundled_model_gives_the_vectors_of_the_default(default: NDArray[np.float32]) -> None:
    assert SentenceEncoder.reads(bundled_folder())
    vectors = SentenceEncoder(bundled_folder(), Hardware("cpu", torch.float32, CPU_TOKENS)).encode(TEXTS, ignore)
    assert np.abs(vectors - default).max() < 1e-6
    assert cosines(Embedder().embed(TEXTS), default).min() >= 0.999


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
def test_in_half_precision_vectors_stay_as_near(precision: torch.dtype, default: NDArray[np.float32]) -> None:
    few = [*range(6), *range(8, 60, 7)]  # where it is emulated, it takes long
    encoder = SentenceEncoder(bundled_folder(), Hardware("cpu", precision, GPU_TOKENS))
    vectors = encoder.encode([TEXTS[at] for at in few], ignore)
    assert cosines(vectors, default[few]).min() >= 0.9995


def test_a_vector_is_the_same_whatever_is_embedded_with_it() -> None:
    embedder = Embedder()
    together = embedder.embed(TEXTS)
    assert embedder.embed(TEXTS[::-1])[::-1].tobytes() == together.tobytes()
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert np.abs(alone - together).max() < (1e-6 if hardware().precision is torch.float32 else 1e-2)


def test_progress_ends_with_all_texts() -> None:
    steps: list[tuple[int, int]] = []
    Embedder().embed([*TEXTS, *TEXTS], lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (len(set(TEXTS)), len(set(TEXTS)))


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}),
        ("config.json", {"hidden_act": "gelu_new"}),
        ("config_sentence_transformers.json", {"prompts": {"q": "query: "}, "default_prompt_name": "q"}),
    ],
)
def test_a_model_that_computes_otherwise_is_left_to_sentence_transformers(
    tmp_path: Path, file: str, change: dict[str, object]
) -> None:
    shutil.copytree(bundled_folder(), tmp_path, dirs_exist_ok=True)
    path = tmp_path / file
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    assert not SentenceEncoder.reads(tmp_path)
    expected = SentenceTransformer(str(tmp_path), device="cpu").encode(TEXTS[2:4], normalize_embeddings=True)
    assert np.abs(Embedder(str(tmp_path)).embed(TEXTS[2:4]) - expected).max() < 1e-6


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.safetensors"])
def test_a_damaged_file_is_an_error_with_a_remedy(tmp_path: Path, name: str) -> None:
    shutil.copytree(bundled_folder(), tmp_path, dirs_exist_ok=True)
    (tmp_path / name).write_text("{")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Embedder(str(tmp_path)).embed(["text"])
    assert "COUNTERPOSE_EMBEDDER" in caught.value.remedy
