"""Asked: what the pages of accounts read from a request: who asks, from where, and what they typed."""

from __future__ import annotations

from flask import g, request

from service.access.access import Access
from service.access.visitor import Visitor
from service.errors import BadValue, CounterposeError
from service.store.accounts import Person, Session
from service.web.retrying import when_again

SEE_OTHER = 303
Page = tuple[str, int, dict[str, str]]


def visitor() -> Visitor:
    found: Visitor = g.visitor
    return found


def become(found: Visitor) -> None:
    """Whoever asks is somebody else from now on: the page that they get, and what its forms carry, is theirs."""
    g.visitor = found


def person() -> Person:
    """Whoever is signed in: the blueprint lets nobody else in."""
    found = visitor().person
    assert found is not None
    return found


def session() -> Session:
    found = visitor().session
    assert found is not None
    return found


def address() -> str:
    return request.remote_addr or ""


def confirm(access: Access) -> None:
    """That it is still they who sit there. Raises Unauthorized where the password typed is another."""
    access.confirm(person(), request.form.get("current", ""), address())


def new_password() -> str:
    """The one that was typed twice."""
    first, again = request.form.get("password", ""), request.form.get("again", "")
    if first != again:
        raise BadValue("The two passwords are not the same.", "Type the same one twice. Nothing was changed.")
    return first


def days() -> int | None:
    text = request.form.get("days", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadValue(f"The days are “{text[:80]}”.", "Give a whole number, or none. Nothing was changed.")
    return int(text)


def again(page: str, error: CounterposeError) -> Page:
    """The form once more, with what was wrong with it."""
    return page, error.status, when_again(error)
