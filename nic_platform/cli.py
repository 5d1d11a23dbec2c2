"""The ``nic`` command: run, look after, back up and restore an installation.

Exit codes: 0 done; 1 it could not be done, or something was found; 2 wrong usage, or a setting that can't be
used.
"""

import importlib
import logging
import os
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from nic_platform import loading
from nic_platform.config import SettingError

# Name → where its command is, and what `nic --help` says of it. Imported when asked for: starting is quick.
COMMANDS = {
    "analyse": ("measures.commands:analyse_command", "Analyse series given as JSON Lines."),
    "audit": ("nic_platform.operations:audit_commands", "Check the trail of who changed what."),
    "backup": ("nic_platform.operations:backup_command", "Write everything into one file."),
    "check-backup": ("nic_platform.operations:check_backup", "Say whether a backup is whole."),
    "coach": (
        "milestones.commands:coach_command",
        "Read milestones, one a line, and say how to better them.",
    ),
    "demo": ("nic_platform.demo.commands:demo", "Build the demo network and serve it on this machine."),
    "doctor": ("nic_platform.operations:doctor_command", "Look the installation over and say the mend."),
    "export": (
        "interchange.archive_commands:export_commands",
        "Write a plan or a whole network into a file.",
    ),
    "import": (
        "interchange.archive_commands:import_commands",
        "Read sites, published figures, a plan or a whole network from a file.",
    ),
    "init": ("nic_platform.cli:init", "Make the database and the first administrator."),
    "jobs": (
        "nic_platform.job_commands:jobs_commands",
        "Look at background work, stop it, try it again.",
    ),
    "mail": ("nic_platform.mail_commands:mail_commands", "Read what mail servers sent back."),
    "retention": (
        "desk.retention_commands:retention_command",
        "Take out for good what was deleted long ago.",
    ),
    "network": ("desk.ending_commands:network_commands", "List networks, and delete one."),
    "restore": ("nic_platform.operations:restore_command", "Put a backup into an empty database."),
    "serve": ("nic_platform.operations:serve_command", "Serve the platform, with its worker."),
    "upgrade": ("nic_platform.operations:upgrade_command", "Bring the database up to this version."),
    "user": ("accounts.commands:user_commands", "Add people and look after their accounts."),
    "worker": ("nic_platform.operations:worker_command", "Do background work: mail, sums, reminders."),
}


class Commands(click.Group):
    """The commands by name, each imported when it is used."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a database without our tables, or a fault outside, is said in a sentence."""
        try:
            return super().invoke(ctx)
        except (SQLAlchemyError, OSError) as error:
            missing = ("no such table", "does not exist", "no such column")
            if isinstance(error, DBAPIError) and any(words in str(error.orig) for words in missing):
                raise click.ClickException(
                    "The database is not ready. Run nic init for a new one, or nic upgrade after an update."
                ) from error
            if (said := _told(error)) is None:
                raise
            raise click.ClickException(said) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called *cmd_name*."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        with loading.at_once():
            command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _told(error: Exception) -> str | None:
    """Return what to say of a fault outside (disk, database, no such folder); nothing of another error."""
    from nic_platform import faults

    if (fault := faults.fault_of(error)) is not None:
        return str(faults.words(fault))
    if isinstance(error, FileNotFoundError | PermissionError | NotADirectoryError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return None


class UnusableSettingError(click.ClickException):
    """A setting that can't be used."""

    exit_code = 2


def _make_app(ctx: click.Context) -> Flask:
    """Build the application from the environment; its connections are closed when the command ends."""
    try:
        with loading.at_once():
            from nic_platform.app import create_app

            app = create_app()
    except SettingError as error:
        raise UnusableSettingError(str(error)) from error

    from nic_platform.database import db

    @ctx.call_on_close
    def let_go() -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    return app


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nic-platform", prog_name="nic")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run and look after Switchback, the platform for networked improvement communities.

    Settings come from environment variables; docs/operators.md lists them. Exit codes: 0 done; 1 it could not
    be done, or something was found; 2 wrong usage, or a setting that can't be used.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.umask(0o077)  # what the platform writes is for its own user's eyes
    if not isinstance(ctx.obj, ScriptInfo):
        ctx.obj = ScriptInfo(create_app=lambda: _make_app(ctx))


@click.command("init")
@click.option("--email", prompt="Your email address", help="Of the first administrator.")
@click.option("--name", prompt="Your name", help="Of the first administrator.")
@click.option("--network", help="Name of the first network, which this person then leads.")
@click.option("--time-zone", default="America/Denver", show_default=True, help="Of that network.")
@click.option(
    "--password-file", type=click.File(), help="Read the password's first line from here (- for input)."
)
@with_appcontext
def init(email: str, name: str, network: str | None, time_zone: str, password_file: Any) -> None:
    """Make the database, its first administrator, and the first network.

    Without --password-file it asks for what is missing. Run again, it changes nothing that is there: it adds
    a further administrator, and a further network if the name is new.
    """
    import flask_migrate

    from accounts import services
    from nic_platform import clock
    from nic_platform.database import transaction
    from nic_platform.errors import PlatformError

    if password_file:
        password = password_file.readline().rstrip("\r\n")
    else:
        password = click.prompt("A password, 8 characters or more", hide_input=True, confirmation_prompt=True)
        if network is None:
            network = click.prompt("Name of your network (nothing: none yet)", default="", show_default=False)
    _check_zone(time_zone)
    flask_migrate.upgrade()
    at = clock.now()
    try:
        with transaction(at=at) as current:
            _mark(current, at)
            person = services.create_admin(current, email=email, name=name, password=password, at=at)
            if network:
                _make_network(current, " ".join(network.split()), time_zone, person.id, at)
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Ready. Start it with nic serve, and sign in as {email.strip().lower()}.")


def _check_zone(name: str) -> None:
    from zoneinfo import available_timezones

    if name not in available_timezones():
        raise click.UsageError(f"There is no time zone {name!r}. Write it like America/Denver.")


def _mark(current: Any, at: datetime) -> None:
    """Write the row that says what this database is, if it is new."""
    from sqlalchemy import select

    from nic_platform.tables import Installation

    if current.scalar(select(Installation.id).limit(1)) is None:
        current.add(Installation(is_demo=False, created_at=at))


def _make_network(current: Any, name: str, time_zone: str, user_id: int, at: datetime) -> None:
    """Add the network, unless there is one of this name, and let the person lead it."""
    from sqlalchemy import select

    from nic_platform.actor import NetworkRole
    from teams.models import Network
    from teams.services import give_network_role

    found = current.scalar(select(Network).where(Network.name == name, Network.deleted_at.is_(None)))
    if found is None:
        found = Network(name=name, time_zone=time_zone)
        current.add(found)
        current.flush()
    give_network_role(current, found.id, user_id, NetworkRole.LEAD, by=None, at=at)
