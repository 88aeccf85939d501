"""Handling: who answers for a comparison, how far it has come, and under what reserve it may be passed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Handling:
    """The mark on a comparison. What was left open is empty; `topic` is None where it is on all topics of two sides."""

    owner: str
    status: str
    caveat: str
    who: str  # set the mark, as they say themselves; may be empty
    at: str  # ISO 8601, UTC, seconds
    topic: str | None = None  # id

    @property
    def words(self) -> str:
        """'owner: European desk; status: draft; not for circulation'."""
        named = (("owner", self.owner), ("status", self.status))
        return "; ".join((*(f"{name}: {value}" for name, value in named if value), *filter(None, (self.caveat,))))
