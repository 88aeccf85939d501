"""Fields: how the parameters of an address are read, an empty one as none, and what every answer is documented with."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.exports import formats

_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def blank_is_absent(value: Any) -> Any:
    """An empty form field says nothing."""
    return (value.strip() or None) if isinstance(value, str) else value


def _blank_is_ten(value: Any) -> Any:
    return 10 if blank_is_absent(value) is None else value


def _those_given(value: Any) -> Any:
    """One value or several, in a form or in JSON; an empty one says nothing."""
    values = value if isinstance(value, list) else [value]
    return [one for one in map(blank_is_absent, values) if one is not None]


Text = Annotated[str | None, BeforeValidator(blank_is_absent)]
Date = Annotated[
    Annotated[str, Field(pattern=_DATE)] | None,
    BeforeValidator(blank_is_absent),
]
Share = Annotated[
    Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None,
    BeforeValidator(blank_is_absent),
]
Limit = Annotated[int, BeforeValidator(_blank_is_ten), Field(ge=1, le=100)]
# A list says how many it takes, and says it first: else each of a million wrong values is an error with its own copy.
_FEW = Field(max_length=10)
Include = Annotated[list[Literal["unsure", "reported", "nominees"]], _FEW, BeforeValidator(_those_given)]
IncludeOfTexts = Annotated[list[Literal["unsure", "reported"]], _FEW, BeforeValidator(_those_given)]
FORMAT = "`json` or `html`; without it, whichever `Accept` prefers, and JSON if it has no preference."
_FORMATS = ", ".join(f"`{name}`" for name in formats())
COMPARISON_FORMAT = f"One of {_FORMATS}; without it, whichever `Accept` prefers, and JSON if it has none."
Download = Annotated[
    bool,
    BeforeValidator(lambda value: blank_is_absent(value) or False),
    Field(description="As a file to keep; as HTML, the whole in one file with its own style."),
]


class ListQuery(BaseModel):
    format: Text = Field(None, description=FORMAT)


class TopicPath(BaseModel):
    topic_id: str = Field(description="A topic's id or name.")


class SpeakerPath(BaseModel):
    speaker_id: str = Field(description="A speaker's id, name or unique surname.")


class DocumentPath(BaseModel):
    document_id: str = Field(description="A document's id.")


def documented(example: Any, *other: str, extra: Literal["allow", "forbid"] = "forbid") -> ConfigDict:
    """An answer's example, and the media types it is also given in."""
    beside = {media_type: {"schema": {"type": "string"}} for media_type in other}
    shown = {"openapi_extra": {"example": example, "content": beside}}
    return cast(ConfigDict, {"extra": extra, **shown})


EXPORTED = tuple(each.MEDIA_TYPE for each in formats().values() if each.MEDIA_TYPE != "application/json")
Page = Annotated[int, BeforeValidator(lambda value: 1 if blank_is_absent(value) is None else value), Field(ge=1)]
Names = Annotated[list[str], Field(max_length=100), BeforeValidator(_those_given)]
Named = Annotated[str, BeforeValidator(blank_is_absent)]
