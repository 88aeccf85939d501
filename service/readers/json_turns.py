"""JSON with who said what: an object with "utterances", or a list of them (see docs/formats.md)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from models.transcript import Kind, Mark, Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.canonical import Piece, transcript_of
from service.readers.parts.decoding import decode
from service.readers.parts.limits import ROWS, at_most
from service.readers.parts.metadata import metadata_from

SUFFIXES: tuple[str, ...] = (".json",)

_LISTS = ("utterances", "turns", "segments")
_SCHEMA = 'Write {"utterances": [{"speaker": "Name", "text": "what was said"}]}; docs/formats.md has all of it.'


def sniff(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] in (b"{", b"[") and b'"' in head and b":" in head and b'"text"' in data


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name)
    try:
        content = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{source.name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            "Correct that line, or export the file again.",
        ) from error
    except RecursionError as error:
        raise Unreadable(f"{source.name} is nested too deeply.", _SCHEMA) from error
    except _Twice as error:
        raise Unreadable(f"{source.name} has the key {error.args[0]!r} twice in one object.", _SCHEMA) from error
    entries, path = _entries(content, source.name)
    at_most(source.name, len(entries), ROWS, "entries")
    fields = content if isinstance(content, dict) else {}
    pieces = [_piece(entry, f"{path}[{i}]", source.name, speaker) for i, entry in enumerate(entries)]
    if not any(piece.words.strip() for piece in pieces):
        raise Unreadable(f"{source.name} has no words: {path} is empty.", _SCHEMA)
    return transcript_of(pieces, metadata_from(fields, source.name) if fields else Metadata(), speaker)


class _Twice(Exception):
    """A key that comes again: one of the two would be lost."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)[:60])
    return found


def _entries(content: Any, name: str) -> tuple[list[Any], str]:
    if isinstance(content, list):
        return content, "$"
    if isinstance(content, dict):
        for key in _LISTS:
            if key in content:
                if not isinstance(content[key], list):
                    raise Unreadable(f"{name}: $.{key} is not a list.", _SCHEMA)
                return content[key], f"$.{key}"
    raise Unreadable(f'{name} has no list "utterances".', _SCHEMA)


def _piece(entry: Any, path: str, name: str, speaker: str | None) -> Piece:
    if not isinstance(entry, dict):
        raise Unreadable(f"{name}: {path} is not an object.", _SCHEMA)
    words = entry.get("text")
    if not isinstance(words, str):
        raise Unreadable(f"{name}: {path}.text is {'missing' if words is None else 'not text'}.", _SCHEMA)
    label = entry.get("speaker")
    if label is not None and not isinstance(label, str):
        raise Unreadable(f"{name}: {path}.speaker is not text.", _SCHEMA)
    if speaker is None and "speaker" not in entry and words.strip():
        raise Unreadable(
            f"{name}: {path}.speaker is missing.",
            'Say who speaks in each utterance, "speaker": null for what is nobody\'s;'
            " or name the one speaker of it all.",
        )
    kind, marks = entry.get("kind"), entry.get("marks") or []
    if kind is not None and kind not in list(Kind):
        raise Unreadable(f"{name}: {path}.kind is {kind!r}.", f"It is one of {', '.join(Kind)}.")
    if not isinstance(marks, list) or not all(mark in list(Mark) for mark in marks):
        raise Unreadable(f"{name}: {path}.marks is {marks!r}.", f"It is a list of {', '.join(Mark)}.")
    return Piece((label or "").strip() or None, words, Kind(kind) if kind else None, tuple(Mark(m) for m in marks))
