"""CSV or TSV with a column for the speaker and one for the words (see docs/formats.md)."""

from __future__ import annotations

import csv
import io
from itertools import islice

from models.transcript import FACTS, Kind, Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.canonical import Piece, transcript_of
from service.readers.parts.decoding import decode
from service.readers.parts.limits import COLUMNS, ROWS, at_most
from service.readers.parts.metadata import metadata_from

SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".tab")

_SPEAKER = ("speaker", "speaker_name", "speaker name", "name", "who", "voice", "label", "sprecher", "locuteur")
_TEXT = ("text", "utterance", "words", "transcript", "speech", "statement", "content", "sentence", "said")

csv.field_size_limit(2**31 - 1)  # set once, for it is the whole process's: a file's own would fail other threads' files

_REMEDY = "The first line names the columns; one is called speaker and one text."


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name)
    delimiter = _delimiter(text, source.name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        at_most(source.name, len(header), COLUMNS, "columns")
        said, who = _column(header, _TEXT), _column(header, _SPEAKER)
        if said is None:
            raise Unreadable(
                f"{source.name} has no column for the words; it has {', '.join(header) or 'none'}.", _REMEDY
            )
        if who is None and speaker is None:
            raise Unreadable(f"{source.name} has no column for the speaker; it has {', '.join(header)}.", _REMEDY)
        rows = [(reader.line_num, row) for row in islice(reader, ROWS + 1) if any(cell.strip() for cell in row)]
        at_most(source.name, len(rows), ROWS, "rows or more")
    except csv.Error as error:
        raise Unreadable(
            f"{source.name} is not CSV: {error} in line {reader.line_num}.",
            "Put double quotes around a cell that has quotes, delimiters or line breaks in it, and double its quotes.",
        ) from error
    for line, row in rows:
        if len(row) != len(header):
            raise Unreadable(
                f"{source.name} has {len(row)} cells in line {line}, but {len(header)} columns.",
                f"Put double quotes around a cell that has {delimiter!r} in it.",
            )
    kinds = _column(header, ("kind",))
    pieces = [_piece(row, line, said, who, kinds, source.name) for line, row in rows]
    if not any(piece.words.strip() for piece in pieces):
        raise Unreadable(f"{source.name} has no words below its first line.", _REMEDY)
    return transcript_of(pieces, _metadata(header, [row for _, row in rows], source.name), speaker)


def _delimiter(text: str, name: str) -> str:
    """The delimiter that splits the first line into the most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    best = max(",;\t|", key=first.count)
    if not first.count(best):
        raise Unreadable(f"{name} has one column only; line 1 is {first[:60]!r}.", _REMEDY)
    return best


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _piece(row: list[str], line: int, said: int, who: int | None, kinds: int | None, name: str) -> Piece:
    kind = row[kinds].strip().casefold() if kinds is not None else ""
    if kind and kind not in list(Kind):
        raise Unreadable(f"{name} says kind {kind!r} in line {line}.", f"It is one of {', '.join(Kind)}, or empty.")
    label = row[who].strip() if who is not None else ""
    return Piece(label or None, row[said], Kind(kind) if kind else None)


def _metadata(header: list[str], rows: list[list[str]], name: str) -> Metadata:
    """What all rows agree on; a column that changes from row to row says nothing of the whole document."""
    facts: dict[str, object] = {}
    for fact in FACTS:
        if fact in header:
            values = {row[header.index(fact)].strip() for row in rows} - {""}
            if len(values) == 1:
                facts[fact] = values.pop()
    return metadata_from(facts, name)
