"""Retrying: the header that says when to try again, where that helps."""

from __future__ import annotations

from service.errors import CounterposeError


def when_again(error: CounterposeError) -> dict[str, str]:
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
