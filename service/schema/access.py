"""Access in the description of the interface: how programs say who they are."""

from __future__ import annotations

from typing import Any

SCHEMES: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that somebody made on the page of their account, or with `counterpose tokens add`.",
    }
}

READING: list[dict[str, list[str]]] = [{}, {"token": []}]
"""Of what everybody may read, unless reading is private."""

WRITING: list[dict[str, list[str]]] = [{"token": []}]
