"""``nic network``: list networks, and delete one after thirty days, or at once."""

from typing import NoReturn
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from desk import ending_queries, ending_services, network_purge_services
from desk.ending import GRACE, NETWORK
from nic_platform import clock
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.storage import storage
from teams.commands import find_network
from teams.models import Network


@click.group(name="network")
def network_commands() -> None:
    """List networks, and delete one."""


def _stop(words: str) -> NoReturn:
    raise click.ClickException(words)


@network_commands.command("list")
@with_appcontext
def list_networks() -> None:
    """List the networks of this installation, with their ids."""
    for row in session().execute(
        select(Network.public_id, Network.name, Network.ends_at).order_by(Network.id)
    ):
        ends = f"  deleted on {row.ends_at:%Y-%m-%d}" if row.ends_at else ""
        click.echo(f"{row.public_id}  {row.name}{ends}")


@network_commands.command("delete")
@click.argument("network")
@click.option("--now", is_flag=True, help="Delete it at once, without the thirty days.")
@click.option("--undo", is_flag=True, help="Keep it after all.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@with_appcontext
def delete_network(network: str, now: bool, undo: bool, yes: bool) -> None:
    """Delete NETWORK, a name or an id, thirty days from now; its leads are told and may undo it.

    Everything in it goes for good: `nic export network` first. docs/operators.md says what stays.
    """
    if now and undo:
        raise click.UsageError("--now and --undo contradict each other.")
    row = find_network(network)
    name, public_id = row.name, row.public_id
    if undo:
        _undo(public_id, name)
        return
    when = "at once" if now else f"in {GRACE.days} days"
    if not yes and not click.confirm(f"Delete {name} {when}, with everything in it?"):
        _stop("Nothing was deleted.")
    deletion_id = _ask(public_id, now=now)
    if not now:
        click.echo(f"{name} is deleted {when}. Undo: nic network delete --undo {public_id}")
        return
    gone = network_purge_services.purge(storage(), deletion_id, clock.now())
    click.echo(f"{name} is gone: {sum(gone.values())} rows of {sum(map(bool, gone.values()))} tables.")


def _ask(public_id: UUID, *, now: bool) -> UUID:
    """Ask and confirm in one; what a lead asked for already is confirmed."""
    at = clock.now()
    try:
        with transaction(at=at) as current:
            network = current.scalars(select(Network).where(Network.public_id == public_id)).one()
            found = ending_queries.open_of(current, NETWORK, public_id)
            asked = (
                ending_queries.entity(current, found.id)
                if found
                else ending_services.ask_network(current, network, by=None, at=at)
            )
            if asked.due_at is None:
                ending_services.confirm(current, asked, by=None, at=at)
            if now:
                asked.due_at = network.ends_at = at
            return asked.public_id
    except PlatformError as error:
        _stop(str(error))


def _undo(public_id: UUID, name: str) -> None:
    with transaction(at=clock.now()) as current:
        found = ending_queries.open_of(current, NETWORK, public_id)
        if found is None:
            _stop(f"{name} is not to be deleted.")
        try:
            asked = ending_queries.entity(current, found.id)
            ending_services.undo(current, asked, by=None, at=clock.now())
        except PlatformError as error:
            _stop(str(error))
    click.echo(f"{name} stays.")
