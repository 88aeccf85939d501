"""Training: `python -m models.training.train DATA CORPUS OUT` goes from the folders of data to weights.

Stages follow one another, each from the weights of the one before; a stopped run is taken up where it was, from the
checkpoints in OUT. Everything drawn by chance is drawn from fixed seeds. Own loop rather than a trainer of a library:
soft targets, batches of like length, averaging of weights and a taken-up run together are shorter written than
configured.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm
from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

from models.embedding import bundled_folder
from models.relation import COLUMNS
from models.training.examples import Example
from models.training.renaming import renamed
from models.training.sources import SOURCES, Folders, examples

BATCH = 32
MAX_TOKENS = 128  # both texts together; 2 % of the mix is longer
AVERAGED = 1 / 3  # share of a stage, at its end, whose weights are averaged
CHECKPOINT_EVERY = 500  # steps
RENAMED = 0.8  # share of the draws in which states get other names
_FROZEN = ("bert.embeddings.", "bert.encoder.layer.0.", "bert.encoder.layer.1.")  # a third of the time for little


@dataclass(frozen=True, slots=True)
class Stage:
    """How much of each source is shown: a share drawn by chance below 1, else so many times; and how it is trained.

    `learning_rate` is the highest, after a warm-up of a fifteenth; `seed` gives draws and order.
    """

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
            "nli": 0.6,
            "negation": 0.7,
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
            "minimal": 0.5,
            "motions": 1,
            "exchanges": 1,
            "replies": 1,
            "speeches": 1,
            "argq": 0.2,
            "kpa": 0.3,
            "perspectrum": 0.25,
            "arguana": 0.15,
            "claims": 0.2,
            "nli": 0.1,
            "negation": 0.25,
        },
        1e-4,
        2,
    ),
    Stage(
        "speeches",  # what a page shows: real speeches, where most of what is near neither opposes nor agrees
        {
            "speeches": 2,
            "replies": 1,
            "exchanges": 0.4,
            "diplomacy": 0.2,
            "addresses": 0.3,
            "debate": 0.3,
            "motions": 0.1,
            "policy": 0.1,
            "minimal": 0.2,
            "argq": 0.05,
            "kpa": 0.1,
            "perspectrum": 0.06,
            "arguana": 0.04,
            "nli": 0.03,
            "negation": 0.06,
        },
        6e-5,
        3,
    ),
    Stage(
        "remarks",  # two who answer the press: long, courteous sentences of which a part is the position
        {
            "press": 1,
            "speeches": 1,
            "replies": 0.5,
            "exchanges": 0.3,
            "diplomacy": 0.3,
            "addresses": 0.2,
            "debate": 0.2,
            "motions": 0.08,
            "minimal": 0.1,
            "kpa": 0.1,
            "perspectrum": 0.05,
            "argq": 0.03,
            "negation": 0.05,
            "nli": 0.02,
        },
        6e-5,
        4,
    ),
)


def batches(chosen: Sequence[Example], draw: random.Random) -> Iterator[list[Example]]:
    """Batches of like length, in an order drawn by chance; each pair in a drawn order of its two texts.

    The states that a pair names are renamed in four of five draws.
    """
    shuffled = [
        x if draw.random() < 0.5 else Example(x.second, x.first, x.target, x.source)
        for x in draw.sample(list(chosen), len(chosen))
    ]
    shuffled = [renamed(x, draw) if draw.random() < RENAMED else x for x in shuffled]
    ordered: list[list[Example]] = []
    for start in range(0, len(shuffled), 50 * BATCH):
        near = sorted(shuffled[start : start + 50 * BATCH], key=lambda x: len(x.first) + len(x.second))
        cut = [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
        draw.shuffle(cut)
        ordered += cut
    yield from ordered


def train(model: Any, tokenizer: Any, stage: Stage, chosen: list[Example], out: Path) -> None:
    """Train in place and leave the average of the last weights; `out/<stage>.checkpoint` is taken up if it is there."""
    torch.manual_seed(stage.seed)
    steps = list(batches(chosen, random.Random(stage.seed)))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not name.startswith(_FROZEN)
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    optimiser = torch.optim.AdamW(trained.values(), lr=stage.learning_rate, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimiser, len(steps) // 15, len(steps))  # type: ignore[no-untyped-call]
    average = {name: torch.zeros_like(p) for name, p in trained.items()}
    averaged = done = 0
    checkpoint = out / f"{stage.name}.checkpoint"
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        schedule.load_state_dict(kept["schedule"])
        average, averaged, done = kept["average"], kept["averaged"], kept["done"]
        torch.set_rng_state(kept["random"])
    bf16 = torch.cpu._is_avx512_bf16_supported()  # elsewhere it is emulated, many times slower than fp32
    model.train()
    bar = tqdm(total=len(steps), initial=done, desc=stage.name, unit="batch", mininterval=10)
    recent: list[float] = []
    for step in range(done, len(steps)):
        batch = steps[step]
        tokens = tokenizer(
            [x.first for x in batch], [x.second for x in batch],
            padding=True, truncation="longest_first", max_length=MAX_TOKENS, return_tensors="pt",
        )  # fmt: skip
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits = model(**tokens).logits.float()
        target = torch.tensor([x.target for x in batch])
        loss = -(target * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        if step >= (1 - AVERAGED) * len(steps) and step % 20 == 0:
            averaged += 1
            for name, parameter in trained.items():
                average[name] += (parameter.detach() - average[name]) / averaged
        recent = [*recent[-199:], loss.item()]
        bar.update()
        bar.set_postfix(loss=f"{np.mean(recent):.3f}", refresh=False)
        if (step + 1) % CHECKPOINT_EVERY == 0:
            state = {
                "model": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict(),
                "average": average, "averaged": averaged, "done": step + 1, "random": torch.get_rng_state(),
            }  # fmt: skip
            torch.save(state, checkpoint.with_suffix(".writing"))
            checkpoint.with_suffix(".writing").replace(checkpoint)
    bar.close()
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(average[name])


def chosen_for(stage: Stage, found: Mapping[str, list[Example]]) -> list[Example]:
    """A stage's examples."""
    draw = random.Random(stage.seed)
    chosen: list[Example] = []
    for name, amount in stage.amounts.items():
        part = found[name]
        chosen += draw.sample(part, int(amount * len(part))) if amount < 1 else part * int(amount)
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Train all stages, or those named, and write fp16 weights, tokenizer and the mix's counts into OUT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of labelled sets")
    parser.add_argument("corpus", type=Path, help="folder of transcripts that labels refer to")
    parser.add_argument("out", type=Path)
    parser.add_argument("--without", action="append", default=[], choices=list(SOURCES), help="leave a set out")
    parser.add_argument("--stages", nargs="+", choices=[s.name for s in STAGES], default=[s.name for s in STAGES])
    parser.add_argument("--start", type=Path, help="weights to start from, instead of the bundled embedder's")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    base = given.start or bundled_folder()
    names = {at: str(relation) for at, relation in enumerate(COLUMNS)}
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=3, id2label=names, label2id={v: k for k, v in names.items()},
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,  # one pass over the mix does not overfit
    ).float()  # fmt: skip
    mix = {}
    for stage in STAGES:
        if stage.name not in given.stages:
            continue
        stage = replace(stage, amounts={n: much for n, much in stage.amounts.items() if n not in given.without})
        chosen = chosen_for(stage, examples(Folders(given.data, given.corpus), list(stage.amounts)))
        labels = Counter(names[max(range(3), key=x.target.__getitem__)] for x in chosen)
        mix[stage.name] = {"pairs": len(chosen), **Counter(x.source for x in chosen), **labels}
        print(stage.name, json.dumps(mix[stage.name]), flush=True)
        finished = given.out / stage.name
        if (finished / "model.safetensors").is_file():
            model = AutoModelForSequenceClassification.from_pretrained(finished).float()
            continue
        train(model, tokenizer, stage, chosen, given.out)
        for folder in (finished, given.out):
            model.half().save_pretrained(folder)
            tokenizer.save_pretrained(folder)
        model.float()
    (given.out / "mix.json").write_text(json.dumps(mix, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
