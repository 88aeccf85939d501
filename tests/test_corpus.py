"""Corpus: what goes in can be found, corrected, compared and taken out again, and every quote is proven."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from models.embedding import Embedder
from models.published import as_json
from models.relation import RelationClassifier
from models.transcript import Kind, Metadata, Record
from service.config import Config
from service.corpus import SAMPLES, Corpus
from service.errors import (
    BadValue,
    Conflict,
    CounterposeError,
    Forbidden,
    Gone,
    NoSpeakers,
    NotFound,
    TooLarge,
    Unavailable,
    Unreadable,
)
from service.readers import Source
from service.store.store import Store

TABLES = ("document", "utterance", "statement", "label", "speaker", "embedding", "relation", "topic", "topic_statement")

DAM = b"""---
title: Talks on the river
date: 1987-05-04
place: Arlen
---

MINISTER OKORO:  The dam will be finished next year and nothing will stop its construction. It gives light to
our villages. Our farmers need electricity from the dam.

MINISTER VELDE:  The dam must never be finished, because it takes the water of our farmers. We demand that its
construction stops at once. The fishing boats of both countries should share the coast.

Q  Minister, will you meet again?

MINISTER OKORO:  We will meet again in autumn. The fishing boats of both countries may use the coast together.
"""

FISH = b"""---
title: Statement on fishing
date: 1988
place: Tamsin
---

MINISTER VELDE:  Foreign fishing boats have no right to fish along our coast. The dam on the river dries out our fields.

MINISTER MARSH:  Everybody has the right to fish along this coast. Fishing quotas must be divided equally.
"""


def source(data: bytes = DAM, name: str = "talks.md") -> Source:
    return Source(name, data)


def rows(corpus: Corpus) -> dict[str, int]:
    with sqlite3.connect(place(corpus)) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def place(corpus: Corpus) -> str:
    return str(corpus._config.database_url).removeprefix("sqlite:///")


def dump(corpus: Corpus) -> list[str]:
    with sqlite3.connect(place(corpus)) as connection:
        return list(connection.iterdump())


@pytest.fixture(scope="module")
def added(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """A corpus with both documents, to be copied."""
    corpus = corpus_factory()
    corpus.add(source())
    corpus.add(source(FISH, "fish.md"))
    return corpus


@pytest.fixture
def talks(corpus_factory: Callable[..., Corpus], added: Corpus) -> Corpus:
    """A corpus with both documents, of which nothing was judged."""
    return corpus_factory(added)


# Transcripts in


def test_a_preview_says_who_said_what_and_stores_nothing(corpus: Corpus) -> None:
    before = dump(corpus)
    preview = corpus.preview(source())
    assert [(row.label, row.kind, row.speaker and row.speaker.name, row.utterances) for row in preview.labels] == [
        ("MINISTER OKORO", Kind.SPEECH, "Minister Okoro", 2),
        ("MINISTER VELDE", Kind.SPEECH, "Minister Velde", 1),
        ("Q", Kind.QUESTION, None, 1),
    ]
    assert preview.metadata == Metadata("Talks on the river", "1987-05-04", "Arlen")
    assert preview.turns[0].first_words.startswith("The dam will be finished")
    assert (preview.duplicate, preview.format) == (None, "markdown")
    assert dump(corpus) == before


def test_a_lack_of_a_second_speaker_is_told_only_where_it_is_news(corpus: Corpus) -> None:
    words = b"The harbour must stay open all winter. Without it the islands would starve."
    alone = corpus.add(source(words, "a.txt"), speaker="Ann")
    assert ["needs another one" in each for each in alone.warnings] == [True]
    assert corpus.add(source(words + b" So it is.", "b.txt"), speaker="Bob").warnings == ()
    labelled = corpus.add(source(b"MINISTER CLAY: " + words, "c.txt"))
    assert labelled.warnings == ()


def test_the_text_that_belongs_to_nobody_is_shown_without_the_labels(corpus: Corpus) -> None:
    banner = b"An official page of the ministry\n\nANNA: We want peace in the valley.\n\nBERT: We want it as well.\n"
    assert corpus.preview(source(banner, "a.txt")).left_out == ("An official page of the ministry",)


def test_neither_a_header_nor_half_a_bracket_is_shown_as_said_by_nobody(corpus: Corpus) -> None:
    words = b"ANNA: We want peace.\n\nBERT: We want it as well.\n\n(They depart.)\n"
    data = b"---\ntitle: Talks\n---\n" + words
    shown = ("(They depart.)",)
    assert corpus.preview(source(data, "a.md")).left_out == shown
    assert corpus.document(corpus.add(source(data, "a.md")).document.id).left_out == shown


def test_an_added_document_is_there_with_all_that_came_from_it(corpus: Corpus) -> None:
    added = corpus.add(source(), by="me")
    assert [who.name for who in added.speakers] == ["Minister Okoro", "Minister Velde"]
    assert corpus.documents() == (added.document,)
    assert corpus.text(added.document.id) == DAM.decode()
    assert corpus.original(added.document.id) == ("talks.md", DAM)
    assert 0 < added.comparable <= added.statements
    assert corpus.topics()
    (note,) = corpus.audit()
    assert (note.who, note.verified, note.action, note.subject) == ("me", False, "add", added.document.id)


def test_metadata_given_by_hand_overrides_the_files_own(corpus: Corpus) -> None:
    added = corpus.add(source(), Metadata(place="Bellow", record=Record.SUMMARY, title="  "))
    assert added.document.metadata == Metadata("Talks on the river", "1987-05-04", "Bellow", record=Record.SUMMARY)


@pytest.mark.parametrize("given", [Metadata(date="4 May 1987"), Metadata(date="1987-13"), Metadata(source_url="x.org")])
def test_metadata_that_makes_no_sense_is_refused(corpus: Corpus, given: Metadata) -> None:
    with pytest.raises(BadValue):
        corpus.add(source(), given)
    assert corpus.documents() == ()


def test_the_same_document_added_twice_is_one_document_and_the_second_time_changes_nothing(corpus: Corpus) -> None:
    first = corpus.add(source())
    before = dump(corpus)
    second = corpus.add(source(name="another-name.md"), Metadata(title="Another title"))
    assert (second.duplicate, second.document) == (True, first.document)
    assert corpus.preview(source()).duplicate == first.document
    assert dump(corpus) == before


def test_a_near_copy_is_pointed_out_and_added(corpus: Corpus) -> None:
    original = corpus.add(source())
    copy = corpus.add(source(DAM.replace(b"in autumn", b"in the autumn"), "corrected.md"))
    ((row, share),) = copy.near_copies
    assert row == original.document
    assert 0.9 < share < 1


def test_labels_can_be_mapped_to_speakers_or_to_nobody(corpus: Corpus) -> None:
    added = corpus.add(source(), speakers={"MINISTER OKORO": "Ada Okoro", "minister velde": None})
    assert [(who.name, who.role) for who in added.speakers] == [("Ada Okoro", "Minister")]
    assert [row.speaker.name for row in corpus.speakers()] == ["Ada Okoro"]
    kinds = {turn.label: turn.kind for turn in corpus.document(added.document.id).utterances}
    assert kinds["MINISTER VELDE"] == Kind.AUDIENCE


def test_a_mapped_label_that_does_not_occur_is_mentioned(corpus: Corpus) -> None:
    added = corpus.add(source(), speakers={"MINISTER OKRO": "Ada Okoro"})
    assert any("OKRO" in warning for warning in added.warnings)


def test_a_text_without_labels_needs_a_speaker_and_takes_one(corpus: Corpus) -> None:
    speech = Source("speech.txt", b"We came here for peace in the valley. Nobody will take our river from us.")
    with pytest.raises(NoSpeakers):
        corpus.add(speech)
    assert [who.name for who in corpus.add(speech, speaker="Republic of Arlen").speakers] == ["Republic of Arlen"]


def test_a_files_name_can_say_who_spoke_and_when(corpus: Corpus) -> None:
    speech = Source("ARL_42_1987.txt", b"We came here for peace in the valley. Nobody will take our river from us.")
    added = corpus.add(speech, from_name=r"(?P<speaker>\w{3})_(?P<session>\d+)_(?P<year>\d{4})")
    assert [who.name for who in added.speakers] == ["ARL"]
    assert (added.document.metadata.date, added.document.metadata.title) == ("1987", "Session 42, ARL")


@pytest.mark.parametrize("pattern", ["(", "no groups", "(?P<who>.*)", r"(?P<speaker>\d{9})", r"(?P<year>\d\d)_"])
def test_an_expression_for_files_names_that_does_not_work_is_refused(corpus: Corpus, pattern: str) -> None:
    with pytest.raises(BadValue):
        corpus.add(Source("ARL_42_1987.txt", b"We came here for peace."), from_name=pattern, speaker=None)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Unreadable),
        (b" \n\n", Unreadable),
        (b"\x00\x01\x02\xff\xfe" * 50, Unreadable),
        (b"No labels here at all, only prose that goes on.", NoSpeakers),
        (b"ANNA: " + b"peace and bread. " * 200_000, TooLarge),
    ],
)
def test_a_bad_file_is_refused_with_a_remedy_and_changes_nothing(
    corpus_factory: Callable[..., Corpus], data: bytes, error: type[CounterposeError]
) -> None:
    corpus = corpus_factory(max_bytes=1_000_000)
    before = dump(corpus)
    with pytest.raises(error) as raised:
        corpus.add(Source("bad.txt", data))
    assert raised.value.message
    assert raised.value.remedy
    assert dump(corpus) == before


def test_the_sample_added_twice_is_there_once_and_says_that_it_is_a_summary(corpus: Corpus) -> None:
    corpus.add_sample(by="me")
    corpus.add_sample(by="me")
    assert [row.metadata.record for row in corpus.documents()] == [Record.SUMMARY]
    assert [note.action for note in corpus.audit()] == ["add"]


def test_an_older_sample_makes_room_for_the_one_that_comes_with_this_version(corpus: Corpus) -> None:
    (sample,) = SAMPLES.glob("*.md")
    corpus.add(Source(sample.name, sample.read_bytes() + b"\nThe talks lasted for an hour in the old town hall.\n"))
    corpus.add_sample()
    (row,) = corpus.documents()
    assert corpus.text(row.id) == sample.read_text("utf-8")


def test_topics_left_open_are_grouped_for_whoever_asks_next(corpus: Corpus) -> None:
    corpus.add(source(), regroup=False)
    assert [note.action for note in corpus.audit()] == ["add"]
    assert corpus.topics()
    corpus.topics()
    assert [note.action for note in corpus.audit()] == ["add", "regroup"]


def test_a_document_that_is_a_small_part_moves_nothing_and_says_what_it_joined(
    topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.topics.grouping.GROWTH", 10)
    before = {row.id: row.statements for row in topics_corpus.topics()}
    added = topics_corpus.add(Source("gas.md", b"MINISTER MARSH:  The gas pipeline must be built before the winter."))
    (topic,) = {row.id for row in topics_corpus.topics() if row.statements != before[row.id]}
    assert "pipeline" in topics_corpus.topic(topic).row.name.lower()
    assert added.moves is not None
    assert (added.moves.moved, dict(added.moves.joined)) == ((), {topic: 1})
    assert topics_corpus.changes(added.document.id) == list(topics_corpus.audit())[-1]
    topics_corpus.remove(added.document.id)
    assert {row.id: row.statements for row in topics_corpus.topics()} == before


def test_when_much_has_come_all_is_grouped_anew_and_what_moved_is_named(topics_corpus: Corpus) -> None:
    before = {row.id for row in topics_corpus.topics()}
    text = "MINISTER MARSH:  Bears ate the honey. Bears came into the village. Bees make honey. The village keeps bees."
    added = topics_corpus.add(Source("bears.md", text.encode()))
    assert added.moves is not None
    assert before <= {row.id for row in topics_corpus.topics()}
    assert set(added.moves.begun) == {row.id for row in topics_corpus.topics()} - before != set()
    assert topics_corpus.add(Source("bears.md", text.encode())).moves is None


def test_an_interrupted_add_changes_nothing(
    corpus_factory: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_factory()
    corpus.add(source())
    before = dump(corpus)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.store.store.Writing.note", interrupted)  # the last thing within the transaction
    with pytest.raises(KeyboardInterrupt):
        corpus.add(source(FISH, "fish.md"))
    assert dump(corpus) == before


def test_removing_the_last_document_leaves_nothing_but_the_audit(corpus: Corpus) -> None:
    added = corpus.add(source())
    corpus.compare()
    assert rows(corpus)["relation"] > 0
    assert corpus.remove(added.document.id, by="me") == added.document
    assert set(rows(corpus).values()) == {0}
    assert [note.action for note in corpus.audit()] == ["add", "remove"]


def test_no_word_of_a_document_that_was_removed_is_left_in_the_file(talks: Corpus) -> None:
    told = b"ANN: The zanzibarite rules of the harbour must stay.\n\nBEN: The zanzibarite rules of the harbour must go."
    added = talks.add(source(told, "told.txt"))
    talks.compare(topic="the rules of the harbour")
    assert kept_of(b"zanzibar", talks)
    talks.remove(added.document.id)
    with sqlite3.connect(place(talks)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not kept_of(b"zanzibar", talks)


def kept_of(word: bytes, corpus: Corpus) -> list[str]:
    """The files of the database that hold a word."""
    path = Path(place(corpus))
    return [file.name for file in path.parent.glob(f"{path.name}*") if word in file.read_bytes().lower()]


def test_removing_one_document_leaves_the_other_as_if_it_had_come_alone(
    talks: Corpus, corpus_factory: Callable[..., Corpus]
) -> None:
    alone = corpus_factory()
    alone.add(source(FISH, "fish.md"))
    talks.remove(next(row.id for row in talks.documents() if row.original_name == "talks.md"))
    assert rows(talks) == rows(alone)
    assert [row.speaker for row in talks.speakers()] == [row.speaker for row in alone.speakers()]
    assert comparison(talks) == comparison(alone)


def test_a_replaced_document_keeps_what_the_new_file_does_not_say(corpus: Corpus) -> None:
    old = corpus.add(source(), Metadata(publisher="The ministry"))
    corpus.rename_speaker("okoro", "Ada Okoro")
    corrected = (
        b"MINISTER OKORO: The dam will be finished in two years.\n\nMINISTER VELDE: The dam must not be finished.\n"
    )
    new = corpus.replace(old.document.id, source(corrected, "talks.txt"), Metadata(place="Bellow"), by="me")
    assert [row.id for row in corpus.documents()] == [new.document.id]
    assert new.document.metadata == Metadata("Talks on the river", "1987-05-04", "Bellow", "The ministry")
    assert [who.name for who in new.speakers] == ["Ada Okoro", "Minister Velde"]
    with pytest.raises(Gone, match="was replaced"):
        corpus.text(old.document.id)
    assert [note.action for note in corpus.audit()] == ["add", "rename-speaker", "replace"]


def test_a_document_cannot_be_replaced_by_one_that_is_there_already(talks: Corpus) -> None:
    before = dump(talks)
    fish = next(row for row in talks.documents() if row.original_name == "fish.md")
    with pytest.raises(Conflict):
        talks.replace(fish.id, source())
    assert dump(talks) == before


def test_a_document_replaced_by_itself_stays_the_same(talks: Corpus) -> None:
    before, answer = rows(talks), comparison(talks)
    talks.replace(next(row.id for row in talks.documents() if row.original_name == "talks.md"), source())
    assert comparison(talks) == answer
    assert {key: value for key, value in rows(talks).items() if key not in ("embedding", "relation")} == {
        key: value for key, value in before.items() if key not in ("embedding", "relation")
    }


def test_metadata_can_be_corrected_and_emptied(corpus: Corpus) -> None:
    known = corpus.add(source()).document.id
    row = corpus.correct(known, Metadata(date="1987-05"), "me", clear=["place"])
    assert row.metadata == Metadata("Talks on the river", "1987-05", None)
    assert corpus.compare().pairs[0].first.document.metadata == row.metadata
    assert list(corpus.audit())[-1].detail == {"date": ["1987-05-04", "1987-05"], "place": ["Arlen", None]}
    with pytest.raises(BadValue):
        corpus.correct(known, Metadata(date="soon"))
    with pytest.raises(BadValue):
        corpus.correct(known, Metadata(), clear=["colour"])
    with pytest.raises(BadValue, match="Nothing would change"):
        corpus.correct(known, Metadata(date="1987-05"))


def test_a_read_only_corpus_takes_no_writes(corpus_factory: Callable[..., Corpus], talks: Corpus) -> None:
    frozen = corpus_factory(read_only=True, database_url=talks._config.database_url)
    known = frozen.documents()[0].id
    writes: list[Callable[[], object]] = [
        lambda: frozen.add(source()),
        lambda: frozen.replace(known, source()),
        lambda: frozen.remove(known),
        lambda: frozen.correct(known, Metadata(title="x")),
        lambda: frozen.rename_speaker("velde", "x"),
        lambda: frozen.merge_speakers("velde", "okoro"),
        lambda: frozen.split_speaker("velde", "x", documents=[known]),
    ]
    before = dump(talks)
    for write in writes:
        with pytest.raises(Forbidden):
            write()
    assert dump(talks) == before
    assert frozen.compare(topic="dam")


# Documents as they are printed


def test_the_segments_of_a_turn_are_exactly_its_text(talks: Corpus) -> None:
    for row in talks.documents():
        view = talks.document(row.id)
        for turn in view.utterances:
            assert "".join(segment.text for segment in turn.segments) == view.text[turn.start : turn.end]
            for segment in turn.segments:
                assert view.text[segment.start : segment.end] == segment.text
                if segment.quote is not None:
                    assert talks.quote(segment.quote.id).text == segment.text
                    assert segment.anchor == f"s{segment.start}"
        assert sum(s.comparable for turn in view.utterances for s in turn.segments) == row.comparable


def test_an_unknown_document_or_statement_is_not_found(talks: Corpus) -> None:
    known = talks.documents()[0].id
    for ask in (talks.document, talks.text, talks.original, talks.remove):
        with pytest.raises(NotFound) as error:
            ask(known[:-1] + "?")
        assert not error.value.nearest, "an id that is nearly another has nothing to do with it"
    with pytest.raises(NotFound):
        talks.quote(f"{known}-0-1")


def test_one_changed_character_in_a_stored_text_blocks_every_quote_of_it(talks: Corpus) -> None:
    shown = talks.compare("okoro", "velde", topic="the dam")
    quote = next(q for pair in (*shown.pairs, shown.nearest) if pair for q in (pair.first, pair.second))
    with sqlite3.connect(place(talks)) as connection:
        connection.execute(
            "UPDATE document SET text = replace(text, 'nothing will stop', 'nothing may stop') WHERE id = ?",
            (quote.document.id,),
        )
    asked: list[Callable[[], object]] = [
        lambda: talks.compare("okoro", "velde", topic="the dam"),
        lambda: talks.quote(quote.id),
        lambda: talks.document(quote.document.id),
        lambda: talks.text(quote.document.id),
        lambda: [talks.topic(topic.id) for topic in talks.topics()],
    ]
    for ask in asked:
        with pytest.raises(Conflict) as error:
            ask()
        assert quote.document.id in error.value.message


def test_one_changed_character_in_a_stored_statement_blocks_it(talks: Corpus) -> None:
    known = next(s.quote.id for s in talks.document(talks.documents()[0].id).utterances[0].segments if s.quote)
    with sqlite3.connect(place(talks)) as connection:
        connection.execute("UPDATE statement SET text = text || '!' WHERE id = ?", (known,))
    with pytest.raises(Conflict):
        talks.quote(known)


# Speakers


@pytest.mark.parametrize("text", ["velde", "VELDE", "Minister Velde", " minister  VELDE ", "Vélde"])
def test_a_speaker_is_found_by_id_name_or_surname_whatever_the_case(talks: Corpus, text: str) -> None:
    assert talks.speaker(text).id == "velde"


def test_an_unknown_speaker_is_not_found_and_the_nearest_are_named(talks: Corpus) -> None:
    with pytest.raises(NotFound, match="Veldde") as error:
        talks.speaker("Veldde")
    assert error.value.nearest[0] == "Minister Velde"
    assert "Did you mean" in error.value.remedy
    with pytest.raises(NotFound) as error:
        talks.compare(first="Zzyzx")
    assert not error.value.nearest, "no name here is anything like it"
    assert "See the list of speakers" in error.value.remedy


def test_a_document_that_went_is_said_to_have_gone(talks: Corpus) -> None:
    row = talks.remove(talks.documents()[0].id)
    for ask in (talks.document, talks.text, lambda one: talks.compare(document=one)):
        with pytest.raises(Gone, match=f"The document {row.id} was removed on"):
            ask(row.id)


def test_a_surname_of_two_is_no_answer(talks: Corpus) -> None:
    talks.rename_speaker("marsh", "Jan Berg")
    talks.rename_speaker("okoro", "Kim Berg")
    with pytest.raises(NotFound, match="names 2 speakers") as error:
        talks.speaker("berg")
    assert set(error.value.nearest) == {"marsh", "okoro"}
    assert talks.speaker("Kim Berg").id == "okoro"


def test_a_renamed_speaker_keeps_the_id(talks: Corpus) -> None:
    assert talks.rename_speaker("velde", " Kim   Velde ", by="me").name == "Kim Velde"
    assert talks.speaker("Kim Velde").id == "velde"
    assert {row.speaker.name for row in talks.speakers()} == {"Kim Velde", "Minister Marsh", "Minister Okoro"}
    for bad in ("", " \n", "x" * 201, "half \ud800", "nul\0"):
        with pytest.raises(BadValue):
            talks.rename_speaker("velde", bad)
    with pytest.raises(Conflict):
        talks.rename_speaker("velde", "minister MARSH")


def test_merged_speakers_are_one_and_the_other_is_gone(talks: Corpus) -> None:
    words = {row.speaker.id: row.words for row in talks.speakers()}
    assert talks.merge_speakers("okoro", "marsh", by="me").id == "okoro"
    after = {row.speaker.id: row for row in talks.speakers()}
    assert set(after) == {"okoro", "velde"}
    assert after["okoro"].words == words["okoro"] + words["marsh"]
    assert after["okoro"].labels == ("MINISTER MARSH", "MINISTER OKORO")
    with pytest.raises(NotFound):
        talks.speaker("marsh")
    with pytest.raises(BadValue):
        talks.merge_speakers("okoro", "Okoro")
    assert list(talks.audit())[-1].action == "merge-speakers"


def test_a_speaker_can_be_split_by_document_or_by_label_and_merged_back(talks: Corpus) -> None:
    before = comparison(talks)
    fish = next(row.id for row in talks.documents() if row.original_name == "fish.md")
    new = talks.split_speaker("velde", "Kim Velde", by="me", documents=[fish])
    assert (new.id, new.name) == ("kim-velde", "Kim Velde")
    assert {row.speaker.id: row.documents for row in talks.speakers()}["velde"] == 1
    talks.merge_speakers("velde", "kim-velde")
    assert comparison(talks) == before
    talks.merge_speakers("okoro", "marsh")
    assert talks.split_speaker("okoro", "Minister Marsh", labels=["MINISTER MARSH"]).name == "Minister Marsh"


def test_a_split_of_nothing_or_of_everything_is_refused_and_changes_nothing(talks: Corpus) -> None:
    fish = next(row.id for row in talks.documents() if row.original_name == "fish.md")
    before = dump(talks)
    for documents, labels in (([], []), ([], ["NOBODY"]), ([fish], []), ([fish], ["MINISTER OKORO"])):
        with pytest.raises(BadValue):
            talks.split_speaker("marsh", "Somebody", documents=documents, labels=labels)
    with pytest.raises(NotFound):
        talks.split_speaker("marsh", "Somebody", documents=["nowhere"])
    assert dump(talks) == before


# Topics


def test_a_topic_is_found_by_id_or_name_and_holds_its_quotes(talks: Corpus) -> None:
    for row in talks.topics():
        view = talks.topic(row.id)
        assert view == talks.topic(row.name.upper())
        assert len(view.quotes) == row.statements == sum(count for _, count in row.speakers)
        assert {quote.topic for quote in view.quotes} == {row.id}
        assert row.newest == max(str(quote.document.metadata.date) for quote in view.quotes)


def test_topics_can_be_searched_by_their_words(talks: Corpus) -> None:
    found = talks.topics("FISH coast")
    assert found
    assert found == tuple(
        row
        for row in talks.topics()
        if all(any(word in q.text.lower() for q in talks.topic(row.id).quotes) for word in ("fish", "coast"))
    )
    assert talks.topics("zeppelin") == ()
    assert talks.topics(" ") == talks.topics()


def test_a_search_finds_what_was_added_since_the_last_one(corpus: Corpus) -> None:
    corpus.add(source())
    found = corpus.topics("coast")
    added = corpus.add(source(FISH, "fish.md"))
    assert corpus.topics("coast") != found
    corpus.remove(added.document.id)
    assert corpus.topics("coast") == found


def test_an_unknown_topic_is_not_found_and_the_nearest_are_named(talks: Corpus) -> None:
    with pytest.raises(NotFound) as error:
        talks.topic(talks.topics()[0].name[:-1] + "x")
    assert talks.topics()[0].name in error.value.nearest
    for words in ("zeppelin maintenance", "xylophone lessons for zebras"):
        with pytest.raises(NotFound) as error:
            talks.compare(topic=words)
        assert not error.value.nearest


def test_topics_keep_their_ids_when_a_document_is_added(corpus: Corpus) -> None:
    corpus.add(source())
    before = {row.id for row in corpus.topics()}
    corpus.add(
        Source("other.txt", b"ANNA: The old church bell was cast in bronze.\n\nBERT: The church bell rings too loud.")
    )
    assert before <= {row.id for row in corpus.topics()}


# Comparisons


def comparison(corpus: Corpus, **asked: object) -> bytes:
    return json.dumps(as_json(corpus.compare(**asked)), sort_keys=True).encode()  # type: ignore[arg-type]


def test_opposing_statements_on_a_topic_stand_side_by_side(talks: Corpus) -> None:
    found = talks.compare("Velde", "okoro", topic="the dam and its construction")
    assert (found.first.id, found.second.id) == ("velde", "okoro")
    assert found.topic is not None
    assert (found.topic.id, found.topic.name) == (None, "the dam and its construction")
    assert found.pairs[0].relation == "opposes"
    for pair in found.pairs:
        assert (pair.first.speaker.id, pair.second.speaker.id) == ("velde", "okoro")
        for quote in (pair.first, pair.second):
            assert talks.text(quote.document.id)[quote.start : quote.end] == quote.text


def test_without_speakers_the_two_with_most_to_say_are_compared_in_order_of_name(talks: Corpus) -> None:
    found = talks.compare()
    counts = sorted(((row.comparable, row.speaker.name) for row in talks.speakers()), reverse=True)[:2]
    assert [found.first.name, found.second.name] == sorted(name for _, name in counts)


def test_with_one_speaker_the_other_side_is_whoever_has_most_to_say(talks: Corpus) -> None:
    assert talks.compare(first="marsh").first.id == "marsh"
    assert talks.compare(second="marsh").second.id == "marsh"
    assert talks.compare(first="marsh").second.id == talks.compare(second="marsh").first.id


def test_a_topic_by_id_holds_only_its_own_statements(talks: Corpus) -> None:
    for row in talks.topics():
        found = talks.compare(topic=row.id)
        assert found.topic is not None
        assert (found.topic.id, found.topic.name) == (row.id, row.name)
        counts = {who.id: count for who, count in row.speakers}
        assert found.first_searched.statements == counts.get(found.first.id, 0)
        assert found.second_searched.statements == counts.get(found.second.id, 0)


def test_a_speaker_who_says_nothing_on_a_topic_is_a_normal_answer(talks: Corpus) -> None:
    found = talks.compare("marsh", "okoro", topic="the dam and its construction", document=talks.documents()[0].id)
    assert found.second_searched.statements == 0
    assert found.pairs == ()
    assert found.title


def test_only_documents_within_the_dates_are_searched_as_far_as_their_precision_tells(talks: Corpus) -> None:
    def searched(since: str | None = None, until: str | None = None) -> tuple[int, int]:
        found = talks.compare("okoro", "velde", since=since, until=until)
        return found.first_searched.statements, found.second_searched.statements

    everything, talks_only, fish_only = searched(), searched(until="1987"), searched(since="1988-07-01")
    assert (everything[0], everything[1]) == (talks_only[0] + fish_only[0], talks_only[1] + fish_only[1])
    assert fish_only[0] == 0
    assert fish_only[1] > 0
    assert searched("1987-05-04", "1987-05-04") == searched("1987", "1987-05") == talks_only
    assert searched("1987-05-05", "1987-12") == (0, 0)


def test_an_undated_document_lies_within_no_dates(corpus: Corpus) -> None:
    corpus.add(Source("a.txt", b"ANNA: We want peace in the whole valley.\n\nBERT: We want war in the whole valley."))
    assert corpus.compare().first_searched.statements == 1
    assert corpus.compare(since="0001").first_searched.statements == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 1_000_000},
        {"min_confidence": -0.1},
        {"min_confidence": 1.1},
        {"min_confidence": float("nan")},
        {"since": "yesterday"},
        {"since": "1987-02-30"},
        {"until": "87"},
        {"since": "1988", "until": "1987-12-31"},
        {"first": "velde", "second": "Minister Velde"},
        {"topic": "x" * 501},
        {"topic": "half \ud800"},
    ],
)
def test_values_that_make_no_sense_are_refused_with_a_remedy(talks: Corpus, asked: dict[str, object]) -> None:
    with pytest.raises(BadValue) as error:
        talks.compare(**asked)  # type: ignore[arg-type]
    assert error.value.remedy
    str(error.value.message).encode()


def test_limit_and_confidence_cut_what_is_shown(talks: Corpus) -> None:
    found = talks.compare("okoro", "velde", include_unsure=True)
    one = talks.compare("okoro", "velde", limit=1)
    assert [p.relation for p in one.pairs] == sorted({p.relation for p in one.pairs}, reverse=True)
    assert set(one.pairs) <= set(found.pairs)
    assert talks.compare("okoro", "velde", min_confidence=1.0).pairs == ()


def test_an_empty_corpus_and_a_lone_speaker_get_a_clear_refusal(corpus: Corpus) -> None:
    with pytest.raises(NotFound, match="no speakers"):
        corpus.compare()
    corpus.add(Source("a.txt", b"We want peace in the whole valley."), speaker="Anna")
    with pytest.raises(NotFound, match="one speaker"):
        corpus.compare()


def test_threads_that_ask_for_the_first_comparison_at_once_get_the_same_one(tmp_path: Path) -> None:
    config = Config(database_url=f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    with closing(Corpus.open(config)) as corpus:
        corpus.add(source(), regroup=False)
    with closing(Corpus.open(config)) as corpus, ThreadPoolExecutor(8) as threads:  # no model is loaded yet
        answers = list(threads.map(lambda _: comparison(corpus, topic="dams"), range(8)))
        assert answers == [comparison(corpus, topic="dams")] * 8
        assert [note.action for note in corpus.audit()] == ["add", "regroup"]


def test_two_fresh_databases_give_the_same_bytes(
    config_factory: Callable[..., Config], embedder: Embedder, classifier: RelationClassifier
) -> None:
    answers = []
    for _ in range(2):  # each with all that the models compute for it
        config = config_factory()
        corpus = Corpus(Store(config.resolved_database_url()), embedder, classifier, config)
        corpus.add(source(), regroup=False)
        corpus.add(source(FISH, "fish.md"))
        topics = [comparison(corpus, topic=row.id) for row in corpus.topics()]
        answers.append([comparison(corpus), comparison(corpus, topic="dams"), *topics])
    assert answers[0] == answers[1]


def test_a_new_process_gives_the_same_bytes_and_needs_no_model_for_it(talks: Corpus) -> None:
    """What was computed once is stored: here by models whose files do not exist."""
    topic = talks.topics()[0].id
    answer = comparison(talks, topic=topic)
    again = Corpus(Store(str(talks._config.database_url)), Embedder(), RelationClassifier(), talks._config)
    assert comparison(again, topic=topic) == answer
    assert "_model" not in vars(again._scoring._embedder)
    assert "_model" not in vars(again._scoring._classifier)


def test_a_comparison_says_what_it_was_made_with(talks: Corpus) -> None:
    made = talks.compare().made_with
    assert set(made) >= {"version", "embedder", "classifier", "thresholds", "corpus"}
    assert set(made["embedder"]) == set(made["classifier"]) == {"name", "sha256"}
    assert (made["corpus"]["documents"], made["corpus"]["newest"]) == (2, "1988")
    assert made["corpus"]["sha256"] != talks.compare_texts(("A", "Peace now."), ("B", "War now.")).made_with["corpus"]


def test_an_answer_follows_every_write(talks: Corpus) -> None:
    before = comparison(talks)
    revision = talks.revision
    talks.rename_speaker("okoro", "Ada Okoro")
    assert talks.revision > revision
    assert comparison(talks) != before


def test_a_warm_answer_comes_from_memory(talks: Corpus) -> None:
    talks.compare()
    started = time.perf_counter()
    for _ in range(20):
        talks.compare()
    assert (time.perf_counter() - started) / 20 < 0.2  # ten times what it may take, for a busy machine


def test_a_changed_embedder_gets_vectors_and_topics_of_its_own(
    talks: Corpus, tmp_path: Path, classifier: RelationClassifier, embedder: Embedder
) -> None:
    class Renamed(Embedder):
        """The bundled weights under another hash, as another model would have."""

        @property
        def sha256(self) -> str:  # type: ignore[override]
            return "another"

    other = Corpus(Store(str(talks._config.database_url)), Renamed(), classifier, talks._config)
    seen: list[tuple[int, int]] = []
    other.prepare(lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert list(other.audit())[-1].detail["embedder"] == "another"
    assert other.compare().made_with["embedder"]["sha256"] == "another"
    other.prepare()
    assert [note.action for note in other.audit()].count("regroup") == 1


def test_a_database_that_cannot_be_written_still_compares(
    talks: Corpus, embedder: Embedder, classifier: RelationClassifier
) -> None:
    answer = comparison(talks, topic="dams")
    address = f"sqlite:///file:{place(talks)}?mode=ro&uri=true"
    frozen = Corpus(Store(address), embedder, classifier, talks._config)
    assert comparison(frozen, topic="dams") == answer
    assert frozen.compare(topic="fishing rights along the coast").topic is not None
    with pytest.raises(Unavailable) as error:
        frozen.remove(frozen.documents()[0].id)
    assert "permission" in error.value.remedy


def test_topics_of_a_database_that_cannot_be_written_stay_as_they_are(
    corpus: Corpus, embedder: Embedder, classifier: RelationClassifier
) -> None:
    corpus.add(source(), regroup=False)
    frozen = Corpus(Store(f"sqlite:///file:{place(corpus)}?mode=ro&uri=true"), embedder, classifier, corpus._config)
    assert frozen.topics() == ()
    assert frozen.compare().first_searched.statements > 0


def test_many_threads_get_the_same_answer(talks: Corpus) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda number: comparison(talks, limit=1 + number % 2), range(24)))
    assert len(answers) <= 2


def test_threads_that_write_do_not_lose_each_others_writes(corpus: Corpus) -> None:
    def add(number: int) -> str:
        words = f"ANNA: Bridge number {number} must be repaired.\n\nBERT: Bridge number {number} stays as it is."
        return corpus.add(Source(f"{number}.txt", words.encode())).document.id

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(add, range(6)))
    assert {row.id for row in corpus.documents()} == ids
    assert len(list(corpus.audit())) == 6
    assert {row.speaker.name for row in corpus.speakers()} == {"Anna", "Bert"}


# Two texts


def test_two_texts_are_compared_and_nothing_of_them_is_stored(corpus: Corpus) -> None:
    before = dump(corpus)
    found = corpus.compare_texts(
        ("Ann", "Good morning. The dam must be finished this year."), ("Bob", "The dam must never be finished.\n")
    )
    (pair,) = found.pairs
    assert (pair.relation, pair.first.text, pair.second.speaker.id) == (
        "opposes",
        "The dam must be finished this year.",
        "bob",
    )
    assert (pair.first.start, pair.first.document.metadata) == (14, Metadata())
    assert dump(corpus) == before


def test_texts_too_short_to_have_a_statement_are_compared_whole(corpus: Corpus) -> None:
    found = corpus.compare_texts(("Ann", "Yes."), ("Bob", "No."))
    assert (found.first_searched.statements, found.second_searched.statements) == (1, 1)


def test_two_texts_can_be_compared_on_a_topic(corpus: Corpus) -> None:
    first = "The dam must be finished this year. Fishing boats need cheaper fuel."
    found = corpus.compare_texts(("Ann", first), ("Bob", "The dam must never be finished."), topic="the dam")
    assert found.first_searched.statements == 1
    assert found.topic is not None
    assert found.topic.id is None


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (("", "Peace."), ("Bob", "War."), BadValue),
        (("Ann", " \n"), ("Bob", "War."), BadValue),
        (("Ann", "Peace."), ("ann", "War."), BadValue),
        (("Ann", "half \ud800"), ("Bob", "War."), BadValue),
        (("Ann", "Peace. " * 30_000), ("Bob", "War."), TooLarge),
    ],
)
def test_texts_that_make_no_sense_are_refused(
    corpus: Corpus, first: tuple[str, str], second: tuple[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        corpus.compare_texts(first, second)


def test_names_that_differ_only_in_signs_stay_two_sides(corpus: Corpus) -> None:
    found = corpus.compare_texts(("J. Doe", "Peace will come soon."), ("J-Doe", "Peace will never come."))
    assert (found.first.id, found.second.id) == ("j-doe", "j-doe-2")


# The whole


def test_health_names_the_version_the_models_and_the_counts(talks: Corpus) -> None:
    health = talks.health()
    assert (health["status"], health["documents"]) == ("ok", 2)
    assert health["embedder"]["sha256"]
    assert json.dumps(health)


def test_markup_in_names_and_texts_is_kept_as_text(corpus: Corpus) -> None:
    words = "ANNA: We want <b>peace</b> in the valley. <script>alert(1)</script>\n\nBERT: We want none of it here."
    added = corpus.add(Source("a.txt", words.encode()), Metadata(title="<i>"), speakers={"BERT": "<b>Bert</b>"})
    assert corpus.text(added.document.id) == words
    assert added.document.metadata.title == "<i>"
    assert "<b>Bert</b>" in {who.name for who in added.speakers}
