"""Claims: what statements are held against for each issue of the user's list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from models.issue import Issue
from models.topic import Topic
from service.scoring import Scoring


def issue_of(topic: Topic) -> Issue:
    """What the user's list says of a topic that stands for one of its issues."""
    return Issue(topic.name, topic.settings.description, topic.settings.example)


def probes(issues: Sequence[Issue], scoring: Scoring) -> list[NDArray[np.float32]]:
    """The vectors (k, d) of each issue's texts."""
    if not issues:
        return []
    vectors = scoring.embed([text for one in issues for text in one.texts])
    ends = list(accumulate(len(one.texts) for one in issues))
    return np.split(vectors, ends[:-1])
