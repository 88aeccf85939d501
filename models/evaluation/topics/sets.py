"""Sets of texts that each have one gold topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.evaluation.reading import UnusableSet, table

LEAST_WORDS = 4  # "Thank you very." and "You have two minutes." have a topic by their neighbours alone; the first goes
CAP_OTHER = "99"  # what the Comparative Agendas Project codes as under none of its topics


@dataclass(frozen=True, slots=True)
class TopicSet:
    """Distinct texts in their sorted order, the gold topic of each, and how many others were left out."""

    name: str
    texts: tuple[str, ...]
    topics: tuple[str, ...]
    left_out: int

    @classmethod
    def of(cls, name: str, rows: Iterable[tuple[str, str]]) -> TopicSet:
        """From rows (text, topic). Left out are texts under two topics or under none, and those of too few words."""
        topics: dict[str, set[str]] = defaultdict(set)
        for text, topic in rows:
            topics[text.strip()].add(topic.strip())
        kept = {
            text: next(iter(under))
            for text, under in sorted(topics.items())
            if len(under) == 1 and "" not in under and len(text.split()) >= LEAST_WORDS
        }
        if not kept:
            raise UnusableSet(f"{name} holds no text of at least {LEAST_WORDS} words with a topic")
        return cls(name, tuple(kept), tuple(kept.values()), len(topics) - len(kept))


def argkp(data: Path) -> TopicSet:
    """Arguments, each by the motion that it was written for."""
    rows = table(data / "argkp2021" / "ArgKP-2021_dataset.csv", ("topic", "argument"))
    return TopicSet.of("ArgKP", ((row["argument"].strip("`"), row["topic"]) for row in rows))


def ukp_aspect(data: Path) -> TopicSet:
    """Sentences of the web on technology and energy; the topic is the term they were searched by."""
    rows = table(data / "ukp_aspect" / "UKP_ASPECT.tsv", ("topic", "sentence_1", "sentence_2"), delimiter="\t")
    return TopicSet.of("UKP ASPECT", ((row[one], row["topic"]) for row in rows for one in ("sentence_1", "sentence_2")))


def cap(data: Path) -> TopicSet:
    """Sentences of US presidents' addresses by the Comparative Agendas Project's major topics, less its "Other"."""
    columns = ("label_cap2", "label_cap2_text", "text_original")
    rows = table(data / "cap_manifesto" / "df_cap_sotu_test.csv", columns)
    return TopicSet.of("CAP", ((row["text_original"], _cap_topic(row)) for row in rows))


def _cap_topic(row: dict[str, str]) -> str:
    return "" if row["label_cap2"] == CAP_OTHER else row["label_cap2_text"]


def m_arg(data: Path) -> TopicSet:
    """Sentences of US debates of 2020, by the section that they stand in."""
    rows = table(data / "marg_topics" / "sentences.csv", ("topic", "text"))
    return TopicSet.of("M-Arg", ((row["text"], row["topic"]) for row in rows))


SETS: Mapping[str, Callable[[Path], TopicSet]] = {"ArgKP": argkp, "UKP ASPECT": ukp_aspect, "CAP": cap, "M-Arg": m_arg}
"""The readers, by the name of the set."""
