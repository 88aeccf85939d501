"""Word made: the whole manifest as a custom XML part, which Word and LibreOffice keep when they save the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from service.made import in_full

if TYPE_CHECKING:
    from docx.document import Document

NAMESPACE, PART_NAME = "urn:counterpose:made-with", "customXml/item1.xml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_PROPERTIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"
 ds:itemID="{{6A0B2D5E-3C47-4F0D-9B1E-5D0C6C1E7A21}}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/>
</ds:schemaRefs></ds:datastoreItem>"""  # without it LibreOffice does not keep the part


def embed(made_with: Mapping[str, Any], document: Document) -> None:
    """The JSON is the text of the part's one element."""
    words = escape(in_full(made_with))
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<made-with xmlns="{NAMESPACE}">{words}</made-with>'
    package = document.part.package
    part = Part(PackURI(f"/{PART_NAME}"), "application/xml", xml.encode(), package)
    about = Part(PackURI("/customXml/itemProps1.xml"), _PROPERTIES_TYPE, _PROPERTIES.encode(), package)
    part.relate_to(about, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
