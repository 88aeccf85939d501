"""Snapshot screens: the page around a frozen comparison, the list of all, and what is another today."""

from __future__ import annotations

from itertools import pairwise

from flask import render_template

from models.difference import ChangedPair
from service.exports import formats
from service.rendering.caution import Caution
from service.rendering.terms import term
from service.rendering.wording import manifest
from service.snapshots.freezing import Snapshot
from service.snapshots.replaying import Replayed
from service.store.archive import SnapshotRow
from service.translation import gettext
from service.web import screens


def snapshot(found: Snapshot, caution: Caution) -> str:
    row, shown = found.row, found.comparison
    link = screens.absolute(row.path)
    return render_template(
        "snapshot.html",
        comparison=shown,
        groups=screens.groups(shown),
        manifest=manifest(shown.made_with),
        stored=False,
        linked=found.linked,
        snapshot=row,
        audit=found.audit,
        link=link,
        snippets=screens.snippets(shown, link, frame_address(row), caution),
        caution=caution,
        exports=[(gettext(each.LABEL), row.path + each.SUFFIX) for each in formats().values()],
        discovery=screens.discovery(link),
    )


def frame_address(row: SnapshotRow) -> str:
    return screens.absolute(f"/embed{row.path}")


def changes(row: SnapshotRow, found: Replayed) -> str:
    held = {"aspects": aspects, "marked": marked, "part_name": part_name}
    return render_template("snapshot_changes.html", snapshot=row, found=found, **held)


def marked(one: ChangedPair, when: str, side: str) -> tuple[tuple[str, bool], ...]:
    """A quote of then or of now in pieces; those are marked whose words the other has otherwise."""
    text: str = getattr(one.then if when == "then" else one.now, side).text
    edges = [0, *(edge for mark in one.marks(side)[when != "then"] for edge in mark), len(text)]
    return tuple((text[a:b], at % 2 == 1) for at, (a, b) in enumerate(pairwise(edges)) if a < b)


def part_name(name: str) -> str | None:
    """What a page calls a part of what a comparison is made with; None for a hash, which says nothing to a reader."""
    if name.endswith("sha256"):
        return None
    names = {
        "corpus, documents": gettext("Documents in the collection"),
        "corpus, newest": gettext("Newest date in the collection"),
        "version": gettext("Version of Counterpose"),
        "embedder, name": gettext("Model that finds what is near"),
        "classifier, name": gettext("Model that judges pairs"),
    }
    asked = gettext("What was asked for: %(what)s", what=name.removeprefix("asked, "))
    return names.get(name) or (asked if name.startswith("asked, ") else name.capitalize())


def aspects(one: ChangedPair) -> tuple[str, ...]:
    """What is another of a pair, each in a line of its own."""
    then, now = f"{one.then.confidence:.4f}", f"{one.now.confidence:.4f}"
    words = {
        "relation": _then_and_now(term(one.then.relation), term(one.now.relation)),
        "scores": gettext("confidence %(then)s then, %(now)s now", then=then, now=now),
        "why": gettext("other reasons, or another runner-up"),
        "review": _then_and_now(term(one.then.review.status), term(one.now.review.status)),
        "notices": gettext("other notices"),
        "words": gettext("other words, marked below"),
        "source": gettext("another place or another description of the source"),
        "speaker": gettext("another speaker, or another name of one"),
        "marks": gettext("other marks of the record"),
    }
    return tuple(words.get(each, each) for each in one.what)


def _then_and_now(then: str, now: str) -> str:
    return gettext("%(then)s then, %(now)s now", then=then, now=now)
