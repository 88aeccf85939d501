"""Training data: what may train, what labels say, and that one text alone does not give a label away."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.embedding import bundled_folder
from models.relation import RelationClassifier
from models.training import distil, train
from models.training.augmentation import flipped, negated, structured
from models.training.distil import softened
from models.training.examples import (
    AGREES,
    DIFFERS,
    OPPOSES,
    Example,
    Measured,
    Taken,
    across,
    clean,
    indirect,
    of_debate,
    on_measured_subject,
)
from models.training.fit import batches, load, save
from models.training.gather import EXAMPLES, POOLS
from models.training.labelled import CONTESTED, SPEECHES, calibrates, kept_aside, labelled_pairs
from models.training.renaming import STATES, renamed
from models.training.sources import SOURCES, Folders, examples, measured_texts
from models.training.taught import keep, kept
from models.training.written import answers, minimal_sets, two_sided

WRITTEN = ("diplomacy", "addresses", "debate", "policy", "motions_a", "motions_b")


@pytest.mark.parametrize(
    ("sentence", "turned"),
    [
        ("The sanctions are working.", "The sanctions are not working."),
        ("We will not sign the treaty.", "We will sign the treaty."),
        ("They can't win this war.", "They can win this war."),
        ("Nobody won't sign.", None),
        ("Our troops have left the valley.", "Our troops have not left the valley."),
        ("We have to act now.", "We do not have to act now."),
        ("We have a plan.", None),  # a full verb, which the rule for auxiliaries would break
        ("If it is signed, we will leave.", None),  # the first auxiliary is not the main clause's
        ("Is that a position?", None),
        ("Peace now.", None),
    ],
)
def test_a_sentence_is_negated_by_its_main_auxiliary_or_left_alone(sentence: str, turned: str | None) -> None:
    assert negated(sentence) == turned


def test_negation_words_stand_under_either_label() -> None:
    nouns = "treaty summit pact truce plan vote law dam canal road".split()
    made = structured([f"The {noun} is a success." for noun in nouns], 30, "negation", random.Random(1))
    with_not = Counter(
        x.target for x in made if any(w in f" {x.first} {x.second} " for w in (" not ", " no ", "Nobody"))
    )
    assert min(with_not[AGREES], with_not[OPPOSES]) > 5


def test_turning_one_side_of_a_pair_turns_its_label() -> None:
    pair = Example("Meters will save water.", "Meters cut what we use.", AGREES, "x")
    (turned,) = flipped([pair], 5, "negation", random.Random(1))
    assert (turned.first, turned.second, turned.target) == ("Meters will not save water.", pair.second, OPPOSES)


def test_states_are_renamed_in_both_texts_alike_and_peoples_with_them() -> None:
    pair = Example("Russian troops left Armenia.", "The Russians never left; Russia stays.", OPPOSES, "x")
    for seed in range(20):
        new = renamed(pair, random.Random(seed))
        people = new.first.split(" troops")[0]
        assert new.target == OPPOSES
        assert "Armenia" not in new.first or "Russia" not in new.second
        assert any(
            people == state[1] and f"{state[2]} never" in new.second and state[0] in new.second for state in STATES
        )
    assert renamed(Example("Meters save.", "They do not.", OPPOSES, "x"), random.Random(1)).first == "Meters save."


def test_one_debate_gives_pairs_of_either_label_and_weaker_ones_across_points() -> None:
    debate = [Taken("a", True, 1), Taken("b", True, 1), Taken("c", False, 1), Taken("d", False, 2)]
    targets = {frozenset((x.first, x.second)): x.target for x in of_debate(debate, 200, "s", random.Random(1))}
    assert targets[frozenset("ab")] == AGREES
    assert targets[frozenset("ac")] == OPPOSES
    assert targets[frozenset("ad")] == indirect(OPPOSES) == (0.0, 0.7, pytest.approx(0.3))
    assert targets[frozenset("cd")] == indirect(AGREES)


def test_texts_of_different_debates_differ_and_none_comes_from_a_single_debate() -> None:
    assert {x.target for x in across([[Taken("a", True)], [Taken("b", True)]], 5, "s", random.Random(1))} == {DIFFERS}
    assert across([[Taken("a", True)]], 5, "s", random.Random(1)) == []


def test_what_measures_is_left_out_by_text_by_title_and_by_subject() -> None:
    measured = Measured(["Film stars should stay out of politics. They know little of it, and people follow them."])
    pairs = [
        Example("Film stars should stay out of politics", "x", AGREES, "s"),
        Example("Guns kill.", "x", AGREES, "s"),
        Example("", "x", AGREES, "s"),
        Example("Dams flood valleys.", "x", AGREES, "s"),
    ]
    assert [x.first for x in clean(pairs, measured)] == ["Dams flood valleys."]
    assert not on_measured_subject("The gunboat left the harbour.")


@pytest.mark.parametrize("name", WRITTEN)
def test_no_side_of_the_written_statements_is_told_by_its_negations(name: str) -> None:
    pairs = two_sided(name, random.Random(1))
    assert len(pairs) > 1000
    assert {x.target for x in pairs} >= {AGREES, OPPOSES, DIFFERS}
    rates = {
        target: sum((" not " in x.first or "n't" in x.first or " no " in x.first) for x in pairs if x.target == target)
        / sum(x.target == target for x in pairs)
        for target in (AGREES, OPPOSES)
    }
    assert abs(rates[AGREES] - rates[OPPOSES]) < 0.08


def test_minimal_sets_hold_every_label() -> None:
    counts = Counter(x.target for x in minimal_sets("minimal", random.Random(1)))
    assert min(counts[AGREES], counts[OPPOSES], counts[DIFFERS]) > 1000


@pytest.mark.parametrize("name", ["replies", "exchanges"])
def test_answers_hold_every_label(name: str, shared: Path) -> None:
    counts = Counter(x.target for x in answers(name, shared / "corpus"))
    assert min(counts[AGREES], counts[OPPOSES], counts[DIFFERS]) > 500


def test_labelled_speeches_come_from_documents_that_do_not_measure(shared: Path) -> None:
    for name in (SPEECHES, CONTESTED):
        training, calibration = (labelled_pairs(shared / "corpus", name, part) for part in (False, True))
        assert len(training) > 2 * len(calibration) > 200
        assert all(x.first and x.second for x in training + calibration)
    rows = [
        line.split("\t")
        for path in Path("models/training/labelled").glob("*.tsv")
        for line in path.read_text().splitlines()[1:]
    ]
    for first, _, _, second, *_ in rows:
        for source in (first, second):
            folder, _, name = source.partition("/")
            assert not kept_aside(f"{name}.txt" if folder == "un" else name)
    assert {calibrates(row[0]) for row in rows} == {True, False}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([name for name in SOURCES if name not in {"negation", "nli", "chance"}], id="all others"),
        pytest.param(["chance"], id="chance", marks=pytest.mark.slow),  # reads ten thousand speeches word by word
    ],
)
def test_no_training_text_measures(names: list[str], shared: Path) -> None:
    measured = Measured(measured_texts(shared / "data"))
    found = examples(Folders(shared / "data", shared / "corpus"), names)
    assert all(found[name] for name in names)
    texts = {text for pairs in found.values() for each in pairs for text in (each.first, each.second)}
    assert not any(text in measured for text in texts)


def test_the_same_folders_give_the_same_examples(shared: Path) -> None:
    at = Folders(shared / "data", shared / "corpus")
    assert examples(at, ["claims", "diplomacy"]) == examples(at, ["claims", "diplomacy"])


def gathered_folder(tmp_path: Path) -> Path:
    """A few examples and texts in the form that gathering leaves."""
    folder = tmp_path / "gathered"
    folder.mkdir()
    sides = [
        ("The dam must be built.", "The dam must never be built.", OPPOSES),
        ("Peace now.", "Peace today.", AGREES),
    ]
    rows = [[name, *pair] for name in ("speeches", "kpa", "principles") for pair in sides * 2]
    texts = [["debates", f"Taxes must {word}."] for word in ("rise", "fall", "stay", "go")]
    for name, found in ((EXAMPLES, rows), (POOLS, texts)):
        with lzma.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in found)
    return folder


def test_a_small_classifier_is_taught_by_a_larger_ones_words_on_labelled_and_on_near_pairs(tmp_path: Path) -> None:
    folder, out = gathered_folder(tmp_path), tmp_path / "out"
    for seed in train.SEEDS:  # the large one's place is taken by an untrained small one: its size is not what is tested
        save(*load(bundled_folder(), "cpu"), out / f"teacher-{seed}")
    train.main([str(folder), str(out), "--device", "cpu", "--steps", "near", "label-1", "label-2", "taught", "student"])
    near = json.loads((out / "near.json").read_text())
    assert {pool for pool, _, _ in near} == {"debates"}
    assert np.load(out / "said-1.npy").shape == (12 + len(near), 3)
    p = RelationClassifier(str(out / "student")).judge([("Peace now.", "War now.")])
    assert p.shape == (1, 3)
    assert p.sum() == pytest.approx(1)


def test_a_teacher_without_weights_to_start_from_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--teacher FOLDER"):
        train.main([str(gathered_folder(tmp_path)), str(tmp_path / "out"), "--steps", "teacher-1"])


def test_a_taught_target_lies_half_way_between_label_and_teacher() -> None:
    said = np.array([[0.2, 0.6, 0.2]], np.float32)
    (taught,) = softened([Example("a", "b", OPPOSES, "kpa")], said)
    assert taught.target == pytest.approx((0.1, 0.8, 0.1))


def test_what_teachers_call_a_clash_of_speeches_is_left_to_readers() -> None:
    near = [(pool, n, n + 1) for pool in ("debates", "speeches") for n in range(2)]
    said = np.array([[0.1, 0.3, 0.6], [0.1, 0.6, 0.3]] * 2, np.float32)
    texts = [str(n) for n in range(3)]
    chosen = distil.trusted({"debates": texts, "speeches": texts}, near, said)
    assert [(x.source, round(x.target[1], 1)) for x in chosen] == [
        ("debates", 0.3),
        ("debates", 0.6),
        ("speeches", 0.3),
    ]


def test_amounts_above_one_repeat_a_source_and_parts_of_one_are_drawn() -> None:
    kpa = [Example(str(n), "b", AGREES, "kpa") for n in range(10)]
    chosen = train.drawn({"kpa": 2.5, "argq": 1}, {"kpa": kpa}, random.Random(1))
    assert Counter(Counter(x.first for x in chosen).values()) == {2: 5, 3: 5}


def test_what_teachers_said_is_found_again_by_reference_and_not_for_other_texts(tmp_path: Path) -> None:
    examples = {"kpa": [Example("a", "b", AGREES, "kpa")], "argq": [Example("c", "d", AGREES, "argq")]}
    said = {name: np.array([[0.2, 0.5, 0.3]], np.float32) for name in examples}
    pools = {"debates": ["one", "two", "three"]}
    near = [("debates", 1, 2), ("debates", 0, 2)]
    keep(tmp_path / "x.npz", examples, said, pools, near, np.array([[1, 0, 0], [0, 1, 0]], np.float32))
    changed = {**examples, "argq": [Example("c", "e", AGREES, "argq")]}
    found, pairs, of_pairs = kept(tmp_path / "x.npz", changed, pools)
    assert list(found) == ["kpa"]
    assert found["kpa"] == pytest.approx(np.array([[0.2, 0.5, 0.3]]), abs=0.003)
    assert dict(zip(pairs, of_pairs.argmax(axis=1).tolist(), strict=True)) == {near[0]: 0, near[1]: 1}
    with pytest.raises(ValueError, match="gather them anew"):
        kept(tmp_path / "x.npz", {"kpa": changed["argq"]}, {})


def test_batches_hold_every_example_once_in_either_order() -> None:
    pairs = [Example(f"{n}a", f"{n}b", AGREES, "x") for n in range(100)]
    shown = [x for batch in batches(pairs, 8, random.Random(1)) for x in batch]
    assert sorted(min(x.first, x.second) for x in shown) == sorted(x.first for x in pairs)
    assert 20 < sum(x.first.endswith("b") for x in shown) < 80
    assert shown == [x for batch in batches(pairs, 8, random.Random(1)) for x in batch]
