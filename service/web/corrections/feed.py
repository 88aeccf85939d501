"""Correction feed: the answered reports as an Atom feed; the same answers give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from feedgen.feed import FeedGenerator

from service.rendering.wording import source
from service.review.corrections import Reported

NEWEST = 50  # entries: the whole log is a page
_NEVER = "1970-01-01T00:00:00+00:00"  # when a log without an answer was last changed
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(found: Sequence[Reported], absolute: Callable[[str], str]) -> bytes:
    """`found` has the newest answer first; `absolute` makes a path an address."""
    atom = FeedGenerator()
    atom.id(absolute("/corrections"))
    atom.title("Corrections · Counterpose")
    atom.link(href=absolute("/corrections.atom"), rel="self")
    atom.link(href=absolute("/corrections"), rel="alternate")
    atom.author({"name": "Counterpose"})
    atom.generator("Counterpose")
    atom.updated(datetime.fromisoformat(max((_changed(one) for one in found), default=_NEVER)))
    for one in found[:NEWEST]:
        report = one.report
        entry = atom.add_entry(order="append")
        address = absolute(f"/corrections#r{report.id}")
        entry.id(address)
        entry.link(href=address)
        entry.title(_plain(f"{report.state.capitalize()}: {one.first.speaker.name} and {one.second.speaker.name}"))
        entry.updated(datetime.fromisoformat(_changed(one)))
        entry.published(datetime.fromisoformat(report.answered_at or _NEVER))
        entry.summary(_plain(f"{report.answer} ({source(one.first)}; {source(one.second)})"))
    text: bytes = atom.atom_str(pretty=True)
    return text


def _changed(one: Reported) -> str:
    return one.amended or one.report.answered_at or _NEVER


def _plain(words: str) -> str:
    """With a mark for each character that XML cannot hold."""
    return _NO_XML.sub("\ufffd", words)
