"""Sizes: how large what is sent may be, by what it is and by who sends it."""

from __future__ import annotations

from flask import Request

from service.config import Config
from service.readers.parts.limits import VOICES
from service.web.access import cookie
from service.web.access.line import is_here

PLAIN_FORM = 500_000  # bytes of a form that brings no file
MOST_FIELDS = 4 * VOICES + 200  # of a form that does: the preview has a few for each label
FORM_OF_ANYBODY = 100_000  # bytes: to take millions of fields apart takes seconds
TWO_TEXTS = 2_500_000  # bytes of JSON: as many characters as are compared, each escaped


class Sizes:
    def __init__(self, config: Config) -> None:
        self.largest = config.max_bytes * 4 // 3 + 1_000_000  # a file in base64, with room for the fields beside it
        self.two_texts = min(TWO_TEXTS, self.largest)
        self._read_only = config.read_only

    def by_head(self, request: Request) -> int:
        """The most that a request may bring whose headers are all that is there yet.

        Files are sent by who says who they are, or from this machine. Whether that is true is found out later: here
        nobody may be kept waiting.
        """
        return self.two_texts if self._read_only or not _may_be_known(request) else self.largest


def _may_be_known(request: Request) -> bool:
    return "Authorization" in request.headers or cookie.key_of(request) is not None or is_here(request)
