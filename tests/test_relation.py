"""The relation classifier is symmetric, repeatable, bounded, and refuses files that are not the ones meant."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.embedding import Embedder
from models.errors import ModelError
from models.relation import AGREES, BUNDLED, OPPOSES, Relation, RelationClassifier, decide

if TYPE_CHECKING:
    from pathlib import Path

PAIR = ("The death penalty must be abolished.", "The death penalty should be kept because it deters murder.")


def test_both_orders_get_the_same_judgement(classifier: RelationClassifier) -> None:
    there, back = classifier.judge([PAIR, PAIR[::-1]])
    assert np.allclose(there, back)
    assert there.sum() == pytest.approx(1)


def test_a_judgement_does_not_depend_on_what_stands_beside_it(classifier: RelationClassifier) -> None:
    alone = classifier.judge([PAIR])[0]
    crowded = classifier.judge([("Yes.", "No."), PAIR, ("word " * 200, "other " * 200)])[1]
    assert alone.round(4).tolist() == crowded.round(4).tolist()


def test_opposition_and_agreement_are_told_apart(classifier: RelationClassifier) -> None:
    opposed, same = classifier.judge([PAIR, (PAIR[0], "We should get rid of capital punishment.")])
    assert classifier.decide(opposed) is Relation.OPPOSES
    assert same[OPPOSES] < opposed[OPPOSES]


def test_identical_texts_agree(classifier: RelationClassifier) -> None:
    assert classifier.judge([("We will  not yield.", "We will not yield.")])[0][AGREES] == 1


def test_below_its_threshold_the_likeliest_relation_is_unsure() -> None:
    thresholds = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
    assert decide(np.array([0.2, 0.7, 0.1]), thresholds) is Relation.OPPOSES
    assert decide(np.array([0.3, 0.6, 0.1]), thresholds) is Relation.UNSURE
    assert decide(np.array([0.8, 0.1, 0.1]), thresholds) is Relation.UNSURE
    assert decide(np.array([0.2, 0.2, 0.6]), thresholds) is Relation.DIFFERS


def test_a_text_too_long_to_be_read_whole_is_reported(classifier: RelationClassifier) -> None:
    assert classifier.truncated("word " * 600, "other")
    assert not classifier.truncated(*PAIR)


def test_no_pairs_give_no_rows(classifier: RelationClassifier) -> None:
    assert classifier.judge([]).shape == (0, 3)


def test_weights_that_were_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(BUNDLED, tmp_path / "weights")
    (tmp_path / "weights" / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr("models.relation.BUNDLED", tmp_path / "weights")
    with pytest.raises(ModelError, match="damaged or was changed"):
        RelationClassifier().judge([PAIR])


def test_weights_that_are_not_the_calibrated_ones_are_refused_in_any_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    (tmp_path / "calibration.json").write_text('{"weights_sha256": "00", "temperature": 1, "thresholds": {}}')
    with pytest.raises(ModelError, match="damaged or was changed"):
        RelationClassifier(str(tmp_path)).judge([("a", "b")])


def test_an_embedder_that_is_not_the_official_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr("models.embedding._bundled_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match="damaged or was changed"):
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


def test_vectors_are_unit_length_and_equal_texts_have_equal_ones(embedder: Embedder) -> None:
    vectors = embedder.embed(["We agree.", "We do not.", "We agree."])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[0] == vectors[2]).all()
    assert embedder.embed([]).shape == (0, vectors.shape[1])
