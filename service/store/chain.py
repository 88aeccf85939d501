"""Chain: every row of the audit carries a hash over itself and the row before, so that none can be changed unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

FIRST = "0" * 64
"""What the first row follows."""

HASHED = ("id", "at", "who", "verified", "action", "subject", "detail", "previous")


def hash_of_row(row: Mapping[str, Any]) -> str:
    """Hex SHA-256 of a row's HASHED fields as JSON: keys in order, no white space, UTF-8.

    A row taken away, changed or put in breaks every row after it; whoever can rewrite the whole table can rewrite the
    chain too, so a hash noted elsewhere (a snapshot holds one) is what proves the past.
    """
    said = {name: row[name] for name in HASHED}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
