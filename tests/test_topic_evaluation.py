"""The evaluation of topics measures what it says: against cases worked out by hand, on sets that are invented."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from models import cluster
from models.embedding import Progress
from models.evaluation.figures import Row, Section
from models.evaluation.intervals import Estimate
from models.evaluation.reading import UnusableSet
from models.evaluation.topics import draws as drawing
from models.evaluation.topics import stability as stable
from models.evaluation.topics.draws import Draw, draws
from models.evaluation.topics.groupers import CannotGroup, bertopic, each_alone, has_bertopic, k_means
from models.evaluation.topics.product import Said, grouped, topics
from models.evaluation.topics.protocols import PROTOCOLS, TopicBench, section
from models.evaluation.topics.scores import Labels, scores
from models.evaluation.topics.sets import SETS, TopicSet
from models.evaluation.topics.stability import stability
from models.topic import Topic
from models.transcript import Kind, Transcript, Utterance
from service.__main__ import commands
from service.commands.table import printed

MATTERS = ("dams", "wolves", "opera", "tariffs")


def said_of(matter: str, number: int) -> str:
    return f"On {matter} this is sentence {number}."


ROWS = [(said_of(matter, number), matter.title()) for matter in MATTERS for number in range(20)]


def by_matter(texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
    """Vectors of texts of one matter are the same, those of two have a right angle between them."""
    found = np.zeros((len(texts), len(MATTERS)), np.float32)
    for row, text in enumerate(texts):
        found[row, [matter in text.lower() for matter in MATTERS].index(True)] = 1
    if progress:
        progress(len(texts), len(texts))
    return found


# Scores --------------------------------------------------------------------------------------------------------------


def labels(*each: int) -> Labels:
    return np.array(each, np.int64)


def test_the_gold_topics_under_other_numbers_score_one() -> None:
    found = scores(labels(7, 7, 3, 3), labels(0, 0, 1, 1))
    assert (found.v_measure, found.rand, found.purity, found.groups, found.none) == (1, 1, 1, 2, 0)


def test_one_group_of_two_topics_has_half_purity_and_tells_nothing() -> None:
    found = scores(labels(0, 0, 0, 0), labels(0, 0, 1, 1))
    assert (found.v_measure, found.rand, found.purity, found.groups) == (0, 0, 0.5, 1)


def test_scores_are_those_worked_out_by_hand() -> None:
    """Groups {a, a, b} and {b}. Of the 3 pairs in a group and the 2 of a topic 1 is both, and 3 * 2 / 6 = 1 by chance.

    Entropies in bits: topics 1, groups H(3/4) = 0.8113, topics within groups 3/4 * H(1/3) = 0.6887.
    """
    found = scores(labels(0, 0, 0, 1), labels(0, 0, 1, 1))
    homogeneity, completeness = 1 - 0.68872, (1 - 0.68872) / 0.81128
    assert found.rand == pytest.approx(0)
    assert found.purity == 0.75
    assert found.v_measure == pytest.approx(2 * homogeneity * completeness / (homogeneity + completeness), abs=1e-4)


def test_texts_in_none_count_as_one_group_and_their_share_is_told() -> None:
    gold = labels(0, 0, 1, 1)
    found = scores(labels(-1, -1, 5, -1), gold)
    as_a_group = scores(labels(0, 0, 5, 0), gold)
    assert (found.v_measure, found.rand, found.purity) == (as_a_group.v_measure, as_a_group.rand, as_a_group.purity)
    assert (found.groups, found.none) == (1, 0.75)


# Sets ----------------------------------------------------------------------------------------------------------------


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of the four sets, each with the same 80 sentences and some that belong to no topic."""
    folder = tmp_path / "data"
    argkp, ukp, cap, m_arg = (
        ["topic,argument,key_point,stance,label"],
        ["topic\tsentence_1\tsentence_2\tlabel"],
        ["label_cap2,label_cap2_text,text_original"],
        ["debate,speaker,topic,text"],
    )
    for number, (text, topic) in enumerate(ROWS):
        argkp += [f"{topic},{text},Point {each},1,0" for each in range(2)]
        ukp.append(f"{topic}\t{text}\t{ROWS[number - number % 20][0]}\tSS")
        cap.append(f"{MATTERS.index(topic.lower())},{topic},{text}")
        m_arg.append(f"00,Ann,{topic},{text}")
    ukp += ["Dams\tA sentence under two topics.\tOn dams once again, briefly.\tNS"]
    ukp += ["Wolves\tA sentence under two topics.\tOn wolves once again, briefly.\tNS"]
    cap += ["99,Other,Members of the Congress of the United States:"]
    m_arg += ["00,Ann,Dams,Thank you very.", "00,Ann,,This is of no section at all."]
    write(folder / "argkp2021" / "ArgKP-2021_dataset.csv", *argkp)
    write(folder / "ukp_aspect" / "UKP_ASPECT.tsv", *ukp)
    write(folder / "cap_manifesto" / "df_cap_sotu_test.csv", *cap)
    write(folder / "marg_topics" / "sentences.csv", *m_arg)
    return folder


@pytest.mark.parametrize(
    ("name", "more", "left_out"), [("ArgKP", 0, 0), ("UKP ASPECT", 2, 1), ("CAP", 0, 1), ("M-Arg", 0, 2)]
)
def test_each_set_is_read_once_a_text_without_what_belongs_to_no_topic(
    data: Path, name: str, more: int, left_out: int
) -> None:
    found = SETS[name](data)
    assert dict(ROWS).items() <= dict(zip(found.texts, found.topics, strict=True)).items()
    assert (len(found.texts), found.left_out) == (len(ROWS) + more, left_out)
    assert list(found.texts) == sorted(found.texts)


@pytest.mark.parametrize("name", SETS)
def test_a_set_that_is_absent_or_has_other_columns_is_passed_over_with_the_reason(data: Path, name: str) -> None:
    read = SETS[name]
    (path,) = {
        "ArgKP": [data / "argkp2021" / "ArgKP-2021_dataset.csv"],
        "UKP ASPECT": [data / "ukp_aspect" / "UKP_ASPECT.tsv"],
        "CAP": [data / "cap_manifesto" / "df_cap_sotu_test.csv"],
        "M-Arg": [data / "marg_topics" / "sentences.csv"],
    }[name]
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UnusableSet, match="has no column"):
        read(data)
    path.unlink()
    with pytest.raises(UnusableSet, match="is not there"):
        read(data)


def test_a_set_whose_texts_all_fall_away_cannot_be_used(data: Path) -> None:
    write(data / "marg_topics" / "sentences.csv", "topic,text", "Dams,Yes.", ",And this is of no topic.")
    with pytest.raises(UnusableSet, match="at least 4 words"):
        SETS["M-Arg"](data)


def test_the_real_sets_have_the_topics_that_their_papers_name(shared: Path) -> None:
    found = {name: read(shared / "data") for name, read in SETS.items()}
    assert {name: len(set(one.topics)) for name, one in found.items()} == {
        "ArgKP": 31,
        "UKP ASPECT": 28,
        "CAP": 21,
        "M-Arg": 18,
    }


# Draws ---------------------------------------------------------------------------------------------------------------


def drawn(one: TopicSet) -> list[tuple[int, int, tuple[str, ...], list[int]]]:
    return [(each.size, each.number, each.texts, each.gold.tolist()) for each in draws(one)]


def test_draws_are_the_same_on_every_run_and_whatever_the_order_of_the_rows() -> None:
    shuffled = random.Random(3).sample(ROWS, len(ROWS))
    assert drawn(TopicSet.of("A", ROWS)) == drawn(TopicSet.of("A", shuffled))


def test_draws_differ_and_hold_no_text_twice() -> None:
    found = [each for each in draws(TopicSet.of("A", ROWS)) if each.size == 30]
    assert len({each.texts for each in found}) == len(found) == drawing.SIZES[30]
    assert all(len(set(each.texts)) == 30 for each in found)


def test_a_set_smaller_than_a_size_is_drawn_whole_and_once() -> None:
    found = list(draws(TopicSet.of("A", ROWS)))
    assert [each.size for each in found] == [30] * 10 + [300]
    assert len(found[-1].texts) == len(ROWS)


def test_gold_topics_are_numbered_within_the_draw() -> None:
    one = TopicSet.of("A", [*ROWS, *((f"Lone sentence number {at}, you see.", f"Lone {at}") for at in range(200))])
    for each in draws(one):
        assert set(each.gold.tolist()) == set(range(each.topics))
        assert [one.texts[row] for row in each.rows] == list(each.texts)


# Groupers ------------------------------------------------------------------------------------------------------------


def small_draw() -> Draw:
    return next(iter(draws(TopicSet.of("A", ROWS))))


def test_the_topics_of_the_product_are_told_as_labels() -> None:
    draw = small_draw()
    found = scores(topics(draw.texts, by_matter(draw.texts)), draw.gold)
    assert (found.v_measure, found.rand, found.groups) == pytest.approx((1, 1, draw.topics))


def test_a_text_in_no_topic_of_the_product_is_labelled_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FEW", 2)
    texts = ["On dams this is one.", "On dams this is two.", "On opera this is one.", "On opera this is two."]
    texts = [*texts, "On wolves this is alone."]
    found = topics(texts, by_matter(texts)).tolist()
    assert found in ([0, 0, 1, 1, -1], [1, 1, 0, 0, -1])


def test_k_means_is_told_how_many_topics_there_are() -> None:
    draw = small_draw()
    assert scores(k_means(draw.topics)(draw.texts, by_matter(draw.texts)), draw.gold).rand == 1
    assert len(set(k_means(2)(draw.texts, by_matter(draw.texts)).tolist())) == 2


@pytest.mark.skipif(not has_bertopic(), reason="BERTopic is an extra: pip install --editable '.[bench]'")
def test_bertopic_gives_the_same_labels_again() -> None:
    texts = [text for text, _ in ROWS]
    vectors = np.random.default_rng(0).normal(size=(len(texts), 8)).astype(np.float32)
    first, second = (bertopic(texts, vectors) for _ in range(2))
    assert first.tolist() == second.tolist()


def standing_in(monkeypatch: pytest.MonkeyPatch, fit_transform: Any) -> None:
    """A BERTopic for where none is installed."""
    made = SimpleNamespace(BERTopic=lambda: SimpleNamespace(fit_transform=fit_transform))
    monkeypatch.setitem(sys.modules, "bertopic", made)
    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace(set_num_threads=lambda _: None))
    monkeypatch.setattr("models.evaluation.topics.protocols.has_bertopic", lambda: True)


def test_each_text_alone_is_pure_and_tells_nothing() -> None:
    found = scores(each_alone(["a", "b", "c", "d"], by_matter(["dams"] * 4)), labels(0, 0, 1, 1))
    assert (found.rand, found.purity, found.groups) == (0, 1, 4)


# Sections ------------------------------------------------------------------------------------------------------------


def bench(data: Path, transcripts: Sequence[Transcript] = ()) -> TopicBench:
    return TopicBench(data, by_matter, lambda: transcripts)


def test_a_section_has_all_measures_of_each_size_and_says_what_is_reached(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_one_group(texts: list[str], vectors: NDArray[np.float32]) -> tuple[list[int], None]:
        return [0] * len(texts), None

    standing_in(monkeypatch, in_one_group)
    found = section("ArgKP", bench(data))
    rows = {(row.n, row.measure): row for row in found.rows}
    assert {n for n, _ in rows} == {30, 80}
    for n in (30, 80):
        value = {who: one.value for who, one in rows[n, "V-measure"].estimates.items()}
        assert [value["topics"], value["BERTopic"], value["k-means"]] == pytest.approx([1, 0, 1])
        above = rows[n, "V-measure, above that of BERTopic"]
        assert above.estimates["topics"].value == pytest.approx(1)
        assert above.met
        assert rows[n, "adjusted Rand index, above that of k-means"].met
    assert (rows[30, "V-measure"].clusters, rows[80, "V-measure"].clusters) == (10, 1)
    assert rows[30, "V-measure"].estimates["topics"].low is not None
    assert rows[80, "V-measure"].estimates["topics"].low is None


def test_without_bertopic_its_column_is_empty_and_the_reason_stands_there(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.evaluation.topics.protocols.has_bertopic", lambda: False)
    found = section("CAP", bench(data))
    assert not any("BERTopic" in row.estimates or "BERTopic" in row.measure for row in found.rows)
    assert any("pip install" in note for note in found.notes)


def test_a_grouper_that_gives_up_counts_as_one_group_and_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(texts: list[str], vectors: NDArray[np.float32]) -> None:
        raise ValueError("k must be less than the number of texts")

    standing_in(monkeypatch, refusing)
    with pytest.raises(CannotGroup):
        bertopic(["a"], by_matter(["dams"]))
    found = section("M-Arg", bench(data))
    groups = [row.estimates["BERTopic"].value for row in found.rows if row.measure == "groups"]
    assert groups == [1, 1]
    assert any("BERTopic cannot group 30 texts (k must be" in note and "10 times" in note for note in found.notes)


# Stability -----------------------------------------------------------------------------------------------------------


def speech(*sentences: str) -> Transcript:
    text = " ".join(sentences)
    return Transcript(text, (Utterance("Ann", Kind.SPEECH, 0, len(text)),))


MEETINGS = tuple(
    speech(*(f"We will say about {matter} what we said in the year {year}." for matter in MATTERS)) for year in range(3)
)


def stay_in_order(said: Said, vectors: NDArray[np.float32], previous: Sequence[Topic]) -> tuple[Topic, ...]:
    """One topic, whose id is the first statement that came."""
    return (Topic(said.ids[0], "", (), said.ids),)


def half_moves(said: Said, vectors: NDArray[np.float32], previous: Sequence[Topic]) -> tuple[Topic, ...]:
    """When there were topics before, every other statement of them is put into a new one."""
    ids = tuple(sorted(said.ids))
    moved = {each for topic in previous for each in topic.members[::2]}
    parts = {"old": tuple(each for each in ids if each not in moved), "new": tuple(sorted(moved))}
    return tuple(Topic(name, "", (), members) for name, members in parts.items() if members)


def values(found: Any) -> list[float]:
    return [row.estimates["topics"].value for row in found.rows]


def test_statements_are_those_that_the_product_groups_with_its_ids() -> None:
    said = Said.of([speech("Thank you.", "We will never close the old dams.")])
    assert said.texts == ("We will never close the old dams.",)
    assert said.ids[0].endswith("-11-44")
    assert said.documents == (said.ids[0].partition("-")[0],)


def test_the_product_gives_the_same_topics_of_shuffled_statements_and_keeps_them() -> None:
    said = Said.of(MEETINGS)
    told: list[tuple[int, int]] = []
    found = stability(said, by_matter(said.texts), grouped, lambda done, total: told.append((done, total)))
    assert values(found) == [1, 1, 1]
    assert all(row.met for row in found.rows)
    assert told == [(step, 23) for step in range(1, 24)]


def test_topics_that_follow_the_order_of_input_are_found_out() -> None:
    said = Said.of(MEETINGS)
    same, *_ = stability(said, by_matter(said.texts), stay_in_order).rows
    assert same.estimates["topics"].value < 0.5
    assert same.met is False


def test_statements_that_move_when_a_document_comes_are_counted() -> None:
    said = Said.of(MEETINGS)
    found = stability(said, by_matter(said.texts), half_moves)
    assert values(found) == [1, 0.5, 0.5]
    assert [row.met for row in found.rows] == [True, False, False]


def test_of_many_documents_some_are_left_out_in_turn() -> None:
    said = Said.of([speech(f"We will keep the dams in the year {year}.") for year in range(stable.DOCUMENTS + 5)])
    row = stability(said, by_matter(said.texts), grouped).rows[1]
    assert row.clusters == stable.DOCUMENTS


def test_a_single_transcript_tells_nothing_of_stability(data: Path) -> None:
    found = section("stability", bench(data, MEETINGS[:1]))
    assert found.rows == ()
    assert "two" in found.notes[0]


# The command ---------------------------------------------------------------------------------------------------------


def run_command(*arguments: str) -> Any:
    return CliRunner().invoke(commands, ["evaluate", "--topics", *arguments])


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    for at, one in enumerate(MEETINGS):
        write(
            tmp_path / "corpus" / "white-house" / f"{at}.txt", f"ANN: {one.text}", "", "BOB: I shall not agree to that."
        )
    return tmp_path / "corpus"


def test_the_command_prints_each_set_with_what_is_to_be_reached(data: Path) -> None:
    result = run_command(str(data), "--only", "ArgKP", "--only", "CAP")
    assert result.exit_code == 0, result.output
    head, *lines = [line for line in result.stdout.splitlines() if line]
    assert head.startswith("all-MiniLM-L6-v2")
    assert [line for line in lines if not line.startswith(" ")] == ["ArgKP", "CAP"]
    assert lines[1].split() == ["set", "measure", "n", "in", "topics", "BERTopic", "k-means", "each", "alone", "reach"]
    assert any("above that of k-means" in line and "at least 0.00: " in line for line in lines)
    assert "overlap" not in result.stdout


def test_an_interval_below_nothing_is_printed_with_a_word_between() -> None:
    below = Row("A", "V-measure, above that of BERTopic", 30, 10, {"topics": Estimate(-0.2, -0.3, -0.1)})
    lines = list(printed(Section("A", [below], (), ("topics",))))
    assert any("-0.200 (-0.300 to -0.100)" in line for line in lines)


def test_the_page_on_evaluation_tells_of_every_protocol() -> None:
    page = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")
    assert [name for name in PROTOCOLS if f"`{name}`" not in page] == []


def test_the_same_is_printed_as_json_and_stability_is_of_the_transcripts_beside(data: Path, transcripts: Path) -> None:
    result = run_command(str(data), "--json", "--only", "M-Arg", "--only", "stability")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found) == {"embedder", "sections"}
    m_arg, steady = found["sections"]
    assert {row["measure"] for row in m_arg["rows"]} >= {"V-measure", "adjusted Rand index", "purity", "groups"}
    same = steady["rows"][0]
    assert (same["set"], same["n"], same["topics"]["value"], same["met"]) == ("3 documents", 20, 1, True)


def test_a_set_that_is_not_there_is_passed_over(data: Path) -> None:
    (data / "argkp2021" / "ArgKP-2021_dataset.csv").unlink()
    result = run_command(str(data), "--only", "ArgKP", "--only", "M-Arg", "--only", "stability")
    assert result.exit_code == 0, result.output
    assert "skipped: " in result.stdout
    assert "holds no transcripts" in result.stdout


def test_an_unknown_set_and_a_folder_without_any_are_errors(tmp_path: Path, transcripts: Path) -> None:
    unknown = run_command(str(tmp_path), "--only", "ArgPK")
    assert unknown.exit_code == 1
    assert all(name in unknown.stderr for name in PROTOCOLS)
    nowhere = run_command(str(tmp_path / "nowhere"))
    assert nowhere.exit_code == 1
    assert "is no folder" in nowhere.stderr
    assert "argkp2021" in nowhere.stderr
    (tmp_path / "empty").mkdir()
    empty = run_command(str(tmp_path / "empty"))
    assert empty.exit_code == 1
    assert "holds no set" in empty.stderr
