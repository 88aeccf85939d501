"""Word styles: how a document looks, and what its default template brings that a document does not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from service.exports.parts.word_markup import CELL_MARGIN, el

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

SERIF, SANS = "Cambria", "Calibri"
LANGUAGE = "en-GB"  # of the words that are ours
MARGIN = Mm(20)
_INK, _SOFT, _LINK = RGBColor(0, 0, 0), RGBColor(0x44, 0x44, 0x44), RGBColor(0x1D, 0x55, 0x46)
_SURPLUS = ("thumbnail", "stylesWithEffects", "customXml", "numbering")  # a picture of an empty page, unused styles
_KEPT_STYLES = ("Normal", "heading 1", "heading 2", "Title", "Subtitle", "footer", "Quote", "TOC Heading")
_TABLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Comparison">
<w:name w:val="Comparison"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="000000"/>
<w:bottom w:val="single" w:sz="8" w:color="000000"/>
<w:insideH w:val="single" w:sz="4" w:color="999999"/></w:tblBorders>
<w:tblCellMar><w:top w:w="85" w:type="dxa"/><w:left w:w="{CELL_MARGIN}" w:type="dxa"/><w:bottom w:w="85" w:type="dxa"/>
<w:right w:w="{CELL_MARGIN}" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="000000"/></w:tcBorders>
</w:tcPr></w:tblStylePr></w:style>"""


def dress(document: Document) -> None:
    """Give the document its page, its language and its styles."""
    _shed(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for spoken in defaults.findall(qn("w:lang")):
        defaults.remove(spoken)
    defaults.append(el("lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA"))
    document.styles.element.append(parse_xml(_TABLE))
    _style(document, "Normal", SANS, 10, after=6)
    _style(document, "Title", SERIF, 20, bold=True, after=6)
    _style(document, "Subtitle", SERIF, 13, after=6)
    _style(document, "Heading 1", SERIF, 15, bold=True, before=18, after=4)
    _style(document, "Heading 2", SERIF, 12, bold=True, before=12, after=4)
    _style(document, "TOC Heading", SERIF, 12, bold=True, before=12, after=4)
    _style(document, "Footer", SANS, 8, soft=True)
    _style(document, "Quote", SERIF, 11, after=2)
    _new(document, "toc 1", "TOC1", 10, after=2)
    numbers_at = document.styles["toc 1"].paragraph_format.tab_stops
    numbers_at.add_tab_stop(Mm(210) - 2 * MARGIN, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _new(document, "footnote text", "FootnoteText", 8, after=2)
    _new(document, "Source", "Source", 8.5, soft=True)
    _new(document, "Relation", "Relation", 9)
    _new(document, "Table Head", "TableHead", 9.5, bold=True)
    _new(document, "Today", "Today", 9, before=6, after=6)
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.element.styleId, mark.font.superscript = "FootnoteReference", True
    address = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    address.font.underline, address.font.color.rgb = True, _LINK


def _shed(document: Document) -> None:
    for holder in (document.part.package, document.part):
        for key in [key for key, one in holder.rels.items() if one.reltype.rpartition("/")[2] in _SURPLUS]:
            del holder.rels[key]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        name = style.find(qn("w:name")).get(qn("w:val"))
        if name not in _KEPT_STYLES and style.get(qn("w:default")) != "1":
            styles.remove(style)


def _new(document: Document, name: str, style_id: str, size: float, **look: object) -> None:
    builtin = name[0].islower()
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin).element.styleId = style_id
    _style(document, name, SANS, size, **look)  # type: ignore[arg-type]


def _style(
    document: Document,
    name: str,
    face: str,
    size: float,
    *,
    bold: bool = False,
    soft: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    style: ParagraphStyle = document.styles[name]
    element = style.element
    for old in [*element.findall(qn("w:rPr")), *element.findall(qn("w:pPr")), *element.findall(qn("w:link"))]:
        element.remove(old)
    style.font.name, style.font.size, style.font.bold = face, Pt(size), bold
    style.font.color.rgb = _SOFT if soft else _INK
    fonts = element.rPr.rFonts
    fonts.set(qn("w:cs"), face)
    fonts.set(qn("w:eastAsia"), face)
    element.rPr.append(el("szCs", val=int(size * 2)))
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.1
    layout.widow_control = True
    layout.keep_with_next = name.startswith(("Heading", "Table"))
    if name.startswith("Heading"):
        element.pPr.append(el("outlineLvl", val=int(name[-1]) - 1))
