"""Account: one's own password, sessions and tokens. What could lock its owner out takes the password once more."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from service.access.access import Access
from service.access.passwords import FEWEST
from service.access.people import scopes
from service.errors import BadValue, CounterposeError, TooManySignIns, Unauthorized
from service.store.accounts import Scope
from service.web.access import cookie
from service.web.access.asked import SEE_OTHER, acting, confirm, days, new_password, person, session
from service.web.again import Page, again

Answer = Response | Page
REFUSALS = (BadValue, Unauthorized, TooManySignIns)


def account_pages(pages: Blueprint, access: Access) -> None:
    @pages.get("/account")
    def account() -> str:
        return _page()

    @pages.post("/account/password")
    def change_password() -> Answer:
        try:
            key = access.change_password(confirm(access), new_password())
        except REFUSALS as error:
            return again(_page(error, "password"), error)
        return cookie.give(request, redirect("/account?changed=1", SEE_OTHER), key)

    @pages.post("/account/sessions")
    def end_sessions() -> Answer:
        try:
            access.sessions.end_some(confirm(access), request.form.getlist("session"))
        except REFUSALS as error:
            return again(_page(error, "sessions"), error)
        return redirect("/account#sessions", SEE_OTHER)

    @pages.post("/account/tokens")
    def make_token() -> str | Page:
        try:
            who, wanted = confirm(access), scopes(request.form.getlist("scope"))
            made, text = access.tokens.make(who.person, request.form.get("label", ""), wanted, days(), who=who)
        except REFUSALS as error:
            return again(_page(error, "tokens"), error)
        return _page(made=(made.label, text))

    @pages.post("/account/tokens/<int:number>/revoke")
    def revoke_token(number: int) -> Response:
        access.tokens.revoke(number, acting())
        return redirect("/account#tokens", SEE_OTHER)

    def _page(error: CounterposeError | None = None, at: str = "", made: tuple[str, str] | None = None) -> str:
        """`at`: the form that the error is about. `made`: what a new token is for, and the token."""
        return render_template(
            "account.html",
            person=person(),
            sessions=[(one, one.hash == session().hash) for one in access.sessions.of(person())],
            tokens=access.tokens.listed(person()),
            scopes=[scope for scope in Scope if scope in person().role.scopes],
            changed="changed" in request.args,
            error=error,
            at=at,
            made=made,
            typed=request.form,
            fewest=FEWEST,
        )
