"""An interim target's page: a student outcome with its target path, its checkpoints, what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template
from flask.typing import ResponseReturnValue

from measures.queries import Record, records, standing_records
from milestones import board as boards
from milestones import checkpoint_queries, milestone_queries, plan_queries, policies, status_queries
from milestones.checkpoint_queries import CheckpointRow
from milestones.models import InterimTarget
from milestones.rows import TargetRow, goal_of_target
from milestones.rules import Reading, Standing, standing_on
from milestones.sentence import target_words
from milestones.views.base import blueprint, undo_address
from milestones.views.just_saved import just_saved, page_key
from milestones.views.measured_lines import band_days, bands_of, lines_of
from nic_platform import access
from nic_platform.database import session
from nic_platform.filters import counted
from nic_platform.pages import today
from nic_platform.text import _


@dataclass(frozen=True)
class Stop:
    """One checkpoint in the list: its day, the value to reach, how it stands, what was there by then."""

    id: UUID
    due_on: date
    words: str
    status: str
    got: str


@blueprint.get("/targets/<uuid:target_id>")
@access.signed_in
def target(target_id: UUID) -> ResponseReturnValue:
    """Show one interim target; small groups of students are hidden outside the team."""
    actor, now = access.actor(), today(access.actor())
    found = plan_queries.find(session(), actor, InterimTarget, target_id)
    plan = plan_queries.plan_by_number(session(), actor, found.plan_id)
    rows = status_queries.seen_targets(actor, milestone_queries.targets_of(session(), plan.id))
    row = next(each for each in rows if each.id == found.id)
    mates = checkpoint_queries.mates_of(row, rows)
    checkpoints = checkpoint_queries.checkpoints_of(session(), row.id)
    path = sorted(
        [*mates, *checkpoint_queries.as_steps(row, checkpoints)], key=lambda r: (r.due_on or date.max, r.id)
    )
    key = status_queries.series_key(row)
    whole = records(session(), [key], subgroup=None).get(key, []) if key else []
    known = status_queries.seen(
        actor, whole, row.type, counts_students=row.counts_students, is_above=plan.is_above
    )
    own = checkpoint_queries.own_records(row, known)
    readings = status_queries.readings(own, row.type, ZoneInfo(actor.time_zone))
    standings = {each.id: standing_on(goal_of_target(each, path), readings, now) for each in path}
    wanted = boards.Wanted(
        boards.Series(row.name, path, readings), standings, has_months=True, is_students=True
    )
    [line] = boards.make_lines([wanted], plan.span, now)
    groups = [record for record in known if record.subgroup]
    mine = checkpoint_queries.own_records(row, whole)
    lines, may_change = lines_of(own, row), policies.can_change(actor, row.team_id)
    return render_template(
        "milestones/target.html", plan=plan, row=row, line=line, standing=standings[row.id],
        lines=lines, bands=bands_of(groups), band_days=band_days(groups), may_change=may_change,
        undo=undo_address(), saved=just_saved(lines) if may_change else None,
        page_key=page_key("target", target_id),
        stops=[_stop(each, row, standings[-each.id]) for each in checkpoints],
        actual=actual_words(standings[row.id].latest, row),
        is_hidden=_hides(own, mine) or _hides(known, whole),
    )  # fmt: skip


def _hides(known: Sequence[Record], whole: Sequence[Record]) -> bool:
    """Say whether anything of what stands is kept from the reader."""
    return len(standing_records(known)) < len(standing_records(whole))


def _stop(each: CheckpointRow, row: TargetRow, standing: Standing) -> Stop:
    words = target_words(each.target, row.type, row.direction, row.unit)
    got = reading_words(standing.due_value, row)
    return Stop(each.public_id, each.due_on, words, standing.status.value, got)


def reading_words(reading: Reading | None, row: TargetRow) -> str:
    """Return a result with its n where students were counted: "20 of 24 (83%)"."""
    if reading is None or reading.value is None:
        return ""
    if reading.count is not None and reading.population:
        return counted(reading.count, reading.population)
    return boards.number_words(reading.value, row.type, row.unit)


def actual_words(latest: Reading | None, row: TargetRow) -> str:
    """Return the latest result with its n, and how many of the group it leaves out; empty without one."""
    words = reading_words(latest, row)
    if latest is None or not words:
        return ""
    if row.expected_n and latest.population and latest.population < row.expected_n:
        missing = int(row.expected_n - latest.population)
        return _("%(words)s; %(missing)s of the group’s %(all)s students were not counted",
                 words=words, missing=missing, all=row.expected_n)  # fmt: skip
    return words
