"""The course of a plan's strategies, and of all schools of a hub: milestones met × results moving."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from milestones import course as courses
from milestones import course_queries, course_svg, decision_queries, plan_queries, policies
from milestones.advice import Course, Rung, course_ladder, course_words
from milestones.course import StrategyCourse
from milestones.decision_forms import DecideForm
from milestones.decision_queries import DecisionRow
from milestones.rows import PlanRow
from milestones.views import course_reading, follow_ups
from milestones.views.base import blueprint, undo_address, uuid_arg
from milestones.views.course_block import Kept, kept_of
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import day_seen
from nic_platform.text import _

WIDE, NARROW = (760.0, 430.0), (350.0, 400.0)


@dataclass(frozen=True)
class Picture:
    """The quadrant, wide and narrow, with its sentence."""

    lede: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True)
class ResultLine:
    """One interim target in the table: in words, with its page."""

    name: str
    href: str
    words: str


@dataclass(frozen=True)
class StrategyLine:
    """One strategy in finished words. ``place`` is its number in the picture."""

    place: int
    id: UUID
    name: str
    team: str
    href: str
    cell: str
    milestones: str
    results: str
    say: str
    reason: str
    lines: tuple[ResultLine, ...] = ()
    ladder: tuple[Rung, ...] = ()
    decisions: tuple[Kept, ...] = ()
    is_decided: bool = False
    form: DecideForm | None = None


def picture_of(found: Sequence[tuple[str, StrategyCourse]]) -> Picture:
    """Return the picture of strategies by the names that stand at their marks, in the order of their list."""
    marks = course_svg.marks_of(found)
    lede = courses.lede([each.cell for _name, each in found])
    label = _("Milestones met across, students’ results upward. %(words)s", words=lede)
    return Picture(
        lede,
        course_svg.quadrant(marks, label=label, size=WIDE),
        course_svg.quadrant(marks, label=label, size=NARROW, narrow=True),
    )


def decide_form(strategy_id: UUID, *, is_new: bool = False) -> DecideForm:
    """Return the form of one strategy; several stand on one page, so its fields are named after it."""
    prefix = f"s{strategy_id.hex[:12]}-"
    return (DecideForm(formdata=None, prefix=prefix) if is_new else DecideForm(prefix=prefix)).offer()


def _line(place: int, found: StrategyCourse, team: str, href: str) -> StrategyLine:
    say, reason = course_words(found.cell)
    return StrategyLine(
        place, found.id, found.name or _("Strategy without a name"), team, href,
        courses.cell_name(found.cell), courses.milestones_words(found), courses.results_words(found),
        say, reason,
    )  # fmt: skip


# ---------------------------------------------------------------- one plan


def shown(
    actor: Actor,
    plan: PlanRow,
    day: date,
    *,
    form: DecideForm | None = None,
    form_for: UUID | None = None,
    is_past: bool = False,
) -> str:
    """Return the page of one plan's strategies; seven statements besides who is asking.

    Args:
        form: a decision that was refused, shown again with the strategy *form_for*.
        is_past: *day* is over: it is read, and nothing is decided.
    """
    read = course_queries.courses(session(), actor, [plan], day)[0]
    decisions = decision_queries.strategy_decisions(session(), actor, plan.id)
    opened = follow_ups.opened(session(), actor, [row for rows in decisions.values() for row in rows])
    may_change = policies.can_change(actor, plan.team_id) and not is_past
    lines = []
    for place, each in enumerate(read.strategies, 1):
        rows = decisions.get(each.id, [])
        sent = form if form is not None and form_for == each.id else None
        lines.append(_whole(place, each, plan, rows, opened, sent, may_change=may_change))
    return render_template(
        "milestones/course.html", plan=plan, lines=lines, may_change=may_change, undo=undo_address(),
        picture=picture_of([(line.name, each) for line, each in zip(lines, read.strategies, strict=True)]),
        seen=day_seen(actor), here=url_for(".course", plan_id=plan.public_id),
    )  # fmt: skip


def _whole(
    place: int,
    found: StrategyCourse,
    plan: PlanRow,
    rows: Sequence[DecisionRow],
    opened: dict[UUID, follow_ups.FollowUp],
    sent: DecideForm | None,
    *,
    may_change: bool,
) -> StrategyLine:
    """Return a strategy with its results, the ladder of the four cells, and what was decided of it."""
    line = _line(place, found, plan.team_name, "")
    is_decided = bool(rows) and courses.course_rests(rows[0].details, found)
    asks = may_change and not is_decided and found.cell is not Course.UNKNOWN
    form = sent or (decide_form(found.id, is_new=True) if asks else None)
    results = tuple(
        ResultLine(each.name, url_for(".target", target_id=each.target_id), courses.result_words(each))
        for each in found.results
    )
    return replace(
        line, lines=results, ladder=course_ladder(found.cell), is_decided=is_decided, form=form,
        decisions=tuple(kept_of(row, opened, None, None) for row in rows),
    )  # fmt: skip


@blueprint.get("/plans/<uuid:plan_id>/course")
@access.signed_in
def course(plan_id: UUID) -> ResponseReturnValue:
    """Show how the strategies of a plan run: milestones met, results moving, and what that suggests."""
    actor = access.actor()
    seen = day_seen(actor)
    plan = plan_queries.get_plan(session(), actor, plan_id)
    return shown(actor, plan, seen.on, is_past=seen.is_past)


# ---------------------------------------------------------------- all schools of a hub


@blueprint.get("/course")
@access.signed_in
def course_below() -> ResponseReturnValue:
    """Show the strategies of all schools below the chosen team, or of one district to who sees them all.

    A team with no school below it is led to its own plan.
    """
    actor = access.actor()
    seen = day_seen(actor)
    if "district" in request.args and uuid_arg("district") is None:
        raise AbsentError(_("There is no such district."))
    found = course_reading.below(session(), actor, uuid_arg("district"), seen.on)
    if found.is_empty:
        return redirect(_own_plan(actor, seen.today), 303)
    lines = [
        _line(place, strategy, plan.team_name, url_for(".course", plan_id=plan.public_id))
        for place, (plan, strategy) in enumerate(found.told, 1)
    ]
    return render_template(
        "milestones/course_below.html", lines=lines, found=found, seen=seen, here=url_for(".course_below"),
        picture=picture_of([(plan.team_name, strategy) for plan, strategy in found.told]),
    )  # fmt: skip


def _own_plan(actor: Actor, today: date) -> str:
    plan = plan_queries.current_plan(session(), actor, actor.team_id, today)
    return url_for(".course", plan_id=plan.public_id) if plan else url_for(".board")
