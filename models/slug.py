"""Slug: the readable, permanent ids of speakers and topics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import chain, count

_APART = str.maketrans({"ł": "l", "ø": "o", "ß": "ss"})  # letters that Unicode does not take apart


def slug(text: str, otherwise: str = "speaker") -> str:
    """A text in lower-case letters and digits of any script, accents dropped, hyphens between words."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_APART))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘ʿʻ.")
    return re.sub(r"[\W_]+", "-", kept).strip("-") or otherwise


def unused(taken: Collection[str], *choices: str) -> str:
    """The first choice that nobody has, else the last one with a number."""
    numbered = (f"{choices[-1]}-{number}" for number in count(2))
    return next(choice for choice in chain(choices, numbered) if choice not in taken)
