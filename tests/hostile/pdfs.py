"""Hostile PDF files: bombs, loops, actions, and more pages than anybody has said."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.hostile.case import Case

_SHOWN = b"BT /F1 12 Tf 20 700 Td (ANNA BERG: We want peace.) Tj 0 -40 Td (TOM RAY: We do not.) Tj ET"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"


def stream(data: bytes, packed: str = "") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), packed.encode(), data)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Objects numbered from 1 on; 1 is the catalog."""
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return (
        made
        + end
        + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            trailer,
            len(made),
        )
    )


def plain(
    catalog: bytes = CATALOG,
    pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    page: bytes = PAGE,
    content: bytes = stream(_SHOWN),
    *more: bytes,
) -> bytes:
    return pdf(catalog, pages, page, content, _FONT, *more)


def packed(size: int, times: int = 1) -> bytes:
    data = zlib.compress(b" " * size, 9)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    filters = "/FlateDecode " * times
    return stream(data, f"/Filter[{filters}]")


def cases() -> Iterator[Case]:
    bad, big = "unreadable", "too_large"
    yield Case(
        "bomb.pdf",
        lambda: plain(content=packed(400_000_000)),
        bad,
        "PDF",
        seconds=30,
        memory=600,
        about="a stream of 400 MB",
    )
    yield Case(
        "twice.pdf",
        lambda: plain(content=packed(300_000_000, 2)),
        bad,
        "PDF",
        seconds=30,
        memory=600,
        about="a stream packed twice",
    )
    yield Case(
        "kids.pdf",
        lambda: plain(pages=b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        bad,
        "PDF",
        about="pages that hold themselves",
    )
    yield Case(
        "ring.pdf",
        lambda: pdf(
            CATALOG,
            b"<</Type/Pages/Kids[6 0 R]/Count 9>>",
            PAGE,
            stream(_SHOWN),
            _FONT,
            b"<</Type/Pages/Kids[2 0 R]/Count 9>>",
        ),
        bad,
        "PDF",
        about="pages in a ring",
    )
    yield Case(
        "pages.pdf",
        lambda: plain(pages=b"<</Type/Pages/Kids[" + b"3 0 R " * 10_000 + b"]/Count 10000>>"),
        big,
        "10,000 pages",
        seconds=30,
    )
    yield Case(
        "count.pdf",
        lambda: plain(pages=b"<</Type/Pages/Kids[3 0 R]/Count 999999999>>"),
        None,
        "",
        about="a lie about the count",
    )
    yield Case("itself.pdf", lambda: plain(content=b"4 0 R"), bad, "", about="an object that is itself")
    yield Case(
        "length.pdf",
        lambda: plain(content=b"<</Length 4 0 R>>stream\nx\nendstream"),
        bad,
        "",
        about="a length that is itself",
    )
    yield Case(
        "deep.pdf", lambda: plain(content=b"[" * 100_000 + b"]" * 100_000), bad, "PDF", about="an array 100,000 deep"
    )
    yield Case("locked.pdf", locked, bad, "password", about="encrypted")
    yield Case(
        "script.pdf",
        lambda: plain(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"),
        None,
        "a script",
    )
    yield Case(
        "launch.pdf",
        lambda: plain(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)>>>>"),
        None,
        "starts a program",
    )
    yield Case(
        "attached.pdf",
        lambda: plain(
            b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>>>>>",
            *[b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE, stream(_SHOWN), b"<</Type/Filespec/EF<</F 4 0 R>>>>"],
        ),
        None,
        "files within the file",
    )
    yield Case(
        "wide.pdf",
        lambda: plain(page=PAGE.replace(b"612 792", b"1e308 99999999999999")),
        bad,
        "no text",
        about="a page of huge size",
    )
    yield Case(
        "xref.pdf",
        lambda: plain().replace(b"trailer<<", b"trailer<</Prev %d" % plain().rindex(b"xref\n0")),
        None,
        "",
        about="a table that comes before itself",
    )
    yield Case(
        "objects.pdf", lambda: plain().replace(b"/Size 6", b"/Size 999999999"), None, "", about="a lie about the size"
    )
    yield Case("head.pdf", lambda: b"%PDF-1.7\n" + b"%" * 1_000_000, bad, "PDF", about="only comments")
    yield Case(
        "operators.pdf",
        lambda: plain(content=stream(b"q " * 2_000_000 + _SHOWN)),
        bad,
        "number of tokens",
        seconds=60,
        memory=500,
        about="2 M operators",
    )
    yield Case("text.pdf", lambda: b"ANNA BERG: We want peace.\n", bad, "PDF", about="a text called .pdf")


def locked() -> bytes:
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain())))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
