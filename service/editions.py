"""Editions: what became of a document that is not here any more, by the audit: replaced by which one, or removed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.alignment import aligned
from models.statement import Statement
from service.errors import Gone
from service.rendering.wording import day
from service.store.queries import Reading
from service.views import AuditRow

WRITTEN = ("add", "replace", "remove")  # the actions by which documents come and go
SHIFTS = "shifts"  # of the audit's row of a replacement
_STATEMENT = re.compile(r"([0-9a-f]{12})-(\d{1,9})-(\d{1,9})")

Shift = tuple[int, int, int]
"""What stands in old[start:end], sentence by sentence, stands so many characters further on in the new text."""


@dataclass(frozen=True, slots=True)
class Course:
    """A document's course: `place` is the last id in its place; `shifts` those of each replacement, in order."""

    place: str
    was: bool  # whether it was ever here
    replaced: str | None  # ISO 8601, UTC, seconds: when its place was last taken
    removed: str | None
    shifts: tuple[tuple[Shift, ...], ...]


def course(document_id: str, rows: Iterable[AuditRow]) -> Course:
    """By the audit's `rows` on documents, the oldest first."""
    place, was, replaced, removed = document_id, False, None, None
    shifts: list[tuple[Shift, ...]] = []
    for row in rows:
        if row.subject == document_id and row.action in WRITTEN:
            was = True
        if row.action == "remove" and row.subject == place:
            removed = row.at
        elif row.action == "replace" and row.detail.get("replaced") == place:
            place, replaced, removed = row.subject, row.at, None
            shifts.append(tuple((one[0], one[1], one[2]) for one in row.detail.get(SHIFTS, ())))
        elif row.action in ("add", "replace") and row.subject == place:
            removed = None
    return Course(place, was, replaced, removed, tuple(shifts))


def written_of(document_ids: Collection[str], reading: Reading) -> tuple[AuditRow, ...]:
    """The audit's rows that the courses of some documents rest on, the oldest first; none where none was ever here.

    They are those on the documents and on all that came into their places, one after the other. Of an id that never
    was, which anybody may ask for, no other row is read.
    """
    found = reading.written(WRITTEN, document_ids)
    places = newest = {row.subject for row in found}
    if not found:
        return ()
    replacements = reading.replacements()
    while newest:
        newest = {after for before, after in replacements if before in newest} - places
        places = places | newest
    return reading.written(WRITTEN, places)


def gone(document_id: str, reading: Reading) -> Gone | None:
    """What to say of a document that is not here; None where it never was."""
    found = course(document_id, written_of([document_id], reading))
    return refusal(document_id, found, reading) if found.was else None


def refusal(document_id: str, found: Course, reading: Reading) -> Gone:
    """Of a document that was here. Everybody reads it, so neither its file's name nor its title is in it."""
    said = f"The document {document_id} was"
    if found.replaced is None:
        when = f" on {day(found.removed[:10])}" if found.removed else ""
        return Gone(f"{said} removed{when}.", "What it said is not shown any more. The audit says who removed it.")
    said += f" replaced on {day(found.replaced[:10])} by another edition"
    if reading.documents(found.place):
        return Gone(f"{said} ({found.place}).", "Open the edition in its place.", (f"/documents/{found.place}",))
    when = f" on {day(found.removed[:10])}" if found.removed else ""
    return Gone(
        f"{said} ({found.place}), which was removed{when}.",
        "What it said is not shown any more. The audit says who removed it.",
    )


def gone_statement(statement_id: str, reading: Reading) -> Gone | None:
    """As `gone`, of a statement: with its place where its words stand in the edition of today."""
    named = _STATEMENT.fullmatch(statement_id)
    if named is None or reading.documents(named[1]):
        return None
    found = course(named[1], written_of([named[1]], reading))
    if not found.was:
        return None
    refused = refusal(named[1], found, reading)
    start, end = int(named[2]), int(named[3])
    for shifts in found.shifts:
        by = next((by for first, last, by in shifts if first <= start and end <= last), None)
        if by is None:
            return refused
        start, end = start + by, end + by
    if not refused.nearest or not reading.statements(ids=[f"{found.place}-{start}-{end}"]):
        return refused
    words = "The same words stand in it: open them there."
    return Gone(refused.message, words, (f"/documents/{found.place}#s{start}", f"/cite/{found.place}-{start}-{end}"))


def shifted(old: Sequence[tuple[str, int, int]], new: Sequence[Statement]) -> list[Shift]:
    """Where the statements of a text, each as (words, start, end), stand in the one that replaces it, word for word."""
    found: list[Shift] = []
    before, after = [words for words, _, _ in old], [one.text for one in new]
    for i, j, size in aligned(before, after):
        for at in range(size):
            (_, start, end), by = old[i + at], new[j + at].start - old[i + at][1]
            if at and found[-1][2] == by:
                found[-1] = (found[-1][0], end, by)
            else:
                found.append((start, end, by))
    return found
