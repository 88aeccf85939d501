"""Keys: what opens something by being known: of a session, a link, a token. Only their hashes are kept.

SHA-256 without salt or stretching is right for these, as it is wrong for passwords: what is hashed are 256 random bits,
which no list holds and nobody can try through. So a key is found by its hash, and a stolen table opens nothing.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

TOKEN_PREFIX = "counterpose_"  # noqa: S105 - by which scanners find a token that was published by mistake


def new_key() -> str:
    return secrets.token_hex(32)


def new_token() -> str:
    return TOKEN_PREFIX + new_key()


def hash_of(key: str) -> str:
    return sha256(key.encode(errors="replace")).hexdigest()
