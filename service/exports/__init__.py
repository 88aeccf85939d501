"""Exports: one module of this folder is one format, found by being here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from models.comparison import Comparison
from service.errors import BadValue
from service.rendering.brief import Brief, of
from service.rendering.caution import GENERAL, Caution


class Export(Protocol):
    """What a module of this folder offers. `render` is pure: the same brief gives the same bytes."""

    NAME: str  # as in `format=`
    LABEL: str  # as in a menu
    MEDIA_TYPE: str
    SUFFIX: str

    def render(self, brief: Brief) -> bytes: ...


@cache
def formats() -> dict[str, Export]:
    """Every format by its name, in alphabetical order."""
    modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    found = [cast(Export, import_module(f"{__name__}.{name}")) for name in modules]
    return {each.NAME: each for each in sorted(found, key=lambda each: each.NAME)}


def export_brief(brief: Brief, name: str) -> bytes:
    """The brief as a file of the format `name`."""
    if name not in formats():
        raise BadValue(f"There is no format “{name}”.", f"Choose one of: {', '.join(formats())}.", tuple(formats()))
    return formats()[name].render(brief)


def export(comparison: Comparison, name: str, link: str | None = None, caution: Caution = GENERAL) -> bytes:
    """The comparison as a file of the format `name`; `link` is the absolute address of its page, where there is one."""
    return export_brief(of(comparison, link, caution), name)
