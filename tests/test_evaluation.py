"""The evaluation measures what its protocols say: by answers that are known, against numbers worked out by hand."""

from __future__ import annotations

import importlib.util
import io
import json
import math
import re
import sys
import tarfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from models.embedding import Embedder, Progress
from models.evaluation import measures
from models.evaluation.bench import ADVERSARIAL, ELECDEB, KPA_DEV, KPA_TEST, SETS, Bench
from models.evaluation.figures import Row, Section
from models.evaluation.intervals import bootstrapped, exact, wilson
from models.evaluation.key_points import key_points
from models.evaluation.labelled import Thresholds
from models.evaluation.overlap import overlaps
from models.evaluation.protocols import PROTOCOLS, section
from models.evaluation.ranking import attacks_in_debates, counters
from models.relation import AGREES, DIFFERS, OPPOSES, RelationClassifier
from service.__main__ import commands

THRESHOLDS = Thresholds(*[{"opposes": 0.65, "agrees": 0.85, "differs": 0.5}] * 2)
SOME = {name: partial(key_points, split=name.split()[1], within=20, across=10) for name in (KPA_DEV, KPA_TEST)}

Pairs = Sequence[tuple[str, str]]
Judge = Callable[[Pairs, Progress | None], NDArray[np.float64]]


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asserted of intervals needs no thousand of them."""
    monkeypatch.setattr("models.evaluation.intervals.DRAWS", 100)


# Invented sets, in which every text says its own label: "matter: side, words" ---------------------------------------


def label(first: str, second: str) -> int:
    (matter, side), (other, opposite) = (re.match(r"(\w+): (\w+)", text).groups() for text in (first, second))  # type: ignore[union-attr]
    if matter != other:
        return DIFFERS
    return AGREES if side == opposite else OPPOSES


def perfect(pairs: Pairs, progress: Progress | None = None) -> NDArray[np.float64]:
    return np.eye(3)[[label(*pair) for pair in pairs]]


def inverted(pairs: Pairs, progress: Progress | None = None) -> NDArray[np.float64]:
    return perfect(pairs)[:, [OPPOSES, AGREES, DIFFERS]]


def constant(pairs: Pairs, progress: Progress | None = None) -> NDArray[np.float64]:
    return np.tile([0.1, 0.8, 0.1], (len(pairs), 1))


def alike(texts: Sequence[str]) -> NDArray[np.float32]:
    """One vector for all, so that every cosine is 1."""
    return np.tile(np.array([1.0, 0.0], np.float32), (len(texts), 1))


def apart(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector for each, so that every cosine of two is 0."""
    return np.eye(len(texts), dtype=np.float32)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Small sets in the form of the real ones."""
    folder = tmp_path / "data"
    for split, matters in (("dev", ("dams", "tolls")), ("test", ("ports", "mines"))):
        lines = [
            f'{matter} {number},"{matter}: {"yes" if stance == 1 else "no"}, reason {number}",{matter},{stance}'
            for matter in matters
            for stance in (1, -1)
            for number in range(3)
        ]
        put(folder / "kpa2021" / f"arguments_{split}.csv", ["arg_id,argument,topic,stance", *lines])
    head = "section,year,relation,subject,subject_type,object,object_type,subject_speaker,object_speaker"
    attack = '1999_1May_1,1999,Attack,"peace: yes, it will last",Claim,"peace: no, it will not",Claim,BERG,DAHL'
    support = (
        '1999_1May_1,1999,Support,"war: never, nobody wants it",Claim,"war: never, nobody could win",Claim,BERG,DAHL'
    )
    within = '1999_1May_1,1999,Attack,"peace: yes, it will last",Claim,"peace: no, not for us",Claim,BERG,BERG'
    put(folder / "elecdeb" / "relations.csv", [head, attack, support, within])
    cases = [("NEG", "FALSE", "no"), ("CON", "TRUE", "yes"), ("DIFF-NEG", "FALSE", "no"), ("DIFF", "TRUE", "yes")]
    rows = [f"train\t1\t{kind}\t{same}\tdams: yes, one\tdams: {side}, {kind}" for kind, same, side in cases[:3]]
    put(folder / "same_side_adversarial" / "artificial_evalset.tsv", ["from_set\targ_id\ttype\tsame\ta\tb", *rows])
    debate = [
        f"test\ttrade\tports\tpro\tsea{n}: yes, it pays. It does. Not read.\tsea{n}: no, it costs. It does. Not read."
        for n in (1, 2)
    ]
    put(folder / "arguana" / "point_counter_pairs.tsv", ["split\ttheme\tdebate\tside\tpoint\tcounter", *debate])
    return folder


def put(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def bench(data: Path, judge: Judge, embed: Any = alike, thresholds: Thresholds = THRESHOLDS, **how: Any) -> Bench:
    where = {"corpus": data.parent / "corpus", "displayed": data.parent / "displayed.json", "sets": {**SETS, **SOME}}
    return Bench(data, judge, embed, thresholds, **(where | how))


def value(found: Section, measure: str, judge: str = "classifier", set_name: str | None = None) -> float:
    row = next(row for row in found.rows if row.measure == measure and set_name in (None, row.set))
    return row.estimates[judge].value


# Measures ------------------------------------------------------------------------------------------------------------


def test_auc_counts_pairs_in_the_right_order_and_ties_half() -> None:
    positive, score = np.array([True, False, True, False]), np.array([0.9, 0.1, 0.4, 0.4])
    assert measures.auc(positive, score) == 3.5 / 4 == roc_auc_score(positive, score)
    assert math.isnan(measures.auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_macro_f1_is_the_mean_over_the_labels() -> None:
    draw = np.random.default_rng(1)
    p, y = draw.random((50, 3)), draw.integers(3, size=50)
    assert measures.macro_f1(p, y) == pytest.approx(f1_score(y, p.argmax(axis=1), average="macro"))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    p = np.array(
        [[0.9, 0.1, 0.0], [0.61, 0.39, 0.0]]
    )  # the first right, 0.1 too modest; the second wrong, 0.61 too bold
    assert measures.calibration_error(p, np.array([AGREES, OPPOSES])) == pytest.approx((0.1 + 0.61) / 2)


def test_the_gain_of_a_tie_is_the_mean_of_its_places() -> None:
    second = 1 / math.log2(3)
    assert measures.gain_at_10(np.array([3.0, 2.0, 1.0]), 1) == pytest.approx(second)
    assert measures.gain_at_10(np.array([1.0, 1.0]), 0) == pytest.approx((1 + second) / 2)
    assert measures.gain_at_10(np.arange(11.0), 0) == 0


def test_kappa_takes_chance_out_of_agreement() -> None:
    assert measures.kappa(list("ooaa"), list("oaaa")) == pytest.approx((0.75 - 0.5) / 0.5)


def test_binomial_intervals_are_those_of_the_books() -> None:
    none = exact(0, 149)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 149))
    eight = wilson(8, 10)
    assert (eight.low, eight.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_the_bootstrap_draws_whole_clusters() -> None:
    values = np.array([1.0, 1.0, 0.0, 0.0])
    whole = bootstrapped(lambda rows: float(values[rows].mean()), np.array(["a", "a", "b", "b"]))
    assert (whole.value, whole.low, whole.high) == (0.5, 0, 1)
    even = bootstrapped(lambda rows: float(values[rows].mean()), np.array(["a", "b", "a", "b"]))
    assert (even.low, even.high) == (0.5, 0.5)
    alone = bootstrapped(lambda rows: float(values[rows].mean()), np.array(["a"] * 4))
    assert (alone.value, alone.low) == (0.5, None)


# Protocols on invented sets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("judge", "accuracy", "auc"), [(perfect, 1, 1), (inverted, 0, 0), (constant, None, 0.5)])
def test_key_points_tell_a_good_classifier_from_its_inverse(
    data: Path, judge: Judge, accuracy: float | None, auc: float
) -> None:
    run = bench(data, judge)
    found = section("key-points", run)
    labels = run.judged(KPA_DEV).labelled.labels
    assert np.bincount(labels).sum() == 2 * (20 + 10)
    assert np.bincount(labels)[DIFFERS] == 2 * 10
    share = float((labels[labels != DIFFERS] == OPPOSES).mean())  # of a classifier that calls everything opposing
    measured = value(found, "opposes vs agrees, accuracy", set_name=KPA_DEV)
    assert measured == pytest.approx(share if accuracy is None else accuracy)
    assert value(found, "opposes vs agrees, AUC", set_name=KPA_DEV) == auc
    assert value(found, "opposes vs agrees, accuracy", "majority", KPA_DEV) == pytest.approx(max(share, 1 - share))
    (row, *_) = found.rows
    assert row.met is (accuracy == 1)
    assert next(row.n for row in found.rows if row.set == "KPA dev and test topics") == 2 * 2 * 20


def test_only_attacks_and_supports_across_speakers_count(data: Path) -> None:
    found = section("elecdeb", bench(data, perfect))
    assert [row.n for row in found.rows] == [2, 2]
    assert [row.estimates["classifier"].value for row in found.rows] == [1, 1]
    assert not any("accuracy" in row.measure for row in found.rows)


@pytest.mark.parametrize(("judge", "expected"), [(perfect, 1), (inverted, 1 / 6), (constant, 1 / 6)])
def test_attacks_are_ranked_among_all_pairs_of_two_speakers(data: Path, judge: Judge, expected: float) -> None:
    found = attacks_in_debates(bench(data, judge))  # three statements of one, two of the other: 6 pairs, 1 gold attack
    for ranking in ("opposition", "cosine x opposition", "product (opposition x root of cosine)"):
        assert value(found, f"MAP by {ranking}") == pytest.approx(expected)
    assert value(found, "MAP by opposition", "cosine") == pytest.approx(1 / 6)
    assert value(found, "attacks among the 300 nearest, recall", "cosine") == 1


def test_the_products_ranking_needs_similarity(data: Path) -> None:
    found = attacks_in_debates(bench(data, perfect, apart))
    assert value(found, "MAP by opposition") == 1
    assert value(found, "MAP by product (opposition x root of cosine)") == pytest.approx(1 / 6)


def test_adversarial_cases_are_counted_by_type(data: Path) -> None:
    found = section("adversarial", bench(data, lambda pairs, _=None: np.tile([0.8, 0.1, 0.1], (len(pairs), 1))))
    assert value(found, "accuracy") == pytest.approx(1 / 3)  # a classifier blind to negation
    assert (value(found, "negation types, accuracy"), value(found, "other types, accuracy")) == (0, 1)
    assert (value(found, "NEG, accuracy"), value(found, "CON, accuracy")) == (0, 1)
    assert value(found, "negation types, accuracy", "majority") == 1


@pytest.mark.parametrize(
    ("judge", "expected"),
    [(perfect, 1), (inverted, (1 + 1 / math.log2(3) + 0.5) / 3), (constant, (1 + 1 / math.log2(3) + 0.5) / 3)],
)
def test_a_counter_is_ranked_among_all_else_of_its_debate(data: Path, judge: Judge, expected: float) -> None:
    found = counters(
        bench(data, judge)
    )  # of three others one is the counter, and nothing tells them apart but opposition
    tied = (1 + 1 / math.log2(3) + 0.5) / 3
    assert found.rows[0].n == 2
    assert value(found, "nDCG@10 by opposition") == pytest.approx(expected)
    assert value(found, "nDCG@10 by opposition", "cosine") == pytest.approx(tied)
    assert value(found, "opposition, ratio to cosine") == pytest.approx(expected / tied)


def test_an_argument_is_cut_after_two_sentences(data: Path) -> None:
    run = bench(data, perfect)
    counters(run)
    assert "sea1: yes, it pays. It does." in run.texts["ArguAna test"]


def test_what_is_shown_is_counted_at_the_threshold_and_above_the_floor(data: Path) -> None:
    near, far = (section("shown", bench(data, perfect, embed)) for embed in (alike, apart))
    assert value(near, "recall when asked", set_name=ELECDEB) == 1
    assert value(near, "recall on a page, from a cosine of 0.3", set_name=ELECDEB) == 1
    assert value(near, "precision on a page, from a cosine of 0.3") == 1
    assert value(far, "recall when asked", set_name=ELECDEB) == 1
    assert value(far, "recall on a page, from a cosine of 0.3", set_name=ELECDEB) == 0


def test_an_opposition_below_its_threshold_is_not_shown(data: Path) -> None:
    timid = section("shown", bench(data, lambda pairs, _=None: np.tile([0.2, 0.6, 0.2], (len(pairs), 1))))
    assert value(timid, "recall when asked", set_name=ELECDEB) == 0


def test_a_page_asks_for_more_certainty_than_an_answer_does(data: Path) -> None:
    asked = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
    two = Thresholds(asked, {**asked, "opposes": 0.8})
    run = bench(data, lambda pairs, _=None: np.tile([0.1, 0.7, 0.2], (len(pairs), 1)), alike, thresholds=two)
    found = section("shown", run)
    assert value(found, "recall when asked", set_name=ELECDEB) == 1
    assert value(found, "recall on a page, from a cosine of 0.3", set_name=ELECDEB) == 0


def test_false_oppositions_are_counted_over_what_does_not_oppose(data: Path) -> None:
    found = section("false-opposition", bench(data, constant))
    rows = [row for row in found.rows if row.measure == "false oppositions when asked"]
    assert {row.estimates["classifier"].value for row in rows} == {1}
    single = next(row for row in rows if row.set == ELECDEB)
    assert single.n == 1
    assert single.estimates["classifier"].low == pytest.approx(0.025)  # Clopper and Pearson, 1 of 1
    total = next(row for row in rows if row.set == "all")
    assert total.n == sum(row.n for row in rows if row.set in SETS)
    assert section("false-opposition", bench(data, perfect)).rows[0].met


def test_calibration_is_measured_of_all_three_labels(data: Path) -> None:
    sure = section("calibration", bench(data, perfect))
    assert [row.estimates["classifier"].value for row in sure.rows] == [0] * len(sure.rows)
    assert {row.set for row in sure.rows} == {KPA_DEV, KPA_TEST, "all but other domains", "all"}
    run = bench(data, constant)
    bold = section("calibration", run)
    share = float((run.judged(KPA_DEV).labelled.labels == OPPOSES).mean())
    assert value(bold, "expected calibration error", set_name=KPA_DEV) == pytest.approx(0.8 - share)


def test_a_set_that_is_not_there_is_passed_over_with_its_path(data: Path) -> None:
    (data / "kpa2021" / "arguments_dev.csv").unlink()
    found = section("key-points", bench(data, perfect))
    assert {row.set for row in found.rows} == {KPA_TEST}
    assert "arguments_dev.csv is not there" in found.notes[0]
    gone = section("perspectrum", bench(data, perfect))
    assert gone.rows == ()
    assert re.match(r"skipped: .*perspectrum.* is not there", gone.notes[0])


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("elecdeb/relations.csv", b"section,relation\n1,Attack\n", "no column subject"),
        ("elecdeb/relations.csv", b"section,\xff\xfe\n", "cannot be read"),
        ("perspectrum/dataset_split_v1.0.json", b"{", "is no JSON"),
        ("same_side_adversarial/artificial_evalset.tsv", b"a\tb\nc\td\n", "no row of six columns"),
        ("nli/nli.jsonl.gz", b"not compressed", "cannot be read"),
    ],
)
def test_a_set_of_another_form_is_passed_over_with_the_reason(
    data: Path, path: str, content: bytes, reason: str
) -> None:
    (data / path).parent.mkdir(exist_ok=True)
    (data / path).write_bytes(content)
    protocol = {"elecdeb": "elecdeb", "perspectrum": "perspectrum", "nli": "other-domains"}.get(
        Path(path).parts[0], "adversarial"
    )
    found = section(protocol, bench(data, perfect))
    assert found.rows == ()
    assert reason in found.notes[0]


def test_texts_count_as_trained_on_whatever_their_case_and_punctuation() -> None:
    found = overlaps({"one": {"We want peace.", "We want war."}, "other": {"Nothing"}}, ["WE WANT, PEACE"])
    assert [(one.set, one.texts, one.trained_on) for one in found] == [("one", 2, 1), ("other", 1, 0)]


# Displayed pairs -----------------------------------------------------------------------------------------------------


@pytest.fixture
def displayed(data: Path) -> Callable[..., None]:
    """Write a file of displayed pairs, whose texts stand in three sources; each argument is a pair's labels."""
    corpus = data.parent / "corpus"
    texts = {
        "stockholm": "dams: yes, here",
        "white-house/a.md": "dams: no, never",
        "un/AAA_01_1946": "dams: no, not now",
    }
    (corpus / "white-house").mkdir(parents=True)
    (corpus / "stockholm-2021-12-02.txt").write_bytes(b"\xef\xbb\xbf" + texts["stockholm"].encode())
    (corpus / "white-house" / "a.md").write_text(texts["white-house/a.md"])
    with tarfile.open(corpus / "un-general-debate-1946-2021.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("un-general-debate/AAA_01_1946.txt")
        member.size = len(texts["un/AAA_01_1946"])
        archive.addfile(member, io.BytesIO(texts["un/AAA_01_1946"].encode()))

    def write(*labels: Any, **more: Any) -> None:
        quotes = [{"source": source, "start": 0, "end": len(text)} for source, text in texts.items()]
        pairs = [
            {"first": quotes[0], "second": quotes[1 + at % 2], "probability": 0.9, "labels": one, **more}
            for at, one in enumerate(labels)
        ]
        (data.parent / "displayed.json").write_text(json.dumps({"pairs": pairs}))

    return write


def test_displayed_pairs_are_read_again_and_counted_by_reader(data: Path, displayed: Callable[..., None]) -> None:
    displayed(["opposes", "opposes"], ["opposes", "agrees"], ["differs", "differs"], ["opposes", "opposes"])
    found = section("displayed", bench(data, perfect))
    assert value(found, "precision of what was displayed") == 2 / 4  # where both say so
    assert value(found, "the same by reader 1") == 3 / 4
    assert value(found, "the same by reader 2") == 2 / 4
    assert value(found, "readers 1 and 2, same label") == 3 / 4
    assert value(found, "readers 1 and 2, Cohen's kappa") == pytest.approx((0.75 - 0.4375) / (1 - 0.4375))
    assert found.notes == ["4 of 4 are displayed still, 4 with another probability"]


def test_an_adjudication_settles_what_readers_did_not(data: Path, displayed: Callable[..., None]) -> None:
    displayed(["opposes", "agrees"], ["differs", "opposes"], adjudicated="opposes")
    assert value(section("displayed", bench(data, perfect)), "precision of what was displayed") == 1


def test_what_a_changed_classifier_displays_no_longer_leaves_its_precision(
    data: Path, displayed: Callable[..., None]
) -> None:
    displayed(["opposes", "opposes"], ["opposes", "opposes"])
    found = section("displayed", bench(data, inverted))
    assert found.notes == ["0 of 2 are displayed still, 2 with another probability"]
    assert math.isnan(value(found, "precision of what is displayed still"))
    assert value(found, "precision of what was displayed") == 1


def test_a_displayed_pair_of_another_form_is_named(data: Path, displayed: Callable[..., None]) -> None:
    displayed(["opposes", "opposes"], ["opposes"])
    assert "pair 2" in section("displayed", bench(data, perfect)).notes[0]
    displayed(["opposes", "perhaps"])
    assert "pair 1" in section("displayed", bench(data, perfect)).notes[0]


# The real sets and the real weights ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def reference(shared: Path) -> ModuleType:
    """The script that fixed the protocols."""
    path = shared / "baseline-relation" / "evaluate.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    if spec is None or spec.loader is None or not path.is_file():
        pytest.skip(f"the script that fixed the protocols is not at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_length(pairs: Pairs, progress: Progress | None = None) -> NDArray[np.float64]:
    """Some answer that differs from pair to pair and is the same in both orders."""
    raw = np.array([[len(a + b) % 97 + 1, (len(a) * len(b)) % 89 + 1, len(set(a + b)) % 83 + 1] for a, b in pairs])
    return raw / raw.sum(axis=1, keepdims=True)


def by_letters(texts: Sequence[str]) -> NDArray[np.float32]:
    counts = np.array([[text.lower().count(letter) for letter in "etaoinshrdlu"] for text in texts], np.float32) + 0.01
    return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_the_figures_are_those_of_the_script_that_fixed_the_protocols(shared: Path, reference: ModuleType) -> None:
    data = shared / "data"
    run = bench(data, by_length, by_letters, sets=SETS)
    points, theirs = run.judged(KPA_DEV), reference.kpa(str(data), by_length, "dev")
    sides = points.labelled.labels != DIFFERS
    assert measures.side_accuracy(points.probabilities[sides], points.labelled.labels[sides]) == theirs["accuracy"]
    assert measures.calibration_error(points.probabilities, points.labelled.labels) == pytest.approx(theirs["ece"])
    crossed = run.judged(ELECDEB)
    assert measures.side_auc(crossed.probabilities, crossed.labelled.labels) == pytest.approx(
        reference.elecdeb_cross(str(data), by_length)["auc"]
    )
    cases = run.judged(ADVERSARIAL)
    assert measures.side_accuracy(cases.probabilities, cases.labelled.labels) == pytest.approx(
        reference.adversarial(str(data), by_length)["overall"]
    )
    ranked, wanted = attacks_in_debates(run, 5), reference.elecdeb_map(str(data), by_length, by_letters, 5)
    assert value(ranked, "MAP by cosine x opposition") == pytest.approx(wanted["cosine*opposition"], abs=1e-3)
    found, asked = counters(run, 5), reference.arguana(str(data), by_length, by_letters, 5)
    assert found.rows[0].n == asked["queries"]
    assert value(found, "nDCG@10 by opposition", "cosine") == pytest.approx(asked["cosine"], abs=1e-3)


def test_the_real_classifier_is_measured_on_real_cases(
    shared: Path, classifier: RelationClassifier, embedder: Embedder
) -> None:
    told: list[tuple[int, int]] = []
    run = bench(shared / "data", classifier.judge, embedder.embed, sets=SETS)
    run.progress = lambda done, total: told.append((done, total))
    found = section("adversarial", run)
    sizes = {row.measure: row.n for row in found.rows}
    assert (sizes["accuracy"], sizes["negation types, accuracy"], sizes["NEG, accuracy"]) == (175, 100, 25)
    assert all(in_order(row) for row in found.rows)
    assert told[-1][0] == told[-1][1]


def in_order(row: Row) -> bool:
    estimate = row.estimates["classifier"]
    return estimate.low is not None and estimate.high is not None and estimate.low <= estimate.value <= estimate.high


# The command ---------------------------------------------------------------------------------------------------------


def run_command(*arguments: str) -> Any:
    return CliRunner().invoke(commands, ["evaluate", *arguments])


def test_the_command_prints_the_table_with_what_is_to_be_reached(data: Path) -> None:
    result = run_command(str(data), "--only", "adversarial", "--only", "perspectrum")
    assert result.exit_code == 0, result.output
    head, *lines = [line for line in result.stdout.splitlines() if line]
    assert head.startswith("counterpose-relation-minilm")
    columns = next(line for line in lines if "classifier" in line).split()
    assert columns == ["set", "measure", "n", "in", "classifier", "cosine", "majority", "reach"]
    assert any(
        re.search(r"negation types, accuracy +2 +1 +\d\.\d{3} .*at least 0\.90: (yes|no)$", line) for line in lines
    )
    assert any("skipped" in line and "perspectrum" in line for line in lines)
    assert lines[-1].startswith("overlap with the training texts: not checked, since not everything was measured")


def test_the_same_is_printed_as_json(data: Path) -> None:
    result = run_command(str(data), "--only", "elecdeb", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    (one,) = found["sections"]
    (auc, _) = one["rows"]
    assert one["name"] == "elecdeb"
    assert (auc["n"], auc["reach"]) == (2, {"at_least": 0.8})
    assert auc["majority"]["value"] == 0.5
    assert auc["met"] == (auc["classifier"]["value"] >= 0.8)
    assert set(found) == {"classifier", "embedder", "sections", "overlap"}


def test_a_whole_run_counts_the_texts_trained_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def training_texts(*folders: Path) -> set[str]:
        return {"DAMS: yes, reason 1", "Something else."}

    monkeypatch.setitem(sys.modules, "models.training.sources", SimpleNamespace(training_texts=training_texts))
    result = run_command(str(data), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [one["name"] for one in found["sections"]] == list(PROTOCOLS)
    counted = {one["set"]: (one["texts"], one["trained_on"]) for one in found["overlap"]}
    assert counted[KPA_DEV] == (12, 1)
    assert counted[KPA_TEST] == (12, 0)
    assert {"ElecDeb sections", "ArguAna test", ADVERSARIAL} <= set(counted)


def test_an_unknown_protocol_is_answered_with_all_of_them(data: Path) -> None:
    result = run_command(str(data), "--only", "elecdebs")
    assert result.exit_code == 1
    assert all(name in result.stderr for name in PROTOCOLS)


def test_a_folder_that_is_none_or_holds_nothing_is_an_error(tmp_path: Path) -> None:
    result = run_command(str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert "is no folder" in result.stderr
    empty = run_command(str(tmp_path))
    assert empty.exit_code == 1
    assert "holds no set" in empty.stderr
    assert "skipped" in empty.stdout
