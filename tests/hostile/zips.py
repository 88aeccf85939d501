"""Hostile zips: Word documents as bombs, with lies about sizes, with DTDs, macros and paths that lead out."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from tests.hostile.case import Case

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def paragraph(words: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


TALKING = paragraph("ANNA BERG: We want peace.") + paragraph("TOM RAY: We do not want peace.")


def document(body: str = TALKING, doctype: str = "") -> str:
    return f'{HEAD}{doctype}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'


def word(
    xml: str | bytes = "", more: Mapping[str, bytes] | None = None, rels: str = "", kind: str = _MAIN, types: str = ""
) -> bytes:
    """A Word document of the parts that it needs."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            'ContentType="application/xml"/><Default Extension="bin" ContentType="application/octet-stream"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/>{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'{HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_R}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", xml or document())
        if rels:
            archive.writestr(
                "word/_rels/document.xml.rels", f'{HEAD}<Relationships xmlns="{_RELS}">{rels}</Relationships>'
            )
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return made.getvalue()


def related(kind: str, target: str, how: str = "") -> str:
    return f'<Relationship Id="r9" Type="{_R}/{kind}" Target="{target}"{how}/>'


OUTSIDE = ' TargetMode="External"'


def lying(size: int) -> bytes:
    """A part that says it is of `size` bytes, in both of its headers."""
    data = bytearray(word())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            name = bytes(data[start + (30 if at == 22 else 46) :][:17])
            if name == b"word/document.xml":
                data[start + at : start + at + 4] = struct.pack("<I", size)
            start += 4
    return bytes(data)


def overlapping() -> bytes:
    """Many entries of the directory that point at one stretch of packed zeros."""
    packed = zlib.compress(b"\0" * 10_000_000, 9)[2:-4]
    crc = zlib.crc32(b"\0" * 10_000_000)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), 10_000_000, 1, 0) + b"a"
    central = b""
    for number in range(1000):
        name = b"word/%d" % number
        central += struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), 10_000_000, len(name), 0, 0, 0, 0, 0, 0),
        )
        central += name
    body = local + packed
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1000, 1000, len(central), len(body), 0)
    return body + central + end


def nested() -> bytes:
    """A bomb in a zip in a zip; nothing here opens the inner ones."""
    data = b"\0" * 50_000_000
    for number in range(4):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{number}.zip", data)
        data = made.getvalue()
    return data


def symlinked() -> bytes:
    """A part that is a symbolic link to a file of the system."""
    made = io.BytesIO(word())
    with zipfile.ZipFile(made, "a") as archive:
        entry = zipfile.ZipInfo("word/link.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def laughs(levels: int) -> str:
    defined = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))
    return f"<!DOCTYPE w [{defined}]>"


def nested_xml(depth: int) -> str:
    return document("<w:sdt><w:sdtContent>" * depth + TALKING + "</w:sdtContent></w:sdt>" * depth)


def cases() -> Iterator[Case]:
    bad, big = "unreadable", "too_large"
    yield Case(
        "bomb.docx", lambda: word(more={"word/x.xml": b" " * 300_000_000}), big, "unpack", about="one part of 300 MB"
    )
    yield Case("many.docx", lambda: word(more={f"word/{n}.xml": b"" for n in range(5000)}), big, "5,003 files")
    yield Case(
        "ratio.docx",
        lambda: word(document(paragraph("A" * 100_000_000))),
        bad,
        "too long",
        seconds=30,
        memory=600,
        about="100 MB of one letter",
    )
    yield Case("nested.docx", nested, bad, "Word document")
    yield Case("overlap.docx", overlapping, big, "unpack")
    yield Case("more.docx", lambda: lying(4_000_000_000), big, "unpack", about="a part that says it has 4 GB")
    yield Case("less.docx", lambda: lying(10), bad, "Word document", about="a part that says it has 10 bytes")
    yield Case("half.docx", lambda: word()[:-200], bad, "Word document", about="a zip cut off")
    yield Case("laughs.docx", lambda: word(document(paragraph("ANNA BERG: &a9;"), laughs(10))), bad, "Word document")
    yield Case(
        "quadratic.docx",
        lambda: word(
            document(paragraph("ANNA BERG: " + "&a;" * 50_000), f'<!DOCTYPE w [<!ENTITY a "{"x" * 50_000}">]>')
        ),
        bad,
        "Word document",
    )
    yield Case(
        "xxe.docx",
        lambda: word(document(paragraph("ANNA BERG: &a;"), '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>')),
        bad,
        "DTD",
    )
    yield Case(
        "dtd.docx",
        lambda: word(document(doctype='<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">')),
        bad,
        "DTD",
        about="an external DTD",
    )
    yield Case(
        "parameter.docx",
        lambda: word(document(doctype='<!DOCTYPE w [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]>')),
        bad,
        "DTD",
    )
    yield Case(
        "wide.docx",
        lambda: word(document(doctype="<!DOCTYPE w []>").replace("UTF-8", "UTF-16").encode("utf-16")),
        bad,
        "DTD",
        about="a DTD in UTF-16",
    )
    yield Case("deep.docx", lambda: word(nested_xml(50_000)), bad, "Word document", about="100,000 elements deep")
    yield Case(
        "attribute.docx",
        lambda: word(document(f'<w:p w:x="{"y" * 30_000_000}"/>{TALKING}')),
        bad,
        "Word document",
        memory=500,
        about="an attribute of 30 MB",
    )
    macros = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    yield Case(
        "macro.docm",
        lambda: word(more=macros, rels=related("vbaProject", "vbaProject.bin"), kind=_MACRO),
        None,
        "macros",
    )
    yield Case(
        "macro.docx",
        lambda: word(more=macros, rels=related("vbaProject", "vbaProject.bin"), kind=_MACRO),
        None,
        "macros",
        about="a .docm called .docx",
    )
    yield Case(
        "template.docx",
        lambda: word(rels=related("attachedTemplate", "http://127.0.0.1:9/evil.dotm", OUTSIDE)),
        None,
        "links to files elsewhere",
    )
    yield Case(
        "picture.docx",
        lambda: word(rels=related("image", "file:///etc/passwd", OUTSIDE)),
        None,
        "links to files elsewhere",
    )
    yield Case(
        "object.docx",
        lambda: word(more={"word/embeddings/a.bin": b"MZ"}, rels=related("oleObject", "embeddings/a.bin")),
        None,
        "files within the file",
    )
    yield Case("path.docx", lambda: word(more={"../../../etc/evil": b"x", "/abs": b"x", "C:\\evil": b"x"}), None, "")
    yield Case("outward.docx", lambda: word(rels=related("image", "../../../../etc/passwd")), bad, "Word document")
    yield Case("symlink.docx", symlinked, None, "")
    yield Case(
        "sheet.docx",
        lambda: word(kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        bad,
        "Word",
    )
    yield Case("word.pdf", word, bad, "zip archive", about="a zip called .pdf")
    yield Case("word.txt", word, bad, "zip archive", about="a zip called .txt")
    yield Case("none.docx", lambda: b"PK\x05\x06" + b"\0" * 18, bad, "", about="an empty zip")
