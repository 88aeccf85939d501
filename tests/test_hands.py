"""Hands: whose words change hands between two editions of a text is listed, kept, and settled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.attribution import Doubt
from models.transcript import Metadata
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.readers import Source

VELDE = "We must never build the dam on the river. The dam takes the water away from all of us."
LAST = "The dam is paid for, and nobody will stop it now. " + "We said so to the whole council in the spring. " * 5
TALKS = f"""MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to our villages.

MINISTER VELDE:  {VELDE}

MINISTER OKORO:  {LAST}
"""
SWAPPED = TALKS.replace("MINISTER VELDE", "MINISTER OKORO")
NAMELESS = TALKS.replace("MINISTER VELDE", "SPEAKER 2")


def source(text: str) -> Source:
    return Source("talks.txt", text.encode())


@pytest.fixture
def talks(corpus: Corpus) -> Corpus:
    corpus.add(source(TALKS), Metadata(title="Talks"))
    return corpus


def found(corpus: Corpus, document: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            str(one.finding.doubt),
            one.finding.speaker and one.finding.speaker.id,
            one.finding.other and one.finding.other.id,
        )
        for one in corpus.attributing.of(document).open
        if one.finding.doubt in (Doubt.HANDS, Doubt.GONE)
    ]


def test_a_near_copy_with_fewer_speakers_says_whose_words_change_hands(talks: Corpus) -> None:
    doubts = [one for one in talks.preview(source(SWAPPED)).doubts if one.doubt is Doubt.HANDS]
    assert [" ".join(one.words.split()) for one in doubts] == [VELDE]
    document = talks.add(source(SWAPPED)).document.id
    assert found(talks, document) == [("gone", None, "velde"), ("hands", "okoro", "velde")]


def test_a_speaker_who_loses_all_words_to_a_label_that_names_nobody_is_listed(talks: Corpus) -> None:
    (old,) = talks.documents()
    preview = talks.preview(source(NAMELESS), replaces=old.id)
    assert [one.doubt for one in preview.doubts] == [Doubt.GONE, Doubt.HANDS]
    new = talks.replace(old.id, source(NAMELESS)).document.id
    assert found(talks, new) == [("gone", None, "velde"), ("hands", None, "velde")]
    page = create_app(Config(), talks).test_client().get(f"/documents/{new}", headers={"Accept": "text/html"}).text
    assert "Another edition of this text gives these words to Minister Velde; here they are nobody’s." in page
    assert "Minister Velde has words in another edition of this text, and none here." in page
    answer = create_app(Config(), talks).test_client().get(f"/documents/{new}/attribution").get_json()
    assert [(one["kind"], one["speaker"], one["other"]["id"]) for one in answer["doubts"]] == [
        ("gone", None, "velde"),
        ("hands", None, "velde"),
    ]


def test_the_previews_doubts_lead_to_their_turns(talks: Corpus) -> None:
    client = create_app(Config(), talks).test_client()
    page = client.post("/add", data={"text": SWAPPED}).text
    start = SWAPPED.index(VELDE)
    assert f'<li id="t{start}">' in page
    assert f'<a href="#t{start}"' in page


def test_words_that_are_cut_out_of_a_replacement_leave_their_speaker_gone(talks: Corpus) -> None:
    (old,) = talks.documents()
    without = TALKS.replace(f"MINISTER VELDE:  {VELDE}", "")
    new = talks.replace(old.id, source(without)).document.id
    assert found(talks, new) == [("gone", None, "velde")]


def test_giving_the_words_back_settles_it(talks: Corpus) -> None:
    (old,) = talks.documents()
    other = TALKS.replace("MINISTER VELDE", "MINISTER HANSEN")
    new = talks.replace(old.id, source(other)).document.id
    assert found(talks, new) == [("gone", None, "velde"), ("hands", "hansen", "velde")]
    again = talks.replace(new, source(TALKS)).document.id
    assert found(talks, again) == [("gone", None, "hansen"), ("hands", "velde", "hansen")]
    talks.attributing.sign_off(again, "M. Hopper")
    assert found(talks, again) == []


def test_a_correction_of_other_words_raises_none(talks: Corpus) -> None:
    (old,) = talks.documents()
    new = talks.replace(old.id, source(TALKS.replace("this year", "next year"))).document.id
    assert found(talks, new) == []


def test_a_label_that_names_nobody_and_says_much_is_listed(talks: Corpus) -> None:
    text = TALKS.replace("MINISTER VELDE", "SPEAKER 2").replace(VELDE, VELDE * 4)
    (nobody,) = [one for one in talks.preview(source(text)).doubts if one.doubt is Doubt.NOBODY]
    assert nobody.words == "SPEAKER 2"


def test_the_command_says_whose_words_change_hands(
    tmp_path: Path, models_at_hand: None, empty_at: Callable[[Path], str]
) -> None:
    run = CliRunner().invoke
    environment = {"COUNTERPOSE_DATABASE_URL": empty_at(tmp_path / "counterpose.sqlite")}
    for text, name in ((TALKS, "talks.txt"), (SWAPPED, "swapped.txt")):
        (tmp_path / name).write_text(text)
        outcome = run(commands, ["add", str(tmp_path / name)], env=environment)
    assert "hands, now Minister Okoro, in another edition Minister Velde" in outcome.output
    assert "gone, Minister Velde: has words in another edition" in outcome.output


def test_speaker_two_in_the_place_of_a_minister_of_the_corpus(corpus: Corpus, stockholm: Path) -> None:
    old = corpus.add(Source(stockholm.name, stockholm.read_bytes())).document.id
    text = stockholm.read_text(encoding="utf-8").replace("SECRETARY BLINKEN:", "SPEAKER 2:")
    new = corpus.replace(old, Source("new.txt", text.encode())).document.id
    kinds = {one.finding.doubt for one in corpus.attributing.of(new).open}
    assert {Doubt.NOBODY, Doubt.HANDS, Doubt.GONE} <= kinds
