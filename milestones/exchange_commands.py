"""``nic export plan`` and ``nic import plan``: whole plans on the command line."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from measures import state_commands
from milestones import exchange_book, exchange_json, exchange_reading, exchange_run_services, exchange_words
from milestones.exchange import BY_KEY
from milestones.exchange_queries import load
from milestones.exchange_run_services import Choice, Prepared
from milestones.models import Plan
from milestones.plan_queries import school_year_on
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError
from nic_platform.words import speaking
from teams.commands import import_commands
from teams.models import Network, SchoolYear, Team

SHOWN = 20
NOBODY = Actor(user_id=0)  # the platform itself


@click.group("export")
def export_commands() -> None:
    """Write a plan into a file."""


@export_commands.command("plan")
@click.argument("plan_id", metavar="ID", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def export_plan(plan_id: UUID, file: Path) -> None:
    """Write the plan with this ID into FILE: a workbook (.xlsx) or a JSON document (.json), whole.

    The ID is in the plan's address. Nothing is hidden: guard the file like the database.

    Exit codes: 0 done; 1 there is no such plan; 2 wrong usage.
    """
    if file.suffix.lower() not in {".xlsx", ".json"}:
        raise click.UsageError("Name the file .xlsx or .json.")
    plan = session().scalar(select(Plan).where(Plan.public_id == plan_id, Plan.deleted_at.is_(None)))
    if plan is None:
        raise click.ClickException(f"There is no plan {plan_id}.")
    network = session().get_one(Network, plan.network_id)
    document = load(session(), plan, _span(plan), at=clock.now()).document
    with speaking(network.words):
        data = (
            exchange_book.as_bytes(document)
            if file.suffix.lower() == ".xlsx"
            else exchange_json.as_bytes(document)
        )
    file.write_bytes(data)
    click.echo(
        f"{plan.team.name}, {plan.school_year}: {sum(map(len, document.parts.values())):,} rows in {file}."
    )


def _span(plan: Plan) -> tuple[date, date]:
    year = session().scalar(
        select(SchoolYear).where(
            SchoolYear.network_id == plan.network_id, SchoolYear.name == plan.school_year,
            SchoolYear.deleted_at.is_(None),
        )
    )  # fmt: skip
    if year is not None:
        return year.starts_on, year.ends_on
    first = int(plan.school_year[:4]) if plan.school_year[:4].isdecimal() else clock.now().year
    return date(first, 8, 15), date(first + 1, 5, 31)


@import_commands.command("plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--team", "team_name", required=True, help="Name or id of the team that gets the plan.")
@click.option("--year", help="School year of the plan, such as 2026-27; the file's own unless given.")
@click.option("--leave-history", is_flag=True, help="Only the plan: no counts, meetings, decisions.")
@click.option("--dry-run", is_flag=True, help="Check and show; write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
@with_appcontext
def import_plan(
    file: Path, team_name: str, year: str | None, leave_history: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Import a plan from FILE: a workbook, a JSON document, or sentences in one column (.xlsx, .csv).

    It goes into the team's plan of the school year, which is begun if need be. All of it is written or
    nothing. A second time changes nothing.

    Exit codes: 0 done (or nothing to do); 1 rows have problems or nothing was written; 2 wrong usage.
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json asks nothing: add --yes to write, or --dry-run to look.")
    team = _find_team(team_name)
    network = session().get_one(Network, team.network_id)
    today = clock.today(network.time_zone)
    with speaking(network.words):
        try:
            with file.open("rb") as stream:
                reading = exchange_reading.read_file(stream, file.name)
        except PlatformError as error:
            raise click.ClickException(str(error)) from error
        chosen = year or reading.document.school_year or school_year_on(session(), network.id, today)
        choice = Choice(chosen, leave_history=leave_history)
        with transaction() as current:
            prepared = exchange_run_services.prepare(current, team, reading, choice, today)
            result = _result(team, choice, prepared)
            if not as_json:
                _tell(reading.name, result)
            if not prepared.problems and not dry_run and (yes or click.confirm("Write this?")):
                run = exchange_run_services.new_run(current, team, reading.name, by=NOBODY, at=clock.now())
                exchange_run_services.note(current, run, reading, prepared, choice)
                done = exchange_run_services.finish(current, run, prepared, choice, by=NOBODY, at=clock.now())
                result |= {"plan": str(done.plan.public_id), "written": True}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    elif result["written"]:
        click.echo("Imported.")
    if result["problems"] or (not dry_run and not result["written"]):
        raise click.exceptions.Exit(1)


def _find_team(name: str) -> Team:
    try:
        wanted: UUID | None = UUID(name)
    except ValueError:
        wanted = None
    found = session().scalars(
        select(Team)
        .where(or_(Team.name == name, Team.public_id == wanted), Team.deleted_at.is_(None))
        .limit(2)
    ).all()  # fmt: skip
    if not found:
        raise click.UsageError(f"There is no team {name!r}.")
    if len(found) > 1:
        raise click.UsageError(f"Several teams are called {name!r}. Give the id that is in its address.")
    return found[0]


def _result(team: Team, choice: Choice, prepared: Prepared) -> dict[str, Any]:
    return {
        "team": team.name, "school_year": choice.school_year, "plan": None, "written": False,
        "parts": prepared.proposal.counts(), "problems": [each.as_json() for each in prepared.problems],
        "sentences": [each.as_json() for each in prepared.said],
    }  # fmt: skip


def _tell(name: str, result: dict[str, Any]) -> None:
    click.echo(f"{name} into {result['team']}, {result['school_year']}:")
    for key, counts in result["parts"].items():
        numbers = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
        click.echo(f"  {exchange_words.sheet_title(BY_KEY[key])}: {numbers}")
    for problem in result["problems"][:SHOWN]:
        place = [
            problem.get("sheet", ""),
            f"row {problem['row']}" if problem["row"] else "",
            problem["column"],
        ]
        value = f" “{problem['value']}”" if problem["value"] else ""
        click.echo(f"{', '.join(part for part in place if part)}{value}: {problem['sentence']}", err=True)
    if len(result["problems"]) > SHOWN:
        click.echo(f"… and {len(result['problems']) - SHOWN:,} more problems", err=True)


MORE = (state_commands,)  # imported so that its command joins the group

__all__ = ["export_commands", "import_commands"]
