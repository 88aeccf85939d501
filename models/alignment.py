"""Alignment: the runs of items that two sequences have in the same order, found in time that grows with their length.

Items that neither has twice are set beside each other first (as in patience sorting); what stands between two of them
is compared closely. difflib does that, whose time is without bound where items repeat; there the longest common
subsequence is taken instead (rapidfuzz, bit-parallel), of a stretch that is long part by part.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from rapidfuzz.distance import LCSseq

STEPS = 2000  # of difflib for each item, beyond which the longest common subsequence is taken
PART = 8000  # items whose subsequence is sought at once: it takes a bit for each pair

Run = tuple[int, int, int]
"""`first[i : i + size] == second[j : j + size]`, as (i, j, size)."""


def aligned(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Run]:
    """The runs of two long sequences, in order; no two of them touch on both sides."""
    found: list[Run] = []
    i = j = 0
    for k, m in (*_anchors(first, second), (len(first), len(second))):
        found += [(i + a, j + b, size) for a, b, size in same_runs(first[i:k], second[j:m])]
        if k < len(first) and m < len(second):
            found.append((k, m, 1))
        i, j = k + 1, m + 1
    return _joined(found)


def same_runs(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Run]:
    """The runs of two sequences of whatever items, in order."""
    if not first or not second:
        return []
    counts, others = Counter(first), Counter(second)
    pairs = sum(number * others[item] for item, number in counts.items())
    most = min(sum(number for item, number in counts.items() if item in others), len(second))
    # For each run, and what stands between two of them, difflib looks through the first and its pairs.
    if (2 * most + 1) * (pairs + len(first)) <= STEPS * (len(first) + len(second)):
        blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
        return [(block.a, block.b, block.size) for block in blocks if block.size]
    return _joined(_subsequence(first, second))


def _subsequence(first: Sequence[Hashable], second: Sequence[Hashable]) -> Iterator[Run]:
    parts = -(-max(len(first), len(second)) // PART)
    edges = [(len(first) * at // parts, len(second) * at // parts) for at in range(parts + 1)]
    for (i, j), (k, m) in pairwise(edges):
        for block in LCSseq.editops(first[i:k], second[j:m]).as_matching_blocks():
            if block.size:
                yield i + block.a, j + block.b, block.size


def _joined(runs: Iterator[Run] | Sequence[Run]) -> list[Run]:
    """With runs as one that touch on both sides."""
    found: list[Run] = []
    for i, j, size in runs:
        if found and (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]) == (i, j):
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + size)
        else:
            found.append((i, j, size))
    return found


def _anchors(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Where both have the same item, which neither has twice: the longest run of these in one order."""
    counts, other_counts = Counter(first), Counter(second)
    place = {item: j for j, item in enumerate(second) if other_counts[item] == counts[item] == 1}
    pairs = [(i, place[item]) for i, item in enumerate(first) if item in place]
    ends: list[int] = []  # of the runs of each length, the least place in the second
    last: list[int] = []  # the pair that such a run ends in
    before: list[int | None] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect(ends, j)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1], last[length : length + 1] = [j], [at]
    run, here = [], last[-1] if last else None
    while here is not None:
        run.append(pairs[here])
        here = before[here]
    return run[::-1]
