"""What a team decides about a suggested course correction, what it opens, and what was decided so far."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import course_queries, decision_queries, decision_services, plan_queries, policies
from milestones.decision_forms import DecideForm
from milestones.decision_queries import DecisionRow
from milestones.models import Decision
from milestones.rows import PlanRow
from milestones.views import course_block, course_pages, deciding, follow_ups, milestone_pages
from milestones.views.base import blueprint, only, undo_address, uuid_arg
from milestones.views.course_block import Kept
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import today, try_to, went
from nic_platform.text import _, ngettext
from teams.models import Team

PAGE = 50


def _wanted(form: DecideForm) -> follow_ups.Wanted:
    return follow_ups.Wanted(
        form.follow_up.data or "", form.what.data or "", form.owner.data or "", form.due_on.data,
        form.text.data or "",
    )  # fmt: skip


def _team_name(team_id: int) -> str:
    return session().get_one(Team, team_id).name


@blueprint.post("/milestones/<uuid:milestone_id>/decide")
@access.signed_in
def decide(milestone_id: UUID) -> ResponseReturnValue:
    """Accept, adapt or decline a suggestion; the reason is kept, and what it opens is tied to it."""
    actor, now = access.actor(), today(access.actor())
    matter = deciding.matter_of(session(), actor, milestone_id, now)
    access.require(policies.can_change(actor, matter.row.team_id), only(_team_name(matter.row.team_id)))
    form = DecideForm().offer(may_adjust=True)
    made: list[Decision] = []

    def save(current: Session) -> None:
        made[:] = [
            deciding.keep_for_milestone(
                current, matter, choice=form.choice.data or "", wanted=_wanted(form), by=actor,
                at=clock.now(), today=now,
            )
        ]  # fmt: skip

    if form.validate_on_submit() and try_to(form, actor, save):
        way = follow_ups.way_on(made[0].follow_up_kind, made[0].follow_up_id)
        return went(way or url_for(".milestone", milestone_id=milestone_id), _said(made[0].follow_up_kind))
    return milestone_pages.shown(actor, milestone_id, form), 422


@blueprint.post("/strategies/<uuid:strategy_id>/decide")
@access.signed_in
def decide_strategy(strategy_id: UUID) -> ResponseReturnValue:
    """Accept, adapt or decline what milestones and results together suggest for a strategy."""
    actor, now = access.actor(), today(access.actor())
    strategy, plan, found = deciding.strategy_of(session(), actor, strategy_id, now)
    access.require(policies.can_change(actor, plan.team_id), only(plan.team_name))
    form = course_pages.decide_form(strategy_id)
    made: list[Decision] = []

    def save(current: Session) -> None:
        made[:] = [
            deciding.keep_for_strategy(
                current, strategy, found, choice=form.choice.data or "", wanted=_wanted(form), by=actor,
                at=clock.now(), today=now,
            )
        ]  # fmt: skip

    if form.validate_on_submit() and try_to(form, actor, save):
        way = follow_ups.way_on(made[0].follow_up_kind, made[0].follow_up_id)
        return went(way or url_for(".course", plan_id=plan.public_id), _said(made[0].follow_up_kind))
    return course_pages.shown(actor, plan, now, form=form, form_for=strategy_id), 422


def _said(kind: str) -> str:
    return {
        "cycle": _("Your decision is kept, and a test is opened with what is known. Say what you predict."),
        "feedback_item": _("Your decision is kept, and a barrier is drafted. Read it before you send it."),
        "touchpoint": _("Your decision is kept, and a touchpoint is planned."),
        "step": _("Your decision is kept, and an action step is added."),
        "adjust": _("Your decision is kept. Now move the dates."),
    }.get(kind, _("Your decision is kept."))


def _find(actor: Actor, decision_id: UUID, *, is_deleted: bool = False) -> Decision:
    found = plan_queries.find(session(), actor, Decision, decision_id, is_deleted=is_deleted)
    access.require(policies.can_change(actor, found.team_id), only(_team_name(found.team_id)))
    return found


def _way_back(row: DecisionRow) -> str:
    """Return the page that a decision stands on."""
    undo = f"decision.{row.public_id}"
    if row.milestone_public_id is not None:
        return url_for(".milestone", milestone_id=row.milestone_public_id, undo=undo)
    if row.strategy_public_id is not None:
        plan_id = decision_queries.plan_of_strategy(session(), row.strategy_public_id)
        return url_for(".course", plan_id=plan_id, undo=undo)
    return url_for(".board")


@blueprint.post("/decisions/<uuid:decision_id>/undo")
@access.signed_in
def undo_decision(decision_id: UUID) -> ResponseReturnValue:
    """Take a decision back; the suggestion asks again, and what it opened stays."""
    actor = access.actor()
    row = decision_queries.get_decision(session(), actor, decision_id)
    found = _find(actor, decision_id)
    with transaction(actor) as current:
        decision_services.undo(current, found, at=clock.now())
    words = _("The decision is undone.") + (" " + _("What it opened stays.") if row.follow_up_kind else "")
    return went(_way_back(row), words)


@blueprint.post("/decisions/<uuid:decision_id>/restore")
@access.signed_in
def restore_decision(decision_id: UUID) -> ResponseReturnValue:
    """Bring a decision back that was undone."""
    actor = access.actor()
    found = _find(actor, decision_id, is_deleted=True)
    with transaction(actor) as current:
        decision_services.restore(current, found)
    row = decision_queries.get_decision(session(), actor, decision_id)
    return went(_way_back(row).partition("?")[0], _("The decision stands again."))


@dataclass(frozen=True)
class Line:
    """One decision in the list with what it was about."""

    kept: Kept
    about: str
    href: str


@blueprint.get("/plans/<uuid:plan_id>/decisions")
@access.signed_in
def decisions(plan_id: UUID) -> ResponseReturnValue:
    """List what a team decided in the year of a plan, why, what it opened, and whether it moved since."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    reads = actor.in_team(plan.team_id) or plan.is_above or actor.sees_network
    after = uuid_arg("after")
    rows = decision_queries.decisions_of_plan(session(), actor, plan, after=after, limit=PAGE)
    lines = _lines(actor, plan, rows[:PAGE])
    return render_template(
        "milestones/decisions.html", plan=plan, lines=lines,
        lede=_lede(rows[:PAGE], is_all=len(rows) <= PAGE) if reads else _("A team’s reasons are its own."),
        next=rows[PAGE - 1].public_id if len(rows) > PAGE else None, is_later=after is not None,
        may_change=policies.can_change(actor, plan.team_id), undo=undo_address(),
    )  # fmt: skip


def _lines(actor: Actor, plan: PlanRow, rows: list[DecisionRow]) -> list[Line]:
    opened = follow_ups.opened(session(), actor, rows)
    standings = course_queries.standings_of_plan(session(), actor, plan, today(actor)) if rows else {}
    lines = []
    for each in rows:
        row, standing = standings.get(each.milestone_id or 0, (None, None))
        kept = course_block.kept_of(each, opened, course_block.counted_for(actor, plan, row), standing)
        lines.append(Line(kept, each.about, _address_of(each, plan)))
    return lines


def _address_of(row: DecisionRow, plan: PlanRow) -> str:
    if row.milestone_public_id is not None:
        return url_for(".milestone", milestone_id=row.milestone_public_id)
    return url_for(".course", plan_id=plan.public_id) if row.strategy_public_id else ""


def _lede(rows: list[DecisionRow], *, is_all: bool) -> str:
    if not rows:
        return _("Suggestions are advice. What a team makes of them is its own, and is kept with the reason.")
    about = sum(row.milestone_id is not None or row.strategy_public_id is not None for row in rows)
    opened = sum(bool(row.follow_up_kind) for row in rows)
    parts = [
        ngettext("%(count)s decision this year.", "%(count)s decisions this year.", len(rows))
        if is_all
        else ngettext("The last decision.", "The last %(count)s decisions.", len(rows)),
        ngettext(
            "%(count)s about a milestone or strategy.", "%(count)s about milestones or strategies.", about
        ),
        ngettext(
            "%(count)s opened something to follow up.", "%(count)s opened something to follow up.", opened
        ),
    ]
    return " ".join(parts)
