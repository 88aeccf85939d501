"""The command that judges pairs of texts from a stream: relate."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from typing import TYPE_CHECKING, Any, cast

import click

from service.errors import Unreadable

if TYPE_CHECKING:
    from models.relation import RelationClassifier

BLOCK = 65_536  # bytes taken at once, if as many have come; their lines are judged together
LINE_BYTES = 1_000_000
DIGITS = 6


@click.command()
@click.argument("file")
def relate(file: str) -> None:
    """Judge pairs of texts: FILE (or -) holds a JSON object {"first", "second"} a line, and so does the answer.

    Answers come as soon as their lines do. A line that cannot be judged gets {"line", "error"} in its place, and the
    exit status is 1 at the end.
    """
    try:
        with click.open_file(file, "rb") as stream:
            failed = _answer(cast(BufferedIOBase, stream))
    except BrokenPipeError:  # whoever reads the answers has enough of them
        raise
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.", "Check the name and the permissions.") from error
    if failed:
        raise SystemExit(1)


def _answer(stream: BufferedIOBase) -> bool:
    """Print an answer for each line; whether any of them was bad."""
    from models.relation import RelationClassifier
    from service.config import Config
    from service.scoring import model_errors

    classifier = RelationClassifier(Config.from_environment().classifier)
    failed = False
    number = 1
    for lines in blocks(stream):
        with model_errors():
            answers = list(judged(enumerate(lines, number), classifier))
        number += len(lines)
        failed = failed or any("error" in answer for answer in answers)
        click.echo("\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers))
    return failed


def blocks(stream: BufferedIOBase) -> Iterator[list[bytes]]:
    """The lines, as they come: whenever some have come to their end, these, without waiting for more.

    Each is cut one byte beyond what is taken, so that no line fills the memory.
    """
    rest = b""
    while block := stream.read1(BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        if lines:
            yield [line[: LINE_BYTES + 1] for line in lines]
        rest = rest[: LINE_BYTES + 1]
    if rest:
        yield [rest]


def judged(lines: Iterable[tuple[int, bytes]], classifier: RelationClassifier) -> Iterator[dict[str, Any]]:
    """An answer for each numbered line, in order."""
    read = [(number, _pair(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)) for number, line in lines]
    pairs = [pair for _, pair in read if not isinstance(pair, str)]
    rows = iter(classifier.judge(pairs))
    for number, pair in read:
        if isinstance(pair, str):
            yield {"line": number, "error": pair}
            continue
        row = next(rows)
        agrees, opposes = (round(float(p), DIGITS) for p in row[:2])
        answer: dict[str, Any] = {
            "opposes": opposes,
            "agrees": agrees,
            "differs": max(0.0, round(1 - agrees - opposes, DIGITS)),  # so that the three sum to 1 as printed
            "relation": str(classifier.decide(row)),
        }
        if classifier.truncated(*pair):
            answer["truncated"] = True
        yield answer


def _pair(line: bytes) -> tuple[str, str] | str:
    """The two texts of a line, or what is wrong with it."""
    if len(line) > LINE_BYTES:
        return f"longer than {LINE_BYTES:,} bytes"
    if not line.strip():
        return "an empty line"
    try:
        found = json.loads(line.decode())
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at character {error.pos + 1}"
    except RecursionError:
        return "not JSON that can be read: nested too deeply"
    except ValueError:  # Python refuses integers of thousands of digits
        return "not JSON that can be read: a number is too long"
    if not isinstance(found, dict):
        return 'not an object {"first", "second"}'
    for side in ("first", "second"):
        text = found.get(side)
        if not isinstance(text, str):
            return f'"{side}" is missing or no text'
        if not any(character.isprintable() and not character.isspace() for character in text):
            return f'"{side}" is empty'
        if any("\ud800" <= character <= "\udfff" for character in text):
            return f'"{side}" holds half a character (a lone surrogate)'
    return found["first"], found["second"]
