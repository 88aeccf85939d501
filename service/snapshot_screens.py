"""Snapshot screens: the page around a frozen comparison, the list of all, and what is another today."""

from __future__ import annotations

from flask import render_template

from models.difference import ChangedPair
from models.review import Status
from service import screens
from service.archive import SnapshotRow
from service.exports import formats
from service.replaying import Replayed
from service.snapshots import Snapshot


def snapshot(found: Snapshot) -> str:
    row, shown = found.row, found.comparison
    link = screens.absolute(row.path)
    return render_template(
        "snapshot.html",
        comparison=shown,
        groups=screens.groups(shown),
        manifest=screens.manifest(shown.made_with),
        stored=False,
        linked=found.linked,
        snapshot=row,
        audit=found.audit,
        link=link,
        snippets=screens.snippets(shown, link, frame_address(row)),
        exports=[(each.LABEL, row.path + each.SUFFIX) for each in formats().values()],
        discovery=screens.discovery(link),
    )


def frame_address(row: SnapshotRow) -> str:
    return screens.absolute(f"/embed{row.path}")


def changes(row: SnapshotRow, found: Replayed) -> str:
    return render_template("snapshot_changes.html", snapshot=row, found=found, aspects=aspects)


def aspects(one: ChangedPair) -> tuple[str, ...]:
    """What is another of a pair, each in a line of its own."""
    words = {
        "relation": f"{one.then.relation} then, {one.now.relation} now",
        "scores": f"confidence {one.then.confidence:.4f} then, {one.now.confidence:.4f} now",
        "why": "other reasons, or another runner-up",
        "review": f"{_review(one.then.review.status)} then, {_review(one.now.review.status)} now",
        "notices": "other notices",
        "source": "another place or another description of the source",
        "speaker": "another speaker, or another name of one",
        "marks": "other marks of the record",
    }
    return tuple(words.get(each, each) for each in one.what)


def _review(status: Status) -> str:
    return status.value
