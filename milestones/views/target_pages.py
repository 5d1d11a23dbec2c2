"""An interim target's page: a student outcome with its target path and what was measured."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template
from flask.typing import ResponseReturnValue

from measures.queries import records, standing_records
from milestones import board as boards
from milestones import milestone_queries, plan_queries, policies, status_queries
from milestones.models import InterimTarget
from milestones.rows import goal_of_target
from milestones.rules import standing_on
from milestones.views.base import blueprint
from milestones.views.milestone_page import bands_of, lines_of
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today


@blueprint.get("/targets/<uuid:target_id>")
@access.signed_in
def target(target_id: UUID) -> ResponseReturnValue:
    """Show one interim target; small groups of students are hidden outside the team."""
    actor, now = access.actor(), today(access.actor())
    found = plan_queries.find(session(), actor, InterimTarget, target_id)
    plan = plan_queries.plan_by_number(session(), actor, found.plan_id)
    rows = milestone_queries.targets_of(session(), plan.id)
    row = next(each for each in rows if each.id == found.id)
    mates = [each for each in rows if each.measure_id == row.measure_id] if row.measure_id else [row]
    key = status_queries.series_key(row)
    whole = records(session(), [key], subgroup=None).get(key, []) if key else []
    known = status_queries.seen(actor, whole, counts_students=row.counts_students, is_above=plan.is_above)
    everybody = [record for record in known if not record.subgroup]
    readings = status_queries.readings(everybody, row.type, ZoneInfo(actor.time_zone))
    standings = {each.id: standing_on(goal_of_target(each, mates), readings, now) for each in mates}
    line = boards.make_line(
        boards.Series(row.name, mates, readings), standings, plan.span, now, has_months=True, is_students=True
    )
    groups = [record for record in known if record.subgroup]
    return render_template(
        "milestones/target.html", plan=plan, row=row, line=line, standing=standings[row.id],
        lines=lines_of(everybody, row), bands=bands_of(groups), band_days=sorted({r.on for r in groups})[-2:],
        may_change=policies.can_change(actor, row.team_id),
        is_hidden=len(standing_records(known)) < len(standing_records(whole)),
    )  # fmt: skip
