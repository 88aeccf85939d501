"""Refusals: every error message that the source can give, and which of them a run of the tests provoked.

    python tests/refusals.py    write docs/errors.md anew

A refusal is a place where an error that is meant for a person is made. `record` notes each as it is made; a run of all
tests fails in the end if one was not, so that no message stands there that nobody has seen.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHORT = 8  # characters of its own that a message has at least, to be known by them
PAGE = ROOT / "docs" / "errors.md"
HEAD = """# Errors

Every refusal has the same form, wherever it is met: in JSON

    {"error": {"code": "...", "message": "...", "remedy": "...", "nearest": ["..."]}}

on a page and in the terminal the same in words. `nearest` is what was probably meant. Below are all messages, by what
they are about, with the remedy that is given; … stands for what differs from case to case. The tests meet each of them.

| code | HTTP status | |
|---|---|---|
"""
SECTIONS = {
    "Adding, replacing and removing documents": (
        "documents/intake documents/library editions jobs/kinds/add web/documents/ commands/adding"
    ),
    "What a file must be": "readers/",
    "Pages fetched by their address": "documents/fetching documents/reach documents/courtesy",
    "Who said what": "documents/attributing documents/rivals",
    "Names, words and dates that are given": "given dates",
    "Comparisons": ("positions/ sides lookup briefing proof corpus commands/comparing commands/mapping web/screens"),
    "Exports and citations": "exports/ citations/ web/oembed",
    "Topics and issues": "topics/ web/topics/",
    "Review, handling marks and corrections": "review/ web/review/ web/corrections/ web/snapshots/keeping_forms",
    "Snapshots and replay": "snapshots/ web/snapshots/ commands/freezing",
    "Jobs": "jobs/ store/queue",
    "Accounts, tokens, and who may do what": "access/ web/access/ web/guard commands/accounts errors",
    "Limits": "allowance",
    "Requests": "web/",
    "The command line": "commands/",
    "Settings and the database": "config store/",
    "Models": "models/ scoring",
}
"""What a message is about, by how the path of its file below `service` begins: the first that fits."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One place in the source: `path` is relative to the root, lines are inclusive."""

    path: str
    first: int
    last: int
    kind: str
    message: str
    remedy: str


@cache
def refusals() -> tuple[Refusal, ...]:
    """All of them, in the order of the source."""
    return tuple(found for path in sources() for found in _in(path))


def sources() -> list[Path]:
    """The files that run: not those that train or evaluate a model, which only this project's own people start."""
    return sorted(
        path
        for folder in ("models", "service")
        for path in (ROOT / folder).rglob("*.py")
        if not {"training", "evaluation", "migrations"} & set(path.relative_to(ROOT).parts)
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of errors that are meant for a person."""

    code: str
    status: int
    says: str


@cache
def kinds() -> dict[str, Kind]:
    """All of them by name, wherever in the source they stand."""
    found = {"ModelError": Kind("unavailable", 503, "")}
    classes = [
        one
        for path in (ROOT / "service" / "errors.py", *sources())
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.ClassDef)
    ]
    for one in classes:
        base = next((name for each in one.bases if (name := getattr(each, "id", "")) in found), None)
        if one.name == "CounterposeError" or base is not None:
            given = {"code": found[base].code, "status": found[base].status} if base else {}
            for line in (line for line in one.body if isinstance(line, ast.Assign)):
                names = [getattr(name, "id", "") for name in getattr(line.targets[0], "elts", line.targets)]
                values = getattr(line.value, "elts", [line.value])
                given |= {name: ast.literal_eval(value) for name, value in zip(names, values, strict=True)}
            says = (ast.get_docstring(one) or "").partition("\n")[0]
            found.setdefault(one.name, Kind(given.get("code", "internal"), given.get("status", 500), says))
    return found


def _in(path: Path) -> Iterator[Refusal]:
    names = kinds()
    calls = [
        one
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in names
    ]
    for one in sorted(calls, key=lambda call: call.lineno):
        said = [*one.args, *(word.value for word in one.keywords if word.arg in ("message", "remedy"))]
        message, remedy = [*map(_words, said[:2]), "…", "…"][:2]
        where = path.relative_to(ROOT).as_posix()
        yield Refusal(where, one.lineno, one.end_lineno or one.lineno, one.func.id, message, remedy)


def _words(given: ast.expr) -> str:
    """What an expression says, with … for what is only known when it runs."""
    match given:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(_words, values))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left) + _words(right)
        case ast.Call(func=ast.Name(id="_" | "N_" | "gettext"), args=[text, *_]):
            return _words(text)
        case _:
            return "…"


# What a run provoked ---------------------------------------------------------------------------------------------

_met: set[tuple[str, int]] = set()
_told: set[str] = set()  # messages of errors that came from another process


def record() -> None:
    """Note from now on, in this process, where each error is made."""
    from models.errors import ModelError
    from service.errors import CounterposeError

    for kind in (CounterposeError, ModelError):
        _watch(kind)


def _watch(kind: Any) -> None:
    made = kind.__init__

    def noting(self: Any, *given: Any, **named: Any) -> None:
        frame: Any = sys._getframe(1)
        while frame.f_code.co_name == "__init__":  # of a class that says its own words
            frame = frame.f_back
        if frame.f_code.co_name == "restored":
            _told.add(str(given[0]))
        else:
            _met.add((frame.f_code.co_filename, frame.f_lineno))
        made(self, *given, **named)

    kind.__init__ = noting


def met() -> list[tuple[str, int]]:
    """Where errors were made in this process: file and line. Those of another are known by their words."""
    return sorted(_met | {place for one in refusals() for place in _said_elsewhere(one)})


def _said_elsewhere(one: Refusal) -> Iterator[tuple[str, int]]:
    plain = one.message.replace("…", "")
    if len(plain) > SHORT:
        form = re.compile(re.escape(one.message).replace("…", ".*"), re.DOTALL)
        if any(form.fullmatch(words) for words in _told):
            yield str(ROOT / one.path), one.first


def missed(places: set[tuple[str, int]]) -> list[Refusal]:
    """The refusals that none of these places is in."""
    lines: dict[str, set[int]] = {}
    for file, line in places:
        lines.setdefault(file, set()).add(line)
    return [
        one
        for one in refusals()
        if not lines.get(str(ROOT / one.path), set()) & set(range(one.first, one.last + 1))
        and (one.path, one.message) not in UNMET
    ]


UNMET: dict[tuple[str, str], str] = {
    ("service/briefing.py", "The collection was changed while the brief was made."): "needs a write between two reads",
    ("service/documents/library.py", "… was added by somebody else just now."): "needs hashes that begin alike",
    ("service/store/backup.py", "The copy is damaged: …."): "needs a disk that breaks",
    ("service/jobs/desk.py", "Something went wrong that nobody foresaw."): "is met in a worker's own process",
}
"""Refusals that no test in this process meets, and why."""


# The page --------------------------------------------------------------------------------------------------------


def page() -> str:
    """docs/errors.md, as it should be."""
    parts = [HEAD + "\n".join(_rows())]
    said: dict[str, dict[str, None]] = {heading: {} for heading in SECTIONS}
    for one in refusals():
        if re.search(r"\w", one.message + one.remedy):  # else its words are made elsewhere
            said[_section(one.path)][_line(kinds()[one.kind].code, one.message, one.remedy)] = None
    for code, message, remedy in _words_of_http().values():
        said["Requests"][_line(code, message.format(method="…"), remedy)] = None
    parts += [f"\n## {heading}\n\n" + "\n".join(lines) for heading, lines in said.items()]
    return "\n".join(parts) + "\n"


def _rows() -> list[str]:
    """A row for each code. Where several kinds of error have it, the first is the one that the others are kinds of."""
    rows: dict[str, str] = {}
    for name, kind in kinds().items():
        if name not in ("CounterposeError", "ModelError"):
            rows.setdefault(kind.code, f"| `{kind.code}` | {kind.status} | {kind.says} |")
    for status, (code, message, _) in _words_of_http().items():
        rows[code] = f"| `{code}` | {status} | {message.format(method='…')} |"
    return [*rows.values(), "| `internal` | 500 | What nobody foresaw. |"]


def _words_of_http() -> dict[int, tuple[str, str, str]]:
    """Code, message and remedy of what is refused before the service sees it, by status."""
    from service.web.negotiation import _WORDS

    return _WORDS


def _line(code: str, message: str, remedy: str) -> str:
    return f"- `{code}` {_safe(message)} — *{_safe(remedy)}*"


def _section(path: str) -> str:
    within = path.removeprefix("service/")
    return next(heading for heading, places in SECTIONS.items() if within.startswith(tuple(places.split())))


def _safe(text: str) -> str:
    """On one line, with nothing that Markdown would take for its own."""
    shown = " ".join(text.split())
    for mark in ("\\", "`", "*", "_", "<", "|", "["):
        shown = shown.replace(mark, f"\\{mark}")
    return shown


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(refusals())} messages")  # noqa: T201
