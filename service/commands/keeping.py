"""Commands for the whole database: migrate-store, backup, restore, check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.terminal import note, progress

if TYPE_CHECKING:
    from service.store.transfer import Moved, Moving


@click.command("migrate-store")
@click.argument("source")
@click.argument("target")
def migrate_store(source: str, target: str) -> None:
    """Move everything from the database SOURCE into the empty one TARGET: addresses as in COUNTERPOSE_DATABASE_URL.

    An interrupted move goes on where it was when it is run again. In the end both are compared, table by table.
    """
    from service.store.database import shown
    from service.store.transfer import transfer

    with _bars() as moving:
        moved = transfer(source, target, moving)
    _print(moved)
    note(f"Set COUNTERPOSE_DATABASE_URL to {shown(target)}; {shown(source)} was left as it is.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to the new FILE, while the service runs."""
    from service.store.backup import back_up

    with _bars() as moving:
        back_up(_configured(), file, moving)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Fill the empty database that is configured from a FILE that backup wrote."""
    from service.store.backup import restore as restored

    with _bars() as moving:
        moved = restored(file, _configured(), moving)
    _print(moved)


def _configured() -> str:
    from service.config import Config

    return Config.from_environment().resolved_database_url()


def _print(moved: tuple[Moved, ...]) -> None:
    for table in moved:
        click.echo(f"{table.name:<22} {table.rows:>12,} rows  {table.digest[:16]}")


@contextmanager
def _bars() -> Iterator[Moving]:
    """A progress bar that each table fills in its turn."""
    with progress("Moving") as bar:
        yield lambda _, done, total: bar(done, total)


@click.command()
def check() -> None:
    """Check that everything that is kept still holds together: every slice, hash and reference. Nothing is changed."""
    from service.store.check import check as checked
    from service.store.store import Store

    store = Store(_configured())
    try:
        with progress("Checking") as bar, store.reading() as reading:
            found = list(checked(reading, bar))
    finally:
        store.close()
    for one in found:
        click.echo(f"{one.where}: {one.what}")
    if found:
        note("Bring back the last back-up (counterpose restore), or remove and add again what is named.")
        raise SystemExit(1)
    click.echo("Everything holds together.")
