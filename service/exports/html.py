"""HTML: a file that needs nothing else, its style inside, its sources as notes; and plain markup to paste anywhere."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.comparison import Comparison
from service.exports.parts.styles import style_sheet
from service.rendering import wording as rendering
from service.rendering.brief import Brief, by_relation
from service.rendering.caution import GENERAL, Caution
from service.rendering.made import in_full, made
from service.rendering.source_note import source_note
from service.translation import teach

NAME, LABEL, MEDIA_TYPE, SUFFIX = "html", "HTML", "text/html", ".html"


def render(brief: Brief) -> bytes:
    """A whole document without script: readable on a screen, light or dark, and in print."""
    return document(brief, Markup(f"<style>{_style()}</style>")).encode()  # noqa: S704 our own file


def style_source() -> str:
    """The style inside, as a Content-Security-Policy allows it by its hash."""
    return f"'sha256-{b64encode(sha256(_style().encode()).digest()).decode()}'"


def document(brief: Brief, style: Markup, *, footnotes: bool = False) -> str:
    """The document with `style` in its head; its notes at the end, or with `footnotes` each where it is referred to."""
    return _environment().get_template("brief_file.html").render(brief=brief, style=style, footnotes=footnotes)


def fragment(comparison: Comparison, link: str | None = None, caution: Caution = GENERAL) -> str:
    """The comparison alone, to paste into a page that exists: no style, no notes."""
    return _environment().get_template("_fragment.html").render(comparison=comparison, link=link, caution=caution)


def _style() -> str:
    return "\n" + style_sheet("file.css")


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
    teach(found)
    found.globals.update(show=rendering, by_relation=by_relation, source_note=source_note, made=made, in_full=in_full)
    return found
