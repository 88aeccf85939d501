"""Clipping: what a quote leaves out that would change how it reads: a "but", a condition or a denial beside it.

A quote is a whole sentence, and still a cut: "We will sign." reads otherwise where "But only if they withdraw." or
"That is not true." comes next, or where "Suppose that we lose." came before. Only the nearest sentence on either side
is read, and only what it opens (or, before the quote, closes) with: the aim is few marks that are worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.negation import NEGATIVE
from models.sentences import sentences
from models.words import WORD, folded


class Dropped(StrEnum):
    """What a cut left out."""

    CONTRAST = "contrast"
    CONDITION = "condition"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Clip:
    """Something left out: `words` is the neighbouring sentence, verbatim; `later` whether it follows the quote."""

    kind: Dropped
    words: str
    later: bool


_OPENING = r"^[\s\"“‘'(\[—–-]*"
_ALONE = r"\b(?![^.?!]*(?:,|\bthen\b))"  # not a sentence with a main clause of its own
_CONTRAST = re.compile(
    _OPENING + r"(?:but(?!\s+also)|however|yet|nevertheless|nonetheless|notwithstanding|even\s+so|that\s+said"
    r"|having\s+said\s+that|on\s+the\s+other\s+hand|at\s+the\s+same\s+time|then\s+again|still,|though|although|except"
    r"|save\s+(?:for|that))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    _OPENING + r"(?:(?:but|and|or|however,?|yet)\s+)?(?:only\s+)?(?:unless|if|provided|providing"
    r"|only\s+(?:when|after|once)|on\s+(?:the\s+)?condition|as\s+long\s+as|so\s+long\s+as|subject\s+to|in\s+case|assuming)"
    + _ALONE,
    re.IGNORECASE,
)
_DENIAL = re.compile(
    _OPENING + r"(?:not\b(?!\s+only)|never\b(?!\s+before)|no\s*[,.!—–-]"
    r"|(?:(?:but|and|well|of\s+course),?\s+)?(?:(?:that|this|which|none\s+of\s+(?:this|that))\s*(?:[’']s|\s(?:is|was))(?:\s+\w+ly)?\s*(?:not\b|wrong|false|untrue|nonsense"
    r"|a\s+(?:lie|myth))|(?:that|this)\s+(?:isn|wasn)[’']t\b))",
    re.IGNORECASE,
)
_RESTS_ON = re.compile(  # how a sentence begins that is said under a condition named before it
    _OPENING + r"(?:then\s*,|(?:(?:and|but|so)\s+)?(?:otherwise\b|in\s+(?:that|such\s+a)\s+case\b|if\s+(?:so|not)\b"
    r"|under\s+(?:these|those)\s+conditions\b))",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    _OPENING
    + r"(?:(?:and|but|so|now|let\s+us|let’s|let's)\s+)?(?:suppose|assume|what\s+if|imagine(?!\s+(?:where|how|what)))\b",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"[\w,;:—–-][\"”’')\]\s]*$")
_WITHIN = re.compile(r"\b(?:but|however|unless|if|provided|except|although|though)\b", re.IGNORECASE)


def clips(text: str, before: str, after: str) -> tuple[Clip, ...]:
    """What a quote leaves out, `before` and `after` being the text beside it in the same turn; mostly nothing."""
    return tuple(_clips(text, before, after))


def _clips(text: str, before: str, after: str) -> Iterator[Clip]:
    earlier, later = _last(before), _first(after)
    if earlier:
        kind = _of_earlier(text, earlier)
        if kind is not None:
            yield Clip(kind, earlier, later=False)
    if later:
        kind = _of_later(text, later)
        if kind is not None:
            yield Clip(kind, later, later=True)


def _of_later(text: str, later: str) -> Dropped | None:
    if _CONDITION.match(later):
        return Dropped.CONDITION
    if _DENIAL.match(later) and not text.rstrip("”\"’') ").endswith("?"):
        return Dropped.NEGATION
    if _CONTRAST.match(later):
        return Dropped.CONTRAST
    goes_on = _UNFINISHED.search(text) and later[:1].islower()
    return _held(later) if goes_on else None


def _of_earlier(text: str, earlier: str) -> Dropped | None:
    if _RESTS_ON.match(text) or _SUPPOSES.match(earlier):
        return Dropped.CONDITION
    return _held(earlier) if _UNFINISHED.search(earlier) else None


def _held(rest: str) -> Dropped | None:
    """What the rest of a sentence that was cut within holds."""
    if any(NEGATIVE.search(folded(word)) for word in WORD.findall(rest)):
        return Dropped.NEGATION
    found = {match.lower() for match in _WITHIN.findall(rest)}
    if found & {"unless", "if", "provided"}:
        return Dropped.CONDITION
    return Dropped.CONTRAST if found else None


def _first(after: str) -> str:
    return next((after[s:e].strip() for s, e in sentences(after) if after[s:e].strip()), "")


def _last(before: str) -> str:
    return next((before[s:e].strip() for s, e in reversed(list(sentences(before))) if before[s:e].strip()), "")
