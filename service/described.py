"""Described: what stands for the title of a document that has none, in brackets as citation styles have it."""

from __future__ import annotations

from collections.abc import Sequence

from models.transcript import Metadata, Record

NAMED = 3  # speakers


def described(metadata: Metadata, speakers: Sequence[str]) -> str | None:
    """'[Transcript of remarks by Ada Roe and Bo Day]', in English, as a cited title is; None where there is a title.

    Place and date stand in fields of their own in every format.
    """
    if metadata.title:
        return None
    what = "Summary" if metadata.record is Record.SUMMARY else "Transcript"
    if not speakers:
        return f"[{what}]"
    if len(speakers) > NAMED:
        return f"[{what} of remarks by {', '.join(speakers[: NAMED - 1])} and {len(speakers) - NAMED + 1} others]"
    *most, last = speakers
    return f"[{what} of remarks by {', '.join(most)} and {last}]" if most else f"[{what} of remarks by {last}]"
