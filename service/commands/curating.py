"""Commands that correct what is there: remove, correct, rename-, merge-, split-speaker, set-delegation."""

from __future__ import annotations

import click

from models.transcript import FACTS, Metadata
from service.commands.adding import metadata_options
from service.commands.terminal import opened, print_changes, writer


@click.command()
@click.argument("document")
def remove(document: str) -> None:
    """Remove DOCUMENT (an id) with its text, statements and vectors.

    Decisions, reports and snapshots that quote it stay (docs/privacy.md).
    """
    with opened() as corpus:
        row = corpus.remove(document, by=writer())
        changed = corpus.changes(row.id)
    click.echo(f"Removed document {row.id} ({row.metadata.title or row.original_name}).")
    if changed is not None:
        print_changes("remove", changed.detail["topics"])


@click.command()
@click.argument("document")
@metadata_options
@click.option("--clear", multiple=True, type=click.Choice(FACTS), help="Empty this field. May be repeated.")
def correct(document: str, given: Metadata, clear: tuple[str, ...]) -> None:
    """Correct what is known about DOCUMENT (an id)."""
    with opened() as corpus:
        row = corpus.correct(document, given, by=writer(), clear=clear)
    for field in FACTS:
        value = getattr(row.metadata, field)
        if value is not None:
            click.echo(f"{field}: {value}")


@click.command("rename-speaker")
@click.argument("speaker")
@click.argument("name")
def rename_speaker(speaker: str, name: str) -> None:
    """Give SPEAKER (an id or name) another NAME; the id stays."""
    with opened() as corpus:
        who = corpus.rename_speaker(speaker, name, by=writer())
    click.echo(f"{who.id} is now called {who.name}.")


@click.command("set-delegation")
@click.argument("speaker")
@click.argument("name", required=False)
def set_delegation(speaker: str, name: str | None) -> None:
    """Say that SPEAKER (an id or name) speaks for the delegation NAME; without NAME, for none."""
    with opened() as corpus:
        who = corpus.set_delegation(speaker, name, by=writer())
    click.echo(f"{who.name} ({who.id}) speaks for {who.delegation or 'no delegation'}.")


@click.command("merge-speakers")
@click.argument("kept")
@click.argument("merged")
def merge_speakers(kept: str, merged: str) -> None:
    """Make all that MERGED said KEPT's; MERGED goes."""
    with opened() as corpus:
        who = corpus.merge_speakers(kept, merged, by=writer())
    click.echo(f"{who.name} ({who.id}) now has the words of both.")


@click.command("split-speaker")
@click.argument("speaker")
@click.argument("name")
@click.option("--document", "documents", multiple=True, metavar="ID", help="What is said in it. May be repeated.")
@click.option("--label", "labels", multiple=True, help="What is said under it, as printed. May be repeated.")
def split_speaker(speaker: str, name: str, documents: tuple[str, ...], labels: tuple[str, ...]) -> None:
    """Give part of what SPEAKER said to NAME, new or known."""
    with opened() as corpus:
        who = corpus.split_speaker(speaker, name, by=writer(), documents=documents, labels=labels)
    click.echo(f"{who.name} ({who.id}) now has those words.")
