"""A quote that leaves out a "but", a condition or a denial beside it is marked; others are left alone."""

from __future__ import annotations

import pytest

from models.clipping import Clip, Dropped, clips
from models.statement import statements
from models.transcript import Kind, Transcript, Utterance


@pytest.mark.parametrize(
    ("text", "after", "kind"),
    [
        ("We will sign the treaty.", "But only if they withdraw.", Dropped.CONDITION),
        ("We will sign the treaty.", "Unless they attack first.", Dropped.CONDITION),
        ("We will sign the treaty.", "If they sign it too.", Dropped.CONDITION),
        ("We will sign the treaty.", "Provided that it is verified.", Dropped.CONDITION),
        ("We will sign the treaty.", "However, the parliament must agree.", Dropped.CONTRAST),
        ("We will sign the treaty.", "But it will take years. Nobody is in a hurry.", Dropped.CONTRAST),
        ("We will sign the treaty.", "That is not true.", Dropped.NEGATION),
        ("We will sign the treaty.", "That’s simply wrong.", Dropped.NEGATION),
        ("We will sign the treaty.", "Not on these terms.", Dropped.NEGATION),
        ("We will sign the treaty—", "unless they attack.", Dropped.CONDITION),
    ],
)
def test_what_follows_is_marked_where_it_takes_something_back(text: str, after: str, kind: Dropped) -> None:
    (found,) = clips(text, "", after)
    assert (found.kind, found.later) == (kind, True)
    assert after.startswith(found.words)


@pytest.mark.parametrize(
    ("before", "text", "kind"),
    [
        ("Suppose that we lose the election.", "The treaty is dead.", Dropped.CONDITION),
        ("They may withdraw their troops.", "Then, we can talk about trade.", Dropped.CONDITION),
        ("They must pay.", "Otherwise the pipeline stays closed.", Dropped.CONDITION),
        ("Nobody here has ever said this:", "We want the war to go on.", Dropped.NEGATION),
        ("I would agree, but only if", "You open the border.", Dropped.CONDITION),
    ],
)
def test_what_comes_before_is_marked_where_the_quote_rests_on_it(before: str, text: str, kind: Dropped) -> None:
    (found,) = clips(text, before, "")
    assert found == Clip(kind, before, later=False)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("", "We will sign the treaty.", ""),
        ("We have talked for years.", "We will sign the treaty.", "It is a good treaty."),
        ("We have talked for years.", "We will sign the treaty.", "If they attack us, we will answer."),
        ("", "Will you sign the treaty?", "Not today."),
        ("", "We will sign the treaty.", "Not only that, we will keep it."),
        ("But we have waited long.", "We will sign the treaty.", "Unless I am mistaken, it is a good one."),
        ("", "We will sign the treaty.", "But also the treaty on trade."),
    ],
)
def test_what_takes_nothing_back_is_not_marked(before: str, text: str, after: str) -> None:
    assert clips(text, before, after) == ()


def test_the_words_left_out_are_verbatim_beside_the_quote_in_its_document() -> None:
    stored = "We are ready.\nWe will sign\nthe treaty. But only\nif they withdraw. It is late."
    said = statements(Transcript(stored, (Utterance(None, Kind.SPEECH, 0, len(stored)),)))
    one = next(each for each in said if each.text.startswith("We will"))
    (found,) = clips(one.text, one.before, one.after)
    assert found.words in stored
    assert stored.index(found.words) > one.end - 1
