"""The command that shows how each two speakers stand to each other on each topic: map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from service.commands.terminal import as_json, note, opened, prepare, print_bytes, print_json, progress, writer

if TYPE_CHECKING:
    from service.positions.mapping import TopicMap


@click.command("map")
@click.option("--speaker", multiple=True, help="A side: id, name or surname. May be repeated.")
@click.option("--delegation", multiple=True, help="A side: all who speak for it. May be repeated.")
@click.option("--by", type=click.Choice(["speaker", "delegation"]), help="Who is a side of their own.")
@click.option("--query", "q", metavar="WORDS", help="Only topics in which all these words occur.")
@click.option("--since", metavar="DATE", help="Only what was said then or later.")
@click.option("--until", metavar="DATE", help="Only what was said then or earlier.")
@click.option("--document", metavar="ID", help="Only what stands in this document.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page of the topics.")
@click.option("--judge", is_flag=True, help="First judge all pairs of all pages, however long it takes.")
@click.option("--background", is_flag=True, help="With --judge: hand that in as a job, and show nothing yet.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@as_json
def topic_map(judge: bool, background: bool, as_csv: bool, as_json: bool, **asked: Any) -> None:
    """Show how each two speakers stand to each other on each topic."""
    from service.answers.map import map_answer, map_csv
    from service.budget import PAGE, Budget
    from service.schema.map import MapQuery

    if as_csv and as_json:
        raise click.UsageError("Give one of --csv and --json.")
    if background and not judge:
        raise click.UsageError("--background is for --judge: add --judge, or leave out --background.")
    query = MapQuery.model_construct(**{**asked, "speaker": [*asked["speaker"]], "delegation": [*asked["delegation"]]})
    with opened() as corpus:
        if background:
            from service.commands.jobs import handed_in

            handed_in(corpus, corpus.jobs.submit("judge", query.whole(), writer()), watch=False, as_json=as_json)
            return
        prepare(corpus)
        if judge:
            with progress("Judging") as bar:
                corpus.judge_map(**query.whole(), progress=bar)
        found = corpus.map(**query.asked(), budget=Budget(PAGE))
    if as_csv:
        print_bytes(map_csv(found, query))
    elif as_json:
        print_json(map_answer(found, query).model_dump())
    else:
        click.echo("\n".join(_lines(found)))
    if found.unjudged:
        from service.rendering.counting import count

        note(f"{count(found.unjudged, 'cell')} not judged yet: --judge judges all.")


def _lines(found: TopicMap) -> Iterator[str]:
    from service.answers.map import cell_note
    from service.rendering.counting import count

    if not found.pairs:
        yield "Nothing to set side by side: a map needs two speakers."
        return
    yield f"Page {found.page} of {found.pages}, {count(found.topics, 'topic')}"
    for row in found.rows:
        yield f"{row.name} ({count(row.statements, 'statement')})"
        for pair, cell in zip(found.pairs, row.cells, strict=True):
            names = " / ".join(side.who.name for side in pair)
            yield f"  {names}: {cell.standing} ({cell_note(pair, cell)})"
