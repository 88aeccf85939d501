"""The words of comparable statements, indexed by the engine's own full-text search.

English stemming in both, so that "sanctions" finds "sanction": porter in SQLite, Snowball's successor of it in
PostgreSQL, there without stop words, as SQLite has none: "the mail-in ballots" is a phrase of four words. Accents do
not count, nor does punctuation within words.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The index keeps no texts and goes by numbers of our own: rowids of `statement` do not outlive a VACUUM. The trigger
# sees those statements too that go because their document does.
SQLITE = (
    "CREATE TABLE statement_number (number INTEGER PRIMARY KEY, statement_id TEXT NOT NULL UNIQUE)",
    """
    CREATE VIRTUAL TABLE statement_words
      USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2')
    """,
    "INSERT INTO statement_number (statement_id) SELECT id FROM statement WHERE comparable ORDER BY document_id, start",
    """
    INSERT INTO statement_words (rowid, text)
      SELECT number, text FROM statement_number JOIN statement ON statement.id = statement_id ORDER BY number
    """,
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

# Accents are dropped, and what PostgreSQL's parser would read as a path, a host or a negative number is parted into
# words, as SQLite's tokenizer parts it; word_index.py does the same to what is searched. A tsvector may not
# weigh more than a megabyte.
POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY counterpose_english (TEMPLATE = snowball, Language = english)",
    "CREATE TEXT SEARCH CONFIGURATION counterpose_english (COPY = english)",
    "ALTER TEXT SEARCH CONFIGURATION counterpose_english ALTER MAPPING REPLACE english_stem WITH counterpose_english",
    r"""
    ALTER TABLE statement ADD COLUMN words tsvector GENERATED ALWAYS AS (
      to_tsvector('counterpose_english', translate(
        regexp_replace(normalize(left(text, 100000), NFKD), '[\u0300-\u036f]', '', 'g'), '-/.@_:&', '       '
      ))
    ) STORED
    """,
    "CREATE INDEX ix_statement_words ON statement USING gin (words) WHERE comparable",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
