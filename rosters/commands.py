"""``nic import roster``: a OneRoster zip or folder on the command line."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from milestones.exchange_commands import import_commands
from nic_platform import clock
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import ImportRun
from rosters import bundle, import_services, planning_services, rules
from rosters.models import RosterSource
from teams.commands import find_network

SHOWN = 20


@import_commands.command("roster")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--source", "source_name", required=True, help="Name or id of the roster, as its page shows it."
)
@click.option("--network", "network_name", help="Name or id of the network; needed where there are several.")
@click.option("--mode", type=click.Choice(["delta", "bulk"]), default="delta", show_default=True,
              help="How people are meant where there is no manifest.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what it would do; write nothing.")
@click.option("--leave-out", is_flag=True, help="Leave out rows that have problems.")
@click.option("--agree", is_flag=True, help="Let it end much access: more than 20 people, or a tenth.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
def import_roster(
    file: Path, source_name: str, network_name: str | None, mode: str, as_json: bool, **wishes: bool
) -> None:
    """Read the roster in FILE: a OneRoster 1.1 or 1.2 zip, or a folder of its CSV files.

    Students are counted and dropped while it is read.

    Exit codes: 0 done; 1 rows have problems, much access would end, or nothing was written; 2 wrong usage.
    """
    network = find_network(network_name)
    source = _source(network.id, source_name)
    try:
        run_id, told = _look(file, source.id, mode)
        if not as_json:
            _tell(told)
        written = False
        if not wishes["dry_run"] and (wishes["yes"] or click.confirm("Write this?")):
            with transaction() as current:
                run = current.get_one(ImportRun, run_id)
                import_services.write(
                    current, current.get_one(RosterSource, source.id), run, agreed=wishes["agree"],
                    leave_out=wishes["leave_out"], by=None, at=clock.now(),
                )  # fmt: skip
            written = True
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({**told, "written": written}, ensure_ascii=False, indent=2))
    elif written:
        click.echo("Imported.")
    if not written and not wishes["dry_run"]:
        raise click.exceptions.Exit(1)


def _source(network_id: int, name: str) -> RosterSource:
    query = select(RosterSource).where(
        RosterSource.network_id == network_id, RosterSource.deleted_at.is_(None),
        RosterSource.kind == rules.ONEROSTER,
    )  # fmt: skip
    found = [each for each in session().scalars(query) if name in {each.name, str(each.public_id)}]
    if not found:
        raise click.UsageError(f"There is no roster {name!r} in this network.")
    return found[0]


def _look(file: Path, source_id: int, mode: str) -> tuple[int, dict[str, Any]]:
    at = clock.now()
    with transaction(at=at) as current:
        source = current.get_one(RosterSource, source_id)
        if file.is_dir():
            reading = import_services.read_bundle(current, source, bundle.open_folder(file), mode=mode, at=at)
        else:
            with file.open("rb") as stream:
                opened = bundle.open_zip(stream, file.name)
                reading = import_services.read_bundle(current, source, opened, mode=mode, at=at)
        run = import_services.receive(current, source, reading, file.name, by=None, at=at)
        told = {**run.mapping, "problems": run.problems, "unchanged": run.rows_unchanged}
        return run.id, told


def _tell(told: dict[str, Any]) -> None:
    click.echo(f"OneRoster {told['version'] or '(no version)'}, {told['mode']}")
    for words in planning_services.skipped_words(told["skipped"].items()):
        click.echo(f"Left out: {words}")
    for problem in told["problems"][:SHOWN]:
        where = f"{problem.get('sheet', '')} row {problem['row'] or '-'}, {problem['column']}"
        click.echo(f"{where}: {problem['sentence']}", err=True)
    click.echo(
        f"{told['leaving']} lose access, {told['returning']} come back, {told['made']} new accounts, "
        f"{told['linked']} matched, {told['changed']} changed, {told['unchanged']} unchanged"
    )


__all__ = ["import_commands"]
