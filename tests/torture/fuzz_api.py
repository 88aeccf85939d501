"""Fuzzing the API with schemathesis, over all that /openapi.json describes, with what one answer links to: `make fuzz`.

    python -m tests.torture.fuzz_api [--seconds 300] [--seed 1]

A server of its own, with the sample in a database of its own, answers it. No answer may be a 5xx, and each must be as
it is described: its status, its type, its schema.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
PORT = 8219


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
        command = [
            Path(sys.executable).with_name("st"),
            "run",
            f"{address}/openapi.json",
            f"--max-time={given.seconds}",
        ]
        command += [f"--checks={CHECKS}", f"--seed={given.seed}", "--continue-on-failure", "--request-timeout=60"]
        sys.exit(subprocess.run(command, check=False, cwd=folder).returncode)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server of the sample, as its address."""
    environment = {
        **os.environ,
        "COUNTERPOSE_DATABASE_URL": f"sqlite:///{folder / 'fuzzed.sqlite'}",
        "COUNTERPOSE_PORT": str(PORT),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
    }
    program = [sys.executable, "-m", "service"]
    sample = next((ROOT / "service" / "samples").glob("*.md"))
    subprocess.run([*program, "add", sample], env=environment, check=True, capture_output=True)
    with subprocess.Popen([*program, "serve"], env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{PORT}"
        _wait(f"{address}/healthz")
        try:
            yield address
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"{address} did not answer within a minute.")


if __name__ == "__main__":
    main()
