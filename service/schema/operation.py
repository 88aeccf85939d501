"""Operation: what those who run the service ask of it."""

from __future__ import annotations

from pydantic import BaseModel

from service.schema.fields import documented


class HealthAnswer(BaseModel):
    model_config = documented({"status": "ok"}, extra="allow")


class ReadyAnswer(BaseModel):
    model_config = documented({"status": "ready"})

    status: str
