"""Memory: what the processes of a server have to themselves (USS), as Linux says, over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

MIB = 1024


@dataclass(slots=True)
class Memory:
    """Of a process and its children; one that was replaced counts from its own beginning."""

    pid: int
    looks: list[tuple[float, dict[int, float]]] = field(default_factory=list)  # seconds, MiB by process
    names: dict[int, str] = field(default_factory=dict)

    def look(self, seconds: float) -> None:
        there = {self.pid: "the arbiter", **dict(_children(self.pid))}
        self.names |= there
        self.looks.append((seconds, {pid: uss(pid) for pid in there}))

    def report(self) -> float:
        """Print each process's; by how many MiB the one that grew most did, from the middle to the end."""
        grown = 0.0
        for pid, what in sorted(self.names.items()):
            found = [(at, held[pid]) for at, held in self.looks if pid in held]
            shown = ", ".join(f"{mib:.0f} MiB at {at:.0f} s" for at, mib in found)
            late = found[len(found) // 2 :]
            slope = 60 * float(np.polyfit(*zip(*late, strict=True), 1)[0]) if len(late) > 1 else 0.0
            print(f"USS of {what} {pid}: {shown}; from the middle on {slope:+.2f} MiB a minute")
            grown = max(grown, late[-1][1] - late[0][1] if late else 0.0)
        return grown


def uss(pid: int) -> float:
    """MiB that nobody shares."""
    rows = dict(row.split(":") for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(rows[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / MIB


def _children(pid: int) -> Iterator[tuple[int, str]]:
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        worker = b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        yield child, "the worker" if worker else "a process"
