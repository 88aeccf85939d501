"""Word: two columns and the relation between them, every quote with a footnote; opens in Word and in LibreOffice."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from service.rendering.brief import Brief
from service.translation import spoken

if TYPE_CHECKING:
    from docx.opc.coreprops import CoreProperties

NAME, LABEL, SUFFIX = "docx", "Word", ".docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can state


def render(brief: Brief) -> bytes:
    import docx

    from service.exports.parts.word_body import body, footer
    from service.exports.parts.word_footnotes import Footnotes
    from service.exports.parts.word_made import embed
    from service.exports.parts.word_styles import dress

    document = docx.Document()
    dress(document)
    _describe(document.core_properties, brief.title)
    foot = document.sections[0].footer.paragraphs[0]
    foot._p.addprevious(footer(brief.title))
    foot._p.getparent().remove(foot._p)
    last = document.element.body[-1]  # it says what the page is like
    for element in body(brief, Footnotes(document), document.part):
        last.addprevious(element)
    embed(brief.made_with, document)
    file = io.BytesIO()
    document.save(file)
    return _timeless(file.getvalue())


def _describe(properties: CoreProperties, title: str) -> None:
    from service.exports.parts.word_markup import fit

    properties.title, properties.language = fit(title)[:255], spoken().tag
    properties.author, properties.last_modified_by, properties.comments = "Counterpose", "Counterpose", ""
    element = properties._element
    for clock in [child for child in element if child.tag.rpartition("}")[2] in ("created", "modified")]:
        element.remove(clock)


def _timeless(data: bytes) -> bytes:
    """The same files in a zip that knows no clock: the same brief gives the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return file.getvalue()
