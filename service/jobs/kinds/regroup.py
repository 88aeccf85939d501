"""Regrouping: vectors and topics brought up to date, where a new embedder or additions left them behind."""

from __future__ import annotations

from service.jobs.kinds import Means
from service.jobs.run import Run
from service.translation import N_

NAME = "regroup"
LABEL = N_("Finding topics anew")


def work(means: Means, run: Run) -> None:
    means.grouping.prepare(run.progress, run.end)
