"""The judge of positions: what it takes for one, what it would keep, and what it must not lean on."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score

from models import position
from models.embedding import Embedder
from models.errors import ModelError
from models.evaluation.debate_sentences import debate_sentences
from models.evaluation.positions import LABELS as MEASURED
from models.evaluation.positions import labelled
from models.evaluation.reading import UnusableSet
from models.files import SUMS
from models.position import FILE, bundled
from models.training.labelled import kept_aside
from models.training.position import KEPT, best_f1, keeping
from models.training.position import LABELS as TRAINED

POSITIONS = (
    "The new pipeline will make Europe more dependent on a government that breaks its promises.",
    "We demand that every foreign soldier leave the island before the elections are held.",
    "Sanctions have failed, and they hurt the poor far more than the generals.",
    "Nuclear weapons have kept the peace between the great powers for seventy years.",
    "The island belongs to us, and we will never recognise a border that was drawn by foreign armies.",
)
NOTHING_TO_COMPARE = (
    "Thank you very much, Mr. President, for your kind words.",
    "The next question goes to Anna from the evening news.",
    "And that is what we did.",
    "We arrived last night.",
    "My mother grew up in this town.",
)


def scores(embedder: Embedder, texts: tuple[str, ...]) -> list[float]:
    return [float(score) for score in bundled().scores(texts, embedder.embed(texts))]


@pytest.mark.parametrize("text", POSITIONS)
def test_a_stand_on_a_public_matter_is_a_position(embedder: Embedder, text: str) -> None:
    (score,) = scores(embedder, (text,))
    assert score >= bundled().position


@pytest.mark.parametrize("text", NOTHING_TO_COMPARE)
def test_courtesy_procedure_and_anecdote_are_not_even_kept_by_caution(embedder: Embedder, text: str) -> None:
    (score,) = scores(embedder, (text,))
    assert score < bundled().cautious


def test_keeping_is_more_cautious_than_calling_it_a_position() -> None:
    assert 0 < bundled().cautious < bundled().position < 1


@pytest.mark.parametrize("text", POSITIONS)
def test_a_transcript_without_capitals_and_full_stops_keeps_its_positions(embedder: Embedder, text: str) -> None:
    (score,) = scores(embedder, (text.lower().rstrip("."),))
    assert score >= bundled().cautious


def test_a_score_depends_on_its_own_text_alone(embedder: Embedder) -> None:
    together = scores(embedder, POSITIONS + NOTHING_TO_COMPARE)
    backwards = scores(embedder, (*reversed(POSITIONS + NOTHING_TO_COMPARE), POSITIONS[0]))
    assert backwards[-1] == backwards[-2]
    assert backwards[-2::-1] == pytest.approx(together, abs=1e-5)
    assert all(0 <= score <= 1 for score in together)


def test_of_no_texts_there_are_no_scores() -> None:
    judge = bundled()
    assert judge.scores([], np.zeros((0, len(judge.of_vector)), np.float32)).shape == (0,)


def test_it_reads_the_bundled_embedders_vectors(embedder: Embedder) -> None:
    assert bundled().embedder == embedder.sha256
    assert len(bundled().of_vector) == embedder.dimensions


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (FILE, SUMS):
        shutil.copy(position.FOLDER / name, tmp_path)
    monkeypatch.setattr(position, "FOLDER", tmp_path)
    assert bundled.__wrapped__().cautious == bundled().cautious
    path = tmp_path / FILE
    path.write_text(path.read_text("utf-8").replace('"cautious": 0', '"cautious": 1'), "utf-8")
    with pytest.raises(ModelError, match="damaged or was changed"):
        bundled.__wrapped__()


# What it was trained on and what it is measured on -------------------------------------------------------------------


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_no_document_both_trains_and_measures() -> None:
    trained, measured = ({row["source"] for row in rows(path)} for path in (TRAINED, MEASURED))
    assert not trained & measured
    assert not any(kept_aside(name(source)) for source in trained)
    split = {source for source in measured if source.startswith(("un/", "white-house/"))}
    assert split
    assert all(kept_aside(name(source)) for source in split)


def name(source: str) -> str:
    folder, _, rest = source.partition("/")
    return f"{rest}.txt" if folder == "un" else rest


@pytest.mark.parametrize(("path", "labels"), [(TRAINED, {"1": 570, "0": 1030}), (MEASURED, {"1": 121, "0": 179})])
def test_the_labels_name_places_and_never_the_words(path: Path, labels: dict[str, int]) -> None:
    found = rows(path)
    assert Counter(row["label"] for row in found) == labels
    assert all(set(row) == {"source", "start", "end", "label"} for row in found)
    assert all(0 <= int(row["start"]) < int(row["end"]) for row in found)


@pytest.mark.corpus
def test_on_sentences_it_has_not_seen_it_beats_counting_words_and_keeps_nearly_all_positions(
    transcripts: Path, embedder: Embedder
) -> None:
    read, judge = labelled(transcripts), bundled()
    found = judge.scores(read.texts, embedder.embed(read.texts))
    long = [len(text.split()) > 8 for text in read.texts]
    assert f1_score(read.positions, found >= judge.position) > f1_score(read.positions, long)
    assert (found[read.positions] >= judge.cautious).mean() > 0.9
    assert (found[~read.positions] >= judge.cautious).mean() < 0.5


# Training ------------------------------------------------------------------------------------------------------------


def test_the_cautious_threshold_is_the_highest_that_keeps_enough_positions() -> None:
    draw = np.random.default_rng(3)
    score, label = draw.random(500), draw.random(500) < 0.5
    cut = keeping(score, label)
    assert (score[label] >= cut).mean() >= KEPT > (score[label] >= cut + 0.02).mean()


def test_the_other_threshold_has_the_best_f1_there_is() -> None:
    draw = np.random.default_rng(3)
    label = draw.random(200) < 0.4
    score = np.round(draw.random(200) + 0.5 * label, 3)
    best = max(f1_score(label, score >= cut) for cut in np.unique(score))
    assert f1_score(label, score >= best_f1(score, label)) == pytest.approx(best)


# Sentences of debates ------------------------------------------------------------------------------------------------


@pytest.fixture
def debates(tmp_path: Path) -> Path:
    """One debate of 1999 in the form of ElecDeb, and a transcript of a year that nobody annotated."""
    folder = tmp_path / "elecdeb"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "relations.csv").write_text(
        "section,year,relation,subject,subject_type,object,object_type,subject_speaker,object_speaker\n"
        '1999_1May_1,1999,Support,"the dam, it drowns the valley",Claim,nobody needs the power,Premise,BERG,BERG\n',
        "utf-8",
    )
    (folder / "transcripts" / "1_1999.txt").write_text(
        "HOST: Good evening. The dam - it drowns the valley?\n"
        "BERG: Good evening to you. I say the dam -- it drowns the valley.  And nobody needs the power.\n"
        "It was built in May.\n",
        "utf-8",
    )
    (folder / "transcripts" / "2_2003.txt").write_text("BERG: Nobody needs the power.\n", "utf-8")
    return tmp_path


def test_a_sentence_with_a_linked_component_counts_whatever_its_punctuation(debates: Path) -> None:
    found = {one.text: one.linked for one in debate_sentences(debates)}
    assert found == {
        "Good evening to you.": False,
        "I say the dam -- it drowns the valley.": True,
        "And nobody needs the power.": True,
        "It was built in May.": False,
    }


def test_without_transcripts_there_is_nothing_to_measure(debates: Path) -> None:
    shutil.rmtree(debates / "elecdeb" / "transcripts")
    with pytest.raises(UnusableSet, match="no transcript"):
        debate_sentences(debates)
