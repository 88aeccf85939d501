"""Numbers of comparable statements that are never given twice; in PostgreSQL, their vectors, to be searched there.

A number leads from the word index and from the vectors to a statement. Within a document numbers go up without a gap in
the order in which statements stand. The vectors of SQLite lie in a file beside the database: `store.vectors`.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Triggers first: a table cannot be renamed while one speaks of a table that is not there.
SQLITE = (
    "DROP TRIGGER statement_added",
    "DROP TRIGGER statement_gone",
    "ALTER TABLE statement_number RENAME TO statement_number_before",
    "CREATE TABLE statement_number (number INTEGER PRIMARY KEY AUTOINCREMENT, statement_id TEXT NOT NULL UNIQUE)",
    "INSERT INTO statement_number SELECT number, statement_id FROM statement_number_before ORDER BY number",
    "DROP TABLE statement_number_before",
    """
    CREATE TRIGGER statement_added AFTER INSERT ON statement WHEN new.comparable BEGIN
      INSERT INTO statement_number (statement_id) VALUES (new.id);
      INSERT INTO statement_words (rowid, text)
        SELECT number, new.text FROM statement_number WHERE statement_id = new.id;
    END
    """,
    """
    CREATE TRIGGER statement_gone AFTER DELETE ON statement WHEN old.comparable BEGIN
      INSERT INTO statement_words (statement_words, rowid, text)
        SELECT 'delete', number, old.text FROM statement_number WHERE statement_id = old.id;
      DELETE FROM statement_number WHERE statement_id = old.id;
    END
    """,
)

# A vector is of any length, since the embedder may be another one; the index is for those of the bundled one.
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    """
    CREATE TABLE statement_number (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      statement_id text NOT NULL UNIQUE REFERENCES statement (id) ON DELETE CASCADE,
      drawn_by text
    )
    """,
    "CREATE INDEX ix_statement_number_drawn_by ON statement_number (drawn_by)",
    """
    CREATE TABLE statement_vector (
      number bigint PRIMARY KEY REFERENCES statement_number (number) ON DELETE CASCADE,
      drawn halfvec NOT NULL
    )
    """,
    """
    CREATE INDEX ix_statement_vector_drawn ON statement_vector
      USING hnsw ((drawn::halfvec(384)) halfvec_ip_ops) WHERE vector_dims(drawn) = 384
    """,
    """
    INSERT INTO statement_number (statement_id)
      SELECT id FROM statement WHERE comparable ORDER BY document_id COLLATE "C", start, "end"
    """,
    """
    CREATE FUNCTION statement_numbered() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO statement_number (statement_id) VALUES (new.id); RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER statement_added AFTER INSERT ON statement
      FOR EACH ROW WHEN (new.comparable) EXECUTE FUNCTION statement_numbered()
    """,
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
