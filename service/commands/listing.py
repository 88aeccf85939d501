"""Commands that show what is there: topics, speakers, documents, text."""

from __future__ import annotations

import click

from service.commands.terminal import as_json, opened, prepare, print_bytes, print_json


@click.command()
@click.argument("query", required=False)
@as_json
def topics(query: str | None, as_json: bool) -> None:
    """List the topics, largest first; with QUERY, those in which all its words occur."""
    with opened() as corpus:
        prepare(corpus)
        rows = corpus.topics(query)
    if as_json:
        from service.answers.corpus import topic_item

        print_json({"topics": [topic_item(row).model_dump() for row in rows]})
        return
    for row in rows:
        said = ", ".join(f"{who.name} {number}" for who, number in row.speakers)
        click.echo(f"{row.id}\n  {row.name}: {said}")


@click.command()
@as_json
def speakers(as_json: bool) -> None:
    """List the speakers by name."""
    with opened() as corpus:
        rows = corpus.speakers()
    if as_json:
        from service.answers.corpus import speaker_item

        print_json({"speakers": [speaker_item(row).model_dump() for row in rows]})
        return
    from service.rendering.counting import count

    for row in rows:
        role = f", {row.speaker.role}" if row.speaker.role else ""
        said = f"{count(row.comparable, 'statement')} to compare in {count(row.documents, 'document')}"
        click.echo(f"{row.speaker.id}\n  {row.speaker.name}{role}: {said}")


@click.command()
@as_json
def documents(as_json: bool) -> None:
    """List the documents, newest first."""
    with opened() as corpus:
        rows = corpus.documents()
    if as_json:
        from service.answers.corpus import document_item

        print_json({"documents": [document_item(row).model_dump() for row in rows]})
        return
    for row in rows:
        facts = (row.metadata.date, row.metadata.place, ", ".join(who.name for who in row.speakers))
        click.echo(f"{row.id}  {row.metadata.title or row.original_name}")
        click.echo("  " + "; ".join(fact for fact in facts if fact))


@click.command()
@click.argument("document")
def text(document: str) -> None:
    """Print the stored text of DOCUMENT (an id), exactly."""
    with opened() as corpus:
        stored = corpus.text(document)
    print_bytes(stored.encode())
