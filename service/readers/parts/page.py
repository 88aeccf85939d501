"""Page: what a printed page leaves in a text: its head and foot, and whether lines end at its margin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

MARGIN = 120  # characters; a longer line was not cut at a margin
LONG = 0.5  # least share of a text that stands in such lines, where its lines are paragraphs
ENDING = 0.5  # least share of these lines that end as sentences do: at a wider margin few would
HEAD = 80  # characters of a page's head at most

Range = tuple[int, int]
"""From and to, the end exclusive, in code points."""

_LINE = re.compile(r"[^\r\n]+")
_SENTENCE_END = re.compile(r"[.?!…:;][\"'”’»)\]]*$")
_SYMBOL = r"[A-Z]{1,4}(?:/[A-Z]{1,6})?/[\w.]*\d(?:[\w./]*\w)?"  # of a document: A/70/PV.15, S/PV.2361, A/75/592/Add.9
_DATE = r"\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_JOB = r"\d{2}-\d{5}"  # of the printer: 15-29658
_PAGE = r"\d{1,4}/\d{1,4}"  # of so many: 14/55
_NUMBER = re.compile(r"[-–—]?[^\S\r\n]?(\d{1,4})[^\S\r\n]?[-–—]?")
_BLANK = r"[^\S\r\n]+"
_EDGE = re.compile(
    rf"(?:(?:{_DATE}|{_PAGE}|\d{{1,4}}){_BLANK})*(?:{_SYMBOL}|{_JOB})"
    rf"(?:{_BLANK}(?:{_SYMBOL}|{_DATE}|{_JOB}|{_PAGE}|\d{{1,4}}|\([A-Z]\)|\*\d+\*))*"
)
_RUN_ON = re.compile(rf"(?:{_JOB}{_BLANK}{_PAGE}|{_PAGE}{_BLANK}{_JOB})(?={_BLANK}\S)")  # its line break was lost


def hard_wrapped(text: str) -> bool:
    """Whether lines end at a margin, so that only a blank line ends a paragraph; else each line is one."""
    lines = [line.strip() for line in text.splitlines()]
    long = [line for line in lines if len(line) > MARGIN]
    if sum(map(len, long)) < LONG * sum(map(len, lines)) or not long:
        return True
    return sum(bool(_SENTENCE_END.search(line)) for line in long) < ENDING * len(long)


def furniture(text: str, start: int = 0) -> tuple[Range, ...]:
    """The heads and feet of pages, in order: lines of a document's symbol, a date, a printer's and a page's number.

    A number alone is a page's where such lines count up through the text, by one or by two. A line beside these is of
    a page's head too, where it comes again beside others.
    """
    lines = [(line.start(), line.group()) for line in _LINE.finditer(text, start) if line.group().strip()]
    words = [line.strip() for _, line in lines]
    edges = {at for at, line in enumerate(words) if _EDGE.fullmatch(line)}
    numbers = {at: int(found[1]) for at, line in enumerate(words) if (found := _NUMBER.fullmatch(line))}
    if len(numbers) > 1 and all(0 < after - before <= 2 for before, after in pairwise(numbers.values())):
        edges |= numbers.keys()
    while edges:
        beside = {one for at in edges for one in (at - 1, at + 1) if 0 <= one < len(words)} - edges
        times = Counter(words[at] for at in beside)
        again = {at for at in beside if times[words[at]] > 1 and len(words[at]) <= HEAD}
        if not again:
            break
        edges |= again
    places = [(lines[at][0] + lines[at][1].find(words[at]), len(words[at])) for at in sorted(edges)]
    places += [(at, found.end()) for at, line in lines if (found := _RUN_ON.match(line))]
    return tuple((at, at + length) for at, length in sorted(places))


def between(text: str, start: int, end: int, left_out: Sequence[Range]) -> Iterator[Range]:
    """The stretches of a stretch that are left when these are taken out, trimmed, if there is a word in them."""
    at = start
    for first, last in (*((a, b) for a, b in left_out if start <= a and b <= end), (end, end)):
        words = text[at:first]
        if any(c.isalnum() for c in words):
            lead = len(words) - len(words.lstrip())
            yield at + lead, at + lead + len(words.strip())
        at = last
