"""Spreadsheet: rows as CSV that a spreadsheet reads in the right encoding and runs no formula of.

A spreadsheet runs a cell that begins with = + - or @ as a formula. A text cell that begins with one of these, with a
tab, a line break or an apostrophe is therefore written with one apostrophe before it, and no other cell is: whoever
takes one leading apostrophe off every text cell that has one holds the stored characters exactly. A byte order mark
stands first, because without it spreadsheets read the file in the wrong encoding.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    for row in rows:
        writer.writerow(_guarded(value) if isinstance(value, str) else value for value in row)
    return file.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "'")) else cell
