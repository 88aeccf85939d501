"""Saved web pages: the main text by trafilatura, without navigation, banners and footers."""

from __future__ import annotations

import re

from models.date import span
from models.transcript import Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.canonical import canonical
from service.readers.parts.decoding import decode

SUFFIXES: tuple[str, ...] = (".html", ".htm", ".xhtml")

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.I)


def sniff(data: bytes) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def read(source: Source, speaker: str | None = None) -> Transcript:
    import trafilatura

    page = _decoded(source)
    text = trafilatura.extract(
        page,
        output_format="txt",
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        favor_recall=True,
    )
    if not text or not text.strip():
        raise Unreadable(
            f"{source.name} has no main text that could be found.",
            "Copy the text of the page and paste it, or save it as plain text.",
        )
    paragraphs = "\n\n".join(line for line in text.splitlines() if line.strip())
    return canonical(paragraphs, _metadata(page), speaker)


def _decoded(source: Source) -> str:
    """The page by the encoding that it names itself, else as any text."""
    named = _CHARSET.search(source.data[:4096])
    if named:
        try:
            return source.data.decode(named[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(source.data, source.name)


def _metadata(page: str) -> Metadata:
    """Title, publisher, address and language where the page itself states them; the date only if a meta tag has it."""
    from trafilatura import load_html

    tree = load_html(page)
    if tree is None:
        return Metadata()

    def first(*paths: str) -> str | None:
        for path in paths:
            for value in tree.xpath(path):
                if shown := " ".join(str(value).split()):
                    return shown
        return None

    date = first("//meta[@property='article:published_time']/@content", "//meta[@name='date']/@content")
    day = re.match(r"\d{4}-\d\d-\d\d", date or "")
    url = first("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
    return Metadata(
        title=first("//meta[@property='og:title']/@content", "//title/text()", "//h1//text()"),
        date=day[0] if day and span(day[0]) else None,
        publisher=first("//meta[@property='og:site_name']/@content"),
        language=first("/html/@lang"),
        source_url=url if url and re.match(r"https?://\S+$", url) else None,
    )
