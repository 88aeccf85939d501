"""What evaluate --topics measures: groups of the sets in a folder, and of the transcripts in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.commands.terminal import progress

if TYPE_CHECKING:
    from models.evaluation.figures import Section
    from models.evaluation.topics.protocols import TopicBench
    from models.transcript import Transcript

TRANSCRIPTS = "white-house"  # the folder of the transcripts that say how stable topics are


def bench_of_topics(data: Path, corpus: Path) -> tuple[TopicBench, dict[str, Any]]:
    """What to measure with and on, and what is said of it in JSON."""
    from models.embedding import Embedder
    from models.evaluation.topics.protocols import TopicBench
    from service.config import Config
    from service.scoring import model_errors

    embedder = Embedder(Config.from_environment().embedder)
    with model_errors():
        about = {"embedder": {"name": embedder.name, "sha256": embedder.sha256}}
    return TopicBench(data, embedder.embed, lambda: _transcripts(corpus / TRANSCRIPTS)), about


def _transcripts(folder: Path) -> Iterator[Transcript]:
    """The transcripts of a folder, by name. Raises UnusableSet where there are none."""
    from models.evaluation.reading import UnusableSet
    from service.readers import Source, read

    paths = sorted(path for path in folder.glob("*") if path.is_file())
    if not paths:
        raise UnusableSet(f"{folder} holds no transcripts")
    for path in paths:
        yield read(Source(path.name, path.read_bytes()))


def sections_of_topics(bench: TopicBench, names: Iterable[str]) -> Iterator[Section]:
    """The sections of the table, each as it is measured, with a bar of its own."""
    from models.evaluation.topics.protocols import section
    from service.scoring import model_errors

    for name in names:
        with progress(name) as bench.progress, model_errors():
            found = section(name, bench)
        yield found
