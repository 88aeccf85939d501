"""Examples: the council meeting that the API's documentation shows everywhere."""

from __future__ import annotations

from typing import Any

DOCUMENT_ID, SHA256 = "0123456789ab", "0123456789ab" + "0" * 52
METADATA = {
    "title": "Council meeting",
    "date": "2021-12-02",
    "place": "Norby",
    "publisher": None,
    "language": "en",
    "url": "https://example.org/council",
    "record": "verbatim",
}
ADA, GRACE = {"id": "ada", "name": "Ada"}, {"id": "grace", "name": "Grace"}
_NOBODYS: dict[str, Any] = {"role": None, "delegation": None}


def example_quote(who: dict[str, str], text: str, start: int) -> dict[str, Any]:
    place = {
        "document": {"id": DOCUMENT_ID, **METADATA, "file": "council.txt"},
        "document_sha256": SHA256,
        "start": start,
        "end": start + len(text),
        "paragraph": 1,
        "marks": [],
        "reported": None,
        "clipped": [],
        "before": "",
        "after": "The trees come first.",
    }
    return {"id": f"{DOCUMENT_ID}-{start}-{start + len(text)}", "text": text, "speaker": {**who, **_NOBODYS}, **place}


def _marked(text: str, start: int, role: str = "word") -> dict[str, Any]:
    return {"text": text, "start": start, "end": start + len(text), "role": role}


FIRST = example_quote(ADA, "The road must be widened.", 5)
SECOND = example_quote(GRACE, "The road must not be widened.", 39)
COMPARISON = {
    "topic": {"id": "road-widened", "name": "road, widened"},
    "title": "a wider road vs. the old trees",
    "first": {**ADA, **_NOBODYS},
    "second": {**GRACE, **_NOBODYS},
    "framings": {"first": "a wider road", "second": "the old trees"},
    "pairs": [
        {
            "relation": "opposes",
            "similarity": 0.91,
            "opposition": 0.97,
            "confidence": 0.97,
            "first": FIRST,
            "second": SECOND,
            "why": {
                "shared": [
                    {"first": [_marked("road", 9)], "second": [_marked("road", 43)]},
                    {"first": [_marked("widened", 22)], "second": [_marked("widened", 60)]},
                ],
                "differs": [
                    {
                        "kind": "negation",
                        "first": [_marked("widened", 22)],
                        "second": [_marked("not", 53, "cue"), _marked("widened", 60)],
                    }
                ],
                "steps": {
                    "similarity": {"score": 0.91, "needed": 0.3},
                    "probabilities": {"agrees": 0.01, "opposes": 0.97, "differs": 0.02},
                    "probability_needed": 0.85,
                    "ranking": 0.9253,
                    "decided": "opposes",
                },
                "runner_up": None,
            },
            "review": {"status": "confirmed", "by": "M. Hopper", "at": "2021-12-03T09:30:00+00:00", "why": None},
            "notices": [],
        }
    ],
    "rejected": 0,
    "unsure": 0,
    "nearest": None,
    "hidden": 0,
    "notices": [],
    "handling": {
        "owner": "Transport desk",
        "status": "draft",
        "caveat": None,
        "by": "M. Hopper",
        "at": "2021-12-03T09:30:00+00:00",
        "topic": "road-widened",
    },
    "searched": {
        "first": {"statements": 6, "words": 214, "again": 0},
        "second": {"statements": 5, "words": 131, "again": 0},
    },
    "made_with": {
        "asked": {
            "first": "ada",
            "second": "grace",
            "topic": {"id": "road-widened", "name": "road, widened"},
            "limit": 10,
            "min_confidence": 0.0,
            "since": None,
            "until": None,
            "document": None,
            "include": [],
        },
        "version": "0.1.0",
        "embedder": {"name": "all-MiniLM-L6-v2", "sha256": SHA256},
        "classifier": {"name": "counterpose", "sha256": SHA256},
        "corpus": {"documents": 1, "sha256": SHA256, "newest": "2021-12-02"},
        "thresholds": {"opposes": 0.85},
    },
}
