"""The relation classifier is symmetric, repeatable, bounded, and refuses files that are not the ones meant."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from models.embedding import BUNDLED_SHA256, Embedder, bundled_folder
from models.errors import ModelError
from models.relation import AGREES, BUNDLED, OPPOSES, Relation, RelationClassifier, decide

if TYPE_CHECKING:
    from pathlib import Path

PAIR = ("The death penalty must be abolished.", "The death penalty should be kept because it deters murder.")
PAIRS = [
    PAIR,
    ("Yes.", "No."),
    (
        "The dam floods our fields.",
        "Without the dam, the valley would have no light and no work for another generation.",
    ),
    ("The treaty holds. " * 40, "They left the treaty in silence and asked nobody. " * 12),
    ("We never promised to stay in the union.", "Nobody asked us whether we wanted to belong to that union."),
    ("Prices rise. " * 200, "Wages do not. " * 200),
]


def test_both_orders_get_the_same_judgement_to_the_bit(classifier: RelationClassifier) -> None:
    for pair in PAIRS:
        (there,), (back,) = classifier.judge([pair]), classifier.judge([pair[::-1]])
        assert there.tobytes() == back.tobytes()
        assert there.sum() == pytest.approx(1)
    (there,), (back,) = classifier.logits([PAIR]), classifier.logits([PAIR[::-1]])
    assert there.tobytes() == back[::-1].tobytes()


def test_a_judgement_has_the_same_bits_whatever_stands_beside_it(classifier: RelationClassifier) -> None:
    alone = [classifier.logits([pair]).tobytes() for pair in PAIRS]
    for order in ([*range(len(PAIRS))], [*range(len(PAIRS))][::-1], [3, 1, 3, 0, 2, 4, 1, 5]):
        together = classifier.logits([PAIRS[at] for at in order])
        assert [row.tobytes() for row in together] == [alone[at] for at in order]
    crowd = [(f"Tax number {n} must be raised.", "We will " + "never " * (n % 7) + "raise it.") for n in range(60)]
    crowded = classifier.logits([*crowd[:31], *PAIRS, *crowd[31:]])[31 : 31 + len(PAIRS)]
    assert [row.tobytes() for row in crowded] == alone


def test_a_judgement_has_the_same_bits_on_any_number_of_cores(classifier: RelationClassifier) -> None:
    given = classifier.judge(PAIRS)
    before = torch.get_num_threads()
    try:
        for cores in (1, 3):
            torch.set_num_threads(cores)
            assert RelationClassifier().judge(PAIRS).tobytes() == given.tobytes()
    finally:
        torch.set_num_threads(before)


def test_judging_leaves_the_threads_of_others_alone() -> None:
    before = torch.get_num_threads()
    RelationClassifier().judge([PAIR])
    with ThreadPoolExecutor(1) as other:
        assert (torch.get_num_threads(), other.submit(torch.get_num_threads).result()) == (before, before)


def test_opposition_and_agreement_are_told_apart(classifier: RelationClassifier) -> None:
    opposed, same = classifier.judge([PAIR, (PAIR[0], "We should get rid of capital punishment.")])
    assert classifier.decide(opposed) is Relation.OPPOSES
    assert same[OPPOSES] < opposed[OPPOSES]


def test_identical_texts_agree(classifier: RelationClassifier) -> None:
    assert classifier.judge([("We will  not yield.", "We will not yield.")])[0][AGREES] == 1


def test_of_a_text_in_another_language_nothing_is_known(classifier: RelationClassifier) -> None:
    french = "Nous ne retirerons jamais nos troupes de cette île."
    ours = "We will never withdraw our troops from this island."
    judged = classifier.judge([(french, ours), (ours, french), (french, french), (ours, "They withdrew their troops.")])
    assert [classifier.decide(row) for row in judged[:3]] == [Relation.UNSURE, Relation.UNSURE, Relation.AGREES]
    assert np.allclose(judged[:2], 1 / 3)
    assert not np.allclose(judged[3], 1 / 3)


def test_below_its_threshold_the_likeliest_relation_is_unsure() -> None:
    thresholds = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
    assert decide(np.array([0.2, 0.7, 0.1]), thresholds) is Relation.OPPOSES
    assert decide(np.array([0.3, 0.6, 0.1]), thresholds) is Relation.UNSURE
    assert decide(np.array([0.8, 0.1, 0.1]), thresholds) is Relation.UNSURE
    assert decide(np.array([0.2, 0.2, 0.6]), thresholds) is Relation.DIFFERS


def test_of_what_a_page_nominates_more_certainty_is_asked(classifier: RelationClassifier) -> None:
    assert classifier.page_thresholds["opposes"] > classifier.thresholds["opposes"]
    assert RelationClassifier("a/model").page_thresholds == RelationClassifier("a/model").thresholds


def test_a_text_too_long_to_be_read_whole_is_reported(classifier: RelationClassifier) -> None:
    assert classifier.truncated("word " * 600, "other")
    assert not classifier.truncated(*PAIR)


def test_no_pairs_give_no_rows(classifier: RelationClassifier) -> None:
    assert classifier.judge([]).shape == (0, 3)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in BUNDLED.iterdir() if path.suffix in (".json", ".safetensors"))
)
def test_a_bundled_file_that_was_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    shutil.copytree(BUNDLED, tmp_path / "weights")
    with (tmp_path / "weights" / name).open("ab") as file:
        file.write(b" ")
    monkeypatch.setattr("models.relation.BUNDLED", tmp_path / "weights")
    with pytest.raises(ModelError, match=f"{name} has SHA-256 .* damaged or was changed"):
        RelationClassifier().judge([PAIR])


def test_bundled_files_without_their_hashes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(BUNDLED, tmp_path / "weights")
    (tmp_path / "weights" / "SHA256SUMS").unlink()
    monkeypatch.setattr("models.relation.BUNDLED", tmp_path / "weights")
    with pytest.raises(ModelError, match="SHA256SUMS is missing"):
        RelationClassifier().judge([PAIR])


def test_weights_that_are_not_the_calibrated_ones_are_refused_in_any_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    (tmp_path / "calibration.json").write_text('{"weights_sha256": "00", "temperature": 1, "thresholds": {}}')
    with pytest.raises(ModelError, match="damaged or was changed"):
        RelationClassifier(str(tmp_path)).judge([("a", "b")])


@pytest.mark.parametrize("name", sorted(BUNDLED_SHA256))
def test_an_embedder_that_is_not_the_official_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(bundled_folder(), tmp_path, dirs_exist_ok=True)
    with (tmp_path / name).open("ab") as file:
        file.write(b" ")
    monkeypatch.setattr("models.embedding.bundled_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=f"{name} has SHA-256 .* damaged or was changed"):
        Embedder().embed(["text"])


def test_a_model_that_is_not_there_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        RelationClassifier(str(tmp_path)).judge([PAIR])
    assert "COUNTERPOSE_CLASSIFIER" in caught.value.remedy


def test_an_inference_model_with_its_own_labels_can_be_plugged_in(
    tmp_path: Path, classifier: RelationClassifier
) -> None:
    folder = tmp_path / "nli"
    shutil.copytree(BUNDLED, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    names = {"agrees": "entailment", "opposes": "contradiction", "differs": "neutral"}
    config["id2label"] = {at: names[label] for at, label in config["id2label"].items()}
    config["label2id"] = {label: int(at) for at, label in config["id2label"].items()}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    plugged = RelationClassifier(str(folder))
    assert np.allclose(plugged.judge([PAIR]), classifier.judge([PAIR]))
    assert plugged.name == str(folder)


def test_a_model_of_another_architecture_gives_the_logits_that_transformers_does(tmp_path: Path) -> None:
    from transformers import AutoTokenizer, DistilBertConfig, DistilBertForSequenceClassification

    torch.manual_seed(1)
    labels = {0: "contradiction", 1: "entailment", 2: "neutral"}
    model = DistilBertForSequenceClassification(
        DistilBertConfig(dim=24, hidden_dim=48, n_heads=3, n_layers=2, id2label=labels)
    )
    model.eval().save_pretrained(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(BUNDLED)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]  # DistilBERT knows no token types
    tokenizer.save_pretrained(tmp_path)
    with torch.inference_mode():
        (expected,) = model(**tokenizer(*PAIR, return_tensors="pt")).logits.numpy()
    plugged = RelationClassifier(str(tmp_path))
    assert np.allclose(plugged.logits([PAIR])[0, 0], expected[[1, 0, 2]], atol=1e-5)
    assert plugged.judge(PAIRS).tobytes() == plugged.judge(PAIRS[::-1])[::-1].tobytes()


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.safetensors"])
def test_a_damaged_file_is_an_error_with_a_remedy(tmp_path: Path, name: str) -> None:
    shutil.copytree(BUNDLED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "calibration.json").unlink()  # else the weights are refused by their hash
    (tmp_path / name).write_text("{")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        RelationClassifier(str(tmp_path)).judge([PAIR])
    assert "COUNTERPOSE_CLASSIFIER" in caught.value.remedy


def test_vectors_are_unit_length_and_equal_texts_have_equal_ones(embedder: Embedder) -> None:
    vectors = embedder.embed(["We agree.", "We do not.", "We agree."])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[0] == vectors[2]).all()
    assert embedder.embed([]).shape == (0, vectors.shape[1])
