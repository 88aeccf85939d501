"""Commands that review: rulings, rule, withdraw-ruling, error-card; and mark, for how a comparison is handled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from service.commands.editing import statement_ids
from service.commands.terminal import as_json, opened, prepare, print_json, writer

if TYPE_CHECKING:
    from service.review.error_card import ErrorCard
    from service.review.placing import Placing

by = click.option("--by", default=None, help="Who decides.  [default: your user name]")
why = click.option("--why", default="", help="The reason; all but a confirmation take one.")


@click.command()
@click.option("--state", type=click.Choice(["holds", "replaced", "withdrawn", "cannot be placed"]), help="Only these.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="50 decisions each.")
@as_json
def rulings(state: str | None, page: int, as_json: bool) -> None:
    """List what was decided of pairs, newest first, and what cannot be placed."""
    with opened() as corpus:
        found = corpus.reviewing.decisions(state=state, page=page, whole=True)
    if as_json:
        from service.answers.review import rulings_answer

        print_json(rulings_answer(found).model_dump())
        return
    for row in found.rows:
        click.echo("\n".join(_lines(row)))
    if found.lost:
        click.echo(f"{found.lost} of all hold and cannot be placed.")
    if found.pages > 1:
        click.echo(f"Page {found.page} of {found.pages}.")


@click.command()
@click.argument("first_statement")
@click.argument("second_statement")
@click.option("--confirm", "decision", flag_value="confirm", help="It is what it is shown as.")
@click.option("--reject", "decision", flag_value="reject", help="It is no pair.")
@click.option("--relation", type=click.Choice(["opposes", "agrees"]), help="What the two are to each other.")
@why
@by
def rule(
    first_statement: str, second_statement: str, decision: str | None, relation: str | None, why: str, by: str | None
) -> None:
    """Decide on the pair of two statements, near or far, shown or not.

    A statement's ID is printed beneath it by `compare`: the document's, and its characters.
    """
    if (decision is None) is (relation is None):
        raise click.UsageError("Give one of --confirm, --reject and --relation.")
    ids = statement_ids((first_statement, second_statement))
    with opened() as corpus:
        prepare(corpus)
        made = corpus.reviewing.rule(ids[0], ids[1], decision or str(relation), why=why, by=_who(by))
    click.echo(f"Done: {made.what}. To take it back: counterpose withdraw-ruling {made.id}")


@click.command("withdraw-ruling")
@click.argument("ruling", type=int)
@click.option("--why", default="", help="The reason.")
@by
def withdraw_ruling(ruling: int, why: str, by: str | None) -> None:
    """Take back RULING (a number that `rulings` lists)."""
    with opened() as corpus:
        made = corpus.reviewing.withdraw(ruling, by=_who(by), why=why)
    click.echo(f"Withdrawn: {made.said}.")


@click.command("error-card")
@as_json
def error_card(as_json: bool) -> None:
    """Say how many of the pairs that were shown stood when somebody read them."""
    with opened() as corpus:
        card = corpus.reviewing.card()
    if as_json:
        from service.answers.review import error_card_answer

        print_json(error_card_answer(card).model_dump())
        return
    click.echo("\n".join(_card(card)))


@click.command()
@click.option("--topic", help="A topic's id or name; without it, all topics of the two.")
@click.option("--first", required=True, help="A side: id, name or surname.")
@click.option("--second", required=True, help="The other side.")
@click.option("--owner", default="", help="Who answers for the comparison.")
@click.option("--status", default="", help="How far it has come.")
@click.option("--caveat", default="", help="Under what reserve it may be passed on.")
@by
def mark(topic: str | None, first: str, second: str, owner: str, status: str, caveat: str, by: str | None) -> None:
    """Mark how a comparison is handled, over every export of it; without words, take the mark away."""
    with opened() as corpus:
        prepare(corpus)
        made = corpus.marking.mark(first, second, topic, owner=owner, status=status, caveat=caveat, by=_who(by))
    click.echo("The mark is gone." if made is None else f"Marked: {made.words}.")


def _who(by: str | None) -> str:
    return writer() if by is None else by


def _lines(row: Placing) -> Iterator[str]:
    from service.rendering.wording import rendered

    one = row.decision
    yield f"{one.id}  {one.said} ({row.state})"
    for side, near in (("first", row.near[0]), ("second", row.near[1])):
        said = one.seen[side]
        yield f"  {said['speaker']['name']}: “{rendered(said['text'])}”"
        if near is not None:
            yield f"    the nearest that is here, {near.statement}: “{rendered(near.text)}”"
    if row.lost is not None:
        yield f"  cannot be placed: {row.lost}"


def _card(card: ErrorCard) -> Iterator[str]:
    parts = (
        ("overall", (card.present, card.sample, card.everything)),
        ("by relation", card.by_relation),
        ("by topic", card.by_topic),
        ("by model version", card.by_model),
    )
    for name, figures in parts:
        if figures:
            yield name
        for one in figures:
            yield f"  {one.name}: {one.share}" + (f", {one.stood} of {one.reviewed}" if one.estimate else "")
    yield "What reviewers choose to read is no random sample; what was drawn at random is."
