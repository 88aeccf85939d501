"""Lookup: which speaker, topic or document a person's words name, and what they probably meant where none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar

from rapidfuzz import fuzz, process

from models.naming import parse
from models.topic import Origin
from models.transcript import Speaker
from service.editions import gone
from service.errors import BadValue, NotFound
from service.store.queries import Reading
from service.views import DocumentRow, TopicRow

NEAREST = 3
WORDS_CHARACTERS = 500  # of what a list is searched for
NAMES_IN_MEMORY = 16_384  # as they are compared: topics are looked for by name with every request
LIKE = 70  # rapidfuzz's score of 100 from which a name may have been meant: typos lie above it, other names below

Row = TypeVar("Row")


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
    near = nearest(text, {name: one.name for one in speakers for name in (one.name, one.id, _surname(one))})
    raise NotFound(f"There is no speaker {text!r}.", _offer(near, "speakers", speakers), near)


def find_topic(text: str, topics: Sequence[TopicRow]) -> TopicRow | None:
    """By id or name, an issue's name first; None where it is neither."""
    wanted = folded(text)
    named = [one for one in topics if wanted == _folded_name(one.name)]
    of_list = (one for one in named if one.settings.origin is Origin.ISSUE)
    return next(chain(of_list, (one for one in topics if wanted == _folded_name(one.id)), named), None)


def unknown_topic(text: str, topics: Sequence[TopicRow]) -> NotFound:
    near = nearest(text, {name: one.name for one in topics for name in (one.name, one.id, *one.terms)})
    return NotFound(f"There is nothing on the topic {text!r}.", _offer(near, "topics", topics), near)


def find_document(text: str, documents: Sequence[DocumentRow]) -> DocumentRow:
    """By id. What is near to an unknown one is told by names and titles: ids that look alike have nothing in common."""
    wanted = text.strip().casefold()
    for one in documents:
        if one.id == wanted:
            return one
    names = {name: one.id for one in documents for name in (one.original_name, one.metadata.title) if name}
    near = nearest(text, names)
    raise NotFound(f"There is no document {text!r}.", _offer(near, "documents", documents), near)


def stored_document(text: str, reading: Reading) -> DocumentRow:
    """By id, reading no other row where it is there. Raises Gone for one that was replaced or removed."""
    found = reading.documents(text)
    if not found and (was := gone(text, reading)) is not None:
        raise was
    return found[0] if found else find_document(text, reading.documents())


def nearest(text: str, meant: Mapping[str, str], like: int = LIKE) -> tuple[str, ...]:
    """What `text` probably means: values of `meant`, best first, by how like their keys are; nothing if nothing is.

    Far shorter keys are left out: "Car" stands in "healthcare", letter by letter.
    """
    keys = [key for key in meant if 2 * len(key) >= len(text)]
    scored = process.extract(
        text, keys, scorer=fuzz.WRatio, processor=folded, limit=NEAREST * 3, score_cutoff=float(like)
    )
    return tuple(dict.fromkeys(meant[name] for name, _score, _index in scored))[:NEAREST]


def folded(text: str) -> str:
    """A name as it is compared: no case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


_folded_name = lru_cache(maxsize=NAMES_IN_MEMORY)(folded)


def holding(rows: Sequence[Row], query: str | None, said: Callable[[Row], Iterable[str | None]]) -> tuple[Row, ...]:
    """The rows that hold all words of `query`, whatever the case and the accents; without any, all."""
    words = asked_words(query)
    if not words:
        return tuple(rows)
    texts = ((row, folded(" ".join(filter(None, said(row))))) for row in rows)
    return tuple(row for row, text in texts if all(word in text for word in words))


def asked_words(query: str | None) -> tuple[str, ...]:
    """The words that a list is to hold, as they are compared, each once. Raises BadValue for too much."""
    if len(query or "") > WORDS_CHARACTERS:
        raise BadValue(
            f"The words to look for have {len(query or ''):,} characters.",
            f"Give at most {WORDS_CHARACTERS}: a few words do best.",
        )
    return tuple(dict.fromkeys(folded(query or "").split()))


def _surname(speaker: Speaker) -> str:
    return " ".join(parse(speaker.name).surname or ())


def _offer(near: Sequence[str], things: str, known: Sequence[object]) -> str:
    if not known:
        return "Nothing has been added yet: add a transcript first."
    return f"Did you mean {' or '.join(near)}?" if near else f"See the list of {things} for all that are here."
