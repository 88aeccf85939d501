"""Word footnotes: the part of a document that holds them, which python-docx does not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.exports.parts.word_markup import el, link, paragraph, run
from service.rendering.source_note import SourceNote

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))  # what Word draws between the text and its notes


class Footnotes:
    """The footnotes of one document, in the order in which they are referred to."""

    def __init__(self, document: Document) -> None:
        self._element = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
        self._part = XmlPart(
            PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, self._element, document.part.package
        )
        document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        for number, kind in _SEPARATORS:
            self._element.append(el("footnote", el("p", el("r", el(kind))), type=kind, id=number))
        known = el("footnotePr", *(el("footnote", id=number) for number, _ in _SEPARATORS))
        settings = document.settings.element
        before = settings.find(f"{{{settings.nsmap['w']}}}compat")
        assert before is not None, "python-docx's template has it, and the schema wants the notes before it"
        before.addprevious(known)

    def add(self, number: int, note: SourceNote) -> BaseOxmlElement:
        """Write a note, and return the mark that refers to it, to be put after the words that it is of."""
        after = [run(" "), run(f"{note.before}, ")]
        if note.url:
            after += [link(self._part, note.url), run(", ")]
        mark = el("r", el("rPr", el("rStyle", val="FootnoteReference")), el("footnoteRef"))
        self._element.append(el("footnote", paragraph("FootnoteText", mark, *after, run(f"{note.after}.")), id=number))
        return el("r", el("rPr", el("rStyle", val="FootnoteReference")), el("footnoteReference", id=number))
