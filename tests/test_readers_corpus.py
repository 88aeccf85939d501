"""The real transcripts read: every file that has labels, with every quote an exact slice, and none that has not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from models.identity import resolve
from models.near_copy import _words_only, near_copy
from models.transcript import Kind, Mark, Transcript
from service.errors import NoSpeakers
from service.readers import Source, left_out, read

OF_NO_LABEL = ("_plain.txt", "LICENSE.txt")


@cache
def _read(path: Path, speaker: str | None = None) -> Transcript:
    return read(Source(path.name, path.read_bytes()), speaker)


def _labelled(shared: Path) -> Iterator[Path]:
    corpus = shared / "corpus"
    yield corpus / "stockholm-2021-12-02.txt"
    yield from sorted((corpus / "white-house").glob("*.md"))
    yield from sorted((corpus / "us-debates-captions").glob("*.said"))
    yield from (p for p in sorted((corpus / "us-debates-2020").glob("*.txt")) if not p.name.endswith(OF_NO_LABEL))


def test_every_labelled_transcript_is_read_and_stored_as_it_is(shared: Path) -> None:
    paths = list(_labelled(shared))
    assert len(paths) == 1 + 54 + 4 + 5
    for path in paths:
        transcript = _read(path)
        assert transcript.text == path.read_bytes().decode("utf-8-sig")
        at = 0
        for utterance in transcript.utterances:
            assert at <= utterance.start < utterance.end, path.name
            at = utterance.end
        sides = {u.label for u in transcript.utterances if u.kind is Kind.SPEECH}
        assert len(sides) >= (1 if "town_hall" in path.name else 2), path.name


def test_texts_without_labels_are_refused_until_a_speaker_is_named(shared: Path) -> None:
    paths = [p for p in sorted((shared / "corpus" / "us-debates-2020").glob("*.txt")) if p.name.endswith(OF_NO_LABEL)]
    assert len(paths) == 6
    for path in [*paths, *sorted((shared / "corpus" / "us-debates-captions").glob("*.vtt"))]:
        with pytest.raises(NoSpeakers):
            _read(path)
        assert len(_read(path, "Somebody").utterances) == 1


def test_stockholm_has_two_speakers_and_its_banner_and_footer_are_nobodys(stockholm: Path) -> None:
    transcript = _read(stockholm)
    first, second = transcript.utterances
    assert (first.label, second.label) == ("FOREIGN MINISTER LAVROV", "SECRETARY BLINKEN")
    assert (first.marks, second.marks) == ((Mark.INTERPRETED,), ())
    assert transcript.text[first.start :].startswith("So Mr. Secretary of State")
    assert transcript.text[: second.end].endswith("down to work.\u00a0 Thank you.")
    assert len(left_out(transcript)) == 7
    assert left_out(transcript)[-2] == "U.S. Department of State"


def test_no_sentence_is_taken_for_a_label(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "white-house").glob("*.md")):
        for utterance in _read(path).utterances:
            assert utterance.label is not None
            assert utterance.label == utterance.label.upper(), (path.name, utterance.label)


def test_debates_keep_moderators_press_and_audience_apart_from_the_sides(shared: Path) -> None:
    sides = {
        "us-debates-2020/us_election_2020_1st_presidential_debate.txt": {
            "Vice President Joe Biden",
            "President Donald J. Trump",
        },
        "us-debates-2020/us_election_2020_2nd_presidential_debate.txt": {"Joe Biden", "Donald Trump"},
        "us-debates-2020/us_election_2020_vice_presidential_debate.txt": {"Kamala Harris", "Mike Pence"},
        "us-debates-2020/us_election_2020_biden_town_hall.txt": {"Joe Biden"},
        "us-debates-2020/us_election_2020_trump_town_hall.txt": {"President Trump"},
        "us-debates-captions/1980-10-28.said": {"Ronald W Reagan", "Jimmy E Carter"},
        "us-debates-captions/1992-10-11.said": {"H Ross Perot", "Bill J Clinton", "George HW Bush"},
        "us-debates-captions/2008-09-26.said": {"Barack H Obama", "John S McCain"},
        "us-debates-captions/2012-10-22.said": {"W Mitt Romney", "Barack H Obama"},
    }
    for name, expected in sides.items():
        transcript = _read(shared / "corpus" / name)
        assert {u.label for u in transcript.utterances if u.kind is Kind.SPEECH} == expected, name


def test_the_corrected_version_of_an_event_is_found_among_all_the_others(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.near_copy._words_only", cache(_words_only))  # each is held against all the others
    texts = {p.name: _read(p).text for p in sorted((shared / "corpus" / "white-house").glob("*.md"))}
    corrected = next(name for name in texts if "corrected" in name)
    for name, text in texts.items():
        found = near_copy(text, {other: words for other, words in texts.items() if other != name})
        if "andrzej-duda-of-poland-in-joint-press" in name:
            assert found is not None, name
            assert found[0] == name.replace("-corrected", "") or found[0] == corrected
        else:
            assert found is None, name


def test_first_ladies_and_presidents_are_two_people_each(shared: Path) -> None:
    path = next((shared / "corpus" / "white-house").glob("2022-09-07*.md"))
    labels = [u.label for u in _read(path).utterances if u.kind is Kind.SPEECH and u.label]
    assert len({one.id for one in resolve(labels).assigned.values()}) == len(set(labels)) == 4
