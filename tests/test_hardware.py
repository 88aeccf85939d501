"""A GPU is used where there is one, bf16 where the processor has it; batches are bounded, and each core's own."""

from __future__ import annotations

import pytest
import torch

from models.hardware import CPU_TOKENS, GPU_TOKENS, Hardware, hardware


def test_bf16_is_used_only_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for able, precision in (
        ({"avx2": True, "amx_bf16": False, "avx512_bf16": False}, torch.float32),
        ({"avx2": True, "amx_bf16": False, "avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({"neon": True}, torch.float32),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: able)
        assert hardware() == Hardware("cpu", precision, CPU_TOKENS)


def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    found = hardware()
    assert found == Hardware("cuda", torch.float16, GPU_TOKENS)
    assert found.workers("test")._max_workers == 1


def test_a_batch_is_of_near_lengths_and_within_its_tokens() -> None:
    lengths = [3, 9, 3, 200, 3, 9, 4]
    batches = list(Hardware("cpu", torch.float32, 10).batches(lengths))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    assert [[lengths[at] for at in batch] for batch in batches] == [[200], [9], [9], [4, 3, 3], [3]]


def test_each_worker_computes_on_one_core_and_others_on_as_many_as_before() -> None:
    before = torch.get_num_threads()
    with Hardware("cpu", torch.float32, 10).workers("test") as workers:
        assert set(workers.map(lambda _: torch.get_num_threads(), range(9))) == {1}
    assert torch.get_num_threads() == before
