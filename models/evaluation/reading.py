"""Reading: the rows of a measured set, and what is said where the set is absent or has another form."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MAX_FIELD = 10**9  # characters of a CSV field; the csv module's own limit is shorter than some paragraphs


class UnusableSet(Exception):
    """A set is absent or has not the form that its protocol reads; the message is the reason to print."""


def table(path: Path, columns: tuple[str, ...], **dialect: Any) -> list[dict[str, str]]:
    """The rows of a CSV file with a header. Raises UnusableSet where it or one of `columns` is missing."""
    with _parsed(path) as file:
        rows = csv.DictReader(file, **dialect)
        if missing := [name for name in columns if name not in (rows.fieldnames or ())]:
            raise UnusableSet(f"{path} has no column {', '.join(missing)}")
        return list(rows)


def lines(path: Path) -> list[list[str]]:
    """The rows of a tab-separated file, without its header."""
    with _parsed(path) as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


@contextmanager
def _parsed(path: Path) -> Iterator[IO[str]]:
    """A file for the csv module, whose errors and those of the encoding become ours."""
    csv.field_size_limit(MAX_FIELD)
    try:
        with _present(path).open(encoding="utf-8-sig", newline="") as file:
            yield file
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnusableSet(f"{path} cannot be read: {error}") from error


def document(path: Path) -> Any:
    """What a JSON file holds. Raises UnusableSet where it is missing or no JSON."""
    try:
        return json.loads(_present(path).read_text("utf-8"))
    except ValueError as error:
        raise UnusableSet(f"{path} is no JSON: {error}") from error


def objects(path: Path) -> Iterator[Any]:
    """The objects of a gzipped file that holds one in JSON a line."""
    try:
        with gzip.open(_present(path), "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise UnusableSet(f"{path} cannot be read: {error}") from error


def _present(path: Path) -> Path:
    if not path.is_file():
        raise UnusableSet(f"{path} is not there")
    return path
