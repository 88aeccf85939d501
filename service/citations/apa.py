"""APA: the source in words."""

from __future__ import annotations

from service.citations.parts.passage import Passage
from service.citations.parts.styled import reference
from service.translation import N_

NAME, LABEL, NOTE, MEDIA_TYPE = "apa", "APA", N_("entry of the list of references"), "text/plain"


def render(passage: Passage) -> str:
    return reference(passage.quote, "apa")
