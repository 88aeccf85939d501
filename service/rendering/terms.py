"""Terms: the words by which the data names its own kinds, and how a page says them."""

from __future__ import annotations

from service.translation import N_, gettext

_TERMS = frozenset(
    (
        *(N_("opposes"), N_("agrees"), N_("differs"), N_("unsure")),  # relations
        *(N_("unreviewed"), N_("confirmed"), N_("relabelled"), N_("paired")),  # what a reader made of a pair
        *(N_("opposed"), N_("agreed"), N_("past each other"), N_("silent"), N_("unjudged")),  # cells of the map
        *(N_("negation"), N_("actor"), N_("demand"), N_("evaluation"), N_("opposite"), N_("number"), N_("time")),
        *(N_("holds"), N_("replaced"), N_("withdrawn"), N_("cannot be placed")),  # decisions
        *(N_("conditional"), N_("question")),  # moods
    )
)


def term(value: str) -> str:
    """`value` in the language that is spoken; as it is where it is none of these."""
    word = str(value)
    return gettext(word) if word in _TERMS else word
