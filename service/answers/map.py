"""Mapped: a map in words, as JSON and as CSV, the same from the web and from the command line."""

from __future__ import annotations

from collections.abc import Iterator

from models.comparison import Searched
from models.standing import Cell, Standing
from service.positions.mapping import MapRow, MapSide, TopicMap
from service.rendering.counting import count
from service.rendering.spreadsheet import table
from service.schema.compare import CompareQuery, SearchedAnswer, SearchedSides
from service.schema.map import MapAnswer, MapCell, MapQuery, MapSideAnswer, MapTopic
from service.translation import gettext

_HEADER = (
    *("topic", "topic_name", "first", "first_name", "second", "second_name", "standing", "opposing", "agreeing"),
    *("first_statements", "first_words", "second_statements", "second_words", "comparison"),
)


def comparison_address(query: MapQuery, row: MapRow, pair: tuple[MapSide, MapSide], cell: Cell) -> str:
    """Where the pairs that a cell counts are shown: all of them."""
    held = query.model_dump(include={"since", "until", "document"})
    limit = min(max(cell.opposing or 0, cell.agreeing or 0, 10), 100)
    return CompareQuery(first=pair[0].who.id, second=pair[1].who.id, topic=row.id, limit=limit, **held).address()


def cell_note(pair: tuple[MapSide, MapSide], cell: Cell) -> str:
    """What stands behind a cell's standing: counts of pairs, or how much was searched."""
    if cell.standing is Standing.SILENT:
        sides = zip(pair, (cell.first, cell.second), strict=True)
        return "; ".join(
            gettext(
                "none of %(name)s’s %(statements)s, %(words)s",
                name=side.who.name,
                statements=count(side.searched.statements, "statement"),
                words=count(side.searched.words, "word"),
            )
            for side, said in sides
            if not said.statements
        )
    if cell.standing in (Standing.OPPOSED, Standing.AGREED):
        return gettext("%(opposing)s opposing, %(agreeing)s agreeing", opposing=cell.opposing, agreeing=cell.agreeing)
    return gettext(
        "%(first)s and %(second)s", first=cell.first.statements, second=count(cell.second.statements, "statement")
    )


def map_answer(found: TopicMap, query: MapQuery) -> MapAnswer:
    topics = []
    for row in found.rows:
        cells = [
            MapCell(
                first=pair[0].who.id,
                second=pair[1].who.id,
                standing=cell.standing.value,
                opposing=cell.opposing,
                agreeing=cell.agreeing,
                searched=SearchedSides(first=_searched(cell.first), second=_searched(cell.second)),
                comparison=comparison_address(query, row, pair, cell),
            )
            for pair, cell in zip(found.pairs, row.cells, strict=True)
        ]
        topics.append(MapTopic(id=row.id, name=row.name, statements=row.statements, cells=cells))
    return MapAnswer(
        by="delegation" if found.by_delegation else "speaker",
        sides=[MapSideAnswer(id=s.who.id, name=s.who.name, searched=_searched(s.searched)) for s in found.sides],
        topics=topics,
        page=found.page,
        pages=found.pages,
        total=found.topics,
        unjudged=found.unjudged,
        made_with=found.made_with,
    )


def map_csv(found: TopicMap, query: MapQuery) -> bytes:
    """One row a cell."""
    return table(_HEADER, _rows(map_answer(found, query)))


def _rows(answer: MapAnswer) -> Iterator[tuple[str | int | None, ...]]:
    names = {side.id: side.name for side in answer.sides}
    for topic in answer.topics:
        for cell in topic.cells:
            first, second = cell.searched.first, cell.searched.second
            yield (
                *(topic.id, topic.name, cell.first, names[cell.first], cell.second, names[cell.second]),
                *(cell.standing, cell.opposing, cell.agreeing),
                *(first.statements, first.words, second.statements, second.words, cell.comparison),
            )


def _searched(side: Searched) -> SearchedAnswer:
    return SearchedAnswer(statements=side.statements, words=side.words)
