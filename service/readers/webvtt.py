"""WebVTT captions, with voice tags (<v Name>) or names before the words."""

from __future__ import annotations

import re

from models.transcript import Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.cues import transcript_of_cues
from service.readers.parts.decoding import decode
from service.readers.parts.limits import ROWS, at_most

SUFFIXES: tuple[str, ...] = (".vtt", ".webvtt")

_ARROW = re.compile(r"-->|^\s*\d{1,3}:\d\d\S*\s+[-–—=]*>\s*\d")
_TIMING = re.compile(r"\s*(?:\d{2,10}:)?[0-5]\d:[0-5]\d\.\d{3}\s+-->\s+(?:\d{2,10}:)?[0-5]\d:[0-5]\d\.\d{3}(?:\s.*)?$")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3}(?:-\w+)*)\s*$", re.M)


def sniff(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"WEBVTT")


def read(source: Source, speaker: str | None = None) -> Transcript:
    import webvtt

    text = decode(source.data, source.name).replace("\r\n", "\n").replace("\r", "\n")
    at_most(source.name, text.count("-->"), ROWS, "cues")
    _check(text, source.name)
    captions = webvtt.from_string(text.lstrip())
    head = text.split("-->", 1)[0]
    language = _LANGUAGE.search(head)
    metadata = Metadata(language=language[1] if language else None)
    return transcript_of_cues((caption.raw_text for caption in captions.captions), metadata, speaker)


def _check(text: str, name: str) -> None:
    """Say which line is wrong: the library passes over cues that it cannot read."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not re.match(r"WEBVTT(?:[ \t]|$)", first):
        raise Unreadable(
            f"{name} is not WebVTT: line 1 is {first[:40]!r}.", "A WebVTT file starts with a line that says WEBVTT."
        )
    for number, line in enumerate(lines, start=1):
        if _ARROW.search(line) and not _TIMING.match(line):
            raise Unreadable(
                f"{name} has a bad timing in line {number}: {line.strip()[:60]!r}.",
                "Write it as 00:01:02.500 --> 00:01:05.000.",
            )
    if "-->" not in text:
        raise Unreadable(f"{name} has no cues.", "Each cue is a line of times and the words below it.")
