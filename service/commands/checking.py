"""Commands that check a document before it is published: attribution, sign-off, rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.commands.terminal import as_json, opened, print_json, writer

if TYPE_CHECKING:
    from models.attribution import Finding
    from models.rival import Row
    from service.documents.attributing import DocumentDoubts


@click.command()
@click.argument("document", required=False)
@as_json
def attribution(document: str | None, as_json: bool) -> None:
    """List what is doubtful about who said what, in DOCUMENT (an id) or in all."""
    with opened() as corpus:
        wanted = [document] if document is not None else [row.id for row in corpus.documents()]
        found = [corpus.attributing.of(one) for one in wanted]
    if as_json:
        from service.answers.records import doubts_answer

        answers = [doubts_answer(one).model_dump() for one in found]
        print_json(answers[0] if document is not None else {"documents": answers})
        return
    for one in found:
        if one.doubts or document is not None:
            _print(one)


@click.command("sign-off")
@click.argument("document")
@click.option("--by", default=None, help="Who looked at the doubts.  [default: your user name]")
@click.option("--why", default="", help="A remark, shown beside the doubts.")
def sign_off(document: str, by: str | None, why: str) -> None:
    """Let the words of DOCUMENT (an id) stand as they are attributed, its doubts notwithstanding."""
    with opened() as corpus:
        found = corpus.attributing.sign_off(document, by if by is not None else writer(), why)
    _print(found)


@click.command()
@click.argument("first")
@click.argument("second")
@as_json
def rivals(first: str, second: str, as_json: bool) -> None:
    """Set two records of one event, FIRST and SECOND (ids), beside each other."""
    with opened() as corpus:
        found = corpus.rivals.beside(first, second)
    if as_json:
        from service.answers.records import beside_answer

        print_json(beside_answer(found).model_dump())
        return
    counts = found.counts
    click.echo(
        f"{counts['same']} the same, {counts['otherwise']} with other words, {counts['first']} only in the first, "
        f"{counts['second']} only in the second, {counts['of_two_voices']} given to somebody else"
    )
    for name in ("first", "second", "otherwise"):
        for row in found.of(name):
            click.echo("\n" + _row(row))


def _print(found: DocumentDoubts) -> None:
    from service.rendering.counting import count

    title = found.row.metadata.title or found.row.original_name
    click.echo(f"{found.row.id}  {title}: {count(len(found.doubts), 'doubt')}, {len(found.open)} not signed off")
    for one in found.doubts:
        off = f" (signed off by {one.signed.who})" if one.signed is not None else ""
        click.echo(f"  {doubt_line(one.finding)}{off}")


def doubt_line(doubt: Finding) -> str:
    """'label, Speaker 2, 0-9: “SPEAKER 2”'."""
    from models.attribution import Doubt
    from service.rendering.wording import beginning

    name = doubt.speaker.name if doubt.speaker is not None else "nobody"
    if doubt.doubt is Doubt.GONE and doubt.other is not None:
        return f"gone, {doubt.other.name}: has words in another edition of this text, and none here"
    if doubt.doubt is Doubt.HANDS and doubt.other is not None:
        name = f"now {name}, in another edition {doubt.other.name}"
    elif doubt.other is not None:
        name = f"{name} / {doubt.other.name}"
    return f"{doubt.doubt.value}, {name}, {doubt.start}-{doubt.end}: “{beginning(doubt.words)}”"


def _row(row: Row) -> str:
    from service.rendering.wording import rendered

    sides = (("first", row.first), ("second", row.second))
    return "\n".join(
        f"{name} {one.start}-{one.end}, {one.speaker or one.label or 'nobody'}: “{rendered(one.text)}”"
        for name, one in sides
        if one is not None
    )
