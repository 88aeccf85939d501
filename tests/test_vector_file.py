"""The file of vectors: only ever a copy, and taken for none where it does not fit together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from service.store.store import Store
from service.store.vectors.file import ROWS_AT, VectorFile
from tests.test_vectors import DIMENSIONS, EMBEDDER, Made

NEAR = np.eye(1, DIMENSIONS, dtype=np.float32)[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def opened(folder: Path) -> Made:
    return Made(Store(f"sqlite:///{folder / 'counterpose.sqlite'}"))


@pytest.fixture
def made(folder: Path, empty_at: Callable[[Path], str]) -> Iterator[Made]:
    """Three speeches of ten comparable statements each, and the file of their vectors."""
    made = Made(Store(empty_at(folder / "counterpose.sqlite")))
    for number in range(3):
        made.add("anna", f"Speech {number}", 12)
    made.nearest(NEAR)
    yield made
    made.store.close()


def file(folder: Path) -> Path:
    return folder / "counterpose.sqlite.vectors"


def again(folder: Path, made: Made) -> list[str]:
    """What another process finds."""
    other = opened(folder)
    other.vectors = made.vectors
    found = other.nearest(NEAR)
    other.store.close()
    return found


def test_it_lies_beside_the_database_in_half_the_size_of_what_is_stored(folder: Path, made: Made) -> None:
    assert file(folder).stat().st_size == ROWS_AT + 30 * (16 + 2 * DIMENSIONS)
    header = VectorFile(file(folder)).header(EMBEDDER)
    assert header is not None
    assert (header.rows, header.dimensions) == (30, DIMENSIONS)


def test_it_grows_by_what_is_added(folder: Path, made: Made) -> None:
    before = file(folder).stat()
    made.add("bert", "Another speech", 12)
    assert len(made.nearest(NEAR)) == 40
    assert file(folder).stat().st_ino == before.st_ino
    assert file(folder).stat().st_size == before.st_size + 10 * (16 + 2 * DIMENSIONS)
    assert len(again(folder, made)) == 40


def test_a_file_that_is_gone_is_made_again(folder: Path, made: Made) -> None:
    found, content = made.nearest(NEAR), file(folder).read_bytes()
    file(folder).unlink()
    assert again(folder, made) == found
    assert file(folder).read_bytes() == content


@pytest.mark.parametrize("size", [0, 100, ROWS_AT, ROWS_AT + 784 * 5 + 3])
def test_a_file_that_was_cut_short_is_made_again(folder: Path, made: Made, size: int) -> None:
    found, content = made.nearest(NEAR), file(folder).read_bytes()
    os.truncate(file(folder), size)
    assert again(folder, made) == found
    assert file(folder).read_bytes() == content


@pytest.mark.parametrize("at", [20, ROWS_AT + 100, ROWS_AT + 784 * 29])
def test_a_file_with_a_changed_byte_is_made_again(folder: Path, made: Made, at: int) -> None:
    found, content = made.nearest(NEAR), file(folder).read_bytes()
    torn = bytearray(content)
    torn[at] ^= 0xFF
    file(folder).write_bytes(torn)
    assert again(folder, made) == found
    assert file(folder).read_bytes() == content


def test_rows_whose_writing_was_interrupted_do_not_count(folder: Path, made: Made) -> None:
    found, content = made.nearest(NEAR), file(folder).read_bytes()
    file(folder).write_bytes(content + b"x" * 1000)
    assert again(folder, made) == found
    made.add("bert", "Another speech", 12)
    assert len(again(folder, made)) == 40


def test_a_file_of_another_database_is_made_again(folder: Path, made: Made) -> None:
    found = made.nearest(NEAR)
    (folder / "other").mkdir()
    other = opened(folder / "other")
    for number in range(3):
        other.add("cora", f"Speech {number}", 12)
    other.nearest(NEAR)
    other.store.close()
    shutil.copyfile(file(folder / "other"), file(folder))
    assert again(folder, made) == found


def test_where_it_cannot_be_written_the_vectors_are_in_memory(folder: Path, made: Made) -> None:
    found = made.nearest(NEAR)
    file(folder).unlink()
    file(folder).mkdir()  # nothing can be put in its place, not even by root
    assert again(folder, made) == found
    assert file(folder).is_dir()


def test_two_processes_add_each_row_once(folder: Path, made: Made) -> None:
    vectors = VectorFile(file(folder))
    header = vectors.header(EMBEDDER)
    assert header is not None
    _, rows = vectors.map(header)
    assert vectors.append(header, rows[:1]) is not None
    assert vectors.append(header, rows[:1]) is None
    after = vectors.header(EMBEDDER)
    assert after is not None
    assert after.rows == header.rows + 1
