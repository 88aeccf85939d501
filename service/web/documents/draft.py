"""Draft: a transcript on its way in, carried from form to form until it is added, and stored nowhere meanwhile."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flask import Request

from models.date import span
from models.transcript import FACTS, Metadata, Record
from service.documents.fetching import Fetched
from service.errors import BadValue
from service.given import file_name
from service.readers import Source

PASTED = "pasted text"  # no suffix: its form is told from its first lines


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds, as typed. `data` is a chosen file's bytes; `text` is what was pasted."""

    name: str = ""
    data: bytes = b""
    text: str = ""
    url: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(FACTS, ""))
    speaker: str = ""
    by: str = ""
    replaces: str = ""
    speakers: Mapping[str, str | None] = field(default_factory=dict)  # labels given to another name, or to nobody
    taken_for: Mapping[str, str] = field(default_factory=dict)  # whom each label was taken for at first

    @classmethod
    def sent(cls, request: Request) -> Draft:
        """As the form was filled in; a newly chosen file comes before one chosen earlier, and that before the text."""
        form = request.form
        chosen = request.files.get("file")
        name, data = (file_name(chosen.filename or ""), chosen.read()) if chosen and chosen.filename else _kept(request)
        return cls(
            name=name,
            data=data,
            text=form.get("text", ""),
            url="" if chosen and chosen.filename else form.get("url", "").strip(),
            facts={key: form.get(key, "").strip() for key in FACTS},
            speaker=form.get("speaker", "").strip(),
            by=form.get("by", "").strip(),
            replaces=form.get("replaces", "").strip(),
            speakers=dict(_reassigned(form)),
            taken_for={label: form.get(f"was:{number}", "") for number, label in _labels(form)},
        )

    @property
    def kept(self) -> str:
        """The chosen file, for a hidden field: so that the next step has it, and the server keeps nothing."""
        return b64encode(self.data).decode()

    def source(self) -> Source:
        if self.name:
            return Source(self.name, self.data)
        if not self.text.strip():
            raise BadValue("There is no transcript yet.", "Choose a file or paste the text.")
        return Source(PASTED, self.text.replace("\r\n", "\n").encode())

    def with_page(self, page: Fetched) -> Draft:
        """The page fetched takes the place of whatever was chosen."""
        facts = {**self.facts, "source_url": self.facts.get("source_url") or page.url}
        return replace(self, name=page.source.name, data=page.source.data, url="", facts=facts)

    def given(self) -> Metadata:
        return metadata(self.facts)


def metadata(facts: Mapping[str, str]) -> Metadata:
    """The facts as typed; BadValue for a date or a kind of record that is none."""
    values = {key: facts.get(key, "").strip() or None for key in FACTS}
    date, record = values["date"], values.pop("record")
    if date is not None and span(date) is None:
        raise BadValue(f"The date is “{date}”.", "Write it as 2021-12-02, or 2021-12, or 2021. Nothing was lost.")
    if record is not None and record not in set(Record):
        raise BadValue(f"The kind of record is “{record}”.", "Choose verbatim or summary, or leave it open.")
    return Metadata(**values, record=record and Record(record))


def _kept(request: Request) -> tuple[str, bytes]:
    name = request.form.get("kept_name", "")
    try:
        return (name, b64decode(request.form.get("kept", ""), validate=True)) if name else ("", b"")
    except ValueError:  # no Base64, or not even ASCII
        raise BadValue("The chosen file did not arrive whole.", "Choose it again. Nothing was changed.") from None


def _labels(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(number, label) of each label in the preview."""
    return ((key.removeprefix("label:"), label) for key, label in form.items() if key.startswith("label:"))


def _reassigned(form: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    for number, label in _labels(form):
        name = form.get(f"merge:{number}", "").strip() or form.get(f"name:{number}", "").strip()
        if name != form.get(f"was:{number}", "").strip():
            yield label, name or None
