"""Cite: one quote in every form of citation."""

from __future__ import annotations

from pydantic import BaseModel, Field

from service.citations import citations
from service.schema.examples import FIRST
from service.schema.fields import Text, documented
from service.schema.quotes import QuoteAnswer


class StatementPath(BaseModel):
    statement_id: str = Field(description="A statement's id.", json_schema_extra={"example": "0123456789ab-5-30"})


class CiteQuery(BaseModel):
    format: Text = Field(
        None,
        description=f"One of {', '.join(f'`{name}`' for name in citations())}: that form alone. Or `json` or `html`: "
        "all of them; without it, whichever `Accept` prefers.",
    )


class CitationItem(BaseModel):
    name: str = Field(description="As in `format`.")
    label: str
    media_type: str
    text: str | None = Field(description="null where the document lacks what this form needs.")
    why: str | None = Field(description="Why there is none.")


_CITATION = {
    "name": "chicago",
    "label": "Chicago",
    "media_type": "text/plain",
    "text": "Ada, remarks, Council meeting, Norby, December 2, 2021, para. 1, https://example.org/council.",
    "why": None,
}


class CiteAnswer(BaseModel):
    """One quote, and how to cite it."""

    model_config = documented(
        {"quote": FIRST, "citations": [_CITATION]},
        *dict.fromkeys(each.MEDIA_TYPE for each in citations().values()),
        "text/html",
    )

    quote: QuoteAnswer
    citations: list[CitationItem]
