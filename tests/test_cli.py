"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.__main__ import commands
from service.commands.relating import LINE_BYTES, blocks

ROOT = Path(__file__).parents[1]
DAM = """---
title: Talks on the river
date: 1987-05-04
---

MINISTER OKORO:  We must build the dam on the river this year. The dam gives electric light to our villages.

MINISTER VELDE:  We must never build the dam on the river. The dam takes the water away from all our farmers.
"""
ALONE = "We came here for peace in the valley. Nobody will take our river from us."
HEAVY = (
    "torch",
    "sqlalchemy",
    "flask",
    "sklearn",
    "scipy",
    "trafilatura",
    "transformers",
    "sentence_transformers",
    "numpy",
)

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None, empty_at: Callable[[Path], str]) -> Run:
    """Run a command in this process, on a database of its own, in a folder with talks.md and alone.txt."""
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / "db" / "counterpose.sqlite"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talks.md").write_text(DAM)
    (tmp_path / "alone.txt").write_text(ALONE)

    def run(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(commands, list(arguments), input=stdin)

    return run


def process(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service", *arguments]
    environ = {**os.environ, **(env or {})}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, **options)


def printed_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# Help


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, service.__main__; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_help_lists_every_command_and_each_explains_itself() -> None:
    listed = process("--help")
    assert listed.returncode == 0
    for name, command in commands.commands.items():
        assert re.search(rf"^  {name} +\S", listed.stdout, re.M)
        result = CliRunner().invoke(commands, [name, "--help"])
        assert result.exit_code == 0
        assert command.help


@pytest.mark.parametrize(
    "arguments",
    [
        ("add",),
        ("fly",),
        ("compare", "--limit", "0"),
        ("compare", "--limit", "1000000"),
        ("compare", "--limit", "ten"),
        ("compare", "--min-confidence", "2"),
        ("add", "x.txt", "--record", "rumour"),
        ("correct", "abc", "--clear", "colour"),
        ("serve", "--port", "70000"),
    ],
)
def test_wrong_usage_has_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


# Transcripts in


def test_add_says_what_became_of_each_file_and_goes_on_past_a_bad_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    result = run("add", "empty.txt", "missing.txt", "alone.txt", "talks.md")
    assert result.exit_code == 1
    assert re.fullmatch(
        r"talks.md: document [0-9a-f]{12}, 4 statements to compare, by Minister .*\n"
        r"Topics: 4 statements joined 1 topic; 1 topic began.\n",
        result.stdout,
    )
    for name in ("empty.txt", "missing.txt", "alone.txt"):
        assert f"{name}:\nerror: " in result.stderr
    assert result.stderr.count("remedy: ") == 3
    assert len(printed_json(run("documents", "--json"))["documents"]) == 1


def test_a_text_without_labels_is_refused_with_the_option_that_helps(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("We have gathered here today. It has been a long winter for us all.\n")
    assert "one speaker. (--speaker NAME)\n" in run("add", "plain.txt").stderr


def test_add_as_json_says_the_same_to_programs(run: Run) -> None:
    result = run("add", "talks.md", "missing.txt", "--json")
    assert result.exit_code == 1
    added, missing = json.loads(result.stdout)["added"]
    assert (added["file"], added["duplicate"], added["comparable"]) == ("talks.md", False, 4)
    assert [who["id"] for who in added["speakers"]] == ["okoro", "velde"]
    assert missing["error"]["code"] == "unreadable"
    again = printed_json(run("add", "talks.md", "--json"))["added"][0]
    assert (again["duplicate"], again["document"]) == (True, added["document"])


def test_add_takes_what_is_known_from_its_options(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text('{"MINISTER OKORO": "Ada Okoro", "MINISTER VELDE": null}')
    options = "--title T --date 1990 --place P --source-url https://example.org/x --publisher U --language en"
    result = run("add", "talks.md", *options.split(), "--record", "summary", "--speakers", "map.json", "--json")
    (added,) = printed_json(result)["added"]
    assert [who["name"] for who in added["speakers"]] == ["Ada Okoro"]
    (row,) = printed_json(run("documents", "--json"))["documents"]
    expected = {"title": "T", "date": "1990", "place": "P", "publisher": "U", "language": "en", "record": "summary"}
    assert {key: row[key] for key in expected} == expected
    assert row["url"] == "https://example.org/x"


def test_a_text_without_labels_gets_a_speaker_by_option_or_by_its_name(run: Run, tmp_path: Path) -> None:
    assert "by Anna\n" in run("add", "alone.txt", "--speaker", "Anna").stdout
    (tmp_path / "ARL_42_1987.txt").write_text(ALONE + " We stay.")
    result = run("add", "ARL_42_1987.txt", "--from-name", r"(?P<speaker>\w+?)_(?P<session>\d+)_(?P<year>\d+)", "--json")
    (added,) = printed_json(result)["added"]
    assert (added["document"]["date"], added["speakers"][0]["name"]) == ("1987", "ARL")


@pytest.mark.parametrize("content", ["{", '["a"]', '{"a": 1}', "\xff"])
def test_a_map_of_speakers_that_is_none_is_refused(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "map.json").write_bytes(content.encode("latin-1"))
    result = run("add", "talks.md", "--speakers", "map.json")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: map.json is no ")


LIKE_NAMES = "ANNA KOVALENKO: The harbour must be closed.\n\nANNA KOVALENCO: The harbour must stay open to all ships.\n"


def test_without_a_terminal_nothing_is_asked_and_unsure_merges_are_left_apart_and_listed(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "more.txt").write_text(LIKE_NAMES)
    result = run("add", "more.txt")
    assert "by Anna Kovalenko, Anna Kovalenco" in result.stdout
    assert "may be Anna Kovalen" in result.stderr
    run("remove", result.stdout.split()[2].strip(","))
    (added,) = printed_json(run("add", "more.txt", "--json"))["added"]
    assert len(added["unsure"]) == 1
    assert len({who["id"] for who in added["speakers"]}) == 2


def test_at_a_terminal_an_unsure_merge_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text(LIKE_NAMES)
    read, write = os.openpty()
    env = {**os.environ, "COUNTERPOSE_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "service", "add", "more.txt"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdin=write, stderr=write, stdout=subprocess.PIPE) as asked:
        os.write(read, b"y\n")
        assert asked.stdout is not None
        answer = asked.stdout.read().decode()
    os.close(write)
    shown = os.read(read, 100_000).decode()
    os.close(read)
    assert "is this Anna Kovalen" in shown
    assert re.search(r"by Anna Kovalen[kc]o$", answer, re.M)


def test_replace_remove_and_correct_change_what_is_there(run: Run, tmp_path: Path) -> None:
    known = printed_json(run("add", "talks.md", "--json"))["added"][0]["document"]["id"]
    assert "date: 1987-05\n" in run("correct", known, "--date", "1987-05", "--place", "Arlen").stdout
    assert "place" not in run("correct", known, "--clear", "place").stdout
    (tmp_path / "talks.md").write_text(DAM.replace("this year", "next year"))
    new = printed_json(run("replace", known, "talks.md", "--json"))["document"]
    assert (new["id"] != known, new["title"]) == (True, "Talks on the river")
    assert run("remove", new["id"]).stdout == (
        f"Removed document {new['id']} (Talks on the river).\nTopics: 4 statements left 1 topic; 1 topic ended.\n"
    )
    result = run("remove", new["id"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: The document {new['id']} was removed on ")


def test_speakers_can_be_renamed_merged_and_split(run: Run) -> None:
    known = printed_json(run("add", "talks.md", "--json"))["added"][0]["document"]["id"]
    assert run("rename-speaker", "velde", "Kim Velde").stdout == "velde is now called Kim Velde.\n"
    assert run("merge-speakers", "velde", "okoro").exit_code == 0
    assert run("split-speaker", "velde", "Ada Okoro", "--label", "MINISTER OKORO", "--document", known).exit_code == 0
    names = {row["name"] for row in printed_json(run("speakers", "--json"))["speakers"]}
    assert names == {"Ada Okoro", "Kim Velde"}
    result = run("rename-speaker", "veld", "x")
    assert result.exit_code == 1
    assert "Did you mean Kim Velde" in result.stderr


def test_text_prints_the_stored_text_and_nothing_else(run: Run) -> None:
    known = printed_json(run("add", "talks.md", "--json"))["added"][0]["document"]["id"]
    assert run("text", known).stdout_bytes == DAM.encode()


# Comparisons out


def test_compare_prints_two_columns_or_one_and_json_for_programs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "talks.md")
    asked = ("compare", "--first", "velde", "--second", "OKORO", "--topic", "building the dam on the river")
    found = printed_json(run(*asked, "--json"))
    assert (found["first"]["id"], found["second"]["id"]) == ("velde", "okoro")
    assert found["pairs"][0]["relation"] == "opposes"
    monkeypatch.setenv("COLUMNS", "100")
    wide = run(*asked).stdout
    assert re.search(r"^MINISTER VELDE {20,}MINISTER OKORO$", wide, re.M)
    monkeypatch.setenv("COLUMNS", "50")
    narrow = run(*asked).stdout
    assert re.search(r"^MINISTER VELDE$", narrow, re.M)
    for line in (*wide.splitlines(), *narrow.splitlines()):
        assert len(line) <= 100
    assert max(map(len, narrow.splitlines())) <= 50
    quote = found["pairs"][0]["first"]
    assert f"{quote['document']['id']}-{quote['start']}-{quote['end']}" in narrow


def test_a_comparison_in_which_nothing_is_certain_enough_says_so_plainly(run: Run) -> None:
    run("add", "talks.md")
    assert "Nothing opposing reaches the confidence" in run("compare", "--min-confidence", "1").stdout
    nothing = run("compare", "--since", "2001")
    assert (nothing.exit_code, "opposes" in nothing.stdout) == (0, False)


def test_compare_says_what_is_wrong_on_stderr(run: Run) -> None:
    run("add", "talks.md")
    for arguments in (
        ("--first", "nobody"),
        ("--since", "soon"),
        ("--document", "x"),
        ("--first", "velde", "--second", "velde"),
    ):
        result = run("compare", *arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert re.match(r"error: .+\nremedy: .+\n", result.stderr)


def test_the_same_command_prints_the_same_bytes(run: Run) -> None:
    run("add", "talks.md")
    assert run("compare", "--json").stdout_bytes == run("compare", "--json").stdout_bytes
    assert run("export", "--format", "json").stdout_bytes == run("compare", "--json").stdout_bytes


def test_export_writes_every_format_to_a_file_or_to_the_terminal(run: Run, tmp_path: Path) -> None:
    from service.exports import formats

    run("add", "talks.md")
    for name in formats():
        shown = run("export", "--format", name)
        assert shown.exit_code == 0
        assert run("export", "--format", name, "--output", "out").stdout == "Wrote out.\n"
        assert (tmp_path / "out").read_bytes() == shown.stdout_bytes
    assert run("export").stdout_bytes == run("export", "--format", "md").stdout_bytes != b""
    kept = run("export", "--format", "docx", "--output", "brief.docx")
    assert (kept.exit_code, kept.stdout) == (0, "Wrote brief.docx.\n")
    result = run("export", "--format", "papyrus")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "json" in result.stderr
    assert run("export", "--output", "missing/out").exit_code == 1


def test_a_brief_is_written_and_says_that_something_was_left_out(run: Run) -> None:
    run("add", "talks.md")
    sides = ("--first", "Okoro", "--second", "Velde")
    whole = run("brief", *sides)
    assert whole.exit_code == 0
    assert whole.stdout.startswith("# Minister Okoro and Minister Velde, topic by topic\n")
    assert ("Left out" in whole.stderr) == ("## Left out" in whole.stdout)
    surest = run("brief", *sides, "--min-confidence", "1")
    assert "Left out: " in surest.stderr
    assert "## Left out\n" in surest.stdout
    assert "no pair reaches the confidence asked for" in surest.stdout
    named = json.loads(run("brief", *sides, "--topic", "dam", "--topic", "river", "--format", "json").stdout)
    assert [one["topic"]["name"].lower() for one in named["comparisons"]] == ["dam", "river"]
    assert run("brief", "--first", "Okoro").exit_code == 2
    assert run("brief", *sides, "--format", "papyrus").exit_code == 1


def test_a_statement_is_cited_in_the_style_asked_for(run: Run) -> None:
    run("add", "talks.md")
    statement = printed_json(run("compare", "--json"))["pairs"][0]["first"]["id"]
    assert run("cite", statement).stdout == "Minister Okoro, remarks, Talks on the river, May 4, 1987, para. 1.\n"
    assert run("cite", statement.replace("-", ":", 1)).stdout == run("cite", statement).stdout
    assert run("cite", statement, "--style", "ris").stdout.startswith("TY  - GEN")
    assert json.loads(run("cite", statement, "--style", "csl").stdout)[0]["event-title"] == "Talks on the river"
    unpublished = run("cite", statement, "--style", "text-fragment")
    assert unpublished.exit_code == 1
    assert "--source-url" in unpublished.stderr
    assert run("cite", "nothing").exit_code == 1


def test_lists_are_printed_for_people_and_as_json(run: Run) -> None:
    known = printed_json(run("add", "talks.md", "--json"))["added"][0]["document"]["id"]
    assert known in run("documents").stdout
    assert "Minister Velde" in run("speakers").stdout
    for name in ("topics", "speakers", "documents"):
        assert list(printed_json(run(name, "--json"))) == [name]
        assert run(name).exit_code == 0
    assert printed_json(run("topics", "zeppelin", "--json")) == {"topics": []}


# Settings and databases


def test_a_misspelt_setting_stops_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOSE_PROT", "1")
    result = run("topics")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: COUNTERPOSE_PROT is not a setting.\nremedy: Did you mean COUNTERPOSE_PORT")


def test_a_database_that_cannot_be_opened_is_an_error_with_a_remedy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", "sqlite:////proc/nowhere/x.sqlite")
    result = run("add", "talks.md")
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.match(r"error: .*/proc/nowhere.*\nremedy: .*COUNTERPOSE_DATABASE_URL", result.stderr)


def test_a_model_that_is_not_there_is_an_error_with_a_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERPOSE_EMBEDDER", str(tmp_path / "no-model"))
    result = run("add", "talks.md")
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.search(r"error: .+\nremedy: .+\n", result.stderr)


# Pairs from a stream


def relate(run: Run, *lines: str | bytes) -> tuple[int, list[dict[str, Any]]]:
    data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    result = run("relate", "-", stdin=data)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def pair(first: str, second: str) -> str:
    return json.dumps({"first": first, "second": second})


def test_relate_answers_every_line_in_order(run: Run) -> None:
    status, answers = relate(
        run,
        pair("The dam must be finished this year.", "The dam must never be finished."),
        pair("The dam must be finished this year.", "The dam must be finished this year."),
        pair("The dam must be finished this year.", "Our choir sings on Sundays."),
    )
    assert status == 0
    assert [answer["relation"] for answer in answers][:2] == ["opposes", "agrees"]
    for answer in answers:
        assert set(answer) == {"opposes", "agrees", "differs", "relation"}
        assert answer["opposes"] + answer["agrees"] + answer["differs"] == pytest.approx(1, abs=1e-9)
        assert answer["relation"] in {"opposes", "agrees", "differs", "unsure"}
    assert relate(run, *(pair("Peace.", f"War {n}.") for n in range(150)))[0] == 0


def test_relate_marks_what_was_cut(run: Run) -> None:
    _, (short, long) = relate(run, pair("Peace now.", "War now."), pair("Peace now.", "War is near. " * 600))
    assert "truncated" not in short
    assert long["truncated"] is True


def test_a_bad_line_gives_an_error_in_its_place_and_status_1(run: Run) -> None:
    bad: list[str | bytes] = [
        "not json",
        "",
        "[]",
        '{"first": "a"}',
        '{"first": "a", "second": 2}',
        '{"first": "a", "second": " "}',
        b'{"first": "\xff", "second": "b"}',
        '{"first": "\\ud800", "second": "b"}',
        '{"first": "' + "x" * 1_100_000 + '", "second": "b"}',
        "[" * 100_000,
    ]
    good = pair("Peace now.", "War now.")
    status, answers = relate(run, good, *bad, good)
    assert status == 1
    assert [answer.get("line") for answer in answers] == [None, *range(2, 2 + len(bad)), None]
    assert all(set(answer) == {"line", "error"} and answer["error"] for answer in answers[1:-1])
    assert answers[0] == answers[-1]


def test_relate_reads_what_editors_and_systems_put_around_lines(run: Run) -> None:
    status, answers = relate(run, b"\xef\xbb\xbf" + pair("Peace now.", "War now.").encode() + b"\r")
    assert (status, len(answers)) == (0, 1)
    assert relate(run, pair("Peace now.", "War now."))[1] == answers
    assert relate(run, b"\xef\xbb\xbf", pair("Peace now.", "War now."))[1][1:] == answers


def test_relate_names_what_is_wrong_with_a_line(run: Run) -> None:
    bad = {
        '{"first": NaN, "second": "b"}': '"first" is missing or no text',
        '{"first": "a", "second": 12}': '"second" is missing or no text',
        '{"first": "", "second": "b"}': '"first" is empty',
        '{"first": "a", "second": "\\u200b\\u00a0\\n"}': '"second" is empty',
        '{"first": ' + "9" * 5000 + ', "second": "b"}': "a number is too long",
        '{"first": {"a":' * 50_000: "nested too deeply",
        '{"first": "a\\ud800", "second": "b"}': "half a character",
    }
    status, answers = relate(run, *bad)
    assert status == 1
    for number, (answer, expected) in enumerate(zip(answers, bad.values(), strict=True), start=1):
        assert answer["line"] == number
        assert expected in answer["error"]


def test_relate_is_unsure_of_other_languages(run: Run) -> None:
    ours = "We will never withdraw our troops from this island."
    foreign = [
        "Мы никогда не выведем наши войска с этого острова.",
        "Wir werden unsere Truppen niemals von dieser Insel abziehen.",
        "我们绝不会从这个岛上撤军。",
    ]
    status, answers = relate(run, *(pair(ours, text) for text in foreign), *(pair(text, ours) for text in foreign))
    assert status == 0
    assert {answer["relation"] for answer in answers} == {"unsure"}
    assert all(sum(answer[name] for name in ("opposes", "agrees", "differs")) == pytest.approx(1) for answer in answers)
    assert relate(run, pair(foreign[0], foreign[0]))[1][0]["relation"] == "agrees"


def test_relate_reads_the_beginning_of_a_long_text(run: Run) -> None:
    beginning, end = "The dam must be finished this year. ", "Our choir sings in the old church on Sundays. "
    long = beginning * 200 + end * 100
    status, answers = relate(run, pair("The dam is needed.", long), pair("The dam is needed.", beginning * 300))
    assert status == 0
    assert len(long) > 10_000
    assert [answer["truncated"] for answer in answers] == [True, True]
    assert answers[0] == answers[1]


def test_relate_answers_a_line_before_the_next_one_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "relate", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as related:
        assert related.stdin is not None
        assert related.stdout is not None
        for line, key in (
            (pair("Peace now.", "War now."), "relation"),
            ("no", "error"),
            (pair("No.", "No."), "relation"),
        ):
            related.stdin.write(line.encode() + b"\n")
            assert key in json.loads(related.stdout.readline())
        related.stdin.close()
        assert related.wait(timeout=60) == 1


def test_lines_are_taken_as_they_come_and_none_fills_the_memory() -> None:
    class Pipe(BytesIO):
        """Bytes that come in pieces of at most 1,000, however many are asked for."""

        def read1(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            return super().read1(min(size, 1000))

    lines = [b"a" * 10, b"", b"b" * 2_500, b"c" * (LINE_BYTES + 5_000), b"d"]
    came = list(blocks(Pipe(b"\n".join(lines))))
    assert [line for block in came for line in block] == [*lines[:3], lines[3][: LINE_BYTES + 1], lines[4]]
    assert came[0] == lines[:2]


def test_relate_reads_a_file_and_says_when_it_cannot(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(pair("Peace now.", "War now."))
    assert run("relate", "pairs.jsonl").exit_code == 0
    (tmp_path / "none.jsonl").write_text("")
    assert (run("relate", "none.jsonl").exit_code, run("relate", "none.jsonl").stdout) == (0, "")
    result = run("relate", "missing.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: missing.jsonl cannot be read")


# Serving


def test_the_demo_prints_a_comparison_of_the_sample_and_a_second_run_prints_the_same(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "db")
    first = run("demo", "--no-serve", "--database", "demo.sqlite")
    assert first.exit_code == 0, first.output
    assert "opposes" in first.stdout
    assert "summary record, not verbatim" in first.stdout
    assert run("demo", "--no-serve", "--database", "demo.sqlite").stdout == first.stdout
    assert not (tmp_path / "db").exists()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What a server says first. It ends well when it is told to."""
    env = {**os.environ, "COUNTERPOSE_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('served')}/x.sqlite"}
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.terminate()
        assert process.wait(10) == 0


def address(said: str) -> str:
    match = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert match is not None
    return match[0]


def test_serve_says_where_it_is_and_answers_there(served: str) -> None:
    with urllib.request.urlopen(f"{address(served)}/healthz", timeout=20) as answer:
        assert json.load(answer)["status"] == "ok"


def test_a_proxy_before_the_server_is_seen_and_may_not_write(served: str) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        asked = urllib.request.Request(f"{address(served)}/sample", b"", {header: "for=203.0.113.9"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=20)
        assert refused.value.code == 403, header


def test_serve_on_a_port_in_use_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        started = time.monotonic()
        result = process(
            *("serve", "--port", str(taken.getsockname()[1])),
            env={"COUNTERPOSE_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite"},
            timeout=60,
        )
    assert result.returncode == 1, time.monotonic() - started
    assert "remedy: Stop what listens there, or choose another" in result.stderr
