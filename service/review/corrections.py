"""Corrections: anybody reports an error in a pair, editors answer, and what was corrected is told beside the pair."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

from models.comparison import Comparison, Pair
from models.published import quote_from_json, quote_json
from models.quote import Quote
from service.errors import BadValue, Conflict, NotFound, read_only
from service.given import said_by, storable
from service.proof import Proof
from service.review.put_right import put_right
from service.review.reviewing import CONFIRM
from service.snapshots.freezing import Snapshots
from service.store.docket import Decision, DocketWriting
from service.store.queries import Reading
from service.store.reports import Report, Reports, ReportsWriting, State
from service.store.store import Store, hash_of

WORDS = 2_000  # characters of a report or an answer


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with the two quotes that it is about; `proven` where their sources still bear them out."""

    report: Report
    first: Quote
    second: Quote
    proven: bool
    amended: str | None = None  # when the answer was last amended: ISO 8601, UTC, seconds


class Corrections:
    """Reports are taken from anybody; only answers to them are shown to everybody."""

    def __init__(
        self,
        store: Store,
        proof: Proof,
        judged: Callable[[str, str], Comparison],
        ruling: Callable[..., Callable[[DocketWriting], Decision]],
        snapshots: Snapshots,
        lock: RLock,
        *,
        read_only: bool,
    ) -> None:
        self._store = store
        self._judged = judged
        self._ruling = ruling
        self._snapshots = snapshots
        self._lock = lock
        self._read_only = read_only
        self._proof = proof

    def pair(self, first: str, second: str, snapshot: str | None = None) -> Mapping[str, Any]:
        """The pair that a report would be about, as it is kept with one: of a snapshot, or of two stored statements."""
        if snapshot is not None:
            return _seen(_of_snapshot(self._snapshots.snapshot(snapshot).comparison, first, second), snapshot)
        shown = self._judged(first, second).pairs
        if shown:
            return _seen(shown[0])
        with self._store.reading() as reading:
            found = {one.quote.id: one.quote for one in reading.statements(ids=[first, second])}
            self._proof.of_quotes(found.values(), reading)
        return {"first": quote_json(found[first]), "second": quote_json(found[second])}  # judged to differ

    def report(self, seen: Mapping[str, Any], words: str, by: str = "") -> int:
        """Keep a report of a pair, as `pair` gave it; its number."""
        if self._read_only:
            raise read_only()
        said, who = _said(words, "What is wrong"), said_by(by)
        one, other = sorted(hash_of(seen[side]["text"]) for side in ("first", "second"))
        with self._lock, self._store.writing() as writing:
            number = ReportsWriting(writing).add(who, said, (one, other), seen)
            writing.note(who, "report-error", str(number), {"first": one, "second": other})
        return number

    def answer(
        self, number: int, state: State, words: str, by: str = "", *, decision: str = "", amend: bool = False
    ) -> Report:
        """Answer a report. As corrected only where something was done about it since: by then, or in the same
        transaction by a `decision` on the pair, for which the answer is the reason.

        A second answer is refused with the first, unless it is to `amend` it: the audit keeps both.
        """
        if self._read_only:
            raise read_only()
        said, who = _said(words, "The answer"), said_by(by)
        if state is State.OPEN:
            raise BadValue("An answer corrects, declines or only answers.", "Say which.")
        if decision and state is not State.CORRECTED:
            raise BadValue("The pair would be changed without being called corrected.", "Choose “Corrected” with it.")
        decide = self._decided(number, decision, said, who) if decision else None
        with self._lock, self._store.writing() as writing:
            reports = ReportsWriting(writing)
            old = _there(reports, number)
            if decide is not None:
                decide(DocketWriting(writing))
            if state is State.CORRECTED and not put_right(old, writing):
                raise Conflict(
                    f"Nothing was changed about this pair since report {number}.",
                    "Reject the pair or call it something else in the same step, or correct the document or the "
                    "speaker first; or answer as declined or answered.",
                )
            if amend and old.state is not State.OPEN:
                reports.amend(number, state, said)
                before = {"state": old.state.value, "answer": old.answer, "by": old.answered_by}
                detail = {"before": before, "after": {"state": state.value, "answer": said}}
                writing.note(who, "amend-answer", str(number), detail)
                return _there(reports, number)
            if old.state is not State.OPEN:
                raise Conflict(
                    f"Report {number} was answered already by {old.answered_by or 'somebody'}: {old.state}, "
                    f"“{old.answer}”.",
                    "Amend the answer if it is not right. Nothing was changed.",
                )
            reports.answer(number, state, said, who)
            writing.note(who, "answer-report", str(number), {"state": state.value, "answer": said})
            return _there(reports, number)

    def _decided(self, number: int, decision: str, said: str, who: str) -> Callable[[DocketWriting], Decision]:
        with self._store.reading() as reading:
            seen = _there(Reports(reading), number).seen
        if decision == CONFIRM:
            raise BadValue("To confirm a pair corrects nothing.", "Reject it, or say what it is.")
        return self._ruling(seen["first"]["id"], seen["second"]["id"], decision, why=said, by=who)

    def one(self, number: int) -> Reported:
        with self._store.reading() as reading:
            return self._shown([_there(Reports(reading), number)], reading)[0]

    def open(self) -> tuple[Reported, ...]:
        """Reports without an answer, oldest first: for editors, since anybody may have written anything."""
        with self._store.reading() as reading:
            return self._shown(Reports(reading).open(), reading)

    def answered(self) -> tuple[Reported, ...]:
        """The newest answer first."""
        with self._store.reading() as reading:
            return self._shown(Reports(reading).answered(), reading)

    def number_open(self) -> int:
        with self._store.reading() as reading:
            return Reports(reading).number_open()

    def _shown(self, reports: Collection[Report], reading: Reading) -> tuple[Reported, ...]:
        quotes = [(quote_from_json(one.seen["first"]), quote_from_json(one.seen["second"])) for one in reports]
        written = reading.written(("amend-answer",), [str(one.id) for one in reports])
        amended = {row.subject: row.at for row in written}  # the newest of each
        return tuple(
            Reported(report, first, second, proven, amended.get(str(report.id)))
            for report, (first, second), proven in zip(
                reports, quotes, self._proof.borne_out(quotes, reading), strict=True
            )
        )


def _of_snapshot(frozen: Comparison, first: str, second: str) -> Pair:
    found = next((pair for pair in frozen.pairs if (pair.first.id, pair.second.id) == (first, second)), None)
    if found is None:
        raise NotFound("There is no such pair in this snapshot.", "Open the snapshot, and report from the pair.")
    return found


def _seen(pair: Pair, snapshot: str | None = None) -> dict[str, Any]:
    sides = {"first": quote_json(pair.first), "second": quote_json(pair.second)}
    return {**sides, "relation": pair.relation.value, "confidence": pair.confidence, "snapshot": snapshot}


def _there(reports: Reports, number: int) -> Report:
    found = reports.one(number)
    if found is None:
        raise NotFound(f"There is no report {number}.", "`counterpose reports` lists those without an answer.")
    return found


def _said(words: str, what: str) -> str:
    tidy = " ".join(storable(what, words).split())
    if not tidy:
        raise BadValue(f"{what} is missing.", "Say it in a few words. Nothing was changed.")
    if len(tidy) > WORDS:
        raise BadValue(f"{what} has {len(tidy):,} characters.", f"Say it in at most {WORDS:,}. Nothing was changed.")
    return tidy
