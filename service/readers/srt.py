"""SubRip captions (.srt), with names before the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.transcript import Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.cues import transcript_of_cues
from service.readers.parts.decoding import decode
from service.readers.parts.limits import ROWS, at_most

SUFFIXES: tuple[str, ...] = (".srt",)

_TIMING = re.compile(r"\s*\d{1,3}:[0-5]\d:[0-5]\d[,.]\d{1,3}\s*-->\s*\d{1,3}:[0-5]\d:[0-5]\d[,.]\d{1,3}(?:\s.*)?$")


def sniff(data: bytes) -> bool:
    return re.match(rb"\s*(?:\xef\xbb\xbf)?\s*\d+\s*\r?\n\s*\d+:\d\d:\d\d[,.]\d+\s*-->", data[:200]) is not None


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name).replace("\r\n", "\n").replace("\r", "\n")
    at_most(source.name, text.count("-->"), ROWS, "cues")
    return transcript_of_cues(list(_cues(text, source.name)), Metadata(), speaker)


def _cues(text: str, name: str) -> Iterator[str]:
    """The words of each cue. (webvtt-py reads SRT too, but skips a cue that it cannot read, and says nothing.)"""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        number = at
        if lines[at].strip().isdigit() and at + 1 < len(lines):
            at += 1
        if not _TIMING.match(lines[at]):
            raise Unreadable(
                f"{name} has no timing where one is due, in line {at + 1}: {lines[at].strip()[:60]!r}.",
                "A cue is its number, a line such as 00:01:02,500 --> 00:01:05,000, the words, and a blank line.",
            )
        at += 1
        words = []
        while at < len(lines) and lines[at].strip():
            if "-->" in lines[at]:
                raise Unreadable(
                    f"{name} has a second timing in the cue of line {number + 1}, in line {at + 1}.",
                    "Put a blank line between cues.",
                )
            words.append(lines[at])
            at += 1
        yield "\n".join(words)
