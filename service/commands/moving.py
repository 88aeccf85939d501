"""Commands that move the whole database: migrate-store, backup, restore."""

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
