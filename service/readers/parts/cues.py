"""Cues: timed captions (WebVTT, SRT) to turns, by voice tags or names before the words."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.transcript import Mark, Metadata, Transcript
from service.readers.parts import mark
from service.readers.parts.canonical import Piece, transcript_of
from service.readers.parts.label import Shape, has_title, is_role, shape_of
from service.readers.parts.turns import no_speakers

_VOICE = re.compile(r"<v(?:\.[\w.-]+)?\s+([^>]{1,200})>(.*?)(?=<v[\s.]|</v>|\Z)", re.S)
_TAG = re.compile(r"</?[a-zA-Z0-9.:][^<>]{0,200}>|</?>|\{\\[^}]{0,40}\}")
_NAMED = re.compile(r"\s*(?:-\s?)?(>>>?)?\s*([^:：\n]{1,80})\s?[:：](?=\s|$)\s*")
_TURN = re.compile(r"\s*>>>?\s*")


def transcript_of_cues(cues: Iterable[str], metadata: Metadata, speaker: str | None) -> Transcript:
    """The transcript of cue texts in order; neighbouring cues of one voice are one utterance.

    Raises NoSpeakers where no cue says who speaks and `speaker` is not given.
    """
    texts = list(cues)
    if any(_VOICE.search(text) for text in texts):
        pieces = [piece for text in texts for piece in _voiced(text)]
        return transcript_of(_carried(pieces), metadata, speaker)
    lines = _unrolled([line for text in texts for line in _plain(text).split("\n")])
    named = _names(lines)
    if not named:
        if speaker is None:
            raise no_speakers()
        return transcript_of([Piece(None, " ".join(_TURN.sub("", line) for line in lines))], metadata, speaker)
    return transcript_of(_turns(lines, named), metadata, speaker)


def _voiced(text: str) -> list[Piece]:
    """The voices of one cue; words before its first voice tag go on from the cue above."""
    first = _VOICE.search(text)
    lead = _plain(text[: first.start()] if first else text)
    pieces = [Piece(None, lead)] if lead.strip() else []
    voiced = (_marked(html.unescape(found[1]).strip(), _plain(found[2])) for found in _VOICE.finditer(text))
    return [*pieces, *voiced]


def _marked(label: str, words: str) -> Piece:
    aside = mark.ASIDE.match(words.lstrip())
    if aside and mark.is_interpreted(aside[0]):
        return Piece(label, words.lstrip()[aside.end() :].lstrip(" :"), marks=(Mark.INTERPRETED,))
    return Piece(label, words)


def _carried(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces on one line each, those without a voice given to the voice above; before the first they are nobody's."""
    runs: list[tuple[Piece, list[str]]] = []
    for piece in pieces:
        words = " ".join(piece.words.split())
        last = runs[-1][0] if runs else None
        same = last is not None and last.label is not None and (piece.label is None or piece.label == last.label)
        if last is not None and same and (piece.label is None or not piece.marks or piece.marks == last.marks):
            runs[-1][1].append(words)
        else:
            runs.append((piece, [words]))
    return [replace(first, words=" ".join(filter(None, words))) for first, words in runs]


def _plain(text: str) -> str:
    """A cue's words: tags and inline clock times dropped, entities undone."""
    return html.unescape(_TAG.sub("", text)).replace("\xa0", " ").replace("\u200b", "")


def _unrolled(lines: Iterable[str]) -> list[str]:
    """The lines without the repetitions of rolling captions, where each cue shows the last line or two again."""
    kept: list[str] = []
    for line in (" ".join(line.split()) for line in lines):
        if not line or line in kept[-2:]:
            continue
        if kept and line.startswith(kept[-1] + " "):
            kept[-1] = line
        else:
            kept.append(line)
    return kept


def _names(lines: Sequence[str]) -> set[str]:
    """The names before a colon that are speakers' by their shape, and by recurring, an office or a turn mark (>>)."""
    found = [match for line in lines if (match := _NAMED.match(line))]
    shapes = {match[2].strip(): shape_of(match[2].strip()) for match in found}
    times = Counter(match[2].strip() for match in found)
    marked = {match[2].strip() for match in found if match[1]}
    names = {
        label
        for label, shape in shapes.items()
        if shape is not None
        and (shape in (Shape.CAPITALS, Shape.ROLE) or label in marked or times[label] > 1 or has_title(label))
    }
    return names if any(not is_role(label) for label in names) else set()


def _turns(lines: Sequence[str], named: set[str]) -> list[Piece]:
    pieces: list[Piece] = []
    unknown = "Unidentified"
    for line in lines:
        match = _NAMED.match(line)
        if match and match[2].strip() in named:
            pieces.append(_marked(match[2].strip(), line[match.end() :]))
        elif turn := _TURN.match(line):
            pieces.append(Piece(unknown, line[turn.end() :]))  # the captions say that somebody else speaks, not who
        else:
            pieces.append(Piece(None, line))
    return _carried(pieces)
