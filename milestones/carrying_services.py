"""Carrying a plan into the next school year: what is offered, and writing it, with the way to undo it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.queries import records, standing_records
from measures.rules import MeasureType
from milestones import carrying, exchange_run_services
from milestones.calendar_queries import school_days
from milestones.carrying import Facts, Key, Offer
from milestones.carrying_queries import there_already
from milestones.exchange_compare import CHANGED, NEW, propose
from milestones.exchange_present_queries import look
from milestones.exchange_queries import Loaded, load
from milestones.exchange_run_services import Choice, Prepared
from milestones.models import InterimTarget, Plan
from milestones.rows import PlanRow
from milestones.status_queries import statuses
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import SchoolYear, Team


@dataclass(frozen=True)
class Carrying:
    """A plan on its way into the next year: what may go on, what is there already, and where to."""

    offers: tuple[Offer, ...]
    there: frozenset[str]  # values of offers that are in the next plan already
    next_year: SchoolYear | None
    next_plan: Plan | None


@dataclass(frozen=True)
class _Ready:
    loaded: Loaded
    facts: Facts
    team: Team
    plan: PlanRow


def next_year(session: Session, plan: PlanRow) -> SchoolYear | None:
    """Return the network's school year after the plan's; none where nobody has added it yet."""
    return session.scalar(
        select(SchoolYear)
        .where(
            SchoolYear.network_id == plan.network_id,
            SchoolYear.starts_on > plan.span[0],
            SchoolYear.name != plan.school_year,
            SchoolYear.deleted_at.is_(None),
        )
        .order_by(SchoolYear.starts_on)
        .limit(1)
    )


def offered(session: Session, actor: Actor, plan: PlanRow, today: date) -> Carrying:
    """Return what of a plan may be carried on, with what is proposed and what was carried already.

    At most eighteen statements, however long the plan.
    """
    loaded, facts = _read(session, actor, plan, today, (*carrying.CHOSEN, "measures"))
    document, year = loaded.document, next_year(session, plan)
    if year is None:
        return Carrying(tuple(carrying.offers(document, facts)), frozenset(), None, None)
    made = carrying.offers(document, facts, _mover(session, plan, year))
    there = _plan_in(session, plan.team_id, year)
    if there is None or there.deleted_at is not None:
        return Carrying(tuple(made), frozenset(), year, None)
    known = frozenset(f"{part}.{ref}" for part, ref in there_already(session, document, there))
    return Carrying(tuple(made), known, year, there)


def carry(
    session: Session, plan: PlanRow, chosen: Collection[str], *, today: date, by: Actor, at: datetime
) -> tuple[Plan, ImportRun]:
    """Copy what was chosen (values of offers) into the plan of the next year, which is begun if need be.

    What was carried before stays as it is by now. :func:`exchange_run_services.undo_run` takes it back.

    Raises:
        InputError: nothing was chosen, or something that is not in the plan.
        RuleError: the network has no next school year.
    """
    year = next_year(session, plan)
    if year is None:
        raise RuleError(
            _("The network has no later school year yet. Its lead adds one under Network, Settings.")
        )
    keys: list[Key] = [(part, ref) for part, _dot, ref in (each.partition(".") for each in chosen)]
    if not keys:
        raise InputError(_("This can’t be saved yet."), {"parts": _("Choose what goes on.")})
    ready = _Ready(*_read(session, by, plan, today), session.get_one(Team, plan.team_id), plan)
    _refuse_unknown(ready.loaded, keys)
    prepared = _prepared(session, ready, year, keys, today)
    prepared.proposal.problems = []  # a date that a break swallowed is mended by hand, on the board
    choice = Choice(year.name, new_id=prepared.proposal.plan_id)
    name = f"{plan.school_year} → {year.name}"
    run = exchange_run_services.new_run(session, ready.team, name, by=by, at=at, kind="carry")
    done = exchange_run_services.finish(session, run, prepared, choice, by=by, at=at)
    run.rows_created = prepared.proposal.total(NEW) + prepared.proposal.total(CHANGED)  # what comes back
    run.mapping = {"parts": prepared.proposal.counts()}
    if done.plan.carried_from_id is None:
        done.plan.carried_from_id = plan.id
    session.flush()
    return done.plan, run


def _refuse_unknown(loaded: Loaded, keys: Collection[Key]) -> None:
    known = {(part.key, row["ref"]) for part, row in loaded.document.everything()}
    if any(key not in known or key[0] not in carrying.CHOSEN for key in keys):
        words = _("Something of it is not in the plan any more. Look again at what may go on.")
        raise InputError(_("This can’t be saved yet."), {"parts": words})


def _read(
    session: Session, actor: Actor, plan: PlanRow, today: date, parts: Collection[str] = ()
) -> tuple[Loaded, Facts]:
    """Return a plan, or some *parts* of it, with what is known of it when its year ends."""
    loaded = load(session, session.get_one(Plan, plan.id), plan.span, parts=parts)
    zone, day = actor.time_zone, min(today, plan.span[1])
    milestones = loaded.things.get("milestones", {})
    standings = statuses(session, [each.id for each in milestones.values()], day, zone)
    status = {ref: standings[thing.id].status for ref, thing in milestones.items()}
    actuals = _actuals(session, loaded, day, ZoneInfo(zone))
    return loaded, Facts(status, actuals, plan.span[1])


def _actuals(session: Session, loaded: Loaded, day: date, zone: ZoneInfo) -> dict[str, float]:
    """Return the last value measured of each interim target by *day*; one statement."""
    targets: dict[str, InterimTarget] = loaded.things.get("interim_targets", {})
    measures: dict[str, Measure] = loaded.things.get("measures", {})
    types = {measure.id: measure.type for measure in measures.values()}
    keys = {(each.measure_id, each.team_id) for each in targets.values() if each.measure_id is not None}
    found = records(session, keys, subgroup=None)
    made = {}
    for ref, target in targets.items():
        known = standing_records(found.get((target.measure_id or 0, target.team_id), ()))
        kind = types.get(target.measure_id or 0, MeasureType.PROPORTION)
        values = [
            record.value(kind)
            for record in known
            if record.on <= day
            and (record.subgroup_set, record.subgroup) == (target.subgroup_set, target.subgroup)
        ]
        value = next((each for each in reversed(values) if each is not None), None)
        if value is not None:
            made[ref] = round(value, 1)
    return made


def _mover(session: Session, plan: PlanRow, year: SchoolYear) -> Callable[[date], date]:
    """Return what moves a day of the plan's year into the next one; one statement."""
    days = school_days(session, plan.network_id)
    return carrying.mover(plan.span[0], year.starts_on, year.ends_on, days)


def _prepared(
    session: Session, ready: _Ready, year: SchoolYear, keys: Collection[Key], today: date
) -> Prepared:
    moved = _mover(session, ready.plan, year)
    document = carrying.carried(ready.loaded.document, keys, ready.facts, moved, year.name)
    target = _plan_in(session, ready.team.id, year)
    here = look(session, ready.team, target, document, str(uuid4()))
    return Prepared(here, document, propose(document, here.present, today=today, only_new=True), [])


def _plan_in(session: Session, team_id: int, year: SchoolYear) -> Plan | None:
    """Return a team's plan of a school year, a deleted one too."""
    return session.scalar(select(Plan).where(Plan.team_id == team_id, Plan.school_year == year.name))
