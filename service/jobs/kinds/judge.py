"""Judging: all pairs of a map, kept so that its pages and comparisons have them. What is judged is not judged again."""

from __future__ import annotations

from service.jobs.kinds import Means
from service.jobs.run import Run
from service.store.accounts import Scope
from service.translation import N_

NAME = "judge"
LABEL = N_("Judging a map")


def scope(*, replacing: bool) -> Scope:  # noqa: ARG001 - it has no documents
    return Scope.REVIEW


def work(means: Means, run: Run) -> None:
    means.judge_map(**run.job.what, progress=run.progress)
