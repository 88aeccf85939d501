"""Training: `python -m models.training.train GATHERED OUT --teacher FOLDER` goes from gathered examples to weights.

Steps follow one another; a step whose result is in OUT is not repeated, and on a processor a pass is taken up from its
last checkpoint. Everything drawn by chance is drawn from fixed seeds. Without a teacher the student learns from what
two have said already (taught.npz).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.training.distil import near_pairs, shown, softened
from models.training.examples import Example
from models.training.fit import BOTH_ORDERS, LABELS, Pass, fit, load, predicted, save
from models.training.gather import gathered, pools
from models.training.taught import BUNDLED, Near, keep, kept

SEEDS = (1, 2)  # two teachers, whose mean is more often right than either
MOST = 48_000  # pairs that the student is shown first: 20 minutes on two cores without bf16
TAUGHT = "taught.npz"
KEPT = (25_000, 8_000)  # as many of these beside what is shown last


@dataclass(frozen=True, slots=True)
class Stage:
    """How much of each source is shown: a share drawn by chance below 1, else so many times whole."""

    name: str
    amounts: Mapping[str, float]
    learning_rate: float  # of a batch of 32 by the small model; see `_pass`
    seed: int


STAGES = (
    Stage(
        "argument",  # what taking sides is: many debates, few pairs of each
        {
            "argq": 0.8,
            "kpa": 1,
            "perspectrum": 1,
            "arguana": 0.8,
            "claims": 1,
            "twinviews": 0.3,
            "nli": 0.7,
            "negation": 0.8,
            "minimal": 0.5,
        },
        1e-4,
        1,
    ),
    Stage(
        "politics",  # how politicians and diplomats take sides, where neither subject nor tone gives the side away
        {
            "diplomacy": 1,
            "addresses": 1,
            "debate": 1,
            "policy": 0.8,
            "minimal": 0.6,
            "motions": 1,
            "exchanges": 1,
            "replies": 1,
            "press": 1,
            "speeches": 1,
            "chance": 0.5,
            "argq": 0.3,
            "kpa": 0.5,
            "perspectrum": 0.4,
            "arguana": 0.3,
            "claims": 0.4,
            "twinviews": 0.1,
            "nli": 0.2,
            "negation": 0.5,
        },
        1e-4,
        2,
    ),
    Stage(
        "speeches",  # what a page shows: real speeches, where most of what is near neither opposes nor agrees
        {
            "speeches": 2,
            "chance": 1,
            "press": 1,
            "replies": 1,
            "exchanges": 0.6,
            "debate": 0.4,
            "diplomacy": 0.3,
            "addresses": 0.4,
            "policy": 0.2,
            "motions": 0.2,
            "minimal": 0.3,
            "argq": 0.15,
            "kpa": 0.3,
            "perspectrum": 0.2,
            "arguana": 0.2,
            "claims": 0.2,
            "nli": 0.1,
            "negation": 0.3,
        },
        6e-5,
        3,
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training reads and writes, and on what device it computes."""

    examples: Mapping[str, Sequence[Example]]
    pool_texts: Mapping[str, Sequence[str]]
    base: Path
    teacher: Path | None
    out: Path
    device: str

    @property
    def on_gpu(self) -> bool:
        """Whether larger batches pay."""
        return self.device.startswith("cuda")


def chosen_for(stage: Stage, examples: Mapping[str, Sequence[Example]], seed: int = 0) -> list[Example]:
    """A stage's examples."""
    draw = random.Random(f"{stage.seed} {seed}")
    chosen: list[Example] = []
    for name, amount in stage.amounts.items():
        part = list(examples.get(name, ()))
        chosen += draw.sample(part, int(amount * len(part))) if amount < 1 else part * int(amount)
    return chosen


def teach(run: Run, seed: int) -> None:
    """A teacher: the larger model through all stages. Raises ValueError where no folder was named."""
    if run.teacher is None:
        raise ValueError("A teacher is made from --teacher FOLDER. See models/training/README.md for how to get one.")
    model, tokenizer = load(run.teacher, run.device, dropout=0.1)
    for stage in STAGES:
        chosen = chosen_for(stage, run.examples, seed)
        _report(f"teacher-{seed} {stage.name}", chosen)
        how = Pass(0.4 * stage.learning_rate, 10 * seed + stage.seed, 64)
        fit(model, tokenizer, how, chosen, run.out / f"teacher-{seed}-{stage.name}.checkpoint")
    save(model, tokenizer, run.out / f"teacher-{seed}")


def alone(run: Run) -> None:
    """The student from the labels alone: what a teacher has to add to."""
    model, tokenizer = load(run.base, run.device)
    for stage in STAGES:
        chosen = chosen_for(stage, run.examples)
        _report(f"alone {stage.name}", chosen)
        fit(model, tokenizer, _pass(run, stage), chosen, run.out / f"alone-{stage.name}.checkpoint")
    save(model, tokenizer, run.out / "alone")


def near(run: Run) -> None:
    """The pairs that nobody labelled."""
    pairs = near_pairs(run.pool_texts, run.base, run.device)
    (run.out / "near.json").write_text(json.dumps(pairs), "utf-8")
    print(f"near: {len(pairs)} pairs", flush=True)


def label(run: Run, seed: int) -> None:
    """What a teacher says of every pair, labelled or not, in one order; the teachers take turns at the orders."""
    model, tokenizer = load(run.out / f"teacher-{seed}", run.device)
    pairs = [(x.first, x.second) for _, part in sorted(run.examples.items()) for x in part]
    pairs += [(run.pool_texts[pool][first], run.pool_texts[pool][second]) for pool, first, second in _near(run)]
    order = BOTH_ORDERS[seed % 2]
    np.save(run.out / f"said-{seed}.npy", predicted(model, tokenizer, pairs, [order]).astype(np.float16))


def gather_said(run: Run) -> None:
    """The teachers' mean, by reference."""
    mean = np.mean([np.load(run.out / f"said-{n}.npy").astype(np.float32) for n in SEEDS], axis=0)
    ends = np.cumsum([len(part) for _, part in sorted(run.examples.items())])
    *labelled, unlabelled = np.split(mean, ends)
    said = dict(zip(sorted(run.examples), labelled, strict=True))
    keep(run.out / TAUGHT, run.examples, said, run.pool_texts, _near(run), unlabelled)


def distil(run: Run) -> None:
    """The student: on from what it learned alone, with what the teachers say of labelled pairs and of near ones."""
    chosen = _taught(run, MOST, 0)
    _report("student", chosen)
    model, tokenizer = load(run.out / "alone", run.device)
    fit(model, tokenizer, Pass(1e-4, 31), chosen, run.out / "student.checkpoint")
    save(model, tokenizer, run.out / "student")


def finish(run: Run) -> None:
    """Two passes more: clashes of principle that name nothing of each other, and what only sounds like one."""
    principles, commitments = (list(run.examples.get(name, ())) for name in ("principles", "commitments"))
    some = random.Random(2).sample(principles, min(1_500, len(principles)))
    shown_last = (principles * 2 + _taught(run, KEPT[0], 1), commitments + some + _taught(run, KEPT[1], 2))
    model, tokenizer = load(run.out / "student", run.device)
    for number, chosen in enumerate(shown_last):
        _report(f"finished-{number}", chosen)
        fit(model, tokenizer, Pass(8e-5, 41 + 10 * number), chosen, run.out / f"finished-{number}.checkpoint")
    save(model, tokenizer, run.out / "finished")


def _taught(run: Run, most: int, seed: int) -> list[Example]:
    """At most so many of the pairs that the student is shown, with the teachers' mean in their targets."""
    path = run.out / TAUGHT
    said, near_ones, said_near = kept(path if path.is_file() else BUNDLED, run.examples, run.pool_texts)
    taught = {name: softened(run.examples[name], rows) for name, rows in said.items()}
    chosen = shown(taught, run.pool_texts, near_ones, said_near)
    return random.Random(seed).sample(chosen, min(most, len(chosen)))


def _pass(run: Run, stage: Stage) -> Pass:
    """On a GPU larger batches, with a rate that grows as their root does."""
    return Pass(1.7 * stage.learning_rate, stage.seed, 96) if run.on_gpu else Pass(stage.learning_rate, stage.seed)


def _near(run: Run) -> Near:
    return [(pool, first, second) for pool, first, second in json.loads((run.out / "near.json").read_text("utf-8"))]


def _report(name: str, chosen: Sequence[Example]) -> None:
    labels = Counter(LABELS[max(range(3), key=x.target.__getitem__)] for x in chosen)
    print(f"{name}: {len(chosen)} pairs, {json.dumps(labels)}", flush=True)


STEPS: dict[str, tuple[str, Callable[[Run], None]]] = {  # name: what it leaves in OUT, and how it is made
    **{f"teacher-{n}": (f"teacher-{n}", lambda run, n=n: teach(run, n)) for n in SEEDS},  # type: ignore[misc]
    "alone": ("alone", alone),
    "near": ("near.json", near),
    **{f"label-{n}": (f"said-{n}.npy", lambda run, n=n: label(run, n)) for n in SEEDS},  # type: ignore[misc]
    "taught": (TAUGHT, gather_said),
    "student": ("student", distil),
    "finished": ("finished", finish),
}


WITHOUT_TEACHER = ("alone", "student", "finished")  # taught by what two teachers have said already


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the steps that are not done yet, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gathered", type=Path, help="folder that models.training.gather wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, help="folder of all-mpnet-base-v2 (models/training/README.md)")
    parser.add_argument("--base", type=Path, help="weights to start the student from; unset, the embedder's")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--without", action="append", default=[], metavar="SOURCE", help="leave a set out")
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), help="instead of all that is needed")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    base = given.base or _bundled()
    found = {name: part for name, part in gathered(given.gathered).items() if name not in given.without}
    run = Run(found, pools(given.gathered), base, given.teacher, given.out, given.device)
    for name in given.steps or (STEPS if given.teacher else WITHOUT_TEACHER):
        left, make = STEPS[name]
        if not (given.out / left).exists():
            make(run)


def _bundled() -> Path:
    from models.embedding import bundled_folder

    return bundled_folder()


if __name__ == "__main__":
    main()
