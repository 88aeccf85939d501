"""The tables, in plain types that SQLite and PostgreSQL both have; `migrations` builds them step by step.

What the engines' own full-text search keeps of the words of statements is not among them: see `word_index`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0012"  # the migration that leads to these tables

tables = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

state = Table(  # one row
    "state",
    tables,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),  # raised by every write, first thing: it also queues the writers
    Column("grouped_by", Text),  # the embedder whose vectors the topics were grouped by; null when they are out of date
    Column("grouped", Integer, nullable=False),  # comparable statements when all of them were last grouped together
    Column("joined", Integer, nullable=False),  # statements added or removed since, with the topics left as they were
)

document = Table(
    "document",
    tables,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("original", LargeBinary, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("title", Text),
    Column("date", Text),
    Column("place", Text),
    Column("publisher", Text),
    Column("language", Text),
    Column("source_url", Text),
    Column("record", Text),
    Column("words", Integer, nullable=False),
    Column("added_at", Text, nullable=False),
)

fingerprint = Table(  # what a document's text is known by among many, see models/near_copy.py
    "fingerprint",
    tables,
    Column("document_id", Text, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_fingerprint_value", "value"),
)

speaker = Table(
    "speaker",
    tables,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text),
    Column("delegation", Text),
)

label = Table(
    "label",
    tables,
    Column("id", Integer, primary_key=True),
    Column("document_id", Text, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("printed", Text),  # null where a whole text was given one speaker
    Column("kind", Text, nullable=False),
    Column("speaker_id", Text, ForeignKey("speaker.id")),  # null: nobody's side
    UniqueConstraint("document_id", "printed", "kind"),
    Index("ix_label_speaker_id", "speaker_id", "printed"),
)

utterance = Table(
    "utterance",
    tables,
    Column("document_id", Text, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("label_id", Integer, ForeignKey("label.id", ondelete="CASCADE"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("marks", Text, nullable=False),  # parted by spaces
    Column("words", Integer, nullable=False),
    Index("ix_utterance_label_id", "label_id"),
)

statement = Table(
    "statement",
    tables,
    Column("id", Text, primary_key=True),  # <document id>-<start>-<end>
    Column("document_id", Text, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("label_id", Integer, ForeignKey("label.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),  # of its utterance
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("paragraph", Integer, nullable=False),
    Column("marks", Text, nullable=False),  # parted by spaces
    Column("comparable", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Index("ix_statement_document_id", "document_id"),
    Index("ix_statement_label_id", "label_id", "comparable"),  # both, so that counting reads the index alone
    Index("ix_statement_text_sha256", "text_sha256"),
)

embedding = Table(
    "embedding",
    tables,
    Column("embedder", Text, primary_key=True),
    Column("text_sha256", Text, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian, unit length
    Index("ix_embedding_text_sha256", "text_sha256"),
)

relation = Table(
    "relation",
    tables,
    Column("classifier", Text, primary_key=True),
    Column("first", Text, primary_key=True),  # the lesser of the two texts' SHA-256
    Column("second", Text, primary_key=True),
    Column("agrees", Double, nullable=False),
    Column("opposes", Double, nullable=False),
    Column("differs", Double, nullable=False),
    Index("ix_relation_first", "first"),
    Index("ix_relation_second", "second"),
)

topic = Table(  # one without statements is kept while somebody's edits or issue list speak of it
    "topic",
    tables,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("origin", Text, nullable=False),  # found, issue (of the user's list), made (split off by hand)
    Column("description", Text),  # of an issue
    Column("example", Text),  # of an issue
    Column("renamed", Boolean, nullable=False),  # a name given by hand is never replaced
    Column("locked", Boolean, nullable=False),  # nothing joins or leaves by itself
    Column("hidden", Boolean, nullable=False),
    Column("version", Integer, nullable=False),  # raised by every edit, so that a stale one is noticed
    Column("former", Text),  # the origin of an issue that was a topic before, and will be one again
    Column("centre", LargeBinary),  # float32, little-endian, unit length: what a new statement is held against
    Column("began", LargeBinary),  # its centre when it began, or when a person last edited it: what its id stands for
    Column("began_by", Text),  # the embedder whose vectors that is of
)

topic_statement = Table(
    "topic_statement",
    tables,
    Column("statement_id", Text, ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", Text, ForeignKey("topic.id", ondelete="CASCADE"), nullable=False),
    Column("label_id", Integer, nullable=False),  # the statement's, which never changes: see `placing`
    Index("ix_topic_statement_topic_id", "topic_id", "label_id"),
)

topic_lent = Table(  # the topic that a statement stood in before a list of issues moved it; none while there is no list
    "topic_lent",
    tables,
    Column("statement_id", Text, ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", Text, nullable=False),  # which may be gone, for want of statements
    Index("ix_topic_lent_topic_id", "topic_id"),
)

topic_edit = Table(  # what people changed, in order; applied again whenever topics are grouped anew
    "topic_edit",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("action", Text, nullable=False),  # rename, merge, split, move, lock, unlock, hide, show
    Column("topic_id", Text, nullable=False),  # the topic edited; of a merge, the one that is kept
    Column("other_id", Text),  # the topic merged, split off or moved to; null where there is none
    Column("before", JSON, nullable=False),  # the topics' settings, by id, for undoing
    Column("after", JSON, nullable=False),
    Column("undone_by", Integer, ForeignKey("audit.id")),  # null while it holds
    Index("ix_topic_edit_topic_id", "topic_id"),
    Index("ix_topic_edit_other_id", "other_id"),
)

topic_edit_statement = Table(  # the statements that an edit is about, by content: they outlive documents and models
    "topic_edit_statement",
    tables,
    Column("edit_id", Integer, ForeignKey("topic_edit.id", ondelete="CASCADE"), primary_key=True),
    Column("text_sha256", Text, primary_key=True),
    Column("before", Text),  # the topic it was in; null for none
    Column("after", Text),
    Index("ix_topic_edit_statement_text_sha256", "text_sha256"),
)

topic_gone = Table(  # ids are never given twice, and an old link is never led astray
    "topic_gone",
    tables,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("became", Text),  # the topic it was merged into; null where it vanished
    Column("at", Text, nullable=False),
)

ruling = Table(  # what reviewers decided of pairs, by content: it outlives documents and models; the newest holds
    "ruling",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("action", Text, nullable=False),  # confirm, reject, relabel, pair
    Column("relation", Text),  # what it is called from then on: opposes, agrees; null for a rejection
    Column("first", Text, nullable=False),  # the lesser of the two texts' SHA-256
    Column("second", Text, nullable=False),
    Column("seen", JSON, nullable=False),  # the pair as it was decided on: words, speakers, topic, scores, classifier
    Column("withdrawn_by", Integer, ForeignKey("audit.id")),  # null while it holds
    Index("ix_ruling_first", "first", "second"),
)

handling = Table(  # who answers for a comparison, and under what reserve it may be passed on
    "handling",
    tables,
    Column("topic", Text, primary_key=True),  # a topic's id, or empty: of all comparisons of the two
    Column("first", Text, primary_key=True),  # the lesser of the two sides' ids
    Column("second", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("caveat", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
)

snapshot = Table(  # comparisons frozen for good, by the SHA-256 of the very bytes that are given out
    "snapshot",
    tables,
    Column("sha256", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
)

error_report = Table(  # what readers reported as wrong, and what was answered
    "error_report",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("first", Text, nullable=False),  # the lesser of the two texts' SHA-256
    Column("second", Text, nullable=False),
    Column("seen", JSON, nullable=False),  # the pair as it was reported
    Column("state", Text, nullable=False),  # open, corrected, declined
    Column("answer", Text, nullable=False),
    Column("answered_at", Text),
    Column("answered_by", Text),
    Index("ix_error_report_first", "first", "second"),
)

sign_off = Table(  # that somebody looked at what is doubtful about who said what in a document
    "sign_off",
    tables,
    Column("document_sha256", Text, primary_key=True),
    Column("finding", Text, primary_key=True),  # the SHA-256 of one finding: something new asks again
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

job = Table(  # long work; what the queue carries are ids of these
    "job",
    tables,
    Column("id", Integer, primary_key=True),
    Column("parent", Integer, ForeignKey("job.id", ondelete="CASCADE")),  # the job that this one is a portion of
    Column("kind", Text, nullable=False),
    Column("what", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, running, done, failed, cancelled
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),  # 0: not known yet
    Column("portions", Integer, nullable=False),  # jobs that must end before this one may begin
    Column("error", JSON(none_as_null=True)),  # why it failed, or why it waits to be tried again
    Column("attempts", Integer, nullable=False),
    Column("due", Double, nullable=False),  # not before then, in seconds since 1970
    Column("queued", Boolean, nullable=False),  # whether its id was handed to the queue
    Column("holder", Text),  # the worker that has it in hand, and the one time that it took it
    Column("lease", Double),  # until when it is theirs, in seconds since 1970
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("verified", Boolean),  # whether an account vouches for `who`; null of jobs from before there were any
    Index("ix_job_parent", "parent"),
    Index("ix_job_state", "state"),
)

job_document = Table(  # what a job has to add
    "job_document",
    tables,
    Column("job_id", Integer, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("how", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),  # the file; empty once the document is added
    Column("outcome", JSON(none_as_null=True)),  # what became of it; null while that is open
)

person = Table(  # who may sign in
    "person",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),  # the name as it is found by
    Column("role", Text, nullable=False),  # reader, editor, admin
    Column("password", Text),  # what Argon2 made of it; null until one is chosen
    Column("link", Text),  # the SHA-256 of the key in a link with which to choose one, once
    Column("link_until", Double),  # in seconds since 1970
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("seed", Text),  # of the second factor, in base 32; the one column that opens something as it stands
    Column("seed_step", BigInteger),  # the step of time of the last code taken; null: none is asked for
)

recovery_code = Table(  # what stands for a code of the second factor, once
    "recovery_code",
    tables,
    Column("hash", Text, primary_key=True),  # its SHA-256
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Index("ix_recovery_code_person_id", "person_id"),
)

entry = Table(  # whose password was right, and who is to give a code
    "entry",
    tables,
    Column("hash", Text, primary_key=True),  # the SHA-256 of the key in the form that asks for the code
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("until", Double, nullable=False),  # in seconds since 1970
    Index("ix_entry_person_id", "person_id"),
)

session = Table(  # who is signed in; ended by being taken out
    "session",
    tables,
    Column("hash", Text, primary_key=True),  # the SHA-256 of the key in the browser's cookie
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("began", Double, nullable=False),  # in seconds since 1970
    Column("seen", Double, nullable=False),  # the same, to within some minutes
    Index("ix_session_person_id", "person_id"),
)

token = Table(  # what programs come with
    "token",
    tables,
    Column("id", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # its SHA-256
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # parted by spaces
    Column("created_at", Text, nullable=False),
    Column("expires", Double),  # in seconds since 1970; null: never
    Column("used_on", Text),  # the last day
    Index("ix_token_person_id", "person_id"),
)

attempt = Table(  # sign-ins that failed, counted for as long as they matter
    "attempt",
    tables,
    Column("key", Text, primary_key=True),  # a hash: of a name, of an address, of both
    Column("failures", Integer, nullable=False),
    Column("until", Double, nullable=False),  # none is taken before, in seconds since 1970
    Column("forget", Double, nullable=False),  # it counts until then
)

audit = Table(  # only ever added to, as triggers see to; see `chain`
    "audit",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", Text, nullable=False),  # the hash of the row before
    Column("hash", Text, nullable=False),
    Index("ix_audit_subject", "subject"),
)
