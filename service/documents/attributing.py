"""Attributing: what is doubtful about who said what in a stored document, who signed it off, and what waits for that.

Findings are computed from the text and from the speakers as they are today, so a corrected name settles its doubt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from sys import getsizeof
from threading import RLock
from typing import TypeAlias

from models.attribution import Doubt, Finding, findings
from models.comparison import Comparison, Pair
from models.review import Notice
from service.bounded import Bounded
from service.documents.hands import Kept
from service.documents.signed_off import signed_off
from service.errors import BadValue, Conflict, Forbidden, TooLarge
from service.given import name, storable
from service.lookup import stored_document
from service.proof import Proof
from service.store.queries import Reading
from service.store.sign_offs import SignOff, sign, signed
from service.store.store import Store, hash_of
from service.views import DocumentRow

WHY_CHARACTERS = 1000
NAMED = 3  # documents named in one message
OPEN, SIGNED = "attribution", "signed-off"  # kinds of notices
IN_MEMORY = 4096  # documents whose findings are kept
BYTES = 8 << 20  # of these findings together


@dataclass(frozen=True, slots=True)
class Doubted:
    """A finding in a stored document. `statement` is where the statement begins that it stands in or comes before."""

    finding: Finding
    key: str
    statement: int | None
    signed: SignOff | None


@dataclass(frozen=True, slots=True)
class DocumentDoubts:
    """What is doubtful in a document, in order of place."""

    row: DocumentRow
    doubts: tuple[Doubted, ...]

    @property
    def open(self) -> tuple[Doubted, ...]:
        """Those that nobody has signed off."""
        return tuple(one for one in self.doubts if one.signed is None)

    @property
    def nameless(self) -> str | None:
        """The first label of the open doubts that names nobody: "SPEAKER 2"."""
        return next((one.finding.words for one in self.open if one.finding.doubt is Doubt.LABEL), None)

    @property
    def signed_off(self) -> str:
        """Who signed off what, in one line; empty where nobody did."""
        return signed_off((one.finding, one.signed) for one in self.doubts if one.signed is not None)

    @property
    def seen(self) -> str:
        """Names the open doubts, so that a sign-off is of those that were seen."""
        return sha256("\n".join(one.key for one in self.open).encode()).hexdigest()


class Attributing:
    """Raises NotFound for a document that is none, and Conflict for a text that is not the one stored."""

    def __init__(self, store: Store, proof: Proof, lock: RLock, *, read_only: bool) -> None:
        self._store = store
        self._lock = lock
        self._read_only = read_only
        self._proof = proof

    def of(self, document: str) -> DocumentDoubts:
        with self._store.reading() as reading:
            return self._doubts(document, reading)

    def sign_off(self, document: str, by: str, why: str = "", *, seen: str | None = None) -> DocumentDoubts:
        """Let a document's words stand as they are attributed. `seen`: Conflict unless it names the open doubts."""
        if self._read_only:
            raise Forbidden(
                "This Counterpose is read-only.", "Unset COUNTERPOSE_READ_ONLY, or sign off where it is not."
            )
        if not by.strip():
            raise BadValue("A sign-off needs a name.", "Say who looked at it. Nothing was changed.")
        who, reason = name(by, "The name of who signs off"), " ".join(storable("The remark", why).split())
        if len(reason) > WHY_CHARACTERS:
            raise TooLarge(f"A remark of {len(reason):,} characters is too long.", f"Give at most {WHY_CHARACTERS:,}.")
        with self._lock, self._store.writing() as writing:
            found = self._doubts(document, writing)
            if not found.open:
                raise BadValue("There is no open doubt about who said what in it.", "Nothing needs signing off.")
            if seen is not None and seen != found.seen:
                raise Conflict(
                    "The doubts about this document are others than when you opened it.",
                    "Look at them as they are now, and sign off again. Nothing was changed.",
                )
            sign(found.row.sha256, (one.key for one in found.open), who, reason, writing)
            detail = {"sha256": found.row.sha256, "doubts": [one.key for one in found.open], "why": reason}
            writing.note(who, "sign-off", found.row.id, detail)
            return self._doubts(document, writing)

    def _doubts(self, document: str, reading: Reading) -> DocumentDoubts:
        row = stored_document(document, reading)
        text = self._proof.of_text(row.id, row.sha256, reading)
        ends = [(one.quote.end, one.quote.start) for one in reading.statements(document=row.id)]
        offs = signed(row.sha256, reading)
        doubts = []
        for one in _Findings((row.id,), reading).of(row.id, text, row.sha256):
            at = bisect_right(ends, (one.start, one.start))
            key = key_of(one)
            doubts.append(Doubted(one, key, ends[at][1] if at < len(ends) else None, offs.get(key)))
        return DocumentDoubts(row, tuple(doubts))


def key_of(finding: Finding) -> str:
    """The SHA-256 of what is doubted: the same place, words and people have the same."""
    other = finding.other.id if finding.other is not None else ""
    speaker = finding.speaker.id if finding.speaker is not None else ""
    parts = (finding.doubt.value, str(finding.start), str(finding.end), finding.words, speaker, other)
    return sha256("\n".join(parts).encode()).hexdigest()


class _Findings:
    """What is doubtful in some documents, within one transaction."""

    def __init__(self, document_ids: Collection[str], reading: Reading) -> None:
        self._reading = reading
        self._known = reading.known_speakers()
        self._names = hash_of(repr(self._known))
        self._kept = Kept(document_ids, reading)

    def of(self, document_id: str, text: str, sha256: str) -> tuple[Finding, ...]:
        turns = self._reading.utterances(document_id)
        key = sha256, hash_of(repr(turns)), self._names
        found = _found.of(key, lambda: findings(text, turns, self._known))
        changed = self._kept.of(document_id, text, turns, self._known)
        return tuple(sorted((*found, *changed), key=lambda one: (one.start, one.end)))


Doubtful: TypeAlias = tuple[str, str, str]
"""All that findings rest on, each by its SHA-256: the text, the turns, the known speakers."""


def _bytes(_: Doubtful, found: tuple[Finding, ...]) -> int:
    """About: of the key, and of each finding with its words and speakers."""
    return 1024 + sum(1024 + getsizeof(one.words) for one in found)


_found: Bounded[Doubtful, tuple[Finding, ...]] = Bounded(IN_MEMORY, BYTES, _bytes)


def open_doubts(document_ids: Collection[str], reading: Reading) -> dict[str, int]:
    """How many doubts nobody has signed off, by document; those without any are left out."""
    waiting = {one: sum(off is None for _, off in found) for one, found in _found_in(document_ids, reading).items()}
    return {document_id: number for document_id, number in waiting.items() if number}


Looked: TypeAlias = tuple[tuple[Finding, SignOff | None], ...]
"""The doubts about a document, each with who signed it off, if anybody did."""


def _found_in(document_ids: Collection[str], reading: Reading) -> dict[str, Looked]:
    """Of those documents that have doubts."""
    doubtful = _Findings(document_ids, reading)
    doubted = {}
    for document_id, (text, sha) in sorted(reading.texts(document_ids).items()):
        found = doubtful.of(document_id, text, sha)
        if found:
            offs = signed(sha, reading)
            doubted[document_id] = tuple((one, offs.get(key_of(one))) for one in found)
    return doubted


def demand_signed_off(document_ids: Collection[str], reading: Reading) -> None:
    """Raise Conflict where a document to be published from has open doubts about who said what in it."""
    waiting = open_doubts(document_ids, reading)
    if waiting:
        said = [
            f"{_title(one, reading)}: {_doubts(number)} (/documents/{one}#doubts)" for one, number in waiting.items()
        ]
        more = f"; and {len(said) - NAMED} more documents" if len(said) > NAMED else ""
        raise Conflict(
            f"Who said what is not signed off: {'; '.join(said[:NAMED])}{more}.",
            "Look at the doubts on the document’s page and sign off there, or with `counterpose sign-off DOCUMENT`.",
            tuple(waiting),
        )


def attribution_notices(comparison: Comparison, reading: Reading) -> Comparison:
    """A notice for each document quoted in a shown pair that has open doubts, and for each of which some are signed
    off; beyond a few, one for the rest. A pair with a quote that a doubt is about says so itself.
    """
    quoted = {quote.document.id for pair in comparison.pairs for quote in (pair.first, pair.second)}
    doubted = _found_in(quoted & set(reading.texts(quoted)), reading)
    waiting, settled = [], []
    for one, found in doubted.items():
        what, path = f"Who said what in {_title(one, reading)}", f"/documents/{one}#doubts"
        number = sum(off is None for _, off in found)
        if number:
            waiting.append(Notice(OPEN, f"{what} has {_doubts(number)} and is not signed off.", path))
        said = signed_off((finding, off) for finding, off in found if off is not None)
        if said:
            settled.append(Notice(SIGNED, f"{what}: {said}.", path))
    notices = [*_few(waiting, "is not signed off in"), *_few(settled, "was in doubt and is signed off in")]
    if not notices:
        return comparison
    pairs = tuple(replace(pair, notices=(*pair.notices, *_of_pair(pair, doubted))) for pair in comparison.pairs)
    return replace(comparison, pairs=pairs, notices=(*comparison.notices, *notices))


def _few(notices: Sequence[Notice], what: str) -> Sequence[Notice]:
    if len(notices) <= NAMED:
        return notices
    words = f"Who said what {what} {len(notices) - NAMED + 1} more documents quoted here."
    return (*notices[: NAMED - 1], Notice(notices[0].kind, words, "/documents"))


def _of_pair(pair: Pair, doubted: Mapping[str, Looked]) -> Iterator[Notice]:
    for quote in (pair.first, pair.second):
        path = f"/documents/{quote.document.id}#doubts"
        about = [
            (one, off)
            for one, off in doubted.get(quote.document.id, ())
            if one.start < quote.end and quote.start < one.end
        ]
        name = quote.speaker.name
        if any(off is None for _, off in about):
            words = f"It is doubtful whether these are {name}’s words, and nobody has signed it off."
            yield Notice(OPEN, words, path)
        elif about:
            said = signed_off((one, off) for one, off in about if off is not None)
            yield Notice(SIGNED, f"That these are {name}’s words: {said}.", path)


def _title(document_id: str, reading: Reading) -> str:
    row = stored_document(document_id, reading)
    return f"“{row.metadata.title or row.original_name}”"


def _doubts(number: int) -> str:
    return f"{number} open {'doubt' if number == 1 else 'doubts'}"
