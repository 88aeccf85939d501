"""Edits of topics survive: whatever is added, removed, added again or embedded anew, they stand or are listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.embedding import Embedder
from service.corpus import Corpus
from service.errors import Gone
from service.readers import Source
from service.store.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.relation import RelationClassifier
    from models.topic import Topic

TALKS = Path(__file__).parent / "transcripts" / "three_topics.md"
MORE = b"""---
title: More talks
date: 1988-05-04
---

MINISTER OKORO:  The gas pipeline is half finished. Fishing boats need new quotas along the coast. Vaccines must be
cheap for poor countries.

MINISTER MARSH:  A cold winter without gas would hurt the poor. The parliament will vote on the railway tunnel. The
railway tunnel costs too much.
"""


class Narrow(Embedder):
    """Another model: its vectors, and so its groups, are not those of the bundled one."""

    @property
    def sha256(self) -> str:  # type: ignore[override]
        return "narrow"

    def embed(self, *args: object, **how: object) -> NDArray[np.float32]:  # type: ignore[override]
        some = super().embed(*args, **how)[:, ::3]  # type: ignore[arg-type]
        return np.asarray(some / np.linalg.norm(some, axis=1, keepdims=True), np.float32)


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    """Three topics of two speakers."""
    return topics_corpus


def grouping(corpus: Corpus) -> dict[str, Topic]:
    with corpus._store.reading() as reading:
        return {one.id: one for one in reading.grouping()}


def places(corpus: Corpus) -> dict[str, str | None]:
    """The topic of every statement, by its words."""
    with corpus._store.reading() as reading:
        return {one.quote.text: one.quote.topic for one in reading.statements()}


def having(corpus: Corpus, *words: str) -> list[str]:
    with corpus._store.reading() as reading:
        return [one.quote.id for one in reading.statements() if any(each in one.quote.text for each in words)]


def about(corpus: Corpus, words: str) -> str:
    found = next(topic for text, topic in places(corpus).items() if words in text)
    assert found is not None
    return found


Faces = dict[str, tuple[str | None, bool, bool, str]]


def faces(corpus: Corpus) -> Faces:
    """The names given by hand, and the settings."""
    return {
        one.id: (
            one.name if one.settings.renamed else None,
            one.settings.locked,
            one.settings.hidden,
            one.settings.origin,
        )
        for one in grouping(corpus).values()
    }


@pytest.fixture
def edited(talks: Corpus) -> tuple[Corpus, dict[str, str | None], Faces]:
    """With one edit of every kind; where the statements stand that these are about, and what the topics are."""
    gas, vaccines, fish = (about(talks, words) for words in ("must never be finished", "Patents", "may use the coast"))
    editing = talks.editing
    editing.rename(gas, "Pipes", by="Eva")
    editing.split(gas, having(talks, "winter"), "Winter", by="Eva")
    editing.merge(vaccines, fish, by="Eva")
    editing.move(having(talks, "Patents"), "winter", by="Eva")
    editing.move(having(talks, "Foreign fishing boats"), None, by="Eva")
    editing.lock(gas, by="Eva")
    editing.hide("winter", by="Eva")
    about_these = {text: topic for text, topic in places(talks).items() if topic or "Foreign fishing" in text}
    return talks, about_these, faces(talks)


def another_document(corpus: Corpus) -> Corpus:
    corpus.add(Source("more.md", MORE))
    return corpus


def remove(corpus: Corpus) -> None:
    """Take out the document that was edited."""
    corpus.remove(next(row.id for row in corpus.documents() if row.metadata.title == "Talks on many things"))


def removed_and_added_again(corpus: Corpus) -> Corpus:
    remove(corpus)
    corpus.add(Source("talks.md", TALKS.read_bytes()))
    return corpus


def removed_and_added_among_others(corpus: Corpus) -> Corpus:
    return removed_and_added_again(another_document(corpus))


def added_once_more_in_another_form(corpus: Corpus) -> Corpus:
    """The same words in another document, with other places and ids."""
    corpus.add(Source("again.md", TALKS.read_bytes().replace(b"Talks on many things", b"The talks as printed later")))
    return corpus


CHANGES: tuple[Callable[[Corpus], Corpus], ...] = (
    another_document,
    removed_and_added_again,
    removed_and_added_among_others,
    added_once_more_in_another_form,
)


def leads_nowhere(corpus: Corpus, topic: str) -> bool:
    """Whether a link to a topic says that it is gone, or shows it empty."""
    try:
        view = corpus.topic(topic)
    except Gone:
        return True
    return (view.row.id, view.quotes) == (topic, ())


Edited = tuple[Corpus, dict[str, str | None], Faces]


def all_stands(corpus: Corpus, stood: dict[str, str | None], were: Faces) -> bool:
    now = places(corpus)
    assert {text: now[text] for text in stood} == stood
    assert {one: face for one, face in faces(corpus).items() if one in were} == were
    return [row.lost for row in corpus.editing.journal()] == [None] * 7


@pytest.mark.parametrize("change", CHANGES)
def test_every_edit_stands_after(edited: Edited, change: Callable[[Corpus], Corpus]) -> None:
    corpus, stood, were = edited
    assert all_stands(change(corpus), stood, were)


def test_every_edit_stands_under_another_embedder(
    edited: Edited, classifier: RelationClassifier, tmp_path: Path
) -> None:
    corpus, stood, were = edited
    other = Corpus(Store(str(corpus._config.database_url)), Narrow(), classifier, corpus._config)
    other.prepare()
    assert all_stands(other, stood, were)


def test_merged_and_renamed_topics_are_found_as_before_after_a_regrouping(edited: Edited) -> None:
    corpus, stood, _ = edited
    gone = [row.edit.other_id for row in corpus.editing.journal() if row.edit.action == "merge"]
    removed_and_added_again(corpus)
    assert corpus.topic(str(gone[0])).row.id == stood["Vaccines must reach the poorest countries first."]
    assert corpus.topic("Pipes").row.settings.renamed
    assert not set(gone) & grouping(corpus).keys()


def test_nothing_new_joins_a_locked_topic(talks: Corpus) -> None:
    gas = about(talks, "must never be finished")
    talks.editing.lock(gas)
    before = grouping(talks)[gas].members
    another_document(talks)
    assert grouping(talks)[gas].members == before
    assert grouping(talks)[gas].settings.locked


def test_the_newest_edit_of_a_statement_counts(talks: Corpus) -> None:
    gas, vaccines = about(talks, "must never be finished"), about(talks, "Patents")
    (patents,) = having(talks, "Patents")
    talks.editing.move([patents], gas)
    talks.editing.move([patents], None)
    talks.editing.move([patents], gas)
    another_document(talks)
    assert about(talks, "Patents") == gas
    talks.editing.move([patents], vaccines)
    removed_and_added_again(talks)
    assert about(talks, "Patents") == vaccines


def test_what_was_undone_is_not_applied_again(talks: Corpus) -> None:
    gas, vaccines = about(talks, "must never be finished"), about(talks, "Patents")
    before = places(talks)
    for edit in (
        talks.editing.rename(gas, "Pipes"),
        talks.editing.merge(gas, vaccines),
        talks.editing.split(gas, having(talks, "winter"), "Winter"),
        talks.editing.hide(gas),
        talks.editing.lock(gas),
    )[::-1]:
        talks.editing.undo(edit.id)
    assert places(talks) == before
    removed_and_added_again(talks)
    assert not any(
        one.settings.renamed or one.settings.hidden or one.settings.locked for one in grouping(talks).values()
    )
    assert about(talks, "must never be finished") != about(talks, "Patents")
    assert about(talks, "winter") == about(talks, "must never be finished")


def test_what_cannot_be_placed_is_listed_and_its_link_is_gone_until_it_is_back(edited: Edited) -> None:
    corpus, stood, were = edited
    gas = stood["The gas pipeline must never be finished."]
    another_document(corpus)
    remove(corpus)
    assert all(row.lost == "None of its statements is here any more." for row in corpus.editing.journal())
    assert leads_nowhere(corpus, str(gas))
    corpus.add(Source("talks.md", TALKS.read_bytes()))
    assert all_stands(corpus, stood, were)


def test_a_topic_that_vanishes_is_remembered_with_its_name(talks: Corpus) -> None:
    gas = about(talks, "must never be finished")
    name = grouping(talks)[gas].name
    another_document(talks)
    remove(talks)
    assert gas not in grouping(talks)
    with pytest.raises(Gone, match=name):
        talks.topic(gas)


class Turning(Embedder):
    """A model by which a text that names a bearing points there."""

    @property
    def sha256(self) -> str:  # type: ignore[override]
        return "turning"

    def embed(self, texts: Sequence[str], *_: object, **__: object) -> NDArray[np.float32]:  # type: ignore[override]
        bearings = [re.search(r"bearing (\d+)", text) for text in texts]
        angles = np.radians([float(found[1]) if found else 0 for found in bearings])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_where_a_topic_came_to_be_about_something_else_its_link_says_that_it_is_no_more(
    classifier: RelationClassifier, corpus: Corpus
) -> None:
    """A document at a time comes and the oldest goes: each step is small, and all of them are a right angle."""
    turning = Corpus(Store(str(corpus._config.database_url)), Turning(), classifier, corpus._config)
    documents: list[str] = []
    seen: list[str] = []
    for step in range(10):
        ships = [
            f"Ship {step}{name} of the northern fleet held a bearing {10 * step} of the harbour." for name in "abcd"
        ]
        added = turning.add(Source(f"{step}.txt", "\n\n".join(ships).encode()), speaker="Ann")
        documents.append(added.document.id)
        if len(documents) > 2:
            turning.remove(documents.pop(0))
        seen += [row.id for row in turning.topics() if row.id not in seen]
    (now,) = turning.topics()
    assert now.id != seen[0]
    with pytest.raises(Gone) as refusal:
        turning.topic(seen[0])
    assert refusal.value.nearest == (now.id,)
