"""The command that measures the relation classifier and the grouping by topic: evaluate."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.evaluating_topics import bench_of_topics, sections_of_topics
from service.commands.table import printed
from service.commands.terminal import as_json, print_json, progress
from service.errors import BadValue

if TYPE_CHECKING:
    from models.evaluation.bench import Bench
    from models.evaluation.figures import Section
    from models.evaluation.overlap import Overlap

DISPLAYED = Path(__file__).parents[2] / "tests" / "displayed_pairs.json"
WITHOUT_DATA = {"reported", "change", "stability"}  # of the transcripts alone: that they ran says nothing of the folder


@click.command()
@click.argument("data", type=click.Path(file_okay=False, path_type=Path))
@click.option("--topics", is_flag=True, help="Measure how statements are grouped by topic instead.")
@click.option("--only", metavar="NAME", multiple=True, help="One protocol, or several; a wrong name lists all.")
@click.option("--displayed", metavar="FILE", type=click.Path(path_type=Path), default=DISPLAYED, help="Labelled pairs.")
@click.option("--corpus", metavar="FOLDER", type=click.Path(path_type=Path), help="Transcripts; beside DATA, if unset.")
@as_json
def evaluate(
    data: Path, topics: bool, only: tuple[str, ...], displayed: Path, corpus: Path | None, as_json: bool
) -> None:
    """Measure the relation classifier, or with --topics the grouping, on the labelled sets in the folder DATA.

    Each figure stands beside those of baselines, with its 95 % interval and the number to reach. For the classifier
    they are the embedder's cosine and always saying the commonest label; for the grouping, BERTopic and k-means. A set
    that is not there is passed over, with the reason.
    """
    from models.evaluation.protocols import PROTOCOLS
    from models.evaluation.topics.protocols import PROTOCOLS as OF_TOPICS

    names = _protocols(only, tuple(OF_TOPICS if topics else PROTOCOLS))
    if not data.is_dir():
        raise BadValue(
            f"{data} is no folder.", f"Give the folder that holds the labelled sets: {_folders(topics)}, ..."
        )
    transcripts = corpus or data.resolve().parent / "corpus"
    if topics:
        topic_bench, about = bench_of_topics(data, transcripts)
        found = _shown(sections_of_topics(topic_bench, names), about, as_json)
    else:
        bench, about = _bench(data, displayed, transcripts)
        found = _shown(_sections(bench, names), about, as_json, lambda: _overlap(bench, partly=bool(only)))
    of_data = [one for one in found if one.name not in WITHOUT_DATA] or found
    if not any(one.rows for one in of_data):
        raise BadValue(f"{data} holds no set that could be measured on.", "Check the folder; the reasons stand above.")


def _folders(topics: bool) -> str:
    return "argkp2021, ukp_aspect" if topics else "kpa2021, elecdeb"


def _shown(
    sections: Iterator[Section],
    about: dict[str, Any],
    as_json: bool,
    overlap: Callable[[], list[Overlap] | str] | None = None,
) -> list[Section]:
    """Print sections, as JSON together and else each as it is measured; `about` begins with the model measured."""
    if as_json:
        found = list(sections)
        counted = {"overlap": _overlap_json(overlap())} if overlap else {}
        print_json({**about, "sections": _as_json(found), **counted})
        return found
    model = next(iter(about.values()))
    click.echo(f"{model['name']} {model['sha256'][:12]}; in brackets the 95 % interval")
    found = []
    for one in sections:
        found.append(one)
        click.echo("\n".join(("", *printed(one))))
    if overlap:
        click.echo("\n".join(("", *_printed_overlap(overlap()))))
    return found


def _protocols(only: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """The protocols asked for, in the table's order."""
    for name in only:
        if name not in known:
            raise BadValue(
                f"There is no protocol {name!r}.",
                f"Name one of {', '.join(known)}.",
                tuple(difflib.get_close_matches(name, known)),
            )
    return tuple(name for name in known if not only or name in only)


def _bench(data: Path, displayed: Path, corpus: Path) -> tuple[Bench, dict[str, Any]]:
    """What to measure with and on, and what is said of it in JSON."""
    from models.embedding import Embedder
    from models.evaluation.bench import Bench
    from models.evaluation.labelled import Thresholds
    from models.relation import RelationClassifier
    from service.config import Config
    from service.scoring import model_errors

    config = Config.from_environment()
    classifier, embedder = RelationClassifier(config.classifier), Embedder(config.embedder)
    with model_errors():
        about = {
            "classifier": {
                "name": classifier.name,
                "sha256": classifier.sha256,
                "thresholds": classifier.thresholds,
                "page_thresholds": classifier.page_thresholds,
            },
            "embedder": {"name": embedder.name, "sha256": embedder.sha256},
        }
        thresholds = Thresholds(classifier.thresholds, classifier.page_thresholds)
    return Bench(data, classifier.judge, embedder.embed, thresholds, corpus=corpus, displayed=displayed), about


def _sections(bench: Bench, names: Iterable[str]) -> Iterator[Section]:
    """The sections of the table, each as it is measured, with a bar of its own."""
    from models.evaluation.protocols import section
    from service.scoring import model_errors

    for name in names:
        with progress(name) as bench.progress, model_errors():
            found = section(name, bench)
        yield found


def _overlap(bench: Bench, *, partly: bool) -> list[Overlap] | str:
    """How many texts measured on were trained on, or why that is not known. It takes longer than a protocol or two."""
    if partly:
        return "not everything was measured (--only)"
    from models.evaluation.overlap import overlaps

    try:
        from models.training.sources import training_texts

        return overlaps(bench.texts, training_texts(bench.data, bench.corpus))
    except ImportError:
        return "the list of training texts is not part of this copy"
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}"


def _as_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    from models.evaluation.figures import as_json as of_section

    return [of_section(one) for one in sections]


def _overlap_json(found: list[Overlap] | str) -> list[dict[str, Any]] | None:
    if isinstance(found, str):
        return None
    return [{"set": one.set, "texts": one.texts, "trained_on": one.trained_on} for one in found]


def _printed_overlap(found: list[Overlap] | str) -> Iterator[str]:
    if isinstance(found, str):
        yield f"overlap with the training texts: not checked, since {found}"
        return
    yield "overlap with the training texts (none may be)"
    for one in found:
        yield f"  {one.set}: {one.trained_on} of {one.texts}"
