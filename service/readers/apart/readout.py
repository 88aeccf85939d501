"""Readout: what comes back from the process that read a file, as plain data, so that nothing in it can be run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from models.transcript import Kind, Mark, Metadata, Record, Transcript, Utterance
from service.errors import CounterposeError, kept, restored


@dataclass(frozen=True, slots=True)
class Readout:
    """A file read: what was said, the format it was read as, and what to look at before it is relied on."""

    transcript: Transcript
    format: str
    warnings: tuple[str, ...]


def written(found: Readout | CounterposeError) -> bytes:
    if isinstance(found, CounterposeError):
        content: dict[str, Any] = {"error": kept(found)}
    else:
        one = found.transcript
        content = {
            "text": one.text,
            "utterances": [(each.label, each.kind, each.start, each.end, each.marks) for each in one.utterances],
            "metadata": asdict(one.metadata),
            "hard_wrapped": one.hard_wrapped,
            "format": found.format,
            "warnings": found.warnings,
        }
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def read_back(data: bytes) -> Readout | CounterposeError:
    content = json.loads(data.decode("utf-8", "surrogatepass"))
    if "error" in content:
        return restored(content["error"])
    known = content["metadata"]
    transcript = Transcript(
        content["text"],
        tuple(
            Utterance(label, Kind(kind), start, end, tuple(Mark(one) for one in marks))
            for label, kind, start, end, marks in content["utterances"]
        ),
        Metadata(**{**known, "record": known["record"] and Record(known["record"])}),
        content["hard_wrapped"],
    )
    return Readout(transcript, content["format"], tuple(content["warnings"]))
