"""Kills: every kind of write, ended by kill -9 at drawn moments and steps, on both engines: `make torture`.

    python -m tests.torture.kills [--kills 124] [--seed 1] [--engine sqlite] [--engine postgresql] [--only add]

After each kill: what was acknowledged is there, now and to the end of the round; nothing is there twice or by half;
done once more, the same work gets done; and `counterpose check` finds nothing. The models cost nothing, so that the
kills fall into the work in the database: half of them at a moment, half at a statement or a commit.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.torture.costless import take_their_places
from tests.torture.kept import Kept, kept
from tests.torture.killing import Ended, Moment, Step, ended
from tests.torture.operations import OPERATIONS, PASSWORD, Site, Write, speech
from tests.torture.server import serving

ENGINES = ("sqlite", "postgresql")
BEFORE = 6  # documents that are there
LAST = "regroup"
LATE = 1.1  # the last moment to be killed at, as a share of the time that the work takes: some kills come just after it
HEADINGS = ("kills", "mid-work", "acknowledged", "lost", "doubled", "by half", "not resumed", "found by check")


@dataclass(slots=True)
class Tally:
    """What became of one operation. The first two of `figures` are how often it was killed, and amid its work."""

    figures: dict[str, int] = field(default_factory=lambda: dict.fromkeys(HEADINGS, 0))
    steps: int = 0  # of a run that nobody killed
    seconds: float = 0.0

    @property
    def bad(self) -> bool:
        return any(self.figures[one] for one in HEADINGS[3:])


@dataclass(slots=True)
class Round:
    """One database and what was acknowledged in it so far."""

    site: Site
    random: random.Random
    tags: Iterator[str]
    done: list[Write] = field(default_factory=list)

    def measure(self, name: str, tally: Tally) -> None:
        """Do it once, killed by nobody."""
        operation = OPERATIONS[name](self.site, next(self.tags), kept(self.site.address), self.random)
        found = operation.run(None)
        tally.steps, tally.seconds = found.steps, found.seconds
        after = kept(self.site.address)
        for write in operation.writes:
            if _traces(write, after) != {1} or not _acknowledged(write, found):
                sys.exit(f"{name} does not do what it is to do: {_counts(write, after)}.\n{found.said}")
        self.done += operation.writes
        self._look_after(name, tally, after)

    def kill(self, name: str, tally: Tally) -> bool:
        """Kill it, see what is there, and do it once more. Whether it was killed: it may have had fewer steps today."""
        operation = OPERATIONS[name](self.site, next(self.tags), kept(self.site.address), self.random)
        drawn = self._drawn(tally)
        found = operation.run(drawn)
        tally.figures["kills"] += found.killed
        acknowledged = [_acknowledged(write, found) for write in operation.writes]
        tally.figures["mid-work"] += found.killed and not all(acknowledged)
        tally.figures["acknowledged"] += sum(acknowledged)
        after = kept(self.site.address)
        self._look_after(f"{name}, killed at {drawn},", tally, after)
        whole = True
        for write, said in zip(operation.writes, acknowledged, strict=True):
            traces = _traces(write, after)
            whole &= traces == {1}
            if said and 0 in traces:
                self._complain("lost", f"{name}, killed at {drawn}: {_counts(write, after)}", tally)
            elif len(traces) > 1 and max(traces) < 2 and name != "a worker":
                self._complain("by half", f"{name}, killed at {drawn}: {_counts(write, after)}", tally)
        if whole and not operation.again:
            self.done += operation.writes
            return found.killed
        more = operation.run(None)
        after = kept(self.site.address)
        for write in operation.writes:
            if _traces(write, after) - {1}:
                doubled = max(_traces(write, after)) > 1
                what = f"{name}, done again after a kill at {drawn}: {_counts(write, after)}\n{more.said}"
                self._complain("doubled" if doubled else "not resumed", what, tally)
        self.done += operation.writes
        self._look_after(f"{name}, done again,", tally, after)
        return found.killed

    def _drawn(self, tally: Tally) -> Moment | Step:
        if tally.steps and self.random.random() < 0.5:
            return Step(self.random.randint(1, tally.steps))
        return Moment(round(self.random.uniform(0, LATE * tally.seconds), 4))

    def _look_after(self, when: str, tally: Tally, found: Kept) -> None:
        """What was there before is there still, and nothing is wrong."""
        for one in found.findings:
            self._complain("found by check", f"{when}: {one}", tally)
        for write in self.done:
            counts = [trace(found) for trace in write.lasting]
            if set(counts) - {1}:
                self._complain(
                    "doubled" if max(counts) > 1 else "lost",
                    f"{when} an earlier write, “{write.said}”: {counts}",
                    tally,
                )

    def _complain(self, heading: str, what: str, tally: Tally) -> None:
        tally.figures[heading] += 1
        print(f"{heading.upper()}: {what}", flush=True)


def _acknowledged(write: Write, found: Ended) -> bool:
    return write.said is not None and write.said in found.said


def _counts(write: Write, found: Kept) -> list[int]:
    return [trace(found) for trace in (*write.now, *write.lasting)]


def _traces(write: Write, found: Kept) -> set[int]:
    return set(_counts(write, found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=4 * len(OPERATIONS), help="For each engine.")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--only", action="append", choices=list(OPERATIONS))
    given = parser.parse_args()
    print(f"seed {given.seed}; load average {os.getloadavg()[0]:.1f}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # it prints what stands
    bad = False
    for engine in given.engine or ENGINES:
        began = time.monotonic()
        tallies = {name: Tally() for name in given.only or OPERATIONS}
        try:
            kill(engine, given.kills, given.seed, tallies)
        except KeyboardInterrupt:
            print("interrupted: this is what stands")
        _print(engine, tallies, time.monotonic() - began)
        bad |= any(tally.bad for tally in tallies.values())
    sys.exit(bad)


def kill(engine: str, kills: int, seed: int, tallies: dict[str, Tally]) -> None:
    """Each of the operations once a round, until there were so many kills."""
    _import(served=any(name.startswith("POST") for name in tallies))
    take_their_places()
    drawn = random.Random(f"{seed} {engine}")
    names, left = list(tallies), kills
    tags = (f"x{number:04d}x" for number in itertools.count(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-")))
        new = stack.enter_context(databases(engine, folder))
        template = new(None)
        token = filled(template, folder)
        for number in itertools.count():
            order = [*drawn.sample([name for name in names if name != LAST], len(names) - (LAST in names))]
            order += [LAST] * (LAST in names)
            site = Site(new(template), folder, partial(new, None), token)
            with ExitStack() as within:
                if any(name.startswith("POST") for name in names):
                    site.server = within.enter_context(serving(site.set_up, folder / "server.log"))
                this = Round(site, drawn, tags)
                for name in order:
                    if not number:
                        this.measure(name, tallies[name])
                    elif left:
                        left -= this.kill(name, tallies[name])
            print(f"{engine}: {kills - left} of {kills} kills", flush=True)
            if not left:
                return


def filled(address: str, folder: Path) -> str:
    """Some documents, topics, and an account; the token of it."""
    site = Site(address, folder, str, "")

    def work() -> None:
        site.set_up()
        from service.config import Config
        from service.corpus import Corpus
        from service.readers import Source
        from service.store.accounts import Role, Scope

        corpus = Corpus.open(Config.from_environment())
        for number in range(BEFORE):
            corpus.add(Source(f"before{number}.txt", speech(f"before{number}", 10 * number).encode()), regroup=False)
        corpus.prepare()
        corpus.access.people.add("Eva", Role.EDITOR)
        eva = corpus.access.people.set_password("Eva", PASSWORD)
        print(corpus.access.tokens.make(eva, "torture", frozenset((Scope.ADD, Scope.EDIT, Scope.REVIEW)))[1])
        corpus.close()

    found = ended(work)
    if found.status:
        sys.exit(found.said)
    return found.said.split()[-1]


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Callable[[str | None], str]]:
    """Addresses of new databases, empty, or copies of another."""
    numbers = itertools.count(1)

    def file(template: str | None) -> str:
        path = folder / f"database{next(numbers)}.sqlite"
        if template is not None:
            shutil.copyfile(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    if engine == "sqlite":
        yield file
        return
    from tests.conftest import _postgresql

    with _postgresql() as server:

        def database(template: str | None) -> str:
            name = f"torture{next(numbers)}"
            of = f" TEMPLATE {template.partition('?')[0].rpartition('/')[2]}" if template is not None else ""
            server.psql(f"CREATE DATABASE {name}{of}")
            return str(server.get_uri(database=name))

        yield database


def _import(*, served: bool) -> None:
    """What every process needs, so that none takes its time over it."""
    from importlib import import_module

    for name in (
        *("service.__main__", "service.corpus", "service.jobs.worker", "service.store.check"),
        *("service.store.backup", "service.store.transfer", "huey.consumer", "service.answers.corpus"),
        *(("service.app", "service.web.prefork") if served else ()),
    ):
        import_module(name)


def _print(engine: str, tallies: dict[str, Tally], seconds: float) -> None:
    width = max(map(len, tallies)) + 2
    print(f"\n{engine}, {seconds:.0f} s")
    print(f"{'':<{width}}" + "".join(f"{one:>16}" for one in HEADINGS))
    total: dict[str, int] = dict.fromkeys(HEADINGS, 0)
    rows: list[tuple[str, dict[str, Any]]] = [(name, tally.figures) for name, tally in tallies.items()]
    for _, figures in rows:
        total = {one: total[one] + figures[one] for one in HEADINGS}
    for name, figures in (*rows, ("all", total)):
        print(f"{name:<{width}}" + "".join(f"{figures[one]:>16}" for one in HEADINGS), flush=True)


if __name__ == "__main__":
    main()
