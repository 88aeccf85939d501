"""Table: a section of the evaluation as the command line prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.evaluation.figures import Row, Section
    from models.evaluation.intervals import Estimate

HEADS = {"set": 23, "measure": 53, "n": 5, "in": 4}
JUDGE = 25  # characters of a judge's column
NONE = "–"


def printed(section: Section) -> Iterator[str]:
    yield section.name
    if section.rows:
        yield _line((*HEADS, *section.judges, "reach"))
    for row in section.rows:
        yield _line((*_figures(row, section.judges), _reach(row)))
    for note in section.notes:
        yield f"  {note}"


def _line(cells: Iterable[str]) -> str:
    widths = chain(HEADS.values(), repeat(JUDGE))
    return "  " + " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)).rstrip()


def _figures(row: Row, judges: Iterable[str]) -> tuple[str, ...]:
    clusters = NONE if row.clusters is None else str(row.clusters)
    return (row.set, row.measure, str(row.n), clusters, *(_estimate(row.estimates.get(judge)) for judge in judges))


def _estimate(found: Estimate | None) -> str:
    if found is None or found.value != found.value:  # nan: undefined
        return NONE
    return f"{found.value:.3f}{_interval(found)}"


def _interval(found: Estimate) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({found.low:.3f}{'-' if found.low >= 0 else ' to '}{found.high:.3f})"


def _reach(row: Row) -> str:
    if row.reach is None:
        return ""
    bound = f"{'at most' if row.reach.at_most else 'at least'} {row.reach.bound:.2f}"
    return f"{bound}: {'yes' if row.met else 'no'}"
