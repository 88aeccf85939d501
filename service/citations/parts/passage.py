"""Passage: a proven quote with the text that it stands in, which is what a citation is made of."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from models.quote import Quote
from service.rendering.wording import rendered

_BLANK_LINE = re.compile(r"\n\s*\n")
CONTEXT = 32  # characters before and after, at first


@dataclass(frozen=True, slots=True)
class Passage:
    """`stored[quote.start:quote.end] == quote.text`. `home` is the absolute address of this service, if it has one."""

    quote: Quote
    stored: str
    home: str | None = None

    @property
    def text_address(self) -> str | None:
        """Where the stored text can be fetched."""
        return f"{self.home}/documents/{self.quote.document.id}.txt" if self.home else None

    @property
    def page_address(self) -> str | None:
        """The quote's place on the page of its document."""
        return f"{self.home}/documents/{self.quote.document.id}#s{self.quote.start}" if self.home else None

    @property
    def name_of_text(self) -> str:
        """The stored text by its hash, wherever it lies: a name as in RFC 6920."""
        digest = urlsafe_b64encode(bytes.fromhex(self.quote.document.sha256)).decode().rstrip("=")
        return f"ni:///sha-256;{digest}"

    @property
    def context(self) -> tuple[str, str]:
        """The stored text just before and just after, so much of it that the three together stand there once."""
        start, end, size = self.quote.start, self.quote.end, CONTEXT
        while True:
            before, after = self.stored[max(start - size, 0) : start], self.stored[end : end + size]
            if self.stored.count(before + self.quote.text + after) == 1 or size > len(self.stored):
                return before, after
            size *= 2

    @property
    def words_around(self) -> tuple[list[str], list[str]]:
        """The words before and after in the same line, or else in the same paragraph, as they are shown."""
        before, after = self.stored[: self.quote.start], self.stored[self.quote.end :]
        return (
            _words(before.rpartition("\n")[2]) or _words(_BLANK_LINE.split(before)[-1]),
            _words(after.partition("\n")[0]) or _words(_BLANK_LINE.split(after)[0]),
        )


def _words(text: str) -> list[str]:
    return rendered(text).split()
