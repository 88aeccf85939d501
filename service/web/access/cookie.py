"""Cookie: the one that a session is known by. It lasts as long as the browser runs, and holds nothing but a key."""

from __future__ import annotations

from flask import Request
from werkzeug.wrappers import Response

from service.web.access.line import is_here

NAME = "counterpose-session"


def name_of(request: Request) -> str:
    """With the prefix that lets no other host and no plain connection set it, but within one machine, without https."""
    return NAME if is_here(request) else f"__Host-{NAME}"


def key_of(request: Request) -> str | None:
    return request.cookies.get(name_of(request))


def give(request: Request, response: Response, key: str) -> Response:
    secure = not is_here(request)
    response.set_cookie(name_of(request), key, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def take(request: Request, response: Response) -> Response:
    secure = not is_here(request)
    response.delete_cookie(name_of(request), path="/", secure=secure, httponly=True, samesite="Lax")
    if secure:
        response.headers["Clear-Site-Data"] = '"storage"'
    return response
