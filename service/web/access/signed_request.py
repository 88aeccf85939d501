"""Signed request: what somebody signed in sends is signed with their account's name, whatever the form says."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

BY = "by"  # the field of forms and of JSON that says who writes


class SignedRequest(Request):
    writer: str | None = None  # the account; to be set before anything of the body is looked at

    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:
        sent = super().form
        if self.writer is None:
            return sent
        signed = MultiDict(sent)
        signed[BY] = self.writer
        return ImmutableMultiDict(signed)

    def get_json(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_json(*args, **kwargs)
        return {**found, BY: self.writer} if self.writer is not None and isinstance(found, dict) else found
