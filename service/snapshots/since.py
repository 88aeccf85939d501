"""Since: what a reader of a snapshot must be told of what changed since it was frozen, beside the words themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from models.comparison import Comparison, Pair
from models.difference import Differences
from models.review import Notice
from service.rendering.counting import count
from service.rendering.wording import day
from service.snapshots.fates import Replaced
from service.snapshots.replaying import Replayed
from service.store.archive import SnapshotRow
from service.translation import ENGLISH, speaking

_MODELS = (
    ("version", "another version of Counterpose"),
    ("embedder", "another embedder"),
    ("classifier", "another classifier"),
    ("thresholds", "other thresholds"),
)


def told(row: SnapshotRow, today: Comparison, found: Replayed, replaced: Sequence[Replaced]) -> Comparison:
    """`today` is the frozen comparison with the notices of today; those of the time since are put before them."""
    missing = {one: each for each in replaced for one in each.missing}
    with speaking(ENGLISH):  # as all notices
        pairs = tuple(replace(pair, notices=(*_not_there(pair, missing), *pair.notices)) for pair in today.pairs)
        notices = (_frozen(row), *(_edition(one, today) for one in replaced), *_corrected(pairs), *_changed(row, found))
    return replace(today, pairs=pairs, notices=(*notices, *today.notices))


def _frozen(row: SnapshotRow) -> Notice:
    by = f" by {row.who}" if row.who else ""
    return Notice("frozen", f"Frozen on {day(row.at[:10])}{by}: this is the comparison as it was then.")


def _edition(one: Replaced, shown: Comparison) -> Notice:
    quotes = {q.id for p in shown.pairs for q in (p.first, p.second) if q.document.id == one.document.id}
    name = one.document.metadata.title or one.document.file or one.document.id
    still = len(quotes - one.missing)
    where = f"; of {count(len(quotes), 'quote')} from it, {still} stand{'s' if still == 1 else ''} in that one too"
    words = f"The source “{name}” was replaced by another edition on {day(one.at[:10])}{where if quotes else ''}."
    return Notice("replaced", words, f"/documents/{one.edition}")


def _not_there(pair: Pair, missing: dict[str, Replaced]) -> Iterator[Notice]:
    for quote in (pair.first, pair.second):
        one = missing.get(quote.id)
        if one is not None:
            when = day(one.at[:10])
            words = f"{quote.speaker.name}’s words do not stand in the edition that replaced their source on {when}."
            yield Notice("replaced", words, f"/documents/{one.edition}")


def _corrected(pairs: Iterable[Pair]) -> Iterator[Notice]:
    number = sum(any(notice.kind == "corrected" for notice in pair.notices) for pair in pairs)
    if number:
        yield Notice("corrected", f"{count(number, 'pair')} shown here {_was(number)} corrected.", "/corrections")


def _changed(row: SnapshotRow, found: Replayed) -> Iterator[Notice]:
    path = f"{row.path}/changes"
    if found.refused is not None:
        yield Notice("changed", f"It cannot be made again today: {found.refused.message}")
    if found.differences is None:
        return
    parts = tuple(_pairs(found.differences))
    if parts:
        yield Notice("changed", f"Changed since: {'; '.join(parts)}.", path)
    topic = found.differences.part("topic")
    if topic is not None and isinstance(topic.now, dict):
        yield Notice("changed", f"The topic is called “{topic.now['name']}” today.", path)
    newer = [words for name, words in _MODELS if found.differences.part(f"made_with.{name}") is not None]
    if newer:
        yield Notice("models", f"Comparisons are made with {' and '.join(newer)} today.", path)


def _pairs(found: Differences) -> Iterator[str]:
    for number, words in (
        (len(found.gone), "not shown any more"),
        (len(found.new), "new"),
        (len(found.changed_in("relation")), "of another relation"),
        (len(found.changed_in("review")), "reviewed otherwise"),
        (len(found.changed_in("words")), "in other words"),
        (len(found.changed_in("speaker")), "given to another speaker"),
        (len(found.changed_in("source")), "from a source that was moved, replaced or renamed"),
    ):
        if number:
            yield f"{count(number, 'pair')} {'is' if number == 1 else 'are'} {words}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
