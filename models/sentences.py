"""Sentences: where each of a text begins and ends, found in time that grows with the text's length."""

from __future__ import annotations

import re
from bisect import bisect

from nupunkt import sent_spans  # segmenter trained on formal English; exact spans, no model download

Span = tuple[int, int]

RUN = 300  # characters without white space; what is looked for in a longer run takes the square of its length
_LONG_RUN = re.compile(rf"(?<!\S)\S{{{RUN + 1},}}")


def sentences(text: str) -> list[Span]:
    """The sentences of a text, each with the white space that follows it: together they are the whole.

    In a run of characters without white space that is longer than `RUN`, none ends but near the run's own ends.
    """
    parts: list[str] = []
    seams: list[int] = []  # in what is left of the text, where the inside of a run was taken out
    gone = [0]  # characters taken out before the first seam, before the second, ...
    at = 0
    for run in _LONG_RUN.finditer(text):
        first, last = run.start() + RUN // 2, run.end() - RUN // 2
        parts.append(text[at:first])
        seams.append(first - gone[-1])
        gone.append(gone[-1] + last - first)
        at = last
    parts.append(text[at:])
    return [(s + gone[bisect(seams, s)], e + gone[bisect(seams, e)]) for s, e in sent_spans("".join(parts))]
