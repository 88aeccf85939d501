"""Protocols of the topics: a section for each set with gold topics, and one on how stable topics are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Progress
from models.evaluation.figures import Reach, Row, Section
from models.evaluation.intervals import mean_of
from models.evaluation.reading import UnusableSet
from models.evaluation.topics.draws import Draw, draws
from models.evaluation.topics.groupers import CannotGroup, Grouper, bertopic, each_alone, has_bertopic, k_means
from models.evaluation.topics.product import Said, grouped, topics
from models.evaluation.topics.scores import Scores, scores
from models.evaluation.topics.sets import LEAST_WORDS, SETS, TopicSet
from models.evaluation.topics.stability import STABILITY, stability
from models.transcript import Transcript

OURS, BERTOPIC, K_MEANS, ALONE = JUDGES = ("topics", "BERTopic", "k-means", "each alone")
"""The product's topics, BERTopic by its defaults, k-means told how many topics there are, and each text by itself."""

MEASURES = {
    "v_measure": "V-measure",
    "rand": "adjusted Rand index",
    "purity": "purity",
    "groups": "groups",
    "none": "share in no group",
}
"""The fields of `Scores`, as the table calls them."""

TO_REACH = {BERTOPIC: ("v_measure", Reach(0.10)), K_MEANS: ("rand", Reach(0.0))}
"""By how much each baseline is to be surpassed, and in what."""

Scored = Mapping[str, Scores]
"""The scores of a draw, by grouper."""


class TopicBench:
    """An embedder over a folder of sets, and transcripts that are read when they are asked for."""

    def __init__(
        self,
        data: Path,
        embed: Callable[[Sequence[str], Progress | None], NDArray[np.float32]],
        transcripts: Callable[[], Iterable[Transcript]],
    ) -> None:
        self.data = data
        self.embed = embed
        self.transcripts = transcripts
        self.progress: Progress | None = None


def gold_topics(name: str, bench: TopicBench) -> Section:
    """What the product and its baselines score on the draws of a set."""
    one = SETS[name](bench.data)
    vectors = bench.embed(one.texts, bench.progress)
    drawn = list(draws(one))
    scored: dict[int, list[Scored]] = defaultdict(list)
    refused: Counter[str] = Counter()
    for number, draw in enumerate(drawn):
        scored[len(draw.texts)].append(_scored(draw, vectors[draw.rows], refused))
        if bench.progress:
            bench.progress(number + 1, len(drawn))
    rows = [row for n, each in scored.items() for row in _rows(name, n, each)]
    return Section(name, rows, [*_about(one), *(f"{why}: one group, {n} times" for why, n in refused.items())], JUDGES)


def _about(one: TopicSet) -> Iterator[str]:
    kept, topics = len(one.texts), len(set(one.topics))
    why = f"under several topics or none, or shorter than {LEAST_WORDS} words"
    yield f"{kept:,} texts under {topics} topics; {one.left_out:,} are left out, which are {why}"
    if not has_bertopic():
        yield "BERTopic is not installed: pip install --editable '.[bench]'"


def _scored(draw: Draw, vectors: NDArray[np.float32], refused: Counter[str]) -> Scored:
    """The scores of all groupers; one that gives up is counted by its reason, and scored as one group."""
    groupers: dict[str, Grouper] = {OURS: topics, K_MEANS: k_means(draw.topics), ALONE: each_alone}
    if has_bertopic():
        groupers[BERTOPIC] = bertopic
    found = {}
    for who, grouper in groupers.items():
        try:
            labels = grouper(draw.texts, vectors)
        except CannotGroup as error:
            refused[f"{who} cannot group {len(draw.texts)} texts ({error})"] += 1
            labels = np.zeros(len(draw.texts), np.int64)
        found[who] = scores(labels, draw.gold)
    return found


def _rows(name: str, n: int, scored: Sequence[Scored]) -> list[Row]:
    """All measures of the draws of one size; what is to be reached is reached by their mean."""
    numbers = np.arange(len(scored)).astype(np.str_)
    judges = [who for who in JUDGES if who in scored[0]]

    def row(measure: str, values: Mapping[str, list[float]], reach: Reach | None = None) -> Row:
        estimates = {who: mean_of(np.array(each, np.float64), numbers) for who, each in values.items()}
        return Row(name, measure, n, len(scored), estimates, reach)

    def found(measure: str, who: str) -> list[float]:
        return [float(getattr(each[who], measure)) for each in scored]

    def above(baseline: str, measure: str) -> list[float]:
        return [ours - other for ours, other in zip(found(measure, OURS), found(measure, baseline), strict=True)]

    return [
        *(row(title, {who: found(measure, who) for who in judges}) for measure, title in MEASURES.items()),
        *(
            row(f"{MEASURES[measure]}, above that of {baseline}", {OURS: above(baseline, measure)}, reach)
            for baseline, (measure, reach) in TO_REACH.items()
            if baseline in judges
        ),
    ]


def steady(bench: TopicBench) -> Section:
    """How stable the topics of the transcripts are."""
    said = Said.of(bench.transcripts())
    return stability(said, bench.embed(said.texts, bench.progress), grouped, bench.progress)


PROTOCOLS: Mapping[str, Callable[[TopicBench], Section]] = {
    **{name: partial(gold_topics, name) for name in SETS},
    STABILITY: steady,
}
"""The protocols, by the name that the command line knows them by, in the order of the table."""


def section(name: str, bench: TopicBench) -> Section:
    """What a protocol finds; where its set or the transcripts cannot be used, the reason."""
    try:
        return PROTOCOLS[name](bench)
    except UnusableSet as error:
        return Section(name, (), [f"skipped: {error}"], JUDGES)
