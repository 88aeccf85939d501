"""Claims: which of the stored statements belong to which issue of the user's list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from models.issue import Issue, claimed
from models.topic import Topic, in_context
from service.queries import Stored
from service.scoring import Scoring, matrix


def issue_of(topic: Topic) -> Issue:
    """What the user's list says of a topic that stands for one of its issues."""
    return Issue(topic.name, topic.settings.description, topic.settings.example)


def claims(stored: Sequence[Stored], issues: Sequence[Issue], scoring: Scoring) -> NDArray[np.int64]:
    """The issue (n,) that each statement belongs to, by its place in `issues`; -1 for none. All have vectors."""
    if not stored or not issues:
        return np.full(len(stored), -1, np.int64)
    vectors = scoring.embed([text for one in issues for text in one.texts])
    ends = list(accumulate(len(one.texts) for one in issues))
    drawn = in_context(
        matrix([one.vector for one in stored if one.vector is not None]),
        [(one.quote.document.id, one.utterance, one.quote.paragraph) for one in stored],
    )
    return claimed(drawn, np.split(vectors, ends[:-1]))
