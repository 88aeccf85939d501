"""Second factor on the web: setting it up, getting other recovery codes, and turning it off."""

from __future__ import annotations

import segno
from flask import Blueprint, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from service.access.access import Access
from service.access.second_factor import address_of, in_groups
from service.errors import BadValue, Conflict, CounterposeError, TooManySignIns, Unauthorized
from service.store.accounts import Person
from service.web.access import cookie
from service.web.access.asked import SEE_OTHER, Page, address, again, become, confirm, person

Answer = Response | Page | str
REFUSALS = (BadValue, Conflict, Unauthorized, TooManySignIns)


def second_factor_pages(pages: Blueprint, access: Access) -> None:
    @pages.get("/account/second-factor")
    def second_factor() -> str:
        return _page(person())

    @pages.post("/account/second-factor")
    def begin_second_factor() -> Answer:
        try:
            confirm(access)
            return _page(access.second_factor.begin(person()), waiting=True)
        except REFUSALS as error:
            return again(_page(person(), error), error)

    @pages.post("/account/second-factor/confirm")
    def confirm_second_factor() -> Answer:
        """Every session ends, this one is begun anew: what was opened without a code stays open nowhere."""
        try:
            codes = access.second_factor.confirm(person(), request.form.get("code", ""))
        except REFUSALS as error:
            return again(_page(person(), error, waiting=person().seed is not None), error)
        key = access.sessions.begin(access.people.one(person().name))
        become(access.by_session(key) or access.nobody())
        return cookie.give(request, make_response(_page(person(), codes=codes)), key)

    @pages.post("/account/second-factor/codes")
    def renew_recovery_codes() -> Answer:
        try:
            confirm(access)
            return _page(person(), codes=access.second_factor.renew_codes(person()))
        except REFUSALS as error:
            return again(_page(person(), error, at="codes"), error)

    @pages.post("/account/second-factor/off")
    def end_second_factor() -> Answer:
        try:
            confirm(access)
            access.demand_code(person(), request.form.get("code", ""), address())
            changed = access.second_factor.turn_off(person())
        except REFUSALS as error:
            return again(_page(person(), error, at="off"), error)
        return cookie.give(request, redirect("/account/second-factor", SEE_OTHER), access.sessions.begin(changed))

    def _page(
        whose: Person,
        error: CounterposeError | None = None,
        *,
        at: str = "",
        waiting: bool = False,
        codes: tuple[str, ...] = (),
    ) -> str:
        """`at`: the form that the error is about. `waiting`: for the first code of a seed. `codes`: new, shown once."""
        return render_template(
            "second_factor.html",
            person=whose,
            error=error,
            at=at,
            seed=in_groups(whose.seed) if waiting and whose.seed is not None else "",
            square=_square(whose) if waiting else "",
            codes=codes,
            left=access.second_factor.codes_left(whose),
        )


def _square(person: Person) -> Markup:
    """The code that a camera reads, as SVG: dark on light whatever the page's colours are, since cameras want that."""
    drawn = segno.make(address_of(person), micro=False, error="m")
    return Markup(drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False))  # noqa: S704 - our own
