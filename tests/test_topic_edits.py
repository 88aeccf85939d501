"""Editing topics: every edit takes effect at once, says who made it, can be undone, and is refused where it must be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from models.topic import Origin, Topic
from service.errors import BadValue, Conflict, CounterposeError, Forbidden, Gone, NotFound
from service.readers import Source
from service.store.edit import Edit

if TYPE_CHECKING:
    from service.corpus import Corpus
    from service.store.queries import Stored
    from service.views import TopicRow


@pytest.fixture
def talks(topics_corpus: Corpus) -> Corpus:
    """Three topics of two speakers."""
    return topics_corpus


@pytest.fixture
def gas(talks: Corpus) -> str:
    return about(talks, "gas pipeline must never")


@pytest.fixture
def vaccines(talks: Corpus) -> str:
    return about(talks, "Patents keep vaccines")


def about(corpus: Corpus, words: str) -> str:
    """The id of the topic of the statement with these words."""
    found = next(one.quote.topic for one in stored(corpus) if words in one.quote.text)
    assert found is not None
    return found


def place(corpus: Corpus) -> str:
    return str(corpus._config.database_url).removeprefix("sqlite:///")


def stored(corpus: Corpus) -> tuple[Stored, ...]:
    with corpus._store.reading() as reading:
        return reading.statements()


def with_words(corpus: Corpus, *words: str) -> list[str]:
    """The ids of the statements that hold one of these."""
    return [one.quote.id for one in stored(corpus) if any(each in one.quote.text for each in words)]


def grouping(corpus: Corpus) -> dict[str, Topic]:
    with corpus._store.reading() as reading:
        return {one.id: one for one in reading.grouping()}


def state(corpus: Corpus) -> dict[str, tuple[Any, ...]]:
    """All of the topics but their versions."""
    return {
        one.id: (one.name, one.terms, one.members, one.settings.renamed, one.settings.locked, one.settings.hidden)
        for one in grouping(corpus).values()
    }


def row(corpus: Corpus, topic: str) -> TopicRow:
    return next(one for one in corpus.all_topics() if one.id == topic)


def version(corpus: Corpus, topic: str) -> int:
    return row(corpus, topic).settings.version


def steps(corpus: Corpus, edit: Edit) -> dict[str, tuple[str | None, str | None]]:
    from service.store.journal import Journal

    with corpus._store.reading() as reading:
        keys = Journal(reading).steps(edit.id)
    words = {one.text_sha256: one.quote.text for one in stored(corpus)}
    return {words[key]: step for key, step in keys.items()}


# Effects -----------------------------------------------------------------------------------------------------


def test_a_renamed_topic_keeps_its_id_and_is_listed_under_its_new_name(talks: Corpus, gas: str) -> None:
    edit = talks.editing.rename(gas, "  Gas from \n abroad ", by="Eva", why="what people call it")
    assert row(talks, gas).name == "Gas from abroad"
    assert row(talks, gas).settings.renamed
    assert talks.topic("gas from abroad").row.id == gas
    assert (edit.who, edit.why, edit.topic_id) == ("Eva", "what people call it", gas)


def test_a_merged_topic_goes_and_its_statements_are_the_other_ones(talks: Corpus, gas: str, vaccines: str) -> None:
    before = grouping(talks)
    talks.editing.merge(gas, vaccines)
    after = grouping(talks)
    assert vaccines not in after
    assert set(after[gas].members) == {*before[gas].members, *before[vaccines].members}
    assert after[gas].name == before[gas].name


def test_a_split_makes_a_topic_of_the_statements_named(talks: Corpus, gas: str) -> None:
    winter = with_words(talks, "winter")
    edit = talks.editing.split(gas, winter, "Cold winters")
    new = grouping(talks)[str(edit.other_id)]
    assert (new.id, new.name, new.members) == ("cold-winters", "Cold winters", tuple(sorted(winter)))
    assert (new.settings.origin, new.settings.renamed) == (Origin.MADE, True)
    assert any("winter" in term for term in new.terms)
    assert not set(winter) & set(grouping(talks)[gas].members)
    assert row(talks, "cold-winters").statements == len(winter)


def test_a_moved_statement_stands_in_the_other_topic_or_in_none(talks: Corpus, gas: str, vaccines: str) -> None:
    (one,), (other,) = with_words(talks, "other suppliers"), with_words(talks, "one supplier")
    talks.editing.move([one], vaccines)
    talks.editing.move([other], None)
    assert one in grouping(talks)[vaccines].members
    assert all(other not in topic.members for topic in grouping(talks).values())
    talks.editing.move([other], vaccines)
    assert other in grouping(talks)[vaccines].members


def test_the_same_words_go_together_in_whatever_document_they_stand(talks: Corpus, gas: str, vaccines: str) -> None:
    again = b"MINISTER OKORO:  The gas pipeline must be finished before the winter. The sea is calm.\n"
    talks.add(Source("again.txt", again))
    both = with_words(talks, "finished before the winter")
    assert len(both) == 2
    talks.editing.move(both[:1], vaccines)
    assert set(both) <= set(grouping(talks)[vaccines].members)


def test_a_hidden_topic_is_in_no_list_and_still_where_its_address_leads(talks: Corpus, gas: str) -> None:
    before = talks.topic(gas).quotes
    talks.editing.hide(gas)
    assert gas not in {one.id for one in talks.topics()}
    assert talks.topic(gas).quotes == before
    assert talks.compare(topic=gas).topic is not None
    talks.editing.hide(gas, False)
    assert gas in {one.id for one in talks.topics()}


def test_topics_stay_in_order_of_their_size(talks: Corpus) -> None:
    first, *_, last = (one.id for one in talks.topics())
    talks.editing.split(first, grouping(talks)[first].members[:1], "One statement")
    talks.editing.merge(last, next(one.id for one in talks.topics() if one.id not in (first, last, "one-statement")))
    sizes = [one.statements for one in talks.topics()]
    assert sizes == sorted(sizes, reverse=True)
    assert talks.topics()[0].id == last


def test_every_edit_of_a_topic_raises_its_version_and_has_its_centre_computed_anew(talks: Corpus, gas: str) -> None:
    path = place(talks)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE topic SET centre = x'00'")
    talks.editing.lock(gas)
    assert version(talks, gas) == 1
    talks.editing.rename(gas, "Pipes")
    assert version(talks, gas) == 2
    with sqlite3.connect(path) as connection:
        kept = dict(connection.execute("SELECT id, centre FROM topic"))
    assert kept.pop(gas) is None
    assert set(kept.values()) == {b"\0"}


def test_a_topic_whose_last_statement_was_moved_is_empty_and_can_be_looked_at(talks: Corpus, gas: str) -> None:
    talks.editing.move(grouping(talks)[gas].members, None)
    assert gas not in {one.id for one in talks.topics()}
    assert talks.topic(gas).quotes == ()


# What is kept ------------------------------------------------------------------------------------------------


def test_every_edit_is_kept_with_all_the_statements_that_it_is_about(talks: Corpus, gas: str, vaccines: str) -> None:
    texts = {one.quote.id: one.quote.text for one in stored(talks)}
    in_gas, in_vaccines = ({texts[one] for one in grouping(talks)[each].members} for each in (gas, vaccines))
    renamed = talks.editing.rename(gas, "Pipes")
    assert steps(talks, renamed) == dict.fromkeys(in_gas, (gas, gas))
    for edit in (talks.editing.lock(gas), talks.editing.lock(gas, False), talks.editing.hide(gas)):
        assert steps(talks, edit) == dict.fromkeys(in_gas, (gas, gas))
    winter = {text for text in in_gas if "winter" in text}
    split = talks.editing.split(gas, with_words(talks, "winter"), "Winter")
    staying = dict.fromkeys(in_gas - winter, (gas, gas))
    assert steps(talks, split) == {**dict.fromkeys(winter, (gas, "winter")), **staying}
    (patents,) = with_words(talks, "Patents")
    moved = talks.editing.move([patents], "winter")
    assert steps(talks, moved) == {texts[patents]: (vaccines, "winter")}
    merged = talks.editing.merge("winter", vaccines)
    left = dict.fromkeys(in_vaccines - {texts[patents]}, (vaccines, "winter"))
    assert steps(talks, merged) == {**left, **dict.fromkeys({*winter, texts[patents]}, ("winter", "winter"))}


def test_every_edit_and_every_undo_is_in_the_audit(talks: Corpus, gas: str, vaccines: str) -> None:
    known = len(list(talks.audit()))
    editing = talks.editing
    editing.rename(gas, "Pipes", by="Eva", why="shorter")
    editing.move(with_words(talks, "Patents"), gas, by="Eva")
    editing.split(gas, with_words(talks, "winter"), "Winter", by="Eva")
    editing.merge(gas, vaccines, by="Eva")
    editing.lock(gas, by="Eva")
    editing.lock(gas, False, by="Eva")
    editing.hide(gas, by="Eva")
    last = editing.hide(gas, False, by="Eva")
    editing.undo(last.id, by="Olaf", why="by mistake")
    rows = list(talks.audit())[known:]
    assert [one.action for one in rows] == [
        *("rename-topic", "move-topic", "split-topic", "merge-topic"),
        *("lock-topic", "unlock-topic", "hide-topic", "show-topic", "undo-topic-edit"),
    ]
    assert {one.who for one in rows[:-1]} == {"Eva"}
    assert {one.verified for one in rows} == {False}
    assert (rows[0].subject, rows[0].detail["why"]) == (gas, "shorter")
    assert (rows[-1].who, rows[-1].detail["edit"], rows[-1].detail["why"]) == ("Olaf", last.id, "by mistake")


def test_the_journal_says_in_words_who_did_what(talks: Corpus, gas: str, vaccines: str) -> None:
    name, other = row(talks, gas).name, row(talks, vaccines).name
    editing = talks.editing
    editing.rename(gas, "Pipes", by="Eva")
    editing.move(with_words(talks, "Patents"), gas)
    editing.move(with_words(talks, "Patents"), None)
    editing.move(with_words(talks, "Patents"), gas)
    editing.split(gas, with_words(talks, "winter"), "Winter")
    editing.merge(gas, vaccines)
    editing.lock(gas)
    editing.lock(gas, False)
    editing.hide(gas)
    editing.hide(gas, False)
    winter = len(with_words(talks, "winter"))
    assert [one.edit.what for one in reversed(editing.journal())] == [
        f"renamed “{name}” to “Pipes”",
        f"moved 1 statement from “{other}” to “Pipes”",
        "took 1 statement out of “Pipes”",
        "put 1 statement into “Pipes”",
        f"split “Winter” ({winter} statements) off “Pipes”",
        f"merged “{other}” into “Pipes”",
        *("locked “Pipes”", "unlocked “Pipes”", "hid “Pipes”", "showed “Pipes” again"),
    ]
    assert editing.journal()[-1].edit.said.startswith("Eva renamed")
    assert editing.journal()[0].edit.said.startswith("somebody showed")


# Undoing -----------------------------------------------------------------------------------------------------

Make = Callable[["Corpus", str, str], Edit]
MAKE: dict[str, Make] = {
    "rename": lambda corpus, gas, _: corpus.editing.rename(gas, "Pipes"),
    "merge": lambda corpus, gas, vaccines: corpus.editing.merge(gas, vaccines),
    "split": lambda corpus, gas, _: corpus.editing.split(gas, with_words(corpus, "winter"), "Winter"),
    "move": lambda corpus, _, vaccines: corpus.editing.move(with_words(corpus, "winter"), vaccines),
    "take out": lambda corpus, *_: corpus.editing.move(with_words(corpus, "winter"), None),
    "empty": lambda corpus, gas, vaccines: corpus.editing.move(grouping(corpus)[gas].members, vaccines),
    "lock": lambda corpus, gas, _: corpus.editing.lock(gas),
    "hide": lambda corpus, gas, _: corpus.editing.hide(gas),
}


@pytest.mark.parametrize("make", MAKE)
def test_what_is_undone_is_as_it_was(talks: Corpus, gas: str, vaccines: str, make: str) -> None:
    before, seen = state(talks), version(talks, gas)
    edit = MAKE[make](talks, gas, vaccines)
    assert state(talks) != before
    undone = talks.editing.undo(edit.id, by="Olaf", why="by mistake")
    assert state(talks) == before
    assert undone.undone is not None
    assert (undone.undone.who, undone.undone.why) == ("Olaf", "by mistake")
    assert make == "move" or version(talks, gas) > seen + 1 or make == "empty"


@pytest.mark.parametrize("action", ["lock", "hide"])
def test_unlocking_and_showing_can_be_undone(talks: Corpus, gas: str, action: str) -> None:
    change = getattr(talks.editing, action)
    change(gas)
    before = state(talks)
    talks.editing.undo(change(gas, False).id)
    assert state(talks) == before


def test_a_merge_undone_brings_the_topic_back_under_its_id(talks: Corpus, gas: str, vaccines: str) -> None:
    edit = talks.editing.merge(gas, vaccines)
    assert talks.topic(vaccines).row.id == gas
    talks.editing.undo(edit.id)
    assert talks.topic(vaccines).row.id == vaccines
    talks.editing.undo(talks.editing.merge(vaccines, gas).id)
    assert {gas, vaccines} <= grouping(talks).keys()


def test_a_merge_of_topics_that_share_words_is_undone_to_the_statement(talks: Corpus, gas: str, vaccines: str) -> None:
    talks.add(
        Source("again.txt", b"MINISTER OKORO:  Vaccines must reach the poorest countries first. The sea is calm.")
    )
    first, second = with_words(talks, "Vaccines must reach")
    with sqlite3.connect(place(talks)) as connection:
        connection.execute("DELETE FROM topic_statement WHERE statement_id IN (?, ?)", (first, second))
        into = "INSERT INTO topic_statement SELECT id, ?, label_id FROM statement WHERE id = ?"
        connection.executemany(into, ((gas, first), (vaccines, second)))
    before = state(talks)
    for kept, merged in ((gas, vaccines), (vaccines, gas)):
        edit = talks.editing.merge(kept, merged)
        assert {first, second} <= set(grouping(talks)[kept].members)
        talks.editing.undo(edit.id)
        assert state(talks) == before


def test_an_edit_is_not_undone_while_later_ones_rest_on_it(talks: Corpus, gas: str, vaccines: str) -> None:
    split = talks.editing.split(gas, with_words(talks, "winter"), "Winter")
    renamed = talks.editing.rename("winter", "Winters", by="Eva")
    moved = talks.editing.move(with_words(talks, "before the winter"), vaccines)
    with pytest.raises(Conflict) as error:
        talks.editing.undo(split.id)
    assert "Eva renamed “Winter” to “Winters”" in error.value.message
    assert error.value.message.index(f"(edit {moved.id})") < error.value.message.index(f"(edit {renamed.id})")
    talks.editing.undo(moved.id)
    talks.editing.undo(renamed.id)
    talks.editing.undo(split.id)
    assert "winter" not in grouping(talks)


def test_an_edit_of_another_topic_is_no_obstacle(talks: Corpus, gas: str, vaccines: str) -> None:
    edit = talks.editing.rename(gas, "Pipes")
    talks.editing.rename(vaccines, "Doses")
    talks.editing.undo(edit.id)
    assert row(talks, gas).name != "Pipes"


def test_what_is_undone_is_not_undone_again_but_made_again(talks: Corpus, gas: str) -> None:
    edit = talks.editing.rename(gas, "Pipes", by="Eva")
    talks.editing.undo(edit.id, by="Olaf")
    with pytest.raises(Conflict, match=r"Olaf undid on .*: Eva renamed"):
        talks.editing.undo(edit.id)
    talks.editing.rename(gas, "Pipes")
    assert row(talks, gas).name == "Pipes"


def test_undoing_a_rename_does_not_give_two_topics_one_name(talks: Corpus, gas: str, vaccines: str) -> None:
    talks.editing.rename(gas, "Pipes")
    edit = talks.editing.rename(gas, "Tubes")
    talks.editing.rename(vaccines, "Pipes")
    with pytest.raises(Conflict, match="already"):
        talks.editing.undo(edit.id)
    assert row(talks, gas).name == "Tubes"


# Refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda e, gas, _: e.rename(gas, " \n"), BadValue, "name is empty"),
        (lambda e, gas, _: e.rename(gas, "x" * 201), BadValue, "201 characters"),
        (lambda e, gas, _: e.rename(gas, "a\0b"), BadValue, "NUL"),
        (lambda e, gas, vaccines: e.rename(gas, vaccines.upper()), Conflict, "There is a topic"),
        (lambda e, *_: e.rename("nowhere", "Pipes"), NotFound, "nowhere"),
        (lambda e, gas, _: e.rename(gas, "Pipes", why="y" * 1001), BadValue, "1,001 characters"),
        (lambda e, gas, _: e.merge(gas, gas), BadValue, "Both are the topic"),
        (lambda e, gas, _: e.merge(gas, "nowhere"), NotFound, "nowhere"),
        (lambda e, gas, _: e.split(gas, [], "New"), BadValue, "No statement is named"),
        (lambda e, gas, _: e.split(gas, ["x-1-2"], "New"), NotFound, "x-1-2"),
        (lambda e, gas, _: e.move(["x-1-2"], gas), NotFound, "x-1-2"),
        (lambda e, gas, _: e.move([], gas), BadValue, "No statement is named"),
        (lambda e, gas, _: e.lock(gas, False), BadValue, "is not locked already"),
        (lambda e, gas, _: e.hide(gas, False), BadValue, "is not hidden already"),
        (lambda e, *_: e.undo(99), NotFound, "no edit 99"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    talks: Corpus, gas: str, vaccines: str, wrong: Any, error: type[CounterposeError], said: str
) -> None:
    before, audit = state(talks), len(list(talks.audit()))
    with pytest.raises(error, match=said):
        wrong(talks.editing, gas, vaccines)
    assert (state(talks), len(list(talks.audit()))) == (before, audit)
    assert talks.editing.journal() == ()


def test_a_name_of_another_topic_is_refused_with_an_offer_to_merge(talks: Corpus, gas: str, vaccines: str) -> None:
    for call in (
        lambda: talks.editing.rename(gas, row(talks, vaccines).name.upper()),
        lambda: talks.editing.split(gas, with_words(talks, "winter"), row(talks, vaccines).name),
    ):
        with pytest.raises(Conflict) as error:
            call()
        assert "Merge the two" in error.value.remedy
        assert error.value.nearest == (vaccines,)


def test_a_topic_keeps_its_own_name_with_other_capitals(talks: Corpus, gas: str) -> None:
    name = row(talks, gas).name
    talks.editing.rename(gas, name)
    assert row(talks, gas).settings.renamed
    with pytest.raises(BadValue, match="already"):
        talks.editing.rename(gas, name)
    talks.editing.rename(gas, name.upper())
    assert row(talks, gas).name == name.upper()


def test_splitting_off_everything_or_what_is_elsewhere_is_refused(talks: Corpus, gas: str, vaccines: str) -> None:
    with pytest.raises(BadValue, match="all statements"):
        talks.editing.split(gas, grouping(talks)[gas].members, "New")
    with pytest.raises(Conflict, match="1 are not in"):
        talks.editing.split(gas, [grouping(talks)[gas].members[0], grouping(talks)[vaccines].members[0]], "New")


def test_moving_to_where_it_is_already_is_refused(talks: Corpus, gas: str, vaccines: str) -> None:
    (one,) = with_words(talks, "Patents")
    with pytest.raises(BadValue, match="already"):
        talks.editing.move([one], vaccines)
    with pytest.raises(BadValue, match="several topics"):
        talks.editing.move([one, *with_words(talks, "winter")], None)
    talks.editing.move([one], None)
    with pytest.raises(BadValue, match="in no topic already"):
        talks.editing.move([one], None)


def test_nothing_joins_or_leaves_a_locked_topic(talks: Corpus, gas: str, vaccines: str) -> None:
    talks.editing.lock(gas)
    for call in (
        lambda: talks.editing.merge(gas, vaccines),
        lambda: talks.editing.merge(vaccines, gas),
        lambda: talks.editing.split(gas, with_words(talks, "winter"), "Winter"),
        lambda: talks.editing.move(with_words(talks, "winter"), vaccines),
        lambda: talks.editing.move(with_words(talks, "winter"), None),
        lambda: talks.editing.move(with_words(talks, "Patents"), gas),
    ):
        with pytest.raises(Conflict, match="locked") as error:
            call()
        assert "Unlock it first" in error.value.remedy
    talks.editing.rename(gas, "Pipes")
    talks.editing.lock(gas, False)
    talks.editing.merge(gas, vaccines)


def test_a_read_only_corpus_takes_no_edits(
    corpus_factory: Callable[..., Corpus], talks: Corpus, gas: str, vaccines: str
) -> None:
    talks.editing.rename(gas, "Pipes")
    frozen = corpus_factory(read_only=True, database_url=str(talks._config.database_url))
    for make in MAKE.values():
        with pytest.raises(Forbidden):
            make(frozen, gas, vaccines)
    with pytest.raises(Forbidden):
        frozen.editing.undo(1)
    assert len(frozen.editing.journal()) == 1


# Two editors -------------------------------------------------------------------------------------------------


def test_a_stale_edit_is_refused_with_what_was_done_meanwhile(talks: Corpus, gas: str, vaccines: str) -> None:
    seen = version(talks, gas)
    talks.editing.rename(gas, "Pipes", by="Eva", version=seen)
    talks.editing.undo(talks.editing.hide(gas, by="Eva").id, by="Olaf")
    stale: tuple[Callable[[], Edit], ...] = (
        lambda: talks.editing.rename(gas, "Gas", version=seen),
        lambda: talks.editing.merge(gas, vaccines, version=seen),
        lambda: talks.editing.split(gas, with_words(talks, "winter"), "Winter", version=seen),
        lambda: talks.editing.move(with_words(talks, "winter"), None, version=seen),
        lambda: talks.editing.lock(gas, version=seen),
        lambda: talks.editing.hide(gas, version=seen),
    )
    for call in stale:
        with pytest.raises(Conflict) as error:
            call()
        assert "Eva renamed" in error.value.message
        assert "Olaf undid on" in error.value.message
    talks.editing.lock(gas, version=version(talks, gas))


def test_a_stale_edit_names_no_edit_that_was_seen(talks: Corpus, gas: str) -> None:
    talks.editing.rename(gas, "Pipes", by="Eva")
    seen = version(talks, gas)
    talks.editing.lock(gas, by="Olaf")
    with pytest.raises(Conflict) as error:
        talks.editing.hide(gas, version=seen)
    assert "Olaf locked" in error.value.message
    assert "Eva" not in error.value.message


def test_editing_a_topic_that_was_merged_meanwhile_says_into_which(talks: Corpus, gas: str, vaccines: str) -> None:
    seen = version(talks, vaccines)
    talks.editing.merge(gas, vaccines, by="Eva")
    with pytest.raises(Conflict, match="Eva merged") as error:
        talks.editing.rename(vaccines, "Doses", version=seen)
    assert error.value.nearest == (gas,)


def test_moving_what_somebody_else_has_moved_is_refused(talks: Corpus, gas: str, vaccines: str) -> None:
    seen = version(talks, gas)
    (one,) = with_words(talks, "before the winter")
    talks.editing.move([one], vaccines, by="Eva")
    with pytest.raises(Conflict, match="Eva moved 1 statement"):
        talks.editing.move([one], None, seen_in=gas, version=seen)
    with pytest.raises(Conflict, match="are not in"):
        talks.editing.move([one], None, seen_in=gas)


# Old links ---------------------------------------------------------------------------------------------------


def vanish(corpus: Corpus, topic: str) -> None:
    """As when no group continues it: what grouping anew does."""
    with sqlite3.connect(place(corpus)) as connection:
        name, terms = connection.execute("SELECT name, terms FROM topic WHERE id = ?", (topic,)).fetchone()
        connection.execute("DELETE FROM topic_statement WHERE topic_id = ?", (topic,))
        connection.execute("DELETE FROM topic WHERE id = ?", (topic,))
        connection.execute("INSERT INTO topic_gone VALUES (?, ?, ?, NULL, '2021-12-02')", (topic, name, terms))
        connection.execute("UPDATE state SET revision = revision + 1")


def test_an_old_name_still_leads_to_the_topic(talks: Corpus, gas: str, vaccines: str) -> None:
    name, other = row(talks, gas).name, row(talks, vaccines).name
    talks.editing.rename(gas, "Pipes")
    talks.editing.rename(gas, "Tubes")
    for text in (name, name.upper(), "pipes", "Tubes", gas):
        assert talks.topic(text).row.id == gas
        found = talks.compare(topic=text).topic
        assert found is not None
        assert found.id == gas
    talks.editing.rename(vaccines, "Pipes")
    assert talks.topic("Pipes").row.id == vaccines
    assert talks.topic(other).row.id == vaccines


def test_merged_topics_lead_from_one_to_the_next(talks: Corpus, gas: str, vaccines: str) -> None:
    fish = about(talks, "Fishing boats may")
    name = row(talks, gas).name
    talks.editing.merge(vaccines, gas)
    talks.editing.merge(fish, vaccines)
    for text in (gas, vaccines, name):
        assert talks.topic(text).row.id == fish
        found = talks.compare(topic=text).topic
        assert found is not None
        assert found.id == fish


def test_an_id_is_not_given_twice_and_comes_before_a_name(talks: Corpus, gas: str, vaccines: str) -> None:
    split = talks.editing.split(gas, with_words(talks, "winter"), "Winter")
    talks.editing.undo(split.id)
    assert talks.topic("winter").row.id == gas
    again = talks.editing.split(gas, with_words(talks, "winter"), "Winter")
    assert again.other_id == "winter-2"
    assert talks.topic("winter").row.id == gas  # where an old link's statements were
    assert talks.topic("Winter").row.id == "winter-2"


def test_a_vanished_topic_says_so_and_offers_the_nearest(talks: Corpus, gas: str, vaccines: str) -> None:
    name = row(talks, gas).name
    split = talks.editing.split(gas, with_words(talks, "one supplier"), "Gas supplier")
    vanish(talks, gas)
    for call in (lambda: talks.topic(gas), lambda: talks.compare(topic=gas)):
        with pytest.raises(Gone) as error:
            call()
        assert name in error.value.message
        assert split.other_id in error.value.nearest
    words = talks.compare(topic=name).topic  # typed, not followed: compared as the words they are
    assert words is not None
    assert words.id is None


def test_a_topic_merged_into_one_that_vanished_is_gone_too(talks: Corpus, gas: str, vaccines: str) -> None:
    talks.editing.merge(gas, vaccines)
    vanish(talks, gas)
    with pytest.raises(Gone, match="was merged into"):
        talks.topic(vaccines)
    with pytest.raises(Gone):
        talks.editing.rename(gas, "Pipes")


def test_what_is_hidden_is_not_offered_for_what_vanished(talks: Corpus, gas: str) -> None:
    split = talks.editing.split(gas, with_words(talks, "one supplier"), "Gas supplier")
    talks.editing.hide(str(split.other_id))
    vanish(talks, gas)
    with pytest.raises(Gone) as error:
        talks.topic(gas)
    assert split.other_id not in error.value.nearest


# What cannot be placed ---------------------------------------------------------------------------------------


def test_edits_of_what_is_gone_are_listed_as_not_placed(talks: Corpus, gas: str, vaccines: str) -> None:
    fish, name = about(talks, "Fishing boats may"), row(talks, gas).name
    renamed = talks.editing.rename(gas, "Pipes")
    merged = talks.editing.merge(fish, vaccines)
    assert [one.lost for one in talks.editing.journal()] == [None, None]
    vanish(talks, gas)
    lost = {one.edit.id: one.lost for one in talks.editing.journal()}
    assert lost[renamed.id] == f"The topic “{name}” is no more."
    assert lost[merged.id] is None
    talks.remove(talks.documents()[0].id)
    lost = {one.edit.id: one.lost for one in talks.editing.journal()}
    assert lost == dict.fromkeys((renamed.id, merged.id), "None of its statements is here any more.")
    talks.editing.undo(renamed.id)
    assert {one.edit.id: one.lost for one in talks.editing.journal()}[renamed.id] is None
