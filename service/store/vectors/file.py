"""A file of vectors: fixed rows behind a header that says how many hold, and proves it. Only ever a copy.

The header is written after the rows it speaks of are on the disk, so a file whose writing was cut short holds what it
held before. Whatever does not fit together is taken for no file at all.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"CPVECT01"
HEADER = struct.Struct("<8s64sIQI")  # magic, embedder, length of a vector, rows, CRC-32 of all rows
ROWS_AT = 4096  # bytes: a page for the header
AT_ONCE = 65_536  # rows read at a time

Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Header:
    embedder: str
    dimensions: int
    rows: int
    crc: int


def row_type(dimensions: int) -> np.dtype[np.void]:
    """A statement's number, the label it stands under, the first 4 bytes of its text's SHA-256, its vector."""
    return np.dtype([("number", "<i8"), ("label", "<i4"), ("text", "<u4"), ("vector", "<f2", (dimensions,))])


class VectorFile:
    """Shared by all processes that serve one database. Raises OSError where the file cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def header(self, embedder: str) -> Header | None:
        """What the file says of itself; None where none can be read, where it is torn, or of another embedder."""
        try:
            with self._path.open("rb") as file:
                found = _header(file.read(ROWS_AT), os.fstat(file.fileno()).st_size)
        except OSError:
            return None
        return found if found is not None and found.embedder == _short(embedder) else None

    def begin(self, embedder: str, dimensions: int) -> Header:
        """Put an empty file in the place of whatever is there."""
        header = Header(_short(embedder), dimensions, 0, 0)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_bytes(_bytes(header))
        fresh.replace(self._path)
        return header

    def append(self, after: Header, rows: Rows) -> Header | None:
        """Add rows to those that `after` speaks of; None, and nothing added, where another process was first."""
        data = rows.tobytes()
        with self._locked() as file:
            if file is None or _header(os.pread(file, ROWS_AT, 0), os.fstat(file).st_size) != after:
                return None
            _write(file, ROWS_AT + after.rows * rows.dtype.itemsize, data)
            os.fsync(file)
            added = Header(after.embedder, after.dimensions, after.rows + len(rows), zlib.crc32(data, after.crc))
            _write(file, 0, _bytes(added))
            os.fsync(file)
        return added

    def map(self, header: Header) -> tuple[mmap.mmap | None, Rows]:
        """The rows, in pages that all processes share; the map is there to let go of them."""
        kind = row_type(header.dimensions)
        if not header.rows:
            return None, np.zeros(0, kind)
        with self._path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), ROWS_AT + header.rows * kind.itemsize, access=mmap.ACCESS_READ)
        return pages, np.frombuffer(pages, kind, header.rows, ROWS_AT)

    def whole(self) -> Rows | None:
        """All rows as they are now, whoever's vectors they are, each read and proven; None where they do not hold."""
        with self._path.open("rb") as file:
            header = _header(file.read(ROWS_AT), os.fstat(file.fileno()).st_size)
            if header is None:
                return None
            rows = np.fromfile(file, row_type(header.dimensions), header.rows)
        return rows if crc_of(rows) == header.crc else None

    @contextmanager
    def _locked(self) -> Iterator[int | None]:
        """The file, for this process alone to write to; None where another one took its place meanwhile."""
        from fcntl import LOCK_EX, flock

        file = os.open(self._path, os.O_RDWR)
        try:
            flock(file, LOCK_EX)
            yield file if os.path.samestat(os.fstat(file), self._path.stat()) else None
        finally:
            os.close(file)


def crc_of(rows: Rows, known: int = 0) -> int:
    """The CRC-32 of rows that follow those whose CRC-32 is known."""
    for start in range(0, len(rows), AT_ONCE):
        known = zlib.crc32(rows[start : start + AT_ONCE].view(np.uint8).data, known)
    return known


def _header(page: bytes, size: int) -> Header | None:
    fields, digest = page[: HEADER.size], page[HEADER.size : HEADER.size + 32]
    if len(page) < ROWS_AT or sha256(fields).digest() != digest:
        return None
    magic, embedder, dimensions, rows, crc = HEADER.unpack(fields)
    if magic != MAGIC or size < ROWS_AT + rows * row_type(dimensions).itemsize:
        return None
    return Header(embedder.decode(), dimensions, rows, crc)


def _bytes(header: Header) -> bytes:
    fields = HEADER.pack(MAGIC, header.embedder.encode(), header.dimensions, header.rows, header.crc)
    return (fields + sha256(fields).digest()).ljust(ROWS_AT, b"\0")


def _short(embedder: str) -> str:
    """An embedder's name in the 64 bytes there are: its SHA-256, which most have for a name."""
    return embedder if len(embedder) == 64 and embedder.isascii() else sha256(embedder.encode()).hexdigest()


def _write(file: int, at: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(file, view, at)
        view, at = view[done:], at + done
