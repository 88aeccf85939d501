"""Entrance: signing in, with a code where one is asked for, and out; and choosing a password by a link.

The key of such a link stands behind its `#`, so that no browser sends it in an address: it is in no log of a server or
a proxy. A script puts it into the form; without scripts the link is pasted there.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from service.access.access import Access, Opened
from service.access.passwords import FEWEST
from service.errors import BadValue, CounterposeError, Gone, TooManySignIns, Unauthorized
from service.store.accounts import Person
from service.web.access import cookie
from service.web.access.asked import SEE_OTHER, address, become, new_password, visitor
from service.web.again import Page, again
from service.web.next import own

Answer = Response | Page | str


def entrance(pages: Blueprint, access: Access) -> None:
    @pages.get("/sign-in")
    def sign_in() -> str:
        return _form(own(request.args.get("next", "")))

    @pages.post("/sign-in")
    def enter() -> Answer:
        onward = own(request.form.get("next", ""))
        try:
            opened = access.sign_in(request.form.get("name", ""), request.form.get("password", ""), address())
        except (Unauthorized, TooManySignIns) as error:
            return again(_form(onward, error), error)
        return _entered(opened, onward)

    @pages.post("/sign-in/code")
    def give_code() -> Answer:
        onward, entry = own(request.form.get("next", "")), request.form.get("entry", "")
        try:
            key = access.give_code(entry, request.form.get("code", ""), address())
        except Gone as error:
            return again(_form(onward, error), error)
        except (Unauthorized, TooManySignIns) as error:
            return again(_asking_code(entry, onward, error), error)
        return _entered(Opened(key), onward)

    @pages.post("/sign-out")
    def leave() -> Response:
        access.sessions.end(visitor().key)
        return cookie.take(request, redirect("/", SEE_OTHER))

    @pages.get("/welcome")
    def welcome() -> str:
        return render_template("welcome.html", person=None, error=None)

    @pages.post("/welcome")
    def accept() -> Answer:
        """The key alone asks for the form; the key with a password chooses that."""
        key = request.form.get("key", "").rpartition("#")[2].strip()
        try:
            person = access.people.invited(key)
        except Gone as error:
            return again(render_template("welcome.html", person=None, error=error), error)
        if "password" not in request.form:
            return _choosing(person, key)
        try:
            return _entered(access.accept(key, new_password()), "/account")
        except BadValue as error:
            return again(_choosing(person, key, error), error)

    def _form(onward: str, error: CounterposeError | None = None) -> str:
        typed = request.form.get("name", "")
        return render_template("sign_in.html", onward=onward, error=error, typed=typed)

    def _asking_code(entry: str, onward: str, error: CounterposeError | None = None) -> str:
        return render_template("sign_in_code.html", entry=entry, onward=onward, error=error)

    def _choosing(person: Person, key: str, error: BadValue | None = None) -> str:
        return render_template("welcome.html", person=person, key=key, error=error, fewest=FEWEST)

    def _entered(opened: Opened, onward: str) -> Answer:
        """Go on with a new session, or ask for a code; a session that the browser came with ends."""
        if visitor().key:
            access.sessions.end(visitor().key)
        if opened.awaited:
            become(access.nobody())
            return _asking_code(opened.key, onward)
        return cookie.give(request, redirect(onward, SEE_OTHER), opened.key)
