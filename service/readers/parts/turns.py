"""Turns: finding in a text who is printed as saying what, by labels at line starts that a whole document bears out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.transcript import Kind, Mark, Utterance
from service.errors import BadValue, NoSpeakers
from service.readers.parts import edge, mark, page
from service.readers.parts.kind import with_parts_played
from service.readers.parts.label import LONGEST, Shape, has_title, kind_of, shape_of
from service.readers.parts.limits import LABELS, VOICES, at_most

_NEWLINE = re.compile(r"\r\n|\n|\r")
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?::\d\d)?(?:[.,]\d{1,3})?"
_LEAD = re.compile(rf"[^\S\r\n]*(?:>{{1,3}}\s{{0,3}})?(?:[\[(]?{_CLOCK}[\])]?[^\S\r\n]{{0,4}}[-–—]?[^\S\r\n]{{0,4}})?")
_ASIDES_LEAD = re.compile(r"(?:[(\[][^()\[\]\r\n]{2,40}[)\]][\s_]{0,3})+(?=\S)")
_STAMPED = re.compile(
    rf"([*_]{{0,3}})([^:：()\[\]\r\n]{{1,{LONGEST}}}?)[*_]{{0,3}}\s{{0,4}}[:：]?[*_]{{0,3}}\s{{0,4}}"
    rf"(?:[(\[]{_CLOCK}[)\]]\s?[:：]?|{_CLOCK}[^\S\r\n]{{0,9}}$)[*_]{{0,3}}",
    re.M,
)
_COLON = re.compile(rf"([*_]{{0,3}})([^:：\r\n]{{1,{LONGEST + 40}}})([:：])([*_]{{0,3}})")
_BARE_Q = re.compile(r"[*_]{0,3}(Q|A)(?:[*_]{1,3}[.:]?[^\S\r\n]+|\.[^\S\r\n]+|[^\S\r\n]{2,}|\t)(?=\S)")
_ASIDE_LAST = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_SENTENCE_END = re.compile(r"[.?!…:;。！？—–-][\"'”’»)\]*_\\]*\s*$|[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line that may open a turn: where it starts, what it may be labelled, where its words would start."""

    line: int
    label: str
    speech: int
    shape: Shape
    stamped: bool
    opens_unit: bool
    colon: bool
    interpreted: bool


def find_turns(text: str, start: int = 0) -> tuple[Utterance, ...]:
    """The utterances of a labelled text, in order, from `start` on. Raises NoSpeakers where there are no labels.

    A label is taken as one when its shape is a name's and the document bears it out: a clock time beside it, capitals
    at paragraph starts, a name that comes again, an office before it. One line that looks like a label proves nothing.
    """
    accepted = _accepted(text, start, _gathered(_candidates(text, start)))
    if not any(candidate.shape is not Shape.ROLE for candidate in accepted):
        raise no_speakers()
    punctuated = edge.is_punctuated(text[start:])
    pages = page.furniture(text, start)
    utterances: list[Utterance] = []
    for i, candidate in enumerate(accepted):
        last = i + 1 == len(accepted)
        end = len(text) if last else accepted[i + 1].line
        utterances.extend(_turn(text, candidate, end, last and punctuated, last, pages))
    if not utterances:
        raise no_speakers()
    return with_parts_played(text, tuple(utterances))


def _gathered(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    gathered: list[_Candidate] = []
    labels: set[str] = set()
    for one in candidates:
        gathered.append(one)
        labels.add(one.label)
        at_most("The text", len(labels), LABELS, "different words before a colon or more")
    return gathered


def no_speakers() -> NoSpeakers:
    return NoSpeakers(
        "No speaker labels were found, so it cannot be told who said what.",
        'Start each turn on a line of its own with the name and a colon, as in "SECRETARY BLINKEN: Thank you." and'
        ' "FOREIGN MINISTER LAVROV: ...". If one person says all of it, name them as the one speaker.',
    )


def one_speaker(text: str, start: int = 0) -> tuple[Utterance, ...]:
    """The whole text without a label, time lines at its ends and the edges of its pages left out.

    Raises BadValue where the text plainly has several labelled speakers.
    """
    try:
        found = Counter(u.label for u in find_turns(text, start) if u.kind is Kind.SPEECH)
    except NoSpeakers:
        found = Counter()
    if len(found) > 1 and sum(found.values()) > 3:
        names = ", ".join(str(label) for label, _ in found.most_common(3))
        raise BadValue(
            f"The text has labelled speakers ({names}), so it cannot all be given to one.",
            "Leave the speaker out, or map the labels to names.",
        )
    blocks = list(edge.blocks(text, start, len(text)))
    while blocks and _is_nobodys(text[slice(*blocks[-1])]):
        blocks.pop()
    while blocks and _is_nobodys(text[slice(*blocks[0])]):
        blocks.pop(0)
    if not blocks:
        raise no_speakers()
    at, interpreted = _past_asides(text, blocks[0][0], blocks[-1][1])
    marks = (Mark.INTERPRETED,) if interpreted else ()
    said = page.between(text, at, blocks[-1][1], page.furniture(text, start))
    return tuple(Utterance(None, Kind.SPEECH, *each, marks) for each in said)


def turns(text: str, start: int = 0, speaker: str | None = None) -> tuple[Utterance, ...]:
    return find_turns(text, start) if speaker is None else one_speaker(text, start)


def gaps(text: str, utterances: Sequence[Utterance], start: int = 0) -> tuple[tuple[str, ...], ...]:
    """What belongs to nobody before each utterance and after the last, block by block, labels and marks apart."""
    found: list[tuple[str, ...]] = []
    at = start
    for utterance in (*utterances, None):
        gap = text[at : utterance.start if utterance else len(text)]
        if utterance is not None:
            at = utterance.end
            if utterance.label is not None and (place := gap.rfind(utterance.label)) >= 0:
                gap = gap[:place]
        blocks = (gap[slice(*block)].strip("*_> \t\xa0") for block in edge.blocks(gap, 0, len(gap)))
        found.append(tuple(words for words in blocks if re.search(r"\w", words) and not mark.is_provenance(words)))
    return tuple(found)


def _is_nobodys(block: str) -> bool:
    return edge.is_furniture(block) or edge.is_close(block) or edge.is_stage_direction(block)


def _lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    at = start
    for newline in _NEWLINE.finditer(text, start):
        yield at, newline.start()
        at = newline.end()
    yield at, len(text)


def _candidates(text: str, start: int) -> Iterator[_Candidate]:
    before: str | None = None  # the tail of the line above; None where there is none or it is blank
    for line, end in _lines(text, start):
        head = text[line : min(end, line + LONGEST + 120)]
        blank = not head.strip() and not text[line:end].strip()
        if not blank:
            opens = before is None or bool(_SENTENCE_END.search(before))
            candidate = _candidate(head, line, opens)
            if candidate is not None:
                yield candidate
        before = None if blank else text[max(line, end - 12) : end]


def _candidate(head: str, line: int, opens: bool) -> _Candidate | None:
    lead = _LEAD.match(head)
    at = lead.end() if lead else 0
    stamped_before = bool(lead and ":" in lead[0])
    if aside := _ASIDES_LEAD.match(head, at):
        at = aside.end()
    if found := _STAMPED.match(head, at):
        label = found[2].strip(" \t\xa0*_")
        if shape := shape_of(label):
            return _Candidate(line, label, line + found.end(), shape, True, opens, True, False)
    if found := _BARE_Q.match(head, at):
        shape = Shape.ROLE if found[1] == "Q" else Shape.CAPITALS
        return _Candidate(line, found[1], line + found.end(), shape, False, opens, False, False)
    found = _COLON.match(head, at)
    if found is None:
        return None
    after = head[found.end() : found.end() + 2]
    if after.startswith("//") or (after[:1].isdigit() and found[2][-1:].isdigit()):
        return None
    if found[3] == ":" and re.match(r"[^\s(\[\"“‘'*_–—…-]", after) and not found[2].isupper():
        return None
    label, interpreted = found[2].strip(" \t\xa0\u202f*_"), False
    while (aside := _ASIDE_LAST.search(label)) and (
        mark.is_provenance(aside[0].strip()) or "continu" in aside[1].lower() or re.fullmatch(_CLOCK, aside[1])
    ):
        interpreted = interpreted or mark.is_interpreted(aside[0].strip())
        label = label[: aside.start()].rstrip(" _")
    shape = shape_of(label)
    if shape is None:
        return None
    return _Candidate(line, label, line + found.end(), shape, stamped_before, opens, True, interpreted)


def _accepted(text: str, start: int, candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates that the document as a whole bears out, in order."""
    if not candidates:
        return []
    units = _units(text, start, candidates)
    first = next((text_start for text_start, _ in edge.blocks(text, start, len(text))), start)
    opening = [c for c in candidates if c.opens_unit or units.every_line]
    labels: set[str] = set()
    stamped = [c for c in opening if c.stamped]
    if len(stamped) > 1:
        labels |= {c.label for c in stamped}
    times = Counter(c.label for c in opening)
    acronyms = _acronyms(text, times)
    capitals = [c for c in opening if c.shape is Shape.CAPITALS and c.colon and c.label not in acronyms]
    labels |= _borne_out(capitals, units.count, first, strict=False)
    has_capitals = sum(c.label in labels for c in capitals) > 1
    titles = [c for c in opening if c.shape in (Shape.TITLE, Shape.CASELESS) and c.colon and not c.stamped]
    known = {word for label in labels for word in label.split()}
    more = _borne_out(titles, units.count, first, strict=has_capitals or len(stamped) > 1)
    labels |= more
    labels |= {c.label for c in titles if len(stamped) > 1 and set(c.label.split()) <= known}
    if not labels:
        return []
    at_most("The text", len(labels), VOICES, "different labels")
    roles = {c.label for c in opening if c.shape is Shape.ROLE}
    if "Q" in roles:
        roles |= {c.label for c in opening if c.label == "A"}
    accepted = [
        c
        for c in candidates
        if (c.label in labels and (c.colon or c.stamped)) or (c.label in roles and (c.opens_unit or units.every_line))
    ]
    return sorted([*accepted, *_run_on(text, accepted)], key=lambda c: c.line)


def _run_on(text: str, accepted: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Labels that recur at line starts and once stand inside a line, after a sentence: a line break that was lost."""
    times = Counter(c.label for c in accepted if c.colon and not c.stamped and c.shape is not Shape.ROLE)
    known = [label for label, n in times.items() if n > 1 and (" " in label or (label.isupper() and len(label) > 3))]
    if not known:
        return
    shapes = {c.label: c.shape for c in accepted}
    names = "|".join(re.escape(label) for label in sorted(known, key=len, reverse=True))
    for found in re.finditer(rf"(?<=[.?!…\"”’)\]—–-])[^\S\r\n]+({names}):(?=\s)", text[accepted[0].line :]):
        at = accepted[0].line
        yield _Candidate(at + found.start(1), found[1], at + found.end(), shapes[found[1]], False, True, True, False)


@dataclass(frozen=True, slots=True)
class _Units:
    """How many stretches a document has that could each be a turn, and whether those are its lines."""

    count: int
    every_line: bool


def _units(text: str, start: int, candidates: Sequence[_Candidate]) -> _Units:
    lines = sum(1 for line, end in _lines(text, start) if text[line:end].strip())
    blocks = sum(1 for _ in edge.blocks(text, start, len(text)))
    if len(candidates) * 2 >= lines:
        return _Units(lines, True)
    return _Units(blocks if blocks > lines / 20 else lines, False)


def _acronyms(text: str, times: Mapping[str, int]) -> set[str]:
    """The rare one-word labels in capitals that stand so in the running text more often: NATO, AUKUS."""
    rare = {label for label, n in times.items() if n <= 2 and label.isalpha() and label.isupper()}
    in_text = Counter(word for word in re.findall(r"\w+", text) if word in rare) if rare else Counter()
    return {label for label in rare if in_text[label] > 2 * times[label]}


def _borne_out(candidates: Sequence[_Candidate], units: int, first: int, strict: bool) -> set[str]:
    """The labels of one shape, if enough speaks for them.

    Loosely: they open the text, or carry an office, or recur, or open a good part of its paragraphs.
    Strictly (other labels are there already): they recur and open at least a tenth of its paragraphs.
    """
    times = Counter(c.label for c in candidates)
    if not times:
        return set()
    total = sum(times.values())
    recurring = sum(n for n in times.values() if n > 1)
    titled = {label for label in times if has_title(label)}
    share = total / max(units, 1)
    opens = min(c.line for c in candidates) <= first
    if strict:
        return set(times) if recurring > 3 and share >= 0.1 else set()
    in_capitals = candidates[0].shape is Shape.CAPITALS
    if len(times) == 1:
        enough = (in_capitals and bool(titled)) or (opens and (in_capitals or total > 1 or bool(titled))) or total > 2
    elif in_capitals:
        enough = bool(titled) or recurring > 2 or share >= 0.25 or opens
    else:
        enough = share >= 0.25 or len(titled) > 1 or (recurring > 3 and share >= 0.05) or opens
    if not enough:
        return set()
    several_words = sum(n for label, n in times.items() if " " in label) > total / 2
    known = {word for label in times if " " in label for word in label.split()}
    return {
        label
        for label, n in times.items()
        if n > 1 or in_capitals or label in titled or " " in label or not several_words or label in known
    }


def _turn(
    text: str, candidate: _Candidate, end: int, signs_off: bool, last: bool, pages: Sequence[page.Range]
) -> Iterator[Utterance]:
    """The utterances of one turn: one, unless a heading or a page's edge stands in it, or interpretation sets in."""
    kind = kind_of(candidate.label)
    interpreted = candidate.interpreted
    spoken = _spoken(text, candidate.speech, end, signs_off, last)
    for start, stop in (each for run in spoken for each in page.between(text, *run, pages)):
        for at, until, by_interpreter in _by_interpretation(text, start, stop, interpreted):
            interpreted = by_interpreter
            at, until = _without_emphasis(text, at, until)
            if any(c.isalnum() for c in text[at:until]):
                yield Utterance(candidate.label, kind, at, until, (Mark.INTERPRETED,) if interpreted else ())


def _without_emphasis(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the Markdown asterisks that enclose all of it."""
    found = re.match(r"(\*{1,3})[^\s*]", text[start : start + 4])
    if found and end - start > 2 * len(found[1]) and text[start:end].count("*") == 2 * len(found[1]):
        width = len(found[1])
        if text.endswith("*" * width, start, end):
            return start + width, end - width
    return start, end


def _spoken(text: str, start: int, end: int, signs_off: bool, last: bool) -> Iterator[tuple[int, int]]:
    """The stretches of a turn that are speech: without trailing stage directions, sign-offs and furniture within."""
    blocks = list(edge.blocks(text, start, end))
    if last:
        close = next((i for i, block in enumerate(blocks) if i and edge.is_close(text[slice(*block)])), len(blocks))
        blocks = blocks[:close]
    while len(blocks) > 1:
        block = text[slice(*blocks[-1])]
        if not (_is_nobodys(block) or (signs_off and edge.is_sign_off(block))):
            break
        blocks.pop()
    if blocks:
        blocks[-1] = (blocks[-1][0], _without_last_lines(text, *blocks[-1], signs_off))
    run: tuple[int, int] | None = None
    for at, until in blocks:
        if at > blocks[0][0] and edge.is_furniture(text[at:until]):
            if run:
                yield run
            run = None
        else:
            run = (run[0] if run else at, until)
    if run:
        yield run


def _without_last_lines(text: str, start: int, end: int, signs_off: bool) -> int:
    """Where a turn's last block ends once time lines and sign-offs on lines of their own are cut from it."""
    while (newline := max(text.rfind("\n", start, end), text.rfind("\r", start, end))) > start:
        line = text[newline + 1 : end].strip()
        above = text[start:newline].rstrip()
        ends_sentence = bool(_SENTENCE_END.search(above[-12:]))
        if not (_is_nobodys(line) or (signs_off and ends_sentence and edge.is_sign_off(line))) or not above:
            break
        end = start + len(above)
    return end


def _past_asides(text: str, start: int, end: int) -> tuple[int, bool]:
    """Where the words start once leading marks of provenance are passed, and whether they are an interpreter's."""
    at, passed, interpreted = start, start, False
    while at < end:
        while at < end and text[at].isspace():
            at += 1
        aside = mark.ASIDE.match(text, at, end)
        if aside is None or not mark.is_provenance(aside[0]):
            break
        at = aside.end()
        if mark.is_interpreted(aside[0]):
            passed, interpreted = at, True
        elif mark.ends_interpretation(aside[0]):
            passed, interpreted = at, False
    while passed < end and (text[passed].isspace() or (passed > start and text[passed] in ":*_")):
        passed += 1
    return passed, interpreted


def _by_interpretation(text: str, start: int, end: int, interpreted: bool) -> Iterator[tuple[int, int, bool]]:
    """A stretch cut where an interpreter takes over or the speaker goes on in the record's own language."""
    at, leading = _past_asides(text, start, end)
    interpreted = leading or (interpreted and at == start)
    for aside in mark.ASIDE.finditer(text, at, end):
        if aside.start() < at:
            continue
        turns_on, turns_off = mark.is_interpreted(aside[0]), mark.ends_interpretation(aside[0])
        if (
            (turns_on == interpreted and not turns_off)
            or not (turns_on or turns_off)
            or (turns_off and not interpreted)
        ):
            continue
        above = text[at : aside.start()].rstrip()
        if above and not _SENTENCE_END.search(above[-12:]) and "\n\n" not in text[at + len(above) : aside.start()]:
            continue
        if above:
            yield at, at + len(above), interpreted
        at, interpreted = _past_asides(text, aside.start(), end)[0], turns_on
    tail = text[at:end].rstrip()
    if tail:
        yield at, at + len(tail), interpreted
