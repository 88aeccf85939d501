"""Encodings: those of text that a page or a server may name: what browsers know (WHATWG), as far as Python does.

Python's codecs are more: hex, ZIP, ROT13, and one (punycode) whose time grows with the square of the length.
"""

from __future__ import annotations

import codecs

_WIDE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_EUROPEAN = (
    "ascii",
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    *(f"cp{page}" for page in (866, 874, *range(1250, 1259))),
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
)
_ASIAN = (
    *("gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932"),
    *("euc_kr", "cp949"),
)
KNOWN = frozenset((*_WIDE, *_EUROPEAN, *_ASIAN))  # as Python names them


def encoding(named: str) -> str | None:
    """Python's name of an encoding of text; None for what is none."""
    try:
        found = codecs.lookup(named).name
    except (LookupError, ValueError):
        return None
    return found if found in KNOWN else None
