"""Rival screens: the page that sets two records of one event beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template

from models.rival import Match, Passage, Row
from service.documents.rivals import Beside
from service.rendering.wording import rendered


def page(found: Beside) -> str:
    return render_template(
        "rivals.html", found=found, counts=found.counts, runs=tuple(_runs(found.rows)), pieces=_pieces
    )


def _runs(rows: tuple[Row, ...]) -> Iterator[tuple[int, Row | None]]:
    """The rows in their order; those that are the same in both as a number of them and no row."""
    run = 0
    for row in rows:
        if row.match is Match.SAME and not row.of_two_voices:
            run += 1
            continue
        if run:
            yield run, None
            run = 0
        yield 1, row
    if run:
        yield run, None


def _pieces(passage: Passage, marks: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, bool]]:
    """A passage's words, and whether the other record has them otherwise."""
    at = 0
    for start, end in marks:
        yield rendered(passage.text[at:start]), False
        yield rendered(passage.text[start:end]), True
        at = end
    yield rendered(passage.text[at:]), False
