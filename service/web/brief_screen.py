"""Brief screen: two speakers topic by topic as a page, and the ways to take it along."""

from __future__ import annotations

from flask import render_template

from service.exports import formats
from service.rendering.brief import Brief
from service.rendering.wording import manifest
from service.schema.brief import BriefQuery
from service.translation import gettext
from service.web.screens import groups


def brief_page(found: Brief, query: BriefQuery) -> str:
    return render_template(
        "brief.html",
        brief=found,
        sections=[(section, groups(section.comparison)) for section in found.sections],
        exports=[(gettext(each.LABEL), query.address(format=name, download="1")) for name, each in formats().items()],
        manifest=manifest(found.made_with),
    )
