"""Fates: what became of the documents that a frozen comparison quotes: still here, replaced by an edition, removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.quote import Document, Quote
from service.editions import course, refusal, written_of
from service.errors import Gone
from service.proof import Proof
from service.rendering.wording import day, rendered
from service.store.queries import Reading
from service.views import AuditRow

HERE, REPLACED, REMOVED = "here", "replaced", "removed"  # the sources of a snapshot


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document in whose place another edition stands today. `missing` are the quotes whose words are not in it."""

    document: Document
    at: str  # ISO 8601, UTC, seconds: when its place was last taken
    edition: str  # the id of the document in its place
    missing: frozenset[str]


def fates(quotes: Iterable[Quote], proof: Proof, reading: Reading) -> tuple[Replaced, ...]:
    """Those of the documents that were replaced, by id.

    Raises Gone where one was removed, and Conflict where a stored text is not the one that it says it is: the quotes of
    an edition that was replaced have no text to be proven by, those of one that is here must be proven.
    """
    wanted = tuple(quotes)
    here = reading.texts({quote.document.id for quote in wanted}).keys()
    proof.of_quotes((quote for quote in wanted if quote.document.id in here), reading)
    lost = {quote.document.id: quote.document for quote in wanted if quote.document.id not in here}
    if not lost:
        return ()
    rows = written_of(lost, reading)
    return tuple(_replaced(lost[one], wanted, rows, proof, reading) for one in sorted(lost))


def sources_today(
    documents: Iterable[Document], rows: tuple[AuditRow, ...], reading: Reading
) -> tuple[str, tuple[str, ...]]:
    """What became of documents by the audit's `rows` (`written_of` them), no text being read: REMOVED before REPLACED
    before HERE, and a sentence for each document that is not here."""
    found: list[tuple[str, str]] = []
    for one in documents:
        if reading.documents(one.id):
            continue
        name = one.metadata.title or one.file or one.id
        try:
            _, at = _edition(one, rows, reading)
        except Gone as gone:
            found.append((REMOVED, gone.message))
        else:
            found.append((REPLACED, f"The source “{name}” was replaced by another edition on {day(at[:10])}."))
    states = {state for state, _ in found}
    return next((one for one in (REMOVED, REPLACED) if one in states), HERE), tuple(words for _, words in found)


def _replaced(
    document: Document, quotes: Iterable[Quote], rows: tuple[AuditRow, ...], proof: Proof, reading: Reading
) -> Replaced:
    edition, at = _edition(document, rows, reading)
    (row,) = reading.documents(edition)
    text = rendered(proof.of_text(edition, row.sha256, reading))
    missing = {q.id for q in quotes if q.document.id == document.id and rendered(q.text).strip() not in text}
    return Replaced(document, at, edition, frozenset(missing))


def _edition(document: Document, rows: tuple[AuditRow, ...], reading: Reading) -> tuple[str, str]:
    """The id of the document in this one's place, and since when; Gone where there is none."""
    found = course(document.id, rows)
    if not reading.documents(found.place):
        refused = refusal(document.id, found, reading)
        raise Gone(f"This quotes a document that is not here any more. {refused.message}", refused.remedy)
    return found.place, found.replaced or ""
