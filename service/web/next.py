"""Next: where somebody goes on after signing in: to a page of this site, whatever an address says."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Request

FRONT = "/"


def sign_in_address(request: Request) -> str:
    """The address of the form that leads back to what was asked for."""
    path = request.full_path if request.query_string else request.path
    return "/sign-in" if path == FRONT else f"/sign-in?next={quote(path, safe='/')}"


def own(path: str) -> str:
    """`path`, if it is one of this site; else the front page."""
    odd = any(character in "\\" or not character.isprintable() for character in path)
    parts = urlsplit(path) if path.startswith("/") and not path.startswith("//") and not odd else None
    return path if parts is not None and not parts.scheme and not parts.netloc else FRONT
