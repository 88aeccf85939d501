"""Intervals: estimates with their 95 % intervals, by bootstrap over clusters or from the binomial distribution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
DRAWS = 1000
SEED = 0

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its interval; the interval is None where the data cannot give one."""

    value: float
    low: float | None = None
    high: float | None = None


def bootstrapped(statistic: Callable[[Rows], float], clusters: NDArray[np.str_]) -> Estimate:
    """`statistic` of all rows, with the percentile interval of its value when whole clusters are drawn anew.

    Pairs of one debate or topic share texts, so that they are not independent; their clusters are taken to be. Draws
    in which the statistic is undefined (nan) are left out. With a single cluster there is no interval, without rows no
    value.
    """
    if not len(clusters):
        return Estimate(float("nan"))
    value = statistic(np.arange(len(clusters)))
    _, member, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        return Estimate(value)
    by_cluster = np.argsort(member, kind="stable")
    starts = np.cumsum(sizes) - sizes
    drawn = np.array(
        [
            statistic(by_cluster[_spans(starts[chosen], sizes[chosen])])
            for chosen in np.random.default_rng(SEED).integers(len(sizes), size=(DRAWS, len(sizes)))
        ]
    )
    drawn = drawn[~np.isnan(drawn)]
    return Estimate(value, *_tails(drawn)) if len(drawn) else Estimate(value)


def _spans(starts: Rows, sizes: Rows) -> Rows:
    """The numbers of all spans that start there and are so long, one after another."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1])


def mean_of(values: NDArray[np.float64], clusters: NDArray[np.str_]) -> Estimate:
    """The mean of one value a row, with its bootstrap interval."""
    return bootstrapped(lambda rows: float(values[rows].mean()), clusters)


def exact(hits: int, n: int) -> Estimate:
    """A proportion with Clopper and Pearson's exact binomial interval (1934)."""
    from scipy.stats import beta  # takes a second, and nothing else here needs it

    if n == 0:
        return Estimate(float("nan"))
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0
    return Estimate(hits / n, low, high)


def wilson(hits: int, n: int) -> Estimate:
    """A proportion with Wilson's score interval (1927)."""
    if n == 0:
        return Estimate(float("nan"))
    z, share = NormalDist().inv_cdf((1 + LEVEL) / 2), hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return Estimate(share, max(middle - reach, 0.0), min(middle + reach, 1.0))


def _tails(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
