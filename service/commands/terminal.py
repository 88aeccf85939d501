"""Terminal: what all commands share: how errors are said, how progress is shown, and where the corpus comes from."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from service.errors import CounterposeError, NoSpeakers, TooLarge, Unavailable, Unreadable

if TYPE_CHECKING:
    from models.embedding import Progress
    from service.config import Config
    from service.corpus import Corpus

LINES = 9  # of what changed of the topics
PATIENCE = 1.0  # seconds before a progress bar appears

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Refused(click.ClickException):
    """An error of ours as the command line says it."""

    exit_code = 1

    def __init__(self, error: CounterposeError) -> None:
        super().__init__(error.message)
        self.error = error

    def show(self, file: Any = None) -> None:
        say(self.error, file)


class Commands(click.Group):
    """A group whose commands may raise our errors, and whose help has the whole first sentence of each."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, one.get_short_help_str(limit=1000)) for name, one in found if one is not None and not one.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return click.Group.invoke(self, ctx)
        except CounterposeError as error:
            raise Refused(error) from error


def say(error: CounterposeError, file: Any = None) -> None:
    """Print an error on stderr."""
    click.echo(f"error: {error}", file=file, err=True)
    if error.remedy:
        click.echo(f"remedy: {remedy(error)}", file=file, err=True)


def remedy(error: CounterposeError) -> str:
    """What to do about an error, with the option that does it here."""
    return f"{error.remedy} (--speaker NAME)" if isinstance(error, NoSpeakers) else error.remedy


def note(text: str) -> None:
    """Print on stderr what is no result."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_changes(action: str, topics: Mapping[str, Any], indent: str = "") -> None:
    """Print what a write changed of the topics; on stderr why, and which, where any but new statements moved."""
    from service.topics.report import lines, short, why

    click.echo(f"{indent}{short(topics)}")
    if not (topics["moved"] or topics["ended"] or topics["left"] or topics["renamed"]):
        return
    note(f"{indent}{why(action, topics)}")
    said = list(lines(topics))
    for line in said[:LINES]:
        note(f"{indent}  {line}")
    if len(said) > LINES:
        note(f"{indent}  and {len(said) - LINES} lines more: the list of topics in the browser (/topics) has them all")


def print_bytes(data: bytes) -> None:
    """Print exactly these bytes."""
    click.echo(data, nl=False)


@contextmanager
def opened(config: Config | None = None) -> Iterator[Corpus]:
    """The corpus of the configuration, let go of afterwards."""
    from service.config import Config
    from service.corpus import Corpus

    corpus = Corpus.open(config or Config.from_environment())
    try:
        yield corpus
    finally:
        corpus.close()


def prepare(corpus: Corpus) -> None:
    """Bring vectors and topics up to date, showing how far it is; a database that cannot be written stays as it is."""
    with progress("Reading") as bar, suppress(Unavailable):
        corpus.prepare(bar)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A progress bar on stderr for whatever takes more than a second; none without a terminal."""
    from tqdm import tqdm

    with tqdm(desc=what, delay=PATIENCE, disable=None, leave=False, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report


def asking() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def writer() -> str:
    """Who writes, as the operating system says: stored as unverified."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return os.environ.get("USER", "")


def file_bytes(path: str, max_bytes: int) -> bytes:
    """A file's bytes. Raises TooLarge without reading all of it, and Unreadable where it cannot be read."""
    import stat
    from pathlib import Path

    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):  # a pipe or a device may never end, nor even begin
            raise Unreadable(f"{path} is no file.", "Give a file, or save what comes from there as one.")
        with Path(path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.", "Check the name and the permissions.") from error
    if len(data) > max_bytes:
        raise TooLarge(
            f"{path} is larger than {max_bytes:,} bytes.", "Split it, one event a file, or raise COUNTERPOSE_MAX_BYTES."
        )
    return data
