"""Bench: how many faults put into clean transcripts the attribution check lists, and what it lists in clean ones.

    python -m tests.bench.attribution ../shared/corpus

Up to four faults of a kind a transcript, drawn with a fixed seed. A fault counts as listed where a finding that the
clean text does not have touches the turns that it was put into.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.attribution import Doubt, Finding, Turn, findings
from models.transcript import Kind, Metadata
from service.documents.intake import Attribution, attribute, take
from service.readers import Source

AT_MOST = 4
GENERIC = ("SPEAKER 2", "UNIDENTIFIED", "Q", "MODERATOR", "REPORTER")


@dataclass(frozen=True, slots=True)
class Fault:
    """A text with a fault in it, the stretch that it is in, and what is said of labels, as a careless user might."""

    kind: str
    text: str
    start: int
    end: int
    speakers: dict[str, str | None]
    doubts: frozenset[Doubt] = frozenset(Doubt)


def clean(corpus: Path) -> list[Path]:
    """The Stockholm remarks, the White House's, and the debates that are printed with labels."""
    debates = (one for one in (corpus / "us-debates-2020").glob("us_*.txt") if not one.stem.endswith("_plain"))
    captions = (corpus / "us-debates-captions").glob("*.said")
    house = (corpus / "white-house").glob("*.md")
    return [corpus / "stockholm-2021-12-02.txt", *sorted(house), *sorted(debates), *sorted(captions)]


def read(name: str, data: bytes, speakers: dict[str, str | None]) -> tuple[str, list[Turn]]:
    taken = take(Source(name, data), Metadata(), Attribution(speakers=speakers), len(data) + 1)
    attributed = attribute(taken, ())
    return taken.transcript.text, [(one, attributed.speaker_of(one)) for one in taken.transcript.utterances]


def found_in(name: str, text: str, speakers: dict[str, str | None]) -> tuple[Finding, ...]:
    return findings(*read(name, text.encode(), speakers))


def faults(name: str, text: str, turns: Sequence[Turn]) -> Iterator[Fault]:
    draw = random.Random(name)
    places = {at: _label(text, turns, at) for at in range(len(turns))}
    labelled = [at for at in range(1, len(turns)) if places[at] is not None]
    after_side = [at for at in labelled if turns[at - 1][1] is not None and turns[at - 1][1] != turns[at][1]]
    sides = [at for at in labelled if turns[at][1] is not None]
    names = sorted({turns[at][0].label or "" for at in sides})
    of = {
        "lost label, a side's": [at for at in after_side if turns[at][1]],
        "lost label, the press's": [at for at in after_side if turns[at][0].kind is Kind.QUESTION],
        "lost label, a moderator's": [at for at in after_side if turns[at][0].kind is Kind.MODERATION],
        "lost line break": [at for at in after_side if turns[at][1]],
        "swapped sides": sides,
        "moderator as a side": [at for at in labelled if turns[at][0].kind is Kind.MODERATION],
        "misspelt name": sides,
        "label that names nobody": sides,
        "third person": sides,
        "thanked by name": sides,
    }
    for kind, pool in of.items():
        for at in draw.sample(pool, min(AT_MOST, len(pool))):
            turn, (start, end) = turns[at][0], places[at] or (0, 0)
            label = turn.label or ""
            before, after = text[:start], text[turn.start :]
            since = turns[at - 1][0].start
            surname = label.split()[-1].title()
            if kind.startswith("lost label"):
                yield Fault(kind, before + after, since, turn.end, {})
            elif kind == "lost line break":
                lead = text[: turns[at - 1][0].end]
                yield Fault(kind, f"{lead} {label}: {after}", since, turn.end + 9, {})
            elif kind in ("swapped sides", "moderator as a side"):
                other = [one for one in names if one != label]
                if other:
                    put = draw.choice(other)
                    yield Fault(kind, before + put + text[end:], start - 9, turn.end + 120, {})
            elif kind == "misspelt name":
                put = _misspelt(label, draw)
                if put not in (label, ""):
                    yield Fault(kind, before + put + text[end:], 0, len(text) + 9, {}, frozenset((Doubt.NAME,)))
            elif kind == "label that names nobody":
                put = draw.choice(GENERIC)
                if not any(one.label == put for one, _ in turns):
                    given: dict[str, str | None] = {put: "Jane Roe"}
                    yield Fault(kind, before + put + text[end:], 0, len(text) + 9, given, frozenset((Doubt.LABEL,)))
            else:
                words = f"Mr. {surname} said that." if kind == "third person" else f"Thank you, Mr. {surname}."
                yield Fault(kind, f"{text[: turn.start]}{words} {after}", turn.start, turn.start + 40, {})


def _label(text: str, turns: Sequence[Turn], at: int) -> tuple[int, int] | None:
    turn = turns[at][0]
    start = text.rfind(turn.label or "\0", max(0, turn.start - 100), turn.start)
    return (start, start + len(turn.label or "")) if start >= 0 else None


def _misspelt(label: str, draw: random.Random) -> str:
    """Two letters of the surname swapped, or one left out; nothing where it is too short."""
    *rest, last = label.split()
    if len(last) < 4:
        return ""
    at = draw.randrange(1, len(last) - 1)
    swapped = last[:at] + last[at + 1] + last[at] + last[at + 2 :]
    return " ".join((*rest, swapped if draw.random() < 0.5 else last[:at] + last[at + 1 :]))


def is_listed(name: str, fault: Fault, before: frozenset[tuple[Doubt, str]]) -> bool:
    return any(
        one.doubt in fault.doubts
        and one.start < fault.end
        and fault.start < one.end
        and (one.doubt, one.words) not in before
        for one in found_in(name, fault.text, fault.speakers)
    )


def shows(name: str, fault: Fault, turns: Sequence[Turn]) -> bool:
    """Whether the fault is one at all: the reader mends some lost line breaks, and takes some names for the same."""
    read_turns = read(name, fault.text.encode(), fault.speakers)[1]
    if fault.kind == "lost line break":
        return len(read_turns) < len(turns)
    if fault.kind == "misspelt name":
        return len({who.id for _, who in read_turns if who}) > len({who.id for _, who in turns if who})
    if fault.kind == "label that names nobody":
        return any(one.label in fault.speakers and who for one, who in read_turns)
    return True


def main(corpus: Path) -> None:
    total, listed, doubts = Counter[str](), Counter[str](), Counter[str]()
    for path in clean(corpus):
        text, turns = read(path.name, path.read_bytes(), {})
        here = findings(text, turns)
        for one in here:
            doubts[one.doubt.value] += 1
            print(f"clean: {path.name[:60]}: {one.doubt.value}: {' '.join(one.words.split())[:100]}")
        known = frozenset((one.doubt, one.words) for one in here)
        for fault in faults(path.name, text, turns):
            if shows(path.name, fault, turns):
                total[fault.kind] += 1
                listed[fault.kind] += is_listed(path.name, fault, known)
    for kind, number in total.items():
        print(f"{kind}: {listed[kind]} of {number} listed ({listed[kind] / number:.2f})")
    print(f"clean: {sum(doubts.values())} doubts in {len(clean(corpus))} transcripts: {dict(doubts)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
