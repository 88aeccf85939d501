"""Succession: which topic a person's words or an old link lead to today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.topic import Origin
from service.errors import Gone
from service.lookup import NEAREST, find_topic, folded, nearest
from service.store.journal import GoneTopic, Journal
from service.store.queries import Reading
from service.views import TopicRow


def topic_today(text: str, topics: Sequence[TopicRow], reading: Reading) -> TopicRow | None:
    """The topic of `topics` (all there are) that has this id or name, or had it once; None where none ever did.

    A topic that was merged leads to the one it became. Raises Gone for the id of one that vanished, and for a topic all
    of whose statements went to issues of the user's list. An id that was once given comes before a name, so that a link
    never leads to a topic that merely bears a like name.
    """
    ids = {one.id: one for one in topics}
    journal = Journal(reading)
    if text in ids:
        return _unless_lent(ids[text], journal, ids)
    gone = journal.gone(text)
    if gone is not None:
        heir = journal.successor(text)
        if heir is None:
            raise _lent(gone.name, gone.id, journal, ids) or _vanished(gone, journal, topics)
        return ids[heir]
    found = find_topic(text, topics)
    if found is not None:
        return _unless_lent(found, journal, ids)
    heirs = (journal.successor(one) for one in _once_called(text, journal))
    return next((ids[heir] for heir in heirs if heir is not None), None)


def _unless_lent(topic: TopicRow, journal: Journal, topics: Mapping[str, TopicRow]) -> TopicRow:
    empty = not topic.statements and topic.settings.origin is not Origin.ISSUE
    gone = _lent(topic.name, topic.id, journal, topics) if empty else None
    if gone is not None:
        raise gone
    return topic


def _lent(name: str, topic_id: str, journal: Journal, topics: Mapping[str, TopicRow]) -> Gone | None:
    """That the statements of a topic went elsewhere for a list of issues, and where; None where no issue has any."""
    took = [(topics[one], number) for one, number in journal.lent(topic_id)]
    if not any(one.settings.origin is Origin.ISSUE for one, _ in took):
        return None
    where = ", ".join(f"“{one.name}” ({number:,})" for one, number in took[:NEAREST])
    return Gone(
        f"The topic “{name}” has no statements since the list of issues was set: they went to {where}.",
        "Without the list it is there again.",
        tuple(one.id for one, _ in took[:NEAREST]),
    )


def _once_called(text: str, journal: Journal) -> list[str]:
    """The topics that bore a name, those that bore it last first."""
    wanted = folded(text)
    renamed = [
        topic_id
        for edit in reversed(journal.edits())
        for faces in (edit.after, edit.before)
        for topic_id, face in faces.items()
        if folded(face["name"]) == wanted
    ]
    return [*renamed, *(one.id for one in journal.all_gone() if one.became and folded(one.name) == wanted)]


def _vanished(gone: GoneTopic, journal: Journal, topics: Sequence[TopicRow]) -> Gone:
    last, merged = gone, ""
    while last.became is not None and (after := journal.gone(last.became)) is not None:
        last = after
        merged = f": it was merged into “{last.name}”, which is gone too"
    offered = {name: one.id for one in topics if _listed(one) for name in (one.name, one.id, *one.terms)}
    found = [nearest(words, offered) for words in (last.name, gone.name, *last.terms, *gone.terms)]
    near = dict.fromkeys(one for some in found for one in some)
    names = {one.id: one.name for one in topics}
    best = tuple(near)[:3]
    offer = f"The nearest to it today: {', '.join(f'“{names[one]}”' for one in best)}. " if best else ""
    other = f"For the statements nearest to its name, ask for the topic “{gone.name}”." if gone.name != gone.id else ""
    return Gone(f"The topic “{gone.name}” is no more{merged}.", f"{offer}{other}".strip(), best)


def _listed(topic: TopicRow) -> bool:
    return bool(topic.statements) and not topic.settings.hidden
