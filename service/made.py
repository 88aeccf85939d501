"""Made: how a document came about, in one small paragraph, and in full as JSON to put into the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from service.counting import count
from service.rendering import day, manifest
from service.translation import gettext

SHOWN = 12  # characters of a hash


def made(made_with: Mapping[str, Any]) -> str:
    """'Counterpose 0.1.0. Collection 5dacbc1b622b: 2 documents, the newest of 4 May 1987. ...', hashes shortened."""
    return " ".join(_sentences(made_with))


def in_full(made_with: Mapping[str, Any]) -> str:
    """ASCII, so that it stands in any file."""
    return json.dumps(dict(made_with), indent=2) + "\n"


def _sentences(made_with: Mapping[str, Any]) -> Iterator[str]:
    yield gettext("Counterpose %(version)s.", version=made_with["version"])
    corpus = made_with["corpus"]
    said = {"sha256": corpus["sha256"][:SHOWN], "documents": count(corpus["documents"], "document")}
    if corpus.get("newest"):
        newest = day(corpus["newest"])
        yield gettext("Collection %(sha256)s: %(documents)s, the newest of %(newest)s.", **said, newest=newest)
    else:
        yield gettext("Collection %(sha256)s: %(documents)s.", **said)
    names = {name: f"{made_with[name]['name']} ({made_with[name]['sha256'][:SHOWN]})" for name in _MODELS}
    yield gettext("Embedder %(embedder)s, relation classifier %(classifier)s.", **names)
    thresholds = dict(manifest({name: made_with["thresholds"][name] for name in _DECIDING}))
    yield gettext("Thresholds: %(thresholds)s.", thresholds=", ".join(f"{k} {v}" for k, v in thresholds.items()))
    asked = {name: value for name, value in made_with.get("asked", {}).items() if name not in _SAID_ABOVE}
    limits = ", ".join(f"{name} {value}" for name, value in manifest(asked))
    if limits:
        yield gettext("Asked for: %(limits)s.", limits=limits)


_MODELS = ("embedder", "classifier")
_DECIDING = ("opposes", "agrees")
_SAID_ABOVE = ("first", "second", "topic")
