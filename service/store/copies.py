"""Copies: what is kept a second time so that it is found fast, held against what it is a copy of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, text

from service.store import tables as t
from service.store.queries import Reading
from service.store.vectors.in_file import at_odds

Odd = tuple[str, str]  # a table or a file, and what is wrong there

_BOTH = (
    (
        "statement_number",
        "SELECT count(*) FROM statement_number n LEFT JOIN statement s ON s.id = n.statement_id WHERE s.id IS NULL",
        "{} numbers are of no statement.",
    ),
    (
        "statement_number",
        (
            "SELECT count(*) FROM statement s LEFT JOIN statement_number n ON n.statement_id = s.id "
            "WHERE s.comparable AND n.number IS NULL"
        ),
        "{} statements that can be compared have no number, and are not found.",
    ),
    (
        "topic_statement",
        (
            "SELECT count(*) FROM topic_statement p JOIN statement s ON s.id = p.statement_id "
            "WHERE s.label_id <> p.label_id"
        ),
        "{} statements are counted in their topics under another label than their own.",
    ),
)
_SQLITE = (
    (
        "statement_words",
        (
            "SELECT count(*) FROM statement_number n LEFT JOIN statement_words_docsize w ON w.id = n.number "
            "WHERE w.id IS NULL"
        ),
        "{} statements are not in the word index.",
    ),
    (
        "statement_words",
        (
            "SELECT count(*) FROM statement_words_docsize w LEFT JOIN statement_number n ON n.number = w.id "
            "WHERE n.number IS NULL"
        ),
        "{} entries of the word index are of no statement.",
    ),
)
_POSTGRESQL = (
    (
        "statement_vector",
        (
            "SELECT count(*) FROM statement_vector v LEFT JOIN statement_number n ON n.number = v.number "
            "WHERE n.number IS NULL"
        ),
        "{} vectors are of no statement.",
    ),
    (
        "statement_vector",
        (
            "SELECT count(*) FROM statement_number n LEFT JOIN statement_vector v ON v.number = n.number "
            "WHERE n.drawn_by IS NOT NULL AND v.number IS NULL"
        ),
        "{} statements are said to have a vector to be searched, and have none.",
    ),
)
_GROUPED = text("""
  SELECT count(*) FROM statement s LEFT JOIN embedding e ON e.embedder = :embedder AND e.text_sha256 = s.text_sha256
  WHERE s.comparable AND e.vector IS NULL
""")


def odd_copies(reading: Reading) -> Iterator[Odd]:
    """Numbers, word index and vectors that are not those of the statements that there are.

    A file of vectors that is missing, or of another embedder, is no fault: it is made anew.
    """
    sqlite = reading.connection.dialect.name == "sqlite"
    for where, query, what in (*_BOTH, *(_SQLITE if sqlite else _POSTGRESQL)):
        number = reading.connection.execute(text(query)).scalar_one()
        if number:
            yield where, what.format(number)
    embedder = reading.connection.execute(select(t.state.c.grouped_by)).scalar_one()
    if embedder is not None:
        number = reading.connection.execute(_GROUPED, {"embedder": embedder}).scalar_one()
        if number:
            yield "embedding", f"{number} statements are grouped into topics by vectors that are not there."
    if sqlite:
        yield from (("vectors", what) for what in at_odds(reading))
