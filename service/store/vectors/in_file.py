"""In a file: the vectors beside a SQLite database, searched exactly, row by row, in float16.

numkong reads a million rows of 384 in 0.13 s on one core; numpy, which has no kernel for float16, in 1.6 s and more.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from service.bounded import Bounded
from service.store import tables as t
from service.store.queries import Reading
from service.store.vectors import Make, Near, Numbers
from service.store.vectors.drawing import portions
from service.store.vectors.file import AT_ONCE, Header, Rows, VectorFile, crc_of, row_type
from service.store.word_index import NUMBERED

SUFFIX = ".vectors"
SAMPLE = 64  # rows that are held against the database when a file is opened, and as many of its last
SHARE = 8  # of the rows, below one part in which those wanted are gathered rather than all looked at

Similarities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Held:
    """Rows by number: those of the file, then those that could not be written to it. `pages` are the file's."""

    embedder: str
    header: Header | None = None
    pages: mmap.mmap | None = None
    blocks: tuple[Rows, ...] = ()
    numbers: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    labels: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    @property
    def last(self) -> int:
        return int(self.numbers[-1]) if len(self.numbers) else 0

    def let_go(self) -> None:
        """Hand the file's pages back: the system keeps them for all processes, and this one's memory stays small."""
        if self.pages is not None:
            self.pages.madvise(mmap.MADV_DONTNEED)


class VectorsInFile:
    """`<database>.vectors`, or the process's own memory where that cannot be written."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: _Held | None = None
        self._known: Bounded[tuple[int, str], SearchInFile] = Bounded(2)

    def keep_up(self, embedder: str, make: Make) -> None:
        """Nothing: all of it can be made within a transaction."""

    def write_down(self, reading: Reading, embedder: str, make: Make) -> None:
        """To be added to, the file is not read through: whoever searches it proves it."""
        path = _beside(reading)
        if path is None:
            return
        file = VectorFile(path)
        header, last = file.header(embedder), 0
        if header is not None:
            _, rows = file.map(header)
            header, last = (header, int(rows["number"][-1])) if len(rows) and _agree(rows, reading) else (None, 0)
        for some, vectors in portions(reading, embedder, last, make):
            header = _written(file, header, embedder, _rows(some, vectors))
            if header is None:
                return  # another process does it, or nothing can be written

    def at(self, reading: Reading, embedder: str, make: Make) -> SearchInFile:
        key = reading.revision(), embedder
        with self._lock:
            found = self._known.get(key)
            if found is None:
                self._held = self._kept_up(reading, embedder, make)
                found = self._known.put(key, SearchInFile(self._held, reading))
        return found

    def _kept_up(self, reading: Reading, embedder: str, make: Make) -> _Held:
        path = _beside(reading)
        file = VectorFile(path) if path is not None else None
        held = self._opened(reading, embedder, file)
        header, unwritten = held.header, list(held.blocks[1:] if held.header is not None else held.blocks)
        before = len(held.numbers)
        for some, vectors in portions(reading, embedder, held.last, make):
            rows = _rows(some, vectors)
            written = _written(file, header, embedder, rows) if file is not None and not unwritten else None
            header = written or header
            if written is None:
                unwritten.append(rows)
            before += len(rows)
        if before == len(held.numbers):
            return held
        pages, mapped = file.map(header) if file is not None and header is not None else (None, None)
        return _read(embedder, header, pages, (*((mapped,) if mapped is not None else ()), *unwritten))

    def _opened(self, reading: Reading, embedder: str, file: VectorFile | None) -> _Held:
        """What there is already: as it was, if the file is as it was; as the file has it, if that can be trusted."""
        header = file.header(embedder) if file is not None else None
        now = self._held
        if now is not None and (now.embedder, now.header) == (embedder, header) and now.last <= _newest(reading):
            return now
        if file is not None and header is not None:
            pages, rows = file.map(header)
            proven = now.header if now is not None and now.header is not None and now.embedder == embedder else None
            known = (proven.rows, proven.crc) if proven is not None and proven.rows <= header.rows else (0, 0)
            if crc_of(rows[known[0] :], known[1]) == header.crc and _agree(rows, reading):
                return _read(embedder, header, pages, (rows,))
        return _Held(embedder)


class SearchInFile:
    """All rows as they are at one revision."""

    def __init__(self, held: _Held, reading: Reading) -> None:
        self._held = held
        self._alive = _alive(held.numbers, reading)
        labels = reading.connection.execute(select(t.label.c.id, t.label.c.document_id, t.label.c.speaker_id)).all()
        size = 1 + max((row.id for row in labels), default=0)
        size = max(size, 1 + int(held.labels.max(initial=0)))  # labels too of what is gone
        self._speaker, self._document = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
        ids = np.array([row.id for row in labels], np.int64)
        self._speakers, self._speaker[ids] = _coded([row.speaker_id for row in labels])
        self._documents, self._document[ids] = _coded([row.document_id for row in labels])
        self._by_text: Bounded[bytes, Similarities] = Bounded(2)

    def nearest(
        self,
        near: NDArray[np.float32],
        most: int | None = None,
        *,
        least: float | None = None,
        speakers: Collection[str] | None = None,
        documents: Collection[str] | None = None,
        among: Numbers | None = None,
    ) -> Near:
        rows = self._rows(speakers, documents, among)
        found = self._similarities(near, rows)
        if least is not None:
            rows, found = rows[found >= least], found[found >= least]
        if most is not None and most < len(rows):
            enough = found >= np.partition(found, len(found) - most)[len(found) - most] if most else np.zeros(0, bool)
            rows, found = rows[enough], found[enough]
        order = np.lexsort((rows, -found))[:most]
        chosen = rows[order]
        return Near(
            self._held.numbers[chosen],
            self._speaker[self._held.labels[chosen]],
            tuple(self._speakers),
            found[order],
        )

    def _rows(
        self, speakers: Collection[str] | None, documents: Collection[str] | None, among: Numbers | None
    ) -> NDArray[np.int64]:
        wanted = self._speaker >= 0  # labels: what nobody said is on no side
        if speakers is not None:
            wanted &= _chosen(self._speakers, speakers)[self._speaker]
        if documents is not None:
            wanted &= _chosen(self._documents, documents)[self._document]
        if among is None:
            rows = np.flatnonzero(wanted[self._held.labels])
        else:
            numbers = np.unique(among)
            rows = np.searchsorted(self._held.numbers, numbers)
            rows = rows[rows < len(self._held.numbers)]
            rows = rows[np.isin(self._held.numbers[rows], numbers)]
            rows = rows[wanted[self._held.labels[rows]]]
        return rows if self._alive is None else rows[self._alive[rows]]

    def _similarities(self, text: NDArray[np.float32], rows: NDArray[np.int64]) -> Similarities:
        if not len(rows):
            return np.zeros(0, np.float32)
        key = text.tobytes()
        known = self._by_text.get(key)
        if known is None and len(rows) * SHARE < len(self._held.numbers):
            return self._gathered(text, rows)
        if known is None:
            known = self._by_text.put(key, np.concatenate([_cosines(block, text) for block in self._held.blocks]))
            self._held.let_go()
        return known[rows]

    def _gathered(self, text: NDArray[np.float32], rows: NDArray[np.int64]) -> Similarities:
        found, first = [], 0
        for block in self._held.blocks:
            here = rows[(rows >= first) & (rows < first + len(block))] - first
            found.append(_cosines(block[here], text))
            first += len(block)
        self._held.let_go()
        return np.concatenate(found)


def _cosines(rows: Rows, text: NDArray[np.float32]) -> Similarities:
    found = np.empty(len(rows), np.float32)
    near = text.astype(np.float16)[None]
    for start in range(0, len(rows), AT_ONCE):
        vectors = rows["vector"][start : start + AT_ONCE]
        found[start : start + AT_ONCE] = np.asarray(numkong.cdist(vectors, near, metric="dot"))[:, 0]
    return found


def _rows(some: Sequence[Any], vectors: NDArray[np.float32]) -> Rows:
    """Statements as the file has them."""
    rows = np.zeros(len(some), row_type(vectors.shape[1]))
    rows["number"], rows["label"] = [row.number for row in some], [row.label_id for row in some]
    rows["text"] = [_text_key(row.text_sha256) for row in some]
    rows["vector"] = vectors
    return rows


def _read(embedder: str, header: Header | None, pages: mmap.mmap | None, blocks: tuple[Rows, ...]) -> _Held:
    numbers = np.concatenate([block["number"] for block in blocks]) if blocks else np.zeros(0, np.int64)
    labels = np.concatenate([block["label"] for block in blocks]) if blocks else np.zeros(0, np.int32)
    held = _Held(embedder, header, pages, blocks, numbers, labels)
    held.let_go()
    return held


def _written(file: VectorFile, header: Header | None, embedder: str, rows: Rows) -> Header | None:
    """What the file says of itself with these rows added; None where it cannot be written, or another process did."""
    try:
        return file.append(header or file.begin(embedder, rows["vector"].shape[1]), rows)
    except OSError:
        return None


def at_odds(reading: Reading) -> Iterator[str]:
    """What in the file beside a database is not the database's. A file that is missing is made, not mourned."""
    path = _beside(reading)
    if path is None or not path.is_file():
        return
    again = f"Delete {path}: it is made anew."
    found = VectorFile(path).whole()
    if found is None:
        yield f"The file does not fit together. {again}"
        return
    said: dict[int, int] = {}
    for row in reading.connection.execute(
        select(NUMBERED.c.number, t.statement.c.text_sha256).join(
            t.statement, t.statement.c.id == NUMBERED.c.statement_id
        )
    ):
        said[row.number] = _text_key(row.text_sha256)
    numbers = found["number"]
    if len(numbers) and (int(numbers[-1]) > _newest(reading) or not (np.diff(numbers) > 0).all()):
        yield f"The file is of another database, or has rows twice. {again}"
    wrong = sum(
        said.get(number, key) != key for number, key in zip(numbers.tolist(), found["text"].tolist(), strict=True)
    )
    if wrong:
        yield f"{wrong} rows of the file are of other words than their statements. {again}"


def _beside(reading: Reading) -> Path | None:
    """Where the file belongs; None where the database is in memory."""
    row = reading.connection.exec_driver_sql("PRAGMA database_list").first()
    return Path(row[2] + SUFFIX) if row is not None and row[2] else None


def _newest(reading: Reading) -> int:
    """The last number that was ever given."""
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'statement_number'"
    return int(reading.connection.exec_driver_sql(query).scalar() or 0)


def _agree(rows: Rows, reading: Reading) -> bool:
    """Whether a sample of rows is of this database's statements: another, or an older one, may have been put there."""
    if not len(rows):
        return True
    if int(rows["number"][-1]) > _newest(reading):
        return False
    at = np.unique(np.append(np.linspace(0, len(rows) - 1, SAMPLE).astype(int), np.arange(len(rows))[-SAMPLE:]))
    said = {int(row["number"]): int(row["text"]) for row in rows[at]}
    query = (
        select(NUMBERED.c.number, t.statement.c.text_sha256)
        .join(t.statement, t.statement.c.id == NUMBERED.c.statement_id)
        .where(NUMBERED.c.number.in_(sorted(said)))
    )
    return all(said[row.number] == _text_key(row.text_sha256) for row in reading.connection.execute(query))


def _alive(numbers: Numbers, reading: Reading) -> NDArray[np.bool_] | None:
    """Which rows are of statements that are still there; None where all are."""
    if reading.connection.execute(select(func.count()).select_from(NUMBERED)).scalar_one() == len(numbers):
        return None
    there = reading.connection.execute(select(NUMBERED.c.number)).scalars()
    return np.isin(numbers, np.fromiter(there, np.int64))


def _coded(names: list[str | None]) -> tuple[dict[str, int], list[int]]:
    """A number for each name, and the names as numbers; -1 for none."""
    codes: dict[str, int] = {}
    return codes, [codes.setdefault(name, len(codes)) if name is not None else -1 for name in names]


def _chosen(codes: dict[str, int], names: Collection[str]) -> NDArray[np.bool_]:
    """By code, whether it is of one of the names; the last place is for none."""
    found = np.zeros(len(codes) + 1, bool)
    found[[codes[name] for name in names if name in codes]] = True
    return found


def _text_key(sha256: str) -> int:
    return int(sha256[:8], 16)
