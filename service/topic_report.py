"""Topic report: what one write changed of the topics, why, and which, from its row in the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.rendering import count
from service.views import AuditRow

_WHY = {
    "add": "A document was added",
    "replace": "A document was replaced",
    "remove": "A document was removed",
    "regroup": "Several documents were added, or another model was set: all statements were grouped anew.",
    "set-issues": "The list of issues was changed: it takes what belongs to it, and topics are found in the rest.",
}
_ANEW = "more than a quarter of all statements had come or gone since topics were last found, so all were grouped anew."
_JOINED = "its own statements joined the topics that they are near to; no other statement moved."
_LEFT = "no other statement moved."


@dataclass(frozen=True, slots=True)
class Report:
    """`short` is a line of numbers; `lines` name the topics."""

    at: str  # ISO 8601, UTC, seconds
    who: str
    why: str
    short: str
    lines: tuple[str, ...]


def report(row: AuditRow) -> Report:
    """Of a write whose detail holds `topics`."""
    topics = row.detail["topics"]
    return Report(row.at, row.who, why(row.action, topics), short(topics), tuple(lines(topics)))


def why(action: str, topics: Mapping[str, Any]) -> str:
    said = _WHY[action]
    if said.endswith("."):
        return said
    return f"{said}: {_ANEW if topics.get('anew') else _LEFT if action == 'remove' else _JOINED}"


def short(topics: Mapping[str, Any]) -> str:
    moved, joined, left = topics["moved"], topics["joined"], topics.get("left", {})
    parts = [
        f"{count(sum(joined.values()), 'statement')} joined {count(len(joined), 'topic')}" if joined else "",
        f"{count(sum(left.values()), 'statement')} left {count(len(left), 'topic')}" if left else "",
        f"{count(len(topics['begun']), 'topic')} began" if topics["begun"] else "",
        f"{count(len(topics['ended']), 'topic')} ended" if topics["ended"] else "",
        f"{count(moved, 'statement')} moved to another topic" if moved else "",
        f"{count(len(topics['renamed']), 'topic')} got another name" if topics.get("renamed") else "",
    ]
    return "Topics: " + ("; ".join(filter(None, parts)) or "nothing changed") + "."


def lines(topics: Mapping[str, Any]) -> Iterator[str]:
    """Topic by topic; nothing of what was written before topics were named."""
    names: Mapping[str, str] = topics.get("names", {})

    def name(topic: str) -> str:
        return f"“{names.get(topic, topic)}”"

    def before_that(topic: str) -> str:
        return f"“{topics['renamed'].get(topic) or names.get(topic, topic)}”"

    flows = topics.get("flows", [])
    for before, after, number in flows:
        said = count(number, "statement")
        if before is None:
            yield f"{said} that stood in no topic went to {name(after)}"
        elif after is None:
            yield f"{said} of {before_that(before)} went to no topic"
        else:
            yield f"{said} of {before_that(before)} went to {name(after)}"
    more = topics["moved"] - sum(number for *_, number in flows)
    if flows and more:
        yield f"{count(more, 'statement')} more moved"
    if names:
        yield from (f"{name(one)} began" for one in topics["begun"])
        yield from (f"{name(one)} ended: no statement is left in it" for one in topics["ended"])
        yield from (f"{name(one)} was called “{was}” before" for one, was in topics["renamed"].items())
        yield from (f"{count(number, 'statement')} joined {name(one)}" for one, number in topics["joined"].items())
        yield from (f"{count(number, 'statement')} left {name(one)}" for one, number in topics["left"].items())
