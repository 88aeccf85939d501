"""Limits: how often one address, or one editor, may come; one too many is refused with 429 and when to come again."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING

from flask import Flask, Request

from service.access.network import network
from service.allowance import Allowance, spend_together
from service.config import Config
from service.errors import TooMany, Unavailable
from service.store.passing import Passing, for_the_time_being
from service.web.access.line import is_here
from service.web.refused import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FREE = frozenset(("/healthz", "/readyz", "/metrics"))  # what others need to see whether it runs
PARTS = "/static/"  # of pages
# What counts as one comparison of texts. A maximum of either takes some half a minute of one core, so that one address
# has half a core to itself with the default setting.
SENT_AS_ONE = 15_000  # characters of the two texts
JUDGED_AS_ONE = 8_000  # characters of the pairs judged


class Limits:
    """What the settings allow. Reading and comparing is not counted where this machine itself asks."""

    def __init__(self, config: Config, passing: Passing) -> None:
        self._reports = Allowance(passing, "reports", config.report_limit)
        self._comparisons = Allowance(passing, "comparisons of texts", config.compare_limit)
        self._documents = _allowance(passing, "documents", config.add_limit)
        self._bytes = _allowance(passing, "bytes of documents", config.add_bytes_limit)
        self._reads = config.read_limit and Allowance(for_the_time_being(), "requests", config.read_limit)

    def demand_report(self, request: Request) -> None:
        self._reports.spend(_address(request))

    def demand_comparison(self, request: Request) -> None:
        if not is_here(request):
            self._comparisons.spend(_address(request))

    def demand_length(self, request: Request, sent: int, judged: int | None = None) -> None:
        """Two texts of so many characters together, in pairs of so many, count as several comparisons.

        `demand_comparison` has counted one; once it is known what is judged, those for what was sent are counted, too.
        """
        counted = 1 if judged is None else max(ceil(sent / SENT_AS_ONE), 1)
        more = max(ceil(sent / SENT_AS_ONE), ceil((judged or 0) / JUDGED_AS_ONE)) - counted
        if more > 0 and not is_here(request):
            self._comparisons.spend(_address(request), more, counted)

    def demand_addition(self, request: Request, by: str, size: int) -> None:
        """A document of so many bytes, by whoever they say they are."""
        who = by.casefold() or _address(request)
        charges = ((self._bytes, size), (self._documents, 1))
        spend_together(*((allowance, who, cost, 0) for allowance, cost in charges if allowance is not None))

    def counted(self, app: Flask, kept: WSGIApplication) -> WSGIApplication:
        """`kept` with the requests that come to it counted; those that are too many are refused by `app`.

        They are counted by the processes of one server alone, in a file that goes with it: to read is much more often
        than anything else.
        """
        reads = self._reads
        if not reads:
            return kept
        own = app.wsgi_app

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            asked = Request(environ)
            free = asked.path in FREE or asked.path.startswith(PARTS)
            if asked.method not in ("GET", "HEAD") or free or is_here(asked):
                return kept(environ, start_response)
            try:
                with suppress(Unavailable):  # a full disk is no reason to read nothing
                    reads.spend(_address(asked))
            except TooMany as error:
                environ[REFUSED] = error
                return own(environ, start_response)
            return kept(environ, start_response)

        return answer


def _allowance(passing: Passing, what: str, rates: str | None) -> Allowance | None:
    return Allowance(passing, what, rates) if rates is not None else None


def _address(request: Request) -> str:
    return network(request.remote_addr or "")
