"""Replaying: a comparison asked for again as its manifest has it, and what is another in the answer of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.comparison import Comparison, Pair
from models.difference import Differences, differences
from models.quote import Quote
from service.errors import BadValue, CounterposeError
from service.positions.comparing import all_quotes
from service.positions.made_with import corpus_hash
from service.store.queries import Reading
from service.store.store import Store
from service.views import AuditRow

Ask = Callable[..., Comparison]
"""`Corpus.compare`."""

_TEXT = (str, type(None))
_ASKED: Mapping[str, tuple[type, ...]] = {
    "first": (str,),
    "second": (str,),
    "topic": (dict, type(None)),
    "limit": (int,),
    "min_confidence": (int, float),
    "since": _TEXT,
    "until": _TEXT,
    "document": _TEXT,
    "include": (list,),
}


@dataclass(frozen=True, slots=True)
class Turnover:
    """The documents that came and went between two comparisons: names by id."""

    came: Mapping[str, str]
    went: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A comparison of then and what it is now; without `now` it cannot be made again, and `refused` says why.

    `documents` is None where the corpus is the same, and where the audit does not know the one of then. `altered` are
    the quotes of then that the file itself has wrong: their documents are here as they were and say something else.
    """

    then: Comparison
    now: Comparison | None
    refused: CounterposeError | None
    differences: Differences | None
    documents: Turnover | None
    altered: tuple[Quote, ...] = ()

    @property
    def same(self) -> bool:
        return self.differences is not None and self.differences.same and not self.altered

    def is_altered(self, pair: Pair) -> bool:
        """Whether a pair of then holds a quote that the file has wrong."""
        return any((one.id, one.text) == (q.id, q.text) for one in self.altered for q in (pair.first, pair.second))


def replayed(then: Comparison, ask: Ask, store: Store) -> Replayed:
    """Raises BadValue where `then` does not say what was asked for."""
    question = asked(then.made_with)
    try:
        now = ask(**question)
    except CounterposeError as error:
        with store.reading() as reading:
            turnover = _turnover(then.made_with.get("corpus"), reading) or _went(then, reading)
        return Replayed(then, None, error, None, turnover)
    found = differences(then, now)
    corpus = found.part("made_with.corpus")
    with store.reading() as reading:
        turnover = _turnover(corpus.then, reading) if corpus is not None else None
    return Replayed(then, now, None, found, turnover)


def asked(made_with: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, as `Corpus.compare` takes it."""
    found = made_with.get("asked")
    if not isinstance(found, dict):
        raise BadValue(
            "This comparison does not say what was asked for, so it cannot be asked again.",
            "Comparisons of two texts of your own are nowhere stored; export any other one anew.",
        )
    for name, kinds in _ASKED.items():
        if type(found.get(name)) not in kinds:
            raise BadValue(f"What was asked for has {name} = {found.get(name)!r}.", "Give the JSON as it was exported.")
    topic, include = found["topic"], found["include"]
    if topic is not None and not isinstance(topic.get("name"), str):
        raise BadValue(f"What was asked for has topic = {topic!r}.", "Give the JSON as it was exported.")
    return {
        **{name: found[name] for name in _ASKED if name not in ("topic", "include")},
        "topic": topic and (topic.get("id") or topic["name"]),
        "include_unsure": "unsure" in include,
        "include_reported": "reported" in include,
        "include_nominees": "nominees" in include,
    }


def _turnover(then: Any, reading: Reading) -> Turnover | None:
    """What came and went since the corpus was the one of `then`, as the audit has it."""
    known = isinstance(then, dict) and next(_held(then, reading.audit()), None)
    if not known:
        return None
    today = {row.id: row.metadata.title or row.original_name for row in reading.documents()}
    return Turnover(
        {one: name for one, name in sorted(today.items()) if one not in known},
        {one: name for one, (name, _) in sorted(known.items()) if one not in today},
    )


def _went(then: Comparison, reading: Reading) -> Turnover | None:
    """The documents quoted then that are not here."""
    quoted = {quote.document.id: quote.document for quote in all_quotes(then)}
    here = reading.texts(quoted)
    lost = {one: document.metadata.title or document.file or one for one, document in quoted.items() if one not in here}
    return Turnover({}, dict(sorted(lost.items()))) if lost else None


def _held(corpus: Mapping[str, Any], rows: tuple[AuditRow, ...]) -> Iterator[dict[str, tuple[str, str]]]:
    """The documents, name and SHA-256 by id, of each time when they were those of `corpus`: mostly one, or none."""
    here: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row.action in ("replace", "remove"):
            here.pop(row.detail.get("replaced", row.subject), None)
        if row.action in ("add", "replace") and "sha256" in row.detail:
            here[row.subject] = (row.detail["name"], row.detail["sha256"])
        elif row.action != "remove":
            continue
        if len(here) == corpus.get("documents") and corpus_hash(one for _, one in here.values()) == corpus.get(
            "sha256"
        ):
            yield dict(here)
