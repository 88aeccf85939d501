"""Tokens: what a cross-encoder reads of two texts, whole sentences where it cannot read them all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.sentences import sentences

CHARACTERS = 20_000  # of one text, far more than any model here reads: what lies beyond costs no time


class PairTokenizer:
    """Token ids of pairs, at most `limit` a pair. Each distinct text of a call is tokenised once.

    A text that is too long beside its partner keeps the whole sentences it begins with; where its first sentence is
    too long alone, that one is cut after a token.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is three words, not the end of it
        self._tokenizer = tokenizer
        self._room = limit - tokenizer.num_special_tokens_to_add(is_pair=True)
        self._frame = _frame(tokenizer)

    def both_orders(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Of each pair the ids (2, length) and the token types (2, length): as given, and the other way round."""
        ids = self._ids(text for pair in pairs for text in pair)
        found = []
        for pair in pairs:
            first, second = self._fitted(pair, (ids[pair[0]], ids[pair[1]]))
            orders = np.array([self._framed(first, second), self._framed(second, first)], dtype=np.int64)
            found.append((orders[:, 0], orders[:, 1]))
        return found

    def truncated(self, pair: tuple[str, str]) -> bool:
        """Whether a pair is longer than what is read of it."""
        if any(len(text) > CHARACTERS for text in pair):
            return True
        ids = self._ids(pair)
        return len(ids[pair[0]]) + len(ids[pair[1]]) > self._room

    def _ids(self, texts: Iterable[str]) -> dict[str, list[int]]:
        distinct = list(dict.fromkeys(texts))
        encodings = self._tokenizer.encode_batch([text[:CHARACTERS] for text in distinct], add_special_tokens=False)
        return {text: encoding.ids for text, encoding in zip(distinct, encodings, strict=True)}

    def _fitted(self, texts: tuple[str, str], ids: tuple[list[int], list[int]]) -> tuple[list[int], list[int]]:
        """Both texts' ids, cut where together they are too long: the longer one first, and neither below half."""
        sizes = len(ids[0]), len(ids[1])
        if sum(sizes) <= self._room:
            return ids
        first, second = (
            own if len(own) <= (most := max(self._room - other, self._room // 2)) else own[: self._kept(text, most)]
            for text, own, other in zip(texts, ids, sizes[::-1], strict=True)
        )
        return first, second

    def _kept(self, text: str, most: int) -> int:
        """How many tokens make the whole sentences that a text begins with, at most `most`; `most` where none fits."""
        text = text[:CHARACTERS]
        ends = [end for _, end in self._tokenizer.encode(text, add_special_tokens=False).offsets]
        counts = [bisect_right(ends, len(text[:end].rstrip())) for _, end in sentences(text)]
        return max((count for count in counts if count <= most), default=0) or most

    def _framed(self, first: list[int], second: list[int]) -> tuple[list[int], list[int]]:
        ids: list[int] = []
        types: list[int] = []
        for token, kind, sequence in self._frame:
            part = [token] if sequence is None else (first, second)[sequence]
            ids += part
            types += [kind] * len(part)
        return ids, types


def load(path: Path) -> Tokenizer:
    """A tokenizer from its `tokenizer.json`. Raises ValueError where that is damaged."""
    try:
        return Tokenizer.from_str(path.read_text("utf-8"))
    except Exception as error:
        raise ValueError(f"{path} is no tokenizer: {error}") from error


def _frame(tokenizer: Tokenizer) -> list[tuple[int, int, int | None]]:
    """How the model wants a pair: special tokens, with the places (0, 1) of the two texts; each with its token type."""
    pair = tokenizer.encode("a", "b")
    frame: list[tuple[int, int, int | None]] = []
    for token, kind, sequence in zip(pair.ids, pair.type_ids, pair.sequence_ids, strict=True):
        if sequence is None or not frame or frame[-1][2] != sequence:
            frame.append((token, kind, sequence))
    return frame
