"""Hostile files: made, never stored, each with what is to become of it."""

from __future__ import annotations

from tests.hostile import pages, pdfs, tables, texts, zips
from tests.hostile.case import Case

CASES: tuple[Case, ...] = tuple(case for kind in (texts, tables, pages, zips, pdfs) for case in kind.cases())
