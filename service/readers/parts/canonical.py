"""Canonical: the one text that every format other than plain text is stored as, one utterance a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.transcript import Kind, Mark, Metadata, Transcript, Utterance
from service.errors import BadValue
from service.readers.parts.kind import with_parts_played
from service.readers.parts.label import kind_of
from service.readers.parts.turns import gaps, no_speakers, turns

_INTERPRETED = "(As interpreted.) "
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


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring pieces of one voice as one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and piece.label and (last.label, last.kind, last.marks) == (piece.label, piece.kind, piece.marks):
            joined[-1] = Piece(last.label, f"{last.words}\n{piece.words}", last.kind, last.marks)
        else:
            joined.append(piece)
    return joined


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
