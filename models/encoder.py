"""Encoder: BERT's forward pass (Devlin et al. 2019), and the classifier of its first token.

It gives what transformers' BertModel and BertForSequenceClassification give, up to rounding (1e-5 in fp32). It is here
because it starts without transformers, whose import takes seconds, and because it leaves out what changes nothing:
padding, masks, and, where only the first token is asked for, every other token of the last layer.

Sums of a layer's input and output and their norms are fp32; maps, attention and GELU have the hardware's precision,
as conversions between them would take as long as GELU does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention

from models.files import WEIGHTS
from models.hardware import Hardware

Norm = tuple[Tensor, Tensor]
"""Weight and bias of a layer norm."""

Run = tuple[int, int]
"""So many texts one behind the other, each of so many tokens."""


class Map:
    """A linear map in the hardware's precision, its weights laid out as the product reads them where that helps."""

    def __init__(self, weight: Tensor, bias: Tensor, hardware: Hardware) -> None:
        weight, self._bias = weight.to(hardware.precision), bias.to(hardware.precision)
        self._precision, self._packed = hardware.precision, hardware.packs
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight) if self._packed else weight

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self._precision)
        if self._packed:
            mapped: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, "none", [], "")
            return mapped
        return linear(x, self._weight, self._bias)


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer. `inputs` gives query, key and value side by side, so that one product makes the three."""

    inputs: Map
    attended: Map
    attended_norm: Norm
    widened: Map
    narrowed: Map
    narrowed_norm: Norm


class Encoder:
    """BERT, read from a folder with `model.safetensors`, in which its tensors' names begin with `prefix`."""

    def __init__(self, folder: Path, config: Mapping[str, Any], hardware: Hardware, prefix: str = "") -> None:
        weights = {name: tensor.float().to(hardware.device) for name, tensor in load_file(folder / WEIGHTS).items()}

        def dense(name: str) -> tuple[Tensor, Tensor]:
            return weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]

        def mapping(*names: str) -> Map:
            stacked, biases = zip(*(dense(name) for name in names), strict=True)
            return Map(torch.cat(stacked), torch.cat(biases), hardware)

        count = int(config["num_hidden_layers"])
        query, key, value = (f"attention.self.{part}" for part in ("query", "key", "value"))
        last = f"encoder.layer.{count - 1}"
        self._device = hardware.device
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._words, self._positions, self._types = (
            weights[f"{prefix}embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        self._norm = dense("embeddings.LayerNorm")
        self._layers = [
            Layer(
                inputs=mapping(f"{at}.{query}", f"{at}.{key}", f"{at}.{value}"),
                attended=mapping(f"{at}.attention.output.dense"),
                attended_norm=dense(f"{at}.attention.output.LayerNorm"),
                widened=mapping(f"{at}.intermediate.dense"),
                narrowed=mapping(f"{at}.output.dense"),
                narrowed_norm=dense(f"{at}.output.LayerNorm"),
            )
            for at in (f"encoder.layer.{n}" for n in range(count))
        ]
        # for `firsts`, which asks for one token of a text and for the keys and values of all
        self._last_query = mapping(f"{last}.{query}")
        self._last_key_and_value = mapping(f"{last}.{key}", f"{last}.{value}")

    @staticmethod
    def reads(config: Mapping[str, Any], architecture: str) -> bool:
        """Whether a model with this configuration is of the kind that is computed here."""
        return (
            config.get("architectures") == [architecture]
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
        )

    def tokens(self, ids: Tensor, types: Tensor, runs: Sequence[Run]) -> Tensor:
        """Vectors (tokens, width) of texts that stand one behind the other, from token ids and token types (tokens)."""
        x = self._embedded(ids, types, runs)
        for layer in self._layers:
            x = self._through(layer, x, runs)
        return x

    def firsts(self, ids: Tensor, types: Tensor, runs: Sequence[Run]) -> Tensor:
        """Of the same the vectors (texts, width) of each text's first token alone."""
        x = self._embedded(ids, types, runs)
        for layer in self._layers[:-1]:
            x = self._through(layer, x, runs)
        layer, width = self._layers[-1], x.shape[1]
        first = torch.cat([part.view(n, length, width)[:, 0] for part, (n, length) in parts(x, runs)])
        query = self._last_query(first)
        key, value = self._last_key_and_value(x).chunk(2, dim=1)
        return self._after(layer, first, self._attended(query, key, value, [(n, 1) for n, _ in runs], runs))

    def _embedded(self, ids: Tensor, types: Tensor, runs: Sequence[Run]) -> Tensor:
        ids, types = ids.to(self._device), types.to(self._device)
        positions = torch.cat([self._positions[:length].repeat(n, 1) for n, length in runs])
        return self._normed(embedding(ids, self._words) + positions + embedding(types, self._types), self._norm)

    def _through(self, layer: Layer, x: Tensor, runs: Sequence[Run]) -> Tensor:
        query, key, value = layer.inputs(x).chunk(3, dim=1)
        return self._after(layer, x, self._attended(query, key, value, runs, runs))

    def _attended(
        self, query: Tensor, key: Tensor, value: Tensor, asking: Sequence[Run], asked: Sequence[Run]
    ) -> Tensor:
        """What each token of `query` gathers from its own text: run by run, since no mask costs less than one."""
        gathered = []
        for own, *others in zip(parts(query, asking), parts(key, asked), parts(value, asked), strict=True):
            by_head = [self._by_head(part, run) for part, run in (own, *others)]
            found = scaled_dot_product_attention(by_head[0], by_head[1], by_head[2])
            gathered.append(found.transpose(1, 2).reshape(own[0].shape))
        return torch.cat(gathered)

    def _by_head(self, x: Tensor, run: Run) -> Tensor:
        return x.view(*run, self._heads, -1).transpose(1, 2)

    def _after(self, layer: Layer, x: Tensor, attended: Tensor) -> Tensor:
        x = self._normed(x + layer.attended(attended), layer.attended_norm)
        return self._normed(x + layer.narrowed(gelu(layer.widened(x))), layer.narrowed_norm)

    def _normed(self, x: Tensor, norm: Norm) -> Tensor:
        normed: Tensor = layer_norm(x, [x.shape[-1]], *norm, self._epsilon)
        return normed


class SequenceClassifier:
    """A BERT sequence classifier: its encoder, a pooler and a linear map to labels."""

    def __init__(self, folder: Path, config: Mapping[str, Any], hardware: Hardware) -> None:
        self._encoder = Encoder(folder, config, hardware, "bert.")
        weights = load_file(folder / WEIGHTS)
        self._pooler, self._classifier = (
            (weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float())
            for name in ("bert.pooler.dense", "classifier")
        )

    @staticmethod
    def reads(config: Mapping[str, Any]) -> bool:
        return Encoder.reads(config, "BertForSequenceClassification")

    def __call__(self, ids: Tensor, types: Tensor, runs: Sequence[Run]) -> Tensor:
        """Logits (texts, labels) of texts or pairs, as `Encoder.tokens` takes them."""
        first = self._encoder.firsts(ids, types, runs).cpu()
        return linear(torch.tanh(linear(first, *self._pooler)), *self._classifier)


def runs_of(lengths: Iterable[int]) -> list[Run]:
    """Neighbours of one length together."""
    return [(len(list(alike)), length) for length, alike in groupby(lengths)]


def parts(x: Tensor, runs: Sequence[Run]) -> Iterator[tuple[Tensor, Run]]:
    """What of `x` (tokens, ...) belongs to each run."""
    return zip(torch.split(x, [n * length for n, length in runs]), runs, strict=True)
