"""Corrections: errors that readers reported, and what was answered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.schema.examples import ADA, DOCUMENT_ID, GRACE
from service.schema.fields import documented
from service.schema.quotes import Reference


class ReportedQuote(BaseModel):
    id: str
    speaker: Reference
    document: str


class CorrectionItem(BaseModel):
    """An answered report. Its number is for good."""

    id: int
    state: Literal["corrected", "declined", "answered"]
    words: str | None = Field(description="What was reported; null where it was declined, since anybody may write it.")
    answer: str
    at: str = Field(description="ISO 8601, UTC.")
    by: str
    amended: str | None = Field(description="When the answer was last amended; ISO 8601, UTC.")
    first: ReportedQuote
    second: ReportedQuote


class ReportItem(BaseModel):
    """A report as editors see it."""

    id: int
    at: str
    who: str
    words: str
    state: Literal["open", "corrected", "declined", "answered"]
    answer: CorrectionItem | None
    first: ReportedQuote
    second: ReportedQuote


class CorrectionsAnswer(BaseModel):
    model_config = documented(
        {
            "corrections": [
                {
                    "id": 3,
                    "state": "corrected",
                    "words": "The second quote is the moderator's.",
                    "answer": "It is; the label was given to the moderator.",
                    "at": "2021-12-03T09:30:00+00:00",
                    "by": "Eva",
                    "amended": None,
                    "first": {"id": f"{DOCUMENT_ID}-5-30", "speaker": ADA, "document": DOCUMENT_ID},
                    "second": {"id": f"{DOCUMENT_ID}-39-68", "speaker": GRACE, "document": DOCUMENT_ID},
                }
            ],
            "open": 1,
        },
        "text/html",
    )

    corrections: list[CorrectionItem] = Field(description="The newest answer first.")
    open: int = Field(description="Reports without an answer.")
