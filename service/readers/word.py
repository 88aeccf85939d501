"""Word documents (.docx): paragraphs, and tables with the speaker in one cell and the words in the next."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from models.transcript import Metadata, Transcript
from service.errors import CounterposeError, TooLarge, Unreadable
from service.readers import Source
from service.readers.parts.canonical import canonical
from service.readers.parts.limits import MEMBERS, UNPACKED, at_most

if TYPE_CHECKING:
    from docx.table import Table

SUFFIXES: tuple[str, ...] = (".docx", ".docm")

_WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_HEADER_CELLS = frozenset({"speaker", "name", "who", "text", "words", "time", "transcript", "utterance", ""})
_CLOCK = re.compile(r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?[\])]?")


def sniff(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"word/" in data


def read(source: Source, speaker: str | None = None) -> Transcript:
    from docx.opc.constants import CONTENT_TYPE
    from docx.opc.part import PartFactory
    from docx.package import Package
    from docx.parts.document import DocumentPart
    from docx.table import Table

    _check(source)
    PartFactory.part_type_for[_WITH_MACROS] = DocumentPart  # the words of one are as those of any other
    try:
        part = Package.open(io.BytesIO(source.data)).main_document_part
        if part.content_type not in (CONTENT_TYPE.WML_DOCUMENT_MAIN, _WITH_MACROS):
            raise Unreadable(f"{source.name} is not a Word document (.docx).", "Save it as .docx.")
        document = cast("DocumentPart", part).document
        if document.element.getroottree().docinfo.doctype:  # what its entities stand for would be lost
            raise Unreadable(f"{source.name} has a DTD, which no Word document has.", "Save it in Word as .docx again.")
        paragraphs: list[str] = []
        for part in document.iter_inner_content():
            paragraphs += _rows(part) if isinstance(part, Table) else part.text.split("\n\n")
        title = (document.core_properties.title or "").strip() or None
    except (CounterposeError, MemoryError):
        raise
    except Exception as error:  # whatever the library raises on a damaged file
        raise Unreadable(
            f"{source.name} cannot be opened as a Word document: {str(error) or type(error).__name__}.",
            "Open it in Word and save it again as .docx, or save it as plain text.",
        ) from error
    text = "\n\n".join(paragraph.strip() for paragraph in paragraphs if paragraph.strip())
    if not text:
        raise Unreadable(f"{source.name} has no text.", "If it holds scanned pages, have them recognised first.")
    return canonical(text, Metadata(title=title), speaker)


def carries(data: bytes) -> Iterator[str]:
    """What a Word document can bring besides its words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield "macros"
    if any("/embeddings/" in name for name in names):
        yield "files within the file"
    if re.search(rb'Type="[^"]*/(?!hyperlink")\w+"[^>]*TargetMode="External"', links):
        yield "links to files elsewhere"


def _check(source: Source) -> None:
    """A .docx is a zip: refuse what is none, and what would unpack to far more than any transcript."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(
            f"{source.name} is not a Word document (.docx).",
            "An older .doc file must be opened in Word and saved as .docx.",
        ) from error
    at_most(source.name, len(entries), MEMBERS, "files in it")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED:
        raise TooLarge(
            f"{source.name} would unpack to {unpacked:,} bytes; at most {UNPACKED:,} are taken.",
            "Remove pictures and embedded files, or save it as plain text.",
        )


def _rows(table: Table) -> Iterator[str]:
    """Each row as "speaker: words" where it has two cells of text, clock times left aside."""
    for number, row in enumerate(table.rows):
        cells = [cell.text.strip() for cell in row.cells]
        cells = [text for i, text in enumerate(cells) if i == 0 or row.cells[i]._tc is not row.cells[i - 1]._tc]
        if number == 0 and all(text.casefold() in _HEADER_CELLS for text in cells):
            continue
        told = [text for text in cells if text and not _CLOCK.fullmatch(text)]
        if len(told) == 2 and len(told[0]) <= 80 and "\n" not in told[0]:
            yield f"{told[0].rstrip(':').strip()}: {told[1]}"
        else:
            yield from told
