"""Commands for accounts: who may sign in, and what programs may come with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from service.commands.terminal import Commands, as_json, asking, note, print_json, writer
from service.errors import BadValue

if TYPE_CHECKING:
    from service.access.access import Access
    from service.config import Config
    from service.store.accounts import Person, Token

_from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
_by_link = click.option("--link", is_flag=True, help="Print a link with which they choose it, once, within a day.")


@click.group(cls=Commands)
def users() -> None:
    """Who may sign in: add, list, link, set-password, end-second-factor, disable, enable, role, sign-out, remove."""


@users.command("add")
@click.argument("name")
@click.option("--role", default="editor", show_default=True, help="reader, editor or admin.")
@_from_stdin
@_by_link
def add_user(name: str, role: str, password_stdin: bool, link: bool) -> None:
    """Make an account for NAME; asks for a password, or prints a link with which NAME chooses one.

    From the first editor on, nothing is written without signing in, not on this machine either. Where nobody can be
    asked for a password, a link is printed.
    """
    from service.access.passwords import demand_good
    from service.access.people import role as role_of

    with _accounts() as (access, config):
        password = _password(password_stdin, link)
        if password is not None:
            demand_good(password, name)  # before there is an account without one
        person = access.people.add(name, role_of(role), writer())
        click.echo(f"{person.name} has an account now, as {person.role}.")
        _give(access, config, person, password)


@users.command("list")
@as_json
def list_users(as_json: bool) -> None:
    """List the accounts."""
    with _accounts() as (access, _):
        found = [_user(person, access) for person in access.people.listed()]
    if as_json:
        print_json({"users": found})
    else:
        for one in found:
            factor = "with" if one["second_factor"] else "without"
            click.echo(
                f"{one['name']}: {one['role']}, {one['state']}, {factor} a second factor, "
                f"{one['sessions']} open sessions"
            )


@users.command("link")
@click.argument("name")
def link_user(name: str) -> None:
    """Print a link with which NAME chooses a new password, once, within a day. The old one holds until then."""
    with _accounts() as (access, config):
        _give(access, config, access.people.one(name), None)


@users.command("set-password")
@click.argument("name")
@_from_stdin
def set_password(name: str, password_stdin: bool) -> None:
    """Give NAME another password. Ends their sessions; tokens stay."""
    with _accounts() as (access, config):
        _give(access, config, access.people.one(name), _password(password_stdin, False))


@users.command("end-second-factor")
@click.argument("name")
def end_second_factor(name: str) -> None:
    """Ask NAME for no code any more, who has lost app and recovery codes. Ends their sessions."""
    with _accounts() as (access, config):
        person = access.second_factor.turn_off_for(access.people.one(name), writer())
        again = ", and sets up another when they next do so" if config.second_factor == "required" else ""
        click.echo(f"{person.name} signs in with the password alone{again}.")


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Keep NAME out from now on: sessions end, tokens open nothing."""
    with _accounts() as (access, _):
        click.echo(f"{access.people.disable(name, writer()).name} is kept out.")


@users.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let NAME in again."""
    with _accounts() as (access, _):
        click.echo(f"{access.people.enable(name, writer()).name} may sign in again.")


@users.command("role")
@click.argument("name")
@click.argument("role")
def set_role(name: str, role: str) -> None:
    """Make NAME a reader, editor or admin."""
    from service.access.people import role as role_of

    with _accounts() as (access, _):
        person = access.people.set_role(name, role_of(role), writer())
    click.echo(f"{person.name} is {person.role} now.")


@users.command("sign-out")
@click.argument("name", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody's.")
def sign_out(name: str | None, everybody: bool) -> None:
    """End all sessions of NAME."""
    if everybody == (name is not None):
        raise click.UsageError("Give a name, or --all.")
    with _accounts() as (access, _):
        for person in access.people.listed() if name is None else (access.people.one(name),):
            access.sessions.end_all(person)
            click.echo(f"{person.name} is signed out.")


@users.command("remove")
@click.argument("name")
def remove_user(name: str) -> None:
    """Remove the account of NAME with its tokens. What was done in that name stays so named."""
    with _accounts() as (access, _):
        click.echo(f"Removed the account of {access.people.remove(name, writer()).name}.")


@click.group(cls=Commands)
def tokens() -> None:
    """What programs may come with: add, list, revoke."""


@tokens.command("add")
@click.argument("name")
@click.option("--for", "label", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="read, add, edit, review, admin. Repeatable.")
@click.option("--days", type=int, help="After how many days it expires.  [default: never]")
def add_token(name: str, label: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token of NAME's and print it, once."""
    from service.access.people import scopes as scopes_of

    with _accounts() as (access, _):
        made, text = access.tokens.make(access.people.one(name), label, scopes_of(list(scopes)), days, writer())
    note(f"Token {made.id}. It is not shown again:")
    click.echo(text)


@tokens.command("list")
@as_json
def list_tokens(as_json: bool) -> None:
    """List all tokens; what they are made of is not kept."""
    with _accounts() as (access, _):
        names = {person.id: person.name for person in access.people.listed()}
        found = [_token(one, names[one.person_id]) for one in access.tokens.listed()]
    if as_json:
        print_json({"tokens": found})
    else:
        for one in found:
            until = f"until {one['expires']}" if one["expires"] else "for good"
            used = f"last used {one['used_on']}" if one["used_on"] else "never used"
            click.echo(f"{one['id']}: {one['label']} ({one['user']}): {', '.join(one['scopes'])}; {until}; {used}")


@tokens.command("revoke")
@click.argument("token", type=int)
def revoke_token(token: int) -> None:
    """End TOKEN, a number from the list."""
    with _accounts() as (access, _):
        click.echo(f"Revoked token {token} ({access.tokens.revoke(token, by=writer()).label}).")


@contextmanager
def _accounts() -> Iterator[tuple[Access, Config]]:
    """Without the corpus: no model is looked for. A read-only collection has accounts as well."""
    from service.access.access import Access
    from service.config import Config
    from service.store.store import Store

    config = Config.from_environment()
    store = Store(config.resolved_database_url())
    try:
        yield Access(store, config), config
    finally:
        store.close()


def _password(stdin: bool, link: bool) -> str | None:
    """As it is given or typed; None where it is to be chosen by link, as it is where nobody can be asked."""
    if stdin and link:
        raise click.UsageError("Give --password-stdin or --link, not both.")
    if stdin:
        text = sys.stdin.readline().rstrip("\r\n")
        if not text:
            raise BadValue("Standard input holds no password.", "Write it there, followed by the end of the line.")
        return text
    if link or not asking():
        return None
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _give(access: Access, config: Config, person: Person, password: str | None) -> None:
    if password is not None:
        access.people.set_password(person.name, password, writer())
        click.echo(f"The password of {person.name} is set.")
        return
    base = config.public_url or f"http://{config.host}:{config.port}"
    note(f"With this link {person.name} chooses a password, once, within a day:")
    click.echo(f"{base}/welcome#{access.people.link(person.name, writer())}")


def _user(person: Person, access: Access) -> dict[str, Any]:
    state = "disabled" if person.disabled else "active" if person.password else "without a password yet"
    sessions = len(access.sessions.of(person))
    held = {"second_factor": person.has_second_factor, "sessions": sessions}
    return {"name": person.name, "role": person.role, "state": state, "since": person.created_at, **held}


def _token(token: Token, user: str) -> dict[str, Any]:
    day = None if token.expires is None else datetime.fromtimestamp(token.expires, UTC).date().isoformat()
    held = {"id": token.id, "label": token.label, "user": user, "scopes": sorted(token.scopes)}
    return {**held, "created_at": token.created_at, "expires": day, "used_on": token.used_on}
