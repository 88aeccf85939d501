"""The command that follows one speaker on a topic: over-time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from service.commands.terminal import as_json, opened, prepare, print_json

if TYPE_CHECKING:
    from models.quote import Quote
    from service.positions.history import OverTime

WIDTH = 100


@click.command("over-time")
@click.option("--speaker", required=True, help="Whom to follow: id, name or surname.")
@click.option("--topic", help="A topic's id or name, or any text; without it, the topics to choose from.")
@click.option("--since", metavar="DATE", help="Only what was said then or later.")
@click.option("--until", metavar="DATE", help="Only what was said then or earlier.")
@as_json
def over_time(speaker: str, topic: str | None, since: str | None, until: str | None, as_json: bool) -> None:
    """Show what a speaker said on a topic, date by date: what is new, said again and not said again."""
    with opened() as corpus:
        prepare(corpus)
        found = corpus.over_time(speaker, topic, since, until)
    if as_json:
        from service.answers.corpus import over_time_answer

        print_json(over_time_answer(found).model_dump())
        return
    click.echo("\n".join(_lines(found) if found.topic else _topics(found)))


def _topics(found: OverTime) -> Iterator[str]:
    from service.rendering.counting import count

    yield f"{found.speaker.name}: choose one with --topic"
    for one in found.topics:
        yield f"{one.id}\n  {one.name}: {count(one.dates, 'date')}, {count(one.statements, 'statement')}"


def _lines(found: OverTime) -> Iterator[str]:
    from service.rendering.counting import count
    from service.web.timeline import stops

    assert found.topic is not None, "there are no steps without one"
    yield f"{found.topic.name}: {found.speaker.name} over time"
    for stop in stops(found.course.steps):
        yield ""
        yield stop.heading.upper()
        yield stop.tally
        for entry in stop.entries:
            yield ""
            yield from _quoted(entry.quote)
            yield from (f"  {mark.words}" for mark in entry.marks)
    if found.course.undated:
        yield ""
        yield f"WITHOUT A DATE: {count(len(found.course.undated), 'statement')}"
        for quote in found.course.undated:
            yield ""
            yield from _quoted(quote)
    if not found.course.steps and not found.course.undated:
        yield "Nothing was found on this topic within these limits."


def _quoted(quote: Quote) -> Iterator[str]:
    from service.rendering.wording import quote_provenance, rendered, where

    yield from textwrap.wrap(f"“{rendered(quote.text)}”", WIDTH)
    yield from (f"  {mark}" for mark in quote_provenance(quote))
    yield "  " + ", ".join(filter(None, (where(quote), quote.id)))
