"""Refusals: the one form of every error."""

from __future__ import annotations

from pydantic import BaseModel, Field

from service.schema.fields import documented

_REFUSAL = {
    "error": {
        "code": "not_found",
        "message": "There is no speaker “grase”.",
        "remedy": "See /speakers for all of them.",
        "nearest": ["grace"],
    }
}


class ErrorDetail(BaseModel):
    code: str = Field(description="For programs; does not change.", examples=["not_found"])
    message: str = Field(description="What happened.", examples=["There is no speaker “lavrow”."])
    remedy: str = Field(description="What to do about it.", examples=["Name one of the speakers at /speakers."])
    nearest: list[str] = Field(description="What was probably meant.", examples=[["lavrov"]])


class ErrorAnswer(BaseModel):
    """Every refusal has this form."""

    model_config = documented(_REFUSAL, "text/html")

    error: ErrorDetail


def refusals(*others: int) -> dict[str | int, type[ErrorAnswer]]:
    """What a request may be refused with wherever it goes, and `others`, as the description has them."""
    return {str(status): ErrorAnswer for status in sorted({400, 401, 403, 429, 503, *others})}
