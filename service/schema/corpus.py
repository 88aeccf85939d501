"""Corpus: the speakers and the documents, whole or as lists."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.schema.examples import ADA, DOCUMENT_ID, GRACE, METADATA, SHA256
from service.schema.fields import documented
from service.schema.quotes import Reference, ReportedAnswer

_SPEAKER = {
    **ADA,
    "role": "Minister of Transport",
    "delegation": None,
    "documents": 1,
    "statements": 8,
    "comparable": 6,
    "words": 214,
    "labels": ["MINISTER ADA"],
}
_DOCUMENT = {
    "id": DOCUMENT_ID,
    "sha256": SHA256,
    **METADATA,
    "format": "plain_text",
    "original_name": "council.txt",
    "speakers": [ADA, GRACE],
    "statements": 14,
    "comparable": 11,
    "words": 345,
}
_UTTERANCE = {
    "speaker": ADA,
    "label": "MINISTER ADA",
    "kind": "speech",
    "marks": [],
    "start": 5,
    "end": 30,
    "statements": [
        {
            "id": f"{DOCUMENT_ID}-5-30",
            "start": 5,
            "end": 30,
            "comparable": True,
            "paragraph": 1,
            "marks": [],
            "reported": None,
        }
    ],
}


class SpeakerItem(BaseModel):
    model_config = documented(_SPEAKER, "text/html")

    id: str
    name: str
    role: str | None
    delegation: str | None
    documents: int
    statements: int
    comparable: int = Field(description="Statements that are not courtesy or procedure.")
    words: int
    labels: list[str] = Field(description="The name as printed in the sources.")


class SpeakersAnswer(BaseModel):
    model_config = documented({"speakers": [_SPEAKER]}, "text/html")

    speakers: list[SpeakerItem]


class DocumentItem(BaseModel):
    id: str
    sha256: str = Field(description="Of the stored text's UTF-8.")
    title: str | None
    date: str | None
    place: str | None
    publisher: str | None
    language: str | None
    url: str | None
    record: Literal["verbatim", "summary"] | None
    format: str
    original_name: str
    speakers: list[Reference]
    statements: int
    comparable: int
    words: int


class DocumentsAnswer(BaseModel):
    model_config = documented({"documents": [_DOCUMENT]}, "text/html")

    documents: list[DocumentItem]


class StatementItem(BaseModel):
    id: str
    start: int
    end: int
    comparable: bool
    paragraph: int | None
    marks: list[str]
    reported: ReportedAnswer | None


class UtteranceItem(BaseModel):
    speaker: Reference | None = Field(description="null for moderators, the press, the audience and nobody.")
    label: str | None = Field(description="As printed.")
    kind: str
    marks: list[str]
    start: int
    end: int
    statements: list[StatementItem]


class DocumentAnswer(DocumentItem):
    model_config = documented({**_DOCUMENT, "utterances": [_UTTERANCE]}, "text/html")

    utterances: list[UtteranceItem]
