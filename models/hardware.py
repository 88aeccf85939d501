"""Hardware: what a transformer is computed on, and how its batches are spread over it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import torch

CPU_TOKENS = 512  # of more, a core's caches do not hold what it works on; of fewer, weights are read too often
GPU_TOKENS = 32_768

KEPT = 64 << 20  # bytes of freed memory that the C library keeps, for each thread
MAPPED = 16 << 20  # a block that is larger is still taken from the system by itself, and given back at once


@dataclass(frozen=True, slots=True)
class Hardware:
    """A device, the precision of linear maps on it (all else is fp32), and how many tokens make a batch."""

    device: str
    precision: torch.dtype
    tokens: int

    @property
    def packs(self) -> bool:
        """Whether weights in oneDNN's own layout make products faster: in bf16. In fp32 MKL's are as fast without.

        What lays them out is private to torch, whose version is pinned.
        """
        return (
            self.device == "cpu"
            and self.precision is torch.bfloat16
            and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
            and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
        )

    def batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Places of texts that make a batch, by length. The longest come first, so that no core waits for the last."""
        batch: list[int] = []
        tokens = 0
        for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
            if batch and tokens + lengths[at] > self.tokens:
                yield batch
                batch, tokens = [], 0
            batch.append(at)
            tokens += lengths[at]
        if batch:
            yield batch

    def workers(self, name: str) -> ThreadPoolExecutor:
        """A thread for each core that torch may use, in which torch uses no other; for a GPU, one.

        A batch a core beats all cores on one batch: nobody waits for anybody after each product.
        """

        def use_one() -> None:
            torch.get_num_threads()  # a thread's first question resets its number to the default: so before it is set
            torch.set_num_threads(1)

        _keep_freed_memory()
        default = torch.get_num_threads()
        count = default if self.device == "cpu" else 1
        cores = ThreadPoolExecutor(count, name, use_one)
        started = Barrier(count)
        for waiting in [cores.submit(started.wait) for _ in range(count)]:
            waiting.result()
        torch.set_num_threads(default)  # theirs also became the default of threads to come, in which others compute
        return cores


def hardware() -> Hardware:
    """A GPU where there is one, in fp16. Else the processor: in bf16 where it multiplies that itself, else in fp32,
    since emulated bf16 is slower."""
    if torch.cuda.is_available():
        return Hardware("cuda", torch.float16, GPU_TOKENS)
    able = torch.cpu.get_capabilities()
    bf16 = able.get("amx_bf16") or able.get("avx512_bf16")
    return Hardware("cpu", torch.bfloat16 if bf16 else torch.float32, CPU_TOKENS)


def _keep_freed_memory() -> None:
    """Let what a batch frees serve the next one.

    glibc gives blocks of a few MiB back to the system as soon as they are free, and the system hands them out again
    page by page, each filled with zeros: that took up to a sixth of the time of a batch, by how its heap happened to
    lie. Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        trim_threshold, mmap_threshold = -1, -3  # as in malloc.h
        mallopt(trim_threshold, KEPT)
        mallopt(mmap_threshold, MAPPED)
