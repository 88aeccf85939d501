"""Issue files: a list of issues as CSV, as JSON, or as plain text with an issue a line (see docs/issues.md)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from json import JSONDecodeError, JSONDecoder
from typing import Any

from models.issue import Issue
from service.errors import BadValue, TooLarge, Unreadable
from service.given import storable
from service.lookup import folded, nearest
from service.readers import Source
from service.readers.parts.decoding import decode

MOST = 500  # issues in a list
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2_000  # of a description, of an example
LIKE = 70  # rapidfuzz's score of 100 from which a column may have been meant: their names are short
FIELDS = tuple(field.name for field in fields(Issue))
_BETWEEN = re.compile(r"[\s,]*")

Entry = tuple[int, Mapping[str, Any]]  # the line that it begins in, and its fields


def read_issues(source: Source) -> tuple[Issue, ...]:
    """The issues of a list, in its order. Raises BadValue and Unreadable with the line, and TooLarge."""
    if not source.data.strip():
        raise Unreadable(f"{source.name} is empty.", "Write an issue a line, or clear the list if it is to go.")
    text = decode(source.data, source.name)
    issues: dict[str, tuple[int, Issue]] = {}
    for line, entry in _entries(text, source.name):
        issue = _issue(entry, line, source.name)
        first, _ = issues.setdefault(folded(issue.name), (line, issue))
        if first != line:
            raise BadValue(
                f"{source.name} names “{issue.name}” in line {first} and again in line {line}.",
                "Leave one of the two, or give them names that tell them apart. Nothing was stored.",
            )
        if len(issues) > MOST:
            raise TooLarge(f"{source.name} has more than {MOST} issues.", "Leave out those that matter least.")
    if not issues:
        raise Unreadable(f"{source.name} names no issue.", "Write one a line, or clear the list if it is to go.")
    return tuple(issue for _, issue in issues.values())


def as_csv(issues: Iterable[Issue]) -> str:
    """A list that reads back as these issues."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(FIELDS)
    rows.writerows([getattr(one, field) or "" for field in FIELDS] for one in issues)
    return written.getvalue()


def _entries(text: str, name: str) -> Iterator[Entry]:
    """By what the text looks like: a name in JSON would be in quotes, and a table has a head."""
    if text.lstrip().startswith(("[", "{")):
        return _of_json(text, name)
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    columns = [cell.strip().strip('"').casefold() for cell in head.split(delimiter)]
    if "name" in columns or (len(columns) > 1 and set(columns) & set(FIELDS)):
        return _of_csv(text, delimiter, name)
    return _of_lines(text)


def _of_lines(text: str) -> Iterator[Entry]:
    """A name a line, what it is about after a colon; "#" begins a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            issue, _, description = line.partition(": ")
            yield number, {"name": issue.removesuffix(":"), "description": description}


def _of_csv(text: str, delimiter: str, name: str) -> Iterator[Entry]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    try:
        line = 1
        for row in reader:
            if not any(cell.strip() for cell in row):
                pass
            elif not header:
                header = [cell.strip().casefold() for cell in row]
                if len(set(header)) < len(header):
                    raise Unreadable(f"{name} has a column twice in line {line}.", _columns_remedy())
                for column in header:
                    _known(column, line, name)
            elif len(row) != len(header):
                raise Unreadable(
                    f"{name} has {len(row)} cells in line {line}, but {len(header)} columns.",
                    f"Put double quotes around a cell that has {delimiter!r} in it. Nothing was stored.",
                )
            else:
                yield line, dict(zip(header, row, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            f"{name} is not CSV: {error} in line {reader.line_num}.",
            "Put double quotes around a cell that has quotes or line breaks in it. Nothing was stored.",
        ) from error


def _of_json(text: str, name: str) -> Iterator[Entry]:
    remedy = 'Write [{"name": "...", "description": "...", "example": "..."}]. Nothing was stored.'
    try:
        whole = json.loads(text)
    except JSONDecodeError as error:
        raise Unreadable(f"{name} is not JSON: {error.msg} in line {error.lineno}.", remedy) from error
    except RecursionError as error:
        raise Unreadable(f"{name} is nested too deeply.", remedy) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise Unreadable(f"{name} holds a number that is too long.", remedy) from error
    if not isinstance(whole, list):
        raise Unreadable(f"{name} is not a list in line 1.", remedy)
    decoder, at = JSONDecoder(), text.index("[") + 1
    for entry in whole:  # once more, one by one, for their places
        between = _BETWEEN.match(text, at)
        assert between is not None, "it matches nothing too"
        line = text.count("\n", 0, between.end()) + 1
        if not isinstance(entry, dict):
            raise Unreadable(f"{name} has something other than an object in line {line}.", remedy)
        yield line, entry
        _, at = decoder.raw_decode(text, between.end())


def _issue(entry: Mapping[str, Any], line: int, name: str) -> Issue:
    values: dict[str, str | None] = {}
    for field, value in entry.items():
        _known(field, line, name)
        if value is not None and not isinstance(value, str):
            raise BadValue(f"{name}: the {field} in line {line} is not text.", "Put it in quotes. Nothing was stored.")
        values[field] = " ".join(storable(f"{name}: the {field} in line {line}", value or "").split()) or None
        most = NAME_CHARACTERS if field == "name" else TEXT_CHARACTERS
        if len(values[field] or "") > most:
            raise BadValue(f"{name}: the {field} in line {line} is longer than {most:,} characters.", "Shorten it.")
    if not folded(values.get("name") or ""):
        raise BadValue(f"{name} has an issue without a name in line {line}.", "Give it one. Nothing was stored.")
    return Issue(**{"name": None, **values})  # type: ignore[arg-type]


def _known(column: str, line: int, name: str) -> None:
    """Raise BadValue for a column that there is not, with the one that was meant where there is such."""
    if column not in FIELDS:
        near = nearest(column, {one: one for one in FIELDS}, LIKE)
        raise BadValue(f"{name} has a column “{column}” in line {line}.", _columns_remedy(), near[:1])


def _columns_remedy(columns: Sequence[str] = FIELDS) -> str:
    return f"The columns are {', '.join(columns[:-1])} and {columns[-1]}; only name is needed. Nothing was stored."
