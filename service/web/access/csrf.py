"""CSRF: a word in every form of somebody signed in that only their own pages can know.

It is made of the session's key, so nothing of it is kept, and is another in every page, so that a compressed page gives
nothing away of it. Forms get it where templates are read: one that somebody adds later has it as well.
"""

from __future__ import annotations

import hmac
import re
import secrets

from jinja2.ext import Extension
from markupsafe import Markup

FIELD, HEADER = "csrf", "X-CSRF-Token"
_FORM = re.compile(r"""(<form\b[^>]*\bmethod="post"[^>]*>)""")
_SALT = 32  # characters


def word(key: str) -> str:
    """A new one for the session of this key."""
    salt = secrets.token_hex(_SALT // 2)
    return salt + _mac(key, salt)


def holds(key: str, given: str) -> bool:
    salt, mac = given[:_SALT], given[_SALT:]
    return hmac.compare_digest(mac.encode(errors="replace"), _mac(key, salt).encode())


def _mac(key: str, salt: str) -> str:
    return hmac.new(key.encode(), f"{FIELD}:{salt}".encode(errors="replace"), "sha256").hexdigest()


def field(key: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, word(key)) if key else Markup()


class EveryForm(Extension):
    """Puts the field into every form that is posted."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        return _FORM.sub(r"\1{{ csrf_field() }}", source)
