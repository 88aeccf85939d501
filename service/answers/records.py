"""Record answers: what is doubtful in a document, and two records beside each other, in the JSON form of the API."""

from __future__ import annotations

from models.rival import Passage
from service.documents.attributing import DocumentDoubts, Doubted
from service.documents.rivals import Beside
from service.schema.quotes import Reference, Words
from service.schema.records import (
    BesideAnswer,
    BesideCounts,
    BesideRow,
    DoubtAnswer,
    DoubtsAnswer,
    PassageAnswer,
    SignOffAnswer,
    TitledReference,
)
from service.views import DocumentRow


def doubts_answer(found: DocumentDoubts) -> DoubtsAnswer:
    return DoubtsAnswer(
        document=_document(found.row),
        document_sha256=found.row.sha256,
        open=len(found.open),
        doubts=[_doubt(one) for one in found.doubts],
    )


def _doubt(one: Doubted) -> DoubtAnswer:
    found = one.finding
    return DoubtAnswer(
        kind=found.doubt.value,
        text=found.words,
        start=found.start,
        end=found.end,
        speaker=Reference(id=found.speaker.id, name=found.speaker.name) if found.speaker is not None else None,
        other=Reference(id=found.other.id, name=found.other.name) if found.other is not None else None,
        signed_off=SignOffAnswer(at=one.signed.at, by=one.signed.who, why=one.signed.why) if one.signed else None,
    )


def beside_answer(found: Beside) -> BesideAnswer:
    return BesideAnswer(
        first=_document(found.first),
        second=_document(found.second),
        counts=BesideCounts(**found.counts),
        rows=[
            BesideRow(
                match=row.match.value,
                first=_passage(row.first, row.first_marks),
                second=_passage(row.second, row.second_marks),
            )
            for row in found.rows
        ],
    )


def _passage(one: Passage | None, marks: tuple[tuple[int, int], ...]) -> PassageAnswer | None:
    if one is None:
        return None
    return PassageAnswer(
        text=one.text,
        start=one.start,
        end=one.end,
        speaker=one.speaker,
        label=one.label,
        otherwise=[Words(text=one.text[s:e], start=one.start + s, end=one.start + e) for s, e in marks],
    )


def _document(row: DocumentRow) -> TitledReference:
    return TitledReference(id=row.id, title=row.metadata.title)
