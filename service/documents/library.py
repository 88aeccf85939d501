"""Library: what changes the corpus. Each method is one transaction with its audit row, or an error and no change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from threading import RLock
from typing import Any

from models.attribution import findings
from models.embedding import Progress
from models.identity import KnownSpeaker, UnsureMerge
from models.near_copy import fingerprints
from models.slug import slug, unused
from models.statement import Statement, statements
from models.transcript import Kind, Metadata, Speaker
from service.documents.bulk import prepare_many
from service.documents.hands import DETAIL, hands, hands_detail
from service.documents.intake import (
    Attributed,
    Attribution,
    Given,
    Taken,
    attribute,
    emptied,
    named,
    new_speakers,
    overridden,
    take,
    valid,
)
from service.documents.preparing import Beat, Prepared, near_copies, prepare, same
from service.editions import SHIFTS, shifted
from service.errors import BadValue, Conflict, CounterposeError, TooLarge, read_only
from service.given import name
from service.lookup import find_document, find_speaker, folded, stored_document
from service.readers import Source, left_out
from service.scoring import Scoring
from service.store.handling import MarksWriting
from service.store.queries import Reading
from service.store.store import NewDocument, Store, Writing, hash_of
from service.topics.grouping import Grouping, moves_detail
from service.views import ALONE, Added, DocumentRow, LabelRow, Preview, Turn

FIRST_WORDS = 20
LISTED = 200  # labels or documents named in one split


Asked = Callable[[Sequence[UnsureMerge], Sequence[Speaker], Sequence[Speaker]], Mapping[str, str]]
"""Names or ids by label, of labels that are unsure; among the speakers known and those of the document."""


class Library:
    """The writes. One at a time in a process; the database queues those of several."""

    def __init__(
        self, store: Store, scoring: Scoring, grouping: Grouping, lock: RLock, *, read_only: bool, max_bytes: int
    ) -> None:
        self._store = store
        self._scoring = scoring
        self._grouping = grouping
        self._lock = lock
        self._read_only = read_only
        self._max_bytes = max_bytes

    # Documents

    def preview(self, source: Source, given: Metadata, how: Attribution, replaces: str | None = None) -> Preview:
        taken = self._take(source, given, how)
        text = taken.transcript.text
        with self._store.reading() as reading:
            old = stored_document(replaces, reading) if replaces is not None else None
            kept: dict[str, Speaker] = {}
            if old is not None:
                taken, kept = _carried_over(taken, old, how, reading)
            known = _known(reading)
            attributed = attribute(taken, known, kept)
            duplicate = same(text, reading)
            copies = near_copies(taken, fingerprints(text), reading) if duplicate is None else ()
            copies = tuple((row, share) for row, share in copies if row != old)
            changed = hands(taken, attributed, old, copies, reading) if duplicate is None else ()
        turns = tuple(
            Turn(
                one.label,
                attributed.of(one),
                one.kind,
                len(text[one.start : one.end].split()),
                " ".join(text[one.start : one.end].split()[:FIRST_WORDS]),
                one.marks,
                one.start,
            )
            for one in taken.transcript.utterances
        )
        return Preview(
            transcript=taken.transcript,
            metadata=taken.metadata,
            format=taken.format,
            turns=turns,
            labels=_label_rows(turns),
            unsure=attributed.unsure,
            near_copies=copies,
            duplicate=duplicate,
            left_out=left_out(taken.transcript),
            warnings=(*taken.warnings, *_warnings(attributed, known)),
            doubts=(
                *findings(text, [(one, attributed.speaker_of(one)) for one in taken.transcript.utterances], known),
                *changed,
            ),
        )

    def add(self, given: Given, *, by: str, progress: Progress | None = None, regrouped: bool = True) -> Added:
        """Add a document, or put it in the place of the one it is to replace."""
        return self._added(self.prepare(given, progress), by, regrouped=regrouped)

    def add_many(
        self,
        wanted: Iterable[Given | CounterposeError],
        *,
        by: str,
        progress: Progress | None = None,
        asked: Asked | None = None,
    ) -> Iterator[Added | CounterposeError]:
        """Add documents as `prepare_many` has them, each stored for good when it is given; topics are left to the end.

        `asked`: who has the last word on labels that may name somebody who is there already.
        """
        for found in self.prepare_many(wanted, progress):
            if isinstance(found, CounterposeError):
                yield found
                continue
            try:
                yield self._added(self._settled(found, asked) if asked is not None else found, by, regrouped=False)
            except CounterposeError as error:
                yield error

    def _added(self, prepared: Prepared, by: str, *, regrouped: bool) -> Added:
        if (there := already(prepared)) is not None:
            return there
        with self.writing() as writing:
            added = self.store(writing, prepared, by=by, regrouped=regrouped)
        if regrouped:
            self._grouping.write_vectors()
        return added

    def prepare(self, given: Given, progress: Progress | None = None, beat: Beat = lambda: None) -> Prepared:
        """What of adding a document takes long and needs no lock."""
        self._refuse_if_read_only()
        return prepare(given, self._store, self._scoring, self._max_bytes, progress, beat)

    def prepare_many(
        self,
        wanted: Iterable[Given | CounterposeError],
        progress: Progress | None = None,
        beat: Beat = lambda: None,
    ) -> Iterator[Prepared | CounterposeError]:
        """The same of many, together."""
        self._refuse_if_read_only()
        return prepare_many(wanted, self._store, self._scoring, self._max_bytes, progress, beat)

    def _settled(self, prepared: Prepared, asked: Asked) -> Prepared:
        """With what a person says about merges that are unsure."""
        if prepared.settled:
            return prepared
        with self._store.reading() as reading:
            known = _known(reading)
        found = attribute(prepared.taken, known)
        if not found.unsure:
            return prepared
        here = (one for one in map(found.speaker_of, prepared.taken.transcript.utterances) if one is not None)
        names = asked(found.unsure, [one.speaker for one in known], list(dict.fromkeys(here)))
        how = replace(prepared.how, speakers={**prepared.how.speakers, **names})
        return replace(prepared, taken=named(prepared.taken, names), how=how)

    def store(self, writing: Writing, prepared: Prepared, *, by: str, regrouped: bool = True) -> Added:
        """Put a prepared document into a write that is under way. `regrouped`: with its statements in topics."""
        taken, cut, old = prepared.taken, prepared.cut, prepared.old
        there = same(taken.transcript.text, writing)
        if there is not None and old is None:
            return _duplicate(there)  # somebody else was first, since it was prepared
        kept: dict[str, Speaker] = {}
        if old is not None:
            old = stored_document(old.id, writing)
            taken, kept = _carried_over(taken, old, prepared.how, writing)
            if taken.transcript.utterances != prepared.taken.transcript.utterances:
                cut = tuple(statements(taken.transcript))
        known = _known(writing)
        attributed = attribute(taken, known, kept)
        for speaker in new_speakers(attributed):
            writing.add_speaker(speaker)
        changed = hands(taken, attributed, old, prepared.copies, writing)
        said = writing.statements(document=old.id) if old is not None else ()
        shifts = shifted([(one.quote.text, one.quote.start, one.quote.end) for one in said], cut)
        words = self._grouping.words(writing) if old is not None else None
        if old is not None:
            writing.delete(old.id)
        if writing.sha256(prepared.id) is not None:
            raise Conflict(
                f"{taken.source.name} was added by somebody else just now.", "Look at the list of documents."
            )
        speakers = {(one.label, one.kind): who.id for one in taken.transcript.utterances if (who := attributed.of(one))}
        writing.add(
            NewDocument(
                id=prepared.id,
                sha256=hash_of(taken.transcript.text),
                transcript=taken.transcript,
                metadata=taken.metadata,
                format=taken.format,
                original_name=taken.source.name,
                original=taken.source.data,
                speakers=speakers,
                statements=cut,
                fingerprints=prepared.fingerprints,
            )
        )
        writing.keep_vectors(self._scoring.embedder, prepared.vectors)
        if old is not None:
            writing.prune()  # an addition leaves nothing behind
        self._complete(writing, cut)
        detail: dict[str, Any] = {
            "name": taken.source.name,
            "sha256": hash_of(taken.transcript.text),
            "speakers": sorted(set(speakers.values())),
        }
        moved = None
        if regrouped:
            gone = old.comparable if old is not None else 0
            moved = self._grouping.keep_up(writing, added=prepared.id, gone=gone, words=words)
            detail["topics"] = moves_detail(moved)
        else:
            writing.outdate_topics()
        if old is not None:
            detail["replaced"] = old.id
            detail[SHIFTS] = shifts
        if changed:
            detail[DETAIL] = hands_detail(changed)
        writing.note(by, "add" if old is None else "replace", prepared.id, detail)
        row = stored_document(prepared.id, writing)
        warnings = (*taken.warnings, *_warnings(attributed, known))
        if not row.comparable:
            warnings = (*warnings, "Nothing in it can be compared: all of it is courtesy, procedure or fragments.")
        unsure, copies = attributed.unsure, prepared.copies
        return Added(row, row.statements, row.comparable, row.speakers, unsure, copies, warnings=warnings, moves=moved)

    def _complete(self, writing: Writing, cut: Iterable[Statement]) -> None:
        """Make good the vectors that were there when a document was prepared, and went with another removed since."""
        texts = {hash_of(one.text): one.text for one in cut if one.comparable}
        kept = writing.with_vector(self._scoring.embedder, texts)
        gone = [text for key, text in texts.items() if key not in kept]
        writing.keep_vectors(self._scoring.embedder, self._scoring.vectors(gone))

    def remove(self, document_id: str, by: str) -> DocumentRow:
        self._refuse_if_read_only()
        with self.writing() as writing:
            row = stored_document(document_id, writing)
            left = self._grouping.held_by(writing, row.id)
            writing.delete(row.id)
            writing.prune()
            writing.forget_words()
            moved = moves_detail(self._grouping.keep_up(writing, gone=row.comparable, left=left))
            detail = {"name": row.original_name, "sha256": row.sha256, "topics": moved}
            writing.note(by, "remove", row.id, detail)
        return row

    def correct(self, document_id: str, given: Metadata, clear: Collection[str], by: str) -> DocumentRow:
        self._refuse_if_read_only()
        with self.writing() as writing:
            row = stored_document(document_id, writing)
            corrected = overridden(emptied(row.metadata, clear), valid(given))
            writing.set_metadata(row.id, corrected)
            before, after = asdict(row.metadata), asdict(corrected)
            changes = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
            if not changes:
                raise BadValue("Nothing would change.", "Give at least one field another value.")
            writing.note(by, "correct", row.id, changes)
            return stored_document(row.id, writing)

    # Speakers

    def rename(self, speaker_id: str, new_name: str, by: str) -> Speaker:
        self._refuse_if_read_only()
        wanted = name(new_name)
        with self.writing() as writing:
            everybody = _speakers(writing)
            old = find_speaker(speaker_id, everybody)
            for other in everybody:
                if other.id != old.id and folded(other.name) == folded(wanted):
                    raise Conflict(
                        f"There is a speaker {other.name} already ({other.id}).",
                        "Merge the two if they are one, else give a name that tells them apart.",
                        (other.id,),
                    )
            renamed = replace(old, name=wanted)
            writing.set_speaker(renamed)
            writing.note(by, "rename-speaker", old.id, {"name": [old.name, wanted]})
        return renamed

    def set_delegation(self, speaker_id: str, delegation: str | None, by: str) -> Speaker:
        self._refuse_if_read_only()
        wanted = name(delegation, "The delegation's name") if delegation and delegation.strip() else None
        with self.writing() as writing:
            old = find_speaker(speaker_id, _speakers(writing))
            if old.delegation == wanted:
                stands = f"speaks for {wanted}" if wanted else "speaks for no delegation"
                raise BadValue(f"{old.name} {stands} already.", "Nothing would change.")
            speaker = replace(old, delegation=wanted)
            writing.set_speaker(speaker)
            writing.note(by, "set-delegation", old.id, {"delegation": [old.delegation, wanted]})
        return speaker

    def merge(self, kept_id: str, merged_id: str, by: str) -> Speaker:
        self._refuse_if_read_only()
        with self.writing() as writing:
            everybody = _speakers(writing)
            kept, merged = find_speaker(kept_id, everybody), find_speaker(merged_id, everybody)
            if kept == merged:
                raise BadValue(f"Both are {kept.name}.", "Name two different speakers.")
            whole = replace(kept, role=kept.role or merged.role, delegation=kept.delegation or merged.delegation)
            writing.set_speaker(whole)
            labels = writing.give(merged.id, kept.id)
            writing.prune()
            detail = {"merged": merged.id, "name": merged.name, "labels": labels}
            lost = MarksWriting(writing).hand_over(merged.id, kept.id)
            writing.note(by, "merge-speakers", kept.id, {**detail, **({"lost_marks": lost} if lost else {})})
        return whole

    def split(
        self, speaker_id: str, new_name: str, documents: Collection[str], labels: Collection[str], by: str
    ) -> Speaker:
        self._refuse_if_read_only()
        wanted = name(new_name)
        if not documents and not labels:
            raise BadValue("Nothing says what to split off.", "Name documents, labels or both.")
        if len(documents) + len(labels) > LISTED:
            raise TooLarge("Too many documents and labels at once.", f"Name at most {LISTED}.")
        with self.writing() as writing:
            everybody = _speakers(writing)
            old = find_speaker(speaker_id, everybody)
            rows = writing.documents() if documents else ()
            chosen = [find_document(one, rows).id for one in documents]
            to = next((one for one in everybody if folded(wanted) in (folded(one.name), one.id)), None)
            if to == old:
                raise BadValue(f"{old.name} is the speaker to be split.", "Give the other speaker another name.")
            if to is None:
                to = Speaker(unused({one.id for one in everybody}, slug(wanted)), wanted)
                writing.add_speaker(to)
            moved = writing.give(old.id, to.id, documents=chosen or None, labels=labels or None)
            if not moved:
                raise BadValue(f"{old.name} says nothing there.", "Check the documents and the labels as printed.")
            if not writing.labels_of(old.id):
                raise BadValue(f"That is all that {old.name} says.", "Rename the speaker, or merge the two.")
            detail = {"into": to.id, "documents": chosen, "labels": sorted(labels), "moved": moved}
            writing.note(by, "split-speaker", old.id, detail)
        return to

    def _take(self, source: Source, given: Metadata, how: Attribution) -> Taken:
        return take(source, given, how, self._max_bytes)

    def _refuse_if_read_only(self) -> None:
        if self._read_only:
            raise read_only()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with self._lock, self._store.writing() as writing:
            yield writing


def already(prepared: Prepared) -> Added | None:
    """What there is to say of a text that was here when it was prepared.

    Raises Conflict where it was to take the place of another.
    """
    if prepared.same is None or not prepared.settled:
        return None
    if prepared.old is None:
        return _duplicate(prepared.same)
    raise Conflict(
        f"{prepared.taken.source.name} is document {prepared.same.id} already.",
        f"Remove document {prepared.old.id} if it is not wanted.",
    )


def _duplicate(row: DocumentRow) -> Added:
    return Added(row, row.statements, row.comparable, row.speakers, duplicate=True)


def _known(reading: Reading) -> list[KnownSpeaker]:
    return list(reading.known_speakers())


def _speakers(reading: Reading) -> list[Speaker]:
    return [one.speaker for one in reading.known_speakers()]


def _label_rows(turns: Iterable[Turn]) -> tuple[LabelRow, ...]:
    rows: dict[tuple[str | None, Kind], LabelRow] = {}
    for turn in turns:
        row = rows.get((turn.label, turn.kind)) or LabelRow(turn.label, turn.kind, turn.speaker, 0, 0)
        rows[turn.label, turn.kind] = replace(row, utterances=row.utterances + 1, words=row.words + turn.words)
    return tuple(rows.values())


def _warnings(attributed: Attributed, known: Iterable[KnownSpeaker]) -> tuple[str, ...]:
    """What to say of a document without sides, or of the first one that has but one."""
    sides = {one.id for one in attributed.speakers.values()}
    if not sides:
        return ("Nobody in it speaks as a party: it holds only moderators, questions or an audience.",)
    if len(sides | {one.speaker.id for one in known}) == 1:
        return (ALONE,)
    return ()


def _carried_over(
    taken: Taken, old: DocumentRow, how: Attribution, reading: Reading
) -> tuple[Taken, dict[str, Speaker]]:
    """What a replaced document leaves to the new one: its metadata where the new one has none, and its speakers."""
    kept: dict[str, Speaker] = {}
    nobody: set[str] = set()
    for one, speaker in reading.utterances(old.id):
        if one.label is not None and speaker is not None:
            kept[one.label] = speaker
        elif one.label is not None and one.kind is Kind.AUDIENCE:
            nobody.add(one.label)
    asked = {folded(label) for label in how.speakers}
    utterances = tuple(
        replace(one, kind=Kind.AUDIENCE)
        if one.kind is Kind.SPEECH and one.label in nobody and folded(one.label or "") not in asked
        else one
        for one in taken.transcript.utterances
    )
    metadata: Mapping[str, Any] = {key: value for key, value in asdict(taken.metadata).items() if value is not None}
    return replace(
        taken,
        transcript=replace(taken.transcript, utterances=utterances),
        metadata=replace(old.metadata, **metadata),
    ), kept
