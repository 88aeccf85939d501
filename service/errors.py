"""The one error root: every refusal carries an HTTP status, a code, what happened and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CounterposeError(Exception):
    """Base of all errors meant for a person to read.

    `message` says what happened and names the value; `remedy` what to do; `nearest` what was probably meant. `cause` is
    for whoever runs the service, such as where its database is: the terminal and the log say it, and no page does.
    """

    status = 500
    code = "internal"
    retry_after: int | None = None  # seconds, where trying again later is what helps

    def __init__(self, message: str, remedy: str = "", nearest: tuple[str, ...] = (), cause: str = "") -> None:
        super().__init__(f"{message} {cause}" if cause else message)
        self.message = message
        self.remedy = remedy
        self.nearest = nearest
        self.cause = cause


class BadValue(CounterposeError):
    """A value that cannot be taken."""

    status, code = 400, "bad_value"


class Unreadable(BadValue):
    """A file that cannot be taken as a transcript: empty, binary, malformed, of no known format."""

    code = "unreadable"


class NoSpeakers(BadValue):
    """A text without speaker labels where none was given either."""

    code = "no_speakers"


class NotFound(CounterposeError):
    """An id or a name of nothing that is here."""

    status, code = 404, "not_found"


class Unauthorized(CounterposeError):
    """Who asks is not known, or not any more."""

    status, code = 401, "unauthorized"


class Forbidden(CounterposeError):
    """What may not be done from here, or by whoever asks."""

    status, code = 403, "forbidden"


class Conflict(CounterposeError):
    """What cannot be done as things stand, such as on a page that is out of date."""

    status, code = 409, "conflict"


class Gone(CounterposeError):
    """What an address named once, and what is no more."""

    status, code = 410, "gone"


class TooLarge(CounterposeError):
    """More than is taken at once."""

    status, code = 413, "too_large"


class TooMany(CounterposeError):
    """More than is taken for now."""

    status, code = 429, "too_many"
    retry_after = 5


class TooManySignIns(TooMany):
    """Signing in failed too often.

    `wait` is in seconds.
    """

    code = "too_many_sign_ins"

    def __init__(self, wait: int) -> None:
        super().__init__(
            f"Signing in failed too often. The next attempt is taken in {wait} seconds.",
            "Wait, then try again; or ask whoever runs this for a link to sign in with (counterpose users link NAME).",
        )
        self.retry_after = wait


class Unavailable(CounterposeError):
    """The database or a model cannot be used just now."""

    status, code = 503, "unavailable"
    retry_after = 5


class NoSpace(Unavailable):
    """The disk is full: trying again does not help until somebody makes room."""

    code = "no_space"


def restored(detail: Mapping[str, Any]) -> CounterposeError:
    """An error that was kept as code, message, remedy, nearest and cause."""
    kinds = [CounterposeError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    kind = next((one for one in kinds if one.code == detail["code"]), CounterposeError)
    return kind(detail["message"], detail["remedy"], tuple(detail["nearest"]), detail.get("cause", ""))


def kept(error: CounterposeError) -> dict[str, Any]:
    """An error as `restored` takes it."""
    said = {"code": error.code, "message": error.message, "remedy": error.remedy, "nearest": list(error.nearest)}
    return said | ({"cause": error.cause} if error.cause else {})


def read_only() -> Forbidden:
    return Forbidden("This Counterpose is read-only.", "Unset COUNTERPOSE_READ_ONLY, or write where it is not set.")
