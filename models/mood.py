"""Mood: whether a sentence supposes, asks or threatens. All three stay the position of whoever says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from models.length import is_long


class Mood(StrEnum):
    """How a sentence is meant where it is more than a plain statement."""

    CONDITIONAL = "conditional"
    QUESTION = "question"
    THREAT = "threat"


_CONDITIONAL = re.compile(
    r"""(?<!as\ )(?<!ask\ )(?<!asked\ )(?<!see\ )(?<!know\ )(?<!wonder\ )(?<!even\ )(?<!only\ )(?<!what\ ) \b if \b
        (?!\s+(?:not|any|possible|necessary|you\s+(?:will|like|look)|I\s+may)\b)
        (?![^,.;]{0,60}\b(?:has|have)\s+(?:\w+ly\s+)?\w+(?:ed|en|un)\b)  # "if they have said so": they have
      | \b(?:unless|provid(?:ed|ing)\s+that|on\s+condition\s+that|in\s+the\s+event\s+(?:that|of)|in\s+case\s+of)\b
      | (?:^|[.,;:–—]\s*|\b(?:and|but)\s+) (?:should|were|had)\s+(?:we|you|he|she|it|they|the|this|any)\b[^?.]*,""",
    re.IGNORECASE | re.VERBOSE,
)
_QUESTION = re.compile(r"\?[”\"’')\]\s]*$")
_WILL = r"(?:(?:will|shall|(?:am|are|[’']m|[’']re)\s+(?:going|ready|prepared)\s+to)\b|[’']ll\b)"
_THREAT = re.compile(  # what the own side will do to somebody, or what it will cost others; not "who will ..."
    rf"""\b(?:we|I|(?:our|my)\s+\w+(?:\s+\w+)?)\s*{_WILL}
          (?: \s+(?!be\b|never\b|help\b)\w+ ){{0,2}}? \s+
          (?: retaliate | punish | destroy | crush | strike | hit\s+back | use\s+force
            | not\s+hesitate\s+to\s+(?:use|act|strike|respond|retaliate|defend|impose)
            | respond\s+(?:in\s+kind|with\s+force|forcefully|decisively|swiftly|severely|strongly|resolutely)
            | take\s+(?:decisive|retaliatory|military)\s+(?:measures|action|steps) )\b
      | (?<!we\ )(?<!I\ )\b{_WILL} (?:\s+\w+){{0,2}}? \s+
          (?: (?:pay|face|bear|suffer|feel)\s+[^,.;]{{0,40}}\b(?:price|costs?|consequences|wrath|punishment)
            | regret\s+(?:it|this|that) )\b
      | \bthere\s+(?:will|shall|must)\s+be\s+[^,.;]{{0,40}}
          \b(?:consequences|costs?|a\s+price|retribution|retaliation)\b
      | \b(?:we|I)\s+(?:\w+\s+)?warn(?:ed)?\b[^.]*\b(?:that\s+if|of\s+the\s+consequences)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PATTERNS = {Mood.CONDITIONAL: _CONDITIONAL, Mood.QUESTION: _QUESTION, Mood.THREAT: _THREAT}


def moods(text: str, reported: Iterable[tuple[int, int]] = ()) -> tuple[Mood, ...]:
    """Every mood of one sentence, in the order of `Mood`; what somebody else asserts, at `reported`, has none.

    None is told of one that is too long to be read closely.
    """
    if is_long(text):
        return ()
    own = blanked(text, reported)
    return tuple(mood for mood, pattern in _PATTERNS.items() if pattern.search(own))


def blanked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces in place of some ranges: what is left keeps its place."""
    for start, end in ranges:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
