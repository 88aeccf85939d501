"""Filename: who speaks and when, by a pattern of the file's name, for collections that print it nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePath

from models.transcript import Metadata
from service.errors import BadValue

_GROUPS = ("speaker", "date", "year", "session")
_REMEDY = (
    r"Name what it finds, as in (?P<speaker>[A-Z]+)_(?P<session>\d+)_(?P<year>\d{4});"
    " the names are speaker, date, year and session."
)


def from_name(pattern: str, name: str) -> tuple[str | None, Metadata]:
    """The speaker and the date in a file's name. Raises BadValue for a bad pattern, no match, or no date in `date`."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        at = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise BadValue(f"The pattern {pattern!r} is not a regular expression: {error.msg}{at}.", _REMEDY) from error
    unknown = sorted(set(compiled.groupindex) - set(_GROUPS))
    if unknown or not compiled.groupindex:
        which = f"names {', '.join(unknown)}" if unknown else "names nothing"
        raise BadValue(f"The pattern {pattern!r} {which}.", _REMEDY)
    stem = PurePath(name).name
    found = compiled.search(stem)
    if found is None:
        raise BadValue(f"The pattern {pattern!r} does not fit the name {stem!r}.", "Test it on one file name first.")
    groups = {group: value.strip() for group, value in found.groupdict().items() if value and value.strip()}
    speaker = groups.get("speaker")
    return speaker, Metadata(date=_date(groups.get("date") or groups.get("year"), stem))


def _date(shown: str | None, name: str) -> str | None:
    if shown is None:
        return None
    digits = re.fullmatch(r"(\d{4})(?:[-_.]?(\d\d)(?:[-_.]?(\d\d))?)?", shown)
    parts = [part for part in digits.groups() if part] if digits else []
    try:
        dt.date(*(int(part) for part in [*parts, "01", "01"][:3]))
    except (TypeError, ValueError):
        parts = []
    if not parts:
        raise BadValue(
            f"The date {shown!r} in the name {name!r} is not one.", "It must be 2021-12-02, 2021-12 or 2021."
        )
    return "-".join(parts)
