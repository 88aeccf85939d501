"""Reading: what can be asked of the database in one transaction. Answers are views and domain values, never rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, and_, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from models.identity import KnownSpeaker
from models.quote import Document, Quote
from models.topic import Origin, Settings, Topic
from models.transcript import Kind, Mark, Metadata, Record, Speaker, Utterance
from service.rendering.described import described
from service.store import tables as t
from service.store.word_index import NUMBERED, holding, numbers_holding
from service.views import AuditRow, DocumentRow, SpeakerRow, TopicRow

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Value = TypeVar("Value")
CHANGING = ("add", "replace", "remove", "regroup", "set-issues")  # what may change topics by itself
AT_ONCE = 5000  # values in one IN list: below both engines' limits
METADATA = (t.document.c.title, t.document.c.date, t.document.c.place, t.document.c.publisher,
            t.document.c.language, t.document.c.source_url, t.document.c.record)  # fmt: skip
SPEAKER = (t.speaker.c.id, t.speaker.c.name, t.speaker.c.role, t.speaker.c.delegation)


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement as it is kept. `vector` is there if the embedder asked for has made one."""

    quote: Quote
    comparable: bool
    utterance: int
    text_sha256: str
    vector: bytes | None = None


class Reading:
    """The questions. All answers of one Reading are of one state of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """For `journal`, which asks and changes more within the same transaction."""
        return self._connection

    def revision(self) -> int:
        return int(self._connection.execute(select(t.state.c.revision)).scalar_one())

    def grouped_by(self) -> str | None:
        """The embedder whose vectors the topics rest on; None when they are out of date."""
        return cast("str | None", self._connection.execute(select(t.state.c.grouped_by)).scalar_one())

    # Documents

    def has_documents(self) -> bool:
        return self._connection.execute(select(t.document.c.id).limit(1)).first() is not None

    def documents(self, document_id: str | None = None) -> tuple[DocumentRow, ...]:
        """All, or the one, newest date first, undated last."""
        wanted = t.document.c.id == document_id if document_id is not None else None
        labelled = t.label.c.document_id == document_id if document_id is not None else None
        speakers: dict[str, list[Speaker]] = defaultdict(list)
        first_word = func.min(t.utterance.c.start)
        for row in self._rows(
            select(t.label.c.document_id, *SPEAKER)
            .join(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .join(t.utterance, t.utterance.c.label_id == t.label.c.id)
            .group_by(t.label.c.document_id, *SPEAKER)
            .order_by(t.label.c.document_id, first_word),
            labelled,
        ):
            speakers[row[0]].append(Speaker(*row[1:]))
        counts = self._counted(t.label.c.document_id, labelled)
        columns = ("id", "sha256", "format", "original_name", "words", "added_at")
        found = [
            DocumentRow(
                id=row.id,
                sha256=row.sha256,
                metadata=_metadata(row),
                format=row.format,
                original_name=row.original_name,
                speakers=tuple(speakers[row.id]),
                statements=counts.get(row.id, (0, 0))[0],
                comparable=counts.get(row.id, (0, 0))[1],
                words=row.words,
                added_at=row.added_at,
            )
            for row in self._rows(select(*(t.document.c[name] for name in columns), *METADATA), wanted)
        ]
        found.sort(key=lambda row: (row.metadata.title or "", row.id))
        found.sort(key=lambda row: row.metadata.date or "", reverse=True)
        return tuple(found)

    def _counted(
        self, by: ColumnElement[Any], condition: ColumnElement[bool] | None = None
    ) -> dict[str, tuple[int, int]]:
        """How many statements there are, and how many of them are comparable, by a column of their labels."""
        query = (
            select(by, func.count(), func.sum(case((t.statement.c.comparable, 1), else_=0)))
            .select_from(t.label)
            .join(t.statement, t.statement.c.label_id == t.label.c.id)
            .group_by(by)
        )
        return {row[0]: (row[1], int(row[2])) for row in self._rows(query, condition)}

    def _speakers_in(self, document_ids: Collection[str]) -> dict[str, list[str]]:
        """Who speaks in each of the documents, in order of first word."""
        query = (
            select(t.label.c.document_id, t.speaker.c.name)
            .join(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .join(t.utterance, t.utterance.c.label_id == t.label.c.id)
            .group_by(t.label.c.document_id, t.speaker.c.id, t.speaker.c.name)
            .order_by(t.label.c.document_id, func.min(t.utterance.c.start))
        )
        found: dict[str, list[str]] = defaultdict(list)
        for some in slices(sorted(document_ids)):
            for document_id, name in self._rows(query, t.label.c.document_id.in_(some)):
                found[document_id].append(name)
        return found

    def sha256(self, document_id: str) -> str | None:
        """Of a document's text; None where there is no such document. Nothing else is read or counted."""
        return self._connection.execute(select(t.document.c.sha256).where(t.document.c.id == document_id)).scalar()

    def texts(self, document_ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """Stored text and the SHA-256 that it was stored under, by document."""
        found: dict[str, tuple[str, str]] = {}
        for some in slices(sorted(set(document_ids))):
            rows = self._rows(
                select(t.document.c.id, t.document.c.text, t.document.c.sha256), t.document.c.id.in_(some)
            )
            found |= {row.id: (row.text, row.sha256) for row in rows}
        return found

    def lengths(self, document_ids: Collection[str]) -> dict[str, int]:
        """The words spoken in each of these documents; those in which nothing is are left out."""
        # a document's own number of words lies behind its text, pages further on
        query = select(t.utterance.c.document_id, func.sum(t.utterance.c.words)).group_by(t.utterance.c.document_id)
        return {row[0]: int(row[1]) for row in self._rows(query, t.utterance.c.document_id.in_(sorted(document_ids)))}

    def with_fingerprints(self, values: Collection[int]) -> dict[int, list[str]]:
        """The documents that keep each of these fingerprints."""
        found: dict[int, list[str]] = defaultdict(list)
        query = select(t.fingerprint.c.value, t.fingerprint.c.document_id)
        for row in self._rows(query, t.fingerprint.c.value.in_(sorted(values))):
            found[row.value].append(row.document_id)
        return found

    def sharing_with(self, document_id: str) -> dict[str, int]:
        """How many comparable statements of this document each other one has word for word."""
        own, other = t.statement.alias("own"), t.statement.alias("other")
        same = and_(other.c.text_sha256 == own.c.text_sha256, other.c.document_id != own.c.document_id)
        query = select(other.c.document_id, func.count(own.c.id.distinct())).select_from(own.join(other, same))
        wanted = and_(own.c.document_id == document_id, own.c.comparable)
        return {row[0]: row[1] for row in self._rows(query.group_by(other.c.document_id), wanted)}

    def original(self, document_id: str) -> tuple[str, bytes] | None:
        columns = select(t.document.c.original_name, t.document.c.original)
        row = self._connection.execute(columns.where(t.document.c.id == document_id)).one_or_none()
        return None if row is None else (row.original_name, bytes(row.original))

    def utterances(self, document_id: str) -> tuple[tuple[Utterance, Speaker | None], ...]:
        query = (
            select(
                t.utterance,
                t.label.c.printed,
                t.label.c.kind,
                *(column.label(f"s_{column.name}") for column in SPEAKER),
            )
            .join(t.label, t.label.c.id == t.utterance.c.label_id)
            .outerjoin(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .order_by(t.utterance.c.position)
        )
        return tuple(
            (
                Utterance(row.printed, Kind(row.kind), row.start, row.end, tuple(map(Mark, row.marks.split()))),
                None if row.s_id is None else Speaker(row.s_id, row.s_name, row.s_role, row.s_delegation),
            )
            for row in self._rows(query, t.utterance.c.document_id == document_id)
        )

    # Statements

    def statements(
        self,
        *,
        embedder: str | None = None,
        ids: Collection[str] | None = None,
        document: str | None = None,
        documents: Collection[str] | None = None,
        speaker: str | None = None,
        speakers: Collection[str] | None = None,
        topic: str | None = None,
        topics: Collection[str] | None = None,
        comparable_only: bool = False,
    ) -> tuple[Stored, ...]:
        """Statements that meet all the conditions given, by document id, then place in it."""
        conditions: list[ColumnElement[bool]] = []
        if ids is not None:
            conditions.append(t.statement.c.id.in_(sorted(ids)))
        if document is not None:
            conditions.append(t.statement.c.document_id == document)
        if speaker is not None:
            conditions.append(t.label.c.speaker_id == speaker)
        if speakers is not None:
            conditions.append(t.label.c.speaker_id.in_(sorted(speakers)))
        if topic is not None:
            conditions.append(t.topic_statement.c.topic_id == topic)
        if topics is not None:
            conditions.append(t.topic_statement.c.topic_id.in_(sorted(topics)))
        if comparable_only:
            conditions.append(t.statement.c.comparable)
        return tuple(self._statements(conditions, documents, embedder))

    def _statements(
        self, conditions: list[ColumnElement[bool]], documents: Collection[str] | None, embedder: str | None
    ) -> Iterator[Stored]:
        query = (
            select(
                t.statement,
                t.topic_statement.c.topic_id,
                t.document.c.sha256.label("document_sha256"),
                t.document.c.original_name,
                t.document.c.added_at,
                *METADATA,
                *(column.label(f"s_{column.name}") for column in SPEAKER),
                *((t.embedding.c.vector,) if embedder is not None else ()),
            )
            .join(t.label, t.label.c.id == t.statement.c.label_id)
            .join(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .join(t.document, t.document.c.id == t.statement.c.document_id)
            .outerjoin(t.topic_statement, t.topic_statement.c.statement_id == t.statement.c.id)
        )
        if embedder is not None:
            made = and_(t.embedding.c.embedder == embedder, t.embedding.c.text_sha256 == t.statement.c.text_sha256)
            query = query.outerjoin(t.embedding, made)
        query = query.order_by(t.statement.c.document_id, t.statement.c.start, t.statement.c.end)
        shared_documents: dict[str, Document] = {}
        shared_speakers: dict[str, Speaker] = {}
        for some in slices(sorted(set(documents))) if documents is not None else [None]:
            within = () if some is None else (t.statement.c.document_id.in_(some),)
            rows = list(self._rows(query, and_(True, *conditions, *within)))
            untitled = {row.document_id for row in rows if not row.title} - shared_documents.keys()
            speaking = self._speakers_in(untitled)  # what lacks a title is called by them
            for row in rows:
                source = shared_documents.get(row.document_id)
                if source is None:
                    known = _metadata(row)
                    source = Document(
                        row.document_id,
                        row.document_sha256,
                        known,
                        row.original_name,
                        row.added_at[:10],
                        described(known, speaking.get(row.document_id, ())),
                    )
                    shared_documents[row.document_id] = source
                who = shared_speakers.get(row.s_id)
                if who is None:
                    who = shared_speakers[row.s_id] = Speaker(row.s_id, row.s_name, row.s_role, row.s_delegation)
                quote = Quote(
                    id=row.id,
                    text=row.text,
                    speaker=who,
                    document=source,
                    start=row.start,
                    end=row.end,
                    marks=tuple(row.marks.split()),
                    paragraph=row.paragraph,
                    before=row.before,
                    after=row.after,
                    topic=row.topic_id,
                )
                vector = row.vector if embedder is not None else None
                yield Stored(quote, row.comparable, row.position, row.text_sha256, vector)

    def by_number(self, numbers: Collection[int], embedder: str | None = None) -> dict[int, Stored]:
        """Statements by their numbers; those that are not there are left out."""
        found: dict[int, Stored] = {}
        for some in slices(sorted(set(numbers))):
            query = select(NUMBERED.c.number, NUMBERED.c.statement_id).where(NUMBERED.c.number.in_(some))
            number = {row.statement_id: row.number for row in self._rows(query)}
            found |= {number[one.quote.id]: one for one in self.statements(ids=number, embedder=embedder)}
        return found

    def most_said(
        self, *, topic: str | None = None, documents: Collection[str] | None = None
    ) -> tuple[tuple[Speaker, int], ...]:
        """Speakers by how many comparable statements they have on the topic and in the documents, most first."""
        counts: dict[Speaker, int] = defaultdict(int)
        query = (
            select(func.count(), *SPEAKER)
            .select_from(t.statement)
            .join(t.label, t.label.c.id == t.statement.c.label_id)
            .join(t.speaker, t.speaker.c.id == t.label.c.speaker_id)
            .group_by(*SPEAKER)
        )
        if topic is not None:
            query = query.join(t.topic_statement, t.topic_statement.c.statement_id == t.statement.c.id)
            query = query.where(t.topic_statement.c.topic_id == topic)
        for some in slices(sorted(set(documents))) if documents is not None else [None]:
            within = () if some is None else (t.statement.c.document_id.in_(some),)
            for count, *columns in self._rows(query, and_(t.statement.c.comparable, *within)):
                counts[Speaker(*columns)] += count
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0].id)))

    def holding(self, phrases: Sequence[str]) -> tuple[str, ...]:
        """Ids of the comparable statements that hold every one of the phrases, the best match first."""
        return holding(self._connection, phrases)

    def numbers_holding(self, phrases: Sequence[str]) -> tuple[NDArray[np.int64], bool]:
        """As `holding`, the statements' numbers; and whether they are ranked, as they are if they are not too many."""
        return numbers_holding(self._connection, phrases)

    def numbers_of(self, topics: Collection[str]) -> NDArray[np.int64]:
        """The numbers of the statements on these topics."""
        query = select(NUMBERED.c.number).join(
            t.topic_statement, t.topic_statement.c.statement_id == NUMBERED.c.statement_id
        )
        some = t.topic_statement.c.topic_id.in_(sorted(topics))
        return (
            np.fromiter((row.number for row in self._rows(query, some)), np.int64) if topics else np.zeros(0, np.int64)
        )

    def said_by_topic(
        self, speakers: Collection[str], *, documents: Collection[str] | None = None
    ) -> dict[str, dict[str, int]]:
        """How many statements each of these speakers has, by topic and speaker; who has none is left out."""
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        query = (
            select(t.topic_statement.c.topic_id, t.label.c.speaker_id, func.count())
            .join(t.statement, t.statement.c.id == t.topic_statement.c.statement_id)
            .join(t.label, t.label.c.id == t.statement.c.label_id)
            .group_by(t.topic_statement.c.topic_id, t.label.c.speaker_id)
        )
        theirs = t.label.c.speaker_id.in_(sorted(speakers))
        for some in slices(sorted(set(documents))) if documents is not None else [None]:
            within = () if some is None else (t.statement.c.document_id.in_(some),)
            for topic_id, speaker_id, count in self._rows(query, and_(theirs, *within)):
                counts[topic_id][speaker_id] += count
        return dict(counts)

    def words_spoken(self, *, documents: Collection[str] | None = None) -> dict[str, int]:
        """All words of each speaker, by id, courtesies and procedure included."""
        words: dict[str, int] = defaultdict(int)
        query = (
            select(t.label.c.speaker_id, func.sum(t.utterance.c.words))
            .join(t.utterance, t.utterance.c.label_id == t.label.c.id)
            .group_by(t.label.c.speaker_id)
        )
        for some in slices(sorted(set(documents))) if documents is not None else [None]:
            within = () if some is None else (t.utterance.c.document_id.in_(some),)
            for speaker_id, count in self._rows(query, and_(t.label.c.speaker_id.is_not(None), *within)):
                words[speaker_id] += int(count)
        return dict(words)

    def without_vector(self, embedder: str) -> dict[str, str]:
        """Texts of comparable statements that this embedder has made no vector of yet, by their SHA-256."""
        made = and_(t.embedding.c.embedder == embedder, t.embedding.c.text_sha256 == t.statement.c.text_sha256)
        query = select(t.statement.c.text_sha256, t.statement.c.text).outerjoin(t.embedding, made)
        rows = self._rows(query, and_(t.statement.c.comparable, t.embedding.c.text_sha256.is_(None)))
        return {row.text_sha256: row.text for row in rows}

    def vectors(self, embedder: str, hashes: Collection[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for some in slices(sorted(set(hashes))):
            rows = self._rows(
                select(t.embedding.c.text_sha256, t.embedding.c.vector),
                and_(t.embedding.c.embedder == embedder, t.embedding.c.text_sha256.in_(some)),
            )
            found |= {row.text_sha256: bytes(row.vector) for row in rows}
        return found

    def with_vector(self, embedder: str, hashes: Collection[str]) -> set[str]:
        """Those of the texts that have a vector."""
        found: set[str] = set()
        for some in slices(sorted(set(hashes))):
            wanted = and_(t.embedding.c.embedder == embedder, t.embedding.c.text_sha256.in_(some))
            found.update(row[0] for row in self._rows(select(t.embedding.c.text_sha256), wanted))
        return found

    def relations(
        self, classifier: str, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[float, float, float]]:
        """The probabilities kept (agrees, opposes, differs), by the two texts' SHA-256, the lesser first."""
        wanted = set(keys)
        found: dict[tuple[str, str], tuple[float, float, float]] = {}
        for some in slices(sorted({first for first, _ in wanted})):
            rows = self._rows(
                select(t.relation), and_(t.relation.c.classifier == classifier, t.relation.c.first.in_(some))
            )
            for row in rows:
                if (row.first, row.second) in wanted:
                    found[row.first, row.second] = (row.agrees, row.opposes, row.differs)
        return found

    # Speakers

    def known_speakers(self) -> tuple[KnownSpeaker, ...]:
        """Alphabetical by name, with the forms their names were printed in; nothing is counted."""
        labels: dict[str, set[str]] = defaultdict(set)
        printed = select(t.label.c.speaker_id, t.label.c.printed).distinct()
        for row in self._rows(printed, and_(t.label.c.speaker_id.is_not(None), t.label.c.printed.is_not(None))):
            labels[row.speaker_id].add(row.printed)
        found = (Speaker(*columns) for columns in self._rows(select(*SPEAKER)))
        return tuple(
            KnownSpeaker(who, tuple(sorted(labels[who.id])))
            for who in sorted(found, key=lambda one: (one.name.casefold(), one.id))
        )

    def speakers(self) -> tuple[SpeakerRow, ...]:
        """Alphabetical by name."""
        said = {
            row[0]: row[1:]
            for row in self._rows(
                select(
                    t.label.c.speaker_id, func.count(t.label.c.document_id.distinct()), func.sum(t.utterance.c.words)
                )
                .join(t.utterance, t.utterance.c.label_id == t.label.c.id)
                .group_by(t.label.c.speaker_id)
            )
        }
        counts = self._counted(t.label.c.speaker_id)
        found = []
        for one in self.known_speakers():
            documents, words = said.get(one.speaker.id, (0, 0))
            statements, comparable = counts.get(one.speaker.id, (0, 0))
            found.append(SpeakerRow(one.speaker, documents, statements, comparable, int(words), one.labels))
        return tuple(found)

    # Topics

    def topics(self, *, hidden: bool = False) -> tuple[TopicRow, ...]:
        """In the order of grouping: largest first. With `hidden`, those too that were hidden or that are empty."""
        places = (t.topic_statement.c.topic_id, t.topic_statement.c.label_id)  # a label says whose, and of what date
        of_label = select(t.label.c.id, t.label.c.speaker_id, t.document.c.date)
        labels = {
            label: (who, date)
            for label, who, date in self._rows(of_label.join(t.document, t.document.c.id == t.label.c.document_id))
        }
        known = {columns[0]: Speaker(*columns) for columns in self._rows(select(*SPEAKER))}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        newest: dict[str, str] = {}
        for topic_id, label, count in self._rows(select(*places, func.count()).group_by(*places)):
            who, date = labels[label]
            if who is not None:
                counts[topic_id][who] += count
            if date is not None:
                newest[topic_id] = max(date, newest.get(topic_id, date))
        found = []
        for row in self._rows(select(t.topic).order_by(t.topic.c.position, t.topic.c.id)):
            most = sorted(counts[row.id].items(), key=lambda item: (-item[1], item[0]))
            said = tuple((known[who], number) for who, number in most)
            count = sum(number for _, number in said)
            settings = settings_of(row)
            if hidden or (not settings.hidden and (count or settings.origin is Origin.ISSUE)):
                found.append(TopicRow(row.id, row.name, tuple(row.terms), count, said, newest.get(row.id), settings))
        return tuple(found)

    def topic_texts(self) -> dict[str, list[str]]:
        """The statements' texts by topic."""
        found: dict[str, list[str]] = defaultdict(list)
        query = select(t.topic_statement.c.topic_id, t.statement.c.text)
        for row in self._rows(query.join(t.statement, t.statement.c.id == t.topic_statement.c.statement_id)):
            found[row.topic_id].append(row.text)
        return found

    def grouping(self) -> tuple[Topic, ...]:
        """The topics with their members, as they were grouped last."""
        members: dict[str, list[str]] = defaultdict(list)
        for row in self._rows(select(t.topic_statement)):
            members[row.topic_id].append(row.statement_id)
        return tuple(
            Topic(row.id, row.name, tuple(row.terms), tuple(sorted(members[row.id])), settings_of(row))
            for row in self._rows(select(t.topic).order_by(t.topic.c.position))
        )

    # Audit

    def audit(self, subject: str | None = None) -> tuple[AuditRow, ...]:
        """All writes, or those to one subject, oldest first."""
        wanted = t.audit.c.subject == subject if subject is not None else None
        return tuple(AuditRow(**row._mapping) for row in self._rows(select(t.audit).order_by(t.audit.c.id), wanted))

    def written(self, actions: Collection[str], subjects: Collection[str] | None = None) -> tuple[AuditRow, ...]:
        """The audit's rows of some actions, of all subjects or of these, the oldest first."""
        query = select(t.audit).where(t.audit.c.action.in_(sorted(actions))).order_by(t.audit.c.id)
        if subjects is None:
            return tuple(AuditRow(**row._mapping) for row in self._rows(query))
        rows = [
            AuditRow(**row._mapping)
            for some in slices(sorted(set(subjects)))
            for row in self._rows(query, t.audit.c.subject.in_(some))
        ]
        return tuple(sorted(rows, key=lambda row: row.id))

    def replacements(self) -> tuple[tuple[str, str], ...]:
        """The ids of each document that was replaced and of that which came into its place, the oldest first."""
        query = select(t.audit.c.detail["replaced"].as_string(), t.audit.c.subject).order_by(t.audit.c.id)
        return tuple((row[0], row[1]) for row in self._rows(query, t.audit.c.action == "replace"))

    def newest_change(self, subject: str | None = None) -> AuditRow | None:
        """The newest write, of all or of one subject, that says what it changed of the topics."""
        newest = select(t.audit).where(t.audit.c.action.in_(CHANGING)).order_by(t.audit.c.id.desc())
        rows = self._rows(newest, t.audit.c.subject == subject if subject is not None else None)
        return next((AuditRow(**row._mapping) for row in rows if "topics" in row.detail), None)

    def _rows(self, query: AnySelect, condition: ColumnElement[bool] | None = None) -> Iterable[AnyRow]:
        return self._connection.execute(query if condition is None else query.where(condition))


def _metadata(row: AnyRow) -> Metadata:
    values: Mapping[str, Any] = {column.name: getattr(row, column.name) for column in METADATA}
    return Metadata(**{**values, "record": Record(row.record) if row.record else None})


def settings_of(row: AnyRow) -> Settings:
    names = (field.name for field in fields(Settings) if field.name not in ("origin", "former"))
    former = Origin(row.former) if row.former is not None else None
    return Settings(origin=Origin(row.origin), former=former, **{name: getattr(row, name) for name in names})


def slices(values: list[Value]) -> Iterator[list[Value]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
