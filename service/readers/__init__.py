"""Reading a file as a transcript: one module of this folder a format, each with `SUFFIXES` and `read`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Protocol, cast

from models.transcript import Transcript
from service.config import MAX_BYTES
from service.errors import CounterposeError, TooLarge, Unreadable
from service.given import file_name


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was handed over: its name (the last part of it, as `file_name` leaves it) and its bytes."""

    name: str
    data: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", file_name(self.name))

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix.lower()


class Reader(Protocol):
    """What each module of this folder offers."""

    SUFFIXES: tuple[str, ...]

    def read(self, source: Source, speaker: str | None = None) -> Transcript: ...


@cache
def readers() -> Mapping[str, Reader]:
    """Every format by its name, which is its module's; a new file in this folder is a new format."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return {name: cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names}


def format_of(source: Source) -> str:
    """The name of the format that takes this file: by suffix, else by what its first bytes say, else plain text."""
    for name, reader in readers().items():
        if source.suffix in reader.SUFFIXES:
            return name
    for name, reader in readers().items():
        sniff = getattr(reader, "sniff", None)
        if sniff is not None and sniff(source.data):
            return name
    return "plain_text"


def read(source: Source, speaker: str | None = None, max_bytes: int = MAX_BYTES) -> Transcript:
    """The transcript in a file; `speaker` gives a text without labels to one speaker.

    Raises TooLarge, Unreadable or NoSpeakers, each with a remedy, and nothing else but MemoryError.
    Time and memory are limited where a process of its own does it (apart/pool.py).
    """
    from service.readers.parts.limits import TURNS, VOICES, at_most
    from service.readers.parts.magic import unlike

    demand_size(source, max_bytes)
    name = format_of(source)
    if (what := unlike(source.data, name)) is not None:
        raise Unreadable(
            f"{source.name} is {what} by its first bytes, and cannot be read as {name.replace('_', ' ')}.",
            "Give it the suffix of what it is, or save it as plain text.",
        )
    try:
        transcript = readers()[name].read(source, speaker)
        at_most(source.name, len(transcript.utterances), TURNS, "turns")
        at_most(source.name, len({one.label for one in transcript.utterances}), VOICES, "different labels")
    except (CounterposeError, MemoryError):
        raise
    except Exception as error:  # the edge to the parsing libraries: whatever one raises is about this file
        raise Unreadable(
            f"{source.name} cannot be read as {name.replace('_', ' ')}: {str(error) or type(error).__name__}.",
            "Check that the file opens in the program that made it, or save it as plain text.",
        ) from error
    return transcript


def demand_size(source: Source, max_bytes: int) -> None:
    """Raise TooLarge or, for a file of nothing, Unreadable."""
    if len(source.data) > max_bytes:
        raise TooLarge(
            f"{source.name} has {len(source.data):,} bytes; at most {max_bytes:,} are taken.",
            "Split it, one event a file.",
        )
    if not source.data.strip(b" \t\r\n\0"):
        raise Unreadable(f"{source.name} is empty.", "Give a file with the text of what was said.")


def left_out(transcript: Transcript) -> tuple[str, ...]:
    """What of a transcript belongs to nobody, piece by piece in order: banners, headings, time lines, footers."""
    from service.readers.markdown import body_start
    from service.readers.parts.turns import gaps

    found = gaps(transcript.text, transcript.utterances, body_start(transcript.text))
    return tuple(words for before in found for words in before)
