"""Lookup: which speaker, topic or document a person's words name, and what they probably meant where none."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain

from rapidfuzz import fuzz, process

from models.naming import parse
from models.topic import Origin
from models.transcript import Speaker
from service.editions import gone
from service.errors import NotFound
from service.store.queries import Reading
from service.views import DocumentRow, TopicRow

NEAREST = 3
LIKELY = 55  # rapidfuzz's score of 100 from which a name may have been meant


def find_speaker(text: str, speakers: Sequence[Speaker]) -> Speaker:
    """By id, name or unique surname, whatever the case and the accents."""
    wanted = folded(text)
    for names in (lambda s: (s.id, s.id.replace("-", " ")), lambda s: (s.name,), lambda s: (_surname(s),)):
        found = [one for one in speakers if wanted and wanted in {folded(name) for name in names(one)}]
        if len(found) == 1:
            return found[0]
        if found:
            ids = tuple(one.id for one in found)
            raise NotFound(f"{text!r} names {len(found)} speakers.", f"Say which by id: {', '.join(ids)}.", ids)
    likely, near = nearest(text, {name: one.name for one in speakers for name in (one.name, one.id, _surname(one))})
    raise NotFound(f"There is no speaker {text!r}.", _offer(likely, near), near)


def find_topic(text: str, topics: Sequence[TopicRow]) -> TopicRow | None:
    """By id or name, an issue's name first; None where it is neither."""
    wanted = folded(text)
    named = [one for one in topics if wanted == folded(one.name)]
    of_list = (one for one in named if one.settings.origin is Origin.ISSUE)
    return next(chain(of_list, (one for one in topics if wanted == folded(one.id)), named), None)


def unknown_topic(text: str, topics: Sequence[TopicRow]) -> NotFound:
    likely, near = nearest(text, {name: one.name for one in topics for name in (one.name, one.id, *one.terms)})
    return NotFound(f"There is nothing on the topic {text!r}.", _offer(likely, near), near)


def find_document(text: str, documents: Sequence[DocumentRow]) -> DocumentRow:
    """By id."""
    wanted = text.strip().casefold()
    for one in documents:
        if one.id == wanted:
            return one
    names = {name: one.id for one in documents for name in (one.id, one.original_name, one.metadata.title) if name}
    likely, near = nearest(text, names)
    raise NotFound(f"There is no document {text!r}.", _offer(likely, near), near)


def stored_document(text: str, reading: Reading) -> DocumentRow:
    """By id, reading no other row where it is there. Raises Gone for one that was replaced or removed."""
    found = reading.documents(text)
    if not found and (was := gone(text, reading)) is not None:
        raise was
    return found[0] if found else find_document(text, reading.documents())


def nearest(text: str, meant: Mapping[str, str], likely: int = LIKELY) -> tuple[bool, tuple[str, ...]]:
    """What `text` is most like: values of `meant`, best first, by how like their keys are; and whether it is likely."""
    scored = process.extract(text, meant.keys(), scorer=fuzz.WRatio, processor=folded, limit=NEAREST * 3)
    near = dict.fromkeys(meant[name] for name, _score, _index in scored)
    return bool(scored) and scored[0][1] >= likely, tuple(near)[:NEAREST]


def folded(text: str) -> str:
    """A name as it is compared: no case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _surname(speaker: Speaker) -> str:
    return " ".join(parse(speaker.name).surname or ())


def _offer(likely: bool, near: Sequence[str]) -> str:
    if not near:
        return "Nothing has been added yet: add a transcript first."
    return f"Did you mean {' or '.join(near)}?" if likely else f"The nearest to it here: {', '.join(near)}."
