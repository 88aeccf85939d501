"""Citations: one module of this folder is one way to cite a quote, found by being here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from service.citations.parts.passage import Passage
from service.errors import BadValue


class Citation(Protocol):
    """What a module of this folder offers. `render` is pure: the same passage gives the same text."""

    NAME: str  # as in `format=`
    LABEL: str  # as on a page
    NOTE: str  # what it is for
    MEDIA_TYPE: str

    def render(self, passage: Passage) -> str:
        """Raises Conflict where the passage lacks what this form cannot do without."""
        ...


@cache
def citations() -> dict[str, Citation]:
    """Every form by its name, in alphabetical order."""
    modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    found = [cast(Citation, import_module(f"{__name__}.{name}")) for name in modules]
    return {each.NAME: each for each in sorted(found, key=lambda each: each.NAME)}


def cite(passage: Passage, name: str) -> str:
    """The passage cited in the form `name`."""
    if name not in citations():
        known = tuple(citations())
        raise BadValue(f"There is no form of citation “{name}”.", f"Choose one of: {', '.join(known)}.", known)
    return citations()[name].render(passage)
