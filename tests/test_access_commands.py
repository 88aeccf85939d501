"""Accounts and tokens from the command line: the first editor without a default password, and all that follows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import commands
from service.access.access import Access
from service.config import Config
from service.store.accounts import Scope
from service.store.store import Store
from tests.test_access import acting

GOOD, OTHER = "seven ferries leave Norby", "a lantern under the bridge"
HOME = "192.0.2.7"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_at: Callable[[Path], str]) -> Run:
    """Run a command in this process, on a database of its own, where nothing else may be written."""
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", empty_at(tmp_path / "counterpose.sqlite"))
    monkeypatch.setenv("COUNTERPOSE_READ_ONLY", "1")
    return lambda *arguments, given=None: CliRunner().invoke(commands, list(arguments), input=given)


@pytest.fixture
def access(run: Run, tmp_path: Path) -> Access:
    return Access(Store(f"sqlite:///{tmp_path}/counterpose.sqlite"), Config())


def test_the_first_editor_gets_a_password_or_a_link_and_never_a_default(run: Run, access: Access) -> None:
    made = run("users", "add", "Eva", "--password-stdin", given=f"{GOOD}\n")
    assert made.exit_code == 0, made.output
    access.sign_in("Eva", GOOD, HOME)
    invited = run("users", "add", "New", "--role", "reader")  # nobody is there to be asked
    link = re.search(r"^http://127\.0\.0\.1:8000/welcome#([0-9a-f]{64})$", invited.stdout, re.M)
    assert link is not None
    access.accept(link[1], OTHER)
    access.sign_in("new", OTHER, HOME)


def test_a_bad_password_role_or_name_makes_no_account(run: Run, access: Access) -> None:
    for arguments, given in (
        (("Eva", "--password-stdin"), "password1234\n"),
        (("Eva", "--password-stdin"), ""),
        (("Eva", "--role", "king"), None),
        (("  ",), None),
    ):
        refused = run("users", "add", *arguments, given=given)
        assert refused.exit_code == 1, arguments
        assert "remedy:" in refused.stderr
        assert "password1234" not in refused.output
    assert not access.people.listed()


def test_accounts_are_listed_changed_and_removed(run: Run, access: Access) -> None:
    run("users", "add", "Eva", "--password-stdin", given=f"{GOOD}\n")
    key = access.sign_in("Eva", GOOD, HOME).key
    assert json.loads(run("users", "list", "--json").stdout)["users"][0]["sessions"] == 1
    assert "Eva: editor, active" in run("users", "list").stdout
    run("users", "sign-out", "eva")
    assert access.by_session(key) is None
    assert "without a second factor" in run("users", "list").stdout
    none = run("users", "end-second-factor", "eva")
    assert none.exit_code == 1
    assert "no second factor to be turned off" in none.stderr
    access.second_factor.begin(acting(access))
    ended = run("users", "end-second-factor", "eva")
    assert ended.stdout == "Eva signs in with the password alone.\n"
    run("users", "role", "Eva", "admin")
    run("users", "disable", "Eva")
    assert "Eva: admin, disabled" in run("users", "list").stdout
    run("users", "enable", "Eva")
    run("users", "set-password", "Eva", "--password-stdin", given=f"{OTHER}\n")
    access.sign_in("Eva", OTHER, HOME)
    assert run("users", "sign-out", "--all").exit_code == 0
    assert run("users", "sign-out").exit_code == 2
    unknown = run("users", "disable", "Evo")
    assert unknown.exit_code == 1
    assert "Evo" in unknown.stderr
    run("users", "remove", "Eva")
    assert not access.people.listed()


def test_a_token_is_printed_once_listed_without_itself_and_revoked(run: Run, access: Access) -> None:
    run("users", "add", "Eva")
    made = run("tokens", "add", "Eva", "--for", "nightly", "--scope", "add", "--days", "30")
    assert re.fullmatch(r"counterpose_[0-9a-f]{64}\n", made.stdout)
    assert access.by_token(made.stdout.strip()).scopes == {Scope.ADD, Scope.READ}
    listed = run("tokens", "list")
    assert "1: nightly (Eva): add; until " in listed.stdout
    assert made.stdout.strip() not in listed.stdout
    assert json.loads(run("tokens", "list", "--json").stdout)["tokens"][0]["scopes"] == ["add"]
    assert run("tokens", "add", "Eva", "--for", "it", "--scope", "admin").exit_code == 1
    assert run("tokens", "add", "Eva", "--for", "it", "--scope", "everything").exit_code == 1
    assert run("tokens", "revoke", "1").exit_code == 0
    assert run("tokens", "revoke", "1").exit_code == 1
