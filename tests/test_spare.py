"""What a job has freed goes back to the system."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from service.jobs.spare import give_back
from tests.torture.memory import uss


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator and /proc")
def test_freed_blocks_below_one_in_use_go_back_to_the_system() -> None:
    for _ in range(2):  # once a block of a size was freed, the next of that size come from the heap
        blocks = [np.ones(2**17) for _ in range(200)]  # of a MiB each
        last = blocks[-1]
        del blocks
    held = uss(os.getpid())
    give_back()
    assert uss(os.getpid()) < held - 100
    assert last[0] == 1
