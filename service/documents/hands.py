"""Hands: whose words changed hands when a document was added or replaced, kept in its row of the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from models.attribution import Doubt, Finding, Turn
from models.hands import Edition, changed_hands
from models.identity import KnownSpeaker
from models.transcript import Speaker
from service.documents.intake import Attributed, Taken
from service.documents.rivals import WRAPPED
from service.store.queries import Reading
from service.views import DocumentRow

DETAIL = "hands"  # of the audit's row


def hands(
    taken: Taken,
    attributed: Attributed,
    old: DocumentRow | None,
    copies: Iterable[tuple[DocumentRow, float]],
    reading: Reading,
) -> tuple[Finding, ...]:
    """What of a text changes hands against the document that it replaces, or else against its near copy."""
    against = [old] if old is not None else [row for row, _ in copies if reading.documents(row.id)]
    said = taken.transcript
    turns = tuple((one, attributed.speaker_of(one)) for one in said.utterances)
    new = Edition(said.text, turns, said.hard_wrapped)
    return tuple(
        finding for row in against for finding in changed_hands(new, _edition(row, reading), replaced=old is not None)
    )


def _edition(row: DocumentRow, reading: Reading) -> Edition:
    text, _ = reading.texts((row.id,))[row.id]
    return Edition(text, reading.utterances(row.id), row.format in WRAPPED)


def hands_detail(found: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {"doubt": str(one.doubt), "start": one.start, "end": one.end, "id": one.other.id, "name": one.other.name}
        for one in found
        if one.other is not None
    ]


class Kept:
    """What changed hands in some documents as they were added, by the names and the speakers of today."""

    def __init__(self, documents: Collection[str], reading: Reading) -> None:
        rows = reading.written(("add", "replace"), documents)
        self._written = {row.subject: row.detail.get(DETAIL, ()) for row in rows}  # the newest of each
        some = any(self._written.values())
        merges = reading.written(("merge-speakers",)) if some else ()
        self._merged = {str(row.detail["merged"]): row.subject for row in merges}

    def of(self, document: str, text: str, turns: Sequence[Turn], known: Iterable[KnownSpeaker]) -> tuple[Finding, ...]:
        """Those that were not settled since by renaming, merging or splitting speakers."""
        written: Collection[Mapping[str, Any]] = self._written.get(document, ())
        if not written:
            return ()
        speakers = {one.speaker.id: one.speaker for one in known}
        here = {one.id for _, one in turns if one is not None}
        found = []
        for one in written:
            start, end, other = one["start"], one["end"], self._today(one["id"], one["name"], speakers)
            now = next((who for turn, who in turns if turn.start <= start < turn.end), None)
            gone = one["doubt"] == Doubt.GONE
            if other.id not in here if gone else now is None or now.id != other.id:
                who = None if gone else now
                found.append(Finding(Doubt(one["doubt"]), start, end, text[start:end], who, other))
        return tuple(found)

    def _today(self, speaker: str, name: str, speakers: Mapping[str, Speaker]) -> Speaker:
        seen: set[str] = set()
        while speaker not in speakers and speaker in self._merged and speaker not in seen:
            seen.add(speaker)
            speaker = self._merged[speaker]
        return speakers.get(speaker) or Speaker(speaker, name)
