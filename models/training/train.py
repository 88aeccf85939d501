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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.training.distil import near_pairs, softened, trusted
from models.training.examples import Example
from models.training.fit import BOTH_ORDERS, LABELS, Pass, fit, load, predicted, save
from models.training.gather import SPEECHES, gathered, pools
from models.training.taught import BUNDLED, Near, keep, kept

SEEDS = (1, 2)  # two teachers, whose mean is more often right than either
TAUGHT = "taught.npz"


@dataclass(frozen=True, slots=True)
class Round:
    """So many epochs of all there is to learn of a teacher, then so many of what a page shows, at one falling rate."""

    how: Pass
    broad: int
    last: int


ROUNDS = (Round(Pass(2.5e-4, 31, 192), 1, 3), Round(Pass(2e-4, 77, 192), 2, 1))  # the student is the mean of their ends


@dataclass(frozen=True, slots=True)
class Stage:
    """How much of each source is shown: so many times whole, and of what is left after the point a share by chance."""

    name: str
    amounts: Mapping[str, float]
    learning_rate: float
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
        4e-5,
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
        4e-5,
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
        2.4e-5,
        3,
    ),
)


BROAD: Mapping[str, float] = {  # with every near pair: what there is to be learned of a teacher
    "argq": 0.8,
    "kpa": 1,
    "perspectrum": 1,
    "arguana": 0.8,
    "claims": 1,
    "twinviews": 0.3,
    "nli": 0.6,
    "negation": 1,
    "minimal": 1,
    "diplomacy": 1,
    "addresses": 1,
    "debate": 1,
    "policy": 0.8,
    "motions": 1,
    "exchanges": 1,
    "replies": 1,
    "press": 1,
    "speeches": 1.5,
    "contested": 2,
    "chance": 0.7,
    "principles": 1,
    "commitments": 1,
}
LAST: Mapping[str, float] = {  # what a page shows, with the readers' labels several times
    **STAGES[-1].amounts,
    "contested": 4,
    "principles": 1,
    "commitments": 1.5,
    "negation": 0.5,
    "kpa": 0.5,
    "perspectrum": 0.4,
    "minimal": 0.5,
}
LAST_NEAR = 30_000  # near pairs of speeches beside it, and as many of all others


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training reads and writes, and on what device it computes."""

    examples: Mapping[str, Sequence[Example]]
    pool_texts: Mapping[str, Sequence[str]]
    base: Path
    teacher: Path | None
    out: Path
    device: str


def drawn(amounts: Mapping[str, float], of: Mapping[str, Sequence[Example]], draw: random.Random) -> list[Example]:
    """As much of each source as `amounts` says."""
    chosen: list[Example] = []
    for name, amount in amounts.items():
        part = list(of.get(name, ()))
        chosen += part * int(amount) + draw.sample(part, int(amount % 1 * len(part)))
    return chosen


def teach(run: Run, seed: int) -> None:
    """A teacher: the larger model through all stages. Raises ValueError where no folder was named."""
    if run.teacher is None:
        raise ValueError("A teacher is made from --teacher FOLDER. See models/training/README.md for how to get one.")
    model, tokenizer = load(run.teacher, run.device, dropout=0.1)
    for stage in STAGES:
        chosen = drawn(stage.amounts, run.examples, random.Random(f"{stage.seed} {seed}"))
        _report(f"teacher-{seed} {stage.name}", chosen)
        how = Pass(stage.learning_rate, 10 * seed + stage.seed, 64)
        fit(model, tokenizer, how, [chosen], run.out / f"teacher-{seed}-{stage.name}.checkpoint")
    save(model, tokenizer, run.out / f"teacher-{seed}")


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
    """The student: labels softened by what the teachers say, their word on near pairs, and last what a page shows."""
    path = run.out / TAUGHT
    said, near_ones, said_near = kept(path if path.is_file() else BUNDLED, run.examples, run.pool_texts)
    taught = {name: softened(part, said[name]) if name in said else part for name, part in run.examples.items()}
    near_by = trusted(run.pool_texts, near_ones, said_near)
    model, tokenizer = load(run.base, run.device, dropout=0.05)
    mean = {name: torch.zeros_like(tensor) for name, tensor in model.state_dict().items()}
    for number, each in enumerate(ROUNDS):
        epochs = list(_epochs(each, taught, near_by))
        for chosen in epochs:
            _report(f"student, round {number}", chosen)
        fit(model, tokenizer, each.how, epochs, run.out / f"student-{number}.checkpoint")
        for name, tensor in model.state_dict().items():
            mean[name] += ((tensor - mean[name]) / (number + 1)).to(tensor.dtype)
    model.load_state_dict(mean)
    save(model, tokenizer, run.out / "student")


def _epochs(
    each: Round, taught: Mapping[str, Sequence[Example]], near_by: Sequence[Example]
) -> Iterator[list[Example]]:
    by_kind = [[x for x in near_by if (x.source == SPEECHES) is speech] for speech in (True, False)]
    for number in range(each.broad + each.last):
        draw = random.Random(f"{each.how.seed} {number}")
        if number < each.broad:
            yield drawn(BROAD, taught, draw) + list(near_by)
        else:
            some = [x for kind in by_kind for x in draw.sample(kind, min(LAST_NEAR, len(kind)))]
            yield drawn(LAST, taught, draw) + some


def _near(run: Run) -> Near:
    return [(pool, first, second) for pool, first, second in json.loads((run.out / "near.json").read_text("utf-8"))]


def _report(name: str, chosen: Sequence[Example]) -> None:
    labels = Counter(LABELS[max(range(3), key=x.target.__getitem__)] for x in chosen)
    print(f"{name}: {len(chosen)} pairs, {json.dumps(labels)}", flush=True)


STEPS: dict[str, tuple[str, Callable[[Run], None]]] = {  # name: what it leaves in OUT, and how it is made
    **{f"teacher-{n}": (f"teacher-{n}", lambda run, n=n: teach(run, n)) for n in SEEDS},  # type: ignore[misc]
    "near": ("near.json", near),
    **{f"label-{n}": (f"said-{n}.npy", lambda run, n=n: label(run, n)) for n in SEEDS},  # type: ignore[misc]
    "taught": (TAUGHT, gather_said),
    "student": ("student", distil),
}


WITHOUT_TEACHER = ("student",)  # taught by what two teachers have said already


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
