"""Markdown, with a YAML header for what is known about the document."""

from __future__ import annotations

import datetime as dt
import re

from models.transcript import Metadata, Record, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.decoding import decode
from service.readers.parts.turns import turns

SUFFIXES: tuple[str, ...] = (".md", ".markdown", ".mkd", ".qmd")

_HEADER = re.compile(
    r"\s{0,4}---[^\S\r\n]*(?:\r\n|\n|\r)(.*?)(?:\r\n|\n|\r)(?:---|\.\.\.)[^\S\r\n]*(?:\r\n|\n|\r|\Z)", re.S
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>])")


def sniff(data: bytes) -> bool:
    return re.match(rb"(?:\xef\xbb\xbf)?\s{0,4}---[ \t]*\r?\n[A-Za-z_]+[ \t]*:", data[:200]) is not None


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name)
    header = _HEADER.match(text)
    metadata = _metadata(header[1], source.name) if header else Metadata()
    return Transcript(text, turns(text, header.end() if header else 0, speaker), metadata)


def body_start(text: str) -> int:
    """Where the document itself starts, below the header."""
    header = _HEADER.match(text)
    return header.end() if header else 0


def _metadata(header: str, name: str) -> Metadata:
    import yaml

    class Loader(yaml.SafeLoader):
        """Leaves dates as they are written, so that 31 June can be refused with what it says."""

    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))
    try:
        fields = yaml.load(header, Loader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise Unreadable(
            f"The header of {name} cannot be read{line}: {problem}.",
            'Write each line as "key: value", with quotes around a value that has a colon, or leave the header out.',
        ) from error
    if not isinstance(fields, dict):
        raise Unreadable(
            f'The header of {name} is not a list of "key: value" lines.', "Correct it or leave the header out."
        )
    return metadata_from(fields, name)


def metadata_from(fields: dict[str, object], name: str) -> Metadata:
    """What a header or a JSON object says of its document; keys that mean nothing here are ignored."""
    record = _shown(fields.get("record"))
    if record is not None and record not in list(Record):
        raise Unreadable(
            f"{name} says record: {record}, which is not known.",
            "record is verbatim or summary; leave it out where it is not known.",
        )
    return Metadata(
        title=_shown(fields.get("title")),
        date=_date(fields.get("date"), name),
        place=_shown(fields.get("place")),
        publisher=_shown(fields.get("publisher")),
        language=_shown(fields.get("language")),
        source_url=_url(fields.get("source_url"), name),
        record=Record(record) if record else None,
    )


def _shown(value: object) -> str | None:
    """A value as it is shown: Markdown escapes undone, white space of all kinds made single spaces."""
    if value is None or isinstance(value, dict | list):
        return None
    return " ".join(_ESCAPE.sub(r"\1", str(value)).split()) or None


def _date(value: object, name: str) -> str | None:
    shown = _shown(value)
    if shown is None:
        return None
    if not re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", shown):
        day = re.match(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d", shown)
        shown = day[1] if day else shown
    try:
        dt.date.fromisoformat((shown + "-01-01")[:10] if len(shown) < 10 else shown)
        if not re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", shown):
            raise ValueError
    except ValueError:
        raise Unreadable(
            f"{name} says date: {shown}, which is not a date.", "Write it as 2021-12-02, 2021-12 or 2021."
        ) from None
    return shown


def _url(value: object, name: str) -> str | None:
    shown = _shown(value)
    if shown is not None and not re.match(r"https?://\S+$", shown):
        raise Unreadable(f"{name} says source_url: {shown}, which is not a web address.", "Start it with https://.")
    return shown
