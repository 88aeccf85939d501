"""Clock: the one that all who use a database share."""

from __future__ import annotations

import time

from sqlalchemy import Connection, text


def clock(connection: Connection) -> float:
    """Seconds since 1970."""
    if connection.dialect.name == "sqlite":
        return time.time()  # all of them are on this machine
    return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
