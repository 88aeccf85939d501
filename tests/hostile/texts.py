"""Hostile texts: bytes that are none, characters that hide or turn, and lines without end."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.hostile.case import TALK, Case


def text(words: str) -> bytes:
    return f"{TALK}ANNA BERG: {words}\n".encode()


def cases() -> Iterator[Case]:
    bad, big = "unreadable", "too_large"
    yield Case(
        "large.txt", lambda: b"ANNA BERG: " + b"x" * 200_000_000, big, "200,000,011 bytes", about="a line of 200 MB"
    )
    yield Case(
        "line.txt",
        lambda: b"ANNA BERG: " + b"x" * 20_000_000,
        None,
        "",
        seconds=60,
        memory=600,
        about="a word of 20 MB",
    )
    yield Case(
        "labels.txt",
        lambda: b"".join(b"ANNA %s: Yes.\n\n" % _letters(n) for n in range(1_000_000)),
        big,
        "",
        seconds=60,
        memory=900,
        about="a million labels",
    )
    yield Case(
        "names.txt",
        lambda: b"".join(b"ANNA %s: Yes.\n\n" % _letters(n) for n in range(5_000)),
        big,
        "different labels",
        seconds=60,
    )
    yield Case("brackets.txt", lambda: text("(" * 1_000_000), None, "", seconds=30, about="a million brackets")
    yield Case("asides.txt", lambda: text("(as " + "translated " * 500_000), None, "", seconds=60)
    yield Case("spaces.txt", lambda: text("a" + " " * 5_000_000 + "b"), None, "", seconds=30)
    yield Case("breaks.txt", lambda: text("a" + "\n \r\n" * 1_000_000 + "b"), None, "", seconds=60, memory=600)
    yield Case("colons.txt", lambda: text(":" * 5_000_000), None, "", seconds=30)
    yield Case("dashes.txt", lambda: (TALK + "- " * 3_000_000).encode(), None, "", seconds=30)
    yield Case("nul.txt", lambda: TALK.encode() + b"\0", bad, "control character U+0000")
    yield Case("invalid.txt", lambda: TALK.encode() + bytes(range(128, 256)) * 20, bad, "not UTF-8")
    yield Case("overlong.txt", lambda: TALK.encode() * 3 + b"\xc0\xaf\xe0\x80\xaf", bad, "not UTF-8")
    yield Case("surrogate.txt", lambda: TALK.encode() * 3 + b"\xed\xa0\x80", bad, "not UTF-8")
    yield Case("wide.txt", lambda: TALK.encode("utf-16-le"), bad, "UTF-16", about="UTF-16 without its mark")
    yield Case("wider.txt", lambda: TALK.encode("utf-16-be"), bad, "UTF-16", about="big-endian UTF-16 without its mark")
    yield Case("odd.txt", lambda: TALK.encode("utf-16") + b"\0", bad, "utf-16", about="UTF-16 with half a character")
    yield Case(
        "marks.txt", lambda: text("We\ufeff want\ufeff peace."), None, "cannot be seen", about="byte order marks within"
    )
    yield Case(
        "trojan.txt", lambda: text("We want \u202ewar\u202c, not \u2066peace."), None, "turn the direction of writing"
    )
    yield Case(
        "label.txt",
        lambda: f"{TALK}\u202eYAR MOT: We want peace.\n".encode(),
        None,
        "turn",
        about="a name that is turned",
    )
    yield Case("hidden.txt", lambda: text("We want no\u200bt peace."), None, "cannot be seen")
    yield Case(
        "tags.txt",
        lambda: text("We want peace" + "".join(chr(0xE0000 + ord(c)) for c in "not") + "."),
        None,
        "cannot be seen",
    )
    yield Case("zalgo.txt", lambda: text("We want p" + "\u0301" * 1000 + "eace."), None, "accents piled")
    yield Case(
        "lines.txt",
        lambda: text("We want\u2028peace\u2029now\x0bor\x85never."),
        None,
        "",
        about="other separators of lines",
    )
    yield Case("return.txt", lambda: TALK.replace("\n", "\r").encode(), None, "", about="carriage returns alone")
    yield Case("feeds.txt", lambda: text("We want\x0cpeace."), None, "", about="form feeds")
    yield Case("private.txt", lambda: text("We want \ue000\ue001 peace."), None, "mean nothing outside")
    yield Case(
        "none.txt", lambda: text("We want \ufdd0\uffff peace."), None, "mean nothing outside", about="noncharacters"
    )
    yield Case("lost.txt", lambda: text("We want p\ufffdace."), None, "lost")
    yield Case("escape.txt", lambda: text("We want \x1b[2Jpeace."), None, "a terminal or a printer")
    yield Case("pdf.txt", lambda: b"%PDF-1.4\n" + TALK.encode(), bad, "a PDF file", about="a PDF called .txt")
    yield Case("gzip.txt", lambda: gzip.compress(TALK.encode()), bad, "gzip archive")
    yield Case(
        "page.txt", lambda: b"<!doctype html>\n" + TALK.encode(), None, "looks like html", about="a page called .txt"
    )
    yield Case("old.txt", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, bad, "Office file")
    yield Case("rich.txt", lambda: b"{\\rtf1 ANNA BERG: Yes.}", bad, "RTF")
    yield Case("empty.txt", lambda: b"\0" * 1000, bad, "empty")


def _letters(number: int) -> bytes:
    return bytes(65 + number // 26**place % 26 for place in range(5))
