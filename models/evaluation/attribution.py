"""Attribution: how well reported positions are told from the speaker's own, and who holds them.

The sentences of `reported.tsv`, most of them real, were labelled by a reader who had not seen the rules: "own",
"reported" or "both", the last of which counts as own. The rules were mended on the errors of one half; of the other
only totals were looked at.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from models.evaluation.figures import Row, Section
from models.evaluation.intervals import Estimate, wilson
from models.evaluation.quoted import passage, stored_texts
from models.reported import reading

LABELS = Path(__file__).with_name("reported.tsv")
INVENTED = "invented"  # the source of sentences of our own, the only ones whose words the table holds
HALVES = ("half mended on", "half kept aside")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence; `holder` is where in it whoever holds what it reports is named, in code points."""

    text: str
    label: str
    holder: tuple[int, int] | None

    @property
    def half(self) -> str:
        """By a hash of the words, so that a sentence stays in its half wherever it is found."""
        return HALVES[sha256(self.text.encode()).digest()[0] % 2]


def attribution(corpus: Path) -> Section:
    """Precision and recall of sentences that only report, and how many of those found name the right holder."""
    found = labelled(corpus)
    return Section(
        "reported",
        [row for half in HALVES for row in _rows(half, [one for one in found if one.half == half])],
        ["what is measured are rules, not the classifier; the majority is own, always"],
    )


def labelled(corpus: Path) -> list[Sentence]:
    """The sentences of `reported.tsv`, as they were labelled. Raises UnusableSet where their transcripts are absent."""
    with LABELS.open(encoding="utf-8", newline="") as file:  # its quotation marks are those of the sentences
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts = stored_texts(corpus, {row["source"] for row in rows} - {INVENTED})

    def words(row: dict[str, str]) -> str:
        if row["source"] == INVENTED:
            return row["text"]
        said = passage(texts, row["source"], int(row["start"]), int(row["end"]))
        return " ".join(said.split())  # it was read so, and holders are counted in it

    return [Sentence(words(row), row["label"], _place(row["holder"])) for row in rows]


def _place(written: str) -> tuple[int, int] | None:
    """Code points, written "start:end"; passives and the like have no holder."""
    start, _, end = written.partition(":")
    return (int(start), int(end)) if written else None


def _rows(name: str, sentences: Sequence[Sentence]) -> list[Row]:
    read = [(one, reading(one.text)) for one in sentences]
    found = [(one, how) for one, how in read if not how.own]
    right = [(one, how) for one, how in found if one.label == "reported"]
    there = sum(one.label == "reported" for one in sentences)
    named = sum(how.reports[0].holder == one.holder for one, how in right)
    nothing = {"majority": Estimate(0.0)}
    return [
        Row(name, "reported, precision", len(found), None, {"classifier": wilson(len(right), len(found))}),
        Row(name, "reported, recall", there, None, {"classifier": wilson(len(right), there), **nothing}),
        Row(name, "holder to the letter", len(right), None, {"classifier": wilson(named, len(right))}),
    ]
