"""Charting: the map as a page: where each mark of its drawing stands, and where each cell and filter leads."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import render_template

from models.standing import Cell, Standing
from service.answers.map import cell_note, comparison_address
from service.budget import PAGE
from service.corpus import Corpus
from service.positions.mapping import MOST_SIDES, MapSide, TopicMap
from service.rendering.terms import term
from service.schema.map import MapQuery
from service.sides import delegations
from service.translation import gettext
from service.web.jobs.forms import SIDES

NAMES, HEAD = 206, 46  # pixels for the names of topics, and for the sides above
WIDTH, HEIGHT = 150, 30  # of a cell
TOPIC_LETTERS, SIDE_LETTERS = 26, 19  # that fit there


@dataclass(frozen=True, slots=True)
class Head:
    """A column's two sides, shortened to fit."""

    x: int
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell as it is drawn: a shape, a word and, on pointing at it, the whole of it in words."""

    x: int
    shape: str
    word: str
    whole: str


@dataclass(frozen=True, slots=True)
class Line:
    """A topic as it is drawn."""

    y: int
    name: str
    whole: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    tally: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of the table under the drawing."""

    standing: str
    shape: str
    note: str
    address: str


def page(corpus: Corpus, query: MapQuery, found: TopicMap) -> str:
    speakers = corpus.speakers()
    whole = parse_qsl(urlsplit(query.address(page=1, format=None)).query)
    table = [
        (
            row,
            [
                (pair, TableCell(cell.standing, shape(cell), cell_note(pair, cell), address))
                for pair, cell in zip(found.pairs, row.cells, strict=True)
                for address in (comparison_address(query, row, pair, cell),)
            ],
        )
        for row in found.rows
    ]
    return render_template(
        "map.html",
        found=found,
        chart=chart(found),
        table=table,
        query=query,
        shown={side.who.id for side in found.sides},
        speakers=speakers,
        delegations=[side.who for side in delegations([row.speaker for row in speakers])],
        documents=corpus.documents(),
        narrowed=any((query.since, query.until, query.document, query.q, query.speaker, query.delegation, query.by)),
        earlier=query.address(page=found.page - 1) if found.page > 1 else None,
        later=query.address(page=found.page + 1) if found.page < found.pages else None,
        here=query.address(),
        whole=[(SIDES if name == "by" else name, value) for name, value in whole],
        formats=[("JSON", query.address(format="json")), ("CSV", query.address(format="csv"))],
        budget=PAGE,
        most=MOST_SIDES,
    )


def chart(found: TopicMap) -> Chart:
    columns = [(NAMES + at * WIDTH, pair) for at, pair in enumerate(found.pairs)]
    return Chart(
        NAMES + len(columns) * WIDTH,
        HEAD + len(found.rows) * HEIGHT,
        tuple(Head(x, *(_short(side.who.name, SIDE_LETTERS) for side in pair)) for x, pair in columns),
        tuple(
            Line(
                HEAD + at * HEIGHT,
                _short(row.name, TOPIC_LETTERS),
                row.name,
                tuple(
                    Mark(x, shape(cell), _word(cell), _whole(row.name, pair, cell))
                    for (x, pair), cell in zip(columns, row.cells, strict=True)
                ),
            )
            for at, row in enumerate(found.rows)
        ),
        _tally(found),
    )


def shape(cell: Cell) -> str:
    """The name of a standing's shape."""
    return cell.standing.replace(" ", "-")


def _word(cell: Cell) -> str:
    numbers = {Standing.OPPOSED: cell.opposing, Standing.AGREED: cell.agreeing}
    word = term(cell.standing)
    return f"{word} {numbers[cell.standing]}" if cell.standing in numbers else word


def _whole(topic: str, pair: tuple[MapSide, MapSide], cell: Cell) -> str:
    return gettext(
        "%(topic)s: %(first)s and %(second)s %(standing)s (%(note)s)",
        topic=topic,
        first=pair[0].who.name,
        second=pair[1].who.name,
        standing=term(cell.standing),
        note=cell_note(pair, cell),
    )


def _tally(found: TopicMap) -> str:
    """'2 opposed, 1 agreed, 3 past each other, 4 silent, 0 unjudged' of the cells drawn."""
    counts = [cell.standing for row in found.rows for cell in row.cells]
    return ", ".join(f"{counts.count(each)} {term(each)}" for each in Standing)


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
