"""Headers: what every answer says of how it may be used: framed, kept, run, and by whom."""

from __future__ import annotations

from flask import Request, Response

from service.config import Config
from service.exports.html import style_source
from service.web.access.line import is_here

A_YEAR = 31_536_000  # seconds

_NOTHING = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "usb"),
)
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join((*(f"{name}=()" for name in _NOTHING), "clipboard-write=(self)")),
}
_PAGE = {
    **_EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The API's page draws its icons from data: addresses in its own style sheet.
_DOCS = {
    **_PAGE,
    "Content-Security-Policy": _PAGE["Content-Security-Policy"].replace("img-src 'self'", "img-src 'self' data:"),
}
# A file of ours has its style inside.
_FILE = {
    **_PAGE,
    "Content-Security-Policy": _PAGE["Content-Security-Policy"].replace(
        "style-src 'self'", f"style-src {style_source()}"
    ),
}
_STATIC = {**_PAGE, "Cross-Origin-Resource-Policy": "cross-origin"}


class Headers:
    def __init__(self, config: Config) -> None:
        self._private = config.reading == "private"
        self._https = (config.public_url or "").startswith("https://")
        self._embed = _embed(config.embed_ancestors)
        # One that says how high it is does so by a script of ours.
        policy = self._embed["Content-Security-Policy"]
        self._fitted = {
            **self._embed,
            "Content-Security-Policy": policy.replace("style-src", "script-src 'self'; style-src"),
        }

    def seal(self, request: Request, response: Response) -> Response:
        """Set the security headers that go with the part of the site that answered."""
        response.headers.update(_FILE if _is_file(request, response) else self._of(request))
        if self._https and not is_here(request):
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="Counterpose"'
        return response

    def is_personal(self, request: Request, *, known: bool) -> bool:
        """Whether an answer may not be kept by anybody: it is of somebody `known`, or not for everybody."""
        if request.endpoint == "static":
            return False
        return known or self._private or request.blueprint == "access"

    def _of(self, request: Request) -> dict[str, str]:
        if request.endpoint == "static":
            return _STATIC
        if request.blueprint == "embed":
            return self._fitted if request.args.get("fit") else self._embed
        return _DOCS if request.path == "/docs" else _PAGE


def _is_file(request: Request, response: Response) -> bool:
    return request.endpoint == "snapshots.exported" and response.status_code == 200


def _embed(ancestors: str) -> dict[str, str]:
    return {
        **_EVERYWHERE,
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
            f"frame-ancestors {ancestors}"
        ),
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
