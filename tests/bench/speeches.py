"""Speeches: a database with so many statements of the UN General Debate, 1946 to 2021, to measure on.

The texts are real. Embedding a million statements takes an hour and more, so only SAMPLED of them have vectors by the
embedder; each other's vector is made: that of a sampled statement of the same speech (else of the same year) plus
noise, so that the cosine of the two is CLOSE.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from timings import SHARED, machine

SPEECHES = SHARED / "corpus" / "un-general-debate-1946-2021.tar.xz"  # CCC_session_year.txt
SAMPLED = 10_000
CLOSE = 0.7
FURTHER = 10  # speeches left out, to be added later, each of about a hundred comparable statements
ABOUT_A_HUNDRED = range(90, 111)
DOCUMENTS_AT_ONCE = 200
PROCESSES = 2

Speech = tuple[str, bytes]


def begun() -> bool:
    """Whether there are any, else it is said; with what the figures hold for. Nothing is fetched from now on."""
    if not SPEECHES.is_file():
        print(f"not measured: {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
        return False
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    return True


def fill(database: Path, wanted: int) -> None:
    """Speeches drawn from all years until they hold so many comparable statements; and the FURTHER ones beside it."""
    from models.embedding import Embedder
    from service.store.store import Store

    unfinished = database.with_suffix(".unfinished")
    for left in database.parent.glob(unfinished.name + "*"):
        left.unlink()
    store = Store(f"sqlite:///{unfinished}")
    speeches, further, held = drawn(), [], 0
    with Pool(PROCESSES) as pool:
        cuts = pool.imap(cut, speeches, chunksize=20)
        batch: list[Any] = []
        known: set[str] = set()
        for new in cuts:
            comparable = sum(one.comparable for one in new.statements)
            if held < wanted:
                batch.append(new)
                held += comparable
                if len(batch) == DOCUMENTS_AT_ONCE or held >= wanted:
                    add(store, batch, known)
                    batch = []
            elif comparable in ABOUT_A_HUNDRED:
                further.append((new.original_name, new.transcript.text))
                if len(further) == FURTHER:
                    break
        pool.terminate()
    add_vectors(store, Embedder())
    store.close()
    further_of(database).write_text(json.dumps(further), "utf-8")
    unfinished.rename(database)


def drawn() -> Iterator[Speech]:
    """All speeches, in an order that mixes the years; the same on every run."""
    with tarfile.open(SPEECHES) as archive:
        found = {
            Path(member.name).name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }
    names = sorted(found)
    for at in np.random.default_rng(0).permutation(len(names)).tolist():
        yield names[at], found[names[at]]


def cut(speech: Speech) -> Any:
    from models.near_copy import fingerprints
    from models.statement import statements
    from models.transcript import Metadata
    from service.readers import Source, read
    from service.store.store import NewDocument, hash_of

    name, data = speech
    transcript = read(Source(name, data), speaker=speaker_of(name))
    digest = hash_of(transcript.text)
    return NewDocument(
        id=digest[:12],
        sha256=digest,
        transcript=transcript,
        metadata=Metadata(date=year_of(name)),
        format="plain_text",
        original_name=name,
        original=data,
        speakers={(one.label, one.kind): speaker_of(name).lower() for one in transcript.utterances},
        statements=statements(transcript),
        fingerprints=fingerprints(transcript.text),
    )


def add(store: Any, batch: list[Any], known: set[str]) -> None:
    from models.transcript import Speaker

    with store.writing() as writing:
        for new in batch:
            if writing.documents(new.id):
                continue  # a few speeches stand there twice
            name = speaker_of(new.original_name)
            if name.lower() not in known:
                writing.add_speaker(Speaker(name.lower(), name))
                known.add(name.lower())
            writing.add(new)


def add_vectors(store: Any, embedder: Any) -> None:
    """A vector for the words of every comparable statement: SAMPLED by the embedder, the others made."""
    from sqlalchemy import select

    from service.store import tables as t

    columns = select(t.statement.c.text_sha256, t.statement.c.document_id, t.document.c.date, t.statement.c.id)
    query = columns.join(t.document, t.document.c.id == t.statement.c.document_id).where(t.statement.c.comparable)
    with store.reading() as reading:
        rows = reading.connection.execute(query.order_by(t.statement.c.document_id, t.statement.c.start)).all()
        sample = np.linspace(0, len(rows) - 1, min(SAMPLED, len(rows))).round().astype(int).tolist()
        texts = texts_of(reading, [rows[at].id for at in sample])
    found = embedder.embed([texts[rows[at].id] for at in sample])
    near: dict[str, list[int]] = defaultdict(list)
    for number, at in enumerate(sample):
        near[rows[at].document_id].append(number)
        near[rows[at].date].append(number)
    own = {rows[at].text_sha256: number for number, at in enumerate(sample)}
    random = np.random.default_rng(0)
    for start in range(0, len(rows), 20_000):
        some = rows[start : start + 20_000]
        base = [own.get(r.text_sha256, -1) for r in some]
        for at, row in enumerate(some):
            if base[at] == -1:
                others = near[row.document_id] or near[row.date] or range(len(sample))
                base[at] = others[int(random.integers(len(others)))]
        noise = random.normal(size=(len(some), found.shape[1])).astype(np.float32)
        made = close_to(found[base], noise)
        vectors = {
            row.text_sha256: (found[own[row.text_sha256]] if row.text_sha256 in own else made[at])
            .astype("<f4")
            .tobytes()
            for at, row in enumerate(some)
        }
        with store.writing() as writing:
            writing.keep_vectors(embedder.sha256, vectors)


def close_to(vectors: Any, noise: Any) -> Any:
    """Unit vectors whose cosine to the vectors given is CLOSE, the rest of each in the direction of its noise."""
    noise -= (noise * vectors).sum(axis=1, keepdims=True) * vectors
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return CLOSE * vectors + np.sqrt(1 - CLOSE**2) * noise


def texts_of(reading: Any, ids: list[str]) -> dict[str, str]:
    from sqlalchemy import select

    from service.store import tables as t
    from service.store.queries import slices

    query = select(t.statement.c.id, t.statement.c.text)
    return {
        row.id: row.text
        for some in slices(ids)
        for row in reading.connection.execute(query.where(t.statement.c.id.in_(some)))
    }


def further_of(database: Path) -> Path:
    return database.with_suffix(".further.json")


def speaker_of(name: str) -> str:
    return name[:3]


def year_of(name: str) -> str:
    return Path(name).stem[-4:]
