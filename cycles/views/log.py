"""Log a step: the next step of a cycle, a count that waits, or a way to something new."""

from datetime import date, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from cycles import policies, queries, quick_queries, rules, task_queries
from cycles.rules import Stage
from cycles.views.root import blueprint
from measures.rules import COUNTED
from milestones.status_queries import DueRow, milestones_due
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import uuid_arg

MOST_COUNTS = 6
SOON = timedelta(days=14)  # what of a cycle's tasks is shown


@blueprint.get("/log")
@access.signed_in
def log() -> ResponseReturnValue:
    """Offer the next step of each open cycle, the counts, and a quick log."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    rows = (
        queries.cycles_needing_step(session(), actor, actor.team_id, today, limit=12) if actor.team_id else []
    )
    return render_template(
        "cycles/log.html",
        begun=quick_queries.names_of_begun(session(), actor, actor.team_id),
        picks=[
            (row, rules.waiting_step(Stage(row.stage), row.starts_on, row.ends_on, today)) for row in rows
        ],
        counts=_counts(actor, today),
        today=today,
        tasks=task_queries.open_tasks(session(), actor, actor.team_id, today + SOON) if actor.team_id else [],
        ticked=uuid_arg("ticked"),
        may_start=policies.can_create(actor, actor.team_id),
    )


def _counts(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Return the counts that wait for the chosen team, one for each measure; two taps and a number each."""
    if not policies.can_create(actor, actor.team_id):
        return []
    found = {
        due.row.measure_id: due
        for due in reversed(milestones_due(session(), actor, actor.team_id, today))
        if due.row.measure_id is not None and not due.row.is_deliverable
    }
    return [_count(due, today) for due in list(reversed(found.values()))[:MOST_COUNTS]]


def _count(due: DueRow, today: date) -> dict[str, Any]:
    last = due.standing.latest
    population = last.population if last and last.population else due.row.population
    if due.row.counts_students:
        looks.note_team(due.row.team_id)
    return {
        "id": due.row.public_id,
        "title": due.row.measure_name or due.row.title,
        "last": last,
        "due_on": due.next_on,
        "needs_you": due.next_on is not None and due.next_on <= today,
        "population": population if due.row.type in COUNTED else None,
        "unit": due.row.unit,
    }
