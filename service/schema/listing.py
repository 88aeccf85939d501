"""Listing: how the long lists are asked for: documents, speakers, topics."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from service.schema.fields import FORMAT, Page, Text, blank_is_absent

MOST = 10_000  # rows of data at once

_PORTION = f"""How many rows, 1-1000. Without it all, and at most {MOST:,}. Where there are more, the header `Link`
has the address of the next portion, as `rel="next"`."""


class ListedQuery(BaseModel):
    format: Text = Field(None, description=FORMAT)
    page: Page = Field(1, description="For people: 100 rows each.")
    limit: Annotated[Annotated[int, Field(ge=1, le=1000)] | None, BeforeValidator(blank_is_absent)] = Field(
        None, description=" ".join(_PORTION.split())
    )
    after: Text = Field(None, description="The id of the row after which a portion begins.")


class DocumentsQuery(ListedQuery):
    q: Text = Field(
        None,
        description="Only documents whose title, date, place or speakers hold all these words: 500 characters at most.",
    )


class SpeakersQuery(ListedQuery):
    q: Text = Field(
        None,
        description="Only speakers whose name, role, delegation or labels hold these words: 500 characters at most.",
    )


class TopicsQuery(ListedQuery):
    q: Text = Field(
        None, description="Only topics whose name, terms or statements hold all these words: 500 characters at most."
    )
