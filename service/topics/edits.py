"""Topic edits: what people change of the topics, each in one transaction with its journal and audit rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock

from models.slug import slug, unused
from models.topic import Origin, Settings, Topic
from service.errors import BadValue, Conflict, read_only
from service.given import storable
from service.store.edit import Action, Edit
from service.store.journal import Journal, JournalWriting
from service.store.store import Store
from service.topics.changes import leading_terms, made, moved, put_back, staying
from service.topics.checks import (
    demand_free,
    demand_last,
    demand_off_the_list,
    demand_unlocked,
    edit_of,
    found,
    keys_within,
    lost,
    places_of,
    reason_given,
    topic_name,
)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An edit in the list of all. `lost` says why it cannot be placed any more; None where it can, or was undone."""

    edit: Edit
    lost: str | None


class TopicEdits:
    """Every edit takes `by`, who makes it; `why`; and `version`, that of the topic as the editor saw it (None: any).

    Topics are named by id or name. Statements with the same words go together, whatever document they stand in, since
    edits are kept by content; but nothing leaves or joins a locked topic. Raises Conflict for a version that is not
    the topic's any more, with what changed since.
    """

    def __init__(self, store: Store, lock: RLock, *, read_only: bool) -> None:
        self._store = store
        self._lock = lock
        self._read_only = read_only

    def journal(self) -> tuple[JournalRow, ...]:
        """All edits, newest first."""
        with self._store.reading() as reading:
            journal = Journal(reading)
            bare = journal.without_statements()
            return tuple(JournalRow(edit, lost(edit, bare, journal)) for edit in reversed(journal.edits()))

    def edit(self, number: str) -> Edit | None:
        """The edit of this number, if there is one."""
        with self._store.reading() as reading:
            return next((edit for edit in Journal(reading).edits() if str(edit.id) == number), None)

    def rename(self, topic: str, name: str, *, by: str = "", why: str = "", version: int | None = None) -> Edit:
        wanted = topic_name(name)
        with self._writing() as journal:
            old = found(journal, topic, version)
            demand_free(journal, wanted, old.id)
            if old.name == wanted and old.settings.renamed:
                raise BadValue(f"The topic is called “{wanted}” already.", "Give another name.")
            new = replace(old, name=wanted, settings=replace(old.settings, renamed=True))
            return made(journal, Action.RENAME, old.id, None, [old], [new], staying(journal, old), by, why)

    def merge(self, kept: str, merged: str, *, by: str = "", why: str = "", version: int | None = None) -> Edit:
        """All statements of `merged` become `kept`'s, whose version it is, and whose name stays; `merged` goes."""
        with self._writing() as journal:
            into, gone = found(journal, kept, version), found(journal, merged)
            if into.id == gone.id:
                raise BadValue(f"Both are the topic “{into.name}”.", "Name two different topics.")
            demand_unlocked(into, gone)
            keys = {place.key for place in journal.places(gone.members).values()}
            steps = {**staying(journal, into), **dict.fromkeys(keys, (gone.id, into.id))}
            return moved(journal, Action.MERGE, into.id, gone.id, steps, by, why, ended=gone)

    def split(
        self,
        topic: str,
        statements: Collection[str],
        name: str,
        *,
        by: str = "",
        why: str = "",
        version: int | None = None,
    ) -> Edit:
        """Make a topic of some of a topic's statements, by their ids."""
        wanted = topic_name(name)
        with self._writing() as journal:
            old = found(journal, topic, version)
            demand_unlocked(old)
            demand_free(journal, wanted)
            keys = keys_within(journal, statements, old)
            staying_there = staying(journal, old)
            leaving = [one for one, place in journal.places(old.members).items() if place.key in keys]
            if len(leaving) == len(old.members):
                raise BadValue(
                    f"These are all statements of “{old.name}”.", "Leave at least one of them, or rename the topic."
                )
            taken = {*journal.names(), *(one.id for one in journal.all_gone())}
            new = Topic(
                unused(taken, slug(wanted, "topic")),
                wanted,
                leading_terms(journal.texts(leaving)),
                (),
                Settings(origin=Origin.MADE, renamed=True),
            )
            steps = {**staying_there, **dict.fromkeys(keys, (old.id, new.id))}
            return moved(journal, Action.SPLIT, old.id, new.id, steps, by, why, begun=new)

    def move(
        self,
        statements: Collection[str],
        to: str | None,
        *,
        by: str = "",
        why: str = "",
        version: int | None = None,
        seen_in: str | None = None,
    ) -> Edit:
        """Put statements of one topic, or of none, into another, or into none.

        `version` is that of the topic they were `seen_in`, else of the one that they stand in.
        """
        with self._writing() as journal:
            old = found(journal, seen_in, version) if seen_in is not None else None
            places = places_of(journal, statements)
            if old is None:
                sources = {place.topic for place in places.values()}
                if len(sources) > 1:
                    raise BadValue("These statements stand in several topics.", "Move them topic by topic.")
                (source,) = sources
                old = found(journal, source, version) if source is not None else None
            keys = keys_within(journal, statements, old) if old is not None else {one.key for one in places.values()}
            target = found(journal, to) if to is not None else None
            if old is None and target is None:
                raise BadValue("These statements are in no topic already.", "Name the topic that they belong to.")
            if old is not None and target is not None and old.id == target.id:
                raise BadValue(f"These statements are in “{old.name}” already.", "Name another topic.")
            demand_unlocked(*(one for one in (old, target) if one is not None))
            here, there = old.id if old is not None else None, target.id if target is not None else None
            topic_id = here or there
            assert topic_id is not None, "one of the two is a topic"
            return moved(journal, Action.MOVE, topic_id, there, dict.fromkeys(keys, (here, there)), by, why)

    def lock(self, topic: str, locked: bool = True, *, by: str = "", why: str = "", version: int | None = None) -> Edit:
        """Let nothing join or leave a topic, or let it again."""
        action = Action.LOCK if locked else Action.UNLOCK
        return self._set(topic, action, {"locked": locked}, by, why, version)

    def hide(self, topic: str, hidden: bool = True, *, by: str = "", why: str = "", version: int | None = None) -> Edit:
        """Leave a topic out of the lists, or show it again. Its address leads to it as before."""
        action = Action.HIDE if hidden else Action.SHOW
        return self._set(topic, action, {"hidden": hidden}, by, why, version)

    def _set(self, topic: str, action: Action, change: dict[str, bool], by: str, why: str, version: int | None) -> Edit:
        with self._writing() as journal:
            old = found(journal, topic, version)
            new = replace(old, settings=replace(old.settings, **change))  # type: ignore[arg-type]
            if new == old:
                ((what, value),) = change.items()
                raise BadValue(f"“{old.name}” is {'' if value else 'not '}{what} already.", "Nothing would change.")
            return made(journal, action, old.id, None, [old], [new], staying(journal, old), by, why)

    def undo(self, edit_id: int, *, by: str = "", why: str = "") -> Edit:
        """Put back what an edit changed. What was undone is not undone in turn: the edit is made again."""
        reason = reason_given(why)
        with self._writing() as journal:
            edit = edit_of(journal, edit_id)
            if edit.undone is not None:
                raise Conflict(
                    f"That is undone already: {edit.undoing}.", "Make the edit again if it is wanted after all."
                )
            demand_last(journal, edit)
            demand_off_the_list(journal, edit)
            versions = put_back(journal, edit)
            detail = {"edit": edit.id, "action": edit.action, "why": reason, "versions": versions}
            journal.take_back(edit.id, journal.note(storable("The name", by), "undo-topic-edit", edit.topic_id, detail))
            return edit_of(journal, edit.id)

    @contextmanager
    def _writing(self) -> Iterator[JournalWriting]:
        if self._read_only:
            raise read_only()
        with self._lock, self._store.writing() as writing:
            yield JournalWriting(writing)
