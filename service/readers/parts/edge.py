"""Edge: what stands at the end of a turn and belongs to nobody: headings, time lines, sign-offs, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:(?:\r\n|\n|\r)[^\S\r\n]*)+")
_SENTENCE_END = re.compile(r"[.?!…。！？:;,\-—–][\"'”’»)\]*_]*\\?$")
_TIME = re.compile(
    r"[*_\s]*(?:END\W*)?(?:\d{1,2}[:.]\d\d\s*(?:[AaPp]\.?\s?[Mm]\.?)?(?:\s*\(?[A-Z]{2,5}\)?)?|END\b\W*|ENDS\b\W*|-?\s?\d{1,4}\s?-?)[*_\s.]*"
)
_CLOSE = re.compile(
    r"[*_\s]*(?:ENDS?\b.{0,60}|\\?#(?:\s?\\?#){2,}|-\s?30\s?-|\d{1,2}[:.]\d\d\s*[AaPp]\.?\s?[Mm]\.?.{0,12})[*_\s]*"
)
_RULE = re.compile(r"[\\#*_=~\-—–\s.•·|]+")
_PART = re.compile(
    r"[*_#\s]*(?:part|section|chapter|session|round)\s+(?:\d{1,3}|[IVX]+|one|two|three|four|five)\W*", re.I
)
_HEADING = re.compile(r"#{1,6}\s\S.{0,120}")
_STAGE = re.compile(r"[*_]*(?:[(\[][^()\[\]]{2,120}[)\]][*_.\s]*)+")
_WORDS_LOST = re.compile(r"inaudible|crosstalk|cross talk|unintelligible|indiscernible|speak", re.I)
_REACTION = re.compile(r"[(\[][^()\[\]]*(?:laugh|chuckl|applause|cheer)[^()\[\]]*[)\]]", re.I)
_FOOTER = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|last (?:updated|modified|edited)|for (?:immediate|further|more)\b|"
    r"https?://|www\.|share\b|tags?:|follow us|back to top|related\b|read more|see also|privacy|sign up|subscribe|"
    r"contact(?: us)?:|media contact|press (?:contact|office)|source:|skip to|previous\b|next\b|topics?:|filed under|"
    r"stay connected|newsletter|print\b|download)",
    re.I,
)
_PERSONAL = re.compile(r"\b(?:i|we|you|thank|thanks|me|us|god|yes|no|my|your|our|it|they|please|amen|bye)\b", re.I)
_SMALL = frozenset(
    {
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "nor",
        "of",
        "on",
        "or",
        "the",
        "to",
        "up",
        "with",
        "de",
        "la",
        "du",
        "von",
    }
)


def blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The blank-line-separated blocks of a stretch, trimmed of white space, in order."""
    at = start
    for gap in _BLANK_LINE.finditer(text, start, end):
        yield from _trimmed(text, at, gap.start())
        at = gap.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def is_furniture(block: str) -> bool:
    """Whether a block is no speech wherever it stands: a time line, END, ###, a rule, "Part 2", a Markdown heading."""
    if len(block) > 130:
        return False
    return any(pattern.fullmatch(block) for pattern in (_TIME, _RULE, _PART, _HEADING))


def is_close(block: str) -> bool:
    """Whether a block ends a record ("END", "###", a closing time): nothing below it was said."""
    return len(block) < 100 and bool(_CLOSE.fullmatch(block))


def is_stage_direction(block: str) -> bool:
    """ "(The press departs.)", but not "(Inaudible.)" or "(Laughs.)", which stand for what was to be heard."""
    if len(block) > 400 or not _STAGE.fullmatch(block) or _WORDS_LOST.search(block):
        return False
    return any(c.isalpha() for c in _REACTION.sub("", block))


def is_sign_off(block: str) -> bool:
    """Whether a block at a turn's end reads as a heading or a footer: short, without sentence punctuation, and either
    printed as a title or of a page's well-known furniture. Anything that sounds like a person talking is not."""
    flat = " ".join(block.split())
    words = flat.split()
    if len(flat) > 120 or len(words) > 16:
        return False
    if _FOOTER.match(flat):
        return True
    if _SENTENCE_END.search(flat) and not flat.endswith(":"):
        return False
    weighty = [word for word in words if word.casefold().strip(".,:") not in _SMALL and any(c.isalpha() for c in word)]
    if not weighty:
        return True
    if _PERSONAL.search(flat) and not all(word[:1].isupper() for word in weighty):
        return False
    if re.match(
        r"(?:thank|thanks|god bless|good (?:night|evening|morning|luck|day)|goodbye|bye|amen|okay|yes|no)\b", flat, re.I
    ):
        return False
    return len(weighty) > 1 and all(word.strip("*_“\"‘'(")[:1].isupper() or word[:1].isdigit() for word in weighty)


def is_punctuated(text: str) -> bool:
    """Whether a text's blocks end as sentences do; where they do not, a missing full stop says nothing."""
    ends = total = 0
    for start, end in blocks(text, 0, len(text)):
        if end - start > 60:
            total += 1
            ends += bool(_SENTENCE_END.search(text[max(start, end - 8) : end]))
    return total > 0 and ends / total >= 0.7
