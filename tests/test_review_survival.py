"""A hundred decisions on real transcripts: added again, in other order, under other weights, all hold or are listed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.relation import RelationClassifier
from models.ruling import key_of
from service.corpus import Corpus
from service.readers import Source
from service.store.store import Store

if TYPE_CHECKING:
    from models.embedding import Embedder

HUNDRED = 100
FILES = (
    "2021-06-07-remarks-by-vice-president-harris-and-president-giammattei-of-the-republic-of-guatemala-before-bilateral-meeting.md",
    "2021-10-29-remarks-by-president-biden-and-president-macron-of-the-french-republic-before-bilateral-meeting-2.md",
    "2022-06-09-remarks-by-president-biden-and-president-jair-bolsonaro-of-brazil-before-bilateral-meeting.md",
    "2022-03-30-remarks-by-vice-president-harris-and-prime-minister-holness-of-jamaica-after-bilateral-meeting.md",
)
SAID = cycle(("opposes", "reject", "agrees", "reject"))


@pytest.fixture(scope="module")
def sources(shared: Path) -> list[Source]:
    return [Source(name, (shared / "corpus" / "white-house" / name).read_bytes()) for name in FILES]


@pytest.fixture(scope="module")
def decided(corpus_factory: Callable[..., Corpus], sources: list[Source]) -> tuple[Corpus, dict[int, str | None]]:
    """The transcripts with a hundred decisions, each by its number with what the pair is called since."""
    corpus = corpus_factory()
    for source in sources:
        corpus.add(source)
    made: dict[int, str | None] = {}
    for first, second in pairs(corpus):
        relation = corpus.reviewing.rule(first, second, next(SAID), why="as read", by="Eva").ruling.relation
        made[len(made) + 1] = None if relation is None else str(relation)
    assert len(made) == HUNDRED
    return corpus, made


def pairs(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """A hundred pairs of different texts, of many speakers and documents."""
    with corpus._store.reading() as reading:
        said = [one for one in reading.statements(comparable_only=True) if one.quote.reading.stands_alone]
    seen = set()
    for step in range(1, len(said)):
        for one, other in zip(said[::7], said[step::7], strict=False):
            key = key_of(one.quote.text, other.quote.text)
            if one.quote.speaker.id != other.quote.speaker.id and key not in seen:
                seen.add(key)
                yield one.quote.id, other.quote.id
            if len(seen) == HUNDRED:
                return


def all_hold(corpus: Corpus, made: dict[int, str | None]) -> None:
    rows = [row for page in (1, 2) for row in corpus.reviewing.decisions(page=page).rows]
    assert [row.decision.id for row in rows] == sorted(made, reverse=True)
    assert {str(row.state) for row in rows} == {"holds"}
    for row in rows:
        assert row.places is not None
        there = corpus.reviewing.pair(*row.places)
        assert there.held is not None
        assert there.held.id == row.decision.id
        said = made[row.decision.id]
        assert said is None or there.pair.relation == said
        if row.decision.id % 9 == 0:
            found = corpus.pair(*row.places)
            assert [str(pair.relation) for pair in found.pairs] == ([said] if said else [])
            assert all(pair.reviewed for pair in found.pairs)


def test_a_hundred_decisions_hold_when_all_is_added_again_in_another_order(
    decided: tuple[Corpus, dict[int, str | None]], sources: list[Source]
) -> None:
    corpus, made = decided
    all_hold(corpus, made)
    for row in corpus.documents():
        corpus.remove(row.id)
    lost = corpus.reviewing.decisions(state="cannot be placed")
    assert (lost.total, lost.lost) == (HUNDRED, HUNDRED)
    for source in sources[::-1]:
        corpus.add(Source(source.name, b"A line that was not there.\n\n" + source.data))
    assert corpus.reviewing.decisions().lost == 0
    all_hold(corpus, made)


def test_a_hundred_decisions_hold_or_are_listed_when_a_document_is_missing(
    decided: tuple[Corpus, dict[int, str | None]], sources: list[Source]
) -> None:
    corpus, made = decided
    gone = corpus.documents()[0]
    corpus.remove(gone.id)
    rows = [row for page in (1, 2) for row in corpus.reviewing.decisions(page=page).rows]
    assert {row.decision.id for row in rows} == set(made)
    assert {str(row.state) for row in rows} == {"holds", "cannot be placed"}
    assert all((row.lost is None) is (str(row.state) == "holds") for row in rows)
    corpus.add(next(source for source in sources if source.name == gone.original_name))
    assert corpus.reviewing.decisions().lost == 0


@pytest.fixture(scope="module")
def contrary(classifier: RelationClassifier, tmp_path_factory: pytest.TempPathFactory) -> RelationClassifier:
    """Other weights: a folder in which what agreed opposes, and the other way round."""
    from safetensors.numpy import load_file, save_file

    from models.files import sha256

    folder = tmp_path_factory.mktemp("weights") / "contrary"
    shutil.copytree(classifier._folder, folder)
    tensors = load_file(folder / "model.safetensors")
    swapped = [1, 0, 2]
    heads = [name for name, held in tensors.items() if held.shape[:1] == (3,)]
    assert heads
    for name in heads:
        tensors[name] = tensors[name][swapped].copy()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    calibration = folder / "calibration.json"
    calibration.write_text(calibration.read_text().replace(classifier.sha256, sha256(folder / "model.safetensors")))
    return RelationClassifier(str(folder))


def test_a_hundred_decisions_hold_under_other_weights(
    decided: tuple[Corpus, dict[int, str | None]], contrary: RelationClassifier, embedder: Embedder
) -> None:
    corpus, made = decided
    other = Corpus(Store(str(corpus._config.database_url)), embedder, contrary, corpus._config)
    first, second = next(row.places for row in corpus.reviewing.decisions().rows if row.places is not None)
    ours, theirs = corpus.reviewing.pair(first, second).pair, other.reviewing.pair(first, second).pair
    assert ours.steps.probabilities[:2] == theirs.steps.probabilities[1::-1]
    all_hold(other, made)
    assert other.reviewing.card().present.reviewed == 0
    other.close()
