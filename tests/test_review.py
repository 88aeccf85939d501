"""Decisions on pairs: what a reviewer says holds in every comparison, map and export, and is never lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from models.relation import Relation
from models.ruling import Action, key_of
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.errors import BadValue, Conflict, Forbidden, NotFound
from service.exports import formats
from service.readers import Source
from service.review.reasons import given, offered
from service.schema.compare import ComparisonAnswer
from service.schema.review import ErrorCardAnswer, QueueAnswer, ReviewedPairAnswer, RulingItem, RulingsAnswer
from service.store.queries import Reading
from service.store.reports import State as ReportState
from service.store.store import Store
from tests.conftest import axe

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page
    from werkzeug.test import TestResponse

    from models.comparison import Comparison, Pair
    from models.embedding import Embedder
    from models.relation import RelationClassifier

PAGE = {"Accept": "text/html,*/*;q=0.8"}
TALKS = b"""MS. OKORO:  The dam on the river must be built this year. The museum opens at nine in the morning.

MR. VELDE:  The dam on the river must never be built. The museum must stay free on Sundays.
"""

RIVALS = b"""MS. OKORO:  The dam on the river must be built this year.

MR. VELDE:  The dam on the river must never be built. The dam on the river must not be built this year.
"""

MORE = b"""MINISTER LINDGREN:  The gas pipeline must be finished before the next winter comes.

MINISTER VELDE:  The gas pipeline would make our country depend on one supplier alone.
"""


@pytest.fixture(scope="module")
def looked_at(council_corpus_factory: Callable[..., Corpus]) -> Corpus:
    """The council transcript, whose comparisons were all looked at. Only to be copied."""
    corpus = council_corpus_factory()
    corpus.compare()
    corpus.judge_map()
    return corpus


@pytest.fixture
def corpus(looked_at: Corpus, corpus_factory: Callable[..., Corpus]) -> Corpus:
    """A copy of it, to be written to."""
    return corpus_factory(looked_at)


@pytest.fixture
def client(corpus: Corpus) -> FlaskClient:
    client = create_app(Config(), corpus).test_client()
    client.environ_base["HTTP_ACCEPT"] = PAGE["Accept"]
    return client


def ids(pair: Pair) -> tuple[str, str]:
    return pair.first.id, pair.second.id


def texts(pair: Pair) -> tuple[str, str]:
    return pair.first.text, pair.second.text


def shown(comparison: Comparison) -> list[tuple[str, str]]:
    return [texts(pair) for pair in comparison.pairs]


def statement(corpus: Corpus, words: str) -> str:
    with corpus._store.reading() as reading:
        (found,) = [one.quote.id for one in reading.statements() if words in one.quote.text]
    return found


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


# What a decision does ----------------------------------------------------------------------------------------


def test_a_rejected_pair_is_shown_nowhere_and_counted(corpus: Corpus) -> None:
    before = corpus.compare(include_unsure=True)
    pair = before.pairs[0]
    corpus.reviewing.rule(*ids(pair), "reject", why="not about the same thing", by="Eva")
    after = corpus.compare(include_unsure=True)
    assert texts(pair) in shown(before)
    assert texts(pair) not in shown(after)
    assert (before.rejected, after.rejected) == (0, 1)
    assert not corpus.pair(*ids(pair)).pairs
    assert corpus.compare(before.second.id, before.first.id).rejected == 1


def test_a_pair_called_something_else_moves_there_with_the_classifiers_own_numbers(corpus: Corpus) -> None:
    pair = corpus.compare().pairs[0]
    corpus.reviewing.rule(*ids(pair), "agrees", why="the same side", by="Eva")
    (moved,) = [one for one in corpus.compare().pairs if ids(one) == ids(pair)]
    assert (pair.relation, moved.relation) == ("opposes", "agrees")
    assert (moved.opposition, moved.similarity) == (pair.opposition, pair.similarity)
    assert (
        moved.confidence
        == dict(zip(("agrees", "opposes", "differs"), moved.steps.probabilities, strict=True))["agrees"]
    )
    assert moved.steps.decided == "opposes"
    assert (moved.review.status, moved.review.who, moved.review.why) == ("relabelled", "Eva", "the same side")
    assert moved.review.at is not None


def test_a_pair_that_takes_the_place_of_a_rejected_one_counts_on_the_error_card(
    corpus_factory: Callable[..., Corpus],
) -> None:
    corpus = corpus_factory()
    corpus.add(Source("talks.txt", RIVALS))
    (shown_first,) = corpus.compare().pairs
    corpus.reviewing.rule(*ids(shown_first), "reject", why="not about the same thing")
    (heir,) = corpus.compare().pairs
    assert texts(heir) != texts(shown_first)
    assert corpus.reviewing.rule(*ids(heir), "confirm").seen["shown"]
    card = corpus.reviewing.card().present
    assert (card.stood, card.reviewed) == (1, 2)


def test_a_confirmed_pair_stays_where_it_stood_and_says_who_read_it(corpus: Corpus) -> None:
    before = corpus.compare()
    corpus.reviewing.rule(*ids(before.pairs[1]), "confirm", by="Eva")
    after = corpus.compare()
    assert shown(after) == shown(before)
    assert [pair.review.status for pair in after.pairs[:2]] == ["unreviewed", "confirmed"]


def test_two_statements_put_together_by_hand_win_though_near_to_nothing(corpus_factory: Callable[..., Corpus]) -> None:
    corpus = corpus_factory()
    corpus.add(Source("talks.txt", TALKS))
    before = corpus.compare()
    dam, museum = statement(corpus, "must be built"), statement(corpus, "free on Sundays")
    assert len(before.pairs) == 1
    corpus.reviewing.rule(dam, museum, "opposes", why="said in one breath", by="Eva")
    (pair,) = corpus.compare().pairs
    assert set(ids(pair)) == {dam, museum}
    assert pair.similarity < 0.3
    assert pair.review.status == "paired"
    assert pair.relation == "opposes"
    assert corpus.compare(min_confidence=1).pairs == (pair,)


def test_reviewed_pairs_are_shown_within_the_limit_and_in_the_order_of_their_scores(corpus: Corpus) -> None:
    before = [pair for pair in corpus.compare(limit=100).pairs if pair.relation == "opposes"]
    last = before[-1]
    corpus.reviewing.rule(*ids(last), "confirm")
    assert [ids(pair) for pair in corpus.compare(limit=1).pairs if pair.relation == "opposes"] == [ids(last)]
    assert [ids(pair) for pair in corpus.compare(limit=100).pairs if pair.relation == "opposes"] == list(
        map(ids, before)
    )


def test_of_several_decisions_the_newest_that_was_not_withdrawn_holds(corpus: Corpus) -> None:
    pair = corpus.compare().pairs[0]
    rule, withdraw = corpus.reviewing.rule, corpus.reviewing.withdraw
    rule(*ids(pair), "confirm", by="Eva")
    rejected = rule(*ids(pair), "reject", why="on second thoughts", by="Eva")
    assert texts(pair) not in shown(corpus.compare())
    withdraw(rejected.id, by="Ola", why="too hasty")
    assert corpus.compare().pairs[0].review.status == "confirmed"
    with pytest.raises(Conflict, match="Ola withdrew"):
        withdraw(rejected.id)
    states = [row.state for row in corpus.reviewing.decisions().rows]
    assert states == ["withdrawn", "holds"]


def test_the_map_counts_what_comparisons_show(corpus: Corpus) -> None:
    def agree() -> None:
        found = corpus.map()
        assert not found.unjudged
        for row in found.rows:
            for (first, second), cell in zip(found.pairs, row.cells, strict=True):
                relations = [pair.relation for pair in corpus.compare(first.who.id, second.who.id, row.id, 100).pairs]
                assert (cell.opposing, cell.agreeing) == (relations.count("opposes"), relations.count("agrees"))

    opposing = sum(cell.opposing or 0 for row in corpus.map().rows for cell in row.cells)
    topic = next(row.id for row in corpus.topics() if corpus.compare(topic=row.id).pairs)
    corpus.reviewing.rule(*ids(corpus.compare(topic=topic).pairs[0]), "reject", why="no")
    agree()
    assert sum(cell.opposing or 0 for row in corpus.map().rows for cell in row.cells) == opposing - 1
    first = next(quote.id for quote in corpus.topic(topic).quotes if quote.speaker.id == "lindqvist")
    second = [quote.id for quote in corpus.topic(topic).quotes if quote.speaker.id == "omalley"][-1]
    corpus.reviewing.rule(first, second, "agrees", why="by hand")
    agree()


def test_texts_that_are_compared_and_not_stored_are_nobodys_to_review(corpus: Corpus) -> None:
    pair = corpus.compare().pairs[0]
    sides = (("A", pair.first.text), ("B", pair.second.text))
    before = corpus.compare_texts(*sides)
    corpus.reviewing.rule(*ids(pair), "reject", why="no")
    assert corpus.compare_texts(*sides) == before
    assert before.pairs


def test_a_decision_is_refused_without_a_reason_a_second_speaker_or_something_to_say(corpus: Corpus) -> None:
    rule = corpus.reviewing.rule
    pair = corpus.compare().pairs[0]
    for decision in ("reject", "agrees"):
        with pytest.raises(BadValue, match="reason"):
            rule(*ids(pair), decision, why="  ")
    with pytest.raises(BadValue, match="perhaps"):
        rule(*ids(pair), "perhaps")
    with pytest.raises(BadValue, match="Lindqvist"):
        rule(pair.second.id, statement(corpus, "government does not need"), "opposes", why="no")
    with pytest.raises(NotFound):
        rule(pair.first.id, "nowhere-1-2", "reject", why="no")
    with pytest.raises(BadValue, match="courtesy"):
        rule(pair.first.id, statement(corpus, "Thank you, Mayor"), "opposes", why="no")
    unsure = next(one for one in corpus.compare(include_unsure=True).pairs if one.relation == "unsure")
    with pytest.raises(BadValue, match="nothing to confirm"):
        rule(*ids(unsure), "confirm")
    assert corpus.reviewing.decisions().total == 0


def test_what_a_reader_called_a_pair_is_borne_out_without_a_reason(corpus: Corpus) -> None:
    pair = corpus.compare().pairs[0]
    corpus.reviewing.rule(*ids(pair), "agrees", why="the same side")
    corpus.reviewing.rule(*ids(pair), "confirm", by="Ola")
    assert corpus.compare().pairs[-1].review.who == "Ola"
    with pytest.raises(BadValue, match="reason"):
        corpus.reviewing.rule(*ids(pair), "reject")


def test_the_reasons_offered_fit_the_decision_and_the_relation_shown() -> None:
    opposing = offered("opposes", Relation.UNSURE)
    assert offered("confirm", Relation.OPPOSES) == opposing
    assert offered("confirm", Relation.AGREES) == offered("agrees", Relation.OPPOSES)
    kinds = [offered(decision, Relation.UNSURE) for decision in ("opposes", "agrees", "reject")]
    assert len({one for some in kinds for one in some}) == sum(map(len, kinds))
    sent = {"decision": "opposes", "why-opposes": "2", "reason-reject": "the wrong speaker"}
    assert given(sent, Relation.UNSURE) == opposing[1]
    assert given({**sent, "why-opposes": "9", "reason-opposes": opposing[0]}, Relation.UNSURE) == f"{opposing[0]}; 9"
    assert given({"decision": "reject", "why": "2"}, Relation.UNSURE) == "2"


def test_every_decision_is_in_the_audit_and_none_is_taken_where_all_is_read_only(
    corpus: Corpus, embedder: Embedder, classifier: RelationClassifier
) -> None:
    pair = corpus.compare().pairs[0]
    made = corpus.reviewing.rule(*ids(pair), "confirm", by="Eva")
    corpus.reviewing.withdraw(made.id, by="Ola")
    rows = list(corpus.audit())[-2:]
    assert [(row.action, row.who) for row in rows] == [("confirm-pair", "Eva"), ("withdraw-ruling", "Ola")]
    closed = Config(database_url=corpus._config.database_url, read_only=True)
    other = Corpus(Store(closed.resolved_database_url()), embedder, classifier, closed)
    with pytest.raises(Forbidden):
        other.reviewing.rule(*ids(pair), "confirm")
    with pytest.raises(Forbidden):
        other.reviewing.withdraw(made.id)


@pytest.mark.parametrize("by", ["", "Eva\ud800"])
def test_a_name_may_be_missing_but_not_unstorable(corpus: Corpus, by: str) -> None:
    pair = corpus.compare().pairs[0]
    if by:
        with pytest.raises(BadValue):
            corpus.reviewing.rule(*ids(pair), "confirm", by=by)
    else:
        assert corpus.reviewing.rule(*ids(pair), "confirm", by=by).said.startswith("somebody confirmed")


# Two at once -------------------------------------------------------------------------------------------------


def test_who_comes_second_sees_what_the_first_decided(corpus: Corpus, client: FlaskClient) -> None:
    pair = corpus.compare().pairs[0]
    first, second = ids(pair)
    address = f"/review/pair?first={first}&second={second}"
    version = field(client.get(address).text, "version")
    sent = {"first": first, "second": second, "version": version}
    won = client.post("/rulings", data={**sent, "decision": "reject", "reason": "the wrong speaker", "by": "Eva"})
    lost = client.post("/rulings", data={**sent, "decision": "confirm", "why": "plainly", "by": "Ola"})
    assert (won.status_code, lost.status_code) == (303, 409)
    page = unescape(lost.text)
    assert "Eva rejected the pair" in page
    assert "the wrong speaker" in page
    assert 'value="plainly"' in page
    assert 'value="Ola"' in page
    assert field(page, "version") == "1"
    assert corpus.reviewing.decisions().total == 1
    again = client.post("/rulings", data={**sent, "version": "1", "decision": "opposes", "why": "plainly", "by": "Ola"})
    assert again.status_code == 303
    assert corpus.compare().pairs[0].review.who == "Ola"


def test_a_decision_taken_back_meanwhile_is_noticed_too(corpus: Corpus) -> None:
    pair = corpus.compare().pairs[0]
    made = corpus.reviewing.rule(*ids(pair), "confirm", version=0)
    seen = corpus.reviewing.pair(*ids(pair)).version
    corpus.reviewing.withdraw(made.id, by="Ola")
    with pytest.raises(Conflict, match="Ola withdrew"):
        corpus.reviewing.rule(*ids(pair), "confirm", version=seen)


# What survives -----------------------------------------------------------------------------------------------


def again(corpus: Corpus, data: bytes) -> None:
    corpus.remove(corpus.documents()[0].id)
    corpus.add(Source("council.txt", data))


def test_decisions_hold_when_documents_are_removed_and_added_in_another_form(corpus: Corpus, council: Any) -> None:
    before = corpus.compare(limit=100)
    corpus.reviewing.rule(*ids(before.pairs[0]), "confirm", by="Eva")
    corpus.reviewing.rule(*ids(before.pairs[1]), "reject", why="no", by="Eva")
    again(corpus, b"Some other banner\n\n" + council.read_bytes())
    after = corpus.compare(limit=100)
    assert {one.state for one in corpus.reviewing.decisions().rows} == {"holds"}
    assert after.rejected == 1
    (confirmed,) = [pair for pair in after.pairs if pair.reviewed]
    assert texts(confirmed) == texts(before.pairs[0])
    assert confirmed.first.id != before.pairs[0].first.id


def test_what_is_not_here_any_more_is_listed_with_the_nearest_and_holds_again_when_it_is_back(
    corpus: Corpus, council: Any
) -> None:
    pair = next(one for one in corpus.compare(limit=100).pairs if "lime trees" in one.first.text)
    made = corpus.reviewing.rule(*ids(pair), "confirm", by="Eva")
    corrected = council.read_bytes().replace(b"must never be felled", b"must never, ever be felled")
    again(corpus, corrected)
    listed = corpus.reviewing.decisions(state="cannot be placed", whole=True)
    assert (listed.total, listed.lost) == (1, 1)
    (row,) = listed.rows
    assert row.lost == "What Mayor O'Malley said is not here any more, word for word."
    first, second = row.near
    assert second is None
    assert first is not None
    assert "never, ever be felled" in first.text
    assert 0.9 < first.share < 1
    again(corpus, council.read_bytes())
    assert corpus.reviewing.decisions().lost == 0
    assert made.key in {key_of(*texts(one)) for one in corpus.compare().pairs if one.reviewed}


def test_statements_that_became_one_speakers_are_listed(corpus_factory: Callable[..., Corpus]) -> None:
    corpus = corpus_factory()
    corpus.add(Source("talks.txt", TALKS + b"\nMR. BERG:  The river is cold.\n"))
    (pair,) = corpus.compare("okoro", "velde").pairs
    corpus.reviewing.rule(*ids(pair), "confirm")
    corpus.merge_speakers("okoro", "velde")
    assert [row.lost for row in corpus.reviewing.decisions().rows] == ["Both statements are Ms. Okoro’s now."]


def test_both_engines_keep_decisions_and_marks(
    database_url: str, embedder: Embedder, classifier: RelationClassifier
) -> None:
    corpus = Corpus(Store(database_url), embedder, classifier, Config(database_url=database_url))
    corpus.add(Source("talks.txt", TALKS))
    (pair,) = corpus.compare().pairs
    made = corpus.reviewing.rule(*ids(pair), "agrees", why="ironic — “so to say”", by="Eva")
    assert made.seen["first"]["text"] == pair.first.text
    assert made.seen["classifier"]["sha256"] == classifier.sha256
    assert made.seen["shown"]
    topic = corpus.topics()[0].id
    corpus.marking.mark("velde", "okoro", topic, owner="River desk", by="Eva")
    corpus.marking.mark("velde", "okoro", caveat="not for circulation", by="Eva")
    corpus.remove(corpus.documents()[0].id)
    assert [row.lost for row in corpus.reviewing.decisions().rows] == [
        "What Mr. Velde and Ms. Okoro said is not here any more, word for word."
    ]
    corpus.add(Source("talks.txt", TALKS))
    found = corpus.compare()
    assert found.pairs[0].review.status == "relabelled"
    assert found.handling is not None
    assert found.handling.caveat == "not for circulation"
    corpus.reviewing.withdraw(made.id)
    assert corpus.compare().pairs[0].review.status == "unreviewed"
    corpus.close()


# The queue ---------------------------------------------------------------------------------------------------


def test_the_queue_has_what_is_shown_first_and_judges_nothing(council_corpus_factory: Callable[..., Corpus]) -> None:
    corpus = council_corpus_factory()
    fresh = corpus.reviewing.queue(corpus.topics())
    assert (fresh.waiting, fresh.judged) == ((), 0)
    assert fresh.unjudged > 0
    corpus.judge_map()
    found = corpus.reviewing.queue(corpus.topics())
    assert found.unjudged == 0
    kinds = [one.shown for one in found.waiting]
    assert kinds == sorted(kinds, reverse=True)
    assert True in kinds
    assert False in kinds
    for one in found.waiting:
        comparison = corpus.compare("lindqvist", "omalley", one.topic.id, limit=100, include_unsure=True)
        (there,) = [pair for pair in comparison.pairs if set(ids(pair)) == set(ids(one.pair))]
        assert one.shown is (there.relation != "unsure")
    doubts = [abs(one.pair.confidence - one.pair.steps.probability_needed) for one in found.waiting if one.shown]
    assert doubts == sorted(doubts)


def test_the_queue_is_narrowed_and_a_pair_leaves_it_when_it_was_read(corpus: Corpus) -> None:
    queue = corpus.reviewing.queue
    every = queue(corpus.topics()).waiting
    one = every[0]
    row = next(row for row in corpus.topics() if row.id == one.topic.id)
    assert {each.topic.id for each in queue((row,)).waiting} == {one.topic.id}
    assert all(each.shown for each in queue(corpus.topics(), status="shown").waiting)
    assert not any(each.shown for each in queue(corpus.topics(), status="unsure").waiting)
    assert queue(corpus.topics(), first="omalley", second="lindqvist").waiting == every
    corpus.reviewing.rule(*ids(one.pair), "reject", why="no")
    assert one.key not in {each.key for each in queue(corpus.topics()).waiting}
    with pytest.raises(BadValue, match="nice"):
        queue(corpus.topics(), status="nice")


def test_a_sample_is_in_one_order_for_everybody_and_asks_again_for_what_was_chosen_to_be_read(corpus: Corpus) -> None:
    def draws() -> list[tuple[str, str]]:
        return [ids(one.pair) for one in corpus.reviewing.queue(corpus.topics(), status="sample").waiting]

    drawn = draws()
    assert set(drawn) == {ids(one.pair) for one in corpus.reviewing.queue(corpus.topics(), status="shown").waiting}
    corpus.reviewing.rule(*drawn[-1], "reject", why="no")
    assert draws() == drawn
    corpus.reviewing.rule(*drawn[0], "confirm", sample=True)
    assert draws() == drawn[1:]
    corpus.reviewing.rule(*drawn[0], "reject", why="after all")
    assert draws() == drawn[1:]
    assert corpus.reviewing.card().sample.reviewed == 1


# The error card ----------------------------------------------------------------------------------------------


def test_the_error_card_counts_what_the_classifier_showed_and_nothing_else(corpus: Corpus) -> None:
    rule, card = corpus.reviewing.rule, corpus.reviewing.card
    pairs = corpus.compare(include_unsure=True).pairs
    opposing = [pair for pair in pairs if pair.relation == "opposes"]
    assert len(opposing) >= 3
    assert card().present.share == "none yet"
    rule(*ids(opposing[0]), "confirm")
    rule(*ids(opposing[1]), "reject", why="no")
    rule(*ids(opposing[2]), "agrees", why="no")
    unsure = next(pair for pair in pairs if pair.relation == "unsure")
    rule(*ids(unsure), "opposes", why="it does")
    rule(opposing[0].first.id, opposing[1].second.id, "opposes", why="by hand")
    found = card()
    assert (found.present.stood, found.present.reviewed) == (1, 3)
    assert found.present.estimate is None
    assert found.present.share == "too few: 1 of 3"
    assert [(one.name, one.stood, one.reviewed) for one in found.by_relation] == [("opposes", 1, 3)]
    assert sum(one.reviewed for one in found.by_topic) == 3
    assert found.by_model[0].name.endswith(corpus.health()["classifier"]["sha256"][:12])
    newest = corpus.reviewing.decisions().rows[-1].decision
    corpus.reviewing.withdraw(newest.id)
    assert card().present.reviewed == 2


def test_a_pair_seen_in_a_comparison_on_free_text_counts(corpus: Corpus, client: FlaskClient) -> None:
    query = "/compare?topic=felling+old+trees"
    page = client.get(query).text
    address = unescape(re.findall(r'href="(/review/pair[^"]*)"', page)[0])
    form = client.get(address).text
    sent = {name: field(form, name) for name in ("first", "second", "version", "back")}
    assert sent["back"].startswith("/compare?first=")
    answer = client.post("/rulings", data={**sent, "decision": "confirm"})
    assert answer.status_code == 303
    assert "Back to the comparison" in client.get(str(answer.location)).text
    assert corpus.reviewing.card().present.reviewed == 1


def test_a_share_is_given_from_ten_decisions_on_with_its_interval() -> None:
    from service.review.error_card import Figure

    assert Figure("", 8, 9).share == "too few: 8 of 9"
    assert Figure("", 31, 40).share == "78 % (62–88 %)"
    assert Figure("", 10, 10).share == "100 % (72–100 %)"


# Pages and programs ------------------------------------------------------------------------------------------


def test_the_queue_is_worked_through_by_forms(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    client.environ_base["HTTP_ACCEPT"] = PAGE["Accept"]
    page = client.get("/review?by=Eva").text
    waiting = len(corpus.reviewing.queue(corpus.topics()).waiting)
    assert f"{waiting} pairs waiting" in page
    sent = {name: field(page, name) for name in ("first", "second", "version", "queue", "by")}
    refused = client.post("/rulings", data={**sent, "decision": "reject"})
    assert refused.status_code == 400
    assert "A reason is missing" in refused.text
    assert field(refused.text, "queue") == sent["queue"]
    done = client.post("/rulings", data={**sent, "decision": "reject", "reason": "the wrong speaker", "keys": "on"})
    assert done.status_code == 303
    page = unescape(client.get(str(done.location)).text)
    assert "Done: Eva rejected the pair" in page
    assert f"{waiting - 1} pairs waiting" in page
    assert field(page, "by") == "Eva"
    number = re.search(r"/rulings/(\d+)/withdraw", page)
    assert number is not None
    undone = client.post(f"/rulings/{number[1]}/withdraw", data={"queue": sent["queue"], "by": "Eva"})
    page = unescape(client.get(str(undone.location)).text)
    assert "Withdrawn: Eva withdrew" in page
    assert f"{waiting} pairs waiting" in page
    assert len(re.findall("<summary", page[page.index('class="ruling"') : page.index("Pair another")])) >= 3
    skipped = unescape(re.findall(r'href="(/review\?[^"]*skip=1[^"]*)"', page)[0])
    other = client.get(skipped).text
    assert field(other, "first") + field(other, "second") != sent["first"] + sent["second"]


def test_programs_decide_with_json_and_read_it_back(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    first, second = ids(corpus.compare().pairs[0])
    there = client.get(f"/review/pair?first={first}&second={second}").json
    ReviewedPairAnswer.model_validate(there)
    body = {"first": first, "second": second, "decision": "reject", "by": "Eva", "version": there["version"]}
    refused = client.post("/rulings", json=body)
    assert refused.status_code == 400
    assert refused.json["error"]["code"] == "bad_value"
    made = client.post("/rulings", json={**body, "why": "not about the same thing"})
    assert made.status_code == 201
    item = RulingItem.model_validate(made.json)
    assert (item.action, item.state, item.seen.shown) == ("reject", "holds", True)
    stale = client.post("/rulings", json={**body, "why": "too late"})
    assert stale.status_code == 409
    assert "Eva rejected" in stale.json["error"]["message"]
    listed = RulingsAnswer.model_validate(client.get("/rulings").json)
    assert [one.id for one in listed.rulings] == [item.id]
    back = client.post(f"/rulings/{item.id}/withdraw", json={"by": "Ola"})
    assert (back.status_code, back.json["state"]) == (200, "withdrawn")
    ErrorCardAnswer.model_validate(client.get("/review/errors").json)
    corpus.judge_map()
    queue = QueueAnswer.model_validate(client.get("/review?limit=2").json)
    assert len(queue.pairs) == 2
    assert client.post("/rulings", json=[]).status_code == 400
    assert client.post("/rulings/x/withdraw", json={}).status_code == 400
    assert client.post("/rulings/77/withdraw", json={}).status_code == 404
    assert client.get("/review?topic=nothing+of+the+kind").status_code == 404
    assert client.get("/rulings?page=9").status_code == 404


def test_a_page_of_decisions_or_of_reports_reads_each_text_once(
    corpus: Corpus, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = corpus.compare().pairs[:3]
    for pair in pairs:
        corpus.reviewing.rule(*ids(pair), "reject", why="about something else", by="Eva")
        number = corpus.corrections.report(corpus.corrections.pair(*ids(pair)), "It is rejected.", "A. Reader")
        corpus.corrections.answer(number, ReportState.DECLINED, "It is not shown.", "Eva")
    read: list[Collection[str]] = []
    texts = Reading.texts
    monkeypatch.setattr(Reading, "texts", lambda self, given: (read.append(given), texts(self, given))[1])
    afar = client.get("/rulings?format=json", environ_base={"REMOTE_ADDR": "192.0.2.7"})  # no reviewer, so proven
    assert len(RulingsAnswer.model_validate(afar.json).rulings) == len(pairs)
    assert len(read) == 1
    assert len(corpus.corrections.answered()) == len(pairs)
    assert len(read) == 2


def test_decisions_are_taken_from_this_machine_only(corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    pair = corpus.compare().pairs[0]
    sent = {"first": pair.first.id, "second": pair.second.id, "decision": "confirm"}
    afar = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/rulings", data=sent, environ_base=afar).status_code == 403
    assert client.post("/handling", data=sent, environ_base=afar).status_code == 403
    foreign = client.post("/rulings", data=sent, headers={"Origin": "https://example.org"})
    assert foreign.status_code == 403
    page = client.get("/review/pair?" + "&".join(f"{k}={sent[k]}" for k in ("first", "second")), headers=PAGE,
                      environ_base=afar).text  # fmt: skip
    assert "Editors decide: sign in" in page
    assert 'action="/rulings"' not in page


def test_a_comparison_leads_to_the_review_of_each_pair_and_to_what_was_rejected(
    corpus: Corpus, client: FlaskClient
) -> None:
    pairs = corpus.compare(limit=100).pairs
    page = client.get("/compare?limit=100").text
    assert page.count('href="/review/pair?') == len(pairs)
    assert "Nobody has reviewed a pair that this classifier showed." in page
    corpus.reviewing.rule(*ids(pairs[0]), "reject", why="not about the same thing")
    page = client.get("/compare").text
    assert "1 pair that a reader rejected is not shown." in page
    listed = unescape(re.findall(r'href="(/rulings\?[^"]*)"', page)[0])
    assert pairs[0].first.text in unescape(client.get(listed).text)
    assert "Of 1 shown pair reviewed, 0 stood: too few for a percentage." in page
    assert client.get("/compare?format=json").json["rejected"] == 1


# Handling marks ----------------------------------------------------------------------------------------------


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    """Three topics of two speakers."""
    return topics_corpus


def caveat(corpus: Corpus, topic: str | None = None) -> str | None:
    found = corpus.compare("okoro", "velde", topic).handling
    return None if found is None else found.caveat


def test_a_mark_stands_over_its_comparison_in_either_order_and_in_every_format(talks: Corpus) -> None:
    topic = talks.topics()[0].id
    talks.marking.mark("velde", "okoro", topic, owner="Energy desk", status="draft", caveat="not for press", by="Eva")
    client = create_app(Config(), talks).test_client()
    words = "Handling: owner: Energy desk; status: draft; not for press."
    for first, second in (("okoro", "velde"), ("velde", "okoro")):
        address = f"first={first}&second={second}&topic={topic}"
        answer = client.get(f"/compare?{address}").json
        ComparisonAnswer.model_validate(answer)
        assert answer["handling"]["caveat"] == "not for press"
        for name, form in formats().items():
            if form.MEDIA_TYPE.startswith("text/"):
                said = unescape(client.get(f"/compare?{address}&format={name}").text)
                assert "not for press" in said, name
        assert words in unescape(client.get(f"/embed/compare?{address}").text)
    others = [row.id for row in talks.topics()[1:]]
    assert [caveat(talks, one) for one in others] == [None, None]
    whole = talks.compare("okoro", "velde", limit=100)
    assert whole.handling is None
    on_it = [pair for pair in whole.pairs if topic in (pair.first.topic, pair.second.topic)]
    assert on_it
    assert all(words in [one.words for one in pair.notices] for pair in on_it)
    pair = on_it[0]
    alone = client.get(f"/embed/pair?first={pair.first.id}&second={pair.second.id}").text
    assert words in unescape(alone)


def test_a_mark_on_all_topics_gives_way_to_one_on_the_topic_and_words_left_out_take_it_away(talks: Corpus) -> None:
    one, other = (row.id for row in talks.topics()[:2])
    talks.marking.mark("velde", "okoro", caveat="everywhere")
    talks.marking.mark("okoro", "velde", one, caveat="here")
    assert [caveat(talks), caveat(talks, one), caveat(talks, other)] == ["everywhere", "here", "everywhere"]
    talks.marking.mark("okoro", "velde", one)
    assert caveat(talks, one) == "everywhere"
    with pytest.raises(BadValue, match="no mark"):
        talks.marking.mark("okoro", "velde", one)
    with pytest.raises(BadValue, match="two sides"):
        talks.marking.mark("okoro", "okoro", caveat="x")
    with pytest.raises(NotFound, match="no such thing"):
        talks.marking.mark("okoro", "velde", "no such thing", caveat="x")
    with pytest.raises(Exception, match="301 characters"):
        talks.marking.mark("okoro", "velde", caveat="x" * 301)


def test_marks_survive_renames_and_merges_of_topics_and_speakers(talks: Corpus) -> None:
    one, other, third = (row.id for row in talks.topics())
    talks.marking.mark("velde", "okoro", one, caveat="kept")
    talks.marking.mark("velde", "okoro", third, caveat="of the third")
    talks.editing.rename(one, "Pipes")
    merge = talks.editing.merge(other, one)
    assert caveat(talks, other) == "kept"
    assert caveat(talks, "Pipes") == "kept"
    talks.editing.merge(third, other)
    assert caveat(talks, third) == "of the third"
    talks.editing.undo(talks.editing.journal()[0].edit.id)
    talks.editing.undo(merge.id)
    assert [caveat(talks, one), caveat(talks, other)] == ["kept", None]
    talks.rename_speaker("okoro", "Ada Okoro")
    assert talks.compare("okoro", "velde", one).handling is not None
    talks.add(Source("more.txt", MORE))
    new = next(row.speaker.id for row in talks.speakers() if "Lindgren" in row.speaker.name)
    talks.marking.mark(new, "velde", caveat="of the other")
    talks.merge_speakers(new, "okoro")
    assert talks.compare(new, "velde", one).handling.caveat == "kept"  # type: ignore[union-attr]
    assert talks.compare(new, "velde").handling.caveat == "of the other"  # type: ignore[union-attr]


def test_a_comparison_is_marked_by_its_form(talks: Corpus) -> None:
    client = create_app(Config(), talks).test_client()
    client.environ_base["HTTP_ACCEPT"] = PAGE["Accept"]
    topic = talks.topics()[0].id
    page = client.get(f"/compare?first=okoro&second=velde&topic={topic}").text
    form = page[page.index('action="/handling"') :]
    sent = {name: field(form, name) for name in ("first", "second", "topic", "back")}
    answer: TestResponse = client.post("/handling", data={**sent, "owner": "Energy desk", "by": "Eva"})
    assert answer.status_code == 303
    assert "Handling: owner: Energy desk." in unescape(client.get(str(answer.location)).text)
    assert client.post("/handling", data={"owner": "x"}).status_code == 400
    elsewhere = client.post("/handling", data={**sent, "owner": "y", "back": "https://example.org/"})
    assert elsewhere.location == "/"


# The command line --------------------------------------------------------------------------------------------


def run(corpus: Corpus, *arguments: str) -> Result:
    environment = {"COUNTERPOSE_DATABASE_URL": str(corpus._config.database_url)}
    return CliRunner().invoke(commands, [*arguments], env=environment)


def test_decisions_and_marks_are_made_by_command(corpus: Corpus, models_at_hand: None) -> None:
    first, second = ids(corpus.compare().pairs[0])
    assert run(corpus, "rule", first, second).exit_code == 2
    refused = run(corpus, "rule", first, second, "--reject")
    assert refused.exit_code == 1
    assert "A reason is missing" in refused.output
    colons = [one.replace("-", ":", 1) for one in (first, second)]
    done = run(corpus, "rule", *colons, "--relation", "agrees", "--why", "the same side", "--by", "Eva")
    assert "called it “agrees” instead of “opposes”" in done.output
    assert "Eva called it" in run(corpus, "rulings").output
    listed = json.loads(run(corpus, "rulings", "--json").output)
    assert listed["rulings"][0]["action"] == Action.RELABEL
    card = json.loads(run(corpus, "error-card", "--json").output)
    assert (card["present"]["stood"], card["present"]["reviewed"], card["present"]["share"]) == (0, 1, None)
    assert "too few: 0 of 1" in run(corpus, "error-card").output
    assert "Withdrawn" in run(corpus, "withdraw-ruling", "1", "--by", "Ola").output
    assert run(corpus, "withdraw-ruling", "1").exit_code == 1
    sides = ("--first", "lindqvist", "--second", "omalley")
    assert "Marked: owner: Road desk." in run(corpus, "mark", *sides, "--owner", "Road desk").output
    assert json.loads(run(corpus, "compare", *sides, "--json").output)["handling"]["owner"] == "Road desk"
    assert "The mark is gone." in run(corpus, "mark", *sides).output


# In Chromium -------------------------------------------------------------------------------------------------

WIDTHS = (320, 768, 1280)


@pytest.fixture
def site(serve: Callable[[Flask], str], corpus: Corpus) -> str:
    """A running service that may be written to."""
    return serve(create_app(Config(), corpus))


def test_the_queue_is_worked_through_by_keys_alone(page: Page, site: str, corpus: Corpus) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{site}/review?by=Eva")
    waiting = corpus.reviewing.queue(corpus.topics()).waiting

    def press(*keys: str) -> None:
        for key in keys[:-1]:
            page.keyboard.press(key)
        with page.expect_navigation():
            page.keyboard.press(keys[-1])

    press("r", "2", "Enter")
    assert "Eva rejected the pair" in page.get_by_role("status").inner_text()
    (row,) = corpus.reviewing.decisions().rows
    assert row.decision.ruling.why == "one of them reports what others hold"
    assert row.decision.key == waiting[0].key
    press("u")
    assert "Eva withdrew" in page.get_by_role("status").inner_text()
    press("c")
    assert "Eva confirmed" in page.get_by_role("status").inner_text()
    press("s")
    skipped = page.locator("form.ruling input[name=first]").first.input_value()
    page.get_by_label("Your name").first.press_sequentially("car")
    assert page.get_by_label("Your name").first.input_value() == "carEva"
    page.keyboard.press("Enter")
    page.get_by_label("Single keys decide").uncheck()
    page.keyboard.press("r")
    page.wait_for_timeout(300)
    assert page.locator("form.ruling input[name=first]").first.input_value() == skipped
    assert corpus.reviewing.decisions().total == 2
    page.locator("summary", has_text="They agree").click()
    page.locator("#why-agrees").fill("they are on one side")
    page.get_by_role("button", name="They agree").first.click()
    page.locator(".done").wait_for()
    assert not page.get_by_label("Single keys decide").is_checked()
    assert corpus.reviewing.decisions().rows[0].decision.ruling.why == "they are on one side"


def test_a_reason_is_asked_for_where_the_decision_stands_and_only_where_one_is_needed(
    page: Page, site: str, corpus: Corpus
) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{site}/review?status=shown")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "why-reject"
    page.keyboard.type("2021 was another matter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("r")
    assert page.locator("#why-reject").input_value() == "2021 was another matter"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert corpus.reviewing.decisions().rows[0].decision.ruling.why == "2021 was another matter"
    with page.expect_navigation():
        page.keyboard.press("o" if page.locator("button", has_text="Confirm: they oppose").count() else "a")
    assert corpus.reviewing.decisions().rows[0].decision.ruling.action is Action.CONFIRM


def test_a_pair_too_close_to_call_says_which_keys_there_are_instead_of_confirm(page: Page, site: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{site}/review?status=unsure")
    page.keyboard.press("c")
    assert "Press o if they oppose, a if they agree, r if it is no pair." in page.locator("#said").inner_text()
    before = page.evaluate(
        "() => { const by = document.querySelector('form.ruling [name=by]');"
        " return [...document.querySelectorAll('form.ruling :is(button, summary)')].filter(one =>"
        " !one.hidden && by.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING).length }"
    )
    assert before == 0, "the name comes before what it is asked for"


def test_undo_goes_back_to_a_skipped_pair_or_says_that_there_is_nothing(page: Page, site: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{site}/review")

    def pair() -> str:
        return page.locator("form.ruling input[name=first]").first.input_value()

    def press(key: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)

    first = pair()
    press("s")
    assert pair() != first
    press("u")
    assert pair() == first
    page.keyboard.press("u")
    assert "nothing to undo" in page.locator("#said").inner_text()
    page.goto(f"{site}/review?skip=999")
    press("u")
    assert "skip=998" in page.url


def test_pairs_are_reviewed_and_put_together_without_javascript(chromium: Browser, site: str, corpus: Corpus) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}/compare")
    page.get_by_role("link", name="Review this pair").first.click()
    assert not page.locator("kbd").first.is_visible()
    page.get_by_label("Your name, for the log").first.fill("Ev")
    page.locator("summary", has_text="Reject: no pair").click()
    page.get_by_role("button", name="Reject: no pair").click()
    assert "A reason is missing" in page.get_by_role("alert").inner_text()
    assert page.evaluate("document.activeElement.id") == "why-reject"
    assert page.get_by_label("Your name, for the log").first.input_value() == "Ev"
    page.get_by_label("The wrong speaker").check()
    page.get_by_label("Your name, for the log").first.fill("Eva")
    page.get_by_role("button", name="Reject: no pair").click()
    assert "Eva rejected the pair" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Back to the comparison").click()
    assert "1 pair that a reader rejected is not shown." in page.locator("#comparison").inner_text()
    page.get_by_role("link", name="Review this pair").first.click()
    page.locator("summary", has_text="Pair another statement").click()
    page.locator("#other-second").select_option(index=1)
    chosen = page.locator("#other-second").input_value()
    page.locator("#why-again").fill("it answers this")
    page.locator(".repair").get_by_role("button", name="They oppose").click()
    assert page.get_by_role("status").count() == 1
    page.locator("#handling, .crumb").first.wait_for()
    seen = corpus.reviewing.decisions().rows[0].decision.seen
    assert chosen == seen["second"]["id"]
    context.close()


def test_no_page_of_the_review_scrolls_sideways_or_shuts_anybody_out(page: Page, site: str, corpus: Corpus) -> None:
    page.set_default_timeout(60_000)
    pairs = corpus.compare(limit=100).pairs
    for pair, decision in zip(pairs, ("confirm", "reject", "agrees"), strict=False):
        corpus.reviewing.rule(*ids(pair), decision, why="not about the same thing", by="Eva")
    corpus.reviewing.withdraw(1, by="Ola", why="too hasty")
    corpus.marking.mark("lindqvist", "omalley", owner="Road desk", status="draft", caveat="not for press")
    first, second = ids(pairs[1])
    for address in (
        "/review",
        "/review?status=sample",
        "/review?status=unsure&skip=999",
        f"/review/pair?first={first}&second={second}&back=%2Fcompare%3Flimit%3D100&done=2",
        "/rulings",
        "/review/errors",
        "/compare?include=unsure",
    ):
        page.goto(site + address)
        page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} at {width}"
        colours = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that differs between the schemes
        for scheme, options in (("light", None), ("dark", colours)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = axe(page, options)
            assert found.violations_count == 0, f"{address} in {scheme}: {found.generate_report()}"
