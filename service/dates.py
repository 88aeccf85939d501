"""Dates of reduced precision, as they are asked for and compared."""

from __future__ import annotations

from models.date import span
from service.errors import BadValue


def checked(name: str, date: str) -> str:
    """The date as given, or BadValue."""
    if span(date) is None:
        raise BadValue(f"{name} is {date!r}, which is no date.", "Write it as 2021-12-02, 2021-12 or 2021.")
    return date


def checked_span(since: str | None, until: str | None) -> None:
    """Raises BadValue where one of the two is no date, or where nothing can lie between them."""
    for name, date in (("since", since), ("until", until)):
        if date is not None:
            checked(name, date)
    if since is not None and until is not None and not within(since, None, until):
        raise BadValue(f"since ({since}) lies after until ({until}).", "Swap the two dates.")


def within(date: str | None, since: str | None, until: str | None) -> bool:
    """Whether a date may lie between two others, as far as its precision tells. An unknown date lies within nothing."""
    if since is None and until is None:
        return True
    days = span(date) if date is not None else None
    if days is None:
        return False
    earliest = span(since) if since is not None else None
    latest = span(until) if until is not None else None
    return (earliest is None or days[1] >= earliest[0]) and (latest is None or days[0] <= latest[1])
