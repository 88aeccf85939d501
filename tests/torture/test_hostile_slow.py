"""Hostile files that take a good part of the time that they are allowed, or all of it."""

from __future__ import annotations

import pytest

from tests.hostile import CASES
from tests.hostile.case import Case
from tests.test_hostile import LINUX, walk

pytestmark = pytest.mark.slow


@LINUX
@pytest.mark.parametrize("case", [case for case in CASES if case.slow], ids=lambda case: case.name)
def test_a_hostile_file_is_given_up_within_its_bounds(case: Case) -> None:
    walk(case)
