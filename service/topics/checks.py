"""Topic checks: what an edit of the topics is refused for."""

from __future__ import annotations

from collections.abc import Collection

from models.topic import Origin, Topic
from service.errors import BadValue, Conflict, Gone, NotFound
from service.given import NAME_CHARACTERS, storable
from service.lookup import folded, nearest
from service.store.edit import Action, Edit
from service.store.journal import Journal, Place

WHY_CHARACTERS = 1000
NAMED = 3  # later edits, or statements, named in one refusal
OF_MEMBERS = frozenset((Action.MERGE, Action.SPLIT, Action.MOVE, Action.LOCK, Action.UNLOCK))
"""What decides where a statement stands."""


def topic_name(text: str) -> str:
    tidy = " ".join(storable("The name", text).split())
    if not tidy:
        raise BadValue("The topic's name is empty.", "Give a name. Nothing was changed.")
    if len(tidy) > NAME_CHARACTERS:
        raise BadValue(f"A name of {len(tidy):,} characters is too long.", f"Give at most {NAME_CHARACTERS}.")
    return tidy


def reason_given(text: str) -> str:
    tidy = " ".join(storable("The reason", text).split())
    if len(tidy) > WHY_CHARACTERS:
        raise BadValue(f"A reason of {len(tidy):,} characters is too long.", f"Give at most {WHY_CHARACTERS:,}.")
    return tidy


def found(journal: Journal, text: str, version: int | None = None) -> Topic:
    """The topic of this id or name. With `version`, Conflict unless it is the topic's."""
    names = journal.names()
    wanted = folded(storable("The topic", text))
    known = (one for one, name in names.items() if wanted in (folded(one), folded(name)))
    topic_id = text if text in names else next(known, None)
    topic = journal.topic(topic_id) if topic_id is not None else None
    if topic is None:
        raise _missing(journal, text, names)
    if version is not None and version != topic.settings.version:
        raise Conflict(
            f"“{topic.name}” was changed after you opened it: {_since(journal, topic.id, version)}.",
            "Look at it as it is now, and make your edit again if you still want it. Nothing was changed.",
        )
    return topic


def _missing(journal: Journal, text: str, names: dict[str, str]) -> NotFound | Conflict | Gone:
    gone = journal.gone(text)
    if gone is None:
        near = nearest(text, {word: one for one, name in names.items() for word in (one, name)})
        return NotFound(f"There is no topic {text!r}.", f"Did you mean {' or '.join(near)}?" if near else "", near)
    heir = journal.successor(text)
    if heir is None:
        return Gone(f"The topic “{gone.name}” is no more.", "See the list of topics. Nothing was changed.")
    how = [
        edit.undoing or edit.said
        for edit in journal.edits()
        if (edit.action is Action.MERGE and edit.other_id == gone.id and edit.undone is None)
        or (edit.action is Action.SPLIT and edit.other_id == gone.id and edit.undone is not None)
    ]
    return Conflict(
        f"“{gone.name}” is now part of “{names[heir]}”{f': {how[-1]}' if how else ''}.",
        f"Edit “{names[heir]}” instead, or undo that first. Nothing was changed.",
        (heir,),
    )


def _since(journal: Journal, topic_id: str, version: int) -> str:
    """What was done to a topic after it had this version, in words."""
    lines = []
    for edit in journal.edits():
        if edit.undone is not None and edit.undone.versions.get(topic_id, 0) > version:
            lines.append(edit.undoing)
        elif edit.undone is None and edit.after.get(topic_id, {}).get("version", 0) > version:
            lines.append(edit.said)
    return "; ".join(lines) or "it is not the version that you name"


def demand_free(journal: Journal, name: str, but: str | None = None) -> None:
    """Raise Conflict for a name that leads to another topic than `but`."""
    for one, other in journal.names().items():
        if one != but and folded(name) in (folded(one), folded(other)):
            raise Conflict(
                f"There is a topic “{other}” already ({one}).",
                "Merge the two if they are one, else give a name that tells them apart. Nothing was changed.",
                (one,),
            )


def demand_unlocked(*topics: Topic) -> None:
    for topic in topics:
        if topic.settings.locked:
            raise Conflict(
                f"“{topic.name}” is locked: nothing may join or leave it.",
                "Unlock it first. Nothing was changed.",
            )


def places_of(journal: Journal, statement_ids: Collection[str]) -> dict[str, Place]:
    """Where these statements stand."""
    wanted = [storable("The statement", one.strip()) for one in statement_ids if one.strip()]
    if not wanted:
        raise BadValue("No statement is named.", "Mark at least one. Nothing was changed.")
    places = journal.places(wanted)
    missing = [one for one in wanted if one not in places]
    if missing:
        shown = ", ".join(map(repr, missing[:NAMED]))
        raise NotFound(f"There is no statement {shown}.", "It may have been in a document that was removed.")
    return places


def keys_within(journal: Journal, statement_ids: Collection[str], topic: Topic) -> set[str]:
    """The keys of the words of these statements, all of which must be in the topic."""
    places = places_of(journal, statement_ids)
    astray = [one for one, place in places.items() if place.topic != topic.id]
    if astray:
        shown = ", ".join(sorted(astray)[:NAMED])
        raise Conflict(
            f"Of these statements, {len(astray)} are not in “{topic.name}”: {shown}.",
            "Look at the topic as it is now, and mark them again. Nothing was changed.",
        )
    return {place.key for place in places.values()}


def edit_of(journal: Journal, edit_id: int) -> Edit:
    edit = next((one for one in journal.edits() if one.id == edit_id), None)
    if edit is None:
        raise NotFound(f"There is no edit {edit_id}.", "See the list of edits for all of them.")
    return edit


def demand_last(journal: Journal, edit: Edit) -> None:
    """Raise Conflict while later edits hold that touch the same topics, or decide where the same statements stand."""
    sharing = journal.sharing(edit.id) if edit.action in OF_MEMBERS else set()
    later = [
        one
        for one in journal.edits()
        if one.id > edit.id
        and one.undone is None
        and (one.topics & edit.topics or (one.action in OF_MEMBERS and one.id in sharing))
    ]
    if later:
        said = "; ".join(f"{one.said} (edit {one.id})" for one in reversed(later[-NAMED:]))
        more = f", and {len(later) - NAMED} more" if len(later) > NAMED else ""
        raise Conflict(
            f"Later edits rest on this one: {said}{more}.",
            "Undo them first, the newest first. Nothing was changed.",
        )


def demand_off_the_list(journal: Journal, edit: Edit) -> None:
    """Raise Conflict where undoing would end an issue of the user's list."""
    begun = journal.topics(one for one in edit.after if one not in edit.before)
    for topic in begun.values():
        if topic.settings.origin is Origin.ISSUE:
            raise Conflict(
                f"“{topic.name}” is an issue on your list now.", "Take it off the list first. Nothing was changed."
            )


def lost(edit: Edit, bare: Collection[int], journal: Journal) -> str | None:
    """Why an edit that holds cannot be placed; `bare` are the edits none of whose statements is stored."""
    if edit.undone is not None:
        return None
    if edit.id in bare:
        return "None of its statements is here any more."
    others = (edit.other_id,) if edit.action in (Action.SPLIT, Action.MOVE) else ()
    gone = [one for one in (edit.topic_id, *others) if one is not None and journal.successor(one) is None]
    return f"The topic “{edit.name(gone[0])}” is no more." if gone else None
