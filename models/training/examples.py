"""Examples: labelled pairs to train on, the debates that they come from, and what must never be among them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Target = tuple[float, float, float]
"""Probabilities of agrees, opposes, differs: what the classifier is to say."""

AGREES: Target = (1.0, 0.0, 0.0)
OPPOSES: Target = (0.0, 1.0, 0.0)
DIFFERS: Target = (0.0, 0.0, 1.0)


def indirect(target: Target, kept: float = 0.7) -> Target:
    """The target of two texts that take sides in one debate but make different points.

    A page shows pairs that meet head-on first, so part of the mass goes to `differs`.
    """
    agrees, opposes, differs = target
    return (kept * agrees, kept * opposes, 1 - kept * (1 - differs))


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts and what the classifier is to say of them; `source` names the set, for the mix and for its rights."""

    first: str
    second: str
    target: Target
    source: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that takes a side in a debate; texts with one `point` make the same point (None: not known)."""

    text: str
    side: bool
    point: object = None


def of_debate(debate: Sequence[Taken], count: int, source: str, draw: random.Random) -> list[Example]:
    """At most `count` pairs of one debate: same side agrees, other side opposes, head-on where points coincide.

    Every text can stand in pairs of either label, so that one text alone tells nothing about the label: pairs that
    are made of a point and its counter only would let the model read half of each pair.
    """
    if len(debate) < 2:
        return []
    found = {}
    for _ in range(count):
        one, two = draw.sample(debate, 2)
        if one.text == two.text:
            continue
        target = AGREES if one.side == two.side else OPPOSES
        same_point = one.point is not None and one.point == two.point
        found[frozenset((one.text, two.text))] = Example(
            one.text, two.text, target if same_point else indirect(target), source
        )
    return list(found.values())


def across(debates: Sequence[Sequence[Taken]], count: int, source: str, draw: random.Random) -> list[Example]:
    """`count` pairs of texts from different debates, which differ."""
    full = [debate for debate in debates if debate]
    if len(full) < 2:
        return []
    pairs = (draw.sample(full, 2) for _ in range(count))
    return [Example(draw.choice(a).text, draw.choice(b).text, DIFFERS, source) for a, b in pairs]


_MEASURED_SUBJECTS = re.compile(
    r"""affirmative\ action | reverse\ discrimination | \bausterity\b | \buniforms?\b
      | \bguns?\b | \bfirearms?\b | \bhandguns?\b | bear\ arms | vaccin | immuni[sz]ation | anti-?vax | social\ media
      | same[- ]sex | (?:gay|homosexual|lesbian|gender-neutral)\ (?:marriage|couple|adopt|parent)
      | usa\ is\ a\ good\ country | racial\ quotas | (?:gender|race)[- ]based\ (?:quota|admission)""",
    re.IGNORECASE | re.VERBOSE,
)


def on_measured_subject(text: str) -> bool:
    """Whether a text is about a debate on which the classifier is measured as a newcomer to it."""
    return _MEASURED_SUBJECTS.search(text) is not None


def normalised(text: str) -> str:
    """Lower case, letters and digits only: equal for texts that differ in white space and punctuation alone."""
    return re.sub(r"[\W_]+", "", text.lower())


class Measured:
    """Texts that measure and therefore may not train: equal ones, and titles that begin one of them."""

    MIN_PREFIX = 24  # characters; a shorter beginning may be shared by chance

    def __init__(self, texts: Iterable[str]) -> None:
        whole = {normalised(text) for text in texts}
        self._whole = whole
        self._beginnings = {text[: self.MIN_PREFIX] for text in whole if len(text) > self.MIN_PREFIX}

    def __contains__(self, text: str) -> bool:
        plain = normalised(text)
        return plain in self._whole or (len(plain) >= self.MIN_PREFIX and plain[: self.MIN_PREFIX] in self._beginnings)


def clean(examples: Iterable[Example], measured: Measured) -> list[Example]:
    """Without pairs on measured subjects, with measured texts, or with an empty side."""
    known: dict[str, bool] = {}

    def barred(text: str) -> bool:
        if text not in known:
            known[text] = not text.strip() or on_measured_subject(text) or text in measured
        return known[text]

    return [x for x in examples if not barred(x.first) and not barred(x.second)]
