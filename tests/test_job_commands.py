"""Job commands: long work handed in, followed, cancelled and tried again from the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import commands
from service.config import Config
from service.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
TALK = "MAYOR ONE:  We want the {what} built.\n\nMINISTER TWO:  We do not want the {what} built.\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, empty_at: Callable[[Path], str]) -> Run:
    """Run a command in this process, on a database of its own, in a folder with three files."""
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / "counterpose.sqlite"))
    monkeypatch.chdir(tmp_path)
    for what in ("road", "pier"):
        (tmp_path / f"{what}.txt").write_text(TALK.format(what=what))
    (tmp_path / "empty.txt").write_text("")
    return lambda *arguments: CliRunner().invoke(commands, list(arguments))


@pytest.fixture
def corpus(run: Run) -> Corpus:
    """The same database, with the models that do its jobs."""
    return Corpus.open(Config.from_environment())


def test_files_handed_in_wait_for_a_worker_and_nothing_is_added_yet(run: Run, corpus: Corpus) -> None:
    handed = run("add", "--background", "road.txt", "pier.txt")
    assert handed.exit_code == 0, handed.output
    assert handed.stdout == "job 1: Adding: waiting, 0 of 2\n"
    assert "counterpose worker" in handed.stderr
    assert corpus.documents() == ()
    assert run("jobs").stdout == handed.stdout
    (listed,) = json.loads(run("jobs", "--json").stdout)["jobs"]
    assert (listed["id"], listed["state"], listed["total"]) == (1, "waiting", 2)


def test_a_job_shows_what_became_of_each_document(run: Run, corpus: Corpus) -> None:
    run("add", "--background", "road.txt", "empty.txt")
    corpus.jobs.attend(1, 60)
    shown = run("jobs", "show", "1")
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "job 1: Adding: failed",
        f"  road.txt: document {corpus.documents()[0].id}, 2 statements",
        "  empty.txt: not added: empty.txt is empty.",
    ]
    assert "error: Not added: 1 of 2 documents." in shown.stderr
    held = json.loads(run("jobs", "show", "1", "--json").stdout)
    assert held["documents"][1]["error"]["code"] == "unreadable"


def test_a_job_is_cancelled_and_tried_again(run: Run, corpus: Corpus) -> None:
    run("add", "--background", "road.txt")
    assert run("jobs", "cancel", "1").stdout == "job 1: Adding: cancelled\n"
    assert run("jobs", "show", "1", "--watch").exit_code == 1
    assert run("jobs", "retry", "1").stdout == "job 1: Adding: waiting\n"
    corpus.jobs.attend(1, 60)
    assert run("jobs", "show", "1").exit_code == 0
    refused = run("jobs", "cancel", "1")
    assert refused.exit_code == 1
    assert "error: Job 1 is done: it has ended." in refused.stderr
    assert run("jobs", "cancel", "9").exit_code == 1


def test_a_file_that_is_not_there_is_an_error_before_anything_is_handed_in(run: Run) -> None:
    result = run("add", "--background", "road.txt", "none.txt")
    assert result.exit_code == 1
    assert "none.txt cannot be read" in result.stderr
    assert run("jobs").stdout == ""


def test_options_that_mean_nothing_alone_are_refused(run: Run) -> None:
    for arguments, said in (
        (("add", "--watch", "road.txt"), "add --background, or leave out --watch."),
        (("map", "--background"), "add --judge, or leave out --background."),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert said in result.stderr


def test_other_work_is_handed_in_too(run: Run, corpus: Corpus) -> None:
    run("add", "road.txt")
    assert "Judging a map: waiting" in run("map", "--judge", "--background").stdout
    assert "Finding topics anew: waiting" in run("jobs", "regroup").stdout
    for job in (1, 2):
        corpus.jobs.attend(job, 60)
    assert [line.split(": ")[-1] for line in run("jobs").stdout.splitlines()] == ["done", "done"]


def test_what_the_command_line_hands_in_the_server_does_and_a_watcher_sees_it_done(run: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            match = re.search(r"http://127\.0\.0\.1:\d+", served.stdout.readline())
            assert match is not None
            watched = run("add", "--background", "--watch", "road.txt", "pier.txt")
            assert watched.exit_code == 0, watched.output
            assert watched.stdout.startswith("job 1: Adding: done\n  road.txt: document ")
            form = urllib.parse.urlencode({"text": TALK.format(what="dam")}).encode()
            with urllib.request.urlopen(f"{match[0]}/documents", form, timeout=30) as answer:
                led = re.search(r"/(documents/\w+\?added=1|jobs/(\d+))$", answer.url)
            assert led is not None
            assert led[2] is None or run("jobs", "show", led[2], "--watch").exit_code == 0
            assert "pasted text" in run("documents").stdout
        finally:
            served.terminate()
        assert served.wait(20) == 0
