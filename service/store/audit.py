"""Audit: the log of all writes as JSON lines, and whether its chain holds, in the table or in a downloaded file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service.store.chain import FIRST, HASHED, hash_of_row
from service.views import AuditRow

_FIELDS = frozenset((*HASHED, "hash"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many rows hold, the last one's hash, and how the first that doesn't breaks the chain; None where all hold."""

    rows: int
    last: str
    broken: str | None


def line(row: AuditRow) -> str:
    """A row as one line of JSON, without its end."""
    return json.dumps(asdict(row), ensure_ascii=False)


def verified(rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """Walk the chain from its first row; what stands after the last row cannot be known to be missing."""
    number, previous = 0, FIRST
    for row in rows:
        broken = _broken(row, number + 1, previous)
        if broken is not None:
            return Verdict(number, previous, broken)
        number, previous = number + 1, row["hash"]
    return Verdict(number, previous, None)


def rows_of(lines: Iterable[bytes]) -> Iterable[Mapping[str, Any]]:
    """The rows of a downloaded file; a line that is no row is one that holds nothing."""
    for each in lines:
        if each.strip():
            yield _row(each)


def _row(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # not JSON, or not UTF-8
        return {}
    return found if isinstance(found, dict) else {}


def _broken(row: Mapping[str, Any], number: int, previous: str) -> str | None:
    if row.keys() != _FIELDS:
        return f"What should be row {number} is no row of the audit."
    if row["id"] != number:
        return f"Row {number} is missing: row {row['id']} stands in its place."
    if row["previous"] != previous:
        return f"Row {number} does not follow the row before it: that one was changed, or one was taken out or put in."
    if hash_of_row(row) != row["hash"]:
        return f"Row {number} is not what was written: its hash is another."
    return None
