"""Markdown: the comparison as a passage to paste into a note, its sources as footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote as percent

from models.comparison import Comparison, Pair, Quote
from service.rendering import citation, quote_provenance, rendered, review, score, searched, silence, silent, web_link

NAME, LABEL, MEDIA_TYPE, SUFFIX = "md", "Markdown", "text/markdown", ".md"

# Whatever any common dialect reads as markup within a line: emphasis, code, links, HTML, tables, mathematics, mentions,
# footnotes and :emoji:.
_INLINE = re.compile(r"[\\`*_{}\[\]<>#&~|^$@]|:(?=[\w+-]+:)")
_LINE_START = re.compile(r"^(?:([-+=:])|(\d+)([.)]))")


def render(comparison: Comparison, link: str | None = None) -> bytes:
    return ("\n\n".join(_blocks(comparison, link)) + "\n").encode()


def escaped(text: str) -> str:
    """`text` so that a Markdown reader shows exactly its rendering, whatever characters it holds."""
    line = _INLINE.sub(r"\\\g<0>", rendered(text).strip())
    return _LINE_START.sub(lambda found: f"{found[2] or ''}\\{found[1] or found[3]}", line)


def _blocks(comparison: Comparison, link: str | None) -> Iterator[str]:
    yield f"## {escaped(comparison.title)}"
    topic = f"Topic: {comparison.topic.name}. " if comparison.topic else ""
    yield escaped(topic + searched(comparison))
    for notice in comparison.notices:
        yield f"**{escaped(notice.words)}**"
    if silent(comparison):
        yield escaped(silence(comparison))
    for number, pair in enumerate(comparison.pairs, start=1):
        yield from _pair(number, pair)
    for number, quote in enumerate((q for pair in comparison.pairs for q in (pair.first, pair.second)), start=1):
        yield f"[^{number}]: {escaped(citation(quote))}.{_address(quote)}"
    if link:
        yield f"Comparison: <{_url(link)}>"


def _pair(number: int, pair: Pair) -> Iterator[str]:
    yield f"### {number}. {pair.relation.value.capitalize()} ({score(pair.confidence)}), {escaped(review(pair))}"
    for notice in pair.notices:
        yield f"**{escaped(notice.words)}**"
    for quote, note in ((pair.first, 2 * number - 1), (pair.second, 2 * number)):
        yield f"**{escaped(quote.speaker.name)}**{_provenance(quote)}"
        yield f"> “{escaped(quote.text)}”[^{note}]"


def _provenance(quote: Quote) -> str:
    said = ", ".join(quote_provenance(quote))
    return f" *{escaped(said)}*" if said else ""


def _address(quote: Quote) -> str:
    url = web_link(quote.document.metadata.source_url)
    return f" <{_url(url)}>" if url else ""


def _url(url: str) -> str:
    """`url` with whatever would end an autolink percent-encoded."""
    return percent(url, safe="!#$%&'()*+,/:;=?@[]~-._")
