"""Commands that keep a comparison and hold it against today's: snapshot, replay."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from service.commands.comparing import comparison_options, included
from service.commands.terminal import as_json, file_bytes, opened, prepare, print_json, writer
from service.errors import BadValue

if TYPE_CHECKING:
    from models.comparison import Comparison, Pair
    from models.difference import Differences
    from models.quote import Quote
    from service.snapshots.replaying import Replayed

LARGEST = 100_000_000  # bytes of a manifest: a brief of many topics


@click.command()
@comparison_options
@click.option("--by", help="Who freezes it.  [default: your user name]")
@as_json
def snapshot(by: str | None, as_json: bool, include: tuple[str, ...], **asked: Any) -> None:
    """Freeze a comparison under an address that never changes."""
    with opened() as corpus:
        prepare(corpus)
        row = corpus.snapshots.freeze(writer() if by is None else by, **asked, **included(include))
        called = corpus.snapshots.heading(row.sha256)
    if as_json:
        from service.answers.corpus import snapshot_item

        print_json(snapshot_item(row).model_dump())
    else:
        click.echo(f"{called}\n{row.path}")


@click.command()
@click.argument("manifest")
@as_json
def replay(manifest: str, as_json: bool) -> None:
    """Make a comparison again as MANIFEST (a JSON export, snapshot or brief; - for standard input) has it.

    The exit status is 0 where it is the same today, and 1 where not.
    """
    data = sys.stdin.buffer.read(LARGEST) if manifest == "-" else file_bytes(manifest, LARGEST)
    comparisons = _comparisons(data, "Standard input" if manifest == "-" else manifest)
    with opened() as corpus:
        prepare(corpus)
        found = [corpus.replay(one) for one in comparisons]
    if as_json:
        from service.answers.corpus import replay_answer

        print_json(replay_answer(found).model_dump())
    else:
        click.echo("\n\n".join("\n".join(_lines(one)) for one in found))
    if not all(one.same for one in found):
        raise SystemExit(1)


def _comparisons(data: bytes, name: str) -> list[Comparison]:
    """Every comparison that a JSON holds, wherever in it. Raises BadValue for what is none or was spoilt by hand."""
    from pydantic import ValidationError

    from models.published import from_json
    from service.schema.compare import ComparisonAnswer

    try:
        held = list(_held(json.loads(data)))
    except (ValueError, RecursionError) as error:
        raise BadValue(f"{name} is no JSON: {error}.", "Give a JSON export, a snapshot or a brief.") from error
    if not held:
        raise BadValue(f"{name} holds no comparison.", "Give a JSON export, a snapshot or a brief.")
    for one in held:
        try:
            ComparisonAnswer.model_validate_json(json.dumps(one), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadValue(
                f"{name} is no comparison as this version writes it: {where}: {first['msg']}.",
                "Give the JSON as it was exported. One of an older version cannot be replayed.",
            ) from error
    return [from_json(one) for one in held]


def _held(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and {"pairs", "made_with"} <= value.keys():
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _held(each)


# In words


def _lines(found: Replayed) -> Iterator[str]:
    from service.rendering.heading import heading

    yield heading(found.then)
    for quote in found.altered:
        yield f"The file was changed after it was made: {_altered(quote)}"
    if found.refused is not None:
        yield f"It cannot be made again: {found.refused.message}"
        yield from _turnover(found)
    if found.differences is None:
        return
    if found.same:
        yield "The same."
        return
    yield "Not the same today:"
    for part in found.differences.parts:
        yield from (f"  {name}: {_short(then)} → {_short(now)}" for name, then, now in part.lines)
    yield from _turnover(found)
    if found.documents is None and found.differences.part("made_with.corpus") is not None:
        yield "    Which documents came and went cannot be told: this database never held just those of then."
    yield from (f"  {line}" for line in _pairs(found, found.differences))


def _altered(quote: Quote) -> str:
    from service.rendering.wording import rendered

    at = f"characters {quote.start}–{quote.end} of document {quote.document.id}"
    return f"the words given to {quote.speaker.name}, “{rendered(quote.text)}”, do not stand at {at}."


def _turnover(found: Replayed) -> Iterator[str]:
    if found.documents is not None:
        for what, some in (("came", found.documents.came), ("went", found.documents.went)):
            yield from (f"    {what}: {name} ({one})" for one, name in some.items())


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pairs(whole: Replayed, found: Differences) -> Iterator[str]:
    spoilt = {(one.first.id, one.second.id) for one in found.gone if whole.is_altered(one)}
    yield from (f"gone: {_pair(pair)}" for pair in found.gone if not whole.is_altered(pair))
    for pair in found.new:
        instead = (pair.first.id, pair.second.id) in spoilt
        yield f"{'where the file was changed' if instead else 'new'}: {_pair(pair)}"
    for one in found.changed:
        yield f"changed ({', '.join(one.what)}): {_pair(one.then)}"
        if one.then.relation != one.now.relation or one.then.confidence != one.now.confidence:
            yield f"    now {one.now.relation} {one.now.confidence:.4f}"
        if one.then.review != one.now.review:
            from service.rendering.wording import review

            yield f"    {review(one.then)} → {review(one.now)}"
    if found.reordered:
        yield "The pairs stand in another order."


def _pair(pair: Pair) -> str:
    from service.rendering.wording import rendered

    said = (f"{quote.speaker.name}: “{rendered(quote.text)}”" for quote in (pair.first, pair.second))
    return f"{pair.relation} {pair.confidence:.4f}: {' / '.join(said)}"
