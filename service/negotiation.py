"""Negotiation: one address, answered as a page to people and as data to programs; refusals likewise."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from flask import Response, make_response, render_template, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from models.comparison import Comparison
from service.errors import BadValue, CounterposeError, NotFound, TooLarge
from service.exports import formats
from service.schema import ErrorAnswer, ErrorDetail

_WORDS = {
    405: ("method_not_allowed", "This address does not take {method} requests.", "See /docs for what it takes."),
    415: ("unsupported_media_type", "This address takes JSON.", "Send it with Content-Type: application/json."),
}


def asked_format(wanted: str | None, offered: tuple[str, ...] = ("html", "json")) -> str:
    """The name of the format to answer in: `wanted`, else what Accept prefers, else JSON."""
    if wanted is not None and wanted not in offered:
        raise BadValue(f"format is “{wanted}”.", f"Choose one of: {', '.join(offered)}.", offered)
    if wanted is not None:
        return wanted
    by_type = {formats()[name].MEDIA_TYPE: name for name in ("json", *offered)}
    return by_type[request.accept_mimetypes.best_match(list(by_type), "application/json")]


def page_or_json(wanted: str | None, page: Callable[[], str], answer: Callable[[], BaseModel]) -> Response:
    if asked_format(wanted) == "html":
        return _varying(make_response(page()))
    return _varying(_json(answer()))


def comparison_as(
    comparison: Comparison, wanted: str | None, page: Callable[[], str], link: str | None = None
) -> Response:
    """`comparison` in any format there is an export for; as HTML, its page."""
    name = asked_format(wanted, tuple(formats()))
    if name == "html":
        return _varying(make_response(page()))
    found = formats()[name]
    response = Response(found.render(comparison, link), content_type=f"{found.MEDIA_TYPE}; charset=utf-8")
    if name == "json":
        response.content_type = "application/json"
    else:
        response.headers["Content-Disposition"] = f'inline; filename="comparison{found.SUFFIX}"'
    return _varying(response)


def refusal(error: CounterposeError) -> Response:
    """`error` in the form the asker reads: JSON, a page, or a page to be framed."""
    detail = ErrorDetail(code=error.code, message=error.message, remedy=error.remedy, nearest=list(error.nearest))
    if request.blueprint == "embed" and not request.path.startswith("/oembed"):
        response = make_response(render_template("embed_error.html", error=detail))
    elif _reads_pages():
        response = make_response(render_template("error.html", error=detail, status=error.status))
    else:
        response = _json(ErrorAnswer(error=detail))
    response.status_code = error.status
    if error.status in (429, 503):
        response.headers["Retry-After"] = "5"
    return _varying(response)


def http_refusal(error: HTTPException) -> Response:
    """What the framework itself refuses, in our words."""
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    translated = _translated(error.code)
    translated.status = error.code
    response = refusal(translated)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def invalid(error: ValidationError) -> BadValue:
    """A value of a query or a body that is out of its bounds, named with what it was."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if not name:
        return BadValue("The request's body is not a JSON object.", "See /docs for its form.")
    given = " is missing" if first["type"] == "missing" else f" is “{str(first['input'])[:80]}”"
    return BadValue(f"{name}{given}: {first['msg']}.", "See /docs for what is taken.")


def raise_invalid(error: ValidationError) -> NoReturn:
    raise invalid(error) from None


def _translated(status: int) -> CounterposeError:
    if status == 404:
        return NotFound(f"There is nothing at {request.path}.", "Check the address, or start from the list of topics.")
    if status == 413:
        return TooLarge("That is more than this server takes at once.", "Send a smaller file. Nothing was changed.")
    if status >= 500:
        return CounterposeError(
            "Something went wrong here, not with you.", "Try again; if it stays, tell whoever runs this."
        )
    code, message, remedy = _WORDS.get(
        status, ("bad_request", "This request could not be understood.", "See /docs for what is taken.")
    )
    error = BadValue(message.format(method=request.method), remedy)
    error.code = code
    return error


def _reads_pages() -> bool:
    wanted = request.args.get("format")
    if wanted is not None and wanted in formats():
        return wanted == "html"
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(indent=2) + "\n", content_type="application/json")


def _varying(response: Response) -> Response:
    response.vary.add("Accept")
    return response
