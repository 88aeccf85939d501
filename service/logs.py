"""Logs: what a server writes on stderr, as lines to read or as JSON to be collected."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import gmtime

FORMS = ("off", "text", "json")
RequestId = Callable[[], str | None]


def set_up(form: str, request_id: RequestId) -> None:
    """Send this process's log to stderr. `off`: only what went wrong; else a line for each request too.

    Each line holds the id of the request that it was written for, which its answer holds as X-Request-ID.
    """
    handler = logging.StreamHandler()
    handler.addFilter(_Identified(request_id))
    formatter = _json() if form == "json" else _Lines(_TEXT)
    formatter.converter = gmtime  # of all machines and all year
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("counterpose").setLevel(logging.WARNING if form == "off" else logging.INFO)


_TEXT = "%(asctime)s %(levelname)s %(request_id)s %(message)s"


def _json() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    names = {"asctime": "at", "levelname": "level", "name": "logger"}
    fields = "{asctime}{levelname}{name}{request_id}{message}"
    return JsonFormatter(fields, style="{", rename_fields=names)


class _Lines(logging.Formatter):
    """One line a record, whatever an address held: nobody writes a line of their own. (Tracebacks follow it.)"""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode()
            for character in super().formatMessage(record)
        )


class _Identified(logging.Filter):
    """Writes the request's id into every record."""

    def __init__(self, request_id: RequestId) -> None:
        super().__init__()
        self._request_id = request_id

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = self._request_id() or "-"
        return True
