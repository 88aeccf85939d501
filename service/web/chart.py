"""Chart: how many statements of each date are new, said again and no longer said, as bars to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.change import Step
from service.translation import gettext

WIDTH, AXIS = 320, 130  # in units of the drawing: its width, and where bars begin that grow to the left and right
ROW, BAR, TOP = 40, 14, 14
WIDEST = 16.0  # units that a statement is drawn with at most


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a row; `kind` is its pattern."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A date: its name and numbers at height `y`, `spoken` to those who do not see them, and its bars `below`."""

    label: str
    counts: str
    spoken: str
    y: int
    below: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Right of the axis stands what was said, left of it what was said on the date before and not again."""

    width: int
    height: int
    axis: int
    bar: int
    rows: tuple[ChartRow, ...]


def chart(steps: Sequence[Step], labels: Sequence[str]) -> Chart:
    """The chart of a course; `labels` name its steps."""
    most_said = max(len(step.quotes) for step in steps)
    most_dropped = max(len(step.dropped) for step in steps)
    scale = min(WIDEST, (WIDTH - AXIS) / most_said, AXIS / max(most_dropped, 1))
    rows = []
    for at, (step, label) in enumerate(zip(steps, labels, strict=True)):
        counts, spoken, bars = _first(step, scale) if not at else _row(step, scale)
        y = TOP + at * ROW
        rows.append(ChartRow(label, counts, spoken, y, y + 6, tuple(bar for bar in bars if bar.width)))
    return Chart(WIDTH, TOP + len(steps) * ROW, AXIS, BAR, tuple(rows))


def _first(step: Step, scale: float) -> tuple[str, str, tuple[Bar, ...]]:
    said = len(step.quotes)
    return f"{said}", gettext("%(number)s said", number=said), (Bar("first", AXIS, round(said * scale, 1)),)


def _row(step: Step, scale: float) -> tuple[str, str, tuple[Bar, ...]]:
    dropped, again, perhaps, new = (len(some) for some in (step.dropped, step.again, step.perhaps, step.new))
    bars = [Bar("gone", AXIS - round(dropped * scale, 1), round(dropped * scale, 1))]
    x = float(AXIS)
    for kind, number in (("again", again), ("perhaps", perhaps), ("new", new)):
        bars.append(Bar(kind, round(x, 1), round(number * scale, 1)))
        x += number * scale
    spoken = gettext(
        "%(dropped)s not said again, %(again)s said again, %(perhaps)s perhaps said again, %(new)s new",
        dropped=dropped,
        again=again,
        perhaps=perhaps,
        new=new,
    )
    return f"−{dropped} ={again} ≈{perhaps} +{new}", spoken, tuple(bars)
