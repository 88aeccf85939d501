"""Needed: the scope that a request takes. Whatever is not named here and changes something takes `edit`."""

from __future__ import annotations

from flask import Request

from service.store.accounts import Scope

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))

OPEN = frozenset(("static", "api.health", "api.ready", "metrics"))
"""Open even where reading is not: they hold nothing of what was said. Who gets the figures is seen to there."""

DOORS = frozenset(("access.sign_in", "access.enter", "access.give_code", "access.welcome", "access.accept"))
"""What leads in: open to everybody. All other pages of accounts take a session, which they see to themselves."""

ADDING_FACTOR = frozenset(
    ("access.leave", "access.second_factor", "access.begin_second_factor", "access.confirm_second_factor")
)
"""All that is open to somebody signed in who has to set up a second factor and has not yet."""

FORMS_OF_ANYBODY = DOORS | {"corrections.send"}
"""What is taken without an account, and is short."""

OF_EACH_MACHINE = OPEN - {"static"}
"""Asked of one machine by its own address, by who looks after it: for these the public name is not demanded."""

_SCOPES = {
    "api.compare_texts": Scope.READ,  # stores nothing
    "corrections.send": Scope.READ,  # whoever may read may say what is wrong
    **dict.fromkeys(("pages.front", "pages.docs"), Scope.READ),
    **dict.fromkeys(
        (
            *("pages.add", "pages.preview", "pages.change", "pages.confirm", "pages.sample"),
            *("jobs.jobs", "jobs.job", "jobs.events", "pages.cancel_job", "pages.retry_job"),
        ),
        Scope.ADD,
    ),
    **dict.fromkeys(
        (
            *("pages.rule", "pages.withdraw", "pages.mark", "pages.sign_off", "pages.judge_map"),
            *("pages.reports", "pages.amending", "pages.answer", "pages.freeze", "snapshots.freeze"),
        ),
        Scope.REVIEW,
    ),
    "audit.audit": Scope.ADMIN,
}


def needed(request: Request) -> Scope | None:
    """None: nothing."""
    endpoint = request.endpoint or ""
    if endpoint in OPEN or request.blueprint == "access":
        return None
    if endpoint in _SCOPES:
        return _SCOPES[endpoint]
    return Scope.READ if request.method in SAFE and request.blueprint != "pages" else Scope.EDIT
