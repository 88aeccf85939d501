"""Statement: a verbatim stretch of an utterance that can be compared, and how utterances are cut into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nupunkt import sent_spans  # segmenter trained on formal English; exact spans, no model download

from models.courtesy import is_comparable
from models.transcript import Kind, Mark, Transcript, Utterance

CONTEXT = 2  # sentences shown either side of a statement


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: `transcript.text[start:end] == text`, always.

    `utterance` indexes `transcript.utterances`; `paragraph` counts from 1 through all utterances of the document.
    `comparable` is False for courtesies, procedure and fragments, which serve as context only.
    `before` and `after` are the neighbouring sentences of the same utterance, verbatim.
    """

    text: str
    start: int
    end: int
    utterance: int
    paragraph: int
    marks: tuple[Mark, ...]
    comparable: bool
    before: str
    after: str


_PARAGRAPH = re.compile(r"(?:(?!\n[ \t\u00a0]*\r?\n).)+", re.DOTALL)
_LINE = re.compile(r"[^\n]+")
_SPOKEN_MARKS = (
    (Mark.INAUDIBLE, re.compile(r"[(\[]\s*(?:in|un)(?:audible|intelligible)", re.IGNORECASE)),
    (Mark.CROSSTALK, re.compile(r"[(\[]\s*cross[- ]?talk", re.IGNORECASE)),
)


def statements(transcript: Transcript) -> tuple[Statement, ...]:
    """Cut every SPEECH utterance into its sentences, in order. Other kinds give none; their paragraphs are counted."""
    found: list[Statement] = []
    paragraph = 0
    for index, utterance in enumerate(transcript.utterances):
        cuts = []
        for start, end in _paragraphs(transcript, utterance):
            paragraph += 1
            if utterance.kind is Kind.SPEECH:
                cuts += [(s, e, paragraph) for s, e in _sentences(transcript.text, start, end)]
        for at, (start, end, number) in enumerate(cuts):
            text = transcript.text[start:end]
            earlier, later = cuts[max(0, at - CONTEXT) : at], cuts[at + 1 : at + 1 + CONTEXT]
            found.append(
                Statement(
                    text=text,
                    start=start,
                    end=end,
                    utterance=index,
                    paragraph=number,
                    marks=_marks(text, utterance),
                    comparable=is_comparable(text),
                    before=transcript.text[earlier[0][0] : earlier[-1][1]] if earlier else "",
                    after=transcript.text[later[0][0] : later[-1][1]] if later else "",
                )
            )
    return tuple(found)


def _paragraphs(transcript: Transcript, utterance: Utterance) -> Iterator[tuple[int, int]]:
    pattern = _PARAGRAPH if transcript.hard_wrapped else _LINE
    for match in pattern.finditer(transcript.text, utterance.start, utterance.end):
        if match.group().strip():
            yield match.span()


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    for s, e in sent_spans(block):
        piece = block[s:e]
        stripped = piece.strip()
        if stripped:
            lead = len(piece) - len(piece.lstrip())
            yield start + s + lead, start + s + lead + len(stripped)


def _marks(text: str, utterance: Utterance) -> tuple[Mark, ...]:
    heard = {mark for mark, pattern in _SPOKEN_MARKS if pattern.search(text)}
    return tuple(m for m in Mark if m in heard or m in utterance.marks)
