"""Commands for the log of all writes: audit, audit verify."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from service.commands.terminal import note, opened
from service.errors import Unreadable


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, as they are downloaded.")
@click.pass_context
def audit(context: click.Context, as_json: bool) -> None:
    """Print every write, oldest first; `audit verify` checks that none was changed."""
    if context.invoked_subcommand is not None:
        return
    from service.store.audit import line

    with opened() as corpus:
        for row in corpus.audit():
            by = f" by {row.who}" if row.who else ""
            click.echo(line(row) if as_json else f"{row.id:>5} {row.at} {row.action} {row.subject}{by}")


@audit.command()
@click.argument("file", required=False)
def verify(file: str | None) -> None:
    """Check the hash chain of the audit, or of a downloaded FILE of JSON lines."""
    from service.store.audit import rows_of, verified

    if file is None:
        with opened() as corpus:
            found = verified(map(asdict, corpus.audit()))
    else:
        try:
            with Path(file).open("rb") as lines:
                found = verified(rows_of(lines))
        except OSError as error:
            raise Unreadable(
                f"{file} cannot be read: {error.strerror}.", "Check the name and the permissions."
            ) from error
    if found.broken is not None:
        note(f"{found.broken} The {found.rows} before it hold.")
        raise SystemExit(1)
    if not found.rows:
        click.echo("There is no row in it: nothing was checked.")
        return
    click.echo(f"All {found.rows} rows hold. The last one's hash is {found.last}.")
