"""JSON: the comparison as programs read it, the same bytes from `/compare`, the command line and a file."""

from __future__ import annotations

import json

from service.rendering.brief import Brief, brief_json

NAME, LABEL, MEDIA_TYPE, SUFFIX = "json", "JSON", "application/json", ".json"


def render(brief: Brief) -> bytes:
    return (json.dumps(brief_json(brief), ensure_ascii=False, indent=2) + "\n").encode()
