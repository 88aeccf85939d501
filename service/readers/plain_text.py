"""Plain text with speaker labels: .txt, .said, pasted text and whatever has no format of its own."""

from __future__ import annotations

from models.transcript import Transcript
from service.readers import Source
from service.readers.parts.decoding import decode
from service.readers.parts.page import hard_wrapped
from service.readers.parts.turns import turns

SUFFIXES: tuple[str, ...] = (".txt", ".text", ".said", ".log", ".asc")


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name)
    return Transcript(text, turns(text, speaker=speaker), hard_wrapped=hard_wrapped(text))
