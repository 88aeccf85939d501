"""Canonical: the one text that every format other than plain text is stored as, one utterance a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.transcript import Kind, Mark, Metadata, Transcript, Utterance
from service.errors import BadValue, Unreadable
from service.given import BIDI
from service.readers.parts.kind import with_parts_played
from service.readers.parts.label import kind_of
from service.readers.parts.turns import gaps, no_speakers, turns

_INTERPRETED = "(As interpreted.) "
LONGEST_LABEL = 200
_NO_NAME = re.compile(rf"{BIDI}|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One turn, or with neither label nor kind a stretch that belongs to nobody (a heading, a footer)."""

    label: str | None
    words: str
    kind: Kind | None = None
    marks: tuple[Mark, ...] = ()


def transcript_of(pieces: Iterable[Piece], metadata: Metadata | None = None, speaker: str | None = None) -> Transcript:
    """The transcript of turns already told apart: "Label: words", a blank line between, paragraphs on lines.

    `speaker` gives all the pieces to one speaker, if none is labelled. Raises NoSpeakers where nobody is.
    """
    joined = list(_joined(piece for piece in pieces if piece.words.strip()))
    for label in {piece.label for piece in joined if piece.label}:
        _demand_name(label)
    labelled = any(piece.label for piece in joined)
    if not labelled:
        text = "\n\n".join(_tidied(piece.words) for piece in joined)
        return Transcript(text, turns(text, speaker=speaker), metadata or Metadata(), hard_wrapped=False)
    if speaker is not None:
        raise BadValue(
            "The file says itself who speaks, so it cannot all be given to one speaker.",
            "Leave the speaker out, or map the labels to names.",
        )
    text, utterances = _written(joined)
    if not any(u.kind is Kind.SPEECH for u in utterances):
        raise no_speakers()
    stated = any(piece.kind for piece in joined)
    return Transcript(
        text, utterances if stated else with_parts_played(text, utterances), metadata or Metadata(), hard_wrapped=False
    )


def canonical(text: str, metadata: Metadata | None = None, speaker: str | None = None) -> Transcript:
    """The transcript of a text taken out of another format (a page, a Word file), its turns found by their labels."""
    found = turns(text, speaker=speaker)
    if speaker is not None:
        return Transcript(text, found, metadata or Metadata(), hard_wrapped=False)
    pieces: list[Piece] = []
    nobodys = gaps(text, found)
    for before, utterance in zip(nobodys, (*found, None), strict=True):
        pieces += [Piece(None, words) for words in before]
        if utterance is not None:
            words = text[utterance.start : utterance.end]
            pieces.append(Piece(utterance.label, words, utterance.kind, utterance.marks))
    return transcript_of(pieces, metadata)


def _demand_name(label: str) -> None:
    if len(label) > LONGEST_LABEL or _NO_NAME.search(label):
        raise Unreadable(
            f"The label {label[:60]!r} is no name: it has {len(label):,} characters, or some that cannot be seen.",
            "Correct it, or leave it out where the words belong to nobody.",
        )


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring pieces of one voice as one."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        last = runs[-1][0] if runs else None
        if last and piece.label and (last.label, last.kind, last.marks) == (piece.label, piece.kind, piece.marks):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return [replace(run[0], words="\n".join(one.words for one in run)) for run in runs]


def _written(pieces: Iterable[Piece]) -> tuple[str, tuple[Utterance, ...]]:
    parts: list[str] = []
    utterances: list[Utterance] = []
    at = 0
    for piece in pieces:
        words = _tidied(piece.words)
        lead = ""
        if piece.label:
            label = " ".join(piece.label.split())
            lead = f"{label}: {_INTERPRETED if Mark.INTERPRETED in piece.marks else ''}"
            start = at + len(lead)
            utterances.append(Utterance(label, piece.kind or kind_of(label), start, start + len(words), piece.marks))
        parts.append(f"{lead}{words}")
        at += len(parts[-1]) + 2
    return "\n\n".join(parts), tuple(utterances)


def _tidied(words: str) -> str:
    """Words with single spaces, and a single newline between paragraphs."""
    return _BREAK.sub("\n", _SPACE.sub(" ", words.replace("\r\n", "\n").replace("\r", "\n"))).strip()
