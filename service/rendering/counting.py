"""Counting: so and so many of a thing, in words."""

from __future__ import annotations

from babel.numbers import format_decimal

from service.translation import ngettext, spoken


def plural(one: str, many: str) -> tuple[str, str]:
    """Both forms as they are, marked for the catalog."""
    return one, many


_THINGS = {
    "cell": plural("%(number)s cell", "%(number)s cells"),
    "comparison": plural("%(number)s comparison", "%(number)s comparisons"),
    "date": plural("%(number)s date", "%(number)s dates"),
    "decision": plural("%(number)s decision", "%(number)s decisions"),
    "document": plural("%(number)s document", "%(number)s documents"),
    "doubt": plural("%(number)s doubt", "%(number)s doubts"),
    "issue": plural("%(number)s issue", "%(number)s issues"),
    "pair": plural("%(number)s pair", "%(number)s pairs"),
    "passage": plural("%(number)s passage", "%(number)s passages"),
    "quote": plural("%(number)s quote", "%(number)s quotes"),
    "report": plural("%(number)s report", "%(number)s reports"),
    "shown pair": plural("%(number)s shown pair", "%(number)s shown pairs"),
    "side": plural("%(number)s side", "%(number)s sides"),
    "speaker": plural("%(number)s speaker", "%(number)s speakers"),
    "statement": plural("%(number)s statement", "%(number)s statements"),
    "topic": plural("%(number)s topic", "%(number)s topics"),
    "word": plural("%(number)s word", "%(number)s words"),
}


def count(many: int, thing: str) -> str:
    """'1 statement', '2 statements', '1,204 words'."""
    return ngettext(*_THINGS[thing], many, number=number(many))


def number(value: int) -> str:
    """'1,204' in English."""
    return format_decimal(value, locale=spoken().locale)
