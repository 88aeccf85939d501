"""Signature: the account that writes in this context, if one does: what is written is kept as its own, and verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SIGNED: ContextVar[str | None] = ContextVar("signed", default=None)


def sign(name: str | None) -> None:
    """From now on and in this context alone, what is written is written by this account; None: by nobody known."""
    _SIGNED.set(name)


@contextmanager
def signing(name: str | None) -> Iterator[None]:
    """What is written meanwhile is written by this account."""
    before = _SIGNED.set(name)
    try:
        yield
    finally:
        _SIGNED.reset(before)


def signed() -> str | None:
    return _SIGNED.get()
