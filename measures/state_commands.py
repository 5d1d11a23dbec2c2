"""``nic import figures``: an agency's published figures of many places, on the command line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from measures import state_import_services as services
from measures import state_opening
from measures.school_years import name_of
from measures.state_check_services import Prepared, prepare
from measures.state_figures import Figure
from measures.state_headers import PLACE_KEYS
from measures.state_rows import Options, left_out_words
from nic_platform import clock, importing, tabular
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from teams.commands import find_network, import_commands
from teams.models import Network

SHOWN = 20
_PLACES = (*PLACE_KEYS, "school_year", "level")


@import_commands.command(name="figures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", "network_name", help="Name or id of the network; needed where there are several.")
@click.option("--year", default="", help="The school year, such as 2016-17, where the file does not say.")
@click.option("--heads", default="", metavar="ROW", help="The row of the columns' names: 4, or 3-4 for two.")
@click.option(
    "--map", "maps", multiple=True, metavar="WHAT=COLUMN",
    help=f"Say which column holds what; repeat. WHAT: {', '.join(_PLACES)}.",
)  # fmt: skip
@click.option("--only", multiple=True, metavar="FIGURE", help="Bring in this figure; repeat. See --dry-run.")
@click.option("--count", "counts", multiple=True, metavar="COLUMN", help="How many; several are added up.")
@click.option("--of", "population", default="", metavar="COLUMN", help="Out of how many.")
@click.option("--measure", default="", metavar="NAME", help="The measure that --count and --of go into.")
@click.option("--leave-out", is_flag=True, help="Leave rows with problems out instead of refusing the file.")
@click.option("--correct", is_flag=True, help="Let figures that differ replace what is there.")
@click.option("--fill-zeros", is_flag=True, help="Give codes back the zeros that a spreadsheet took.")
@click.option("--places-are-right", is_flag=True, help="Places known by name alone are the right ones.")
@click.option("--no-marks", is_flag=True, help="Mark no breaks on charts.")
@click.option("--dry-run", is_flag=True, help="Check and show; write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
@with_appcontext
def figures(**given: Any) -> None:
    """Bring a table of published figures in from FILE: .csv, .csv.gz or .xlsx.

    One row a school or district: attendance, chronic absence, test results, or any count out of a population.
    Columns are known by how their headers are worded and as in earlier files. All rows are written or none;
    a second time changes nothing.

    Exit codes: 0 done (or nothing to do); 1 rows have problems or nothing was written; 2 wrong usage.
    """
    if given["as_json"] and not (given["yes"] or given["dry_run"]):
        raise click.UsageError("--json asks nothing: add --yes to write, or --dry-run to look.")
    network = find_network(given["network_name"])
    try:
        with given["file"].open("rb") as stream:
            table, given["heads"] = state_opening.opened(stream, given["file"].name, given["heads"])
        columns, chosen, options = _chosen(network, table, given)
        found = _prepare(network, table, columns, chosen, options)
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    stopped = found.stops or (bool(found.problems) and not options.leave_out)
    if not given["as_json"]:
        _tell(table, columns, chosen, found)
        told = [*columns.values(), *(name for each in chosen for name in each.columns)]
        for sentence in state_opening.notes(table, options.heads, told):
            click.echo(sentence)
    result = _result(network, columns, found) | {"written": False}
    if not stopped and not given["dry_run"] and (given["yes"] or click.confirm("Write this?")):
        _write(network, table, columns, chosen, options)
        result["written"] = True
        if not given["as_json"]:
            click.echo("Imported.")
    if given["as_json"]:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    if stopped or (not given["dry_run"] and not result["written"]):
        raise click.exceptions.Exit(1)


def _chosen(
    network: Network, table: tabular.Table, given: dict[str, Any]
) -> tuple[dict[str, str], list[Figure], Options]:
    columns, found, options = services.propose(session(), network.id, table)
    for each in given["maps"]:
        key, sign, column = each.partition("=")
        if not sign or key not in _PLACES:
            raise click.UsageError(
                f"--map {each}: write WHAT=COLUMN, WHAT being one of {', '.join(_PLACES)}."
            )
        columns = {known: name for known, name in columns.items() if known != key and name != column}
        if column:
            columns[key] = column
    if given["only"]:
        unknown = set(given["only"]) - {figure.key for figure in found}
        if unknown:
            raise click.UsageError(f"The file has no figure {', '.join(sorted(unknown))}.")
        found = [replace(figure, is_chosen=figure.key in given["only"]) for figure in found]
    if given["counts"] or given["population"]:
        if not (given["counts"] and given["population"] and given["measure"]):
            raise click.UsageError("--count, --of and --measure go together.")
        own = Figure(given["measure"].lower(), given["measure"], given["counts"], given["population"])
        found = [own]
    options = replace(
        options, year=given["year"] or options.year, leave_out=given["leave_out"], corrects=given["correct"],
        fills_zeros=given["fill_zeros"], places_are_right=given["places_are_right"],
        marks_breaks=not given["no_marks"], heads=given["heads"],
    )  # fmt: skip
    if given["year"]:
        columns.pop("school_year", None)
    return columns, found, options


def _prepare(
    network: Network,
    table: tabular.Table,
    columns: dict[str, str],
    chosen: Sequence[Figure],
    options: Options,
) -> Prepared:
    return prepare(
        session(), network.id, table, columns, [each for each in chosen if each.is_chosen], options,
        today=clock.today(network.time_zone),
    )  # fmt: skip


def _result(network: Network, columns: dict[str, str], found: Prepared) -> dict[str, Any]:
    return {
        "network": network.name, "columns": columns, "years": [name_of(year) for year in found.years],
        "figures": [each.as_json() for each in found.figures], "rows_read": found.read.rows_read,
        "places": found.places, "created": len(found.new), "differing": len(found.differing),
        "unchanged": found.unchanged, "left_out": dict(found.read.left_out),
        "breaks": [[each.on.isoformat(), each.words] for each in found.breaks],
        "problems": [problem.as_json() for problem in found.problems],
    }  # fmt: skip


def _tell(table: tabular.Table, columns: dict[str, str], chosen: Sequence[Figure], found: Prepared) -> None:
    click.echo(f"{table.name}: {len(table):,} rows, {table.encoding}")
    for key, column in columns.items():
        click.echo(f"  {column} → {key}")
    for figure in chosen:
        of = f"{' + '.join(figure.count)} of {figure.population}"
        click.echo(f"  {'' if figure.is_chosen else '(left aside) '}{figure.key}: {figure.name}: {of}")
    years = ", ".join(name_of(year) for year in found.years)
    click.echo(f"School year: {years or 'none'}")
    for reason, count in found.read.left_out.items():
        click.echo(f"Left out: {left_out_words(reason, count)}")
    for group in importing.grouped(found.problems)[:SHOWN]:
        parts = [group.told or "file", group.column]
        value = f" “{group.example}”" if group.example else ""
        click.echo(f"{', '.join(part for part in parts if part)}{value}: {group.sentence}", err=True)
    for each in found.breaks:
        click.echo(f"Break, marked at {each.on}: {each.words}")
    click.echo(
        f"{len(found.new):,} new, {len(found.differing):,} differ, {found.unchanged:,} unchanged,"
        f" of {found.places:,} places"
    )


def _write(
    network: Network,
    table: tabular.Table,
    columns: dict[str, str],
    chosen: Sequence[Figure],
    options: Options,
) -> None:
    by = Actor(user_id=0, name="nic import", network_id=network.id)
    with transaction() as current:
        at = clock.now()
        run = services.new_run(current, network.id, table, by=by, at=at)
        found = _prepare(network, table, columns, chosen, options)
        services.note(run, table, columns, chosen, options, found)
        services.finish(current, run, found, options, today=clock.today(network.time_zone), by=by, at=at)
