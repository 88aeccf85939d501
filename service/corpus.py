"""Corpus: the use cases, all that the command line and the web may ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from models.comparison import Comparison
from models.embedding import Embedder, Progress
from models.issue import Issue
from models.quote import Quote
from models.relation import RelationClassifier
from models.topic import Moves, Origin
from models.transcript import Metadata, Speaker
from service.access.access import Access
from service.budget import Budget
from service.config import Config
from service.documents.attributing import Attributing
from service.documents.fetching import Fetched, fetch
from service.documents.intake import Attribution, Given
from service.documents.library import Asked, Library
from service.documents.printing import printed
from service.documents.rivals import Rivals
from service.editions import gone_statement
from service.errors import BadValue, CounterposeError, NotFound
from service.given import storable
from service.jobs.desk import Desk
from service.jobs.kinds import Means
from service.listed import Listed
from service.lookup import asked_words, find_speaker, find_topic, folded, holding, stored_document, unknown_topic
from service.positions.comparing import Comparing, all_quotes
from service.positions.history import History, HistoryRequest, OverTime
from service.positions.mapping import Mapper, MapRequest, TopicMap
from service.positions.request import Request, confidence
from service.positions.sent_texts import compare_texts
from service.proof import Proof
from service.readers import Source
from service.review.corrections import Corrections
from service.review.marking import Marking
from service.review.reviewing import Reviewing
from service.scoring import Scoring
from service.snapshots.freezing import Snapshots
from service.snapshots.replaying import Replayed, replayed
from service.store.passing import Passing
from service.store.queries import Reading
from service.store.store import Store
from service.topics.edits import TopicEdits
from service.topics.grouping import Grouping
from service.topics.issue_list import IssueChange, IssueList
from service.topics.succession import topic_today
from service.version import own_version
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

NOTHING_GIVEN = Metadata()
SAMPLES = Path(__file__).parent / "samples"
Row = TypeVar("Row")


class Corpus:
    """One object shared by all threads of a process. Every write is one transaction and one audit row, or nothing.

    `by` is who writes, as they say themselves: stored as unverified, unless an account signs it (see `signature`).
    Raises service.errors only; Forbidden for any write where the configuration is read-only.
    """

    def __init__(self, store: Store, embedder: Embedder, classifier: RelationClassifier, config: Config) -> None:
        self._store = store
        self._config = config
        self._scoring = Scoring(store, embedder, classifier)
        self._proof = Proof()  # for all, so that one memory bounds them all
        lock = RLock()  # one write at a time in this process; the database queues those of several
        self._grouping = Grouping(store, self._scoring, lock)
        self._library = Library(
            store, self._scoring, self._grouping, lock, read_only=config.read_only, max_bytes=config.max_bytes
        )
        self.editing = TopicEdits(store, lock, read_only=config.read_only)  # renaming, merging, ... of topics
        self.attributing = Attributing(  # doubts about who said what
            store, self._proof, lock, read_only=config.read_only
        )
        self.rivals = Rivals(store, self._proof)  # records of one event beside each other
        self._issue_list = IssueList(store, self._scoring, self._grouping, lock, read_only=config.read_only)
        self._listed = Listed()
        self._comparing = Comparing(store, self._proof, self._scoring, self._listed)
        self._mapping = Mapper(store, self._scoring, self._comparing, self._listed)
        self._history = History(store, self._proof, self._scoring, self._listed)
        self.reviewing = Reviewing(
            store, self._proof, self._scoring, self._comparing, self._mapping, lock, read_only=config.read_only
        )
        self.marking = Marking(store, lock, read_only=config.read_only)
        self.snapshots = Snapshots(store, self._proof, self.compare, lock, read_only=config.read_only)
        self.corrections = Corrections(
            store, self._proof, self.pair, self.reviewing.ruling, self.snapshots, lock, read_only=config.read_only
        )
        self.access = Access(store, config)  # who may do what
        self.jobs = Desk(Means(store, self._library, self._grouping, self.judge_map), config)

    @classmethod
    def open(cls, config: Config) -> Corpus:
        """The corpus that the configuration names. Opens the database (migrating it), loads no model yet."""
        return cls(
            Store(config.resolved_database_url(), config.threads),
            Embedder(config.embedder),
            RelationClassifier(config.classifier),
            config,
        )

    # Transcripts in ------------------------------------------------------------------------------------------

    def preview(
        self,
        source: Source,
        given: Metadata = NOTHING_GIVEN,
        *,
        speaker: str | None = None,
        speakers: Mapping[str, str | None] | None = None,
        from_name: str | None = None,
        replaces: str | None = None,
    ) -> Preview:
        """Who said what in `source`, with nothing stored; `replaces` names the document that it would replace.

        `given` overrides the file's own metadata. `speaker` gives a text without labels one speaker. `speakers` maps
        printed labels to names (None: nobody's words). `from_name` is a regular expression on the file's name, with any
        of the groups speaker, date, year, session.
        """
        return self._library.preview(source, given, Attribution(speaker, speakers or {}, from_name), replaces)

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
        wanted = Given(source, given, Attribution(speaker, speakers or {}, from_name))
        return self._library.add(wanted, by=by, progress=progress, regrouped=regroup)

    def add_many(
        self,
        wanted: Iterable[Given | CounterposeError],
        by: str = "",
        progress: Progress | None = None,
        asked: Asked | None = None,
    ) -> Iterator[Added | CounterposeError]:
        """Add documents, embedded some at a time; in order what became of each, or why it was not added.

        What is given is stored. The topics are left to `prepare`, or to the next reader of them. `asked` settles which
        labels name somebody who is there already; `progress` is told of documents.
        """
        return self._library.add_many(wanted, by=by, progress=progress, asked=asked)

    def add_sample(self, by: str = "") -> None:
        """Add the sample that comes with Counterpose, in place of an older one; where it is there, nothing changes."""
        there = {row.original_name: row for row in self.documents()}
        for sample in sorted(SAMPLES.glob("*.md")):
            source = Source(sample.name, sample.read_bytes())
            old = there.get(sample.name)
            if old is not None and old.sha256 != sha256(source.data).hexdigest():
                self.replace(old.id, source, by=by)
            elif old is None:
                self.add(source, by=by)

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
        wanted = Given(source, given, Attribution(speaker, speakers or {}, from_name), document_id)
        return self._library.add(wanted, by=by, progress=progress)

    def fetch(self, url: str) -> Fetched:
        """A public page by its address, ready to be added."""
        return fetch(url, self._config.max_bytes)

    @property
    def adds_by_url(self) -> bool:
        """Whether pages in the browser may ask for that; the command line always may."""
        return self._config.add_by_url

    def remove(self, document_id: str, by: str = "") -> DocumentRow:
        """Remove a document and all that came from it, speakers of whom nothing is left too. Returns what is gone."""
        return self._library.remove(document_id, by)

    def correct(self, document_id: str, given: Metadata, by: str = "", *, clear: Collection[str] = ()) -> DocumentRow:
        """Correct a document's metadata: what `given` holds is set, fields named in `clear` are emptied."""
        return self._library.correct(document_id, given, clear, by)

    # Documents -----------------------------------------------------------------------------------------------

    def documents(self, query: str | None = None) -> tuple[DocumentRow, ...]:
        """Newest date first, undated last. `query`: only those that hold all its words in what is known of them."""
        with self._store.reading() as reading:
            return holding(self._listed.documents(reading), query, _known_of)

    def document(self, document_id: str) -> DocumentView:
        with self._store.reading() as reading:
            row = stored_document(document_id, reading)
            return printed(row, self._comparing.text(row, reading), reading)

    def text(self, document_id: str) -> str:
        """The stored text, proven against its SHA-256."""
        with self._store.reading() as reading:
            return self._comparing.text(stored_document(document_id, reading), reading)

    def original(self, document_id: str) -> tuple[str, bytes]:
        """Name and bytes of the file as it was given."""
        with self._store.reading() as reading:
            found = reading.original(stored_document(document_id, reading).id)
        assert found is not None, "the row was there in the same transaction"
        return found

    # Speakers ------------------------------------------------------------------------------------------------

    def speakers(self, query: str | None = None) -> tuple[SpeakerRow, ...]:
        """Alphabetical by name. `query`: only those whose name, role, delegation or labels hold all its words."""
        with self._store.reading() as reading:
            return holding(self._listed.speakers(reading), query, _names_of)

    def speaker(self, text: str) -> Speaker:
        """By id, name or unique surname, case-insensitively; NotFound names the nearest."""
        return find_speaker(storable("The name", text), [row.speaker for row in self.speakers()])

    def rename_speaker(self, speaker_id: str, name: str, by: str = "") -> Speaker:
        return self._library.rename(speaker_id, name, by)

    def set_delegation(self, speaker_id: str, delegation: str | None, by: str = "") -> Speaker:
        """Say for whom a speaker speaks; None or nothing but white space: for nobody else."""
        return self._library.set_delegation(speaker_id, delegation, by)

    def merge_speakers(self, kept: str, merged: str, by: str = "") -> Speaker:
        """All that `merged` said becomes `kept`'s; returns `kept`."""
        return self._library.merge(kept, merged, by)

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
        return self._library.split(speaker_id, new_name, documents, labels, by)

    # Topics --------------------------------------------------------------------------------------------------

    def topics(self, query: str | None = None) -> tuple[TopicRow, ...]:
        """Largest first. `query`: only topics whose name, terms or statements hold all its words."""
        self._grouping.prepare_if_possible()
        rows = self._list("topics", Reading.topics)
        words = asked_words(query)
        if not words:
            return rows
        said = dict(self._list("words of topics", _searchable))
        return tuple(row for row in rows if all(word in said.get(row.id, "") for word in words))

    def all_topics(self) -> tuple[TopicRow, ...]:
        """As `topics`, with those too that were hidden or that are empty."""
        self._grouping.prepare_if_possible()
        with self._store.reading() as reading:
            return self._listed.topics(reading)

    def hidden_topics(self) -> tuple[TopicRow, ...]:
        return tuple(row for row in self.all_topics() if row.settings.hidden)

    def topic_today(self, text: str) -> TopicRow | None:
        """By id or name, of today or of once, case-insensitively; None for other words. Gone where it vanished."""
        self._grouping.prepare_if_possible()
        with self._store.reading() as reading:
            return topic_today(storable("The topic", text), self._listed.topics(reading), reading)

    def forwarded(self, text: str | None) -> TopicRow | None:
        """The topic that an id or name of once leads to; None where it is one of today, or none. Raises Gone."""
        row = self.topic_today(text) if text is not None else None
        return None if row is None or find_topic(text or "", [row]) is not None else row

    def topic(self, text: str) -> TopicView:
        """By id or name, of today or of once, case-insensitively; NotFound names the nearest, as Gone does."""
        row = self.topic_today(text)
        if row is None:
            raise unknown_topic(text, self.topics())
        with self._store.reading() as reading:
            quotes = self._comparing.quotes(reading.statements(topic=row.id), reading)
        return TopicView(
            row, tuple(sorted(quotes, key=lambda q: (q.document.metadata.date or "", q.document.id, q.start)))
        )

    def map(
        self,
        *,
        speakers: Collection[str] = (),
        delegations: Collection[str] = (),
        by: str | None = None,
        since: str | None = None,
        until: str | None = None,
        document: str | None = None,
        query: str | None = None,
        page: int = 1,
        budget: Budget | None = None,
    ) -> TopicMap:
        """How each two sides stand to each other on each topic, as far as the budget goes.

        `by`: "speaker" or "delegation"; left open, by delegation where any is named. Fewer than two sides named: those
        who say most besides. `query` as in `topics`; the rest as in `compare`.
        """
        request = _mapped(speakers, delegations, by, since, until, document, page)
        return self._mapping.map(request, self.topics(query), budget)

    def judge_map(
        self,
        *,
        speakers: Collection[str] = (),
        delegations: Collection[str] = (),
        by: str | None = None,
        since: str | None = None,
        until: str | None = None,
        document: str | None = None,
        query: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Judge all that the pages of such a map hold, and keep it; `progress` is told how many cells are done."""
        request = _mapped(speakers, delegations, by, since, until, document, 1)
        self._mapping.judge(request, self.topics(query), progress)

    # Issues --------------------------------------------------------------------------------------------------

    def issues(self) -> tuple[TopicRow, ...]:
        """The user's own list, in its order, with what was said on each: topics that come before those found."""
        self._grouping.prepare_if_possible()
        return self._list("issues", _of_list)

    def preview_issues(self, wanted: Sequence[Issue]) -> IssueChange:
        """What `set_issues` would change, with nothing stored."""
        return self._issue_list.preview(wanted)

    def set_issues(self, wanted: Sequence[Issue], by: str = "") -> IssueChange:
        """Put a list of issues in the place of the one there is; an issue keeps its id while it keeps its name."""
        return self._issue_list.set(wanted, by)

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
        include_reported: bool = False,
        include_nominees: bool = False,
        budget: Budget | None = None,
    ) -> Comparison:
        """Two speakers side by side; without both named, those with most on the topic: an id, a name or any text.

        What only says or answers what others hold is not compared without `include_reported`; in a large corpus, only
        the nearest pairs on a text are judged without `include_nominees`. With a `budget`, of any topic and in any
        corpus, only the nearest pairs are judged that it suffices for. One is judged even where nothing is left of it.
        Dates may be of reduced precision ("1946" is within since="1946-05"); undated documents are within no dates.
        """
        request = Request(
            first=_said(first),
            second=_said(second),
            topic=_said(topic),
            limit=limit,
            min_confidence=confidence(min_confidence),
            since=_said(since),
            until=_said(until),
            document=_said(document),
            include_unsure=include_unsure,
            include_reported=include_reported,
            include_nominees=include_nominees,
        )
        self._grouping.prepare_if_possible()
        return self._comparing.compare(request, budget)

    def compare_texts(
        self,
        first: tuple[str, str],
        second: tuple[str, str],
        topic: str | None = None,
        limit: int = 10,
        min_confidence: float | None = None,
        include_unsure: bool = False,
        include_reported: bool = False,
        before: Callable[[int], None] | None = None,
    ) -> Comparison:
        """Two (name, text) side by side, nothing stored.

        `before` is told how many characters the pairs have that are to be judged, and may refuse it.
        """
        request = Request(
            first=None,
            second=None,
            topic=_said(topic),
            limit=limit,
            min_confidence=confidence(min_confidence),
            since=None,
            until=None,
            document=None,
            include_unsure=include_unsure,
            include_reported=include_reported,
        )
        return compare_texts(self._scoring, first, second, request, before)

    def replay(self, then: Comparison) -> Replayed:
        """A comparison asked for again as its manifest has it, and what is another in it today."""
        found = replayed(then, self.compare, self._store)
        with self._store.reading() as reading:
            return replace(found, altered=self._proof.altered(all_quotes(then), reading))

    def pair(self, first: str, second: str) -> Comparison:
        """Two statements of two speakers, by their ids, with nothing else beside them."""
        return self._comparing.pair(first, second)

    def over_time(
        self,
        speaker: str,
        topic: str | None = None,
        since: str | None = None,
        until: str | None = None,
        budget: Budget | None = None,
    ) -> OverTime:
        """What one speaker said on a topic (an id, a name or any text), date by date, and what of it was said before.

        Without a topic, the topics that there are to choose from. Dates are as in `compare`. What goes beyond a
        `budget` is left unjudged.
        """
        request = HistoryRequest(storable("The name", speaker), _said(topic), _said(since), _said(until))
        self._grouping.prepare_if_possible()
        return self._history.over_time(request, budget)

    def quote(self, statement_id: str) -> Quote:
        """A statement by its id, proven against the stored text (Conflict where it no longer matches).

        Gone where its document was replaced or removed, with its place in the edition of today if it has one.
        """
        with self._store.reading() as reading:
            quotes = self._comparing.quotes(reading.statements(ids=[statement_id]), reading)
            was = None if quotes else gone_statement(statement_id, reading)
        if was is not None:
            raise was
        if not quotes:
            raise NotFound(
                f"There is no statement {statement_id!r}.", "Name it by the id that a comparison gives for it."
            )
        return quotes[0]

    # The whole -----------------------------------------------------------------------------------------------

    def prepare(self, progress: Progress | None = None) -> Moves | None:
        """Compute what is missing: vectors of a newly configured embedder, topics left open by `regroup=False`."""
        return self._grouping.prepare(progress)

    def changes(self, subject: str | None = None) -> AuditRow | None:
        """The newest write of all, or of a document, that says what it changed of the topics, in its detail's `topics`.

        The list of issues has the subject "".
        """
        with self._store.reading() as reading:
            return reading.newest_change(subject)

    def audit(self) -> Iterator[AuditRow]:
        """Every write, oldest first."""
        with self._store.reading() as reading:
            yield from reading.audit()

    @property
    def revision(self) -> int:
        """Changes with every write: a key for caches and ETags."""
        with self._store.reading() as reading:
            return reading.revision()

    def stamp(self) -> tuple[object, ...]:
        """The same for as long as nothing is written to the database, by whatever program, be it only a cache."""
        return self._store.stamp()

    @property
    def passing(self) -> Passing:
        """What is counted for a while: who came how often, and which workers are alive."""
        return self._store.passing

    def health(self) -> dict[str, Any]:
        """What /healthz says; Unavailable where the database does not answer."""
        with self._store.reading() as reading:
            revision = reading.revision()
        rows = self.documents()
        embedder, classifier = self._scoring.names
        return {
            "status": "ok",
            "version": own_version(),
            "revision": revision,
            "documents": len(rows),
            "statements": sum(row.statements for row in rows),
            "read_only": self._config.read_only,
            "embedder": {"name": embedder, "sha256": self._scoring.embedder},
            "classifier": {"name": classifier, "sha256": self._scoring.classifier},
        }

    def ready(self) -> None:
        """Raises Unavailable where the database does not answer, or a model's files are not what they should be."""
        with self._store.reading() as reading:
            reading.revision()
        _ = self._scoring.embedder, self._scoring.classifier, self._scoring.thresholds

    def load_models(self) -> None:
        """Read both models' weights, which are else read when they are first needed."""
        self._scoring.load()

    def parted(self) -> None:
        """To be called first in a process that was forked from another."""
        self._store.parted()

    def close(self) -> None:
        """Let go of the database."""
        self.jobs.close()
        self._store.close()

    def _list(self, name: str, ask: Callable[[Reading], tuple[Row, ...]]) -> tuple[Row, ...]:
        """A list as it is at this revision, from memory if it was asked for before."""
        with self._store.reading() as reading:
            return self._listed(name, reading, ask)


def _said(text: str | None) -> str | None:
    """What was asked for, with white space tidied; nothing but white space asks for nothing."""
    return " ".join(storable("What was asked for", text).split()) or None if text is not None else None


def _mapped(
    speakers: Collection[str],
    delegations: Collection[str],
    by: str | None,
    since: str | None,
    until: str | None,
    document: str | None,
    page: int,
) -> MapRequest:
    if by not in (None, "speaker", "delegation"):
        raise BadValue(f"by is {by!r}.", "Give speaker or delegation.")
    return MapRequest(
        speakers=tuple(filter(None, map(_said, speakers))),
        delegations=tuple(filter(None, map(_said, delegations))),
        by_delegation=bool(delegations) if by is None else by == "delegation",
        since=_said(since),
        until=_said(until),
        document=_said(document),
        page=page,
    )


def _known_of(row: DocumentRow) -> Iterator[str | None]:
    known = row.metadata
    yield from (known.title, known.date, known.place, known.publisher, row.original_name)
    yield from (speaker.name for speaker in row.speakers)


def _names_of(row: SpeakerRow) -> Iterator[str | None]:
    yield from (row.speaker.name, row.speaker.role, row.speaker.delegation, *row.labels)


def _of_list(reading: Reading) -> tuple[TopicRow, ...]:
    return tuple(row for row in reading.topics(hidden=True) if row.settings.origin is Origin.ISSUE)


def _searchable(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Each topic's id, and its name, terms and statements as a search compares them; folding is what takes long."""
    texts = reading.topic_texts()
    return tuple((row.id, folded(" ".join((row.name, *row.terms, *texts.get(row.id, ()))))) for row in reading.topics())
