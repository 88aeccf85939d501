"""The encoder gives what transformers gives, without padding and without what the first token does not need."""

from __future__ import annotations

import json

import numpy as np
import torch

from models.encoder import SequenceClassifier
from models.hardware import CPU_TOKENS, Hardware
from models.relation import BUNDLED

SINGLE, HALF = (Hardware("cpu", precision, CPU_TOKENS) for precision in (torch.float32, torch.bfloat16))


def test_its_logits_are_those_of_transformers() -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    config = json.loads((BUNDLED / "config.json").read_text("utf-8"))
    assert SequenceClassifier.reads(config)
    classifier = SequenceClassifier(BUNDLED, config, SINGLE)
    model = AutoModelForSequenceClassification.from_pretrained(BUNDLED).float().eval()
    tokenizer = AutoTokenizer.from_pretrained(BUNDLED)
    for pair in (
        ("Yes.", "No."),
        ("The bridge must be closed.", "It must stay open. " * 9),
        ("War. " * 300, "Peace. " * 9),
    ):
        tokens = tokenizer(*pair, return_tensors="pt", truncation="longest_first", max_length=512)
        with torch.inference_mode():
            expected = model(**tokens).logits.numpy()
            found = classifier(
                tokens["input_ids"][0], tokens["token_type_ids"][0], [tuple(tokens["input_ids"].shape)]
            ).numpy()
        assert np.allclose(found, expected, atol=1e-4)


def test_models_that_compute_otherwise_are_not_its_own() -> None:
    config = json.loads((BUNDLED / "config.json").read_text("utf-8"))
    for other in (
        {"architectures": ["RobertaForSequenceClassification"]},
        {"position_embedding_type": "relative_key"},
        {"hidden_act": "gelu_new"},
    ):
        assert not SequenceClassifier.reads(config | other)


def test_in_bf16_it_gives_nearly_the_logits_of_fp32() -> None:
    config = json.loads((BUNDLED / "config.json").read_text("utf-8"))
    ids = torch.arange(2000, 2040)
    types = (torch.arange(40) % 20 > 9).long()
    with torch.inference_mode():
        single, half = (SequenceClassifier(BUNDLED, config, place)(ids, types, [(2, 20)]) for place in (SINGLE, HALF))
    assert not torch.equal(single, half)
    assert torch.allclose(single, half, atol=0.1)
