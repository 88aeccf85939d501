"""Error card: how many of the pairs that were shown stood when somebody read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.evaluation.intervals import Estimate, wilson
from service.rendering.counting import number
from service.rendering.terms import term
from service.store.docket import Decision
from service.translation import gettext

FEWEST = 10  # decisions from which a percentage is given


@dataclass(frozen=True, slots=True)
class Figure:
    """Of `reviewed` pairs that were shown, `stood` were called what they had been shown as."""

    name: str
    stood: int
    reviewed: int

    @property
    def estimate(self) -> Estimate | None:
        """The share, with its 95 % interval (Wilson's); None where there are too few."""
        return wilson(self.stood, self.reviewed) if self.reviewed >= FEWEST else None

    @property
    def share(self) -> str:
        """'78 % (63–88 %)', 'too few: 3 of 4', 'none yet'."""
        found = self.estimate
        if found is None or found.low is None or found.high is None:
            if not self.reviewed:
                return gettext("none yet")
            return gettext("too few: %(stood)s of %(reviewed)s", stood=self.stood, reviewed=self.reviewed)
        return f"{100 * found.value:.0f} % ({100 * found.low:.0f}–{100 * found.high:.0f} %)"


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """Each figure is of the newest decision on each pair. `present` is of the classifier in use, `sample` of what of
    its pairs was drawn at random; `everything` of all classifiers there were."""

    present: Figure
    sample: Figure
    everything: Figure
    by_relation: tuple[Figure, ...]
    by_topic: tuple[Figure, ...]
    by_model: tuple[Figure, ...]

    @property
    def stood(self) -> str | None:
        """A sentence for those who read no card: of the pairs drawn at random, or else of all; None for too few."""
        found = next((one for one in (self.sample, self.present) if one.estimate is not None), None)
        if found is None:
            return None
        return gettext(
            "Of %(reviewed)s shown pairs that were read here, %(stood)s stood: %(share)s.",
            reviewed=number(found.reviewed),
            stood=number(found.stood),
            share=found.share,
        )


def error_card(holding: Iterable[Decision], classifier: str, topics: Mapping[str, str]) -> ErrorCard:
    """`holding` are the decisions that hold, `topics` the names of today by the ids of once.

    Only pairs that a comparison showed by itself count, each for the classifier that showed it.
    """
    shown = [one for one in holding if one.seen["shown"]]
    present = [one for one in shown if one.seen["classifier"]["sha256"] == classifier]
    return ErrorCard(
        present=_figure(gettext("pairs of the classifier in use"), present),
        sample=_figure(gettext("of these, drawn at random"), [one for one in present if one.seen["sample"]]),
        everything=_figure(gettext("pairs of all classifiers"), shown),
        by_relation=_by(present, lambda one: term(one.seen["relation"])),
        by_topic=_by(present, lambda one: _topic(one, topics)),
        by_model=_by(shown, _model),
    )


def _figure(name: str, some: Sequence[Decision]) -> Figure:
    stood = sum(str(one.ruling.relation) == one.seen["relation"] for one in some)
    return Figure(name, stood, len(some))


def _by(some: Iterable[Decision], what: Callable[[Decision], str]) -> tuple[Figure, ...]:
    """The most reviewed first."""
    groups: dict[str, list[Decision]] = defaultdict(list)
    for one in some:
        groups[what(one)].append(one)
    return tuple(sorted((_figure(*each) for each in groups.items()), key=lambda f: (-f.reviewed, f.name)))


def _topic(one: Decision, topics: Mapping[str, str]) -> str:
    topic = one.seen["topic"]
    return gettext("no topic in common") if topic is None else topics.get(topic["id"], str(topic["name"]))


def _model(one: Decision) -> str:
    made = one.seen["classifier"]
    return f"{made['name']} {made['sha256'][:12]}"
