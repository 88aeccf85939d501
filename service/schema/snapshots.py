"""Snapshots: what is frozen, what became of it, and whether it can be had again."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from service.schema.compare import CompareQuery, PairAnswer
from service.schema.examples import SHA256
from service.schema.fields import Text, documented
from service.schema.quotes import QuoteAnswer
from service.schema.refusals import ErrorDetail


class Freeze(CompareQuery):
    """What to freeze, as `GET /compare` takes it (`format` means nothing here)."""

    model_config = cast(
        ConfigDict, {"openapi_extra": {"example": {"first": "ada", "second": "grace", "topic": "road", "by": "Eva"}}}
    )

    by: Text = Field(None, description="Who freezes it; not checked. An account signs with its own name instead.")

    def asked(self) -> dict[str, Any]:
        """As `Snapshots.freeze` takes it."""
        return {**CompareQuery.asked(self), "by": self.by or ""}


class SnapshotPath(BaseModel):
    sha256: str = Field(description="The SHA-256 of the snapshot's JSON.")


class SnapshotFilePath(SnapshotPath):
    suffix: str = Field(description="That of a format.")


_SNAPSHOT = {
    "sha256": SHA256,
    "path": f"/snapshots/{SHA256}",
    "title": "a wider road vs. the old trees",
    "at": "2021-12-03T09:30:00+00:00",
    "who": "Eva",
}


class SnapshotItem(BaseModel):
    """A comparison frozen for good: `<path>.json` is its JSON, and `sha256` that JSON's."""

    model_config = documented(_SNAPSHOT)

    sha256: str
    path: str
    title: str
    at: str = Field(description="ISO 8601, UTC.")
    who: str = Field(description="The account, or as they say themselves; may be empty.")


class ListedSnapshotItem(SnapshotItem):
    sources: Literal["here", "replaced", "removed"] = Field(
        description="The documents that it quotes: all here; one replaced; one removed, so that it is not shown (410)."
    )
    notices: list[str] = Field(description="Which was replaced or removed, and when.")


class SnapshotsAnswer(BaseModel):
    model_config = documented({"snapshots": [{**_SNAPSHOT, "sources": "here", "notices": []}]}, "text/html")

    snapshots: list[ListedSnapshotItem] = Field(description="Newest first.")


class PartItem(BaseModel):
    """A part of a comparison that is no pair, such as `framings`, `searched` or `made_with.classifier`."""

    name: str
    then: Any
    now: Any


class ChangedPairItem(BaseModel):
    """Two texts that are paired then and now, or nearly the same two, and what of the pair is another."""

    what: list[str] = Field(
        description="Some of relation, scores, why, review, notices, and of the quotes words, source, speaker, marks."
    )
    then: PairAnswer
    now: PairAnswer


class ReplayItem(BaseModel):
    """A comparison of then beside the one of today that the same question gets."""

    model_config = documented(
        {
            "title": "a wider road vs. the old trees",
            "same": False,
            "refused": None,
            "parts": [{"name": "made_with.version", "then": "0.1.0", "now": "0.2.0"}],
            "came": None,
            "went": None,
            "gone": [],
            "new": [],
            "changed": [],
            "reordered": False,
            "altered": [],
        },
        "text/html",
    )

    title: str
    same: bool
    refused: ErrorDetail | None = Field(description="Why it cannot be made again today; null where it can.")
    parts: list[PartItem]
    came: dict[str, str] | None = Field(description="Documents by id; null where none did, or it cannot be told.")
    went: dict[str, str] | None
    gone: list[PairAnswer]
    new: list[PairAnswer]
    changed: list[ChangedPairItem]
    reordered: bool
    altered: list[QuoteAnswer] = Field(
        default_factory=list,
        description="Quotes whose words do not stand in their document, which is here: the file was changed by hand.",
    )


class ReplayAnswer(BaseModel):
    same: bool
    comparisons: list[ReplayItem]
