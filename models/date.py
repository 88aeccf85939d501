"""Date: an ISO date of reduced precision is a stretch of days: "1946" is a year, "2021-12" a month."""

from __future__ import annotations

import re
from calendar import monthrange

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
