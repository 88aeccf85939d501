"""Speaker, Utterance, Transcript: what was said, by whom, where."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Kind(StrEnum):
    """What part an utterance plays. Only `SPEECH` can be a side of a comparison."""

    SPEECH = "speech"
    MODERATION = "moderation"
    QUESTION = "question"  # the press
    AUDIENCE = "audience"  # anybody else whose words are not a party's: aides, voice-overs, callers


class Mark(StrEnum):
    """What the record says about how words reached it."""

    INTERPRETED = "interpreted"
    INAUDIBLE = "inaudible"
    CROSSTALK = "crosstalk"


class Record(StrEnum):
    """What sort of record a document is."""

    VERBATIM = "verbatim"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document; what is not known is None, never a guess.

    `date` is ISO 8601 in the precision that is known: "2021-12-02", "2021-12" or "2021".
    """

    title: str | None = None
    date: str | None = None
    place: str | None = None
    publisher: str | None = None
    language: str | None = None
    source_url: str | None = None
    record: Record | None = None


FACTS = tuple(field.name for field in fields(Metadata))
"""The names of all that can be known about a document."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or a delegation. `id` is a slug that never changes; `name` may be corrected."""

    id: str
    name: str
    role: str | None = None
    delegation: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn. `start` and `end` bound the spoken words, without label and provenance marks, in the transcript's text.

    `label` is as printed; None only where a whole text was given one speaker.
    """

    label: str | None
    kind: Kind
    start: int
    end: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The stored text and the turns found in it.

    Offsets are Unicode code points into `text`, end exclusive; utterances are in order and do not overlap.
    What lies between them (banners, headings, footers) belongs to nobody.
    In a `hard_wrapped` text only a blank line ends a paragraph; else every newline does, but in mid-sentence.
    """

    text: str
    utterances: tuple[Utterance, ...]
    metadata: Metadata = Metadata()
    hard_wrapped: bool = True
