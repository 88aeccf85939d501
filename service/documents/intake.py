"""Intake: from a file to turns whose speakers are known, with nothing stored yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from models.identity import KnownSpeaker, ResolvedSpeaker, UnsureMerge, resolve
from models.naming import parse, role_of
from models.transcript import FACTS, Kind, Metadata, Speaker, Transcript, Utterance
from service.dates import checked
from service.errors import BadValue
from service.given import name, storable
from service.lookup import folded
from service.readers import Source
from service.readers.apart.pool import read_apart

FROM_NAME = ("speaker", "date", "year", "session")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the user says of who speaks.

    `speaker` gives a text without labels one speaker; `speakers` maps printed labels to names, or to None for nobody's
    words; `from_name` is a regular expression on the file's name, with any of the groups in FROM_NAME.
    """

    speaker: str | None = None
    speakers: Mapping[str, str | None] = field(default_factory=dict)
    from_name: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A document as it is handed over: the file, what is known of it, and whose place it is to take."""

    source: Source
    known: Metadata = field(default_factory=Metadata)
    how: Attribution = field(default_factory=Attribution)
    replaces: str | None = None

    def kept(self) -> dict[str, Any]:
        """All but the file, as a job keeps it."""
        how = {"speaker": self.how.speaker, "speakers": dict(self.how.speakers), "from_name": self.how.from_name}
        return {"known": asdict(self.known), "how": how, "replaces": self.replaces}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file read, before it is decided whom its labels name. `names` are those the user gave, by label."""

    source: Source
    transcript: Transcript
    metadata: Metadata
    format: str
    names: Mapping[str | None, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attributed:
    """Whom the labels name. Labels of moderators, the press and the audience are not in `speakers`."""

    speakers: Mapping[str | None, ResolvedSpeaker]
    unsure: tuple[UnsureMerge, ...]

    def of(self, utterance: Utterance) -> ResolvedSpeaker | None:
        return self.speakers.get(utterance.label) if utterance.kind is Kind.SPEECH else None

    def speaker_of(self, utterance: Utterance) -> Speaker | None:
        """As `of`, as the speaker would be stored."""
        one = self.of(utterance)
        return None if one is None else Speaker(one.id, one.name, one.role, one.delegation)


def take(source: Source, given: Metadata, how: Attribution, max_bytes: int) -> Taken:
    """Read a file, `given` overriding what it says of itself. Raises what the readers raise, and BadValue."""
    given = valid(given)
    found = _from_name(how.from_name, source.name)
    if how.speaker is not None and "speaker" in found:
        raise BadValue("The speaker is given twice, by name and by the file's name.", "Give one of the two.")
    one_speaker = found.get("speaker") or (name(how.speaker) if how.speaker is not None else None)
    found_in = read_apart(source, one_speaker, max_bytes)
    transcript = found_in.transcript
    storable(source.name, transcript.text)
    mapped = {folded(label): label for label in how.speakers}
    used: set[str] = set()
    names: dict[str | None, str] = {None: one_speaker} if one_speaker is not None else {}
    utterances = []
    for one in transcript.utterances:
        label = mapped.get(folded(one.label)) if one.label is not None else None
        if label is not None:
            used.add(label)
            wanted = how.speakers[label]
            if wanted is None:
                one = replace(one, kind=Kind.AUDIENCE)
            else:
                names[one.label] = name(wanted)
                one = replace(one, kind=Kind.SPEECH)
        utterances.append(one)
    warnings = tuple(
        f"The label {label!r} does not occur in {source.name}." for label in how.speakers if label not in used
    )
    return Taken(
        source,
        replace(transcript, utterances=tuple(utterances)),
        _metadata(transcript.metadata, found, given),
        found_in.format,
        names,
        (*found_in.warnings, *warnings),
    )


def named(taken: Taken, names: Mapping[str, str]) -> Taken:
    """`taken`, with names for more of its labels, as if they had been given with the file."""
    wanted = {folded(label): name(value) for label, value in names.items()}
    labels = {one.label for one in taken.transcript.utterances if one.label is not None}
    return replace(
        taken, names={**taken.names, **{one: wanted[folded(one)] for one in labels if folded(one) in wanted}}
    )


def attribute(taken: Taken, known: Sequence[KnownSpeaker], kept: Mapping[str, Speaker] | None = None) -> Attributed:
    """Decide whom the labels name: first as the user says, then as `kept` says, then by the names themselves."""
    kept = kept or {}
    spoken = dict.fromkeys(one.label for one in taken.transcript.utterances if one.kind is Kind.SPEECH)
    speakers: dict[str | None, ResolvedSpeaker] = {}
    everybody = list(known)
    unsure: list[UnsureMerge] = []
    for label in spoken:
        if label in taken.names:
            resolved, doubts = _named(taken.names[label], label, everybody)
            unsure += doubts
        elif label is not None and label in kept:
            resolved = _resolved(kept[label])
        else:
            continue
        speakers[label] = resolved
        everybody.append(KnownSpeaker(_speaker(resolved), () if label is None else (label,)))
    rest = [label for label in spoken if label is not None and label not in speakers]
    resolution = resolve(rest, everybody)
    speakers |= {label: resolution.assigned[label] for label in rest}
    return Attributed(speakers, (*unsure, *resolution.unsure))


def new_speakers(attributed: Attributed) -> tuple[Speaker, ...]:
    """Those that are not in the corpus yet, once each."""
    return tuple(dict.fromkeys(_speaker(one) for one in attributed.speakers.values() if one.new))


def valid(given: Metadata) -> Metadata:
    """Metadata given by hand: white space tidied, empty fields absent. Raises BadValue."""
    tidy = {
        fact: " ".join(storable(fact, value).split()) or None
        for fact in FACTS
        if fact != "record" and (value := getattr(given, fact)) is not None
    }
    if (date := tidy.get("date")) is not None:
        checked("date", date)
    if (url := tidy.get("source_url")) is not None and not _is_web_address(url):
        raise BadValue(f"source_url is {url!r}, which is no web address.", "Begin it with https:// or http://.")
    return replace(given, **tidy)  # type: ignore[arg-type]


def overridden(metadata: Metadata, given: Metadata) -> Metadata:
    """`metadata`, with what `given` holds in its place."""
    known = {fact: value for fact in FACTS if (value := getattr(given, fact)) is not None}
    return replace(metadata, **known)


def emptied(metadata: Metadata, clear: Collection[str]) -> Metadata:
    """`metadata` without the fields named. Raises BadValue for a name that is none."""
    for unknown in sorted(set(clear) - set(FACTS)):
        raise BadValue(f"There is no field {unknown!r}.", f"The fields are {', '.join(FACTS)}.")
    return replace(metadata, **dict.fromkeys(clear))


def _metadata(own: Metadata, found: Mapping[str, str], given: Metadata) -> Metadata:
    """What the file says, completed by what its name says, overridden by what the user says."""
    date = found.get("date") or found.get("year")
    if date is not None:
        checked("The date in the file's name", date)
    title = None
    if "session" in found:
        title = f"Session {found['session']}" + (f", {found['speaker']}" if "speaker" in found else "")
    return overridden(overridden(own, Metadata(title=own.title or title, date=date or own.date)), given)


def _from_name(pattern: str | None, file_name: str) -> dict[str, str]:
    if pattern is None:
        return {}
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise BadValue(f"{pattern!r} is no regular expression: {error}.", "Correct it.") from error
    if unknown := sorted(set(compiled.groupindex) - set(FROM_NAME)):
        raise BadValue(f"{pattern!r} has a group called {unknown[0]}.", f"The groups are {', '.join(FROM_NAME)}.")
    if not compiled.groupindex:
        raise BadValue(f"{pattern!r} has no named group.", "Write (?P<speaker>...), for example.")
    match = compiled.search(PurePath(file_name).name)
    if match is None:
        raise BadValue(f"{file_name} is not named as {pattern!r} says.", "Correct the expression or the file's name.")
    return {group: name(value) for group, value in match.groupdict().items() if value is not None and value.strip()}


def _named(
    wanted: str, label: str | None, known: Sequence[KnownSpeaker]
) -> tuple[ResolvedSpeaker, tuple[UnsureMerge, ...]]:
    """The speaker a user names: one who is known by exactly that, else whom the name surely is, else somebody new."""
    same = [one.speaker for one in known if folded(wanted) in (folded(one.speaker.name), one.speaker.id)]
    if same:
        return _resolved(same[0]), ()
    resolution = resolve([wanted], known)
    found = resolution.assigned[wanted]
    if not found.new:
        return found, ()
    role = found.role or (role_of(parse(label)) if label is not None else None)
    return replace(found, name=wanted, role=role), resolution.unsure


def _resolved(speaker: Speaker) -> ResolvedSpeaker:
    return ResolvedSpeaker(speaker.id, speaker.name, speaker.role, speaker.delegation, new=False)


def _speaker(resolved: ResolvedSpeaker) -> Speaker:
    return Speaker(resolved.id, resolved.name, resolved.role, resolved.delegation)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is not closed
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
