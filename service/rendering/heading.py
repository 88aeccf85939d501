"""Heading: what a comparison is called for people; sides are set against each other only where something opposes."""

from __future__ import annotations

from models.comparison import Comparison
from models.framing import takes_part
from models.relation import Relation
from service.translation import gettext


def framed(comparison: Comparison) -> bool:
    """Whether the two framings may stand against each other: an opposition is shown, and each says more than a name."""
    opposed = any(pair.relation is Relation.OPPOSES for pair in comparison.pairs)
    return opposed and takes_part(comparison.first_framing) and takes_part(comparison.second_framing)


def heading(comparison: Comparison) -> str:
    """'NATO’s extension vs. the old borders', or, where that would claim too much, 'Ada Roe and Bo Day on borders'."""
    first, second, topic = comparison.first.name, comparison.second.name, comparison.topic
    if framed(comparison):
        one, other = comparison.first_framing, comparison.second_framing
        return gettext("%(first)s vs. %(second)s", first=one, second=other)
    if topic is None:
        return gettext("%(first)s and %(second)s", first=first, second=second)
    if topic.id is None:
        return gettext("%(first)s and %(second)s on “%(topic)s”", first=first, second=second, topic=topic.name)
    return gettext("%(first)s and %(second)s on %(topic)s", first=first, second=second, topic=topic.name)
