"""Asked: what the pages of accounts read from a request: who asks, from where, and what they typed."""

from __future__ import annotations

from flask import g, request

from service.access.access import Access
from service.access.acting import Acting
from service.access.visitor import Visitor
from service.errors import BadValue
from service.store.accounts import Person, Session

SEE_OTHER = 303


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


def acting() -> Acting:
    """Whoever is signed in, to be looked at once more when it comes to the change."""
    return Acting(person(), session())


def confirm(access: Access) -> Acting:
    """That it is still they who sit there. Raises Unauthorized where the password typed is another."""
    return access.confirm(acting(), request.form.get("current", ""), address())


def confirm_with_code(access: Access) -> Acting:
    """As `confirm`, for what a second factor guards: with a code of it, or a recovery code, as well."""
    found = confirm(access)
    access.demand_code(found.person, request.form.get("code", ""), address())
    return found


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
