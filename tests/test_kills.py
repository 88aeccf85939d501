"""A few kills of each engine, in the form that `make torture` has more of; and that a loss would be seen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import ROOT

FEW = ("add", "rename-topic", "rule")

HASTY = """
import sys
from functools import partial
from tests.torture import kills, operations
from tests.torture.killing import ended

def hasty(site, tag, *_):
    file = site.file(tag)
    def work():
        print(f"{file}: document")
        site.command("add", file)()
    return operations.Operation(partial(ended, work), (operations._added(tag, f"{file}: document"),), again=True)

operations.OPERATIONS["add"] = hasty
sys.argv = ["kills", "--engine", "sqlite", "--kills", "3", "--seed", "1", "--only", "add"]
kills.main()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def figures(said: str, name: str) -> list[int]:
    """Those of the table's row of that name."""
    row = next(line for line in said.splitlines() if line.startswith(name))
    return [int(one) for one in row.removeprefix(name).split()]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_was_acknowledged_outlives_kill_9(engine: str, request: pytest.FixtureRequest) -> None:
    if engine == "postgresql":
        server: Callable[[], str] = request.getfixturevalue("postgresql_factory")  # skips where there is none
        assert server
    only = [one for name in FEW for one in ("--only", name)]
    arguments = ("--engine", engine, "--kills", str(len(FEW)), "--seed", "5", *only)
    done = run("-m", "tests.torture.kills", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    kills, mid_work, _, *bad = figures(done.stdout, "all")
    assert kills == len(FEW)
    assert mid_work, "no kill came amid the work"
    assert bad == [0] * 5


def test_work_that_says_it_is_done_before_it_is_would_be_seen() -> None:
    done = run("-c", HASTY)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "LOST: add, killed at" in done.stdout
    assert figures(done.stdout, "all")[3], "nothing was lost"
