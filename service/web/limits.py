"""Limits: how often one address, or one editor, may come; one too many is refused with 429 and when to come again."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING

from flask import Flask, Request

from service.access.network import network
from service.allowance import Allowance
from service.config import Config
from service.errors import TooMany, Unavailable
from service.store.passing import Passing, for_the_time_being
from service.web.access.line import is_here
from service.web.refused import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FREE = frozenset(("/healthz", "/readyz", "/metrics"))  # what others need to see whether it runs
PARTS = "/static/"  # of pages
AS_ONE = 15_000  # characters of two texts that count as one comparison of texts


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

    def demand_length(self, request: Request, characters: int) -> None:
        """Two texts of so many characters together count as several comparisons, of which one is counted already."""
        more = ceil(characters / AS_ONE) - 1
        if more > 0 and not is_here(request):
            self._comparisons.spend(_address(request), more)

    def demand_addition(self, request: Request, by: str, size: int) -> None:
        """A document of so many bytes, by whoever they say they are."""
        who = by.casefold() or _address(request)
        if self._bytes is not None:
            self._bytes.spend(who, size)
        if self._documents is not None:
            self._documents.spend(who)

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
