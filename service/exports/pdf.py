"""PDF: the document laid out for print, with footnotes on their pages; tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

from markupsafe import Markup

from service.brief import Brief
from service.errors import Unavailable
from service.exports import html
from service.exports.parts.styles import style_sheet
from service.made import in_full
from service.translation import gettext

if TYPE_CHECKING:
    from types import ModuleType

NAME, LABEL, MEDIA_TYPE, SUFFIX = "pdf", "PDF", "application/pdf", ".pdf"


_NEVER = datetime(1980, 1, 1, tzinfo=UTC)  # no file states when it was made


class FetchRefused(RuntimeError):
    """The document needs nothing from anywhere; whatever asks for something does not get it."""


def render(brief: Brief) -> bytes:
    """Raises Unavailable where Pango, which lays out the text, or a font for one of its characters is not installed."""
    weasyprint = _weasyprint()
    page = weasyprint.HTML(string=html.document(brief, Markup(), footnotes=True), url_fetcher=_refuse)
    sheet = weasyprint.CSS(string=style_sheet("print.css"), url_fetcher=_refuse)
    made_with = weasyprint.Attachment(
        string=in_full(brief.made_with),
        name="made-with.json",
        description=gettext("How this was made"),
        created=_NEVER,
        modified=_NEVER,
    )
    with _missing() as missing:
        data: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1", attachments=[made_with])
    if missing:
        raise Unavailable(
            f"PDF cannot be made here of “{missing[0]}” (U+{ord(missing[0]):04X}): no font installed has it.",
            "Install one that has it (Debian: fonts-noto, fonts-noto-cjk), or take Word or HTML.",
        )
    return data


def _weasyprint() -> ModuleType:
    try:
        with redirect_stdout(io.StringIO()):  # where it prints how to install itself
            import weasyprint  # two seconds: only when asked for
    except OSError as error:  # its way of saying that a library is missing
        raise Unavailable(
            "PDF cannot be made here: Pango, which lays out its text, is not installed.",
            "Install it (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0), "
            "or take Word or HTML, which need nothing.",
        ) from error
    return weasyprint  # type: ignore[no-any-return]


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise FetchRefused(url)


@contextmanager
def _missing() -> Iterator[list[str]]:
    """The characters drawn as empty boxes meanwhile; WeasyPrint says so to its log and nowhere else."""
    found: list[str] = []
    here = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here and ".notdef" in str(record.msg) and isinstance(record.args, tuple):
                found.append(str(record.args[0]))

    logger, listener = logging.getLogger("weasyprint"), Listener(logging.WARNING)
    logger.addHandler(listener)
    try:
        yield found
    finally:
        logger.removeHandler(listener)
