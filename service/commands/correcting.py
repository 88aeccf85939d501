"""Commands for reported errors: reports, answer-report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.commands.terminal import as_json, opened, print_json, writer

if TYPE_CHECKING:
    from service.review.corrections import Reported


@click.command()
@click.option("--answered", is_flag=True, help="Those with an answer, the newest first.")
@as_json
def reports(answered: bool, as_json: bool) -> None:
    """List the errors that readers reported and nobody has answered yet, oldest first."""
    with opened() as corpus:
        found = corpus.corrections.answered() if answered else corpus.corrections.open()
    if as_json:
        from service.answers.corpus import report_item

        print_json({"reports": [report_item(one).model_dump() for one in found]})
        return
    for one in found:
        _print(one)


def _print(one: Reported) -> None:
    from service.rendering.wording import rendered, source

    report = one.report
    by = f" by {report.who}" if report.who else ""
    click.echo(f"{report.id}  {report.at}{by}: {report.words}")
    for quote in (one.first, one.second):
        said = f"“{rendered(quote.text)}”" if one.proven else "(its source is not here as it was)"
        click.echo(f"   {quote.speaker.name}: {said} {source(quote)}")
    if report.answered_at is not None:
        click.echo(f"   {report.state} {report.answered_at}: {report.answer}")


@click.command("answer-report")
@click.argument("report", type=int)
@click.option("--corrected", "state", flag_value="corrected", help="It was wrong, and was put right.")
@click.option("--declined", "state", flag_value="declined", help="It is not wrong.")
@click.option("--answered", "state", flag_value="answered", help="There is nothing to put right.")
@click.option(
    "--decision", type=click.Choice(["reject", "opposes", "agrees"]), help="With --corrected: what the pair is."
)
@click.option("--amend", is_flag=True, help="In the place of an answer that was given.")
@click.option(
    "--answer", required=True, help="What was wrong and what was done; or why it is right. Everybody reads it."
)
@click.option("--by", help="Who answers.  [default: your user name]")
def answer_report(
    report: int, state: str | None, decision: str | None, amend: bool, answer: str, by: str | None
) -> None:
    """Answer REPORT (a number)."""
    from service.store.reports import State

    if state is None:
        raise click.UsageError("Say --corrected, --declined or --answered.")
    with opened() as corpus:
        who = writer() if by is None else by
        found = corpus.corrections.answer(report, State(state), answer, who, decision=decision or "", amend=amend)
    click.echo(f"Report {found.id} is {found.state}.")
