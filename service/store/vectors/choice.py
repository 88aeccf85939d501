"""Choice: which way of searching an engine has."""

from __future__ import annotations

from sqlalchemy import Engine

from service.store.vectors import Vectors


def vectors_of(engine: Engine) -> Vectors:
    if engine.dialect.name == "sqlite":
        from service.store.vectors.in_file import VectorsInFile

        return VectorsInFile()
    from service.store.vectors.in_postgresql import VectorsInPostgreSQL

    return VectorsInPostgreSQL(engine)
