"""Proof: that a quote is still what its document says, character for character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from sys import getsizeof

from models.quote import Quote
from service.bounded import Bounded
from service.errors import Conflict
from service.store.queries import Reading
from service.store.store import hash_of

TEXTS_IN_MEMORY = 256
TEXTS_AT_ONCE = 16
BYTES = 32 << 20  # of these together


class Proof:
    """Re-reads the stored texts each time; a text that is the one proven before is not hashed again.

    A process has one, since its memory is bounded as a whole.
    """

    def __init__(self) -> None:
        self._proven: Bounded[str, str] = Bounded(  # by SHA-256
            TEXTS_IN_MEMORY, BYTES, lambda _, text: getsizeof(text)
        )

    def of_quotes(self, quotes: Iterable[Quote], reading: Reading) -> None:
        """Raises Conflict where a document does not bear out one of its quotes."""
        failed = next(self._unproven(quotes, reading), None)
        if failed is not None:
            raise _failed(failed.document.id)

    def borne_out(self, groups: Iterable[Iterable[Quote]], reading: Reading) -> tuple[bool, ...]:
        """Of each group, whether their documents bear all of its quotes out. Each text is read once for all of them."""
        wanted = [tuple(group) for group in groups]
        failed = set(map(id, self._unproven(chain.from_iterable(wanted), reading)))
        return tuple(failed.isdisjoint(map(id, group)) for group in wanted)

    def _unproven(self, quotes: Iterable[Quote], reading: Reading) -> Iterator[Quote]:
        """A few texts are held at a time, and each is proven once, however many quotes are of it."""
        wanted: dict[str, list[Quote]] = {}
        for quote in quotes:
            wanted.setdefault(quote.document.id, []).append(quote)
        documents = list(wanted)
        for start in range(0, len(documents), TEXTS_AT_ONCE):
            some = documents[start : start + TEXTS_AT_ONCE]
            texts = reading.texts(some)
            for document in some:
                text, sha256 = texts.get(document, ("", ""))
                proven = sha256 if self._matches(text, sha256) else None
                for quote in wanted[document]:
                    if quote.document.sha256 != proven or text[quote.start : quote.end] != quote.text:
                        yield quote

    def altered(self, quotes: Iterable[Quote], reading: Reading) -> tuple[Quote, ...]:
        """Those whose words do not stand at their place, though the text that they name is here as it was."""
        wanted = {(quote.id, quote.text): quote for quote in quotes}
        texts = reading.texts({quote.document.id for quote in wanted.values()})
        return tuple(
            quote
            for quote in wanted.values()
            if quote.document.id in texts
            and texts[quote.document.id][1] == quote.document.sha256
            and texts[quote.document.id][0][quote.start : quote.end] != quote.text
        )

    def of_text(self, document_id: str, sha256: str, reading: Reading) -> str:
        """A whole text, proven."""
        text, stored = reading.texts([document_id]).get(document_id, ("", ""))
        if stored != sha256 or not self._matches(text, sha256):
            raise _failed(document_id)
        return text

    def _matches(self, text: str, sha256: str) -> bool:
        if self._proven.get(sha256) == text:
            return True
        if hash_of(text) != sha256:
            return False
        self._proven.put(sha256, text)
        return True


def _failed(document_id: str) -> Conflict:
    return Conflict(
        f"The stored text of document {document_id} is not the one its quotes were taken from, so they are not shown.",
        "Replace or remove the document, then add it again from its source.",
    )
