"""Commands that compare: compare, export."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service.commands.terminal import as_json, note, opened, prepare, print_bytes
from service.errors import Unavailable

if TYPE_CHECKING:
    from models.comparison import Comparison, Pair
    from models.quote import Quote
    from service.corpus import Corpus

Command = TypeVar("Command", bound=Callable[..., Any])
TWO_COLUMNS = 80  # characters a line from which two columns can be read
GAP = "   "
_OPTIONS = (
    click.option("--topic", help="A topic's id or name, or any text."),
    click.option("--first", help="The first speaker: id, name or surname."),
    click.option("--second", help="The second speaker."),
    click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Pairs of each kind."),
    click.option("--min-confidence", type=click.FloatRange(0, 1), help="Hide less certain pairs."),
    click.option("--since", metavar="DATE", help="Only what was said then or later."),
    click.option("--until", metavar="DATE", help="Only what was said then or earlier."),
    click.option("--document", metavar="ID", help="Only what stands in this document."),
    click.option(
        "--include",
        type=click.Choice(["unsure", "reported", "nominees"]),
        multiple=True,
        help="Show pairs too close to call, or what a speaker only says that others hold; or judge all pairs that any "
        "text nominates. May be given more than once.",
    ),
)


def comparison_options(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@comparison_options
@as_json
def compare(as_json: bool, **asked: Any) -> None:
    """Show two speakers side by side."""
    with opened() as corpus:
        found = compared(corpus, **asked)
    if as_json:
        from service.exports import export as exported

        print_bytes(exported(found, "json").rstrip(b"\n") + b"\n")
    else:
        click.echo(printed(found, shutil.get_terminal_size((100, 24)).columns, (asked["first"], asked["second"])))


@click.command()
@comparison_options
@click.option("--format", "format_name", default="md", show_default=True, help="A format; a wrong one lists all.")
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file; without it, the terminal.")
def export(format_name: str, output: str | None, **asked: Any) -> None:
    """Write a comparison in another format."""
    from service.exports import export as exported
    from service.rendering.caution import Caution

    with opened() as corpus:
        data = exported(compared(corpus, **asked), format_name, caution=Caution(corpus.reviewing.card().stood))
    write(data, output)


def write(data: bytes, output: str | None) -> None:
    """Write to a file, or print where none is named."""
    if output is None:
        print_bytes(data)
        return
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}.", "Name a file you may write.") from error
    click.echo(f"Wrote {output}.")


def compared(corpus: Corpus, include: tuple[str, ...], **asked: Any) -> Comparison:
    """The comparison asked for on the command line."""
    prepare(corpus)
    today = corpus.forwarded(asked["topic"])
    if today is not None:
        note(f"“{asked['topic']}” is now the topic “{today.name}” ({today.id}).")
    return corpus.compare(**asked, **included(include))


def included(include: Collection[str]) -> dict[str, Any]:
    """What `--include` names, as `Corpus.compare` takes it."""
    return {f"include_{name}": name in include for name in ("unsure", "reported", "nominees")}


def printed(comparison: Comparison, width: int, sides: tuple[str | None, str | None] = ("", "")) -> str:
    """A comparison as plain text, in two columns where the lines are long enough for them; `sides` as asked for."""
    return "\n".join(_lines(comparison, min(width, 140), sides)).rstrip()


def _lines(comparison: Comparison, width: int, sides: tuple[str | None, str | None]) -> Iterator[str]:
    from service.rendering.balance import balance
    from service.rendering.counting import count
    from service.rendering.heading import heading
    from service.rendering.wording import again, model_score, review, score, silence, silent, tally

    yield from textwrap.wrap(heading(comparison), width)
    topic = f"Topic: {comparison.topic.name} · " if comparison.topic is not None else ""
    yield from textwrap.wrap(f"{topic}{tally(comparison)}", width)
    for notice in comparison.notices:
        yield from textwrap.wrap(notice.words, width)
    yield ""
    searched = (comparison.first_searched, comparison.second_searched)
    shares = balance(comparison)
    parts = (f" ({shares.first} %)", f" ({shares.second} %)") if shares else ("", "")
    heads = [
        f"{who.name.upper()}\n{count(said.statements, 'statement')}, {count(said.words, 'word')}{part}"
        + (f"\n{again(said)}" if said.again else "")
        for who, said, part in zip((comparison.first, comparison.second), searched, parts, strict=True)
    ]
    yield from _side_by_side(heads[0], heads[1], width)
    if silent(comparison):
        yield ""
        yield from textwrap.wrap(silence(comparison, sides), width)
    for number, pair in enumerate(comparison.pairs, start=1):
        yield ""
        numbers = f"{model_score(score(pair.confidence))}, similarity {score(pair.similarity)}"
        yield from textwrap.wrap(f"{number}. {pair.relation}, {numbers}, {review(pair)}", width)
        for notice in pair.notices:
            yield from textwrap.wrap(notice.words, width)
        yield from _pair(pair, width)


def _pair(pair: Pair, width: int) -> Iterator[str]:
    first, second = _quoted(pair.first), _quoted(pair.second)
    if width < TWO_COLUMNS:
        first, second = f"{pair.first.speaker.name}:\n{first}", f"{pair.second.speaker.name}:\n{second}"
    yield from _side_by_side(first, second, width)


def _quoted(quote: Quote) -> str:
    from service.rendering.wording import quote_provenance, rendered
    from service.rendering.wording import source as place

    source = ", ".join(filter(None, (place(quote), quote.id)))
    return "\n".join((f"“{rendered(quote.text)}”", *quote_provenance(quote), source))


def _side_by_side(first: str, second: str, width: int) -> Iterator[str]:
    """Two texts in two columns, or one beneath the other where the lines are short."""
    if width < TWO_COLUMNS:
        for text in (first, second):
            for line in text.splitlines():
                yield from textwrap.wrap(line, width) or [""]
        return
    column = (width - len(GAP)) // 2
    left, right = (
        [piece for line in text.splitlines() for piece in textwrap.wrap(line, column)] for text in (first, second)
    )
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else ""
        other = right[number] if number < len(right) else ""
        yield f"{one:<{column}}{GAP}{other}".rstrip()
