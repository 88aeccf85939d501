"""Word markup: the elements that a document's body and its footnotes are built of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from service.errors import Conflict
from service.rendering.wording import direction

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement

CELL_MARGIN = 113  # twentieths of a point, left and right of what stands in a cell
# what XML cannot hold; NUL and halves of characters are never stored
_UNFIT = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def el(tag: str, *children: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    """`w:tag` with attributes of the same namespace; an underscore at a name's end is no part of it."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    made.extend(children)
    return made


def fit(text: str) -> str:
    """`text`; raises Conflict for characters that no Word document can hold."""
    unfit = _UNFIT.search(text)
    if unfit is not None:
        raise Conflict(
            f"A Word document cannot hold the character U+{ord(unfit[0]):04X}, which is in “{text[:60]}”.",
            "Take another format: every other one can.",
        )
    return text


def run(text: str, style: str | None = None, *, bold: bool = False, language: str | None = None) -> BaseOxmlElement:
    """Words of one look. Raises Conflict for characters that no Word document can hold."""
    fit(text)
    rightward = direction(text) == "rtl"
    properties = [
        *([el("rStyle", val=style)] if style else []),
        *([el("b"), el("bCs")] if bold else []),
        *([el("rtl")] if rightward else []),
        *([el("lang", **{"bidi" if rightward else "val": language})] if language else []),
    ]
    words = el("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", *([el("rPr", *properties)] if properties else []), words)


def paragraph(style: str | None, *content: BaseOxmlElement, rightward: bool = False) -> BaseOxmlElement:
    properties = [*([el("pStyle", val=style)] if style else []), *([el("bidi")] if rightward else [])]
    return el("p", *([el("pPr", *properties)] if properties else []), *content)


def text(style: str | None, words: str, *, bold: bool = False) -> BaseOxmlElement:
    """A paragraph of one run."""
    return paragraph(style, run(words, bold=bold), rightward=direction(words) == "rtl")


def link(part: Part, url: str) -> BaseOxmlElement:
    """The address as a link to itself, from `part`, which holds the target."""
    made = el("hyperlink", run(url, "Hyperlink"))
    made.set(qn("r:id"), part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return made


def field(instruction: str, shown: str = "1", *, stale: bool = False) -> tuple[BaseOxmlElement, ...]:
    """A field that is computed when the page is laid out; `shown` until then. `stale`: Word is to do so on opening."""
    code = el("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return (
        el("r", el("fldChar", fldCharType="begin", **({"dirty": "true"} if stale else {}))),
        el("r", code),
        el("r", el("fldChar", fldCharType="separate")),
        run(shown),
        el("r", el("fldChar", fldCharType="end")),
    )


def heading(level: int, words: str, number: int) -> BaseOxmlElement:
    """A heading with a bookmark that the list of contents leads to."""
    start, end = el("bookmarkStart", id=number, name=bookmark(number)), el("bookmarkEnd", id=number)
    return paragraph(f"Heading{level}", start, run(words), end)


def bookmark(number: int) -> str:
    return f"_Toc{number:08d}"


def contents(entries: list[tuple[int, str]]) -> BaseOxmlElement:
    """A list of contents: each entry a link to its heading, with a field for the page that the heading is on.

    There is no TOC field around them: LibreOffice takes what stands in one for mere text, and would compute no page.
    """
    paragraphs = []
    for number, words in entries:
        page = field(f"PAGEREF {bookmark(number)} \\h", "", stale=True)
        target = el("hyperlink", run(words), el("r", el("tab")), *page, anchor=bookmark(number), history=1)
        paragraphs.append(paragraph("TOC1", target))
    gallery = el("docPartObj", el("docPartGallery", val="Table of Contents"), el("docPartUnique"))
    return el("sdt", el("sdtPr", gallery), el("sdtContent", text("TOCHeading", "Contents"), *paragraphs))


def table(
    widths: Sequence[int],
    head: Sequence[str],
    rows: Iterable[Sequence[Sequence[BaseOxmlElement]]],
    about: tuple[str, str],
) -> BaseOxmlElement:
    """A table whose header row repeats on each page and none of whose rows breaks; `widths` in twentieths of a point.

    `about` is its title and its description, as a screen reader says them.
    """
    properties = el(
        "tblPr",
        el("tblStyle", val="Comparison"),
        el("tblW", w=sum(widths), type="dxa"),
        el("tblInd", w=CELL_MARGIN, type="dxa"),  # without it the border stands left of the margin
        el("tblLayout", type="fixed"),
        el("tblLook", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        el("tblCaption", val=about[0]),
        el("tblDescription", val=about[1]),
    )
    grid = el("tblGrid", *(el("gridCol", w=width) for width in widths))
    first = _row(widths, [[text("TableHead", words)] for words in head], repeats=True)
    return el("tbl", properties, grid, first, *(_row(widths, row) for row in rows))


def _row(
    widths: Sequence[int], cells: Sequence[Sequence[BaseOxmlElement]], *, repeats: bool = False
) -> BaseOxmlElement:
    properties = el("trPr", el("cantSplit"), *([el("tblHeader")] if repeats else []))
    made = (
        el("tc", el("tcPr", el("tcW", w=width, type="dxa")), *content)
        for width, content in zip(widths, cells, strict=True)
    )
    return el("tr", properties, *made)


class Numbers:
    """Bookmarks are numbered through a document."""

    def __init__(self) -> None:
        self._next = count(1)

    def take(self) -> int:
        return next(self._next)
