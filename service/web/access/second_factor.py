"""Second factor on the web: setting it up, getting other recovery codes, and turning it off."""

from __future__ import annotations

import segno
from flask import Blueprint, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from service.access.access import Access
from service.access.second_factor import address_of, in_groups
from service.errors import BadValue, Conflict, CounterposeError, TooManySignIns, Unauthorized
from service.web.access import cookie
from service.web.access.asked import SEE_OTHER, acting, become, confirm, confirm_with_code, person
from service.web.again import Page, again

Answer = Response | Page | str
REFUSALS = (BadValue, Conflict, Unauthorized, TooManySignIns)


def second_factor_pages(pages: Blueprint, access: Access) -> None:
    @pages.get("/account/second-factor")
    def second_factor() -> str:
        return _page()

    @pages.post("/account/second-factor")
    def begin_second_factor() -> Answer:
        try:
            return _page(seed=access.second_factor.begin(confirm(access)))
        except REFUSALS as error:
            return again(_page(error), error)

    @pages.post("/account/second-factor/confirm")
    def confirm_second_factor() -> Answer:
        """Every session ends, this one is begun anew: what was opened without a code stays open nowhere."""
        seed = request.form.get("seed", "")
        try:
            changed, codes = access.second_factor.confirm(acting(), seed, request.form.get("code", ""))
        except BadValue as error:  # of the code: the seed is the one that waits
            return again(_page(error, seed=seed), error)
        except REFUSALS as error:
            return again(_page(error), error)
        key = access.sessions.begin(changed)
        become(access.by_session(key) or access.nobody())
        return cookie.give(request, make_response(_page(codes=codes)), key)

    @pages.post("/account/second-factor/codes")
    def renew_recovery_codes() -> Answer:
        try:
            return _page(codes=access.second_factor.renew_codes(confirm_with_code(access)))
        except REFUSALS as error:
            return again(_page(error, at="codes"), error)

    @pages.post("/account/second-factor/off")
    def end_second_factor() -> Answer:
        try:
            changed = access.second_factor.turn_off(confirm_with_code(access))
        except REFUSALS as error:
            return again(_page(error, at="off"), error)
        return cookie.give(request, redirect("/account/second-factor", SEE_OTHER), access.sessions.begin(changed))

    def _page(
        error: CounterposeError | None = None, *, at: str = "", seed: str = "", codes: tuple[str, ...] = ()
    ) -> str:
        """`at`: the form that the error is about, if it is there. `seed`: one that waits for its first code, to whoever
        has just got it or sent it along; nobody else is shown any. `codes`: new, shown once."""
        return render_template(
            "second_factor.html",
            person=person(),
            error=error,
            at=at if person().has_second_factor else "",
            seed=seed,
            grouped=in_groups(seed),
            square=_square(person().name, seed) if seed else "",
            codes=codes,
            left=access.second_factor.codes_left(person()),
        )


def _square(name: str, seed: str) -> Markup:
    """The code that a camera reads, as SVG: dark on light whatever the page's colours are, since cameras want that."""
    drawn = segno.make(address_of(name, seed), micro=False, error="m")
    return Markup(drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False))  # noqa: S704 - our own
