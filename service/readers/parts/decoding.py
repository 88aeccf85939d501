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
_SIGNS = frozenset("\xa0“”„‘’‚«»‹›–—…•·°§©®™€£¡¿ªº×†‡\xad")
_ALPHABETS = (
    "",
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßé",  # German
    "áéíñóúüïç",  # Spanish
    "áâãàçéêíóôõúü",  # Portuguese
    "àèéìíòóùú",  # Italian
    "åäöæøéèüáàóôê",  # Danish, Norwegian, Swedish, Finnish
    "áðéíóúýþæö",  # Icelandic
    "ëïéèüöáíóú",  # Dutch
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Bosnian, Croatian, Serbian, Slovene
    "ăâîșțşţ",  # Romanian
    "çğıöşüâîûi\u0307",  # Turkish
    "äöõüšž",  # Estonian
    "āčēģīķļņšūž",  # Latvian
    "ąčęėįšųūž",  # Lithuanian
)


def decode(data: bytes, name: str) -> str:
    """The text of a file, byte order mark dropped, newlines as they are."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _text(data[len(bom) :].decode(encoding), name)
            except UnicodeDecodeError as error:
                raise Unreadable(f"{name} starts as {encoding} but is not: {error.reason}.", _REMEDY) from error
    if (half := _wide(data)) is not None:
        raise Unreadable(f"{name} looks like {half} without a byte order mark.", _REMEDY)
    try:
        return _text(data.decode("utf-8"), name)
    except UnicodeDecodeError:
        if b"\0" in data[:_SAMPLE]:
            raise Unreadable(f"{name} is not text: it has NUL bytes.", _REMEDY) from None
        return _text(_guess(data, name), name)


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of a text in Latin letters is NUL."""
    head = data[:1000]
    for first, encoding in ((1, "UTF-16 (little-endian)"), (0, "UTF-16 (big-endian)")):
        nul, letters = head[first::2], head[1 - first :: 2]
        if len(nul) > 3 and nul.count(0) > 0.7 * len(nul) and letters.count(0) < 0.1 * len(letters):
            return encoding
    return None


def _guess(data: bytes, name: str) -> str:
    """The text in the one encoding that makes sense of it; Unreadable where none does, or several do differently."""
    letters = sum(byte < 128 for byte in data) / len(data)
    found = _latin(data) if letters > 0.8 else _other(data)
    if len(found) == 1:
        return found.pop()
    many = "several encodings make different sense of it" if found else "no encoding makes sense of it"
    raise Unreadable(f"{name} is not UTF-8, and {many}.", _REMEDY)


def _latin(data: bytes) -> set[str]:
    """The readings in which all letters beyond ASCII belong to the alphabet of one language.

    charset-normalizer's measures tie on a page of French or Czech, and on English with one curly quote.
    """
    readings = set()
    for encoding in ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = {low for c in set(text) if ord(c) > 127 for low in c.lower() if ord(low) > 127} - _SIGNS
        if any(foreign <= set(alphabet) for alphabet in _ALPHABETS):
            readings.add(text)
    return readings


def _other(data: bytes) -> set[str]:
    """What charset-normalizer finds, with whatever it finds nearly as likely and reads differently."""
    from charset_normalizer import from_bytes

    sample = data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1 or _SAMPLE]
    matches = [match for match in from_bytes(sample) if match.chaos < 0.1]
    readings = set()
    for match in matches:
        if match.chaos - matches[0].chaos < 0.02 and matches[0].coherence - match.coherence < 0.05:
            try:
                readings.add(data.decode(match.encoding))
            except (UnicodeDecodeError, LookupError):
                continue
    return readings


def _text(text: str, name: str) -> str:
    controls = _CONTROL.findall(text)
    if "\0" in controls or len(controls) > max(2, len(text) // 1000):  # a stray one is left by many a PDF converter
        first = controls[0] if "\0" not in controls else "\0"
        line = text.count("\n", 0, text.index(first)) + 1
        raise Unreadable(f"{name} is not text: control character U+{ord(first):04X} in line {line}.", _REMEDY)
    if not text.strip():
        raise Unreadable(f"{name} is empty.", "Give a file with the text of what was said.")
    return text
