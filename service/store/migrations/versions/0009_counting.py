"""What is listed with each write is counted in indexes alone: statements of a topic by label, and of a label."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TABLE topic_statement_now (
      statement_id TEXT NOT NULL,
      topic_id TEXT NOT NULL,
      label_id INTEGER NOT NULL,
      CONSTRAINT pk_topic_statement PRIMARY KEY (statement_id),
      CONSTRAINT fk_topic_statement_statement_id
        FOREIGN KEY (statement_id) REFERENCES statement (id) ON DELETE CASCADE,
      CONSTRAINT fk_topic_statement_topic_id FOREIGN KEY (topic_id) REFERENCES topic (id) ON DELETE CASCADE
    )
    """,
    """
    INSERT INTO topic_statement_now
      SELECT s.id, placed.topic_id, s.label_id
      FROM topic_statement AS placed JOIN statement AS s ON s.id = placed.statement_id ORDER BY s.id
    """,
    "DROP TABLE topic_statement",
    "ALTER TABLE topic_statement_now RENAME TO topic_statement",
)

POSTGRESQL = (
    "ALTER TABLE topic_statement ADD COLUMN label_id integer",
    """
    UPDATE topic_statement AS placed SET label_id = s.label_id
      FROM statement AS s WHERE s.id = placed.statement_id
    """,
    "ALTER TABLE topic_statement ALTER COLUMN label_id SET NOT NULL",
    "DROP INDEX ix_topic_statement_topic_id",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.create_index("ix_topic_statement_topic_id", "topic_statement", ["topic_id", "label_id"], unique=False)
    op.drop_index("ix_statement_label_id", "statement")
    op.create_index("ix_statement_label_id", "statement", ["label_id", "comparable"], unique=False)
