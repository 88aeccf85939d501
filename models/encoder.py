"""Encoder: BERT's forward pass (Devlin et al. 2019), and the classifier of its first token.

It gives what transformers' BertModel and BertForSequenceClassification give, up to rounding (1e-5). It is here because
it starts without transformers, whose import takes seconds, and because it leaves out what changes nothing: padding,
masks, and, where only the first token is asked for, every other token of the last layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention

from models.files import WEIGHTS
from models.hardware import Hardware

Dense = tuple[Tensor, Tensor]
"""Weight and bias, of a linear map or of a layer norm."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer. `inputs` are query, key and value stacked, so that one product makes the three."""

    inputs: Dense
    attended: Dense
    attended_norm: Dense
    widened: Dense
    narrowed: Dense
    narrowed_norm: Dense


class Encoder:
    """BERT, read from a folder with `model.safetensors`, in which its tensors' names begin with `prefix`."""

    def __init__(self, folder: Path, config: Mapping[str, Any], hardware: Hardware, prefix: str = "") -> None:
        weights = {name: tensor.float().to(hardware.device) for name, tensor in load_file(folder / WEIGHTS).items()}

        def dense(name: str) -> Dense:
            return weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]

        def mapping(name: str) -> Dense:
            weight, bias = dense(name)
            return weight.to(hardware.precision), bias.to(hardware.precision)

        self._device = hardware.device
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._words, self._positions, self._types = (
            weights[f"{prefix}embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        self._norm = dense("embeddings.LayerNorm")
        self._layers = [
            Layer(
                inputs=_stacked(mapping(f"{at}.attention.self.{part}") for part in ("query", "key", "value")),
                attended=mapping(f"{at}.attention.output.dense"),
                attended_norm=dense(f"{at}.attention.output.LayerNorm"),
                widened=mapping(f"{at}.intermediate.dense"),
                narrowed=mapping(f"{at}.output.dense"),
                narrowed_norm=dense(f"{at}.output.LayerNorm"),
            )
            for at in (f"encoder.layer.{n}" for n in range(int(config["num_hidden_layers"])))
        ]

    @staticmethod
    def reads(config: Mapping[str, Any], architecture: str) -> bool:
        """Whether a model with this configuration is of the kind that is computed here."""
        return (
            config.get("architectures") == [architecture]
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
        )

    def tokens(self, ids: Tensor, types: Tensor) -> Tensor:
        """Vectors (n, length, width) of the tokens of n texts of one length, from ids and token types (n, length)."""
        x = self._embedded(ids, types)
        for layer in self._layers:
            x = self._through(layer, x, x)
        return x

    def firsts(self, ids: Tensor, types: Tensor) -> Tensor:
        """Of the same the first tokens' alone (n, width)."""
        x = self._embedded(ids, types)
        for layer in self._layers[:-1]:
            x = self._through(layer, x, x)
        return self._through(self._layers[-1], x[:, :1], x)[:, 0]

    def _embedded(self, ids: Tensor, types: Tensor) -> Tensor:
        ids, types = ids.to(self._device), types.to(self._device)
        x = embedding(ids, self._words) + self._positions[: ids.shape[1]] + embedding(types, self._types)
        return self._normed(x, self._norm)

    def _through(self, layer: Layer, x: Tensor, read: Tensor) -> Tensor:
        """What a layer makes of the tokens `x` (n, m, width), attending to `read` (n, length, width)."""
        if x is read:
            query, key, value = _mapped(x, layer.inputs).chunk(3, dim=2)
        else:
            width = x.shape[2]
            weight, bias = layer.inputs
            query = _mapped(x, (weight[:width], bias[:width]))
            key, value = _mapped(read, (weight[width:], bias[width:])).chunk(2, dim=2)
        attended = scaled_dot_product_attention(self._by_head(query), self._by_head(key), self._by_head(value))
        attended = attended.transpose(1, 2).reshape(x.shape)
        x = self._normed(_mapped(attended, layer.attended).add_(x), layer.attended_norm)
        return self._normed(_mapped(gelu(_mapped(x, layer.widened)), layer.narrowed).add_(x), layer.narrowed_norm)

    def _by_head(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)

    def _normed(self, x: Tensor, norm: Dense) -> Tensor:
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

    def __call__(self, ids: Tensor, types: Tensor) -> Tensor:
        """Logits (n, labels) of n texts or pairs of one length, from token ids and token types (n, length)."""
        first = self._encoder.firsts(ids, types).cpu()
        return linear(torch.tanh(linear(first, *self._pooler)), *self._classifier)


def _mapped(x: Tensor, mapping: Dense) -> Tensor:
    weight, bias = mapping
    return linear(x.to(weight.dtype), weight, bias).float()


def _stacked(parts: Iterator[Dense]) -> Dense:
    weights, biases = zip(*parts, strict=True)
    return torch.cat(weights), torch.cat(biases)
