"""What Corpus hands out: frozen views that the command line and the web print, and nothing they could change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.quote import Quote
from models.topic import Moves, Settings
from models.transcript import Kind, Mark, Metadata, Speaker, Transcript

if TYPE_CHECKING:
    from models.attribution import Finding
    from models.identity import ResolvedSpeaker, UnsureMerge


ALONE = "Only one speaker was found; a comparison needs another one, here or in another document."


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list. `speakers` are the sides in it, in order of first word; `words` are the spoken ones."""

    id: str
    sha256: str
    metadata: Metadata
    format: str
    original_name: str
    speakers: tuple[Speaker, ...]
    statements: int
    comparable: int
    words: int
    added_at: str  # ISO 8601, UTC, seconds


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an utterance as printed. All segments of an utterance, joined, are exactly its text.

    `quote` is the statement, None for what stands between statements; a statement's anchor is `s<start>`.
    """

    text: str
    start: int
    end: int
    quote: Quote | None = None
    comparable: bool = False

    @property
    def anchor(self) -> str:
        return f"s{self.start}"


@dataclass(frozen=True, slots=True)
class UtteranceView:
    """One turn as printed. `speaker` is None for moderators, the press, the audience and labels given to nobody."""

    speaker: Speaker | None
    label: str | None
    kind: Kind
    marks: tuple[Mark, ...]
    start: int
    end: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A transcript as it is: its turns in order, and the stretches of it that belong to nobody."""

    row: DocumentRow
    text: str
    utterances: tuple[UtteranceView, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker and how much of them is here. `labels` are the printed forms of the name, in alphabetical order."""

    speaker: Speaker
    documents: int
    statements: int
    comparable: int
    words: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic and who speaks on it, most statements first. `newest` is the latest date among its documents."""

    id: str
    name: str
    terms: tuple[str, ...]
    statements: int
    speakers: tuple[tuple[Speaker, int], ...]
    newest: str | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with everything said on it, document by document in order of date."""

    row: TopicRow
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a transcript that is not added yet. `first_words` is enough of it to recognise it."""

    label: str | None
    speaker: ResolvedSpeaker | None
    kind: Kind
    words: int
    first_words: str
    marks: tuple[Mark, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One printed label of a transcript that is not added yet, and whom it was taken for."""

    label: str | None
    kind: Kind
    speaker: ResolvedSpeaker | None
    utterances: int
    words: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who said what in a transcript, before anything is stored.

    `left_out` is text taken for nobody's (banner, navigation, footer); `duplicate` the same document, if already here.
    """

    transcript: Transcript
    metadata: Metadata
    format: str
    turns: tuple[Turn, ...]
    labels: tuple[LabelRow, ...]
    unsure: tuple[UnsureMerge, ...]
    near_copies: tuple[tuple[DocumentRow, float], ...]
    duplicate: DocumentRow | None
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    doubts: tuple[Finding, ...] = ()  # about who said what


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a document came to. With `duplicate` nothing was changed and `document` is the one already here."""

    document: DocumentRow
    statements: int
    comparable: int
    speakers: tuple[Speaker, ...]
    unsure: tuple[UnsureMerge, ...] = ()
    near_copies: tuple[tuple[DocumentRow, float], ...] = ()
    duplicate: bool = False
    warnings: tuple[str, ...] = ()
    moves: Moves | None = None  # what it changed of the topics; None where they were left for later


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One write, for good. `who` is the account where `verified`, and else what the writer said of themselves."""

    id: int
    at: str  # ISO 8601, UTC, seconds
    who: str
    verified: bool
    action: str  # add, replace, remove, correct, rename-speaker, set-delegation, merge-topics, regroup, ...
    subject: str  # the id of the document, speaker or topic written
    detail: dict[str, Any]
    previous: str  # the hash of the row before
    hash: str
