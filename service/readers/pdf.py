"""PDF files that have text: wrapped lines joined to paragraphs, running heads and page numbers dropped."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

from models.transcript import Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.canonical import canonical
from service.readers.parts.edge import is_furniture
from service.readers.parts.label import shape_of
from service.readers.parts.limits import PAGES, at_most

SUFFIXES: tuple[str, ...] = (".pdf",)

_SENTENCE_END = re.compile(r"[.?!…:\"”’)\]]\s*$")
_LABELLED = re.compile(r"\s*([^:]{1,80}):(?:\s|$)")
_QUESTION = re.compile(r"\s*Q(?:\s{2,}|\.\s)")


def sniff(data: bytes) -> bool:
    return data[:1024].lstrip().startswith(b"%PDF-")


def read(source: Source, speaker: str | None = None) -> Transcript:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every small fault of a file that it can read
    try:
        document = PdfReader(io.BytesIO(source.data))
        if document.is_encrypted and not document.decrypt(""):
            raise Unreadable(f"{source.name} is locked with a password.", "Save it without a password.")
        at_most(source.name, len(document.pages), PAGES, "pages")
        pages = [page.extract_text().split("\n") for page in document.pages]
        title = document.metadata.title if document.metadata else None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unreadable(
            f"{source.name} cannot be opened as a PDF: {str(error) or type(error).__name__}.",
            "Open it in a PDF program and save it again, or copy its text and paste it.",
        ) from error
    text = _paragraphs(_without_running_heads(pages))
    if not text.strip():
        raise Unreadable(
            f"{source.name} has no text: its pages are pictures.", "Have the pages recognised (OCR) and add the result."
        )
    return canonical(text, Metadata(title=" ".join(title.split()) or None if title else None), speaker)


def carries(data: bytes) -> Iterator[str]:
    """What a PDF can do besides being read. Names that are written in the open; what is packed is not searched."""
    for name, what in (
        (rb"/(?:JavaScript|JS)\b", "a script"),
        (rb"/Launch\b", "an action that starts a program"),
        (rb"/EmbeddedFiles?\b", "files within the file"),
    ):
        if re.search(name, data):
            yield what


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """All lines but page numbers and what stands first or last on most pages."""

    def plain(line: str) -> str:
        return re.sub(r"\d+", "#", " ".join(line.split()))

    trimmed = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(plain(line) for page in trimmed for line in {*page[:1], *page[-1:]})
    running = {line for line, times in edges.items() if len(pages) > 2 and times > len(pages) / 2}
    lines: list[str] = []
    for page in pages:
        shown = [i for i, line in enumerate(page) if line.strip()]
        for i, line in enumerate(page):
            at_edge = bool(shown) and i in (shown[0], shown[-1])
            if not (at_edge and (plain(line) in running or is_furniture(line.strip()))):
                lines.append(line)
    return lines


def _paragraphs(lines: list[str]) -> str:
    """Lines joined: a new paragraph at a blank line, a label, or a line after one that ends a sentence short.

    A hyphen at a line's end is kept, since "long-" and "term" belong together as often as not.
    """
    longest = max((len(line.rstrip()) for line in lines), default=0)
    paragraphs: list[list[str]] = []
    before = ""
    for line in (line.rstrip() for line in lines):
        if not line.strip():
            before = ""
            continue
        label = _LABELLED.match(line)
        labelled = bool(label and shape_of(label[1].strip())) or bool(_QUESTION.match(line))
        ended = bool(_SENTENCE_END.search(before)) and len(before) < longest * 0.8
        if not before or ended or (labelled and _SENTENCE_END.search(before)):
            paragraphs.append([line.strip()])
        else:
            paragraphs[-1] += ["" if before.endswith("-") else " ", line.strip()]
        before = line
    return "\n\n".join(map("".join, paragraphs))
