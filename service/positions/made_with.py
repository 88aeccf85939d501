"""What an answer rests on: models and documents, so that a reader can tell whether it would be the same today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from service.scoring import Scoring
from service.version import own_version
from service.views import DocumentRow


def made_of(scoring: Scoring, rows: Sequence[DocumentRow]) -> dict[str, object]:
    """The models and the stored documents."""
    return made_with(scoring) | {"corpus": corpus((row.sha256 for row in rows), (row.metadata.date for row in rows))}


def made_with(scoring: Scoring) -> dict[str, object]:
    """The models alone."""
    embedder, classifier = scoring.names
    return {
        "version": own_version(),
        "embedder": {"name": embedder, "sha256": scoring.embedder},
        "classifier": {"name": classifier, "sha256": scoring.classifier},
    }


def corpus(hashes: Iterable[str], dates: Iterable[str | None]) -> dict[str, object]:
    """Documents, by their own hashes and dates."""
    known = tuple(hashes)
    return {
        "documents": len(known),
        "sha256": corpus_hash(known),
        "newest": max((date for date in dates if date is not None), default=None),
    }


def corpus_hash(hashes: Iterable[str]) -> str:
    """The SHA-256 of all documents together, from each one's own."""
    return sha256("\n".join(sorted(hashes)).encode()).hexdigest()
