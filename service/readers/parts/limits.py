"""Limits: how much of anything a file may hold, and what reading it may take. docs/formats.md says them."""

from __future__ import annotations

from service.errors import TooLarge

MIB = 1024 * 1024

TURNS = 50_000  # utterances of a transcript
VOICES = 500  # different labels
LABELS = 20_000  # different words that may be labels, of which most are found to be none
ROWS = 300_000  # of a table, entries of a list, cues
COLUMNS = 200
DEPTH = 200  # brackets or elements within each other
ELEMENTS = 500_000  # of a page
PAGES = 2_000
MEMBERS = 2_000  # files in a zip
UNPACKED = 200 * MIB  # all of them together
HEADER = 64 * 1024  # characters above a Markdown text

FILES, BYTES = 200, 64 * MIB  # that one process reads before another takes its place


def seconds(size: int) -> int:
    """Of the processor, that a file of so many bytes may take."""
    return 40 + size // MIB


def patience(size: int) -> int:
    """Seconds by the clock: the processor is others' too."""
    return 3 * seconds(size)


def memory(size: int) -> int:
    """Bytes of address space in which a file of so many bytes is read."""
    return 768 * MIB + 24 * size


def at_most(name: str, number: int, most: int, what: str) -> None:
    """Raise TooLarge where a file has more of something than is taken."""
    if number > most:
        raise TooLarge(
            f"{name} has {number:,} {what}; at most {most:,} are taken.", "Split it, one event a file, and add those."
        )
