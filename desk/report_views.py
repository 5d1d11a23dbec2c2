"""The one-page report of a plan for a day, and the worksheets: pages to print, or PDFs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from cycles import choice_queries
from cycles import queries as cycle_queries
from cycles.worksheet_queries import worksheet_of
from desk import agenda_queries, meeting_queries, minutes, paper_views, report, report_queries
from desk.agenda import cost
from desk.base_views import blueprint
from desk.plan_queries import PlanOnDay, plan_on
from measures.policies import sees_size
from milestones import milestone_queries, plan_queries, policies, touchpoint_queries, touchpoints
from milestones.models import Touchpoint
from milestones.rows import PartRow
from milestones.rules import Status
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import day_seen, today

DECIDED_SINCE = timedelta(days=42)


@blueprint.get("/plans/<uuid:plan_id>/report")
@access.signed_in
def plan_report(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan on one page as it stood on a day."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    seen = day_seen(actor)
    on_day = plan_on(session(), actor, plan, seen.on, for_others=True)
    parts = plan_queries.outline(session(), plan.id)
    lines = _lines(on_day, seen.on)
    meetings = touchpoint_queries.meetings_of(session(), actor, plan.team_id, seen.on)
    rows = [(row.date, row.title, on_day.standings[row.id]) for row in on_day.rows]
    return paper_views.sheet(
        "desk/report.html",
        f"report-{seen.on.isoformat()}",
        actor,
        plan=plan,
        seen=seen,
        headline=report.headline([(line.name, Status(line.status), line.tone) for line in lines]),
        lines=lines[: report.SHOWN],
        more=max(0, len(lines) - report.SHOWN),
        chain=_chain(parts),
        people=max((row.population or 0 for row in on_day.rows if not row.counts_students), default=0),
        week=report.week_words(plan.span, seen.on),
        students=_students(on_day, actor.minimum_cell),
        advice=[(line.name, line.advice) for line in lines if line.advice][:2],
        decided=meeting_queries.decided_lately(
            session(), actor, plan.team_id, seen.on - DECIDED_SINCE, seen.on
        )[:3],
        who=minutes.who_words,
        cycles=report_queries.cycles_on(session(), actor, plan.team_id, seen.on),
        items=report_queries.items_on(session(), actor, plan.team_id, seen.on),
        coming=report_queries.what_comes(parts, meetings, rows, seen.on),
        back=url_for("milestones.plan", plan_id=plan_id),
    )


def _lines(on_day: PlanOnDay, day: date) -> list[report.Line]:
    every = []
    for rows in on_day.series():
        standings = [on_day.standings[row.id] for row in rows]
        every.append(report.Series(rows, standings, on_day.readings_of(rows[-1]), on_day.hides(rows[-1])))
    return [report.make_line(series, on_day.plan.span, day) for series in every]


def _chain(parts: Sequence[PartRow]) -> tuple[str, str]:
    """Return the first strategy of a plan and the cause that it answers."""
    strategy = next((part for part in parts if part.kind == "strategy"), None)
    causes = {part.id: part.text for part in parts if part.kind == "cause"}
    cause = causes.get(strategy.parent_id or 0, "") if strategy else next(iter(causes.values()), "")
    return strategy.text if strategy else "", cause


def _students(on_day: PlanOnDay, minimum: int) -> list[str]:
    """Return the interim targets that count on the day: of each measure the last due and the next."""
    chosen = []
    for row in on_day.targets:
        mates = [t for t in on_day.targets if t.measure_id == row.measure_id and t.due_on]
        past = [t for t in mates if t.due_on and t.due_on <= on_day.day]
        ahead = [t for t in mates if t.due_on and t.due_on > on_day.day]
        if row in past[-1:] or (row in ahead[:1] and not past) or row.due_on is None:
            chosen.append(row)
    return [
        report.target_sentence(
            row, on_day.target_standings[row.id], is_hidden=on_day.hides(row), minimum=minimum
        )
        for row in chosen[:4]
    ]


# ---------------------------------------------------------------- minutes and worksheets


@blueprint.get("/touchpoints/<uuid:touchpoint_id>/minutes", endpoint="minutes")
@access.signed_in
def minutes_sheet(touchpoint_id: UUID) -> ResponseReturnValue:
    """Show what was decided at a touchpoint, who sees to it, and by when."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Touchpoint, touchpoint_id)
    meeting = touchpoint_queries.get_meeting(session(), actor, touchpoint_id)
    decided = meeting_queries.decided_at(session(), actor, found.id)
    return paper_views.sheet(
        "desk/minutes.html",
        f"minutes-{found.held_on.isoformat()}",
        actor,
        found=found,
        meeting=meeting,
        decided=decided,
        lede=minutes.lede(decided),
        way=minutes.way_of,
        when=touchpoints.when_words,
        team=paper_views.team_name(found.team_id),
        may_change=policies.can_change(actor, found.team_id),
        back=url_for("milestones.touchpoint", touchpoint_id=touchpoint_id),
    )


@blueprint.get("/touchpoints/<uuid:touchpoint_id>/worksheet")
@access.signed_in
def worksheet(touchpoint_id: UUID) -> ResponseReturnValue:
    """Show a touchpoint's agenda with lines to write on, for a team without devices."""
    actor = access.actor()
    meeting = touchpoint_queries.get_meeting(session(), actor, touchpoint_id)
    gathered = agenda_queries.gather(session(), actor, meeting.team_id, today(actor), meeting)
    return paper_views.sheet(
        "desk/worksheet.html",
        f"agenda-{meeting.held_on.isoformat()}",
        actor,
        meeting=meeting,
        gathered=gathered,
        cost=cost,
        when=touchpoints.when_words,
        team=paper_views.team_name(meeting.team_id),
        back=url_for("milestones.touchpoint", touchpoint_id=touchpoint_id),
    )


@blueprint.get("/cycles/<uuid:cycle_id>/worksheet")
@access.signed_in
def cycle_worksheet(cycle_id: UUID) -> ResponseReturnValue:
    """Show a test's plan-do-study-act worksheet, with what is written already and lines for the rest."""
    actor = access.actor()
    cycle = cycle_queries.get_cycle(session(), actor, cycle_id)
    served = choice_queries.list_served(session(), actor, cycle)
    return paper_views.sheet(
        "desk/cycle_worksheet.html",
        f"cycle-{cycle.number}",
        actor,
        served=served,
        **worksheet_of(session(), actor, cycle, served, today(actor)),
        back=url_for("cycles.show", cycle_id=cycle_id),
    )


@blueprint.get("/milestones/<uuid:milestone_id>/tally")
@access.signed_in
def tally(milestone_id: UUID) -> ResponseReturnValue:
    """Show a sheet on which a milestone is counted by hand, week after week."""
    actor = access.actor()
    row, _series = milestone_queries.get_milestone(session(), actor, milestone_id)
    now = today(actor)
    days = [now + timedelta(days=row.rhythm_days * n) for n in range(6)]
    if not sees_size(actor, row.team_id, row.population, counts_students=row.counts_students):
        row = replace(row, population=None)
    last = row.watched_until
    return paper_views.sheet(
        "desk/tally.html",
        f"tally-{now.isoformat()}",
        actor,
        row=row,
        days=[day for day in days if last is None or day <= last] or days[:1],
        team=paper_views.team_name(row.team_id),
        back=url_for("milestones.milestone", milestone_id=milestone_id),
    )
