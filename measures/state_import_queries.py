"""Reading what an agency's table is held against: places, figures that stand, earlier tables."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import ChartMark, Measure, Measurement
from measures.queries import stands
from measures.school_years import span_of, year_of
from measures.state_figures import Figure, figure_from
from measures.state_places import Register
from measures.state_places import Site as Known
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError, RuleError
from nic_platform.tables import ImportRun, Job
from nic_platform.text import _
from teams.models import Site, Team
from teams.queries import in_network

KIND = "state figures"
JOBS = ("bring in state figures", "take state figures back")
REMEMBERED = 40  # earlier tables that are looked at


@dataclass(frozen=True)
class Standing:
    """A figure that stands: of one place and school year."""

    id: int
    team_id: int
    level: Level
    on: date
    count: float | None
    population: float | None
    people: float | None = None


def register_of(session: Session, network_id: int) -> Register:
    """Return the places of a network, to find those that a table is about; one statement."""
    query = select(
        Site.id, Site.level, Site.name, Site.nces_id, Site.state_code, Site.parent_id
    ).where(Site.network_id == network_id, Site.deleted_at.is_(None))  # fmt: skip
    return Register(
        Known(row[0], row[1].value, row[2], row[3] or "", row[4] or "", row[5])
        for row in session.execute(query)
    )


def collector_of(session: Session, network_id: int) -> Team:
    """Return the team in whose name published figures are kept: the highest of the network.

    Raises:
        RuleError: there is none yet.
    """
    found = session.scalars(
        select(Team)
        .where(Team.network_id == network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(Team.rank >= Level.DISTRICT.rank)
        .order_by(Team.rank.desc(), Team.id)
        .limit(1)
    ).first()
    if found is None:
        raise RuleError(_("Add a team of the state or a district first: figures are kept in its name."))
    return found


def standing_of(
    session: Session, network_id: int, measures: Collection[int], years: Collection[int]
) -> dict[tuple[int, int, int], list[Standing]]:
    """Return the figures of everybody that stand, by measure, site and school year; one statement."""
    found: dict[tuple[int, int, int], list[Standing]] = {}
    if not measures or not years:
        return found
    query = (
        select(
            Measurement.measure_id, Measurement.site_id, Measurement.id, Measurement.team_id, Site.level,
            Measurement.observed_on, Measurement.count, Measurement.population, Measurement.people,
        )
        .join(Site, Site.id == Measurement.site_id)
        .where(Measurement.network_id == network_id, Measurement.measure_id.in_(sorted(measures)))
        .where(Measurement.observed_on.between(span_of(min(years))[0], span_of(max(years))[1]))
        .where(Measurement.subgroup == "", stands())
    )  # fmt: skip
    for measure, site, number, team, level, on, *counts in session.execute(query):
        each = Standing(number, team, level, on, *counts)
        found.setdefault((measure, site, year_of(each.on)), []).append(each)
    return found


def common_measures(session: Session, network_id: int) -> dict[str, Measure]:
    """Return the measures common to a network by public id, by name; one statement."""
    query = select(Measure).where(
        Measure.network_id == network_id, Measure.team_id.is_(None), Measure.deleted_at.is_(None)
    )
    return {str(each.public_id): each for each in session.scalars(query.order_by(Measure.name, Measure.id))}


def earlier_figures(session: Session, network_id: int) -> list[tuple[int, Figure]]:
    """Return the figures of tables that were brought in, newest table first, with the latest school year of
    each table; one statement.
    """
    query = (
        select(ImportRun.mapping)
        .where(ImportRun.network_id == network_id, ImportRun.kind == KIND, ImportRun.state == "done")
        .order_by(ImportRun.id.desc())
        .limit(REMEMBERED)
    )
    return [
        (max(mapping.get("years") or [0]), figure_from(each))
        for mapping in session.scalars(query)
        for each in mapping.get("figures", [])
    ]


def earlier_columns(session: Session, network_id: int) -> list[dict[str, str]]:
    """Return which column held what in tables that were brought in, newest first; one statement."""
    query = (
        select(ImportRun.mapping)
        .where(ImportRun.network_id == network_id, ImportRun.kind == KIND, ImportRun.state == "done")
        .order_by(ImportRun.id.desc())
        .limit(REMEMBERED)
    )
    return [mapping.get("columns", {}) for mapping in session.scalars(query)]


def get_run(session: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """Return one import of an agency's table, of the reader's network.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(ImportRun).where(
            in_network(actor, ImportRun.network_id), ImportRun.public_id == run_id, ImportRun.kind == KIND
        )
    )
    if found is None:
        raise AbsentError(_("There is no such import."))
    return found


def run_numbered(session: Session, number: int) -> ImportRun:
    """Return an import by its inner number, as a job carries it."""
    return session.scalars(select(ImportRun).where(ImportRun.id == number, ImportRun.kind == KIND)).one()


def runs_of(session: Session, actor: Actor, limit: int = 40) -> list[ImportRun]:
    """Return the newest imports of agencies' tables of the reader's network; one statement."""
    query = select(ImportRun).where(in_network(actor, ImportRun.network_id), ImportRun.kind == KIND)
    return list(session.scalars(query.order_by(ImportRun.id.desc()).limit(limit)))


def job_of(session: Session, run: ImportRun) -> Job | None:
    """Return the background work on an import that was started last, if any; one statement."""
    newest = session.scalars(
        select(Job)
        .where(Job.network_id == run.network_id, Job.name.in_(JOBS))
        .order_by(Job.id.desc())
        .limit(20)
    )
    return next((job for job in newest if job.payload.get("run_id") == run.id), None)


def breaks_of(session: Session, actor: Actor, measure_id: int) -> list[ChartMark]:
    """Return what was marked on a measure's charts when published figures came in, oldest first; one
    statement. They hold for every place of the network.
    """
    brought = select(ImportRun.team_id).where(
        in_network(actor, ImportRun.network_id), ImportRun.kind == KIND, ImportRun.team_id.is_not(None)
    )
    query = select(ChartMark).where(
        in_network(actor, ChartMark.network_id), ChartMark.measure_id == measure_id,
        ChartMark.team_id.in_(brought), ChartMark.kind == "change", ChartMark.deleted_at.is_(None),
    )  # fmt: skip
    return list(session.scalars(query.order_by(ChartMark.on, ChartMark.id)))
