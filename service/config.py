"""Config: every setting, from one environment prefix; a misspelt variable is an error."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from service.errors import BadValue
from service.logs import FORMS

PREFIX = "COUNTERPOSE_"
MAX_BYTES = 20 * 1024 * 1024  # a file
READING = ("public", "private")
SECOND_FACTOR = ("optional", "required")
_SITE = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
TEST_PREFIX = "COUNTERPOSE_TEST_"  # read by the test suite only


@dataclass(frozen=True, slots=True)
class Config:
    """Each field is a setting: `database_url` is COUNTERPOSE_DATABASE_URL, and so on (docs/settings.md)."""

    database_url: str | None = None  # None: a SQLite file in the user's data folder
    embedder: str | None = None  # None: the bundled one
    classifier: str | None = None  # None: the bundled one
    read_only: bool = False
    max_bytes: int = MAX_BYTES
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 4
    processes: int = 1
    public_url: str | None = None
    add_by_url: bool = False  # whether the Add page fetches pages by their address
    report_limit: str = "5 per hour"
    log: str = "off"  # what is written for each request: nothing, text or json
    metrics: bool = False  # whether /metrics is given to whoever asks
    worker: bool = True  # whether `serve` does jobs itself
    job_lease: int = 30  # seconds
    jobs_waiting: int = 1000  # at most; more are not taken
    read_limit: str | None = None  # requests of one address
    compare_limit: str = "30 per minute"  # comparisons of texts that are not stored, of one address
    add_limit: str | None = None  # documents of one editor
    add_bytes_limit: str | None = None  # their bytes
    reading: str = "public"  # who may read: everybody, or (private) those with an account
    second_factor: str = "optional"  # whether who signs in gives a code as well: where they set it up, or everybody
    session_idle: int = 60  # minutes after its last use at which a session ends
    session_life: int = 12  # hours after its beginning at which it ends
    proxies: int = 0  # how many stand before the service and say where requests come from
    embed_ancestors: str = "*"  # which sites may frame embeds

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """What `environ` (the process's own by default) says; BadValue for a name or value that is none."""
        environ = os.environ if environ is None else environ
        names = {PREFIX + field.name.upper(): field.name for field in fields(cls)}
        values: dict[str, object] = {}
        for variable in sorted(environ):
            if not variable.startswith(PREFIX) or variable.startswith(TEST_PREFIX):
                continue
            if variable not in names:
                raise _unknown(variable, tuple(names))
            text = environ[variable].strip()
            if text:
                name = names[variable]
                values[name] = _PARSERS[name](variable, text) if name in _PARSERS else text
        return cls(**values)  # type: ignore[arg-type]

    def resolved_database_url(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{data_folder() / 'counterpose.sqlite'}"


def data_folder() -> Path:
    """Where this user's data lies by default."""
    import platformdirs

    return Path(platformdirs.user_data_dir("counterpose", appauthor=False))


def _unknown(variable: str, known: tuple[str, ...]) -> BadValue:
    from rapidfuzz import process

    nearest = tuple(name for name, _score, _index in process.extract(variable, known, limit=2, score_cutoff=70))
    hint = f"Did you mean {' or '.join(nearest)}? " if nearest else ""
    return BadValue(
        f"{variable} is not a setting.", f"{hint}Correct or unset it; docs/settings.md lists all settings.", nearest
    )


def _boolean(variable: str, text: str) -> bool:
    match text.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    raise BadValue(f"{variable} is {text!r}, which is neither yes nor no.", "Set it to 1 or 0.")


def _between(low: int, high: int) -> Callable[[str, str], int]:
    def parse(variable: str, text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise BadValue(f"{variable} is {text!r}.", f"Set it to a whole number from {low} to {high}.")
        return int(text)

    return parse


def _web_address(variable: str, text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise BadValue(
            f"{variable} is {text!r}.", "Set it to the address readers use, beginning with https:// or http://."
        )
    return text.rstrip("/")


def _database(variable: str, text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql:", "postgresql+")):
        raise BadValue(f"{variable} is {text!r}.", "Set it to sqlite:///PATH or postgresql://USER@HOST/NAME.")
    return text


def _rate(variable: str, text: str) -> str:
    from limits import parse_many

    try:
        parse_many(text)
    except ValueError as error:
        raise BadValue(
            f"{variable} is {text!r}, which is no rate.", "Write it as 5 per hour, or 5 per hour; 20 per day."
        ) from error
    return text


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def parse(variable: str, text: str) -> str:
        if text not in choices:
            raise BadValue(f"{variable} is {text!r}.", f"Set it to one of: {', '.join(choices)}.", choices)
        return text

    return parse


def _ancestors(variable: str, text: str) -> str:
    if text != "*" and not all(_SITE.fullmatch(site) for site in text.split()):
        raise BadValue(
            f"{variable} is {text!r}.",
            "Set it to *, or to sites parted by spaces, such as https://news.example.org https://*.example.net.",
        )
    return " ".join(text.split())


_PARSERS: dict[str, Callable[[str, str], object]] = {
    "database_url": _database,
    "read_only": _boolean,
    "add_by_url": _boolean,
    "max_bytes": _between(1, 1_000_000_000),
    "port": _between(0, 65535),
    "threads": _between(1, 64),
    "processes": _between(1, 64),
    "public_url": _web_address,
    "report_limit": _rate,
    "log": _one_of(*FORMS),
    "metrics": _boolean,
    "worker": _boolean,
    "job_lease": _between(1, 3600),
    "jobs_waiting": _between(1, 1_000_000),
    "read_limit": _rate,
    "compare_limit": _rate,
    "add_limit": _rate,
    "add_bytes_limit": _rate,
    "reading": _one_of(*READING),
    "second_factor": _one_of(*SECOND_FACTOR),
    "session_idle": _between(1, 1440),
    "session_life": _between(1, 720),
    "proxies": _between(0, 9),
    "embed_ancestors": _ancestors,
}
