"""Lead: the one sentence that says in words why two quotes are paired, as far as what is marked in them carries it."""

from __future__ import annotations

from collections.abc import Iterator

from models.comparison import Pair
from models.why import Difference, Kind, Role
from service.rendering.terms import term
from service.translation import N_, gettext

NAMED = 2  # things that both speak of
_BOTH = {
    Kind.ACTOR: N_("they name different actors"),
    Kind.EVALUATION: N_("one praises what the other blames"),
    Kind.OPPOSITE: N_("they say opposite things of it"),
    Kind.NUMBER: N_("they give different numbers"),
    Kind.TIME: N_("they give different years"),
}


def lead(pair: Pair) -> str:
    """'Both speak of “road”; Ada Roe denies it and Bo Day does not.' Without marks: that it is the model's estimate."""
    shared = pair.why.shared if pair.why is not None else ()
    words = [pair.first.text[one.first[0].start : one.first[0].end] for one in shared[:NAMED] if one.first]
    named = ", ".join(f"“{' '.join(each.split())}”" for each in words)
    differing = dict.fromkeys(_differing(pair))
    said = [gettext("both speak of %(words)s", words=named)] if named else []
    found = "; ".join((*said, *differing))
    estimate = gettext("that the pair is “%(relation)s” is the model’s estimate", relation=term(pair.relation))
    whole = found if differing else "; ".join(filter(None, (found, estimate)))
    return f"{whole[:1].upper()}{whole[1:]}."


def _differing(pair: Pair) -> Iterator[str]:
    for one in pair.why.differences if pair.why is not None else ():
        if one.kind in _BOTH:
            yield gettext(_BOTH[one.kind])
            continue
        who = (pair.first, pair.second) if _has_cue(one) else (pair.second, pair.first)
        names = {"one": who[0].speaker.name, "other": who[1].speaker.name}
        if one.kind is Kind.NEGATION:
            yield gettext("%(one)s denies what %(other)s does not", **names)
        else:
            yield gettext("%(one)s demands something and %(other)s does not", **names)


def _has_cue(one: Difference) -> bool:
    """Whether it is the first side that has what the other lacks."""
    return any(span.role is Role.CUE for span in one.first)
