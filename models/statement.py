"""Statement: a verbatim stretch of an utterance that can be compared, and how utterances are cut into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from models.courtesy import is_comparable
from models.length import LONGEST
from models.sentences import sentences
from models.transcript import Kind, Mark, Transcript, Utterance

CONTEXT = 2  # sentences shown either side of a statement
PACE = 200_000  # characters cut between two beats


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: `transcript.text[start:end] == text`, always.

    `utterance` indexes `transcript.utterances`; `paragraph` counts from 1 through all utterances of the document.
    `comparable` is False for courtesies, procedure and fragments, which serve as context only; so are the two parts of
    a sentence that the edge of a page cuts through, and what is too long to be read closely.
    `before` and `after` are the neighbouring sentences of the same utterance, verbatim, up to one that is too long.
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


Cut = tuple[int, int, int]
"""Start and end of a sentence, and its paragraph."""

_PARAGRAPH = re.compile(r"(?:(?!\n[ \t\u00a0]*\r?\n).)+", re.DOTALL)
_LINE = re.compile(r"[^\n]+")
_END = 12  # characters that tell whether a sentence ends
_ENDS = re.compile(r"[.?!…:;][\"'”’»)\]*_]*$")
_SPOKEN_MARKS = (
    (Mark.INAUDIBLE, re.compile(r"[(\[]\s*(?:in|un)(?:audible|intelligible)", re.IGNORECASE)),
    (Mark.CROSSTALK, re.compile(r"[(\[]\s*cross[- ]?talk", re.IGNORECASE)),
)


def statements(transcript: Transcript, beat: Callable[[], None] = lambda: None) -> tuple[Statement, ...]:
    """Cut every SPEECH utterance into its sentences, in order. Other kinds give none; their paragraphs are counted.

    `beat` is called from time to time: of the largest texts it takes a minute, and may raise what ends it.
    """
    found: list[Statement] = []
    paragraph = told = 0
    cut = _cut_through(transcript)
    for index, utterance in enumerate(transcript.utterances):
        cuts: list[Cut] = []
        for at, (start, end) in enumerate(_paragraphs(transcript, utterance)):
            if end - told >= PACE:
                beat()
                told = end
            paragraph += at > 0 or index not in cut
            if utterance.kind is Kind.SPEECH:
                cuts += [(s, e, paragraph) for s, e in _sentences(transcript.text, start, end)]
        for at, (start, end, number) in enumerate(cuts):
            text = transcript.text[start:end]
            earlier = list(takewhile(_is_context, reversed(cuts[max(0, at - CONTEXT) : at])))[::-1]
            later = list(takewhile(_is_context, cuts[at + 1 : at + 1 + CONTEXT]))
            found.append(
                Statement(
                    text=text,
                    start=start,
                    end=end,
                    utterance=index,
                    paragraph=number,
                    marks=_marks(text, utterance),
                    comparable=is_comparable(text)
                    and not (at == 0 and index in cut)
                    and not (at + 1 == len(cuts) and index + 1 in cut),
                    before=transcript.text[earlier[0][0] : earlier[-1][1]] if earlier else "",
                    after=transcript.text[later[0][0] : later[-1][1]] if later else "",
                )
            )
    return tuple(found)


def _cut_through(transcript: Transcript) -> frozenset[int]:
    """The utterances that begin in mid-sentence, where the one before breaks off."""
    text, pairs = transcript.text, enumerate(pairwise(transcript.utterances), 1)
    return frozenset(
        at
        for at, (one, after) in pairs
        if (one.label, one.kind, one.marks) == (after.label, after.kind, after.marks)
        and _goes_on(text[one.start : one.end], text[after.start : after.end])
    )


def _paragraphs(transcript: Transcript, utterance: Utterance) -> Iterator[tuple[int, int]]:
    pattern = _PARAGRAPH if transcript.hard_wrapped else _LINE
    text, found = transcript.text, None
    for match in pattern.finditer(text, utterance.start, utterance.end):
        if not match.group().strip():
            continue
        if found:
            tail = text[max(found[0], found[1] - _END) : found[1]]
            if not transcript.hard_wrapped and _goes_on(tail, match.group()):
                found = found[0], match.end()
                continue
            yield found
        found = match.span()
    if found:
        yield found


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence that breaks off at the end of the one goes on in the other, as it does at a page's end."""
    return after.lstrip()[:1].islower() and not _ENDS.search(before[-_END:].rstrip())


def _is_context(cut: Cut) -> bool:
    start, end, _ = cut
    return end - start <= LONGEST


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    for s, e in sentences(block):
        piece = block[s:e]
        stripped = piece.strip()
        if stripped:
            lead = len(piece) - len(piece.lstrip())
            yield start + s + lead, start + s + lead + len(stripped)


def _marks(text: str, utterance: Utterance) -> tuple[Mark, ...]:
    heard = {mark for mark, pattern in _SPOKEN_MARKS if pattern.search(text)}
    return tuple(m for m in Mark if m in heard or m in utterance.marks)
