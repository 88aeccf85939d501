"""Given: words and names that people hand in, tidied and refused where they cannot be kept."""

from __future__ import annotations

import re

from service.errors import BadValue

NAME_CHARACTERS = 200
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
    return tidy


def said_by(text: str) -> str:
    """Who writes, as they say themselves; may be empty. Raises BadValue for what is too long to be a name."""
    return name(text, "A writer's name") if text.strip() else ""
