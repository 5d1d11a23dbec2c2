"""Move a milestone's date or target, with what follows shown before it is saved, and take a move back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures.queries import records
from milestones import (
    calendar_queries,
    milestone_queries,
    plan_queries,
    policies,
    redating_queries,
    redating_services,
    status_queries,
)
from milestones.models import Milestone
from milestones.pace_drawing import Pictures, path_pictures
from milestones.redating import Move, Outlook, Value, outlook
from milestones.redating_forms import LATER, RedateForm
from milestones.rows import MilestoneRow, PlanRow
from milestones.school_days import SchoolDays
from milestones.views.base import blueprint, only, two_versions
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _, ngettext


@dataclass(frozen=True)
class Standpoint:
    """A milestone among those of its plan, as the effects of a move are worked out from."""

    plan: PlanRow
    row: MilestoneRow
    rows: tuple[MilestoneRow, ...]
    days: SchoolDays
    follows: dict[int, int]
    reached: frozenset[int]
    latest: Value | None
    today: date

    def look(self, on: date | None, target: float | None) -> Outlook | None:
        """Return what follows from a new date and target; none while there is no date."""
        if on is None or not clock.is_usable(on):
            return None
        return outlook(
            Move(self.row, on, target), self.rows, self.days, self.today, follows=self.follows,
            reached=self.reached, latest=self.latest,
        )  # fmt: skip

    def mark(self, found: Outlook | None) -> str:
        """Return a mark of what a visitor saw, which changes when the plan does."""
        if found is None:
            return ""
        shown = [found.move.on.isoformat(), f"{found.move.target}"]
        return " ".join([*shown, *(f"{s.row.id}.{s.row.version}.{s.new.isoformat()}" for s in found.later)])


def standpoint(current: Session, actor: Actor, plan: PlanRow, milestone_id: int) -> Standpoint:
    """Return where a milestone stands among those of its plan; four statements."""
    rows = milestone_queries.milestones_of(current, actor, plan.id)
    row = next(each for each in rows if each.id == milestone_id)
    on_board = tuple(each for each in rows if not each.is_draft)
    now, zone = today(actor), ZoneInfo(actor.time_zone)
    found = records(current, {key for each in on_board if (key := status_queries.series_key(each))})
    standings = status_queries.standings_of(on_board, found, now, zone)
    standing = standings.get(row.id)
    latest = standing.latest if standing else None
    return Standpoint(
        plan=plan,
        row=row,
        rows=on_board,
        days=calendar_queries.school_days(current, plan.network_id),
        follows=redating_queries.follows_of(current, plan.id),
        reached=frozenset(key for key, each in standings.items() if each.reached_on is not None),
        latest=Value(latest.on, latest.value) if latest and latest.value is not None else None,
        today=now,
    )


@blueprint.route("/milestones/<uuid:milestone_id>/adjust", methods=["GET", "POST"])
@access.signed_in
def adjust(milestone_id: UUID) -> ResponseReturnValue:
    """Move a milestone's date or target; why is kept, and charts go on showing the earlier step.

    What follows for the later milestones is shown first; whoever saves chooses whether they move along.
    """
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    plan = plan_queries.plan_by_number(session(), actor, found.plan_id)
    access.require(policies.can_change(actor, found.team_id), only(plan.team_name))
    form = RedateForm(obj=found)
    stand = standpoint(session(), actor, plan, found.id)
    if not form.is_submitted():
        asked: Any = _asked_day() or found.due_on  # the field knows only empty ones, says its type
        form.due_on.data = asked
    form.has_day = found.due_on is not None
    is_valid = form.validate_on_submit()
    look = stand.look(form.due_on.data, form.target.data)
    form.offer(_by_words(look))
    if is_valid:
        if form.is_stale(found.version):
            return two_versions(form, found, _("Date and target"), ("due_on", "target"))  # type: ignore[no-any-return]  # a response
        if request.form.get("save") == "look" or _has_more_to_see(form, stand, look):
            return _page(form, stand, look), 200
        move = _save(form, actor, found, look)
        if move is not None:
            address = url_for(".plan", plan_id=plan.public_id, undo=f"move.{move}")
            return went(address, _("Adjusted. The earlier step stays visible on the chart."))
    return _page(form, stand, look), status_of(form)


def _asked_day() -> date | None:
    """Return the day to which the milestone was dragged on the board, as the address says."""
    try:
        return date.fromisoformat(request.args.get("to", ""))
    except ValueError:
        return None


def _has_more_to_see(form: RedateForm, stand: Standpoint, look: Outlook | None) -> bool:
    """Say whether others are concerned, or move along, in a way that the visitor has not seen yet."""
    if look is None or form.seen.data == stand.mark(look):
        return False
    return look.touches_others or (form.move.data == LATER and bool(look.later))


def _save(form: RedateForm, actor: Actor, found: Milestone, look: Outlook | None) -> UUID | None:
    made: list[UUID] = []
    later = {s.row.id: s.new for s in look.later} if look and form.move.data == LATER else {}

    def save(current: Session) -> None:
        change = redating_services.redate(
            current, found, due_on=form.due_on.data, target=form.target.data, why=form.why.data or "",
            later=later, by=actor, at=clock.now(),
        )  # fmt: skip
        made.append(change.public_id)

    return made[0] if try_to(form, actor, save) else None


def _by_words(look: Outlook | None) -> str:
    if look is None or not look.by:
        return _("by as many school days")
    count = abs(look.by)
    if look.by > 0:
        return ngettext("%(count)s school day later", "%(count)s school days later", count)
    return ngettext("%(count)s school day earlier", "%(count)s school days earlier", count)


def _page(form: RedateForm, stand: Standpoint, look: Outlook | None) -> str:
    form.seen.data = stand.mark(look)
    is_changed = look is not None and (look.move.is_moved or look.move.target != stand.row.target)
    return render_template(
        "milestones/adjust.html", form=form, row=stand.row, plan=stand.plan,
        look=look if is_changed else None, pictures=_pictures(stand, look) if is_changed else None,
        is_asked=(form.is_submitted() or _asked_day() is not None) and not form.errors,
    )  # fmt: skip


def _pictures(stand: Standpoint, look: Outlook | None) -> Pictures | None:
    """Return the path as it is and as it would be; none for what has no target in numbers."""
    row = stand.row
    if look is None or look.move.target is None or row.is_deliverable:
        return None
    mates = [
        (each.date, each.target)
        for each in stand.rows
        if each.measure_id == row.measure_id and each.date and each.target is not None and each.id != row.id
    ]
    now = [*mates, *([(row.date, row.target)] if row.date and row.target is not None else [])]
    return path_pictures(
        [*mates, (look.move.on, look.move.target)], now, stand.plan.span, stand.days, stand.today, row.type,
        name=row.title,
    )  # fmt: skip


@blueprint.post("/moves/<uuid:move_id>/undo")
@access.signed_in
def restore_move(move_id: UUID) -> ResponseReturnValue:
    """Bring all dates and targets back that were moved together; that is kept as a change as well."""
    actor = access.actor()
    plan, changes = redating_queries.find_move(session(), actor, move_id)
    access.require(policies.can_change(actor, plan.team_id), only(plan.team.name))
    with transaction(actor) as current:
        made = redating_services.take_back(current, changes, by=actor, at=clock.now()).public_id
    address = url_for(".plan", plan_id=plan.public_id, undo=f"move.{made}")
    count = len(changes)
    return went(
        address,
        ngettext("The date is back as it was.", "%(count)s dates are back as they were.", count),
    )
