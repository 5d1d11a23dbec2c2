"""Gather what planning a strand backwards shows: the answers so far, the proposal, old beside new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from measures.queries import records
from measures.rules import Direction, MeasureType
from milestones import (
    calendar_queries,
    milestone_queries,
    pacing,
    planner_queries,
    planner_services,
    status_queries,
)
from milestones.models import BackwardsPlan, Milestone, Plan, Strand
from milestones.pace_drawing import Pictures, path_pictures
from milestones.pacing import Aim, Complexity
from milestones.planner_services import Made, Wanted
from milestones.planner_steps import PlannedStep, ReadStep, matched, open_ones, too_few
from milestones.redating import Value
from milestones.rows import MilestoneRow, PlanRow, shape_of
from milestones.school_days import BREAK, TESTING, SchoolDays, Span, weeks_words
from nic_platform.actor import Actor
from nic_platform.fields import plain
from nic_platform.pages import today
from nic_platform.text import _


@dataclass(frozen=True)
class Ground:
    """What a strand is planned back on: its milestones, the calendar, where it stands today."""

    plan: PlanRow
    strand: Strand
    kept: BackwardsPlan | None
    rows: tuple[MilestoneRow, ...]  # of the strand
    open: tuple[MilestoneRow, ...]
    days: SchoolDays
    latest: Value | None
    today: date
    zone: ZoneInfo

    @property
    def last(self) -> MilestoneRow | None:
        """Return the milestone that the others are like: the strand's last one in numbers."""
        return next((row for row in reversed(self.rows) if not row.is_deliverable), None)

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return what was answered so far."""
        return (self.kept.answers or {}) if self.kept else {}


@dataclass(frozen=True)
class Proposal:
    """Proposed steps in finished words, or why there are none yet."""

    steps: tuple[PlannedStep, ...] = ()
    sentences: tuple[str, ...] = ()
    pictures: Pictures | None = None
    problem: str = ""
    missing: tuple[str, ...] = ()


def ground_of(session: Session, actor: Actor, plan: PlanRow, strand: Strand) -> Ground:
    """Return what a strand is planned back on; four statements."""
    rows = [
        row for row in milestone_queries.milestones_of(session, actor, plan.id) if row.strand_id == strand.id
    ]
    now, zone = today(actor), ZoneInfo(actor.time_zone)
    found = records(session, {key for row in rows if (key := status_queries.series_key(row))})
    standings = status_queries.standings_of(rows, found, now, zone)
    reached = frozenset(key for key, each in standings.items() if each.reached_on is not None)
    numbers = [
        standings[row.id].latest for row in rows if not row.is_deliverable and standings[row.id].latest
    ]
    latest = numbers[-1] if numbers else None
    return Ground(
        plan=plan,
        strand=strand,
        kept=planner_queries.backwards_plan(session, strand.id),
        rows=tuple(rows),
        open=tuple(open_ones(rows, strand.id, reached, now)),
        days=calendar_queries.school_days(session, plan.network_id),
        latest=Value(latest.on, latest.value) if latest and latest.value is not None else None,
        today=now,
        zone=zone,
    )


def first_values(ground: Ground) -> dict[str, Any]:
    """Return what the form holds when it is opened: what was kept, else what the strand says of itself."""
    said = ground.answers
    last, kept = ground.last, ground.kept
    values: dict[str, Any] = {f"{name}_words": said.get(name, "") for name in _QUESTIONS}
    values |= {
        "who": said.get("who") or (last.who if last else ""),
        "what": said.get("what") or (last.what if last else ""),
        "tool": said.get("tool") or (last.tool if last else ""),
        "population": said.get("population") or (last.population if last else None),
    }
    if kept is not None:
        present = present_values(ground, kept)
        return values | present | {"steps": present["steps"] or None, "version": kept.version}
    final = ground.open[-1] if ground.open else last
    start = max(ground.today, ground.plan.span[0])
    return values | {
        "starts_on": start,
        "ends_on": final.due_on if final and final.due_on and final.due_on > start else None,
        "target": final.target if final else None,
        "baseline": round(ground.latest.value, 1) if ground.latest else None,
        "shape": "linear", "complexity": "", "skips_breaks": True, "skips_testing": True,
    }  # fmt: skip


_QUESTIONS = ("strands", "speed", "complexity", "shape", "calendar")


def aim_of(ground: Ground, values: Mapping[str, Any], answers: Mapping[str, Any]) -> Aim | None:
    """Return what is aimed at; none while a date or a number is missing.

    Without a number of steps as many are taken as are proposed for so complicated a change.
    """
    if any(values.get(name) is None for name in ("starts_on", "ends_on", "baseline", "target")):
        return None
    last = ground.last
    aim = Aim(
        starts_on=values["starts_on"], ends_on=values["ends_on"], baseline=values["baseline"],
        target=values["target"], steps=values.get("steps") or 1, shape=shape_of(values["shape"] or "linear"),
        direction=last.direction if last else Direction.UP,
        type=last.type if last else MeasureType.PROPORTION,
        skips_breaks=values["skips_breaks"], skips_testing=values["skips_testing"],
        population=answers.get("population"), who=answers.get("who", ""), unit=last.unit if last else "",
    )  # fmt: skip
    if values.get("steps"):
        return aim
    usual = pacing.proposed_steps(complexity_of(values), len(pacing.usable(aim, ground.days)))
    return pacing.with_steps(aim, max(usual, len(ground.open)))


def complexity_of(values: Mapping[str, Any]) -> Complexity:
    """Return how complicated the change is; some learning while nobody has said."""
    word = values.get("complexity") or ""
    return Complexity(word) if word in set(Complexity) else Complexity.SOME


def present_values(ground: Ground, kept: BackwardsPlan) -> dict[str, Any]:
    """Return what was kept, by name, as it holds today.

    A series of which something has come due is paced anew from today and from where it stands; what was
    answered on an earlier day is taken for as many steps as are still open.
    """
    names = ("starts_on", "ends_on", "baseline", "target", "steps", "shape", "complexity", "skips_breaks",
             "skips_testing")  # fmt: skip
    values = {name: getattr(kept, name) for name in names}
    if not is_underway(ground, kept):
        return values
    values["starts_on"] = ground.today
    if ground.latest is not None:
        values["baseline"] = round(ground.latest.value, 1)
    if kept.updated_at.astimezone(ground.zone).date() < ground.today:
        values["steps"] = max(len(ground.open), 1)
    return values


def is_underway(ground: Ground, kept: BackwardsPlan) -> bool:
    """Say whether the series began before today and something of it has come due."""
    has_begun = kept.starts_on is not None and kept.starts_on < ground.today
    return has_begun and len(ground.rows) > len(ground.open)


def problems_of(ground: Ground, values: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, str]:
    """Return what can't be, by field: only what is there is judged, so that half a plan can be kept."""
    aim = aim_of(ground, values, answers)
    if aim is None:
        start, end = values.get("starts_on"), values.get("ends_on")
        return (
            {"ends_on": _("The final date has to come after the start.")}
            if start and end and end <= start
            else {}
        )
    aim, _words = pacing.with_end(aim, ground.days)
    faults = pacing.problems(aim, ground.days)
    few = too_few(aim.steps, ground.open)
    return faults or ({"steps": few} if few else {})


def proposal_of(ground: Ground) -> Proposal:
    """Return the steps that the kept answers lead to, with the milestones that they would move."""
    kept = ground.kept
    if kept is None:
        return Proposal()
    values, names = present_values(ground, kept), _missing_names()
    aim = aim_of(ground, values, ground.answers)
    if aim is None:
        return Proposal(missing=tuple(words for name, words in names.items() if values[name] is None))
    aim, moved = pacing.with_end(aim, ground.days)
    faults = pacing.problems(aim, ground.days)
    few = too_few(aim.steps, ground.open)
    if faults or few:
        return Proposal(problem=few or next(iter(faults.values())))
    steps = pacing.propose(aim, ground.days)
    said = [pacing.week_sentence(aim, ground.days), pacing.shape_sentence(aim, steps), moved]
    if is_underway(ground, kept):
        said.append(_("From today on, and from where it stands; what has come due stays as it is."))
    if not values["steps"]:
        said.append(pacing.steps_sentence(complexity_of(values), len(pacing.usable(aim, ground.days))))
    rows = matched(steps, ground.open)
    return Proposal(
        steps=tuple(
            PlannedStep(
                step.on.isoformat(), plain(step.target), row, pacing.pace_words(step.per_week, aim),
                weeks_words(round(step.weeks * 5)),
            )
            for step, row in zip(steps, rows, strict=True)
        ),
        sentences=tuple(words for words in said if words),
        pictures=path_pictures(
            [(step.on, step.target) for step in steps],
            [(row.due_on, row.target) for row in ground.open if row.due_on and row.target is not None],
            (aim.starts_on, aim.ends_on), ground.days, ground.today, aim.type, name=ground.strand.name,
            ramp=pacing.ramp(aim, ground.days),
        ),
    )  # fmt: skip


def _missing_names() -> dict[str, str]:
    return {
        "ends_on": _("the final date"),
        "target": _("the final target"),
        "starts_on": _("the start"),
        "baseline": _("where it stands at the start"),
    }


def spans_between(ground: Ground, first: date | None, last: date | None) -> Sequence[Span]:
    """Return the breaks and testing windows that the calendar holds between two days."""
    start, end = first or ground.plan.span[0], last or ground.plan.span[1]
    return [
        span
        for span in ground.days.spans
        if span.kind in {BREAK, TESTING} and span.ends_on >= start and span.starts_on <= end
    ]


def make(
    current: Session,
    ground: Ground,
    steps: Sequence[ReadStep],
    *,
    on_board: bool,
    why: str,
    by: Actor,
    at: datetime,
) -> Made:
    """Make the steps of a strand as they were sent: new milestones, and new dates of those there; all or
    none.

    Raises:
        InputError: as :func:`milestones.planner_services.make_series`.
    """
    values = first_values(ground)
    aim = aim_of(ground, values, ground.answers)
    columns = {
        "name": ground.strand.name[:200], "who": values["who"], "what": values["what"],
        "tool": values["tool"], "population": values["population"], "baseline": values["baseline"],
        "begins_on": values["starts_on"],
    }  # fmt: skip
    known = {str(row.public_id): row.id for row in ground.open}
    wanted = [
        Wanted(
            step.on, step.target,
            current.get(Milestone, known[step.key]) if step.key in known else None,
            _shape(aim, number, len(steps)),
        )
        for number, step in enumerate(steps, 1)
    ]  # fmt: skip
    plan = current.get_one(Plan, ground.plan.id)
    return planner_services.make_series(
        current, plan, ground.strand, wanted, columns, on_board=on_board, why=why, by=by, at=at
    )


def _shape(aim: Aim | None, number: int, steps: int) -> str:
    return pacing.step_shape(pacing.with_steps(aim, steps), number).value if aim else ""
