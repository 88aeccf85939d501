"""Kinds of jobs: one module of this folder is one kind, found by being here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from service.documents.library import Library
from service.errors import BadValue
from service.jobs.run import Run
from service.store.accounts import Scope
from service.store.jobs import Job
from service.store.store import Store
from service.topics.grouping import Grouping
from service.translation import gettext


@dataclass(frozen=True, slots=True)
class Means:
    """What jobs are done with."""

    store: Store
    library: Library
    grouping: Grouping
    judge_map: Callable[..., None]


class Kind(Protocol):
    """What each module of this folder offers.

    `scope` is what it takes to hand one in, to cancel it and to try it again; `replacing`: of its documents one takes
    the place of another.

    `work` does the job from the beginning, or goes on with what an interrupted attempt left. Its effect and `run.end`,
    or `run.settle` for one document of several, are one write; so it happens once, whoever else tried.
    """

    NAME: str
    LABEL: str  # as in a list

    def scope(self, *, replacing: bool) -> Scope: ...

    def work(self, means: Means, run: Run) -> None: ...


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    modules = [module.name for module in pkgutil.iter_modules(__path__)]
    return {each.NAME: each for each in (cast(Kind, import_module(f"{__name__}.{name}")) for name in modules)}


def kind(name: str) -> Kind:
    """Raises BadValue for one that a newer Counterpose handed out."""
    if name not in kinds():
        raise BadValue(f"There is no kind of job “{name}” here.", "Update this worker's Counterpose, then retry.")
    return kinds()[name]


def scope(name: str, *, replacing: bool = False) -> Scope:
    """What a job of this kind takes; of one that is not known here, what all takes that has no scope of its own."""
    return kinds()[name].scope(replacing=replacing) if name in kinds() else Scope.EDIT


def label(job: Job) -> str:
    """What a job is about, as a list says it; one of a kind that is not known here by its name."""
    return gettext(kinds()[job.kind].LABEL) if job.kind in kinds() else job.kind
