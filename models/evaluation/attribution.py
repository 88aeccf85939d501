"""Attribution: how well reported positions are told from the speaker's own, and who holds them.

The sentences, most of them real, were labelled by a reader who had not seen the rules: "own", "reported" or "both", the
last of which counts as own. The rules were mended on the errors of one half; of the other only totals were looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.evaluation.figures import Row, Section
from models.evaluation.intervals import Estimate, wilson
from models.reported import Reading, reading

SENTENCES = Path(__file__).with_name("reported.json")
HALVES = ("half mended on", "half kept aside")


def attribution() -> Section:
    """Precision and recall of sentences that only report, and how many of those found name the right holder."""
    return Section(
        "reported",
        [row for name in HALVES for row in _rows(name, sentences(name))],
        ["what is measured are rules, not the classifier; the majority is own, always"],
    )


def sentences(half: str) -> list[dict[str, Any]]:
    """The labelled sentences of one half: `text`, `source`, `label`, `marks`, and of some `holder` and `clause`."""
    found = json.loads(SENTENCES.read_text(encoding="utf-8"))
    return [one for one in found if HALVES[sha256(one["text"].encode()).digest()[0] % 2] == half]


def _rows(name: str, labelled: Sequence[dict[str, Any]]) -> list[Row]:
    read = [(one, reading(one["text"])) for one in labelled]
    found = [(one, how) for one, how in read if not how.own]
    right = [(one, how) for one, how in found if one["label"] == "reported"]
    there = sum(one["label"] == "reported" for one in labelled)
    named = sum(_holder(one["text"], how) == one["holder"] for one, how in right)
    nothing = {"majority": Estimate(0.0)}
    return [
        Row(name, "reported, precision", len(found), None, {"classifier": wilson(len(right), len(found))}),
        Row(name, "reported, recall", there, None, {"classifier": wilson(len(right), there), **nothing}),
        Row(name, "holder to the letter", len(right), None, {"classifier": wilson(named, len(right))}),
    ]


def _holder(text: str, how: Reading) -> str | None:
    holder = how.reports[0].holder
    return None if holder is None else text[slice(*holder)]
