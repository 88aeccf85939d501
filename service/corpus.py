"""Corpus: the use cases, all that the command line and the web may ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.comparison import Comparison, Quote
from models.transcript import Metadata, Speaker

if TYPE_CHECKING:
    from models.embedding import Embedder
    from models.relation import RelationClassifier
    from service.config import Config
    from service.errors import CounterposeError
    from service.readers import Source
    from service.store import Store
    from service.views import (
        Added,
        AuditRow,
        DocumentRow,
        DocumentView,
        Preview,
        SpeakerRow,
        TopicRow,
        TopicView,
    )

Progress = Callable[[int, int], None]  # (done, total)
NOTHING_GIVEN = Metadata()


class Corpus:
    """One object shared by all threads of a process. Every write is one transaction and one audit row, or nothing.

    `by` is who writes, as they say themselves: stored, and stored as unverified.
    Raises service.errors only; Forbidden for any write where the configuration is read-only.
    """

    def __init__(self, store: Store, embedder: Embedder, classifier: RelationClassifier, config: Config) -> None:
        raise NotImplementedError

    @classmethod
    def open(cls, config: Config) -> Corpus:
        """The corpus that the configuration names. Opens the database (migrating it), loads no model yet."""
        raise NotImplementedError

    # Transcripts in ------------------------------------------------------------------------------------------

    def preview(
        self,
        source: Source,
        given: Metadata = NOTHING_GIVEN,
        *,
        speaker: str | None = None,
        speakers: Mapping[str, str | None] | None = None,
        from_name: str | None = None,
    ) -> Preview:
        """Who said what in `source`, with nothing stored.

        `given` overrides the file's own metadata. `speaker` gives a text without labels one speaker. `speakers` maps
        printed labels to names (None: nobody's words). `from_name` is a regular expression on the file's name, with any
        of the groups speaker, date, year, session.
        """
        raise NotImplementedError

    def add(
        self,
        source: Source,
        given: Metadata = NOTHING_GIVEN,
        *,
        speaker: str | None = None,
        speakers: Mapping[str, str | None] | None = None,
        from_name: str | None = None,
        regroup: bool = True,
        by: str = "",
        progress: Progress | None = None,
    ) -> Added:
        """Add a document. `regroup=False` leaves the topics to the next reader of them."""
        raise NotImplementedError

    def add_many(
        self,
        sources: Sequence[Source],
        given: Metadata = NOTHING_GIVEN,
        *,
        speaker: str | None = None,
        speakers: Mapping[str, str | None] | None = None,
        from_name: str | None = None,
        by: str = "",
        progress: Progress | None = None,
    ) -> Iterator[tuple[Source, Added | CounterposeError]]:
        """Add one by one, as the iterator is drawn; one error does not lose the others. Regroups once, at the end."""
        raise NotImplementedError

    def replace(
        self,
        document_id: str,
        source: Source,
        given: Metadata = NOTHING_GIVEN,
        *,
        speaker: str | None = None,
        speakers: Mapping[str, str | None] | None = None,
        from_name: str | None = None,
        by: str = "",
        progress: Progress | None = None,
    ) -> Added:
        """Put a new text in a document's place: what the new file does not say is kept from the old one."""
        raise NotImplementedError

    def remove(self, document_id: str, by: str = "") -> DocumentRow:
        """Remove a document and all that came from it, speakers of whom nothing is left too. Returns what is gone."""
        raise NotImplementedError

    def correct(self, document_id: str, given: Metadata, by: str = "", *, clear: Collection[str] = ()) -> DocumentRow:
        """Correct a document's metadata: what `given` holds is set, fields named in `clear` are emptied."""
        raise NotImplementedError

    # Documents -----------------------------------------------------------------------------------------------

    def documents(self) -> tuple[DocumentRow, ...]:
        """Newest date first, undated last."""
        raise NotImplementedError

    def document(self, document_id: str) -> DocumentView:
        raise NotImplementedError

    def text(self, document_id: str) -> str:
        """The stored text, proven against its SHA-256."""
        raise NotImplementedError

    def original(self, document_id: str) -> tuple[str, bytes]:
        """Name and bytes of the file as it was given."""
        raise NotImplementedError

    # Speakers ------------------------------------------------------------------------------------------------

    def speakers(self) -> tuple[SpeakerRow, ...]:
        """Alphabetical by name."""
        raise NotImplementedError

    def speaker(self, text: str) -> Speaker:
        """By id, name or unique surname, case-insensitively; NotFound names the nearest."""
        raise NotImplementedError

    def rename_speaker(self, speaker_id: str, name: str, by: str = "") -> Speaker:
        raise NotImplementedError

    def merge_speakers(self, kept: str, merged: str, by: str = "") -> Speaker:
        """All that `merged` said becomes `kept`'s; returns `kept`."""
        raise NotImplementedError

    def split_speaker(
        self,
        speaker_id: str,
        new_name: str,
        by: str = "",
        *,
        documents: Collection[str] = (),
        labels: Collection[str] = (),
    ) -> Speaker:
        """Give `new_name` what stands in these documents, or under these labels, or in and under both; returns them."""
        raise NotImplementedError

    # Topics --------------------------------------------------------------------------------------------------

    def topics(self, query: str | None = None) -> tuple[TopicRow, ...]:
        """Largest first. `query`: only topics whose name, terms or statements hold all its words."""
        raise NotImplementedError

    def topic(self, text: str) -> TopicView:
        """By id or name, case-insensitively; NotFound names the nearest."""
        raise NotImplementedError

    # Comparisons ---------------------------------------------------------------------------------------------

    def compare(
        self,
        first: str | None = None,
        second: str | None = None,
        topic: str | None = None,
        limit: int = 10,
        min_confidence: float | None = None,
        since: str | None = None,
        until: str | None = None,
        document: str | None = None,
        include_unsure: bool = False,
    ) -> Comparison:
        """Two speakers side by side; without both named, those with most to say on the topic: an id, a name, or any text.

        Dates may be of reduced precision ("1946" is within since="1946-05"); undated documents are within no dates.
        """
        raise NotImplementedError

    def compare_texts(
        self,
        first: tuple[str, str],
        second: tuple[str, str],
        topic: str | None = None,
        limit: int = 10,
        min_confidence: float | None = None,
        include_unsure: bool = False,
    ) -> Comparison:
        """Two (name, text) side by side, nothing stored."""
        raise NotImplementedError

    def quote(self, statement_id: str) -> Quote:
        """A statement by its id, proven against the stored text (Conflict where it no longer matches)."""
        raise NotImplementedError

    # The whole -----------------------------------------------------------------------------------------------

    def prepare(self, progress: Progress | None = None) -> None:
        """Compute what is missing: vectors of a newly configured embedder, topics left open by `regroup=False`."""
        raise NotImplementedError

    def audit(self) -> Iterator[AuditRow]:
        """Every write, oldest first."""
        raise NotImplementedError

    @property
    def revision(self) -> int:
        """Changes with every write: a key for caches and ETags."""
        raise NotImplementedError

    def health(self) -> dict[str, Any]:
        """What /healthz says; Unavailable where the database does not answer."""
        raise NotImplementedError
