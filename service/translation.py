"""Translation: the language that is spoken, and its words for the interface's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations
from jinja2 import Environment

CATALOGS = Path(__file__).with_name("translations")


@dataclass(frozen=True, slots=True)
class Language:
    """A language and its catalog; without an entry there, a message stands in English."""

    locale: Locale
    catalog: NullTranslations

    @property
    def tag(self) -> str:
        """As HTML names it: 'en', 'pt-BR'."""
        return str(self.locale).replace("_", "-")


ENGLISH = Language(Locale("en"), NullTranslations())
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def speak(language: Language) -> None:
    """From now on and in this context alone, words are of this language."""
    _SPOKEN.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Words are of this language meanwhile."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> Language:
    return _SPOKEN.get()


def gettext(message: str, **values: object) -> str:
    """A message with its values in the place of `%(name)s`; a percent sign of its own is written `%%`."""
    return str(_gettext(message) % values)


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a message that `number` asks for."""
    return str(_ngettext(one, many, number) % values)


def pgettext(context: str, message: str, **values: object) -> str:
    """A message whose words mean something else elsewhere."""
    return str(_pgettext(context, message) % values)


def N_(message: str) -> str:
    """`message` as it is, marked for the catalog: it is translated where it is shown."""
    return message


def teach(environment: Environment) -> None:
    """Let templates say `_()`, `ngettext()` and `{% trans %}` in the language that is spoken when they are rendered."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    environment.globals["locale"] = lambda: spoken().tag


def _gettext(message: str) -> str:
    return str(spoken().catalog.gettext(message))


def _ngettext(one: str, many: str, number: int) -> str:
    return str(spoken().catalog.ngettext(one, many, number))


def _pgettext(context: str, message: str) -> str:
    return str(spoken().catalog.pgettext(context, message))


def _npgettext(context: str, one: str, many: str, number: int) -> str:
    return str(spoken().catalog.npgettext(context, one, many, number))
