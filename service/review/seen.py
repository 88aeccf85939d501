"""Seen: a pair as somebody decided on it, in a form that outlives its documents and its classifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.comparison import Pair, TopicRef
from models.published import quote_json
from models.relation import COLUMNS

Seen = Mapping[str, Any]


def seen(
    pair: Pair,
    topic: TopicRef | None,
    made_with: Mapping[str, Any],
    *,
    shown: bool,
    sample: bool,
) -> dict[str, Any]:
    """`relation` and the numbers are the classifier's. `shown`: some comparison had it as a pair by itself.

    `topic` is the one that both statements are on; `sample`: it was drawn at random.
    """
    return {
        "first": quote_json(pair.first),
        "second": quote_json(pair.second),
        "topic": None if topic is None else {"id": topic.id, "name": topic.name},
        "relation": str(pair.steps.decided),
        "similarity": pair.similarity,
        "probabilities": {str(name): p for name, p in zip(COLUMNS, pair.steps.probabilities, strict=True)},
        "probability_needed": pair.steps.probability_needed,
        "confidence": max(pair.steps.probabilities),
        "shown": shown,
        "sample": sample,
        **{name: made_with[name] for name in ("version", "embedder", "classifier")},
    }
