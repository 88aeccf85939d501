"""Topic changes: carrying out an edit of the topics, and putting back what one changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeAlias

from models.phrases import noun_phrases
from models.topic import Origin, Settings, Topic
from service.given import storable
from service.store.edit import KEPT, Action, Edit, Face, face
from service.store.journal import Journal, JournalWriting
from service.topics.checks import demand_free, edit_of, reason_given

TERMS = 8  # of a topic that was split off, until the topics are grouped anew

Steps: TypeAlias = Mapping[str, tuple[str | None, str | None]]


def moved(
    journal: JournalWriting,
    action: Action,
    topic_id: str,
    other_id: str | None,
    steps: Steps,
    by: str,
    why: str,
    *,
    begun: Topic | None = None,
    ended: Topic | None = None,
) -> Edit:
    """Carry out an edit of membership; `begun` comes into being by it, and `ended` goes."""
    changing = {key for key, (before, after) in steps.items() if before != after}
    found = journal.with_words(changing)
    standing = journal.topics(one.topic for one in found.values() if one.topic is not None)
    locked = {one.id for one in standing.values() if one.settings.locked}
    moving = {one: place for one, place in found.items() if place.topic not in locked}
    going = (topic_id, other_id, *(place.topic for place in moving.values()))
    old = journal.topics(one for one in going if one is not None)
    new = [topic for topic in old.values() if ended is None or topic.id != ended.id]
    copies = {one: place.topic for one, place in moving.items() if place.topic != steps[place.key][0]}
    if begun is not None:
        journal.keep(begun)
        new.append(begun)
    journal.place({one: steps[place.key][1] for one, place in moving.items()})
    if ended is not None:
        journal.drop(ended, topic_id)
    journal.put_in_order()
    return made(journal, action, topic_id, other_id, list(old.values()), new, steps, by, why, copies)


def made(
    journal: JournalWriting,
    action: Action,
    topic_id: str,
    other_id: str | None,
    old: Sequence[Topic],
    new: Sequence[Topic],
    steps: Steps,
    by: str,
    why: str,
    copies: Mapping[str, str | None] | None = None,
) -> Edit:
    """Keep the topics as they are now, one version on, and put the edit into the journal and the audit.

    `copies` are statements that stood elsewhere than `steps` says of their words, and where.
    """
    who, reason = storable("The name", by), reason_given(why)
    for topic in new:
        journal.keep(_raised(topic))
    before = {one.id: face(one) for one in old}
    if copies:
        before[topic_id]["copies"] = dict(copies)
    after = {one.id: face(one) for one in journal.topics(one.id for one in new).values()}
    edit_id = journal.record(who, reason, action, topic_id, other_id, (before, after), steps)
    journal.note(who, f"{action}-topic", topic_id, {"edit": edit_id, "other": other_id, "why": reason})
    return edit_of(journal, edit_id)


def _raised(topic: Topic) -> Topic:
    return replace(topic, settings=replace(topic.settings, version=topic.settings.version + 1))


def staying(journal: Journal, topic: Topic) -> dict[str, tuple[str | None, str | None]]:
    """The steps of a topic's statements when they stay in it."""
    return {place.key: (topic.id, topic.id) for place in journal.places(topic.members).values()}


def leading_terms(texts: Sequence[str]) -> tuple[str, ...]:
    """The phrases that most of these statements have."""
    said = Counter(name for text in texts for name in {phrase.text.lower() for phrase in noun_phrases(text)})
    return tuple(sorted(said, key=lambda name: (-said[name], name))[:TERMS])


# Undoing -----------------------------------------------------------------------------------------------------


def put_back(journal: JournalWriting, edit: Edit) -> dict[str, int]:
    """Names, settings and places as they were before an edit; the versions that the topics have now.

    What has joined the topics since stays where it is, but for a topic that the edit made: it goes, with all it has.
    """
    steps = {key: step for key, step in journal.steps(edit.id).items() if step[0] != step[1]}
    copies: Mapping[str, str | None] = edit.before.get(edit.topic_id, {}).get("copies", {})
    back = {
        one: copies.get(one, steps[place.key][0])
        for one, place in journal.with_words(steps).items()
        if place.topic == steps[place.key][1]
    }
    begun = [one for one in edit.after if one not in edit.before]
    for topic in journal.topics(begun).values():
        back = {**dict.fromkeys(topic.members, edit.topic_id), **back}
    wanted = {one for one in back.values() if one is not None} | (edit.before.keys() - edit.after.keys())
    there = journal.topics(edit.topics)
    kept: list[Topic] = []
    for one, was in edit.before.items():
        if one in there:
            kept.append(_with_face(there[one], was, edit.after.get(one)))
        elif one in wanted:
            kept.append(_from_face(one, was))
    for topic in kept:
        if topic.id not in there or topic.name != there[topic.id].name:
            demand_free(journal, topic.name, topic.id)
        journal.keep(_raised(topic))
    names = journal.names()
    journal.place({one: to for one, to in back.items() if to is None or to in names})
    for one in begun:
        if one in there:
            journal.drop(there[one], edit.topic_id)
    journal.put_in_order()
    return {topic.id: topic.settings.version + 1 for topic in kept}


def _from_face(topic_id: str, was: Face) -> Topic:
    names = (one.name for one in fields(Settings) if one.name not in ("origin", "former") and one.name in was)
    former = Origin(was["former"]) if was.get("former") else None
    settings = Settings(origin=Origin(was["origin"]), former=former, **{name: was[name] for name in names})
    return Topic(topic_id, was["name"], tuple(was["terms"]), (), settings)


def _with_face(topic: Topic, before: Face, after: Face | None) -> Topic:
    """The topic with what an edit changed of it changed back."""
    now = after or {}
    changed = {one: before[one] for one in KEPT if one in before and one in now and before[one] != now[one]}
    name, terms = changed.pop("name", topic.name), changed.pop("terms", topic.terms)
    return replace(topic, name=name, terms=tuple(terms), settings=replace(topic.settings, **changed))
