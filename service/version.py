"""The version of this code, as it stands in every comparison it makes."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def own_version() -> str:
    try:
        return version("counterpose")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
