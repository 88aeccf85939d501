"""Again: a form that was refused, shown once more to whoever filled it in."""

from __future__ import annotations

from service.errors import CounterposeError
from service.web.causes import note
from service.web.retrying import when_again

Page = tuple[str, int, dict[str, str]]


def again(page: str, error: CounterposeError) -> Page:
    """The `page` that says what was wrong, answered with as every refusal is: its status, when to try again, its cause
    in the log."""
    note(error)
    return page, error.status, when_again(error)
