"""Library: what changes the corpus. Each method is one transaction with its audit row, or an error and no change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from threading import RLock
from typing import Any

from models.attribution import findings
from models.embedding import Progress
from models.identity import KnownSpeaker
from models.near_copy import near_copy
from models.slug import slug, unused
from models.statement import Statement, statements
from models.transcript import Kind, Metadata, Speaker
from service.documents.hands import DETAIL, hands, hands_detail
from service.documents.intake import (
    Attributed,
    Attribution,
    Taken,
    attribute,
    emptied,
    new_speakers,
    overridden,
    take,
    valid,
)
from service.editions import SHIFTS, shifted
from service.errors import BadValue, Conflict, TooLarge, read_only
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
COPY_LENGTHS = 0.5  # only texts whose lengths differ by less than this share are looked at as copies
COPIES_READ = 100  # texts at most that are looked at as copies
LISTED = 200  # labels or documents named in one split


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
            duplicate = _same(text, reading)
            copies = _near_copies(taken, statements(taken.transcript), reading) if duplicate is None else ()
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

    def add(
        self,
        source: Source,
        given: Metadata,
        how: Attribution,
        *,
        by: str,
        progress: Progress | None = None,
        regrouped: bool = True,
        replaces: str | None = None,
    ) -> Added:
        """Add a document, or put it in the place of the one it `replaces`."""
        self._refuse_if_read_only()
        taken = self._take(source, given, how)
        document_id = hash_of(taken.transcript.text)[:12]
        cut = statements(taken.transcript)
        with self._store.reading() as reading:
            old = stored_document(replaces, reading) if replaces is not None else None
            same = _same(taken.transcript.text, reading)
            if same is not None and old is None:
                return Added(same, same.statements, same.comparable, same.speakers, duplicate=True)
            if same is not None and old is not None and same.id != old.id:
                raise Conflict(
                    f"{taken.source.name} is document {same.id} already.",
                    f"Remove document {old.id} if it is not wanted.",
                )
            copies = tuple((row, share) for row, share in _near_copies(taken, cut, reading) if row != old)
            wanted = {hash_of(one.text): one.text for one in cut if one.comparable}
            stored = reading.vectors(self._scoring.embedder, wanted)
        vectors = self._scoring.vectors([text for key, text in wanted.items() if key not in stored], progress)
        with self._writing() as writing:
            kept: dict[str, Speaker] = {}
            if old is not None:
                taken, kept = _carried_over(taken, old, how, writing)
                cut = statements(taken.transcript)
            known = _known(writing)
            attributed = attribute(taken, known, kept)
            for speaker in new_speakers(attributed):
                writing.add_speaker(speaker)
            changed = hands(taken, attributed, old, copies, writing)
            said = writing.statements(document=old.id) if old is not None else ()
            shifts = shifted([(one.quote.text, one.quote.start, one.quote.end) for one in said], cut)
            words = self._grouping.words(writing) if old is not None else None
            if old is not None:
                writing.delete(old.id)
            if writing.documents(document_id):
                raise Conflict(
                    f"{taken.source.name} was added by somebody else just now.", "Look at the list of documents."
                )
            speakers = {
                (one.label, one.kind): who.id for one in taken.transcript.utterances if (who := attributed.of(one))
            }
            writing.add(
                NewDocument(
                    id=document_id,
                    sha256=hash_of(taken.transcript.text),
                    transcript=taken.transcript,
                    metadata=taken.metadata,
                    format=taken.format,
                    original_name=taken.source.name,
                    original=source.data,
                    speakers=speakers,
                    statements=cut,
                )
            )
            writing.keep_vectors(self._scoring.embedder, vectors)
            writing.prune()
            detail: dict[str, Any] = {
                "name": taken.source.name,
                "sha256": hash_of(taken.transcript.text),
                "speakers": sorted(set(speakers.values())),
            }
            moved = None
            if regrouped:
                gone = old.comparable if old is not None else 0
                moved = self._grouping.keep_up(writing, added=document_id, gone=gone, words=words)
                detail["topics"] = moves_detail(moved)
            else:
                writing.outdate_topics()
            if old is not None:
                detail["replaced"] = old.id
                detail[SHIFTS] = shifts
            if changed:
                detail[DETAIL] = hands_detail(changed)
            writing.note(by, "add" if old is None else "replace", document_id, detail)
            row = stored_document(document_id, writing)
        warnings = (*taken.warnings, *_warnings(attributed, known))
        if not row.comparable:
            warnings = (*warnings, "Nothing in it can be compared: all of it is courtesy, procedure or fragments.")
        return Added(
            row, row.statements, row.comparable, row.speakers, attributed.unsure, copies, warnings=warnings, moves=moved
        )

    def remove(self, document_id: str, by: str) -> DocumentRow:
        self._refuse_if_read_only()
        with self._writing() as writing:
            row = stored_document(document_id, writing)
            left = self._grouping.held_by(writing, row.id)
            writing.delete(row.id)
            writing.prune()
            moved = moves_detail(self._grouping.keep_up(writing, gone=row.comparable, left=left))
            detail = {"name": row.original_name, "sha256": row.sha256, "topics": moved}
            writing.note(by, "remove", row.id, detail)
        return row

    def correct(self, document_id: str, given: Metadata, clear: Collection[str], by: str) -> DocumentRow:
        self._refuse_if_read_only()
        with self._writing() as writing:
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
        with self._writing() as writing:
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
        with self._writing() as writing:
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
        with self._writing() as writing:
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
        with self._writing() as writing:
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
    def _writing(self) -> Iterator[Writing]:
        with self._lock, self._store.writing() as writing:
            yield writing


def _same(text: str, reading: Reading) -> DocumentRow | None:
    """The document with this very text."""
    digest = hash_of(text)
    return next((row for row in reading.documents(digest[:12]) if row.sha256 == digest), None)


def _near_copies(taken: Taken, cut: Iterable[Statement], reading: Reading) -> tuple[tuple[DocumentRow, float], ...]:
    """The document that this one is a copy of but for corrections, if there is one.

    Among many of about its length, those that share most statements word for word and those next to it in length are
    looked at: the first finds a copy that was cut down, the second one whose lines are broken elsewhere.
    """
    spoken = sum(len(taken.transcript.text[one.start : one.end].split()) for one in taken.transcript.utterances)
    lengths = reading.lengths_of_about(spoken, COPY_LENGTHS)
    likely = sorted(lengths, key=lambda one: (abs(lengths[one] - spoken), one))
    if len(likely) > COPIES_READ:
        shared = reading.sharing({hash_of(one.text) for one in cut if one.comparable})
        most = sorted(lengths.keys() & shared.keys(), key=lambda one: (-shared[one], one))
        likely = [*most[: COPIES_READ // 2], *likely[: COPIES_READ // 2]]
    texts = {one: text for one, (text, _) in reading.texts(likely).items()}
    found = near_copy(taken.transcript.text, texts)
    return () if found is None else ((stored_document(found[0], reading), round(found[1], 4)),)


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
