"""Guard: whose requests are taken: who asks, what that takes, and whether it was one of our own pages that asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from service.access.access import LOG, Access
from service.access.visitor import Visitor
from service.config import Config
from service.errors import CounterposeError, Forbidden, Unauthorized
from service.store.accounts import Scope
from service.web.access import cookie, csrf
from service.web.access.line import LOOPBACK_NAMES, host_name, is_here, is_loopback, is_private, peer
from service.web.access.needed import DOORS, OF_EACH_MACHINE, OPEN, SAFE, needed

_EDITING = frozenset((Scope.ADD, Scope.EDIT, Scope.REVIEW))


class Guard:
    """As long as nobody has an account to write with, this machine itself may write, and nobody else."""

    def __init__(self, config: Config, access: Access) -> None:
        self._config = config
        self._access = access
        self._public = urlsplit(config.public_url).hostname if config.public_url else None

    def demand_known_host(self, request: Request) -> None:
        """A page elsewhere can point its own name at this machine and read what only this machine may: refuse it.

        Where the public name is known, others are refused whoever asks, but for what each machine is asked by itself.
        """
        host = host_name(request.host)
        if is_loopback(peer(request)):
            known = host in LOOPBACK_NAMES
        else:
            known = self._public is None or request.endpoint in OF_EACH_MACHINE
        if not known and host != self._public:
            raise Forbidden(
                f"This server does not answer to the name “{host}”.",
                "Use its public address, or on its own machine http://127.0.0.1. Whoever runs this: let the proxy pass "
                "Host on, and set COUNTERPOSE_PUBLIC_URL to the address that readers use (docs/access.md).",
            )

    def visitor(self, request: Request) -> Visitor:
        """Who asks. Where a token is sent, no cookie is looked at. Raises Unauthorized for a token that is none."""
        if request.endpoint == "static":
            return self._access.nobody()
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            self.demand_private_line(request)
            return self._access.by_token(text.strip())
        key = cookie.key_of(request)
        found = self._access.by_session(key) if key else None
        if found is not None:
            return found
        if request.endpoint not in OPEN and is_here(request) and not self.has_accounts():
            return Visitor(frozenset(Scope))
        return self._access.nobody()

    def has_accounts(self) -> bool:
        return self._access.people.has_editor()

    def demand(self, request: Request, visitor: Visitor) -> None:
        """That this visitor may have what is asked for, and asked for it themselves."""
        scope, changes = needed(request), request.method not in SAFE
        if self._config.read_only and scope in _EDITING and (changes or request.blueprint == "pages"):
            raise Forbidden(
                "This collection is read-only.", "Ask whoever runs it to make the change. Nothing was changed."
            )
        if scope is not None:
            self.demand_scope(visitor, scope, changes=changes)
        if not changes:
            return
        if not self._is_own(request):
            LOG.warning("a form of another site was refused", extra={"event": "foreign-form"})
            raise Forbidden(
                "This form was sent from another site.", "Open the page here and send it again. Nothing was changed."
            )
        if visitor.session is not None and request.endpoint not in DOORS:
            given = request.headers.get(csrf.HEADER) or request.form.get(csrf.FIELD, "")
            if not csrf.holds(visitor.key, given):
                LOG.warning("a form without its word was refused", extra={"event": "form-without-word"})
                raise Forbidden(
                    "This form is none of a page that was opened since you signed in.",
                    "Go back, copy what you typed, open the page again and send it from there. Nothing was changed.",
                )

    def demand_scope(self, visitor: Visitor, scope: Scope, *, changes: bool = True) -> None:
        if not visitor.may(scope):
            LOG.info("a request was refused", extra={"event": "refused", "scope": scope})
            raise self._refusal(visitor, scope, changes=changes)

    @property
    def takes_reports(self) -> bool:
        """Whether errors can be reported here: by whoever may read, but not where all is read-only."""
        return not self._config.read_only

    def may_write(self, visitor: Visitor) -> bool:
        return not self._config.read_only and visitor.may(Scope.EDIT)

    def demand_operator(self, request: Request, visitor: Visitor) -> None:
        """For what is for those who run the service: they ask from its own machine, or are known as such."""
        if not (is_here(request) or visitor.may(Scope.ADMIN)):
            raise Forbidden(
                "This is given out on the machine that Counterpose runs on, and this request came from another.",
                "Ask there, at http://127.0.0.1, or with a token that has the scope admin.",
            )

    def demand_report(self) -> None:
        if not self.takes_reports:
            raise Forbidden(
                "This collection is read-only and takes no reports.", "Write to whoever runs it. Nothing was kept."
            )

    def demand_private_line(self, request: Request) -> None:
        if not is_private(request, self._config):
            raise Forbidden(
                "Passwords and tokens are taken over https alone, and this came in the clear.",
                "Use the https address. Whoever runs this: set COUNTERPOSE_PUBLIC_URL to it, and let the proxy send "
                "X-Forwarded-Proto (docs/access.md).",
            )

    def _refusal(self, visitor: Visitor, scope: Scope, *, changes: bool) -> CounterposeError:
        if visitor.is_to_add_factor:
            return Forbidden(
                "This takes a second factor, which this account does not have yet.",
                "Set it up at /account/second-factor. Nothing was changed.",
            )
        if visitor.person is not None:
            return Forbidden(
                f"This takes the scope {scope}, which {visitor.name} does not have here.",
                "Use a token that has it, or ask whoever runs this for another role. Nothing was changed.",
            )
        if scope is Scope.READ or self.has_accounts():
            return Unauthorized(
                "This takes signing in.",
                "Sign in at /sign-in; programs send Authorization: Bearer TOKEN (see /docs). Nothing was changed.",
            )
        remedy = "Open it there, at http://127.0.0.1, or make an account there: counterpose users add NAME."
        if changes:
            return Forbidden(
                "Changes are taken from the machine that Counterpose runs on, and this request came from another.",
                f"{remedy} Nothing was changed.",
            )
        return Forbidden(
            "This is given out on the machine that Counterpose runs on, and this request came from another.", remedy
        )

    def _is_own(self, request: Request) -> bool:
        """Whether a form was sent by a page of this site (or by a program, which sends neither header)."""
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        ours = origin in (None, self._config.public_url) or (origin or "").partition("://")[2] == request.host
        return ours and site in (None, "same-origin", "none")
