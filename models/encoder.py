"""Encoder: BERT's forward pass (Devlin et al. 2019) as far as a classifier of its first token needs it.

Its logits are those of transformers' BertForSequenceClassification up to rounding (1e-5). It is here because it starts
without transformers, whose import takes seconds, and because it leaves out what changes nothing: padding, and in the
last layer every token but the first.
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
    """A BERT sequence classifier, read from a folder with `model.safetensors`.

    The layers' linear maps are computed in `precision`, all else in fp32.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any], precision: torch.dtype = torch.float32) -> None:
        weights = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}

        def dense(name: str) -> Dense:
            return weights[f"{name}.weight"], weights[f"{name}.bias"]

        def mapping(name: str) -> Dense:
            weight, bias = dense(name)
            return weight.to(precision), bias.to(precision)

        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._words, self._positions, self._types = (
            weights[f"bert.embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        self._norm = dense("bert.embeddings.LayerNorm")
        self._layers = [
            Layer(
                inputs=_stacked(mapping(f"{at}.attention.self.{part}") for part in ("query", "key", "value")),
                attended=mapping(f"{at}.attention.output.dense"),
                attended_norm=dense(f"{at}.attention.output.LayerNorm"),
                widened=mapping(f"{at}.intermediate.dense"),
                narrowed=mapping(f"{at}.output.dense"),
                narrowed_norm=dense(f"{at}.output.LayerNorm"),
            )
            for at in (f"bert.encoder.layer.{n}" for n in range(int(config["num_hidden_layers"])))
        ]
        self._pooler, self._classifier = dense("bert.pooler.dense"), dense("classifier")

    @staticmethod
    def reads(config: Mapping[str, Any]) -> bool:
        """Whether a model with this configuration is of the kind that is computed here."""
        return (
            config.get("architectures") == ["BertForSequenceClassification"]
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
        )

    def __call__(self, ids: Tensor, types: Tensor) -> Tensor:
        """Logits (n, labels) of n texts or pairs of one length, from token ids and token types (n, length)."""
        x = embedding(ids, self._words) + self._positions[: ids.shape[1]] + embedding(types, self._types)
        x = self._normed(x, self._norm)
        for layer in self._layers[:-1]:
            x = self._through(layer, x, x)
        first = self._through(self._layers[-1], x[:, :1], x)[:, 0]  # no other token is looked at
        return linear(torch.tanh(linear(first, *self._pooler)), *self._classifier)

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
        x = self._normed(_mapped(attended, layer.attended) + x, layer.attended_norm)
        return self._normed(_mapped(gelu(_mapped(x, layer.widened)), layer.narrowed) + x, layer.narrowed_norm)

    def _by_head(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)

    def _normed(self, x: Tensor, norm: Dense) -> Tensor:
        normed: Tensor = layer_norm(x, [x.shape[-1]], *norm, self._epsilon)
        return normed


def hardware_precision() -> torch.dtype:
    """bf16 where the processor multiplies it itself, else fp32: where bf16 is emulated, it is slower."""
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("amx_bf16") or able.get("avx512_bf16") else torch.float32


def _mapped(x: Tensor, mapping: Dense) -> Tensor:
    weight, bias = mapping
    return linear(x.to(weight.dtype), weight, bias).float()


def _stacked(parts: Iterator[Dense]) -> Dense:
    weights, biases = zip(*parts, strict=True)
    return torch.cat(weights), torch.cat(biases)
