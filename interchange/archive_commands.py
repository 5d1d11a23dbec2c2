"""``nic export network`` and ``nic import network``: a whole network on the command line."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from interchange import archive_import_services, archive_invite_services, archive_services
from interchange.archive_file import ArchiveError, reading
from interchange.archive_import_services import Found
from milestones.exchange_commands import export_commands
from nic_platform import clock
from nic_platform.backup import revision
from nic_platform.database import db, session, transaction
from nic_platform.storage import storage
from rosters.commands import import_commands
from teams.models import Network

SHOWN = 10


@export_commands.command("network")
@click.argument("name", metavar="NETWORK")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Tell what is in it as JSON.")
@with_appcontext
def export_network(name: str, file: Path, as_json: bool) -> None:
    """Write the whole archive of NETWORK (its name or id) into FILE, a .zip.

    It holds all rows, attached files, the trail of changes, and what explains them; no passwords and no
    secrets. It holds drafts too: guard it like the database.

    Exit codes: 0 done; 1 there is no such network; 2 wrong usage.
    """
    if file.suffix.lower() != ".zip":
        raise click.UsageError("Name the file .zip.")
    network_id = _find(name)
    session().rollback()
    part = file.with_name(file.name + ".part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = archive_services.write(db.engine, storage(), network_id, out)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    if as_json:
        told = {"network": manifest.network, "rows": manifest.rows(), "trail": manifest.trail}
        click.echo(json.dumps(told | {"missing": manifest.missing}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{manifest.network['name']}: {sum(manifest.rows().values()):,} rows in {file}.")
    if manifest.missing:
        click.echo(f"{len(manifest.missing)} attached files were not there.", err=True)
    if manifest.trail["faults"]:
        click.echo(
            f"{manifest.trail['faults']} lines of its trail are wrong: run nic audit verify.", err=True
        )


def _find(name: str) -> int:
    try:
        wanted: UUID | None = UUID(name)
    except ValueError:
        wanted = None
    query = select(Network.id).where(or_(Network.name == name, Network.public_id == wanted))
    found = session().scalars(query.where(Network.deleted_at.is_(None)).limit(2)).all()
    if not found:
        raise click.ClickException(f"There is no network {name!r}.")
    if len(found) > 1:
        raise click.ClickException(f"Several networks are called {name!r}. Give the id of one.")
    return found[0]


@import_commands.command("network")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and show; write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--no-mail", is_flag=True, help="Do not write to the people who get an account.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
@with_appcontext
def import_network(file: Path, dry_run: bool, yes: bool, no_mail: bool, as_json: bool) -> None:
    """Put the archive of a network (FILE, a .zip of nic export network) into this installation.

    Public ids stay. People are found by their address; who has no account gets one, and a mail that says so.
    All of it is written or nothing, and nothing over what is here.

    Exit codes: 0 done; 1 something stands against it or nothing was written; 2 wrong usage.
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json asks nothing: add --yes to write, or --dry-run to look.")
    try:
        found, written = _take_in(file, dry_run=dry_run, yes=yes, mail=not no_mail, quiet=as_json)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        told = {
            "network": found.network, "rows": found.rows, "files": found.files, "known": len(found.known),
            "new": len(found.new), "problems": found.problems, "written": written,
        }  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif written:
        click.echo("Imported.")
    if found.problems or not (dry_run or written):
        raise click.exceptions.Exit(1)


def _take_in(file: Path, *, dry_run: bool, yes: bool, mail: bool, quiet: bool) -> tuple[Found, bool]:
    at, done = clock.now(), None
    with reading(file) as reader:
        try:
            with transaction(at=at) as current:
                here = revision(current.connection())
                found = archive_import_services.look(current, reader, here)
                if not quiet:
                    _tell(found)
                go = not found.problems and not dry_run
                if go and (yes or click.confirm("Write this?")):
                    done = archive_import_services.write(current, storage(), reader, at=at)
                    if mail:
                        archive_invite_services.tell_new_people(
                            current, done.made, found.network, base_url=_base_url(), at=at
                        )
        except BaseException:
            if done is not None:
                archive_import_services.forget_files(storage(), done)
            raise
    return found, done is not None


def _base_url() -> str:
    return str(current_app.config["BASE_URL"])


def _tell(found: Any) -> None:
    click.echo(f"{found.network}: {found.rows:,} rows, {found.files} files.")
    click.echo(f"People who are here already: {len(found.known)}; who get an account: {len(found.new)}.")
    for each in found.known[:SHOWN]:
        click.echo(f"  {each} is here and gets the roles of the archive in this network")
    for problem in found.problems:
        click.echo(f"  problem: {problem}")
