"""Regrouping: vectors and topics brought up to date, where a new embedder or additions left them behind."""

from __future__ import annotations

from service.jobs.kinds import Means
from service.jobs.run import Run
from service.store.accounts import Scope
from service.translation import N_

NAME = "regroup"
LABEL = N_("Finding topics anew")


def scope(*, replacing: bool) -> Scope:  # noqa: ARG001 - it has no documents
    return Scope.EDIT


def work(means: Means, run: Run) -> None:
    means.grouping.prepare(run.progress, run.end)
