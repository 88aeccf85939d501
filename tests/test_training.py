"""Training data: what may train, what labels say, and that one text alone does not give a label away."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from models.training.augmentation import flipped, negated, structured
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
from models.training.labelled import calibrates, kept_aside, labelled_pairs
from models.training.renaming import STATES, renamed
from models.training.sources import SOURCES, Folders, examples, measured_texts
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
    training, calibration = (labelled_pairs(shared / "corpus", part) for part in (False, True))
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


def test_no_training_text_measures(shared: Path) -> None:
    measured = Measured(measured_texts(shared / "data"))
    names = [name for name in SOURCES if name not in {"negation", "nli"}]
    found = examples(Folders(shared / "data", shared / "corpus"), names)
    assert all(found[name] for name in names)
    assert not any(x.first in measured or x.second in measured for pairs in found.values() for x in pairs)


def test_the_same_folders_give_the_same_examples(shared: Path) -> None:
    at = Folders(shared / "data", shared / "corpus")
    assert examples(at, ["claims", "diplomacy"]) == examples(at, ["claims", "diplomacy"])
