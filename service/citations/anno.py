"""Web Annotation: the quote as a target that annotation tools find again, by its words and by its place.

W3C Web Annotation Data Model, https://www.w3.org/TR/annotation-model/#text-quote-selector and #text-position-selector.
"""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5

from service.citations.parts.passage import Passage
from service.rendering.wording import language, web_link
from service.translation import N_

NAME, LABEL, NOTE = "anno", N_("Web Annotation"), N_("JSON-LD, for annotation tools")
MEDIA_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def render(passage: Passage) -> str:
    """Both selectors are of the stored text, which `source` names by its address, or else by its hash."""
    quote, (prefix, suffix) = passage.quote, passage.context
    spoken, published = language(quote.document.metadata), web_link(quote.document.metadata.source_url)
    source = {
        "id": passage.text_address or passage.name_of_text,
        "type": "Text",
        "format": "text/plain",
        "canonical": passage.name_of_text,
        **({"language": spoken} if spoken else {}),
        **({"via": published} if published else {}),
    }
    selectors = [
        {"type": "TextQuoteSelector", "exact": quote.text, "prefix": prefix, "suffix": suffix},
        {"type": "TextPositionSelector", "start": quote.start, "end": quote.end},
    ]
    annotation = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{passage.home}/cite/{quote.id}?format={NAME}" if passage.home else _name(passage),
        "type": "Annotation",
        "motivation": "identifying",
        "target": {"source": source, "selector": selectors},
    }
    return json.dumps(annotation, ensure_ascii=False, indent=2) + "\n"


def _name(passage: Passage) -> str:
    """A name for what has no address, the same each time: of the text's hash and the place in it (RFC 5147)."""
    return uuid5(NAMESPACE_URL, f"{passage.name_of_text}#char={passage.quote.start},{passage.quote.end}").urn
