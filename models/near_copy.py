"""Near copy: whether a text is another's, but for corrections."""

from __future__ import annotations

from collections.abc import Mapping

NEAR = 0.5
_PROBES, _PROBE_WORDS, _SHINGLE = 64, 12, 5


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
