"""``nic user``: add people and look after their accounts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from accounts import link_services, queries, rules, second_services, services, sign_in_services
from accounts.models import User
from nic_platform import clock
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from teams import invitation_queries, invitation_services, lead_services
from teams.models import Network, Team

Place = TypeVar("Place", Team, Network)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
password_option = click.option(
    "--password-file", type=click.File(), help="Read the password's first line from here (- for input)."
)
ROLES = [role.value for role in TeamRole] + [role.value for role in NetworkRole]


@click.group("user")
def user_commands() -> None:
    """Add people and look after their accounts."""


@contextmanager
def _writing() -> Iterator[Session]:
    """Write in one transaction; what is refused is one sentence and exit code 1."""
    try:
        with transaction() as current:
            yield current
    except PlatformError as error:
        _stop(str(error))


def _stop(words: str) -> NoReturn:
    raise click.ClickException(words)


def _find(email: str) -> User:
    found = queries.user_by_email(session(), rules.normal_email(email) or "")
    return found or _stop(f"Nobody has the address {email}. `nic user list` shows everybody.")


def _told(as_json: bool, words: str, **facts: Any) -> None:
    click.echo(json.dumps(facts) if as_json else words)


def _password(file: TextIO | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    answer: str = click.prompt("A password (8 characters or more)", hide_input=True, confirmation_prompt=True)
    return answer


@user_commands.command("add")
@click.argument("email")
@click.option("--name", prompt="Their name")
@click.option("--admin", is_flag=True, help="Make them an administrator of the installation.")
@click.option("--without-password", is_flag=True, help="They sign in by a link sent by mail.")
@password_option
@json_option
@with_appcontext
def add(
    email: str, name: str, admin: bool, without_password: bool, password_file: TextIO | None, as_json: bool
) -> None:
    """Add a person with the address EMAIL. They belong to no team yet: see `nic user invite`."""
    password = "" if without_password else _password(password_file)
    if not without_password and not password:
        _stop("The password is empty. Use --without-password if they are to sign in by mail.")
    with _writing() as current:
        user = services.create_person(
            current, email=email, name=name, password=password, is_admin=admin, at=clock.now()
        )
        facts = {"id": str(user.public_id), "email": user.email, "name": user.name, "is_admin": user.is_admin}
    _told(as_json, f"Added {facts['name']} <{facts['email']}>.", **facts)


@user_commands.command("list")
@click.option("--search", default="", help="A part of a name or an address.")
@json_option
@with_appcontext
def list_people(search: str, as_json: bool) -> None:
    """List everybody with an account, by name."""
    after, people = None, []
    while True:
        rows = queries.people(session(), text=search, after=after)
        people += rows[: queries.PAGE]
        if len(rows) <= queries.PAGE:
            break
        after = people[-1].id
    if as_json:
        facts = [
            {
                "id": str(row.id), "name": row.name, "email": row.email, "is_admin": row.is_admin,
                "is_disabled": row.is_disabled,
                "last_seen_at": row.last_seen_at.isoformat() if row.last_seen_at else None,
            }
            for row in people
        ]  # fmt: skip
        click.echo(json.dumps(facts))
        return
    for row in people:
        marks = "  shut out" if row.is_disabled else "  administrator" if row.is_admin else ""
        click.echo(f"{row.email}  {row.name}{marks}")
    click.echo(f"{len(people)} in all.", err=True)


@user_commands.command("disable")
@click.argument("email")
@json_option
@with_appcontext
def disable(email: str, as_json: bool) -> None:
    """Shut EMAIL out at once: sign-ins, tokens and links end. Their work stays."""
    with _writing() as current:
        person, at = _find(email), clock.now()
        services.disable(current, person, by=None, at=at)
        lead_services.tell_of(current, person.id, at=at)
    _told(as_json, f"{email} is shut out.", email=email, is_disabled=True)


@user_commands.command("enable")
@click.argument("email")
@json_option
@with_appcontext
def enable(email: str, as_json: bool) -> None:
    """Let EMAIL in again."""
    with _writing() as current:
        services.enable(current, _find(email), by=None, at=clock.now())
    _told(as_json, f"{email} may sign in again.", email=email, is_disabled=False)


@user_commands.command("set-password")
@click.argument("email")
@password_option
@json_option
@with_appcontext
def set_password(email: str, password_file: TextIO | None, as_json: bool) -> None:
    """Give EMAIL a new password; all their sign-ins end, and they are told by mail."""
    user, password = _find(email), _password(password_file)
    with _writing() as current:
        services.set_password(current, user, password, at=clock.now())
    _told(as_json, f"{email} has a new password.", email=email)


@user_commands.command("reset-factor")
@click.argument("email")
@json_option
@with_appcontext
def reset_factor(email: str, as_json: bool) -> None:
    """Take EMAIL's code generator and recovery codes away; make sure first who asks. They are told."""
    with _writing() as current:
        second_services.reset(current, _find(email), by=None, at=clock.now())
    _told(as_json, f"{email} signs in without a second step now.", email=email, has_second=False)


@user_commands.command("sign-out")
@click.argument("email")
@json_option
@with_appcontext
def sign_out(email: str, as_json: bool) -> None:
    """End every sign-in of EMAIL. They may sign in again."""
    with _writing() as current:
        count = sign_in_services.end_all(current, _find(email).id, at=clock.now())
    _told(as_json, f"Ended {count} sign-ins of {email}.", email=email, ended=count)


@user_commands.command("invite")
@click.argument("email")
@click.option("--team", default="", help="Name or id of a team.")
@click.option("--network", default="", help="Name or id of a network, for a role in all of it.")
@click.option("--role", type=click.Choice(ROLES), default=TeamRole.MEMBER.value, show_default=True)
@click.option("--level", type=click.Choice([level.value for level in Level]), help="Of a reviewer.")
@json_option
@with_appcontext
def invite(email: str, team: str, network: str, role: str, level: str | None, as_json: bool) -> None:
    """Invite EMAIL to a team or to a role in a network: mails a link that works once, and prints it."""
    kept = rules.normal_email(email) or _stop(f"{email} is not a mail address.")
    place, network_id, payload = _place(team, network, role, level)
    with _writing() as current:
        link, address = link_services.invite(
            current, kept, place=place, payload=payload, network_id=network_id, by=None,
            base_url=str(current_app.config["BASE_URL"]), at=clock.now(),
            known=queries.user_by_email(current, kept),
        )  # fmt: skip
        expires = link.expires_at.isoformat()
    words = f"Invited {kept} to {place}. The link, if the mail does not arrive:\n{address}"
    _told(as_json, words, email=kept, place=place, url=address, expires_at=expires)


def _place(team: str, network: str, role: str, level: str | None) -> tuple[str, int, dict[str, Any]]:
    if bool(team) == bool(network):
        raise click.UsageError("Name a --team or a --network.")
    if team:
        if role not in {each.value for each in TeamRole}:
            raise click.UsageError(f"{role} is a role in a network, not in a team.")
        found = _only(invitation_queries.teams_called(session(), team), "team", team)
        return found.name, found.network_id, invitation_services.to_team(found, TeamRole(role))
    if role not in {each.value for each in NetworkRole}:
        raise click.UsageError(f"{role} is a role in a team, not in a network.")
    whole = _only(invitation_queries.networks_called(session(), network), "network", network)
    wanted = Level(level or Level.STATE) if role == NetworkRole.REVIEWER.value else None
    return whole.name, whole.id, invitation_services.to_network(NetworkRole(role), wanted)


def _only(found: list[Place], what: str, text: str) -> Place:
    if not found:
        _stop(f"There is no {what} called {text}.")
    if len(found) > 1:
        _stop(
            f"{len(found)} {what}s are called {text}. Use an id: {', '.join(str(f.public_id) for f in found)}"
        )
    return found[0]
