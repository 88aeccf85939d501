"""Attribution: who is taken to say what in the real transcripts, held against turns labelled by reading them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.identity import resolve
from models.transcript import Kind, Mark, Transcript, Utterance
from service.readers import Source, read

LABELLED: dict[str, Any] = json.loads(Path(__file__).with_name("attribution.json").read_text(encoding="utf-8"))


@cache
def _read(path: Path) -> Transcript:
    return read(Source(path.name, path.read_bytes()))


def _within(transcript: Transcript, entry: dict[str, Any]) -> list[Utterance]:
    return [u for u in transcript.utterances if u.start < entry["end_offset"] and u.end > entry["offset"]]


def _faults(transcript: Transcript, turn: dict[str, Any]) -> list[str]:
    """What is wrong with one turn. A turn may be several utterances, cut where interpretation sets in."""
    found = _within(transcript, turn)
    if not found:
        return [] if turn.get("no_speech") else ["not found"]
    faults = []
    if {(u.label or "").strip() for u in found} != {turn["label"].strip()}:
        faults.append(f"said by {sorted({u.label or '' for u in found})}")
    if found[0].start != turn["offset"] and not turn.get("start_disputable"):
        faults.append(f"starts at {found[0].start}, not {turn['offset']}")
    if found[-1].end != turn["end_offset"] and not turn.get("end_disputable"):
        faults.append(f"ends at {found[-1].end}, not {turn['end_offset']}")
    aide = turn["label"].endswith("AIDE")  # labelled as moderating; Kind counts aides among the audience
    if not turn.get("disputable") and {u.kind for u in found} != {Kind.AUDIENCE if aide else Kind(turn["kind"])}:
        faults.append(f"is {found[0].kind}, not {turn['kind']}")
    if bool(turn.get("interpreted")) != (Mark.INTERPRETED in found[0].marks) and not turn.get("interpreted_part"):
        faults.append(f"interpreted should be {bool(turn.get('interpreted'))}")
    if turn.get("interpreted_part") and not any(Mark.INTERPRETED in u.marks for u in found):
        faults.append("no part of it is marked as interpreted")
    return faults


def test_there_are_enough_labelled_turns_to_say_anything() -> None:
    assert len(LABELLED["turns"]) >= 200


def test_every_labelled_turn_is_attributed_as_a_reader_of_the_transcript_would(shared: Path) -> None:
    wrong = [
        f"{turn['file']}:{turn['line']} {turn['label']}: {'; '.join(faults)}"
        for turn in LABELLED["turns"]
        if (faults := _faults(_read(shared / "corpus" / turn["file"]), turn))
    ]
    assert not wrong, f"{len(wrong)} of {len(LABELLED['turns'])}\n" + "\n".join(wrong)


def test_what_nobody_said_is_in_nobodys_utterance(shared: Path) -> None:
    wrong = [
        f"{entry['file']}:{entry['line']}"
        for entry in LABELLED["nobody"]
        if _within(_read(shared / "corpus" / entry["file"]), entry)
    ]
    assert not wrong, f"{len(wrong)} of {len(LABELLED['nobody'])}\n" + "\n".join(wrong)


@pytest.mark.parametrize("together", [True, False], ids=["same person", "different people"])
def test_labels_are_merged_only_where_they_are_one_person(shared: Path, together: bool) -> None:
    for entry in LABELLED["same_person" if together else "different_people"]:
        transcript = _read(shared / "corpus" / entry["file"])
        resolution = resolve(list(dict.fromkeys(u.label for u in transcript.utterances if u.label)))
        ids = [resolution.assigned[label.strip()].id for label in entry["labels"]]
        unsure = {merge.label for merge in resolution.unsure}
        if together:
            assert len(set(ids)) == 1 or unsure & {label.strip() for label in entry["labels"]}, entry
        else:
            assert len(set(ids)) == len(ids), entry
