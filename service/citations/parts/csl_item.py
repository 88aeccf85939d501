"""CSL item: a quote's source as citation programs take it in, and as its styles are rendered from."""

from __future__ import annotations

import re
from typing import Any

from models.naming import parse
from models.quote import Quote
from models.transcript import Speaker
from service.rendering.source_note import source_note
from service.rendering.wording import rendered, titled, web_link

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def item(quote: Quote) -> dict[str, Any]:
    """A `speech` of CSL 1.0.2 at the event that the document is of. What is not known is left out."""
    metadata = quote.document.metadata
    facts = {
        "id": quote.id,
        "type": "speech",
        "author": [author(quote.speaker)],
        "event-title": titled(quote.document),
        "event-place": metadata.place,
        "genre": "remarks",
        "issued": date(metadata.date),
        "publisher": metadata.publisher,
        "URL": web_link(metadata.source_url),
        "accessed": date(quote.document.retrieved),
        "language": metadata.language,
        "note": f"“{rendered(quote.text)}” ({source_note(quote).after})",
    }
    return {name: value for name, value in facts.items() if value is not None}


def author(speaker: Speaker) -> dict[str, str]:
    """Family and given name where both are known; a name with an office, or a delegation, as it is."""
    name = parse(speaker.name)
    if not name.given or name.surname is None:
        return {"literal": speaker.name}
    return {"family": " ".join((*name.surname, *name.suffix)), "given": " ".join(name.given)}


def date(iso: str | None) -> dict[str, list[list[int]]] | None:
    found = _DATE.fullmatch(iso or "")
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else None
