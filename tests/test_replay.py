"""An export holds what it takes to make it again; replaying says that it is the same, or plainly what is another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from models.comparison import Comparison
from models.difference import differences
from models.published import as_json, from_json
from models.relation import Relation
from models.review import Notice, Review, Status
from service.__main__ import commands
from service.readers import Source
from service.schema.snapshots import ReplayAnswer
from service.store.reports import State

if TYPE_CHECKING:
    from pathlib import Path

    from service.corpus import Corpus

Run = Callable[..., Result]


@pytest.fixture
def run(council_copy: Corpus, monkeypatch: pytest.MonkeyPatch, models_at_hand: None) -> Run:
    """The command line on a copy of the council transcript's database."""
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", str(council_copy._config.database_url))
    return lambda *arguments, stdin=None: CliRunner().invoke(commands, list(arguments), input=stdin)


@pytest.fixture
def exported(council_copy: Corpus, tmp_path: Path) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(as_json(council_copy.compare(limit=3, min_confidence=0.5))))
    return path


def spoilt(path: Path, change: Callable[[dict[str, Any]], object]) -> str:
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found))
    return str(path)


# The manifest -------------------------------------------------------------------------------------------------


def test_an_export_says_what_was_asked_for_with_nothing_left_open(council_corpus: Corpus) -> None:
    asked = council_corpus.compare(second="Lindqvist", topic="buses", include_unsure=True).made_with["asked"]
    assert asked == {
        "first": "omalley",
        "second": "lindqvist",
        "topic": {"id": None, "name": "buses"},
        "limit": 10,
        "min_confidence": 0.0,
        "since": None,
        "until": None,
        "document": None,
        "include": ["unsure"],
    }
    topic = council_corpus.topics()[0]
    assert council_corpus.compare(topic=topic.name).made_with["asked"]["topic"] == {"id": topic.id, "name": topic.name}


def test_an_export_replayed_is_the_same(run: Run, exported: Path) -> None:
    result = run("replay", str(exported))
    assert result.exit_code == 0, result.output
    assert "The same." in result.stdout
    assert run("replay", "-", stdin=exported.read_text()).exit_code == 0
    found = json.loads(run("replay", str(exported), "--json").stdout)
    ReplayAnswer.model_validate(found)
    assert found["same"]


def test_a_brief_of_several_is_replayed_one_by_one(run: Run, exported: Path, council_copy: Corpus) -> None:
    held = [json.loads(exported.read_text()), as_json(council_copy.compare(topic="buses"))]
    brief = json.dumps({"title": "A brief", "sections": [{"comparison": one} for one in held]})
    result = run("replay", "-", stdin=brief)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("The same.") == 2


# What is another ----------------------------------------------------------------------------------------------


def test_a_document_that_came_is_named(run: Run, exported: Path, council_copy: Corpus) -> None:
    council_copy.add(
        Source("more.txt", b"MAYOR O'MALLEY: We need far more buses in the evening, and will pay for them.")
    )
    result = run("replay", str(exported))
    assert result.exit_code == 1
    assert "corpus, documents: 1 → 2" in result.stdout
    assert "came: more.txt" in result.stdout
    assert "searched, first" in result.stdout


def test_a_correction_is_a_change_of_the_pairs_notices(run: Run, exported: Path, council_copy: Corpus) -> None:
    pair = council_copy.compare().pairs[0]
    number = council_copy.corrections.report(council_copy.corrections.pair(pair.first.id, pair.second.id), "Wrong.")
    for delegation in ("Norby", None):  # put right, and the comparison is as it was
        council_copy.set_delegation(council_copy.speakers()[0].speaker.id, delegation)
    council_copy.corrections.answer(number, State.CORRECTED, "It was.")
    result = run("replay", str(exported))
    assert result.exit_code == 1
    assert "changed (notices): opposes" in result.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found["made_with"]["classifier"].update(sha256="0" * 64), "classifier, sha256: 0000"),
        (lambda found: found["made_with"]["thresholds"].update(opposes=0.5), "thresholds, opposes: 0.5 → "),
        (lambda found: found["made_with"].update(version="0.0.1"), "version: 0.0.1 → "),
        (lambda found: found["made_with"]["corpus"].update(sha256="0" * 64), "cannot be told"),
        (lambda found: found["pairs"][0].update(confidence=0.5), "changed (scores): opposes 0.5000"),
        (lambda found: found["pairs"][0].update(relation="agrees"), "changed (relation): agrees"),
        (
            lambda found: found["pairs"][0]["review"].update(status="confirmed", by="Eva"),
            "confirmed by Eva → unreviewed",
        ),
        (
            lambda found: found["pairs"][0]["first"].update(text="Put in by hand."),
            "where the file was changed: opposes",
        ),
        (lambda found: found["pairs"].pop(0), "new: opposes"),
        (lambda found: found["pairs"].reverse(), "another order"),
        (lambda found: found["framings"].update(first="peace"), "framings, first: peace → "),
    ],
)
def test_a_hand_edited_manifest_says_what_was_edited(
    run: Run, exported: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    result = run("replay", spoilt(exported, change))
    assert result.exit_code == 1
    assert said in result.stdout


def test_words_put_in_by_hand_are_told_from_what_the_document_says(run: Run, exported: Path) -> None:
    true = json.loads(exported.read_text())["pairs"][0]["first"]
    path = spoilt(exported, lambda found: found["pairs"][0]["first"].update(text="Put in by hand."))
    said = run("replay", path).stdout
    assert "The file was changed after it was made: the words given to" in said
    assert f"“Put in by hand.”, do not stand at characters {true['start']}–{true['end']} of document" in said
    assert "gone:" not in said
    assert "new:" not in said
    (found,) = json.loads(run("replay", "--json", path).stdout)["comparisons"]
    assert [one["text"] for one in found["altered"]] == ["Put in by hand."]
    assert not found["same"]


def test_a_removed_document_is_named_where_a_side_went_with_it(run: Run, exported: Path, council_copy: Corpus) -> None:
    (row,) = council_copy.documents()
    council_copy.remove(row.id)
    result = run("replay", str(exported))
    assert result.exit_code == 1
    assert "It cannot be made again" in result.stdout
    assert f"went: {row.original_name} ({row.id})" in result.stdout


def test_what_is_another_of_the_nearest_pair_is_shown(council_corpus: Corpus) -> None:
    one = council_corpus.compare(include_unsure=True).pairs[0]
    words = "We spoke for a long time of all that there is to say about the road and then about "
    first, second = replace(one.first, text=f"{words} trees."), replace(one.first, text=f"{words} buses.")
    whole = council_corpus.compare()
    then = replace(whole, nearest=replace(one, first=first, opposition=0.5))
    found = differences(then, replace(whole, nearest=replace(one, first=second, opposition=0.6)))
    (part,) = [each for each in found.parts if each.name == "nearest"]
    assert part.lines == (
        ("nearest, opposition", 0.5, 0.6),
        ("nearest, first", "… and then about trees.", "… and then about buses."),
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found["made_with"].pop("asked"), "does not say what was asked for"),
        (lambda found: found["made_with"]["asked"].update(limit="many"), "limit = 'many'"),
        (lambda found: found["made_with"]["asked"].update(topic={"id": 7}), "topic = {'id': 7}"),
        (lambda found: found["pairs"][0].update(relation="hates"), "pairs.0.relation"),
        (lambda found: found["pairs"][0]["first"].pop("start"), "pairs.0.first.start"),
        (lambda found: found.pop("framings"), "framings"),
        (lambda found: found.pop("pairs"), "holds no comparison"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_place(
    run: Run, exported: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    result = run("replay", spoilt(exported, change))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "remedy:" in result.stderr


@pytest.mark.parametrize("text", ["", "{", "[[[", "no", "[" * 100_000])
def test_what_is_no_json_is_refused(run: Run, text: str) -> None:
    result = run("replay", "-", stdin=text)
    assert result.exit_code == 1
    assert "remedy:" in result.stderr


def test_a_speaker_of_then_who_is_not_here_is_said(run: Run, exported: Path) -> None:
    result = run("replay", spoilt(exported, lambda found: found["made_with"]["asked"].update(first="nobody")))
    assert result.exit_code == 1
    assert "It cannot be made again: There is no speaker 'nobody'." in result.stdout


# The differences ----------------------------------------------------------------------------------------------


def test_the_same_words_in_another_place_are_the_same_pair(council_corpus: Corpus) -> None:
    then = council_corpus.compare()
    pair = then.pairs[0]
    moved = replace(pair, first=replace(pair.first, id="other-1-2", start=pair.first.start + 1, end=pair.first.end + 1))
    found = differences(then, replace(then, pairs=(moved, *then.pairs[1:])))
    assert (found.gone, found.new) == ((), ())
    assert [one.what for one in found.changed] == [("source",)]


def changed(draw: st.DrawFn, comparison: Comparison) -> Comparison:
    pairs = list(comparison.pairs)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(pairs) - 1, 0)))
        match draw(st.sampled_from(["drop", "twice", "relation", "review", "notice", "score", "speaker"])):
            case "drop" if pairs:
                pairs.pop(at)
            case "twice" if pairs:
                pairs.append(pairs[at])
            case "relation" if pairs:
                pairs[at] = replace(pairs[at], relation=Relation.UNSURE)
            case "review" if pairs:
                pairs[at] = replace(pairs[at], review=Review(Status.CONFIRMED, "Eva"))
            case "notice" if pairs:
                pairs[at] = replace(pairs[at], notices=(Notice("x", "x"),))
            case "score" if pairs:
                pairs[at] = replace(pairs[at], confidence=0.1)
            case "speaker" if pairs:
                pairs[at] = replace(
                    pairs[at], first=replace(pairs[at].first, speaker=replace(pairs[at].first.speaker, name="X"))
                )
    return replace(comparison, pairs=tuple(draw(st.permutations(pairs))), hidden=draw(st.integers(0, 1)))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_there_are_no_differences_exactly_where_the_json_is_the_same(
    council_corpus: Corpus, data: st.DataObject
) -> None:
    then = council_corpus.compare(include_unsure=True)
    now = data.draw(st.composite(changed)(then))
    found = differences(then, now)
    assert found.same == (as_json(then) == as_json(now))
    assert len(then.pairs) - len(found.gone) + len(found.new) == len(now.pairs)
    assert differences(then, from_json(json.loads(json.dumps(as_json(then))))).same
