"""People on the web: an admin invites others, keeps them out and lets them in again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from service.access.access import Access
from service.access.people import role
from service.errors import BadValue, Conflict, CounterposeError, Forbidden, TooManySignIns, Unauthorized
from service.store.accounts import Role, Scope
from service.web import screens
from service.web.access.asked import SEE_OTHER, acting, confirm, person, visitor
from service.web.again import Page, again


def people_pages(pages: Blueprint, access: Access) -> None:
    @pages.get("/people")
    def people() -> str:
        _demand_admin()
        return _page()

    @pages.post("/people")
    def invite() -> str | Page:
        _demand_admin()
        try:
            who, wanted = confirm(access), role(request.form.get("role", ""))
            made = access.people.add(request.form.get("name", ""), wanted, who=who)
        except (BadValue, Conflict, Unauthorized, TooManySignIns) as error:
            return again(_page(error), error)
        return _page(made=(made.name, screens.absolute(f"/welcome#{access.people.link(made.name)}")))

    @pages.post("/people/<name>/disable")
    def disable(name: str) -> Response:
        _demand_admin()
        if access.people.one(name).id == person().id:
            raise BadValue("This is your own account.", "Ask another admin. Nothing was changed.")
        access.people.disable(name, who=acting())
        return redirect("/people", SEE_OTHER)

    @pages.post("/people/<name>/enable")
    def enable(name: str) -> Response:
        _demand_admin()
        access.people.enable(name, who=acting())
        return redirect("/people", SEE_OTHER)

    def _page(error: CounterposeError | None = None, made: tuple[str, str] | None = None) -> str:
        """`made`: whose account is new, and the link for them."""
        return render_template(
            "people.html",
            people=access.people.listed(),
            roles=list(Role),
            own=person(),
            error=error,
            made=made,
            typed=request.form,
        )


def _demand_admin() -> None:
    if not visitor().may(Scope.ADMIN):
        raise Forbidden("This is for admins.", "Ask one of them. Nothing was changed.")
