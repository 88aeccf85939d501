"""HTML: the comparison as plain markup without style or script, to paste into any page or to keep as a file."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.comparison import Comparison
from service import rendering

NAME, LABEL, MEDIA_TYPE, SUFFIX = "html", "HTML", "text/html", ".html"


def render(comparison: Comparison, link: str | None = None) -> bytes:
    """A whole document around the fragment."""
    template = _environment().get_template("export.html")
    return template.render(comparison=comparison, link=link).encode()


def fragment(comparison: Comparison, link: str | None = None) -> str:
    """The comparison alone, to paste into a page that exists."""
    return _environment().get_template("_fragment.html").render(comparison=comparison, link=link)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(rendering.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.globals["show"] = rendering
    return found
