"""Quote: a statement with all that proves it and that was found in its words; Document: where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from models.clipping import Clip, clips
from models.mood import Mood, blanked, moods
from models.reported import Reading, reading
from models.transcript import Metadata, Speaker


@dataclass(frozen=True, slots=True)
class Document:
    """The source of a quote. `sha256` is of the stored text's UTF-8; `file` is the name it came under.

    `retrieved` is the day on which it was taken in, as an ISO date; `described` stands for a title that it lacks.
    """

    id: str
    sha256: str
    metadata: Metadata
    file: str | None = None
    retrieved: str | None = None
    described: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement with everything needed to prove it: `stored[start:end] == text`."""

    id: str
    text: str
    speaker: Speaker
    document: Document
    start: int
    end: int
    marks: tuple[str, ...] = ()
    paragraph: int | None = None  # 1-based, within the document's utterances
    before: str = ""  # the neighbouring text of the same utterance, for context only
    after: str = ""
    topic: str | None = None  # topic id

    @property
    def reading(self) -> Reading:
        """Which part of it somebody else asserts, and whether the speaker asserts anything."""
        who = self.speaker
        return reading(self.text, " ".join(filter(None, (who.name, who.role, who.delegation))))

    @property
    def moods(self) -> tuple[Mood, ...]:
        """Of what the speaker asserts himself."""
        return moods(self.text, [one.whole for one in self.reading.reports])

    @property
    def clips(self) -> tuple[Clip, ...]:
        """What stands beside it and would change how it reads."""
        return clips(self.text, self.before, self.after)

    @property
    def judged(self) -> str:
        """What of the text is compared, in its place: all but what others say, or all where there is nothing else."""
        return blanked(self.text, [one.whole for one in self.reading.reports]) if self.reading.own else self.text
