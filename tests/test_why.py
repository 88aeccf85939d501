"""Why two texts stand side by side: every reason is words of theirs, and a doubtful one is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.comparison import Pair, Steps
from models.published import as_json
from models.quote import Document, Quote
from models.relation import Relation
from models.transcript import Metadata, Speaker
from models.why import Difference, Kind, Role, Shared, Span, Why, why
from service.rendering.wording import pieces, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from models.comparison import Comparison
    from service.corpus import Corpus

WHITE_HOUSE = "2022-02-07*scholz*"


def said(text: str, spans: Iterable[Span]) -> str:
    """The words of spans, those of cues in capitals."""
    return " ".join(
        text[s.start : s.end].upper() if s.role is Role.CUE else text[s.start : s.end].lower() for s in spans
    )


def common(first: str, second: str) -> list[tuple[str, str]]:
    return [(said(first, one.first), said(second, one.second)) for one in why(first, second).shared]


def differs(first: str, second: str, kind: Kind) -> list[tuple[str, str]]:
    found = (one for one in why(first, second).differences if one.kind is kind)
    return [(said(first, one.first), said(second, one.second)) for one in found]


# Shared ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Nuclear energy is safe.", "We close no nuclear energy plant.", [("nuclear energy", "nuclear energy")]),
        (
            "Ukraine’s borders are open.",
            "The Ukrainian border is far.",
            [("ukraine’s borders", "ukrainian border")],
        ),
        ("The U.S. will stay.", "The United States of America left.", [("u.s.", "united states of america")]),
        ("Sanctions and more sanctions.", "A sanction.", [("sanctions sanctions", "sanction")]),
        ("We want to say thank you.", "You said that we want more.", []),
        ("An interesting thought.", "It is in our interest.", []),
        ("The 75th meeting.", "The 20th report.", []),
    ],
)
def test_shared_words_are_those_on_the_issue_by_their_lemmas(
    first: str, second: str, expected: list[tuple[str, str]]
) -> None:
    assert common(first, second) == expected


# Negation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("The road must be widened.", "The road must not be widened.", ("widened", "NOT widened")),
        ("We don’t support the dam.", "They support the dam.", ("N’T support", "support")),
        ("We cannot accept this agreement.", "We accept the agreement.", ("NOT accept", "accept")),
        ("Nobody wants war in Europe.", "They want war in Europe.", ("NOBODY war", "war")),
        ("No one can guarantee peace.", "NATO guarantees peace.", ("NO ONE guarantee", "guarantees")),
        ("There is no military solution.", "A military solution is near.", ("NO solution", "solution")),
        ("They refuse to negotiate peace.", "They negotiate peace daily.", ("REFUSE negotiate", "negotiate")),
        (
            "We reject the widening of the road.",
            "The widening of the road is fine.",
            ("REJECT widening", "widening"),
        ),
        ("I don't think that we have to lift the ban.", "We lift the ban today.", ("N'T lift", "lift")),
    ],
)
def test_what_one_side_denies_and_the_other_does_not(first: str, second: str, expected: tuple[str, str]) -> None:
    assert differs(first, second, Kind.NEGATION) == [expected]
    assert differs(second, first, Kind.NEGATION) == [expected[::-1]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The road must not be widened.", "We will not widen the road."),  # both deny it
        ("It is not only dangerous but costly.", "It is dangerous."),
        ("Isn't the road dangerous?", "The road is dangerous."),
        ("If they do not withdraw, we act.", "They withdraw."),
        ("We do not refuse to negotiate.", "We negotiate."),  # denied twice
        ("The treaty is not dangerous.", "The treaty is safe."),  # an opposite denied says the same
        ("There is no doubt that the dam is safe.", "The dam is safe; I have a doubt."),
        ("We have not built a nation.", "They helped to build the foundation."),  # not of the same thing
        ("It protects not the interests of many.", "It protects the interests of all."),  # but of few
        ("The port is here, not in the Middle East.", "The port helps the Middle East."),
        ("Peace talks are never enough to achieve peace.", "Peace talks achieve peace."),
        ("We will never fail to defend the port.", "They failed to defend the port."),
        ("The road must not be widened.", "Nobody says that the dam is a reason to widen it, does he?"),
    ],
)
def test_a_doubtful_or_common_negation_is_no_difference(first: str, second: str) -> None:
    assert differs(first, second, Kind.NEGATION) == []


# Actor, demand, evaluation, number, time -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Russia must withdraw.", "The United States will stay.", [("russia", "united states")]),
        ("NATO's expansion threatens us.", "Russian aggression threatens us.", [("nato", "russian")]),
        ("We urge Israel to stop.", "Hamas must release them.", [("israel", "hamas")]),
        ("President Putin will go.", "Mr. Zelensky will go.", [("president putin", "mr. zelensky")]),
        ("Germany and the United States are ready.", "America will act.", []),
        ("We are ready.", "Russia will act.", []),
        ("President Putin said so.", "NATO will act.", []),
        ("Talks with Russia will go on.", "NATO will act.", []),
        ("All of the Russians trapped there are cold.", "NATO will act.", []),
        ("The pact between Germany and France will grow.", "NATO will act.", []),
        ("Minutes after Israel declared its statehood, America will have helped.", "Israel wants peace.", []),
        ("When Israel declared its statehood, America will have helped.", "Israel wants peace.", []),
        ("I call on Mr. Smith and his question.", "NATO will act.", []),
        ("We help the people of Ukraine as they defend themselves.", "Ukraine will resist Russia.", []),
        ("Korea and Japan have helped.", "Korea and America will help.", []),  # a name not known, in both
        ("Israel was liberated.", "NATO will act.", []),
        ("America will help.", "We will never urge Ukraine to give up.", []),
        ("Russia threatens Ukraine.", "Ukraine threatens Russia.", [("russia", "ukraine")]),
    ],
)
def test_actors_differ_where_both_sides_name_one_and_none_is_the_same(
    first: str, second: str, expected: list[tuple[str, str]]
) -> None:
    assert differs(first, second, Kind.ACTOR) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("The capabilities must be strengthened.", "They are strong.", [("MUST strengthened", "")]),
        ("We have to coordinate our efforts.", "We coordinate them.", [("HAVE TO coordinate", "")]),
        ("They are there.", "We call on Russia to withdraw.", [("", "CALL ON russia")]),
        ("They are there.", "We urge Israel to withdraw.", [("", "URGE israel")]),
        ("They must go.", "They should stay.", []),
        ("We had to create conditions.", "They are there.", []),
        ("I must say that it is there.", "They are there.", []),
        ("We do not have to build it.", "They are there.", []),
        ("We will act should Russia move.", "They are there.", []),
        ("Nobody knows what we should do.", "They are there.", []),
        ("Demand for labour is high.", "They are there.", []),
        ("I should like to invite them.", "They are there.", []),
        ("I have to call on Mr. Smith and his question.", "They are there.", []),
        ("They must go.", "If they are there, take pride in them.", []),  # an imperative demands too
        ("They must go.", "And do not stop the talks.", []),
        ("They must go.", "Their return is imperative.", []),
        ("They must go.", "I invite all of them to talks.", []),
        ("They must go.", "It is time for them to go.", []),
    ],
)
def test_a_demand_differs_where_the_other_side_demands_nothing(
    first: str, second: str, expected: list[tuple[str, str]]
) -> None:
    assert differs(first, second, Kind.DEMAND) == expected


@pytest.mark.parametrize(
    ("first", "second", "kind", "expected"),
    [
        ("Energy is dangerous.", "Energy is safe.", Kind.EVALUATION, [("energy DANGEROUS", "energy SAFE")]),
        ("It is a good deal.", "It is a bad deal.", Kind.EVALUATION, [("GOOD deal", "BAD deal")]),
        ("We welcome the plan.", "We condemn the plan.", Kind.EVALUATION, [("WELCOME plan", "CONDEMN plan")]),
        ("We must raise taxes.", "Taxes must be lowered.", Kind.OPPOSITE, [("RAISE taxes", "taxes LOWERED")]),
        ("The port is open.", "The port is closed.", Kind.OPPOSITE, [("port OPEN", "port CLOSED")]),
        ("Energy is dangerous.", "The road is safe.", Kind.EVALUATION, []),  # not of the same thing
        ("The road is not safe.", "The road is dangerous.", Kind.EVALUATION, []),
        ("Taxes must not be raised.", "Taxes must be lowered.", Kind.OPPOSITE, []),
        ("These are unjustified wars.", "It came after the wars to help us.", Kind.EVALUATION, []),
        ("Ukraine must resist.", "Ukraine will defend its homes.", Kind.EVALUATION, []),  # no judgment of Ukraine
        ("Is the road safe?", "The road is dangerous.", Kind.EVALUATION, []),
        ("The plan is safe but the plan is costly.", "The plan is dangerous.", Kind.EVALUATION, []),  # it says both
    ],
)
def test_opposites_are_said_of_the_same_thing_in_the_same_way(
    first: str, second: str, kind: Kind, expected: list[tuple[str, str]]
) -> None:
    assert differs(first, second, kind) == expected


def test_numbers_of_one_thing_and_years_after_one_preposition_differ() -> None:
    assert differs("5,000 troops left.", "We sent 20,000 troops.", Kind.NUMBER) == [("5,000 troops", "20,000 troops")]
    assert differs("5,000 troops left.", "5000 troops came.", Kind.NUMBER) == []
    assert differs("COVID-19 vaccines.", "12 vaccines.", Kind.NUMBER) == []
    assert differs("We stop by 2030.", "We stop by 2050.", Kind.TIME) == [("BY 2030", "BY 2050")]
    assert differs("We stop by 2030.", "We began after 2020.", Kind.TIME) == []


# Ranges ----------------------------------------------------------------------------------------------------------

SENTENCES = st.lists(
    st.sampled_from(
        """Russia NATO’s the United States must not never n’t don’t no one refuse to widen widened roads road’s is are
        safe dangerous , . ; ? ( ) 5,000 troops by 2030 — call on we should reject “ ” 𝒳 é \\* President Putin and
        raise taxes lowered without if that""".split(" ")
    ),
    max_size=24,
).map(" ".join)


@settings(deadline=None)
@given(SENTENCES | st.text(), SENTENCES | st.text())
def test_every_range_is_of_whole_words_and_swapping_the_texts_swaps_the_sides(first: str, second: str) -> None:
    found = why(first, second)
    for text, spans in _sides(found, first, second):
        assert list(spans) == sorted(set(spans))
        for span in spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == text[span.start : span.end].strip()
    turned = why(second, first)
    assert {(one.second, one.first) for one in turned.shared} == {(one.first, one.second) for one in found.shared}
    assert {(one.kind, one.second, one.first) for one in turned.differences} == {
        (one.kind, one.first, one.second) for one in found.differences
    }


def _sides(found: Why, first: str, second: str) -> list[tuple[str, tuple[Span, ...]]]:
    reasons: list[Shared | Difference] = [*found.shared, *found.differences]
    return [(first, one.first) for one in reasons] + [(second, one.second) for one in reasons]


@pytest.fixture(scope="module")
def speeches(corpus_factory: Callable[..., Corpus], stockholm_corpus: Corpus, shared: Path) -> Corpus:
    """The Stockholm remarks and a press conference at the White House."""
    from service.readers import Source

    corpus = corpus_factory(stockholm_corpus)
    path = next((shared / "corpus" / "white-house").glob(WHITE_HOUSE))
    corpus.add(Source(path.name, path.read_bytes()))
    return corpus


@pytest.fixture(scope="module")
def comparisons(speeches: Corpus) -> list[Comparison]:
    couples = [("lavrov", "blinken"), ("biden", "scholz")]
    return [speeches.compare(*each, limit=100, include_unsure=True) for each in couples]


def test_every_range_of_every_pair_of_real_speeches_slices_to_the_words_it_names(
    speeches: Corpus, comparisons: list[Comparison]
) -> None:
    reasons = 0
    for pair in (pair for found in comparisons for pair in as_json(found)["pairs"]):
        for reason in (*pair["why"]["shared"], *pair["why"]["differs"]):
            for side in ("first", "second"):
                quote = pair[side]
                text = speeches.text(quote["document"]["id"])
                for marked in reason[side]:
                    assert text[marked["start"] : marked["end"]] == marked["text"]
                    assert quote["start"] <= marked["start"] < marked["end"] <= quote["end"]
                    reasons += 1
    assert reasons > 80


# On the page -----------------------------------------------------------------------------------------------------


def test_a_marked_quote_reads_as_the_quote_and_names_each_difference_once_a_side() -> None:
    texts = {"first": "We do not\n accept the Minsk deal \\#1.", "second": "They accept the  Minsk\ndeal."}
    pair = _pair(texts)
    for side, text in texts.items():
        shown = pieces(pair, side)
        assert "".join(piece.words for piece in shown) == rendered(text)
        assert [name for piece in shown for name in piece.names] == ["negation"]
        assert [piece.words for piece in shown if piece.shared] == ["accept", "Minsk deal"]
    assert [piece.words for piece in pieces(pair, "first") if piece.cue] == ["not"]


def _pair(texts: dict[str, str]) -> Pair:
    document = Document("d", "0" * 64, Metadata())
    first, second = (Quote(side, text, Speaker(side, side), document, 0, len(text)) for side, text in texts.items())
    steps = Steps(0.3, (0.1, 0.8, 0.1), 0.6, 0.7, Relation.OPPOSES)
    return Pair(Relation.OPPOSES, 0.7, 0.8, 0.8, first, second, steps, why(first.text, second.text))


# Steps and runner-up ---------------------------------------------------------------------------------------------


def test_each_step_is_told_with_what_it_took(comparisons: list[Comparison]) -> None:
    for pair in (pair for found in comparisons for pair in as_json(found)["pairs"]):
        steps = pair["why"]["steps"]
        assert steps["similarity"]["score"] == pair["similarity"]
        assert steps["probabilities"]["opposes"] == pair["opposition"]
        assert max(steps["probabilities"].values()) == pair["confidence"]
        assert sum(steps["probabilities"].values()) == pytest.approx(1, abs=2e-4)
        reached = (
            pair["confidence"] >= steps["probability_needed"]
            and steps["similarity"]["score"] >= steps["similarity"]["needed"]
        )
        assert reached == (pair["relation"] != "unsure")


def test_a_runner_up_has_one_of_the_two_statements_and_ranks_no_higher(
    speeches: Corpus, comparisons: list[Comparison]
) -> None:
    found: list[Any] = [pair for each in comparisons for pair in each.pairs if pair.runner_up is not None]
    assert found
    for pair in found:
        other = pair.runner_up
        assert (other.first.id == pair.first.id) + (other.second.id == pair.second.id) == 1
        assert other.relation in (pair.relation, Relation.UNSURE)
        if (
            other.relation is pair.relation is not Relation.UNSURE
        ):  # of an unsure pair, the best that has one of the two
            assert other.steps.ranking <= pair.steps.ranking
        for quote in (other.first, other.second):
            assert speeches.text(quote.document.id)[quote.start : quote.end] == quote.text
