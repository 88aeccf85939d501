"""Exports: one module of this folder is one format, found by being here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from models.comparison import Comparison
from service.errors import BadValue


class Export(Protocol):
    """What a module of this folder offers. `render` is pure: the same comparison and link give the same bytes."""

    NAME: str  # as in `format=`
    LABEL: str  # as in a menu
    MEDIA_TYPE: str
    SUFFIX: str

    def render(self, comparison: Comparison, link: str | None = None) -> bytes:
        """`link` is the absolute address of the comparison's page, where there is one."""
        ...


@cache
def formats() -> dict[str, Export]:
    """Every format by its name, in alphabetical order."""
    found = [cast(Export, import_module(f"{__name__}.{module.name}")) for module in pkgutil.iter_modules(__path__)]
    return {each.NAME: each for each in sorted(found, key=lambda each: each.NAME)}


def export(comparison: Comparison, name: str, link: str | None = None) -> bytes:
    """The comparison as a file of the format `name`."""
    if name not in formats():
        raise BadValue(f"There is no format “{name}”.", f"Choose one of: {', '.join(formats())}.", tuple(formats()))
    return formats()[name].render(comparison, link)
