"""Quoted: passages of the transcripts that a set names by source and code points, and does not repeat.

A source is "stockholm", "un/CCC_session_year" or the path of a file in the folder of transcripts.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from models.evaluation.reading import UnusableSet

STOCKHOLM = "stockholm-2021-12-02.txt"
SPEECHES = "un-general-debate-1946-2021.tar.xz"


def passage(texts: Mapping[str, str], source: str, start: int, end: int) -> str:
    """The slice of a source's text. Raises UnusableSet where the text is shorter."""
    found = texts[source][start:end]
    if len(found) != end - start:
        raise UnusableSet(f"{source} ends before {end}")
    return found


def stored_texts(corpus: Path, sources: Iterable[str]) -> dict[str, str]:
    """The stored text of each source: the decoded file, its byte order mark dropped, its newlines as they are."""
    named = set(sources)
    speeches = {f"un-general-debate/{name.removeprefix('un/')}.txt": name for name in named if name.startswith("un/")}
    files = {name: corpus / (STOCKHOLM if name == "stockholm" else name) for name in named - set(speeches.values())}
    try:
        found = {name: path.read_bytes() for name, path in files.items()}
        if speeches:
            with tarfile.open(corpus / SPEECHES, "r|xz") as archive:  # a stream: its members are found in one pass
                for member in archive:
                    if member.name in speeches and (file := archive.extractfile(member)) is not None:
                        found[speeches[member.name]] = file.read()
    except (OSError, tarfile.TarError) as error:
        raise UnusableSet(f"{corpus} cannot be read: {error}") from error
    if missing := sorted(named - set(found)):
        raise UnusableSet(f"{corpus / SPEECHES} has no {', '.join(missing)}")
    return {name: data.decode("utf-8-sig") for name, data in found.items()}
