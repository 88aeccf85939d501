"""Near copy: whether a text is another's, but for corrections."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

NEAR = 0.5
FINGERPRINTS = 32
_PROBES, _PROBE_WORDS, _SHINGLE = 64, 12, 5
_RUN = 8  # words of a fingerprint: few runs of so many stand in speeches that have nothing else in common
_ODD, _MIX, _MIXED = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def fingerprints(text: str) -> tuple[int, ...]:
    """What a text is known by among many: the least FINGERPRINTS hashes of its runs of words, each below 2 ** 63.

    Of two texts' fingerprints about as large a share is the same as of all their runs (Broder's min-wise hashing, 1997,
    in its bottom-k form). Case and white space count for nothing, as they do in `near_copy`.
    """
    words = np.array([crc32(word.encode("utf-8", "replace")) for word in _words_only(text).split()], np.uint64)
    number = max(len(words) - _RUN + 1, min(len(words), 1))
    runs = np.zeros(number, np.uint64)
    for at in range(min(_RUN, len(words))):
        runs = _mixed(runs * _ODD + words[at : at + number])
    return tuple((np.unique(runs)[:FINGERPRINTS] >> np.uint64(1)).tolist())


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Steele's splitmix64: each bit of what comes in changes half of those that come out."""
    x = (x ^ (x >> np.uint64(30))) * _MIX
    x = (x ^ (x >> np.uint64(27))) * _MIXED
    return x ^ (x >> np.uint64(31))


def near_copy(text: str, others: Mapping[str, str], least: float = NEAR) -> tuple[str, float] | None:
    """The document that `text` is nearly a copy of, and the share of the shorter one's word runs that both have.

    Evenly spaced runs of the shorter text are looked up in the other; only the best few are compared in full.
    """
    mine = _words_only(text)
    likely = sorted((-_overlap(mine, _words_only(other)), name) for name, other in others.items())
    best: tuple[str, float] | None = None
    for nominated, name in likely[:3]:
        if -nominated < least / 2:
            break
        share = _shared(mine, _words_only(others[name]))
        if share >= least and (best is None or share > best[1]):
            best = (name, share)
    return best


def _words_only(text: str) -> str:
    return " ".join(text.casefold().split())


def _overlap(a: str, b: str) -> float:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    words = short.split()
    step = max(1, len(words) // _PROBES)
    probes = [" ".join(words[i : i + _PROBE_WORDS]) for i in range(0, max(1, len(words) - _PROBE_WORDS + 1), step)]
    return sum(probe in long for probe in probes) / len(probes)


def _shared(a: str, b: str) -> float:
    x, y = (
        {tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
        for words in (a.split(), b.split())
    )
    return len(x & y) / min(len(x), len(y))
