"""Commands that take transcripts in: add, replace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from dataclasses import replace as replace_fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from models.transcript import FACTS, Metadata, Record
from service.commands.checking import doubt_line
from service.commands.terminal import (
    as_json,
    asking,
    file_bytes,
    note,
    opened,
    print_changes,
    print_json,
    progress,
    remedy,
    say,
    writer,
)
from service.errors import BadValue, CounterposeError

if TYPE_CHECKING:
    from models.embedding import Progress
    from models.identity import ResolvedSpeaker, UnsureMerge
    from models.topic import Moves
    from models.transcript import Speaker
    from service.corpus import Corpus
    from service.documents.attributing import DocumentDoubts
    from service.documents.intake import Given
    from service.readers import Source
    from service.views import Added, DocumentRow, SpeakerRow

DOUBTS_NAMED = 3

Command = TypeVar("Command", bound=Callable[..., Any])
_METADATA = (
    click.option("--title", help="What the document is called."),
    click.option("--date", help="When it was said: 2021-12-02, 2021-12 or 2021."),
    click.option("--place", help="Where it was said."),
    click.option("--source-url", metavar="URL", help="Where the transcript is published."),
    click.option("--publisher", help="Who published the transcript."),
    click.option("--language", help="The language it was spoken in, such as en."),
    click.option("--record", type=click.Choice([str(one) for one in Record]), help="Word for word, or a summary."),
)
_SPEAKERS = (
    click.option("--speaker", metavar="NAME", help="Give a text without labels this one speaker."),
    click.option(
        "--speakers", metavar="MAP.json", help='Who the labels are: {"label as printed": "Speaker name" or null}.'
    ),
    click.option("--from-name", metavar="REGEX", help="Read the file's name: groups speaker, date, year, session."),
)


def metadata_options(command: Command) -> Command:
    """Options for what is known about a document; the command gets them as one `given`."""

    @wraps(command)
    def gathered(**options: Any) -> Any:
        known = {fact: options.pop(fact) for fact in FACTS}
        record = known.pop("record")
        return command(given=Metadata(**known, record=Record(record) if record else None), **options)

    return _with(_METADATA, gathered)  # type: ignore[no-any-return]


def _with(options: Iterable[Callable[[Any], Any]], command: Any) -> Any:
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def speaker_options(command: Command) -> Command:
    """Options for who speaks; the command gets them as one `how`."""

    @wraps(command)
    def gathered(**options: Any) -> Any:
        how = {one: options.pop(one) for one in ("speaker", "speakers", "from_name")}
        how["speakers"] = _map(how["speakers"]) if how["speakers"] is not None else None
        return command(how=how, **options)

    return _with(_SPEAKERS, gathered)  # type: ignore[no-any-return]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@metadata_options
@speaker_options
@click.option("--background", is_flag=True, help="Hand them in as a job for a worker to do.")
@click.option("--watch", is_flag=True, help="With --background: stay until it has ended, showing how far it is.")
@as_json
def add(
    files: tuple[str, ...], given: Metadata, how: dict[str, Any], background: bool, watch: bool, as_json: bool
) -> None:
    """Add transcripts: files, or public pages by their https:// address. A bad one does not stop the others."""
    from service.views import ALONE

    if watch and not background:
        raise click.UsageError("--watch is for --background: add --background, or leave out --watch.")
    if background:
        _hand_in(files, given, how, watch=watch, as_json=as_json)
        return
    outcomes: list[dict[str, Any]] = []
    moves: Moves | None = None
    with opened() as corpus, progress("Adding") as bar:
        alone = len(files) == 1
        talks = asking() and not as_json
        found = _one if alone else _many
        for path, added in zip(files, found(corpus, files, given, how, bar, talks=talks), strict=True):
            if isinstance(added, CounterposeError):
                outcomes.append({"file": path, "error": _error(added)})
                if not as_json:
                    click.echo(f"{path}:", err=True)
                    say(added)
            else:
                doubts = corpus.attributing.of(added.document.id)
                outcomes.append({"file": path, **_outcome(added, doubts)})
                moves = added.moves
                if not as_json:
                    _print(path, added, doubts, corpus.speakers, alone=alone)
        if not alone and not as_json and len(corpus.speakers()) == 1:
            note(ALONE)
        if not alone and any("document" in outcome for outcome in outcomes):
            moves = _group(corpus, as_json=as_json)
    if as_json:
        print_json({"added": outcomes, "topics": _topics(moves)})
    if any("error" in outcome for outcome in outcomes):
        raise SystemExit(1)


def _one(
    corpus: Corpus, files: tuple[str, ...], given: Metadata, how: dict[str, Any], bar: Progress, *, talks: bool
) -> Iterator[Added | CounterposeError]:
    """A file by itself: what is unsure is asked before anything takes long."""
    try:
        source, known = _source(files[0], given)
        asked = _settled(corpus, source, known, how) if talks else how
        yield corpus.add(source, known, **asked, by=writer(), progress=bar)
    except CounterposeError as error:
        yield error


def _many(
    corpus: Corpus, files: tuple[str, ...], given: Metadata, how: dict[str, Any], bar: Progress, *, talks: bool
) -> Iterator[Added | CounterposeError]:
    """Several files, read and embedded ahead; what is unsure is asked when it is a file's turn."""
    wanted = (_given(path, given, how) for path in files)
    return corpus.add_many(wanted, writer(), lambda done, _read: bar(done, len(files)), _decided if talks else None)


def _given(path: str, given: Metadata, how: dict[str, Any]) -> Given | CounterposeError:
    from service.documents.intake import Attribution, Given

    try:
        return Given(*_source(path, given), Attribution(how["speaker"], how["speakers"] or {}, how["from_name"]))
    except CounterposeError as error:
        return error


def _group(corpus: Corpus, *, as_json: bool) -> Moves | None:
    """Group what several files brought, and say what that changed."""
    moves = corpus.prepare()
    if moves is not None and not as_json:
        from service.topics.grouping import moves_detail

        print_changes("regroup", moves_detail(moves))
    return moves


def _topics(moves: Moves | None) -> dict[str, object] | None:
    from service.topics.grouping import moves_detail

    return moves_detail(moves) if moves is not None else None


def _hand_in(files: tuple[str, ...], given: Metadata, how: dict[str, Any], *, watch: bool, as_json: bool) -> None:
    """Hand files in as one job. One that cannot be read is an error before anything is handed in."""
    from service.commands.jobs import handed_in

    documents = []
    for path in files:
        one = _given(path, given, how)
        if isinstance(one, CounterposeError):
            raise one
        documents.append(one)
    with opened() as corpus:
        job = corpus.jobs.add(documents, writer())
        handed_in(corpus, job, watch=watch, as_json=as_json)


@click.command()
@click.argument("document")
@click.argument("file")
@metadata_options
@speaker_options
@as_json
def replace(document: str, file: str, given: Metadata, how: dict[str, Any], as_json: bool) -> None:
    """Put FILE in the place of DOCUMENT. What FILE does not say is kept."""
    with opened() as corpus, progress("Replacing") as bar:
        added = corpus.replace(document, *_source(file, given), **how, by=writer(), progress=bar)
        doubts = corpus.attributing.of(added.document.id)
        if as_json:
            print_json({"file": file, **_outcome(added, doubts), "topics": _topics(added.moves)})
        else:
            _print(file, added, doubts, corpus.speakers)


def _source(path: str, given: Metadata) -> tuple[Source, Metadata]:
    """A file, or a public page by its address, and what is known of it."""
    from service.config import Config
    from service.documents.fetching import fetch, is_address
    from service.readers import Source

    max_bytes = Config.from_environment().max_bytes
    if is_address(path):
        page = fetch(path, max_bytes)
        return page.source, replace_fields(given, source_url=given.source_url or page.url)
    return Source(Path(path).name, file_bytes(path, max_bytes)), given


def _map(path: str) -> dict[str, str | None]:
    """The speakers' map. Raises BadValue with the line of what is wrong."""
    form = 'Write {"label as printed": "Speaker name" or null}.'
    try:
        found = json.loads(file_bytes(path, 1_000_000))
    except ValueError as error:
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadValue(f"{path} is no JSON{line}.", form) from error
    if not isinstance(found, dict) or not all(value is None or isinstance(value, str) for value in found.values()):
        raise BadValue(f"{path} is no map of labels to names.", form)
    return found


def _settled(corpus: Corpus, source: Source, given: Metadata, how: dict[str, Any]) -> dict[str, Any]:
    """The options with what a person says about merges that are unsure."""
    preview = corpus.preview(source, given, **how)
    if preview.duplicate is not None:
        return how
    here = [row.speaker for row in preview.labels if row.speaker is not None]
    names = _decided(preview.unsure, [row.speaker for row in corpus.speakers()], here)
    return {**how, "speakers": {**(how["speakers"] or {}), **names} or None}


def _decided(
    unsure: Sequence[UnsureMerge], known: Sequence[Speaker], here: Sequence[Speaker | ResolvedSpeaker]
) -> dict[str, str]:
    """Whom a person takes labels for, by label: one who is there by id, one of the same document by name."""
    there, new = ({who.id: who for who in some} for some in (known, here))
    decided: dict[str, str] = {}
    for doubt in unsure:
        for candidate in doubt.candidates:
            who = there.get(candidate) or new.get(candidate)
            if who is None:
                continue
            if click.confirm(f"{doubt.label}: is this {who.name}? ({doubt.reason})", default=False, err=True):
                decided[doubt.label] = candidate if candidate in there else who.name
                break
    return decided


def _outcome(added: Added, doubts: DocumentDoubts) -> dict[str, Any]:
    return {
        "document": _document(added.document),
        "duplicate": added.duplicate,
        "statements": added.statements,
        "comparable": added.comparable,
        "speakers": [{"id": who.id, "name": who.name} for who in added.speakers],
        "unsure": [asdict(doubt) for doubt in added.unsure],
        "near_copies": [{"document": _document(row), "share": share} for row, share in added.near_copies],
        "warnings": list(added.warnings),
        "doubts": len(doubts.open),
    }


def _document(row: DocumentRow) -> dict[str, Any]:
    known = row.metadata
    return {"id": row.id, "title": known.title, "date": known.date, "place": known.place, "sha256": row.sha256}


def _error(error: CounterposeError) -> dict[str, Any]:
    return {"code": error.code, "message": str(error), "remedy": remedy(error), "nearest": list(error.nearest)}


def _print(
    path: str,
    added: Added,
    doubts: DocumentDoubts,
    speakers: Callable[[], Iterable[SpeakerRow]],
    *,
    alone: bool = True,
) -> None:
    """What became of a file; where it is not added `alone`, another may bring the speaker that it lacks."""
    from service.rendering.counting import count
    from service.rendering.wording import percent
    from service.topics.grouping import moves_detail
    from service.views import ALONE

    if added.duplicate:
        click.echo(f"{path}: document {added.document.id} already, nothing changed")
        return
    names = ", ".join(who.name for who in added.speakers) or "nobody"
    click.echo(f"{path}: document {added.document.id}, {count(added.comparable, 'statement')} to compare, by {names}")
    for row, share in added.near_copies:
        note(f"  {percent(share)} the same as document {row.id} ({row.metadata.title or row.original_name})")
    rows = {row.speaker.id: row for row in speakers()} if added.unsure else {}  # which takes long of many
    for doubt in added.unsure:
        note(_doubt(doubt, added, rows))
    for warning in added.warnings:
        if alone or warning != ALONE:
            note(f"  {warning}")
    for line in _doubtful(doubts):
        note(f"  {line}")
    if added.moves is not None:
        print_changes("add", moves_detail(added.moves), "  ")


def _doubtful(found: DocumentDoubts) -> Iterator[str]:
    """What is to be looked at before anything of a document is published, and where."""
    from service.rendering.counting import count

    if not found.open:
        return
    yield f"Who said what: {count(len(found.open), 'doubt')} that nobody has signed off"
    for one in found.open[:DOUBTS_NAMED]:
        yield f"  {doubt_line(one.finding)}"
    if len(found.open) > DOUBTS_NAMED:
        yield f"  and {len(found.open) - DOUBTS_NAMED} more"
    if found.nameless is not None:
        yield f"“{found.nameless}” stands for nobody in particular; rename-speaker gives the speaker a name."
    yield f"See: counterpose attribution {found.row.id}, or /documents/{found.row.id}#doubts in the browser"
    yield f"To let the words stand: counterpose sign-off {found.row.id}"


def _doubt(doubt: UnsureMerge, added: Added, rows: Mapping[str, SpeakerRow]) -> str:
    """Whom a label may name, by name and id, and what makes the two one."""
    here = [who.id for who in added.speakers if who.id in rows and doubt.label in rows[who.id].labels]
    known = [one for one in doubt.candidates if one in rows]
    names = " or ".join(f"{rows[one].speaker.name} ({one})" if one in rows else one for one in doubt.candidates)
    own = f" ({here[0]})" if here else ""
    step = f" If so: counterpose merge-speakers {known[0]} {here[0]}" if here and known else ""
    return f"  {doubt.label}{own} may be {names}, and was left apart: {doubt.reason.rstrip('.')}.{step}"
