"""Vague: phrases that do not say what a text is about, of courtesy and procedure; and who is called by a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.phrases import lemma, lexicon

# What people do together and what they call it, whatever they speak of.
_PROCEDURE = frozenset(
    """
    meeting conversation discussion visit partnership friendship relationship relation tie bond summit agenda
    conference session assembly debate statement speech delegation member event phone call press dialogue talk dinner
    trip story note process progress step initiative format approach work effort support cooperation help strength
    trust commitment importance challenge problem task question situation spirit inflection family joy pleasure heart
    hand laughter applause joke opportunity priority leadership leader government country nation state world region
    area place community neighbour future history life success result action measure moment stage today decade century
    generation start end team group role position view opinion sense goal objective solution change value credit fight
    idea plan need wish mile billion dollar
    """.split()
)
_TITLED = re.compile(
    r"\b(?:President|Chancellor|Minister|Secretary|Senator|Governor|Ambassador|Mr\.?|Mrs\.?|Ms\.?|Dr\.?)\s+"
    r"((?:[A-Z][\w’'-]+\s+){0,2}[A-Z][\w’'-]+)"
)


def is_vague(key: Sequence[str], *, name: bool = False) -> bool:
    """Whether the phrase of these lemmas fits any matter: "partnership", "strong commitment", "necessary".

    A `name`, with capitals wherever it stands, says something though it is an adjective: "Palestinian".
    """
    rest = [word for word in key if word not in _PROCEDURE]
    if name and len(key) == 1 and rest:
        return False
    return all("ADJ" in lexicon(word) and (len(key) == 1 or "NOUN" not in lexicon(word)) for word in rest)


def people(text: str) -> Iterator[str]:
    """The lemmas of the names that follow a title."""
    for match in _TITLED.finditer(text):
        yield from map(lemma, match.group(1).split())
