"""Errors: every refusal is documented, says what to do, and has one form wherever it is met."""

from __future__ import annotations

from service.errors import BadValue, NoSpace, kept, restored
from tests import refusals


def test_the_page_of_errors_has_every_message_of_the_source() -> None:
    assert refusals.PAGE.read_text("utf-8") == refusals.page(), "python tests/refusals.py writes it anew"


def test_every_refusal_says_what_to_do() -> None:
    for one in refusals.refusals():
        assert one.message.strip(), one
        assert one.remedy.strip(), one


def test_a_refusal_that_was_made_is_met_and_another_is_not() -> None:
    here = refusals.refusals()[0]
    places = {(str(refusals.ROOT / one.path), one.last) for one in refusals.refusals()}
    assert refusals.missed(places) == []
    missed = refusals.missed(places - {(str(refusals.ROOT / here.path), here.last)})
    assert {(one.path, one.last) for one in missed} == {(here.path, here.last)}


def test_where_an_error_was_made_is_noted() -> None:
    before = set(refusals.met())
    BadValue("This is wrong.", "Do it right.")
    assert any(file == __file__ for file, _ in set(refusals.met()) - before)


def test_an_error_that_was_kept_comes_back_as_it_was() -> None:
    for error in (BadValue("This is wrong.", "Do it right.", ("right",)), NoSpace("Full.", "Make room.", cause="/x")):
        found = restored(kept(error))
        assert type(found) is type(error)
        assert (found.message, found.remedy, found.nearest) == (error.message, error.remedy, error.nearest)
        assert found.cause == error.cause
