"""Dates of reduced precision: "1946" is a year, "2021-12" a month, and each is a stretch of days."""

from __future__ import annotations

import re
from calendar import monthrange

from service.errors import BadValue

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def span(date: str) -> tuple[str, str] | None:
    """First and last day of an ISO date in whatever precision it has; None where it is no date."""
    match = _DATE.fullmatch(date)
    if match is None:
        return None
    year, month, day = match.groups()
    if int(year) == 0 or (month and not 1 <= int(month) <= 12):
        return None
    last = monthrange(int(year), int(month))[1] if month else 31
    if day and not 1 <= int(day) <= last:
        return None
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{day or f'{last:02}'}"


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
