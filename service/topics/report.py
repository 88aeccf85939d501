"""Topic report: what one write changed of the topics, why, and which, from its row in the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.rendering.counting import count
from service.translation import N_, gettext
from service.views import AuditRow

_WHY = {
    "add": N_("A document was added"),
    "replace": N_("A document was replaced"),
    "remove": N_("A document was removed"),
    "regroup": N_("Several documents were added, or another model was set: all statements were grouped anew."),
    "set-issues": N_("The list of issues was changed: it takes what belongs to it, and topics are found in the rest."),
}
_ANEW = N_(
    "more than a quarter of all statements had come or gone since topics were last found, so all were grouped anew."
)
_JOINED = N_("its own statements joined the topics that they are near to; no other statement moved.")
_LEFT = N_("no other statement moved.")


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
    what = gettext(_WHY[action])
    if _WHY[action].endswith("."):
        return what
    how = _ANEW if topics.get("anew") else _LEFT if action == "remove" else _JOINED
    return gettext("%(what)s: %(how)s", what=what, how=gettext(how))


def short(topics: Mapping[str, Any]) -> str:
    joined, left = topics["joined"], topics.get("left", {})
    entered, dropped = topics.get("entered", 0), topics.get("dropped", 0)  # not told apart by what was written earlier
    moved = topics["moved"] - entered - dropped
    begun, ended, renamed = topics["begun"], topics["ended"], topics.get("renamed", {})
    parts = []
    if joined:
        parts.append(gettext("%(statements)s joined %(topics)s", **_sizes(joined)))
    if left:
        parts.append(gettext("%(statements)s left %(topics)s", **_sizes(left)))
    if begun:
        parts.append(gettext("%(topics)s began", topics=count(len(begun), "topic")))
    if ended:
        parts.append(gettext("%(topics)s ended", topics=count(len(ended), "topic")))
    if moved:
        parts.append(gettext("%(statements)s moved to another topic", statements=count(moved, "statement")))
    if entered:
        parts.append(gettext("%(statements)s that stood in no topic got one", statements=count(entered, "statement")))
    if dropped:
        parts.append(gettext("%(statements)s went to no topic", statements=count(dropped, "statement")))
    if renamed:
        parts.append(gettext("%(topics)s got another name", topics=count(len(renamed), "topic")))
    return gettext("Topics: %(changes)s.", changes="; ".join(parts) or gettext("nothing changed"))


def _sizes(flow: Mapping[str, int]) -> dict[str, str]:
    return {"statements": count(sum(flow.values()), "statement"), "topics": count(len(flow), "topic")}


def lines(topics: Mapping[str, Any]) -> Iterator[str]:
    """Topic by topic; nothing of what was written before topics were named."""
    names: Mapping[str, str] = topics.get("names", {})

    def name(topic: str) -> str:
        return names.get(topic, topic)

    def before_that(topic: str) -> str:
        return topics["renamed"].get(topic) or name(topic)

    flows = topics.get("flows", [])
    for before, after, number in flows:
        was = None if before is None else before_that(before)
        yield _flow(was, None if after is None else name(after), count(number, "statement"), before, after)
    more = topics["moved"] - sum(number for *_, number in flows)
    if flows and more:
        yield gettext("%(statements)s more moved", statements=count(more, "statement"))
    if names:
        yield from (gettext("“%(topic)s” began", topic=name(one)) for one in topics["begun"])
        for one in topics["ended"]:
            yield gettext("“%(topic)s” ended: no statement is left in it", topic=name(one))
        for one, was in topics["renamed"].items():
            yield gettext("“%(topic)s” was called “%(was)s” before", topic=name(one), was=was)
        for one, number in topics["joined"].items():
            yield gettext("%(statements)s joined “%(topic)s”", statements=count(number, "statement"), topic=name(one))
        for one, number in topics["left"].items():
            yield gettext("%(statements)s left “%(topic)s”", statements=count(number, "statement"), topic=name(one))


def _flow(was: str | None, now: str | None, statements: str, before: str | None, after: str | None) -> str:
    """From one topic to another by their names, and by their ids `before` and `after` where the names are the same."""
    said = {"statements": statements}
    if was is None:
        return gettext("%(statements)s that stood in no topic went to “%(topic)s”", topic=now, **said)
    if now is None:
        return gettext("%(statements)s of “%(topic)s” went to no topic", topic=was, **said)
    if was != now:
        return gettext("%(statements)s of “%(before)s” went to “%(after)s”", before=was, after=now, **said)
    said |= {"topic": now, "before": str(before), "after": str(after)}
    return gettext("%(statements)s of “%(topic)s” (%(before)s) went to its namesake (%(after)s)", **said)
