"""Clusters: groups of many vectors, of which the sizes and kinds are known."""

from __future__ import annotations

import numpy as np
import pytest

from models import cluster as clustering
from models.cluster import NONE, Vectors, cluster, nearest


def around(
    centres: int, each: int, *, spread: float = 0.03, alone: int = 0, seed: int = 0
) -> tuple[Vectors, np.ndarray]:
    """Unit vectors about so many directions, shuffled, and some about none; the direction of each, NONE for those."""
    random = np.random.default_rng(seed)
    middle = np.linalg.qr(random.normal(size=(384, centres + alone)))[0].T
    made = np.concatenate(
        [middle[:centres].repeat(each, axis=0) + 0.03 * random.normal(size=(centres * each, 384)), middle[centres:]]
    )
    labels = np.concatenate([np.arange(centres).repeat(each), np.full(alone, NONE)])
    order = random.permutation(len(made))
    unit = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit[order].astype(np.float32), labels[order]


def same_groups(found: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two labellings part alike, whatever the numbers, and leave the same out."""
    pairs = set(zip(found.tolist(), expected.tolist(), strict=True))
    return len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


@pytest.mark.parametrize("each", [2, 4, 30, 200])
def test_what_lies_together_is_a_group_and_what_lies_alone_is_in_none(each: int) -> None:
    vectors, expected = around(20, each, alone=25)
    assert same_groups(cluster(vectors), expected)


def test_of_a_few_each_that_lies_alone_is_a_group() -> None:
    vectors, _ = around(3, 5, alone=4)
    assert sorted(np.bincount(cluster(vectors)).tolist()) == [1, 1, 1, 1, 5, 5, 5]


def test_more_than_can_be_held_against_each_other_are_grouped_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, expected = around(20, 200, alone=25)
    monkeypatch.setattr(clustering, "DRAWN", 500)
    assert same_groups(cluster(vectors), expected)


def test_a_group_too_rare_for_one_draw_is_found_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    common, _ = around(8, 500)
    rare, _ = around(12, 40, seed=1)
    monkeypatch.setattr(clustering, "DRAWN", 300)
    vectors = np.concatenate([common, rare])
    found = cluster(vectors)
    assert len(np.unique(found[found != NONE])) == 20


def test_the_nearest_centre_counts_only_if_it_is_near_enough() -> None:
    centres = np.eye(2, 3, dtype=np.float32)
    vectors = np.array([[1, 0, 0], [0.6, 0.8, 0], [0.1, 0, 0.995]], np.float32)
    assert nearest(vectors, centres).tolist() == [0, 1, NONE]
    assert nearest(vectors, centres[:0]).tolist() == [NONE] * 3
