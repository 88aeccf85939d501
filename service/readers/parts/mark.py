"""Marks: what bracketed remarks of the record say about how words reached it."""

from __future__ import annotations

import re

ASIDE = re.compile(r"[(\[][^()\[\]]{2,80}[)\]]")
_INTERPRETED = re.compile(
    r"(?:(?:speak(?:s|ing)|spoke|continu(?:es|ing)|remarks)\b[\w ,;]*?)?"
    r"(?:(?:via|through|as|by|with|in|from|an?|the|simultaneous|consecutive|unofficial|official|english|text|delivered)\s+)*"
    r"(?:interpret(?:ed|er|ers|ation|ing)|(?:re)?translat(?:ed|or|ion)s?)"
    r"(?:\s+(?:from|by|in|into|of|through|provided)\b[\w ]*)?",
    re.I,
)
_SPOKE = re.compile(r"spoke in (?!english)[\w ]+(?:[;,].*)?", re.I)
_LANGUAGE = re.compile(
    r"(?:(?:speak(?:s|ing)|spoke|continu(?:es|ing)|resum(?:es|ing)|begins)\s+)(?:in\s+)?[A-Z]\w+|in [A-Z]\w+", re.I
)
_ENGLISH = re.compile(
    r"(?:(?:speak(?:s|ing)|continu(?:es|ing)|resum(?:es|ing))\s+)?in english|(?:speaks|speaking) english"
    r"|without interpretation|end of interpretation",
    re.I,
)


def _inside(aside: str) -> str:
    return " ".join(aside[1:-1].split()).strip(" .,:;")


def is_interpreted(aside: str) -> bool:
    """ "(Via interpreter)", "[as translated]", "(spoke in Russian)"; not "(No translation provided.)"."""
    inside = _inside(aside)
    return bool(_INTERPRETED.fullmatch(inside) or _SPOKE.fullmatch(inside))


def ends_interpretation(aside: str) -> bool:
    """ "(In English.)": what follows are the speaker's own words again."""
    return bool(_ENGLISH.fullmatch(_inside(aside)))


def is_provenance(aside: str) -> bool:
    """Whether a bracketed remark says only in what language or by whose mouth the words come."""
    return is_interpreted(aside) or ends_interpretation(aside) or bool(_LANGUAGE.fullmatch(_inside(aside)))
