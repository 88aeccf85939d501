"""Source note: what stands beneath a quote in every export, enough to find it and to check it to the character."""

from __future__ import annotations

from dataclasses import dataclass

from models.quote import Quote
from models.transcript import Record
from service.rendering.wording import day, named, place_and_date, quote_provenance, standing, web_link
from service.translation import gettext


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One sentence in three parts, so that each format links the address in its own way. `url` is safe to link to."""

    before: str
    url: str | None
    after: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.before, self.url, self.after))) + "."


def source_note(quote: Quote) -> SourceNote:
    """Who said it where and when; its address; and what of which record it is, to the character."""
    metadata, document = quote.document.metadata, quote.document
    before = (
        quote.speaker.name,
        standing(quote.speaker),
        f"“{metadata.title}”" if metadata.title else named(quote),
        place_and_date(metadata),
        metadata.publisher,
    )
    after = (
        f"¶\u00a0{quote.paragraph}" if quote.paragraph is not None else "",
        gettext("retrieved %(date)s", date=day(document.retrieved)) if document.retrieved else "",
        gettext("verbatim record") if metadata.record is Record.VERBATIM else "",  # a summary is one of the marks
        *quote_provenance(quote),
        gettext(
            "characters %(start)s–%(end)s of document %(document)s",
            start=quote.start,
            end=quote.end,
            document=document.id,
        ),
    )
    return SourceNote(", ".join(filter(None, before)), web_link(metadata.source_url), ", ".join(filter(None, after)))
