"""The command that cites a statement."""

from __future__ import annotations

import click

from service.commands.editing import statement_ids
from service.commands.terminal import opened, print_bytes


@click.command()
@click.argument("statement")
@click.option("--style", default="chicago", show_default=True, help="A form of citation; a wrong one lists all.")
def cite(statement: str, style: str) -> None:
    """Cite a statement, named by the ID that `compare` prints: a footnote, a link, a record for a citation program."""
    from service.citations import cite as cited
    from service.citing import passage
    from service.config import Config

    config = Config.from_environment()
    (wanted,) = statement_ids((statement,))
    with opened(config) as corpus:
        text = cited(passage(corpus, wanted, config.public_url), style)
    print_bytes((text.rstrip("\r\n") + ("\r\n" if "\r\n" in text else "\n")).encode())
