"""Timings: how long a person or a program waits. `make bench` prints them; they are measured, never tested."""

from __future__ import annotations

import http.client
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COUNTERPOSE_TEST_SHARED") or ROOT.parent / "shared")
STOCKHOLM = SHARED / "corpus" / "stockholm-2021-12-02.txt"
COMMAND = Path(sys.executable).with_name("counterpose")
WARM_REQUESTS = 200


def main() -> None:
    print(machine())
    print(f"{'':<52}{'measured':>12}{'target':>12}")
    with tempfile.TemporaryDirectory() as folder:
        fresh = environment(Path(folder) / "demo.sqlite")
        line("demo: first comparison printed, fresh database", seconds(run_time(["demo", "--no-serve"], fresh)), "15 s")
        helps = [run_time(["--help"], fresh) for _ in range(9)]
        line("--help, median of 9", seconds(statistics.median(helps)), "0.4 s")
        if not STOCKHOLM.is_file():
            print(f"/compare: not measured, {STOCKHOLM} is absent (COUNTERPOSE_TEST_SHARED)")
            return
        stockholm = environment(Path(folder) / "stockholm.sqlite")
        line("add: the Stockholm file, fresh database", seconds(run_time(["add", str(STOCKHOLM)], stockholm)), "")
        for name, query in {"over all topics": {}, "on free text": {"topic": "NATO"}}.items():
            path = "/compare?" + urlencode({"first": "Lavrov", "second": "Blinken", **query})
            with serving(stockholm) as connection:
                line(f"/compare {name}: first request", milliseconds(request_time(connection, path)), "")
                warm = sorted(request_time(connection, path) for _ in range(WARM_REQUESTS))
            line(f"/compare {name}: warm, median of {WARM_REQUESTS}", milliseconds(statistics.median(warm)), "20 ms")
            line(f"/compare {name}: warm, p95", milliseconds(warm[int(0.95 * len(warm))]), "20 ms")


def machine() -> str:
    """What the figures hold for."""
    names = [row.partition(":")[2].strip() for row in _lines("/proc/cpuinfo") if row.startswith("model name")]
    memory = [int(row.split()[1]) / 2**20 for row in _lines("/proc/meminfo") if row.startswith("MemTotal")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    processor = names[0] if names else platform.processor() or platform.machine()
    size = f", {memory[0]:.0f} GiB" if memory else ""
    return f"{cores} cores of {processor}{size}; {platform.system()}, Python {platform.python_version()}"


def environment(database: Path) -> dict[str, str]:
    """This process's environment with all settings at their defaults but the database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOSE_")}
    return kept | {
        "COUNTERPOSE_DATABASE_URL": f"sqlite:///{database}",
        "XDG_DATA_HOME": str(database.parent),
        "HF_HUB_OFFLINE": "1",
    }


def run_time(arguments: list[str], env: dict[str, str]) -> float:
    """Seconds from start to end of the whole process."""
    begun = time.perf_counter()
    done = subprocess.run([COMMAND, *arguments], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    took = time.perf_counter() - begun
    if done.returncode != 0:
        raise SystemExit(f"counterpose {' '.join(arguments)} failed: {done.stderr.strip()}")
    return took


@contextmanager
def serving(env: dict[str, str]) -> Iterator[http.client.HTTPConnection]:
    """`counterpose serve` in a process of its own, answering on loopback; nothing has been compared in it yet."""
    port = _free_port()
    arguments = [str(COMMAND), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(arguments, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for _ in range(300):
                try:
                    request_time(connection, "/healthz")
                    break
                except ConnectionError:
                    connection.close()
                    time.sleep(0.1)
            yield connection
            connection.close()
        finally:
            process.terminate()


def request_time(connection: http.client.HTTPConnection, path: str) -> float:
    """Seconds from asking to having the whole answer, on a connection that is kept."""
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - begun
    if answer.status != 200:
        raise SystemExit(f"GET {path}: {answer.status} {body[:400].decode(errors='replace')}")
    return took


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def milliseconds(value: float) -> str:
    return f"{1000 * value:.1f} ms"


def line(what: str, measured: str, target: str) -> None:
    print(f"{what:<52}{measured:>12}{target:>12}", flush=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


if __name__ == "__main__":
    main()
