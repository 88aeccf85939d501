"""Access pages: those of accounts, put together; but for what leads in, they are for somebody signed in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Request, Response, g, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from service.access.access import Access
from service.errors import Forbidden, Unauthorized
from service.web.access import cookie
from service.web.access.account import account_pages
from service.web.access.asked import SEE_OTHER, visitor
from service.web.access.entrance import entrance
from service.web.access.needed import ADDING_FACTOR, DOORS
from service.web.access.people import people_pages
from service.web.access.second_factor import second_factor_pages


def blueprint(access: Access, demand_private_line: Callable[[Request], None]) -> Blueprint:
    pages = Blueprint("access", __name__)

    @pages.before_request
    def demand_session() -> WerkzeugResponse | None:
        demand_private_line(request)
        if request.endpoint in DOORS:
            return None
        if visitor().is_to_add_factor and request.endpoint not in ADDING_FACTOR:
            return redirect("/account/second-factor", SEE_OTHER)
        if visitor().session is not None:
            return None
        if visitor().person is not None:
            raise Forbidden("A token does not open this.", "Sign in at /sign-in. Nothing was changed.")
        raise Unauthorized("This takes signing in.", "Sign in at /sign-in. Nothing was changed.")

    @pages.after_request
    def forget(response: Response) -> Response:
        """A cookie that opens nothing any more is taken back; not where it was not looked at."""
        opens_nothing = "visitor" in g and visitor().session is None
        if cookie.key_of(request) and opens_nothing and "Set-Cookie" not in response.headers:
            cookie.take(request, response)
        return response

    entrance(pages, access)
    account_pages(pages, access)
    second_factor_pages(pages, access)
    people_pages(pages, access)
    return pages
