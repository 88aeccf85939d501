"""Web pages: the main text by trafilatura, without navigation, banners and footers, and what the page states."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from models.transcript import Metadata, Transcript
from service.errors import TooLarge, Unreadable
from service.readers import Source
from service.readers.parts.canonical import canonical
from service.readers.parts.decoding import decode
from service.readers.parts.encodings import encoding
from service.readers.parts.limits import DEPTH, ELEMENTS, at_most
from service.readers.parts.page_facts import facts

SUFFIXES: tuple[str, ...] = (".html", ".htm", ".xhtml")

_SPACE = r"(?:\s|&nbsp;|&#160;|&#xa0;|\xa0)"
_QUESTION = re.compile(  # "Q", some space, and a question; or a Q in bold
    rf"(<(?:p|div|br)\b[^>]*>{_SPACE}*(?:<(?:b|strong)>)?)Q(?:((?:</(?:b|strong)>)){_SPACE}+|{_SPACE}{{2,}})(?=[^\s:])",
    re.I,
)
_GLUED = re.compile(r"(:\s*</(?:b|strong)>)(?=\w)", re.I)  # a label in bold with no space after it
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.I)


def sniff(data: bytes) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def read(source: Source, speaker: str | None = None) -> Transcript:
    import trafilatura

    page = _with_labels_apart(_decoded(source))
    at_most(source.name, page.count("<"), 2 * ELEMENTS, "beginnings and ends of elements")
    tree = trafilatura.load_html(page)
    if tree is not None and _depth(tree) > DEPTH:  # the parser leaves out what is deeper still
        raise TooLarge(
            f"{source.name} has elements more than {DEPTH} deep within each other.",
            "Copy the text of the page and paste it, or save it as plain text.",
        )
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
    lines = [line for line in text.splitlines() if line.strip()]
    return canonical("\n\n".join(lines), facts(tree, "\n".join(lines)) if tree is not None else Metadata(), speaker)


def _depth(tree: Any) -> int:
    """How many elements the deepest one stands in."""
    return max(sum(1 for _ in one.iterancestors()) for one in tree.iter() if len(one) == 0)


def _with_labels_apart(page: str) -> str:
    """The page with labels that only type or space sets apart from the words printed so that plain text shows it."""
    return _GLUED.sub(r"\1 ", _QUESTION.sub(r"\1Q:\2 ", page))


def _decoded(source: Source) -> str:
    """The page by the encoding that it names itself, else as any text."""
    named = _CHARSET.search(source.data[:4096])
    known = encoding(named[1].decode("ascii")) if named else None
    if known is not None:
        with suppress(UnicodeDecodeError):
            return source.data.decode(known)
    return decode(source.data, source.name)
