"""Taught: what the two teachers said of every labelled pair and of the near ones, kept by reference and without texts.

So the small classifier can be trained where nobody has the hours of a GPU that the large ones take. A pair is named by
its place among the gathered examples of its source, or by two places in a pool of texts; a hash of the texts tells
whether they are still the ones that were read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.examples import Example

BUNDLED = Path(__file__).parent / "taught.npz"

Near = list[tuple[str, int, int]]
"""Pairs of texts that nobody labelled: a pool, and the places of two texts in it."""


def keep(
    to: Path,
    examples: Mapping[str, Sequence[Example]],
    said: Mapping[str, NDArray[np.float32]],
    pools: Mapping[str, Sequence[str]],
    near: Near,
    said_near: NDArray[np.float32],
) -> None:
    """Write what was said (n, 3) of each source's examples and of the near pairs."""
    kept: dict[str, Any] = {}
    for name, rows in said.items():
        kept[f"said/{name}"], kept[f"hash/{name}"] = _bytes(rows), _hash(_texts(examples[name]))
    for name, texts in pools.items():
        places = sorted((first, second, at) for at, (pool, first, second) in enumerate(near) if pool == name)
        if places:
            firsts, seconds, order = (list(column) for column in zip(*places, strict=True))
            kept[f"near/{name}"] = np.array([np.diff(firsts, prepend=0), seconds], np.uint32)
            kept[f"near-said/{name}"], kept[f"near-hash/{name}"] = _bytes(said_near[order]), _hash(texts)
    np.savez_compressed(to, **kept)


def kept(
    path: Path, examples: Mapping[str, Sequence[Example]], pools: Mapping[str, Sequence[str]]
) -> tuple[dict[str, NDArray[np.float32]], Near, NDArray[np.float32]]:
    """What was said of each source's examples, the near pairs, and what was said of them.

    Of a source or pool whose texts are not those that were read, nothing is known. Raises ValueError where that is all.
    """
    said: dict[str, NDArray[np.float32]] = {}
    near: Near = []
    said_near = [np.zeros((0, 3), np.float32)]
    with np.load(path) as found:
        for name, part in examples.items():
            if f"said/{name}" in found and str(found[f"hash/{name}"]) == _hash(_texts(part)):
                said[name] = _probabilities(found[f"said/{name}"])
        for name, texts in pools.items():
            if f"near/{name}" in found and str(found[f"near-hash/{name}"]) == _hash(texts):
                steps, seconds = found[f"near/{name}"].tolist()
                near += [(name, int(at), second) for at, second in zip(np.cumsum(steps), seconds, strict=True)]
                said_near.append(_probabilities(found[f"near-said/{name}"]))
    if not said and not near:
        raise ValueError(f"{path} knows none of the gathered texts: gather them anew, or name a --teacher.")
    return said, near, np.concatenate(said_near)


def _texts(part: Sequence[Example]) -> list[str]:
    return [text for x in part for text in (x.first, x.second)]


def _hash(texts: Sequence[str]) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def _bytes(said: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Probabilities of agrees and opposes in steps of a 255th; differs is the rest."""
    return np.round(said[:, :2] * 255).astype(np.uint8)


def _probabilities(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    two = packed.astype(np.float32) / 255
    return np.column_stack([two, np.maximum(1 - two.sum(axis=1), 0)]).astype(np.float32)
