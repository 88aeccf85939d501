"""Addresses: where a topic, and a speaker on a topic over time, are to be found."""

from __future__ import annotations

from urllib.parse import quote as percent
from urllib.parse import urlencode


def topic_address(topic_id: str) -> str:
    return f"/topics/{percent(topic_id, safe='')}"


def over_time_address(speaker_id: str, topic: str | None, since: str | None = None, until: str | None = None) -> str:
    held = {name: value for name, value in (("topic", topic), ("since", since), ("until", until)) if value is not None}
    return f"/speakers/{percent(speaker_id, safe='')}/over-time?{urlencode(held)}"
