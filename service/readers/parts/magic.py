"""Magic: the kinds of file that their first bytes give away, whatever their names say."""

from __future__ import annotations

_FIRST: tuple[tuple[bytes, str, str], ...] = (  # what it begins with, what it is, the format here that it may be
    (b"%PDF-", "a PDF file", "pdf"),
    (b"PK\x03\x04", "a zip archive", "word"),
    (b"PK\x05\x06", "an empty zip archive", "word"),
    (b"{\\rtf", "RTF", ""),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (.doc)", ""),
    (b"\x1f\x8b", "a gzip archive", ""),
    (b"BZh", "a bzip2 archive", ""),
    (b"\xfd7zXZ\x00", "an xz archive", ""),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", ""),
    (b"Rar!\x1a\x07", "a RAR archive", ""),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", ""),
    (b"\x89PNG", "a picture (PNG)", ""),
    (b"\xff\xd8\xff", "a picture (JPEG)", ""),
    (b"GIF8", "a picture (GIF)", ""),
    (b"\x7fELF", "a program", ""),
    (b"SQLite format 3\0", "a database", ""),
)


def unlike(data: bytes, name: str) -> str | None:
    """What a file is by its first bytes, where that is not the format called `name`."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((what for first, what, own in _FIRST if head.startswith(first) and own != name), None)
