"""Negation made by rule: the negated sentence, and frames that affirm or deny a sentence with and without negators.

Frames come in fours so that a negation word, a quotation or "wrong" stands under either label equally often; without
that balance a classifier learns "a negator means opposes" (the known failure of models trained on portals).
"""

from __future__ import annotations

import random
import re

from models.training.examples import AGREES, OPPOSES, Example, Target

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|must|may|might|shall|has to|have to|has|have|had|do|does|did)\b"
    r"(?!\s*[,;:.?])",
    re.IGNORECASE,
)
_NEGATED_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|must|may|might|shall|has|have|had|do|does|did)(?:\s+not|n[’']t)\b"
    r"|\b(ca|wo)n[’']t\b|\b(can)not\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\b(if|when|that|which|who|whom|whose|because|although|though|while|whereas|since|unless|until|as|whether|where"
    r"|what|how|why|not|no|never|nor|nobody|none|nothing|only|and|or|but)\b"
    r"|n[’']t\b|[?;:]",
    re.IGNORECASE,
)
_MAX_BEFORE = 70  # characters before the verb; further in, it is seldom the main clause's


def negated(sentence: str) -> str | None:
    """The sentence with its main clause's auxiliary negated, or un-negated; None where no rule is safe.

    Only a first auxiliary that no subordinating word precedes is touched: "If it is ..." keeps its meaning.
    """
    text = sentence.strip()
    if text.endswith("?"):
        return None
    off = _NEGATED_AUXILIARY.search(text)
    if off and off.start() <= _MAX_BEFORE and not _SUBORDINATE.search(text[: off.start()]):
        plain = off[1] or {"ca": "can", "wo": "will"}.get((off[2] or "").lower()) or off[3]
        return text[: off.start()] + plain + text[off.end() :]
    on = _AUXILIARY.search(text)
    if not on or on.start() == 0 or on.start() > _MAX_BEFORE or _SUBORDINATE.search(text[: on.start()]):
        return None
    if re.match(r"\s+(?:not|never|no|hardly|nothing|nobody|only)\b", text[on.end() :], re.IGNORECASE):
        return None
    word = on[1].lower()
    if word in {"has to", "have to"}:
        return text[: on.start()] + {"has to": "does not have to", "have to": "do not have to"}[word] + text[on.end() :]
    if word in {"has", "have", "had", "do", "does", "did"} and not re.match(
        r"\s+(?:been|already|always|also|long|\w+ed|\w+en|made|done|gone|had|brought|led|kept|seen|said|come|become|shown"
        r"|built|found|put|lost|won|held|left|met|paid|set|cut)\b",
        text[on.end() :],
        re.IGNORECASE,
    ):
        return None
    return f"{text[: on.end()]} not{text[on.end() :]}"


_AFFIRMING = (
    "It is true that {}.", "Nobody can deny that {}.", "I am convinced that {}.", "It is not wrong to say that {}.",
    "Some say that {}, and they are right.", "There is no doubt that {}.", "They do not believe that {}; I do.",
    "My colleague said that {}. I can only agree.", "Anyone who doubts that {} has not looked at the facts.",
    "In fact, {}.", "We have always maintained that {}.", "It would be a mistake to deny that {}.",
)  # fmt: skip
_DENYING = (
    "It is not true that {}.", "Nobody can seriously claim that {}.", "I doubt that {}.", "It is wrong to say that {}.",
    "Some say that {}, and they are mistaken.", "There is no evidence that {}.", "They believe that {}; I do not.",
    "My colleague said that {}. I cannot agree.", "Anyone who thinks that {} has not looked at the facts.",
    "It is a myth that {}.", "We have never accepted that {}.", "It would be a mistake to believe that {}.",
)  # fmt: skip


def _clause(text: str) -> str:
    plain = text.strip().rstrip(".!")
    return plain if re.match(r"(?:I\b|[A-Z]{2}|[A-Z]\w+\s+[A-Z])", plain) else plain[:1].lower() + plain[1:]


def _turned(target: Target) -> Target:
    return (target[1], target[0], target[2])


def structured(sentences: list[str], count: int, source: str, draw: random.Random) -> list[Example]:
    """About `count` pairs from single texts: denied, affirmed, doubly denied, and the two denials of one text."""
    found: list[Example] = []
    texts = sorted({t for t in sentences if len(t) < 220 and not re.search(r"[.!?]\s", t.strip())})
    draw.shuffle(texts)
    for text in texts:
        if len(found) >= count:
            break
        opposite = negated(text)
        if opposite is None:
            continue
        affirm, deny = (draw.choice(f).format(_clause(text)) for f in (_AFFIRMING, _DENYING))
        affirm_opposite, deny_opposite = (draw.choice(f).format(_clause(opposite)) for f in (_AFFIRMING, _DENYING))
        choices: list[tuple[str, str, Target]] = [
            (text, opposite, OPPOSES), (text, opposite, OPPOSES), (text, deny, OPPOSES), (text, affirm, AGREES),
            (text, deny_opposite, AGREES), (text, affirm_opposite, OPPOSES), (opposite, deny, AGREES),
            (opposite, affirm, OPPOSES), (affirm, deny, OPPOSES), (deny, affirm_opposite, AGREES),
            (affirm, deny_opposite, AGREES), (deny, deny_opposite, OPPOSES),
        ]  # fmt: skip
        found += [Example(a, b, target, source) for a, b, target in draw.sample(choices, 3)]
    return found[:count]


def flipped(examples: list[Example], count: int, source: str, draw: random.Random) -> list[Example]:
    """`count` labelled pairs with one side negated, which turns agreement into opposition and back."""
    found: list[Example] = []
    for x in draw.sample(examples, len(examples)):
        if len(found) >= count:
            break
        if x.target[2] > 0.5 or len(x.first) > 220:
            continue
        opposite = negated(x.first)
        if opposite is not None:
            found.append(Example(opposite, x.second, _turned(x.target), source))
    return found
