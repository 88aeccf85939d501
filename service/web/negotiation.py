"""Negotiation: one address, answered as a page to people and as data to programs; refusals likewise."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Response, make_response, redirect, render_template, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from models.comparison import Comparison
from service.errors import BadValue, CounterposeError, NotFound, TooLarge, Unauthorized
from service.exports import formats
from service.rendering.brief import Brief, of
from service.rendering.caution import GENERAL, Caution
from service.schema.refusals import ErrorAnswer, ErrorDetail
from service.web.causes import note
from service.web.next import sign_in_address
from service.web.retrying import when_again

_WORDS = {
    400: ("bad_request", "This request could not be understood.", "See /docs for what is taken."),
    405: ("method_not_allowed", "This address does not take {method} requests.", "See /docs for what it takes."),
    415: ("unsupported_media_type", "This address takes JSON.", "Send it with Content-Type: application/json."),
    501: ("not_implemented", "A body is not taken in the way this one is sent.", "Send it as it is, or in chunks."),
}
_REMEDIES = {
    "limit": "Give a whole number from 1 to 100.",
    "min_confidence": "Give a number from 0 to 1.",
    "since": "Write it as 2021-12-02, 2021-12 or 2021.",
    "until": "Write it as 2021-12-02, 2021-12 or 2021.",
    "page": "Give a whole number from 1 on.",
}

_LISTS = ("DocumentsQuery", "SpeakersQuery", "TopicsQuery")  # whose portions may be larger


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


def csv_page_or_json(
    wanted: str | None, page: Callable[[], str], answer: Callable[[], BaseModel], csv: Callable[[], bytes], file: str
) -> Response:
    """As `page_or_json`, and as CSV in a file called `file`."""
    if asked_format(wanted, ("csv", "html", "json")) != "csv":
        return page_or_json(asked_format(wanted, ("csv", "html", "json")), page, answer)
    response = Response(csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{file}.csv"'
    return _varying(response)


def comparison_as(
    comparison: Comparison,
    wanted: str | None,
    page: Callable[[], str],
    link: str | None = None,
    caution: Caution = GENERAL,
    *,
    download: bool = False,
) -> Response:
    """`comparison` in any format there is an export for; as HTML, its page."""
    return brief_as(of(comparison, link, caution), wanted, page, download=download)


def brief_as(brief: Brief, wanted: str | None, page: Callable[[], str], *, download: bool) -> Response:
    """`brief` in any format there is an export for; as HTML, its page. `download`: to keep as a file, HTML too."""
    name = asked_format(wanted, tuple(formats()))
    if name == "html" and not download:
        return _varying(make_response(page()))
    found = formats()[name]
    response = Response(found.render(brief), mimetype=found.MEDIA_TYPE)
    if download or name != "json":
        how = "attachment" if download else "inline"
        response.headers["Content-Disposition"] = f'{how}; filename="{brief.file}{found.SUFFIX}"'
    return _varying(response)


def refusal(error: CounterposeError) -> Response:
    """`error` in the form the asker reads: JSON, a page, or a page to be framed."""
    note(error)
    detail = ErrorDetail(code=error.code, message=error.message, remedy=error.remedy, nearest=list(error.nearest))
    if request.blueprint == "embed" and not request.path.startswith("/oembed"):
        response = make_response(render_template("embed_error.html", error=detail))
    elif reads_pages():
        response = make_response(render_template("error.html", error=detail, status=error.status))
    else:
        response = _json(ErrorAnswer(error=detail))
    response.status_code = error.status
    response.headers.update(when_again(error))
    return _varying(response)


def failed() -> bytes:
    """In JSON, what is answered where not even a refusal can be made: nothing of the application is asked for it."""
    error = _failure()
    detail = ErrorDetail(code=error.code, message=error.message, remedy=error.remedy, nearest=[])
    return ErrorAnswer(error=detail).model_dump_json(indent=2).encode() + b"\n"


def led_in(error: Unauthorized) -> Response | AnyResponse:
    """Somebody who is not known is led to where they sign in; whoever sent something, or a program, is told."""
    if request.method == "GET" and reads_pages() and request.blueprint != "embed" and not _has_token():
        return redirect(sign_in_address(request), 303)
    return refusal(error)


def _has_token() -> bool:
    return "Authorization" in request.headers


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


def demand_object() -> None:
    """Say what is wrong with a request's body that is no JSON object; what stands in it is checked afterwards."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = json.loads(request.get_data())
    except json.JSONDecodeError as error:
        raise _no_object(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError:
        raise _no_object("not UTF-8") from None
    except RecursionError:
        raise _no_object("nested too deeply") from None
    except ValueError:  # Python reads no number of more than 4,300 digits
        raise _no_object("JSON with a number that is too long") from None
    if not isinstance(body, dict):
        raise _no_object("not a JSON object")


def _no_object(what: str) -> BadValue:
    return BadValue(f"The request's body is {what}.", "See /docs for its form.")


def invalid(error: ValidationError) -> BadValue:
    """A value of a query or a body that is out of its bounds, named with what it was."""
    first = error.errors()[0]
    name = ".".join(part for part in first["loc"] if isinstance(part, str))
    if first["type"] == "missing":
        return BadValue(f"{name} is missing.", "See /docs for what is taken.")
    if first["type"] == "too_long":
        return BadValue(f"{name} is given too often.", f"Give it at most {first['ctx']['max_length']} times.")
    given = f"{name} is “{_shown(first['input'])}”"
    if name == "limit" and error.title in _LISTS:
        return BadValue(f"{given}.", "Give a whole number from 1 to 1000.")
    if first["type"] == "literal_error":
        words = first["ctx"]["expected"].replace("'", "")  # 'unsure', 'reported' or 'nominees'
        return BadValue(f"{given}.", f"Write {words}, or leave it out.")
    if name in _REMEDIES:
        return BadValue(f"{given}.", _REMEDIES[name])
    return BadValue(f"{given}: {first['msg']}.", "See /docs for what is taken.")


def _shown(value: Any) -> str:
    """The beginning of a value that was sent, as it was written, with a mark for each half of a character in it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:80].encode(errors="replace").decode()


def raise_invalid(error: ValidationError) -> NoReturn:
    raise invalid(error) from None


def _translated(status: int) -> CounterposeError:
    if status == 404:
        return NotFound(f"There is nothing at {request.path}.", "Check the address, or start from the list of topics.")
    if status == 413:
        return TooLarge(
            "That is more than this server takes at once.",
            "Send less. A file of more than 2.5 MB is taken of who signed in or has a token, and of nobody where this "
            "Counterpose is read-only. Nothing was changed.",
        )
    if status == 431:
        return TooLarge(
            "The address and the headers of this request are more than this server takes.",
            "Shorten the address: ask for less at once. In a browser, delete the cookies of this site.",
        )
    if status >= 500 and status not in _WORDS:
        return _failure()
    code, message, remedy = _WORDS.get(status, _WORDS[400])
    error = BadValue(message.format(method=request.method), remedy)
    error.code = code
    return error


def _failure() -> CounterposeError:
    return CounterposeError(
        "Something went wrong here, not with you.", "Try again; if it stays, tell whoever runs this."
    )


def answers_programs() -> bool:
    """Whether the answer is data: it is in English whatever language is asked for."""
    if request.blueprint == "embed":
        return False
    wanted = request.args.get("format") or request.path.rpartition(".")[2]
    if wanted in formats():
        return wanted in ("json", "csv")
    return not reads_pages()


def reads_pages() -> bool:
    """Whether who asks is a person: a refused form is shown again to them, and to programs the refusal alone."""
    wanted = request.args.get("format")
    if wanted is not None and wanted in formats():
        return wanted == "html"
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(indent=2) + "\n", content_type="application/json")


def _varying(response: Response) -> Response:
    response.vary.add("Accept")
    return response
