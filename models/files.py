"""Model files: finding them and proving that they are the ones that were meant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from models.errors import ModelError

WEIGHTS = "model.safetensors"
SUMS = "SHA256SUMS"


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked(folder: Path, expected: str, name: str = WEIGHTS) -> str:
    """The hash of a folder's file (its weights, if not named). Raises ModelError where it is missing or another."""
    path = folder / name
    if not path.is_file():
        raise ModelError(
            f"Model file {path} is missing.", "Install Counterpose again, or name another model in the settings."
        )
    found = sha256(path)
    if found != expected:
        raise ModelError(
            f"Model file {path} has SHA-256 {found[:12]}..., not {expected[:12]}...: it is damaged or was changed.",
            "Install Counterpose again; to use another model on purpose, name its folder in the settings.",
        )
    return found


def demand(folder: Path, meant: Mapping[str, str]) -> None:
    """Raise ModelError unless a folder holds these files, each with its hash."""
    for name, expected in meant.items():
        checked(folder, expected, name)


def sums(folder: Path) -> dict[str, str]:
    """The hash of each file that a folder's SHA256SUMS names, which `sha256sum *` wrote.

    Raises ModelError where there is none.
    """
    path = folder / SUMS
    if not path.is_file():
        raise ModelError(f"{path} is missing.", "Install Counterpose again.")
    lines = (line.split(maxsplit=1) for line in path.read_text("utf-8").splitlines() if line.strip())
    return {name.lstrip("*"): expected for expected, name in lines}
