"""The command that writes a brief: two speakers topic by topic."""

from __future__ import annotations

from typing import Any

import click

from service.commands.comparing import write
from service.commands.terminal import note, opened, prepare


@click.command()
@click.option("--first", required=True, help="The first speaker: id, name or surname; or a delegation.")
@click.option("--second", required=True, help="The second speaker.")
@click.option("--topic", "topics", multiple=True, help="A topic's id or name, or any text; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Pairs of each kind a topic.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Leave out less certain pairs.")
@click.option("--since", metavar="DATE", help="Only what was said then or later.")
@click.option("--until", metavar="DATE", help="Only what was said then or earlier.")
@click.option("--document", metavar="ID", help="Only what stands in this document.")
@click.option("--format", "format_name", default="md", show_default=True, help="A format; a wrong one lists all.")
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file; without it, the terminal.")
def brief(format_name: str, output: str | None, topics: tuple[str, ...], **asked: Any) -> None:
    """Write two speakers topic by topic as one document.

    Without --topic: the topics on which both speak and which have a pair, of the 25 on which most is said. At most 500
    pairs in all; the document lists what is left out.
    """
    from service.briefing import BriefRequest, assembled
    from service.exports import export_brief

    request = BriefRequest(topics=topics, **asked)
    with opened() as corpus:
        prepare(corpus)
        found = assembled(corpus, request)
    if found.left_out:
        note(f"Left out: {len(found.left_out)}; the document says what and why.")
    write(export_brief(found, format_name), output)
