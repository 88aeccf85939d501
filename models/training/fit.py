"""Fit: training over examples, and the predictions of what was trained; on a processor or a GPU.

Own loop rather than a library's trainer: soft targets, batches of like length, averaging of weights and a taken-up run
together are shorter written than configured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader
from tqdm import tqdm
from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

from models.training.examples import Example
from models.training.renaming import renamed

LABELS = ("agrees", "opposes", "differs")  # in the order of every target
MAX_TOKENS = 128  # both texts together; 2 % of the mix is longer
AVERAGED = 0.15  # share of a pass, at its end, whose weights are averaged
CHECKPOINT_EVERY = 500  # steps
WORKERS = 12  # processes that tokenise for a GPU
RENAMED = 0.8  # share of the draws in which states get other names


@dataclass(frozen=True, slots=True)
class Pass:
    """How examples are shown: `learning_rate` is the highest, after a warm-up of a thirtieth; `seed` orders them."""

    learning_rate: float
    seed: int
    batch: int = 32


def load(folder: Path, device: str, dropout: float = 0.0) -> tuple[Any, Any]:
    """A three-label classifier, with a new head where the folder has none, in fp32, and its tokenizer."""
    torch.manual_seed(0)
    names = dict(enumerate(LABELS))
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=3, id2label=names, label2id={v: k for k, v in names.items()},
        hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout,
    )  # fmt: skip
    if hasattr(model, "bert"):
        _first_token_alone(model.bert.encoder.layer[-1])
    return model.float().to(device), AutoTokenizer.from_pretrained(folder)


def _first_token_alone(layer: Any) -> None:
    """In the last layer, feed forward the first token only: no other reaches the classifier. A seventh of the time."""
    whole = layer.feed_forward_chunk
    layer.feed_forward_chunk = lambda attended: whole(attended[:, :1])


def save(model: Any, tokenizer: Any, folder: Path) -> None:
    """Weights in fp16 and tokenizer. The model stays as it is."""
    state = {
        name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in model.state_dict().items()
    }
    model.save_pretrained(folder, state_dict=state)
    tokenizer.save_pretrained(folder)


def batches(chosen: Sequence[Example], size: int, draw: random.Random) -> Iterator[list[Example]]:
    """Batches of like length, in an order drawn by chance; each pair in a drawn order of its two texts."""
    shuffled = [
        x if draw.random() < 0.5 else Example(x.second, x.first, x.target, x.source)
        for x in draw.sample(list(chosen), len(chosen))
    ]
    for start in range(0, len(shuffled), 50 * size):
        near = sorted(shuffled[start : start + 50 * size], key=lambda x: len(x.first) + len(x.second))
        cut = [near[at : at + size] for at in range(0, len(near), size)]
        draw.shuffle(cut)
        yield from cut


class _Shown(torch.utils.data.Dataset[dict[str, Any]]):
    """Batches as tensors; the states that a pair names are renamed in four of five draws."""

    def __init__(self, steps: list[list[Example]], tokenizer: Any, seed: int, first: int) -> None:
        self._steps, self._tokenizer, self._seed, self._first = steps, tokenizer, seed, first

    def __len__(self) -> int:
        return len(self._steps) - self._first

    def __getitem__(self, at: int) -> dict[str, Any]:
        number = self._first + at
        draw = random.Random(f"{self._seed} {number}")
        batch = [renamed(x, draw) if draw.random() < RENAMED else x for x in self._steps[number]]
        tokens = tokenised(self._tokenizer, [(x.first, x.second) for x in batch])
        return {**tokens, "target": torch.tensor([x.target for x in batch])}


def tokenised(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Pairs as a padded batch of at most MAX_TOKENS."""
    return dict(
        tokenizer(
            [a for a, _ in pairs],
            [b for _, b in pairs],
            padding=True,
            truncation="longest_first",
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
    )


def fit(model: Any, tokenizer: Any, how: Pass, epochs: Sequence[Sequence[Example]], checkpoint: Path) -> None:
    """Train in place on one epoch after another and leave the average of the last weights.

    A `checkpoint` that is there is taken up.
    """
    device = next(model.parameters()).device
    on_gpu = device.type == "cuda"
    torch.manual_seed(how.seed)
    steps = [
        batch
        for number, chosen in enumerate(epochs)
        for batch in batches(chosen, how.batch, random.Random(f"{how.seed} {number}"))
    ]
    trained = dict(model.named_parameters())
    optimiser = torch.optim.AdamW(trained.values(), lr=how.learning_rate, weight_decay=0.01, fused=on_gpu)
    schedule = get_linear_schedule_with_warmup(optimiser, len(steps) // 30, len(steps))  # type: ignore[no-untyped-call]
    average = {name: torch.zeros_like(p) for name, p in trained.items()}
    averaged = done = 0
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        schedule.load_state_dict(kept["schedule"])
        average, averaged, done = kept["average"], kept["averaged"], kept["done"]
    # where a processor has no bf16 of its own it is emulated, many times slower than fp32
    bf16 = on_gpu or torch.cpu._is_avx512_bf16_supported()
    shown = DataLoader(
        _Shown(steps, tokenizer, how.seed, done),
        batch_size=None,
        num_workers=WORKERS if on_gpu else 0,
        pin_memory=on_gpu,
    )
    model.train()
    bar = tqdm(total=len(steps), initial=done, desc=checkpoint.stem, unit="batch", mininterval=10)
    loss = torch.zeros(())
    for step, batch in enumerate(shown, done):
        batch = {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}
        target = batch.pop("target")
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            logits = model(**batch).logits.float()
        loss = -(target * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        if step >= (1 - AVERAGED) * len(steps) and step % 20 == 0:
            averaged += 1
            for name, parameter in trained.items():
                average[name] += (parameter.detach() - average[name]) / averaged
        bar.update()
        if step % 100 == 0:
            bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
        if (step + 1) % CHECKPOINT_EVERY == 0 and not on_gpu:  # there a pass takes minutes
            state = {
                "model": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict(),
                "average": average, "averaged": averaged, "done": step + 1,
            }  # fmt: skip
            torch.save(state, checkpoint.with_suffix(".writing"))
            checkpoint.with_suffix(".writing").replace(checkpoint)
    bar.close()
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(average[name])


BOTH_ORDERS = ((0, 1), (1, 0))


def predicted(
    model: Any,
    tokenizer: Any,
    pairs: Sequence[tuple[str, str]],
    orders: Sequence[tuple[int, int]] = BOTH_ORDERS,
    size: int = 512,
) -> NDArray[np.float32]:
    """Probabilities (n, 3), the mean over the orders of the two texts."""
    device = next(model.parameters()).device
    model.eval()
    found = np.zeros((len(pairs), 3), np.float32)
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at][0]) + len(pairs[at][1]))
    for start in tqdm(range(0, len(order), size), desc="predicting", unit="batch", mininterval=10):
        rows = order[start : start + size]
        for one, other in orders:
            tokens = tokenised(tokenizer, [(pairs[at][one], pairs[at][other]) for at in rows])
            with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
                logits = model(**{name: tensor.to(device) for name, tensor in tokens.items()}).logits.float()
            found[rows] += torch.softmax(logits, dim=-1).cpu().numpy() / len(orders)
    return found
