"""The command for the user's own list of issues."""

from __future__ import annotations

import click

from service.commands.terminal import (
    as_json,
    file_bytes,
    note,
    opened,
    prepare,
    print_changes,
    print_json,
    progress,
    writer,
)


@click.command()
@click.argument("file", required=False)
@click.option("--clear", is_flag=True, help="Remove the list; topics are found in all that was said again.")
@as_json
def issues(file: str | None, clear: bool, as_json: bool) -> None:
    """List your issues; with FILE, put the list in it in the place of the one there is.

    FILE is CSV or JSON with name, description and example, or text with an issue a line; see docs/issues.md.
    """
    if file is not None and clear:
        raise click.UsageError("Give a FILE or --clear, not both.")
    from service.config import Config
    from service.readers import Source
    from service.topics.grouping import moves_detail
    from service.topics.issue_file import read_issues
    from service.topics.issue_list import notes

    config = Config.from_environment()
    moves = None
    wanted = read_issues(Source(file, file_bytes(file, config.max_bytes))) if file is not None else ()
    with opened(config) as corpus:
        if file is not None or clear:
            with progress("Reading") as bar:
                corpus.prepare(bar)
            change = corpus.set_issues(wanted, by=writer())
            for one in change.prospects:
                note("; ".join((f"{one.fate}: {one.issue.name}", *notes(one))))
            moves = moves_detail(change.moves) if change.moves is not None else None
        else:
            prepare(corpus)
        rows = corpus.issues()
    if as_json:
        from service.answers.corpus import issue_item

        listed = {"issues": [issue_item(row).model_dump() for row in rows]}
        print_json(listed if moves is None else {**listed, "topics": moves})
        return
    if moves is not None:
        print_changes("set-issues", moves)
    for row in rows:
        said = ", ".join(f"{who.name} {number}" for who, number in row.speakers)
        click.echo(f"{row.id}\n  {row.name}: {said or 'nothing was said on it'}")
