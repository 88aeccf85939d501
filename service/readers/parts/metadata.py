"""Metadata: what a file says of its document in named fields: a header, a JSON object, the columns of a CSV."""

from __future__ import annotations

import re

from models.date import span
from models.transcript import Metadata, Record
from service.errors import Unreadable

_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>])")


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
    day = re.match(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d", shown)
    date = day[1] if day else shown
    if span(date) is None:
        raise Unreadable(f"{name} says date: {date}, which is not a date.", "Write it as 2021-12-02, 2021-12 or 2021.")
    return date


def _url(value: object, name: str) -> str | None:
    shown = _shown(value)
    if shown is not None and not re.match(r"https?://\S+$", shown):
        raise Unreadable(f"{name} says source_url: {shown}, which is not a web address.", "Start it with https://.")
    return shown
