"""A pair is read whole if it can be, else by whole sentences from the beginning, and never silently."""

from __future__ import annotations

from functools import cache

from models.relation import BUNDLED, MAX_TOKENS
from models.tokens import CHARACTERS, PairTokenizer, load

SENTENCE = "The harbour belongs to the people who built it, and to nobody else. "


@cache
def tokens() -> PairTokenizer:
    return PairTokenizer(load(BUNDLED / "tokenizer.json"), MAX_TOKENS)


def read(first: str, second: str) -> tuple[str, str]:
    """What is read of both texts, in lower case and with a space before each mark."""
    ((ids, types),) = tokens().both_orders([(first, second)])
    assert ids.shape == types.shape
    assert ids.shape[1] <= MAX_TOKENS
    decoded = load(BUNDLED / "tokenizer.json").decode(ids[0].tolist(), skip_special_tokens=False)
    start, first_read, second_read, end = (part.strip() for part in decoded.replace("[CLS]", "[SEP]").split("[SEP]"))
    assert (start, end) == ("", "")
    return first_read, second_read


def test_a_short_pair_is_read_as_transformers_reads_it() -> None:
    from transformers import AutoTokenizer

    pair = ("We don't agree: Kyiv's ports are Kyiv's.", "Naïve? It’s 40 % of the grain!")
    expected = AutoTokenizer.from_pretrained(BUNDLED)(*pair)
    ((ids, types),) = tokens().both_orders([pair])
    assert (ids[0].tolist(), types[0].tolist()) == (expected["input_ids"], expected["token_type_ids"])
    assert not tokens().truncated(pair)


def test_the_second_order_is_the_first_of_the_pair_turned_round() -> None:
    for pair in (("Yes, we do.", "No."), (SENTENCE * 80, "No."), (SENTENCE * 80, "Never again. " * 300)):
        there, back = tokens().both_orders([pair, pair[::-1]])
        for part in range(2):
            assert there[part][0].tolist() == back[part][1].tolist()
            assert there[part][1].tolist() == back[part][0].tolist()


def test_what_is_too_long_keeps_the_whole_sentences_it_begins_with() -> None:
    long = SENTENCE * 150
    assert len(long) > 10_000
    first, second = read(long, "We will not give it up.")
    assert second == "we will not give it up."
    assert first.endswith("nobody else.")
    assert set(first.split("the harbour belongs ")) <= {
        "",
        "to the people who built it, and to nobody else. ",
        "to the people who built it, and to nobody else.",
    }
    assert tokens().truncated((long, "We will not give it up."))
    assert tokens().truncated(("We will not give it up.", long))


def test_of_two_long_texts_each_keeps_its_half() -> None:
    first, second = (len(part.split()) for part in read(SENTENCE * 60, "The quay was never theirs to sell. " * 90))
    assert min(first, second) > 180


def test_one_endless_sentence_is_cut_by_tokens() -> None:
    first, second = read("peace and " * 1000, "War.")
    assert second == "war."
    assert set(first.split()) == {"peace", "and"}
    assert len(first.split()) > 480
    assert tokens().truncated(("peace and " * 1000, "War."))


def test_a_mark_of_the_model_in_a_text_is_text() -> None:
    ((ids, _),) = tokens().both_orders([("We said [SEP] no [CLS].", "Yes.")])
    special = load(BUNDLED / "tokenizer.json")
    assert ids[0].tolist().count(special.token_to_id("[SEP]")) == 2
    assert ids[0].tolist().count(special.token_to_id("[CLS]")) == 1


def test_a_text_without_an_end_is_read_to_a_bound_and_said_to_be_cut() -> None:
    endless = "x" * (CHARACTERS + 1)
    assert tokens().truncated((endless, "No."))
    read(endless, endless)
