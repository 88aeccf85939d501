"""Review reasons: those that are offered with each decision on a pair, by number."""

from __future__ import annotations

from collections.abc import Mapping

from models.relation import Relation
from service.reviewing import CONFIRM, REJECT
from service.translation import gettext


def offered(decision: str, shown: Relation) -> tuple[str, ...]:
    """What speaks for a decision on a pair that is shown as `shown`; confirming takes the reasons of what is shown."""
    if decision == REJECT:
        return (
            gettext("not about the same thing"),
            gettext("one of them reports what others hold"),
            gettext("the words mean something else in their context"),
            gettext("the wrong speaker"),
        )
    if (shown if decision == CONFIRM else decision) == Relation.OPPOSES:
        return (
            gettext("one is for it, the other against"),
            gettext("one says so, the other denies it"),
            gettext("they want contrary things"),
        )
    return (
        gettext("they want the same thing"),
        gettext("both say that it is so"),
        gettext("the same side in other words"),
    )


def given(sent: Mapping[str, str], shown: Relation) -> str:
    """The reason that a form was sent with: one of those offered, words of one's own, or both.

    A page has a field of its own for each decision, and takes the number of an offered reason in the place of words.
    """
    decision = sent.get("decision", "")
    chosen = sent.get("reason", "").strip()
    words = sent.get(f"why-{decision}", sent.get("why", "")).strip()
    some = offered(decision, shown)
    if f"why-{decision}" in sent:
        chosen = sent.get(f"reason-{decision}", "").strip()
        if words in map(str, range(1, len(some) + 1)):
            chosen, words = some[int(words) - 1], ""
    return "; ".join(filter(None, (chosen, words)))
