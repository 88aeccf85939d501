"""Oddities: what a file holds that a reader of its quotes would not see, or would see wrongly, and what it carries.

Nothing of it is taken out: a quote stays verbatim. It is said before the document is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.transcript import Transcript
from service.given import BIDI
from service.readers import Source, readers
from service.readers.parts.magic import unlike

_ODD = (
    (
        BIDI,
        "{n} that turn the direction of writing",
        "The words are kept as they stand; a page may show them in another order.",
    ),
    (
        "[\u200b\u2060-\u2064\ufeff\u180e\U000e0000-\U000e007f]",
        "{n} that cannot be seen",
        "They are kept, and part of a word that holds one.",
    ),
    (
        "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}",
        "letters with accents piled upon them in {places}",
        "They are kept, and may cover lines above and below.",
    ),
    (
        "[\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef\ufffe\uffff]",
        "{n} that mean nothing outside the program that wrote them",
        "They are kept; check that no letters are missing.",
    ),
    ("[\x01-\x08\x0e-\x1f\x7f-\x9f]", "{n} that control a terminal or a printer", "They are kept."),
    ("\ufffd", "{n} that stand for lost ones (\ufffd)", "Get the file again in its own encoding if you can."),
)
_ANY = re.compile("|".join(pattern for pattern, _, _ in _ODD))
_PATTERNS = tuple((re.compile(pattern), what, then) for pattern, what, then in _ODD)


def oddities(source: Source, name: str, transcript: Transcript) -> tuple[str, ...]:
    """Sentences about a file that was read as the format called `name`."""
    return (*_carried(source, name), *_characters(transcript.text))


def _carried(source: Source, name: str) -> Iterator[str]:
    carries = getattr(readers()[name], "carries", None)
    if carries is not None:
        yield from (
            f"It holds {what}: not read, not run, and still in the original that is kept."
            for what in carries(source.data)
        )
    if name in ("plain_text", "markdown"):
        for other, reader in readers().items():
            sniff = getattr(reader, "sniff", None)
            if other not in (name, "json_turns") and sniff is not None and sniff(source.data):
                yield f"It looks like {other.replace('_', ' ')}, and was read as {name.replace('_', ' ')} by its name."
    assert unlike(source.data, name) is None, "refused before"


def _characters(text: str) -> Iterator[str]:
    if not _ANY.search(text):
        return
    for pattern, what, then in _PATTERNS:
        places = [found.start() for found in pattern.finditer(text)]
        if places:
            number = "1 character" if len(places) == 1 else f"{len(places):,} characters"
            if len(places) == 1:
                what = re.sub(r"\b(that) (turn|mean|control|stand)\b", r"\1 \2s", what)
            where = "one place" if len(places) == 1 else f"{len(places):,} places"
            line = text.count("\n", 0, places[0]) + 1
            yield f"It has {what.format(n=number, places=where)}, first in line {line}. {then}"
