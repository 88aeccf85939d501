"""Signed off: in one line, who let which doubts about who said what stand, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from models.attribution import Doubt, Finding
from service.rendering.counting import count
from service.rendering.wording import day
from service.store.sign_offs import SignOff
from service.translation import N_, gettext

_KINDS = {
    Doubt.LABEL: N_("a label that names nobody"),
    Doubt.NAME: N_("names that are nearly one"),
    Doubt.RUN_ON: N_("more than one voice"),
    Doubt.THIRD_PERSON: N_("the speaker spoken of by name"),
    Doubt.MODERATION: N_("a moderator’s words"),
    Doubt.NOBODY: N_("a label that names nobody"),
    Doubt.HANDS: N_("words that another edition gives to somebody else"),
    Doubt.GONE: N_("a speaker of another edition who has no words here"),
}


def signed_off(looked_at: Iterable[tuple[Finding, SignOff]]) -> str:
    """'signed off by M. Hopper, 3 December 2021 (2 doubts: a label that names nobody, more than one voice)'; several
    people, or days, one after the other."""
    by: dict[tuple[str, str], Counter[Doubt]] = defaultdict(Counter)
    for finding, sign_off in looked_at:
        by[sign_off.who, sign_off.at[:10]][finding.doubt] += 1
    return "; ".join(
        gettext(
            "signed off by %(who)s, %(date)s (%(doubts)s: %(kinds)s)",
            who=who,
            date=day(on),
            doubts=count(kinds.total(), "doubt"),
            kinds=", ".join(gettext(_KINDS[one]) for one in Doubt if one in kinds),
        )
        for (who, on), kinds in sorted(by.items(), key=lambda one: one[0][::-1])
    )
