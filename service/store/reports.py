"""Reports: errors that readers reported of a pair, and what was answered, as the database has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update

from service.store import tables as t
from service.store.queries import Reading, slices
from service.store.store import Writing, now

Key = tuple[str, str]
"""The SHA-256 of a pair's two texts, the lesser first."""


class State(StrEnum):
    """What became of a report."""

    OPEN = "open"
    CORRECTED = "corrected"
    DECLINED = "declined"
    ANSWERED = "answered"  # neither: there is something to say, and nothing to put right


@dataclass(frozen=True, slots=True)
class Report:
    """A report and its answer. `seen` is the pair as it was reported: its two quotes as JSON, relation, confidence."""

    id: int
    at: str  # ISO 8601, UTC, seconds
    who: str
    words: str
    first: str
    second: str
    seen: Mapping[str, Any]
    state: State
    answer: str
    answered_at: str | None
    answered_by: str | None


class Reports:
    """What can be asked, within a transaction that is under way."""

    def __init__(self, reading: Reading) -> None:
        self._connection = reading.connection

    def open(self) -> tuple[Report, ...]:
        """Those without an answer, oldest first."""
        query = select(t.error_report).where(t.error_report.c.state == State.OPEN).order_by(t.error_report.c.id)
        return tuple(map(_report, self._connection.execute(query)))

    def answered(self) -> tuple[Report, ...]:
        """The newest answer first."""
        query = select(t.error_report).where(t.error_report.c.state != State.OPEN)
        ordered = query.order_by(t.error_report.c.answered_at.desc(), t.error_report.c.id.desc())
        return tuple(map(_report, self._connection.execute(ordered)))

    def number_open(self) -> int:
        query = select(func.count()).select_from(t.error_report).where(t.error_report.c.state == State.OPEN)
        return int(self._connection.execute(query).scalar_one())

    def one(self, report_id: int) -> Report | None:
        row = self._connection.execute(select(t.error_report).where(t.error_report.c.id == report_id)).one_or_none()
        return None if row is None else _report(row)

    def corrected(self, keys: Collection[Key]) -> dict[Key, list[Report]]:
        """The corrections of these pairs, oldest first."""
        found: dict[Key, list[Report]] = defaultdict(list)
        query = select(t.error_report).where(t.error_report.c.state == State.CORRECTED).order_by(t.error_report.c.id)
        for some in slices(sorted({first for first, _ in keys})):
            for row in self._connection.execute(query.where(t.error_report.c.first.in_(some))):
                if (row.first, row.second) in keys:
                    found[row.first, row.second].append(_report(row))
        return dict(found)


class ReportsWriting(Reports):
    """What can be changed, within a write that is under way."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing)

    def add(self, who: str, words: str, key: Key, seen: Mapping[str, Any]) -> int:
        values = {"at": now(), "who": who, "words": words, "first": key[0], "second": key[1], "seen": dict(seen)}
        answer = {"state": State.OPEN, "answer": "", "answered_at": None, "answered_by": None}
        added = insert(t.error_report).values(**values, **answer).returning(t.error_report.c.id)
        return int(self._connection.execute(added).scalar_one())

    def answer(self, report_id: int, state: State, words: str, by: str) -> None:
        values = {"state": state, "answer": words, "answered_at": now(), "answered_by": by}
        self._connection.execute(update(t.error_report).where(t.error_report.c.id == report_id).values(**values))

    def amend(self, report_id: int, state: State, words: str) -> None:
        """Another answer in the place of one that was given; who gave it and when stays."""
        values = {"state": state, "answer": words}
        self._connection.execute(update(t.error_report).where(t.error_report.c.id == report_id).values(**values))


def _report(row: Any) -> Report:
    return Report(**{**row._mapping, "state": State(row.state)})
