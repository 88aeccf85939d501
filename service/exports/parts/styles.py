"""Style sheets of the files that are exported; those of the pages are static files of the service."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def style_sheet(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
