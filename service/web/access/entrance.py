"""Entrance: signing in and out, and choosing a password by a link."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from service.access.access import Access
from service.access.passwords import FEWEST
from service.errors import BadValue, TooManySignIns, Unauthorized
from service.store.accounts import Person
from service.web.access import cookie
from service.web.access.asked import SEE_OTHER, Page, address, again, new_password, visitor
from service.web.next import own

Answer = Response | Page


def entrance(pages: Blueprint, access: Access) -> None:
    @pages.get("/sign-in")
    def sign_in() -> str:
        return _form(own(request.args.get("next", "")))

    @pages.post("/sign-in")
    def enter() -> Answer:
        onward = own(request.form.get("next", ""))
        try:
            key = access.sign_in(request.form.get("name", ""), request.form.get("password", ""), address())
        except (Unauthorized, TooManySignIns) as error:
            return again(_form(onward, error), error)
        return _entered(key, onward)

    @pages.post("/sign-out")
    def leave() -> Response:
        access.sessions.end(visitor().key)
        return cookie.take(request, redirect("/", SEE_OTHER))

    @pages.get("/welcome/<key>")
    def welcome(key: str) -> str:
        return _choosing(access.people.invited(key))

    @pages.post("/welcome/<key>")
    def accept(key: str) -> Answer:
        person = access.people.invited(key)
        try:
            return _entered(access.accept(key, new_password()), "/account")
        except BadValue as error:
            return again(_choosing(person, error), error)

    def _form(onward: str, error: Unauthorized | TooManySignIns | None = None) -> str:
        typed = request.form.get("name", "")
        return render_template("sign_in.html", onward=onward, error=error, typed=typed)

    def _choosing(person: Person, error: BadValue | None = None) -> str:
        return render_template("welcome.html", person=person, error=error, fewest=FEWEST)

    def _entered(key: str, onward: str) -> Response:
        """Go on with a new session; one that the browser came with ends."""
        if visitor().key:
            access.sessions.end(visitor().key)
        return cookie.give(request, redirect(onward, SEE_OTHER), key)
