"""RIS: the source for EndNote, Citavi, Mendeley and Zotero."""

from __future__ import annotations

from collections.abc import Iterator

from service.citations.parts.csl_item import author
from service.citations.parts.passage import Passage
from service.rendering import rendered, titled, web_link
from service.source_note import source_note
from service.translation import N_

NAME, LABEL, NOTE = "ris", "RIS", N_("for EndNote, Citavi and others")
MEDIA_TYPE = "application/x-research-info-systems"


def render(passage: Passage) -> str:
    """One record; a line break within a value would end it, so values are as they are shown, on one line."""
    lines = (f"{tag}  - {rendered(value).strip()}" for tag, value in _fields(passage) if value)
    return "\r\n".join((*lines, "ER  - ", ""))


def _fields(passage: Passage) -> Iterator[tuple[str, str | None]]:
    quote, metadata = passage.quote, passage.quote.document.metadata
    name = author(quote.speaker)
    yield "TY", "GEN"  # it has no kind for a speech
    yield "M3", "Speech"
    yield "ID", quote.id
    yield "AU", name.get("literal") or f"{name['family']}, {name['given']}"
    yield "TI", titled(quote.document)
    yield "CY", metadata.place
    yield "PY", metadata.date and metadata.date[:4]
    yield "DA", _slashed(metadata.date)
    yield "PB", metadata.publisher
    yield "UR", web_link(metadata.source_url)
    yield "Y2", _slashed(quote.document.retrieved)
    yield "LA", metadata.language
    yield "SP", f"¶ {quote.paragraph}" if quote.paragraph is not None else None
    yield "AB", quote.text
    yield "N1", source_note(quote).after


def _slashed(iso: str | None) -> str | None:
    """'2021-12-02' as '2021/12/02/', with what is not known left empty between the strokes."""
    if not iso:
        return None
    year, month, day = (*iso.split("-"), "", "")[:3]
    return f"{year}/{month}/{day}/"
