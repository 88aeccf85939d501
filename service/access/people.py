"""People: accounts made, disabled and removed by whoever runs the service; passwords chosen by their owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unicodedata import normalize

from service.access.acting import Acting
from service.access.keys import hash_of, new_key
from service.access.passwords import Passwords, demand_good
from service.errors import BadValue, Conflict, Gone, NotFound
from service.given import name as tidied
from service.store.accounts import Accounts, AccountsWriting, Person, Role, Scope
from service.store.jobs import JobsWriting
from service.store.store import Store, Writing

LINK_LIFE = 24 * 3600.0  # seconds


class People:
    """Every change is one transaction and one row of the audit, and ends the sessions that it should.

    `who`: an admin who has to be signed in yet when it comes to it; None where who runs the service makes the change.
    """

    def __init__(self, store: Store, passwords: Passwords, clock: Callable[[], float]) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock

    def listed(self) -> tuple[Person, ...]:
        with self._store.reading() as reading:
            return Accounts(reading).people()

    def has_editor(self) -> bool:
        """Whether there are accounts to write with: from then on nobody writes without."""
        with self._store.reading() as reading:
            return Accounts(reading).has_editor()

    def add(self, name: str, role: Role, by: str = "", *, who: Acting | None = None) -> Person:
        """Somebody who cannot sign in yet: a password or a link is to follow."""
        wanted = tidied(name, "The name")
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            if who is not None:
                who.held(accounts)
            if accounts.person(folded(wanted)) is not None:
                raise Conflict(
                    f"There is an account of the name “{wanted}” already.",
                    "Take another, or see counterpose users list.",
                )
            person = accounts.add(wanted, folded(wanted), role)
            writing.note(by, "add-user", person.name, {"role": role})
        return person

    def link(self, name: str, by: str = "") -> str:
        """The key of a link with which `name` can choose a password, once and for a day; another ends here."""
        key = new_key()
        self._change(name, by, "link-user", {}, link=hash_of(key), link_until=self._clock() + LINK_LIFE)
        return key

    def invited(self, key: str) -> Person:
        """Whose link it is. Raises Gone for one that is used up, too old or made up."""
        with self._store.reading() as reading:
            found = Accounts(reading).invited(hash_of(key))
        if found is None or found.disabled or (found.link_until or 0) <= self._clock():
            raise _gone()
        return found

    def set_password(self, name: str, password: str, by: str = "") -> Person:
        """Ends all sessions of theirs and a link that waits. Raises BadValue for a password that is not taken."""
        kept = self._kept(self.one(name), password)
        return self._change(name, by, "set-password", {}, ending=True, password=kept, link=None, link_until=None)

    def change_password(self, who: Acting, password: str) -> Person:
        """As `set_password`, by its owner, who has to be signed in yet."""
        kept = self._kept(who.person, password)
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            return _with_password(writing, accounts, who.held(accounts), kept)

    def choose_password(self, key: str, password: str) -> Person:
        """As `set_password`, by a link. Of several who use it at once, one does; the others get Gone."""
        person = self.invited(key)
        kept = self._kept(person, password)
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            now = accounts.held(person.id)
            if now is None or now.link != person.link or now.disabled:
                raise _gone()
            return _with_password(writing, accounts, now, kept)

    def set_role(self, name: str, role: Role, by: str = "") -> Person:
        """Jobs that have not ended of somebody who hands in none any more are cancelled, as in `disable`."""
        cancelling = Scope.ADD not in role.scopes
        return self._change(name, by, "set-role", {"role": role}, cancelling=cancelling, role=role)

    def disable(self, name: str, by: str = "", *, who: Acting | None = None) -> Person:
        """Sessions end at once, tokens open nothing any more, and jobs of theirs that have not ended are cancelled.

        All can be undone but the sessions: a job can be tried again.
        """
        gone = {"disabled": True, "link": None, "link_until": None}
        return self._change(name, by, "disable-user", {}, who=who, ending=True, cancelling=True, **gone)

    def enable(self, name: str, by: str = "", *, who: Acting | None = None) -> Person:
        return self._change(name, by, "enable-user", {}, who=who, disabled=False)

    def remove(self, name: str, by: str = "") -> Person:
        """The account with its sessions and tokens; what was done in its name stays so named, and no more is done."""
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            person = _known(accounts, name)
            accounts.remove(person)
            JobsWriting(writing).cancel_those_of(person.name)
            writing.note(by, "remove-user", person.name, {})
        return person

    def one(self, name: str) -> Person:
        with self._store.reading() as reading:
            return _known(Accounts(reading), name)

    def _kept(self, person: Person, password: str) -> str:
        demand_good(password, person.name)
        return self._passwords.kept(password)

    def _change(
        self,
        name: str,
        by: str,
        action: str,
        detail: dict[str, Any],
        *,
        who: Acting | None = None,
        ending: bool = False,
        cancelling: bool = False,
        **values: Any,
    ) -> Person:
        """`ending`: their sessions; `cancelling`: their jobs."""
        with self._store.writing() as writing:
            accounts = AccountsWriting(writing)
            if who is not None:
                who.held(accounts)
            person = _known(accounts, name)
            accounts.change(person, **values)
            if ending:
                accounts.end(person.id)
            if cancelling:
                JobsWriting(writing).cancel_those_of(person.name)
            writing.note(by, action, person.name, detail)
            return _known(accounts, name)


def folded(name: str) -> str:
    """A name as it is found by: letters that look alike, and capitals, are one."""
    return " ".join(normalize("NFKC", name).casefold().split())


def role(text: str) -> Role:
    if text not in set(Role):
        raise BadValue(f"There is no role “{text}”.", f"Choose one of: {', '.join(Role)}.", tuple(Role))
    return Role(text)


def scopes(texts: list[str]) -> frozenset[Scope]:
    for text in texts:
        if text not in set(Scope):
            raise BadValue(f"There is no scope “{text}”.", f"Choose some of: {', '.join(Scope)}.", tuple(Scope))
    return frozenset(map(Scope, texts))


def _with_password(writing: Writing, accounts: AccountsWriting, person: Person, kept: str) -> Person:
    """One that its owner chose. Ends all sessions of theirs and a link that waits."""
    accounts.change(person, password=kept, link=None, link_until=None)
    accounts.end(person.id)
    writing.note("", "set-password", person.name, {})
    return _known(accounts, person.name)


def _gone() -> Gone:
    return Gone(
        "This link does not open anything: it was used, is older than a day, or another took its place.",
        "Ask whoever runs this for a new one (counterpose users link NAME).",
    )


def _known(accounts: Accounts, name: str) -> Person:
    found = accounts.person(folded(name))
    if found is None:
        names = tuple(person.name for person in accounts.people())
        raise NotFound(f"There is no account “{name}”.", "See counterpose users list for all of them.", names[:3])
    return found
