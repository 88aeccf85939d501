"""Records: what is doubtful about who said what in a document, and two records of one event beside each other."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.schema.examples import ADA, DOCUMENT_ID, SHA256
from service.schema.fields import DocumentPath, documented
from service.schema.quotes import Reference, Words

_TITLED = {"id": DOCUMENT_ID, "title": "Council meeting"}
_DOUBTS = {
    "document": _TITLED,
    "document_sha256": SHA256,
    "open": 1,
    "doubts": [
        {
            "kind": "third-person",
            "text": "Minister Ada said that the road is safe.",
            "start": 61,
            "end": 101,
            "speaker": ADA,
            "other": None,
            "signed_off": None,
        }
    ],
}
_PASSAGE = {"start": 5, "speaker": "Ada", "label": "MINISTER ADA"}
_BESIDE = {
    "first": _TITLED,
    "second": {"id": "ba9876543210", "title": "Council meeting, corrected"},
    "counts": {"same": 0, "otherwise": 1, "first": 0, "second": 0, "of_two_voices": 0},
    "rows": [
        {
            "match": "otherwise",
            "first": {
                **_PASSAGE,
                "text": "The road must be widened.",
                "end": 30,
                "otherwise": [{"text": "must", "start": 14, "end": 18}],
            },
            "second": {
                **_PASSAGE,
                "text": "The road may be widened.",
                "end": 29,
                "otherwise": [{"text": "may", "start": 14, "end": 17}],
            },
        }
    ],
}


class BesidePath(DocumentPath):
    other_id: str = Field(description="Another document's id.")


class TitledReference(BaseModel):
    id: str
    title: str | None


class SignOffAnswer(BaseModel):
    at: str
    by: str = Field(description="The account, where one signed it; else as they said themselves, unchecked.")
    why: str


class DoubtAnswer(BaseModel):
    """A place in a document whose attribution is worth a look: `stored[start:end] == text`."""

    kind: Literal["label", "name", "run-on", "third-person", "moderation", "nobody", "hands", "gone"] = Field(
        description="`label`: a label that names nobody has a side. `name`: another speaker's name is nearly the same. "
        "`run-on`: more than one voice in a turn. `third-person`: the speaker is spoken of by name. "
        "`moderation`: what a moderator says. `nobody`: a label that names nobody, compared with nothing. "
        "`hands`: another edition of the text gives these words to somebody else. "
        "`gone`: a speaker of another edition has no words here; it has no place."
    )
    text: str
    start: int
    end: int
    speaker: Reference | None = Field(description="Whose words they are taken for; null for nobody’s.")
    other: Reference | None = Field(
        description="The speaker whose name is nearly the same, or who has the words in another edition."
    )
    signed_off: SignOffAnswer | None


class DoubtsAnswer(BaseModel):
    """In order of place. A finding says that a place is worth a look, not that it is wrong."""

    model_config = documented(_DOUBTS, "text/html")

    document: TitledReference
    document_sha256: str
    open: int = Field(description="How many nobody has signed off.")
    doubts: list[DoubtAnswer]


class PassageAnswer(BaseModel):
    text: str
    start: int
    end: int
    speaker: str | None = Field(description="null for moderators, the press, the audience and nobody.")
    label: str | None = Field(description="As printed.")
    otherwise: list[Words] = Field(description="The words that the other record has otherwise.")


class BesideRow(BaseModel):
    match: Literal["same", "otherwise", "first", "second"] = Field(
        description="`same`: the same words. `otherwise`: nearly the same. `first`, `second`: only that record has it."
    )
    first: PassageAnswer | None
    second: PassageAnswer | None


class BesideCounts(BaseModel):
    same: int
    otherwise: int
    first: int
    second: int
    of_two_voices: int = Field(description="Passages in both records, which they give to different speakers.")


class BesideAnswer(BaseModel):
    model_config = documented(_BESIDE, "text/html")

    first: TitledReference
    second: TitledReference
    counts: BesideCounts
    rows: list[BesideRow]
