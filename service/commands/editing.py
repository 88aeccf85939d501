"""Commands that edit topics: rename-topic, merge-topics, split-topic, move-statement, lock-topic, hide-topic; undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.commands.terminal import as_json, opened, prepare, print_json, writer

if TYPE_CHECKING:
    from service.store.edit import Edit

reason = click.option("--why", default="", help="The reason, for the list of edits.")


@click.command("rename-topic")
@click.argument("topic")
@click.argument("name")
@reason
def rename_topic(topic: str, name: str, why: str) -> None:
    """Give TOPIC (an id or name) another NAME; the id stays."""
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.rename(topic, name, by=writer(), why=why))


@click.command("merge-topics")
@click.argument("kept")
@click.argument("merged")
@reason
def merge_topics(kept: str, merged: str, why: str) -> None:
    """Make all statements on MERGED KEPT's; links to MERGED lead there."""
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.merge(kept, merged, by=writer(), why=why))


@click.command("split-topic")
@click.argument("topic")
@click.argument("name")
@click.option("--statement", "statements", multiple=True, required=True, metavar="ID", help="May be repeated.")
@reason
def split_topic(topic: str, name: str, statements: tuple[str, ...], why: str) -> None:
    """Make a new topic, NAME, of some statements on TOPIC.

    A statement's ID is printed beneath it by `compare`: the document's, and its characters.
    """
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.split(topic, statement_ids(statements), name, by=writer(), why=why))


@click.command("move-statement")
@click.argument("statements", metavar="STATEMENT...", nargs=-1, required=True)
@click.option("--to", metavar="TOPIC", help="The topic they belong to.")
@click.option("--out", is_flag=True, help="They belong to none.")
@reason
def move_statement(statements: tuple[str, ...], to: str | None, out: bool, why: str) -> None:
    """Put each STATEMENT (an id) into another topic, or into none."""
    if (to is None) is not out:
        raise click.UsageError("Give either --to TOPIC or --out.")
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.move(statement_ids(statements), to, by=writer(), why=why))


@click.command("lock-topic")
@click.argument("topic")
@click.option("--unlock", is_flag=True, help="Let statements join and leave it again.")
@reason
def lock_topic(topic: str, unlock: bool, why: str) -> None:
    """Let nothing join or leave TOPIC, whatever is added."""
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.lock(topic, not unlock, by=writer(), why=why))


@click.command("hide-topic")
@click.argument("topic")
@click.option("--show", is_flag=True, help="List it again.")
@reason
def hide_topic(topic: str, show: bool, why: str) -> None:
    """Leave TOPIC out of all lists; its id still leads to it."""
    with opened() as corpus:
        prepare(corpus)
        _say(corpus.editing.hide(topic, not show, by=writer(), why=why))


@click.command("topic-edits")
@as_json
def topic_edits(as_json: bool) -> None:
    """List what was changed of the topics, newest first, and the hidden ones."""
    with opened() as corpus:
        prepare(corpus)
        rows, hidden = corpus.editing.journal(), corpus.hidden_topics()
    if as_json:
        from service.answers.corpus import edits_answer

        print_json(edits_answer(rows, hidden).model_dump())
        return
    for row in rows:
        click.echo(f"{row.edit.id}  {row.edit.said}" + (f" ({row.edit.why})" if row.edit.why else ""))
        if row.edit.undone is not None:
            click.echo(f"  undone by {row.edit.undone.who or 'somebody'}")
        elif row.lost is not None:
            click.echo(f"  cannot be placed: {row.lost}")
        else:
            click.echo("  holds")
    for topic in hidden:
        click.echo(f"hidden: {topic.name} ({topic.id})")


@click.command("undo-topic-edit")
@click.argument("edit", type=int)
@reason
def undo_topic_edit(edit: int, why: str) -> None:
    """Undo EDIT (a number that `topic-edits` lists)."""
    with opened() as corpus:
        found = corpus.editing.undo(edit, by=writer(), why=why)
    click.echo(f"Undone: {found.said}.")


def _say(edit: Edit) -> None:
    made = f" Its id is {edit.other_id}." if edit.other_id not in (*edit.before, None) else ""
    click.echo(f"Done: {edit.what}.{made} To undo it: counterpose undo-topic-edit {edit.id}")


def statement_ids(statements: tuple[str, ...]) -> list[str]:
    """Ids as they are printed, or with a colon after the document's."""
    return [one.replace(":", "-", 1) for one in statements]
