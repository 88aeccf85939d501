"""Case: one hostile file, what is to be said of it, and what saying so may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TALK = "ANNA BERG: We want peace in the valley.\n\nTOM RAY: We do not want peace at all.\n\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`code` is the refusal's, None where the file is taken; `words` stand in its message, or in a warning."""

    name: str
    make: Callable[[], bytes]
    code: str | None
    words: str
    seconds: float = 10.0  # the start of a process within; more is for the slow tests
    memory: int = 300  # MiB of the process that reads it
    about: str = ""  # where its name does not say it

    @property
    def slow(self) -> bool:
        return self.seconds > 10
