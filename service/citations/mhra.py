"""MHRA: the source in words."""

from __future__ import annotations

from service.citations.parts.passage import Passage
from service.citations.parts.styled import note
from service.translation import N_

NAME, LABEL, NOTE, MEDIA_TYPE = "mhra", "MHRA", N_("footnote"), "text/plain"


def render(passage: Passage) -> str:
    return note(passage.quote, "mhra-notes")
