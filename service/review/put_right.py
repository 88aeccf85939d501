"""Put right: what was done about a reported pair since it was reported, by the audit."""

from __future__ import annotations

from collections.abc import Iterator

from service.store.queries import Reading
from service.store.reports import Report
from service.views import AuditRow

_DECISIONS = ("reject-pair", "relabel-pair", "pair-pair", "withdraw-ruling")
_DOCUMENTS = ("replace", "remove", "correct")
_SPEAKERS = ("rename-speaker", "set-delegation", "split-speaker", "merge-speakers")


def put_right(report: Report, reading: Reading) -> tuple[AuditRow, ...]:
    """The decisions on its pair other than confirmations, and the edits of its documents and speakers, since then."""
    written = reading.written(("report-error",), (str(report.id),))
    since = written[0].id if written else 0
    rows = reading.written((*_DECISIONS, *_DOCUMENTS, *_SPEAKERS))
    pair = f"{report.first[:16]}-{report.second[:16]}"
    sides = [report.seen[side] for side in ("first", "second")]
    touching = {pair, *(one["document"]["id"] for one in sides), *(one["speaker"]["id"] for one in sides)}
    return tuple(row for row in rows if row.id > since and not touching.isdisjoint(_subjects(row)))


def _subjects(row: AuditRow) -> Iterator[str]:
    yield row.subject
    yield from (str(row.detail[key]) for key in ("replaced", "merged", "into") if key in row.detail)
