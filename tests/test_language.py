"""English is told from other languages, and short or odd English is not turned away."""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path

import pytest

from models.language import is_english
from models.statement import statements
from service.readers import Source, read

FOREIGN: dict[str, list[str]] = json.loads(Path(__file__).with_name("languages.json").read_text("utf-8"))
KEPT = 0.997


@pytest.mark.parametrize("language", sorted(FOREIGN))
def test_sentences_of_other_languages_are_not_english(language: str) -> None:
    missed = [sentence for sentence in FOREIGN[language] if is_english(sentence)]
    assert len(missed) <= 1, missed


def test_nearly_every_sentence_of_other_languages_is_told() -> None:
    sentences = [sentence for group in FOREIGN.values() for sentence in group]
    assert len(FOREIGN) >= 12
    assert sum(map(is_english, sentences)) <= 0.02 * len(sentences)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "No quotas!",
        "Not me",
        "Kyiv, Ukraine.",
        "NATO",
        "2.5 %",
        "...",
        "",
        "Taxes? Never.",
        "US-EU-Japan talks",
        "😀",
    ],
)
def test_fragments_and_names_count_as_english(text: str) -> None:
    assert is_english(text)


def test_a_quoted_foreign_word_leaves_a_sentence_english() -> None:
    assert is_english("We say in my country: pacta sunt servanda, and we have always kept to that.")
    assert is_english("The siloviki and the perestroika generation never agreed on glasnost.")


def test_every_sentence_spoken_in_stockholm_is_english(stockholm: Path) -> None:
    transcript = read(Source(stockholm.name, stockholm.read_bytes()))
    assert all(is_english(statement.text) for statement in statements(transcript))


def test_sentences_of_debates_and_remarks_are_kept(shared: Path) -> None:
    draw = random.Random(5)
    spoken = [
        statement.text
        for path in sorted((shared / "corpus" / "white-house").glob("*.md"))[::6]
        for statement in statements(read(Source(path.name, path.read_bytes())))
    ]
    with (shared / "data" / "elecdeb" / "relations.csv").open(encoding="utf-8", newline="") as file:
        argued = draw.sample(sorted({row["subject"] for row in csv.DictReader(file)}), 1000)
    for sentences in (draw.sample(spoken, 1000), argued):
        kept = sum(map(is_english, sentences)) / len(sentences)
        assert kept >= KEPT, [re.sub(r"\s+", " ", sentence) for sentence in sentences if not is_english(sentence)]
