"""Markdown, with a YAML header for what is known about the document."""

from __future__ import annotations

import re

from models.transcript import Metadata, Transcript
from service.errors import Unreadable
from service.readers import Source
from service.readers.parts.decoding import decode
from service.readers.parts.limits import HEADER, at_most
from service.readers.parts.metadata import metadata_from
from service.readers.parts.turns import turns

SUFFIXES: tuple[str, ...] = (".md", ".markdown", ".mkd", ".qmd")

_HEADER = re.compile(
    r"\s{0,4}---[^\S\r\n]*(?:\r\n|\n|\r)(.*?)(?:\r\n|\n|\r)(?:---|\.\.\.)[^\S\r\n]*(?:\r\n|\n|\r|\Z)", re.S
)


def sniff(data: bytes) -> bool:
    return re.match(rb"(?:\xef\xbb\xbf)?\s{0,4}---[ \t]*\r?\n[A-Za-z_]+[ \t]*:", data[:200]) is not None


def read(source: Source, speaker: str | None = None) -> Transcript:
    text = decode(source.data, source.name)
    header = _HEADER.match(text)
    if header:
        at_most(source.name, len(header[1]), HEADER, "characters in its header")
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
