"""Kept: all rows of a database that a person's writes leave behind, and what the check finds wrong with it."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from tests.torture.killing import ended

LEFT_OUT = {"embedding", "relation", "attempt", "utterance"}
LONG = {"text", "original", "before", "after", "body", "vector", "data", "centre", "began", "terms", "seen"}
PATIENCE = 20.0  # seconds for PostgreSQL to notice that a client is gone


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows by table, and findings. Of a database that is not whole yet nothing is known."""

    rows: dict[str, list[dict[str, Any]]]
    findings: tuple[str, ...]

    def count(self, table: str, words: str = "", **equal: object) -> int:
        """How many rows of a table hold these words anywhere, and these values."""
        return sum(
            words in json.dumps(row) and all(row[name] == value for name, value in equal.items())
            for row in self.rows.get(table, ())
        )


def kept(address: str) -> Kept:
    """In a process of its own, so that this one has no connection open when it forks."""
    found = ended(lambda: _print(address))
    if found.status:
        sys.exit(f"{address} cannot be read:\n{found.said}")
    held = json.loads(found.said.splitlines()[-1])
    return Kept(held["rows"], tuple(held["findings"]))


def _print(address: str) -> None:
    from sqlalchemy import LargeBinary, select

    from service.errors import Unavailable
    from service.store import tables as t
    from service.store.check import check
    from service.store.store import Store

    try:
        store = Store(address)
    except Unavailable as error:
        if "not whole yet" not in error.message:
            raise
        print(json.dumps({"rows": {}, "findings": []}))
        return
    _settle(store)
    rows: dict[str, list[dict[str, Any]]] = {}
    with store.reading() as reading:
        for table in t.tables.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            shown = [one for one in table.c if not isinstance(one.type, LargeBinary) and one.name not in LONG]
            found = reading.connection.execute(select(*shown).order_by(*table.primary_key.columns))
            rows[table.name] = [dict(row) for row in found.mappings()]
        findings = [f"{one.where}: {one.what}" for one in check(reading, lambda *_: None)]
    store.close()
    print(json.dumps({"rows": rows, "findings": findings}))


def _settle(store: Any) -> None:
    """Wait until PostgreSQL has ended, or undone, what a killed client had begun."""
    from sqlalchemy import text

    if store._engine.dialect.name == "sqlite":
        return
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND state <> 'idle' AND backend_type = 'client backend'"
    )
    until = time.monotonic() + PATIENCE
    while True:
        with store.reading() as reading:
            if not reading.connection.execute(busy).scalar_one():
                return
        if time.monotonic() > until:
            sys.exit("PostgreSQL has gone on with what a killed client began.")
        time.sleep(0.02)
