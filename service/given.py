"""Given: words and names that people hand in, tidied and refused where they cannot be kept."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from service.errors import BadValue

NAME_CHARACTERS = 200
FILE_NAME_CHARACTERS = 150
BIDI = "[\u202a-\u202e\u2066-\u2069]"  # turn the direction of what follows until they are closed
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # of Unicode's categories
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def storable(what: str, text: str) -> str:
    """The text, if it can be stored and sent. Raises BadValue for half a character and for NUL."""
    if _NO_CHARACTER.search(text):
        raise BadValue(
            f"{what} holds a character that is none (NUL or half of one).", "Save it as UTF-8 once more, without it."
        )
    return text


def name(text: str, what: str = "A speaker's name") -> str:
    """A speaker's or a delegation's name as it is kept. Raises BadValue for none and for one that is no name."""
    tidy = " ".join(storable(what, text).split())
    if not tidy:
        raise BadValue(f"{what} is empty.", "Give a name.")
    if len(tidy) > NAME_CHARACTERS:
        raise BadValue(f"A name of {len(tidy):,} characters is too long.", f"Give at most {NAME_CHARACTERS}.")
    if re.search(BIDI, tidy):
        raise BadValue(f"{what} has characters that turn the direction of writing.", "Type it anew, without them.")
    return tidy


def file_name(given: str) -> str:
    """The last part of a file's name, without what cannot be seen, its suffix kept where it is cut short.

    It is shown and kept, and never opened: nothing is written under it.
    """
    last = re.split(r"[/\\]", given.encode("utf-8", "replace").decode())[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    tidy = " ".join(seen.split())
    suffix = PurePosixPath(tidy).suffix[:20]
    if len(tidy) > FILE_NAME_CHARACTERS:
        tidy = tidy[: FILE_NAME_CHARACTERS - len(suffix)] + suffix
    return tidy if tidy.strip(". ") else "unnamed"


def said_by(text: str) -> str:
    """Who writes, as they say themselves; may be empty. Raises BadValue for what is too long to be a name."""
    return name(text, "A writer's name") if text.strip() else ""
