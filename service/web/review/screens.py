"""Review screens: what the pages of the review show beside the pair that is to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from models.relation import Relation
from service.corpus import Corpus
from service.errors import CounterposeError
from service.lookup import unknown_topic
from service.review.queue import SAMPLE, Queue
from service.review.reasons import offered
from service.review.reviewing import CONFIRM, REJECT, Listed, NoReason, Reviewed
from service.schema.review import ReviewPairQuery, ReviewQuery, RulingsQuery
from service.store.docket import Decision
from service.views import TopicRow


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that was refused: why, and what was typed."""

    error: CounterposeError
    typed: MultiDict[str, str] = field(default_factory=MultiDict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision that can be taken on the pair, with the reasons that are offered for it."""

    decision: str
    takes_reason: bool
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of a pair starts from; `held` is sent along unchanged."""

    held: dict[str, str]
    by: str
    keys: bool
    done: Decision | None
    refused: Refused | None

    def typed(self, name: str) -> str:
        return self.refused.typed.get(name, "") if self.refused is not None else ""

    def words(self, decision: str) -> str:
        """What was typed as the reason for a decision, here or where two statements were put together."""
        own = self.typed("why") if self.typed("decision") == decision else ""
        return self.typed(f"why-{decision}") or own

    def wants_reason(self, decision: str) -> bool:
        """Whether this decision was refused because nothing was given for it."""
        return (
            self.refused is not None and isinstance(self.refused.error, NoReason) and self.typed("decision") == decision
        )


def queue_of(corpus: Corpus, query: ReviewQuery) -> Queue:
    return corpus.reviewing.queue(
        _topics(corpus, query.topic), first=query.first, second=query.second, status=query.status, page=query.page
    )


def queue_page(corpus: Corpus, query: ReviewQuery, found: Queue) -> str:
    """The page of the first pair that waits."""
    one = found.waiting[query.skip] if query.skip < len(found.waiting) else None
    view = corpus.reviewing.pair(one.pair.first.id, one.pair.second.id) if one is not None else None
    held = {"queue": urlencode(query.held())}
    if query.status == SAMPLE:
        held["sample"] = "on"
    return render_template(
        "review.html",
        query=query,
        queue=found,
        one=one,
        skipped=review_address(query, skip=query.skip + 1),
        before=review_address(query, skip=query.skip - 1) if query.skip else None,
        topics=corpus.topics(),
        speakers=corpus.speakers(),
        pages=[review_address(query, page=number, skip=0) for number in range(1, found.pages + 1)],
        sample=review_address(query, status=SAMPLE, skip=0),
        card=corpus.reviewing.card(),
        **_pair(corpus, view, _form(corpus, query, view, held, None)),
    )


def pair_page(corpus: Corpus, query: ReviewPairQuery, view: Reviewed, refused: Refused | None = None) -> str:
    held = {"back": query.back} if query.back else {}
    form = _form(corpus, query, view, held | _kept(refused), refused)
    back = query.back if query.back and query.back.startswith("/compare?") else None
    return render_template("review_pair.html", back=back, **_pair(corpus, view, form))


def rulings_page(corpus: Corpus, query: RulingsQuery, found: Listed) -> str:
    pages = [f"/rulings?{urlencode(query.held(page=number))}" for number in range(1, found.pages + 1)]
    return render_template("rulings.html", query=query, found=found, pages=pages, speakers=corpus.speakers())


def rulings_asked(query: RulingsQuery) -> dict[str, Any]:
    return query.model_dump(include={"action", "state", "first", "second", "page"})


def error_card_page(corpus: Corpus) -> str:
    return render_template("error_card.html", card=corpus.reviewing.card())


def review_address(query: ReviewQuery, **changes: Any) -> str:
    held = query.held(**changes)
    return f"/review?{urlencode(held)}" if held else "/review"


def _pair(corpus: Corpus, view: Reviewed | None, form: Form) -> dict[str, Any]:
    if view is None:
        return {"view": None, "form": form, "others": ((), ())}
    others = corpus.reviewing.others(view.pair)
    return {"view": view, "form": form, "others": others, "choices": _choices(view)}


def _choices(view: Reviewed) -> tuple[Choice, ...]:
    shown = view.pair.relation
    relations = [one for one in (Relation.OPPOSES, Relation.AGREES) if one is not shown]
    confirming = (CONFIRM,) if len(relations) == 1 else ()
    decisions = (*confirming, *map(str, relations), REJECT)
    return tuple(Choice(one, view.takes_reason(one), offered(one, shown)) for one in decisions)


def _form(
    corpus: Corpus,
    query: ReviewQuery | ReviewPairQuery,
    view: Reviewed | None,
    held: dict[str, str],
    refused: Refused | None,
) -> Form:
    if view is not None:
        held = {"first": view.pair.first.id, "second": view.pair.second.id, "version": str(view.version), **held}
    by = refused.typed.get("by", "") if refused is not None else query.by or ""
    return Form(held, by, query.keys != "off", _done(corpus), refused)


def _kept(refused: Refused | None) -> dict[str, str]:
    names = ("queue", "sample")
    return {name: refused.typed[name] for name in names if name in refused.typed} if refused is not None else {}


def _done(corpus: Corpus) -> Decision | None:
    """The decision that led to this page."""
    number = request.args.get("done", "")
    return (
        corpus.reviewing.decision(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    )


def _topics(corpus: Corpus, text: str | None) -> tuple[TopicRow, ...]:
    if text is None:
        return corpus.topics()
    row = corpus.topic_today(text)
    if row is None:
        raise unknown_topic(text, corpus.topics())
    return (row,)
