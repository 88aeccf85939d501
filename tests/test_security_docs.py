"""What the pages of security claim to be tested is tested, and what they count is counted right."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASVS = (ROOT / "docs" / "asvs.md").read_text("utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (pass|partial|fail|n\.a\.) \| ([^|]+) \|")
ROWS = ROW.findall(ASVS)
LEVEL_1, LEVEL_2 = 70, 183  # requirements of ASVS 5.0.0


def test_every_requirement_of_both_levels_has_a_row() -> None:
    numbers = [number for number, *_ in ROWS]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert {int(number.split(".")[0]) for number in numbers} == set(range(1, 18))
    assert Counter(level for _, level, *_ in ROWS) == {"1": LEVEL_1, "2": LEVEL_2}
    assert ASVS.count("\n| 1") + sum(ASVS.count(f"\n| {chapter}.") for chapter in range(2, 10)) == len(ROWS)


def test_the_rows_are_counted_right() -> None:
    states = Counter(state for *_, state, _ in ROWS)
    told = {name: int(number) for name, number in re.findall(r"\| ([\w ]+) \| (\d+) \|\n", ASVS)}
    assert told == {
        "requirements": len(ROWS),
        "apply": len(ROWS) - states["n.a."],
        "pass": states["pass"],
        "partial": states["partial"],
        "fail": states["fail"],
        "do not apply": states["n.a."],
    }


def test_every_test_and_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", ASVS + SECURITY))
    assert len(named) > 60
    for file, name in named:
        path = ROOT / "tests" / file
        assert path.is_file(), file
        assert not name or re.search(rf"^def {name}\(", path.read_text("utf-8"), re.M), f"{file}::{name}"
    for path in re.findall(r"`((?:service|docs|templates)[/\w.-]*|[\w-]+\.(?:toml|lock|md|yaml))`", ASVS + SECURITY):
        assert (ROOT / path).exists(), path


def test_what_passes_is_shown_by_a_test_or_a_file() -> None:
    said = ("the same", "never sent", "files are rows", "no shell", "httpx", "SQLAlchemy")
    for number, _, _, state, shown in ROWS:
        assert state != "pass" or "`" in shown or shown.startswith(said) or "; default" in shown, number


def test_how_to_report_a_weakness_stands_where_it_is_looked_for() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "## Reporting" in text
    assert "## Supported versions" in text
