"""Bytes to text: UTF-8, UTF-16 with a byte order mark, else what charset-normalizer is sure of; never mojibake."""

from __future__ import annotations

import codecs
import re

from service.errors import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REMEDY = "Save it as plain text in UTF-8 and add it again."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SAMPLE = 256 * 1024


def decode(data: bytes, name: str) -> str:
    """The text of a file, byte order mark dropped, newlines as they are."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _text(data[len(bom) :].decode(encoding), name)
            except UnicodeDecodeError as error:
                raise Unreadable(f"{name} starts as {encoding} but is not: {error.reason}.", _REMEDY) from error
    try:
        return _text(data.decode("utf-8"), name)
    except UnicodeDecodeError:
        if b"\0" in data[:_SAMPLE]:
            raise Unreadable(f"{name} is not text: it has NUL bytes.", _REMEDY) from None
        return _text(_guess(data, name), name)


def _guess(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    sample = data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1 or _SAMPLE]
    best = from_bytes(sample).best()
    if best is not None:
        try:
            return data.decode(best.encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    raise Unreadable(f"{name} is not text in any encoding that could be told.", _REMEDY)


def _text(text: str, name: str) -> str:
    controls = _CONTROL.findall(text)
    if "\0" in controls or len(controls) > max(2, len(text) // 1000):  # a stray one is left by many a PDF converter
        first = controls[0] if "\0" not in controls else "\0"
        line = text.count("\n", 0, text.index(first)) + 1
        raise Unreadable(f"{name} is not text: control character U+{ord(first):04X} in line {line}.", _REMEDY)
    if not text.strip():
        raise Unreadable(f"{name} is empty.", "Give a file with the text of what was said.")
    return text
