"""``nic import``: read places from a file on the command line."""

import json
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from nic_platform import clock, importing, tabular
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.tables import ImportRun
from teams import site_importing, site_table
from teams.models import Network

SHOWN = 20


@click.group(name="import")
def import_commands() -> None:
    """Read sites, published figures or a plan from a file."""


@import_commands.command(name="sites")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", "network_name", help="Name or id of the network; needed where there are several.")
@click.option(
    "--map", "maps", multiple=True, metavar="WHAT=COLUMN", help="Say which column holds what; repeat."
)
@click.option("--state", help="Two letters of the state, where the file does not say.")
@click.option("--leave-out", is_flag=True, help="Leave rows with problems out instead of refusing the file.")
@click.option("--dry-run", is_flag=True, help="Check and show; write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
@with_appcontext
def sites(
    file: Path,
    network_name: str | None,
    maps: tuple[str, ...],
    state: str | None,
    leave_out: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Import a table of schools from FILE: .csv, .csv.gz or .xlsx.

    Known are the directories of NCES and the files of Colorado and Texas; for others say with --map what
    a column holds, as in --map school_name=Campus. All rows are written or none. A second time changes
    nothing.

    Exit codes: 0 done (or nothing to do); 1 rows have problems or nothing was written; 2 wrong usage.
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json asks nothing: add --yes to write, or --dry-run to look.")
    network = find_network(network_name)
    table, mapping, plan = _look_over(network, file, maps, state, leave_out=leave_out)
    stopped = bool(plan.problems) and not leave_out
    if not as_json:
        _tell(table, mapping, plan)
    result = plan.as_json() | {"mapping": mapping, "network": network.name, "written": False}
    if not stopped and not dry_run and (yes or click.confirm("Write this?")):
        _write(network.id, file.name, mapping, plan)
        result["written"] = True
        if not as_json:
            click.echo("Imported.")
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    if stopped or (not dry_run and not result["written"]):
        raise click.exceptions.Exit(1)


def _look_over(
    network: Network, file: Path, maps: tuple[str, ...], state: str | None, *, leave_out: bool
) -> tuple[tabular.Table, dict[str, str], site_importing.Plan]:
    """Read a file and work out what it would change; nothing is written.

    Raises:
        click.ClickException: the file or the mapping can't be used.
    """
    try:
        with file.open("rb") as stream:
            table = tabular.read_table(stream, file.name)
        mapping = _mapping(table, maps)
        code = state.upper() if state else None
        plan = site_importing.make_plan(
            session(), network.id, table, mapping, state=code, leave_out=leave_out
        )
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    return table, mapping, plan


def find_network(name: str | None) -> Network:
    """Return the network that a command names, or the only one there is.

    Raises:
        click.UsageError: there is none of that name, or several and none was named.
    """
    query = select(Network).where(Network.deleted_at.is_(None))
    if name:
        query = query.where(or_(Network.name == name, Network.public_id == _uuid(name)))
    networks = session().scalars(query.order_by(Network.name).limit(20)).all()
    if len(networks) == 1:
        return networks[0]
    if not networks:
        known = session().scalars(select(Network.name).where(Network.deleted_at.is_(None))).all()
        raise click.UsageError(
            f"There is no network {name!r}. There are: {', '.join(known)}."
            if known
            else "There is no network yet. Make one with nic init."
        )
    names = ", ".join(network.name for network in networks)
    raise click.UsageError(f"There are several networks: {names}. Say which with --network.")


def _uuid(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None


def _mapping(table: tabular.Table, maps: tuple[str, ...]) -> dict[str, str]:
    targets = {target.key: target for target in site_table.targets()}
    mapping = importing.propose(table.header, targets.values())
    for each in maps:
        key, sign, column = each.partition("=")
        if not sign or key not in targets:
            raise click.UsageError(
                f"--map {each}: write WHAT=COLUMN, WHAT being one of {', '.join(targets)}."
            )
        mapping = {known: name for known, name in mapping.items() if name != column and known != key}
        if column:
            mapping[key] = column
    return mapping


def _tell(table: tabular.Table, mapping: dict[str, str], plan: site_importing.Plan) -> None:
    click.echo(f"{table.name}: {len(table):,} rows, {table.encoding}")
    for key, column in mapping.items():
        click.echo(f"  {column} → {key}")
    for reason, count in plan.skipped.items():
        click.echo(f"Left out: {site_table.reason_words(reason, count)}")
    for problem in plan.problems[:SHOWN]:
        where = f"row {problem.row}" if problem.row else "file"
        column = f", {problem.column}" if problem.column else ""
        value = f" “{problem.value}”" if problem.value else ""
        click.echo(f"{where}{column}{value}: {problem.sentence}", err=True)
    if len(plan.problems) > SHOWN:
        click.echo(f"… and {len(plan.problems) - SHOWN:,} more problems", err=True)
    click.echo(
        f"{len(plan.new):,} new, {len(plan.changed):,} changed, {len(plan.unchanged):,} unchanged"
        f" ({plan.count('district'):,} districts, {plan.count('school'):,} schools)"
    )


def _write(network_id: int, name: str, mapping: dict[str, str], plan: site_importing.Plan) -> None:
    total = len(plan.new) + len(plan.changed)
    with _bar(total) as bar, transaction() as current:
        at = clock.now()
        run = ImportRun(
            network_id=network_id, kind="sites", file_name=name, mapping={"columns": mapping}, created_at=at
        )
        current.add(run)
        current.flush()
        seen = 0

        def report(done: int) -> None:
            nonlocal seen
            bar.update(done - seen)
            seen = done

        site_importing.write(current, run, plan, by=None, at=at, report=report)


def _bar(total: int) -> AbstractContextManager[Any]:
    return click.progressbar(length=total, label="Importing", file=sys.stderr)
