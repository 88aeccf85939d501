"""Paging: a long list a page at a time to people, and a portion at a time to programs that ask for portions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel

from service.errors import BadValue
from service.schema.listing import MOST, ListedQuery
from service.web.negotiation import asked_format, page_or_json

PAGE = 100  # rows
AROUND = 2  # pages named on each side of the one that is shown, besides the first and the last
ONCE = ("page", "removed")  # parameters that another page is not asked for with

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """The rows of one page, of how many rows, and where the pages are."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int

    @property
    def numbers(self) -> list[int | None]:
        """The pages to name, in order; None for those left out."""
        near = range(max(self.page - AROUND, 1), min(self.page + AROUND, self.pages) + 1)
        named = sorted({1, self.pages, *near})
        found: list[int | None] = []
        for number in named:
            if found and number - (found[-1] or 0) == 2:
                found.append(number - 1)  # no gap of one
            elif found and number - (found[-1] or 0) > 2:
                found.append(None)
            found.append(number)
        return found

    @property
    def before(self) -> str | None:
        return self.address(self.page - 1) if self.page > 1 else None

    @property
    def following(self) -> str | None:
        return self.address(self.page + 1) if self.page < self.pages else None

    def address(self, page: int) -> str:
        """This list's page of that number, with all else as it was asked for."""
        held = [(name, value) for name, value in request.args.items(multi=True) if name not in ONCE and value]
        query = urlencode([*held, *([("page", str(page))] if page > 1 else [])])
        return f"{request.path}?{query}" if query else request.path


def paged(rows: Sequence[Row], page: int) -> Paged[Row]:
    """The page of that number, or the last there is."""
    pages = max(-(-len(rows) // PAGE), 1)
    shown = min(page, pages)
    return Paged(tuple(rows[(shown - 1) * PAGE : shown * PAGE]), len(rows), shown, pages)


def listing(
    query: ListedQuery,
    rows: Sequence[Row],
    name: Callable[[Row], str],
    page: Callable[[], str],
    answer: Callable[[Sequence[Row]], BaseModel],
) -> Response:
    """`rows` as a page, or as data: whole, unless a portion was asked for or there are more than MOST.

    `name` gives a row's id, after which a portion goes on. What there is more of is linked to (RFC 8288).
    """
    if asked_format(query.format) == "html":
        return page_or_json("html", page, lambda: answer(()))
    start = 0
    if query.after is not None:
        start = 1 + next((at for at, row in enumerate(rows) if name(row) == query.after), -1)
        if not start:
            raise BadValue(
                f"after is “{query.after}”, which is not in this list.",
                "Give the id of one that is; if it was removed meanwhile, begin anew without after.",
            )
    some = rows[start : start + (query.limit or MOST)]
    response = page_or_json("json", page, lambda: answer(some))
    if start + len(some) < len(rows):
        held = [(name_, value) for name_, value in request.args.items(multi=True) if name_ != "after"]
        following = f"{request.path}?{urlencode([*held, ('after', name(some[-1]))])}"
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
