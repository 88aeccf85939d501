"""The command that judges pairs of texts from a stream: relate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import click

from service.errors import Unreadable

if TYPE_CHECKING:
    from models.relation import RelationClassifier

BATCH = 64  # lines judged at once, and held in memory
LINE_BYTES = 1_000_000
DIGITS = 6


@click.command()
@click.argument("file")
def relate(file: str) -> None:
    """Judge pairs of texts: FILE (or -) holds a JSON object {"first", "second"} a line, and so does the answer."""
    try:
        with click.open_file(file, "rb") as stream:
            failed = _answer(stream)
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.", "Check the name and the permissions.") from error
    if failed:
        raise SystemExit(1)


def _answer(stream: IO[bytes]) -> bool:
    """Print an answer for each line; whether any of them was bad."""
    from models.relation import RelationClassifier
    from service.config import Config
    from service.scoring import model_errors

    classifier = RelationClassifier(Config.from_environment().classifier)
    lines = enumerate(_lines(stream), start=1)
    failed = False
    while batch := list(islice(lines, BATCH)):
        with model_errors():
            answers = list(judged(batch, classifier))
        for answer in answers:
            failed = failed or "error" in answer
            click.echo(json.dumps(answer, ensure_ascii=False))
    return failed


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines, each cut one byte beyond what is taken, so that no line fills the memory."""
    while line := stream.readline(LINE_BYTES + 1):
        yield line
        rest = line
        while len(rest) > LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES + 1)


def judged(batch: Iterable[tuple[int, bytes]], classifier: RelationClassifier) -> Iterator[dict[str, Any]]:
    """An answer for each numbered line, in order."""
    read = [(number, _pair(line)) for number, line in batch]
    pairs = [pair for _, pair in read if not isinstance(pair, str)]
    rows = iter(classifier.judge(pairs)) if pairs else iter(())
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
    except (json.JSONDecodeError, RecursionError) as error:
        return (
            f"not JSON: {error.msg} at character {error.pos + 1}"
            if isinstance(error, json.JSONDecodeError)
            else "not JSON"
        )
    if not isinstance(found, dict):
        return 'not an object {"first", "second"}'
    for side in ("first", "second"):
        text = found.get(side)
        if not isinstance(text, str) or not text.strip():
            return f'"{side}" is missing, empty or no text'
        if any("\ud800" <= character <= "\udfff" for character in text):
            return f'"{side}" holds half a character (a lone surrogate)'
    return found["first"], found["second"]
