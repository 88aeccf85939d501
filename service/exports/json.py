"""JSON: the comparison as programs read it, the same bytes from `/compare`, the command line and a file."""

from __future__ import annotations

import json

from models.comparison import Comparison, as_json

NAME, LABEL, MEDIA_TYPE, SUFFIX = "json", "JSON", "application/json", ".json"


def render(comparison: Comparison, link: str | None = None) -> bytes:
    return (json.dumps(as_json(comparison), ensure_ascii=False, indent=2) + "\n").encode()
