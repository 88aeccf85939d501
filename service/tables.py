"""The tables, in plain types that SQLite and PostgreSQL both have; `migrations` builds them step by step."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
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

HEAD = "0001"  # the migration that leads to these tables

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
    Index("ix_label_speaker_id", "speaker_id"),
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
    Index("ix_statement_label_id", "label_id"),
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

topic = Table(
    "topic",
    tables,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("terms", JSON, nullable=False),
)

topic_statement = Table(
    "topic_statement",
    tables,
    Column("statement_id", Text, ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", Text, ForeignKey("topic.id", ondelete="CASCADE"), nullable=False),
    Index("ix_topic_statement_topic_id", "topic_id"),
)

audit = Table(  # only ever added to
    "audit",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)
