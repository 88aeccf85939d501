"""Sign-offs: who looked at what is doubtful in a document, as the database has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import insert, select

from service.store import tables as t
from service.store.queries import Reading
from service.store.store import Writing, now


@dataclass(frozen=True, slots=True)
class SignOff:
    """That somebody looked at one doubt and lets the words stand. `who` is as they say themselves."""

    at: str
    who: str
    why: str


def signed(document_sha256: str, reading: Reading) -> dict[str, SignOff]:
    """The sign-offs of a text, by the hash of the finding."""
    query = select(t.sign_off).where(t.sign_off.c.document_sha256 == document_sha256)
    return {row.finding: SignOff(row.at, row.who, row.why) for row in reading.connection.execute(query)}


def sign(document_sha256: str, findings: Iterable[str], who: str, why: str, writing: Writing) -> None:
    at = now()
    rows = [
        {"document_sha256": document_sha256, "finding": one, "at": at, "who": who, "why": why}
        for one in sorted(set(findings))
    ]
    if rows:
        writing.connection.execute(insert(t.sign_off), rows)
