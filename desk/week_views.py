"""This week: what is due, what waits, what came back, and how the plan stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cycles import inquiry_queries
from desk import drawings, due_count_queries, rules, week_queries
from desk import week as weeks
from desk.base_views import blueprint, page_of
from desk.rules import Kind, Task, Week
from desk.series import Promise, Series, tally
from desk.week import OpenCycle, OpenItem
from desk.week_item_queries import SHOWN, WeekItems, items_of_week
from feedback import queue_queries
from milestones.calendar_queries import breaks_of
from milestones.rules import Standing
from nic_platform import access
from nic_platform.actor import Actor, NetworkRole
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.filters import number, percent
from nic_platform.frame import address
from nic_platform.pages import today, uuid_arg
from nic_platform.text import _
from teams.breaks import Breaks, is_past

STAGES = ("plan", "do", "study", "act")
OFF = ("missed", "slipped", "not_measured", "at_risk")


@dataclass(frozen=True)
class LineRow:
    """A measured line as the page shows it."""

    promise: Promise
    href: str
    standing: Standing
    following: Promise | None
    latest: str
    target: str
    next_target: str
    next_count: date | None
    is_count_late: bool
    short: str
    picture: Markup


@dataclass(frozen=True)
class ItemRow:
    """An item as the page shows it."""

    item: OpenItem
    href: str
    picture: Markup
    clock: weeks.Promised | None


@dataclass(frozen=True)
class BelowRow:
    """A team that lifts to this one, with what is off in its plan."""

    id: UUID
    name: str
    level: str
    counts: dict[str, int]
    lines: int


@dataclass(frozen=True)
class Door:
    """A page that somebody without a team works from: its name, its address, and what is there."""

    name: str
    href: str
    words: str


def doors_of(actor: Actor) -> list[Door]:
    """Return the pages that a person's roles open to them where they are in no team."""
    roles = actor.network_roles
    doors = []
    if roles & {NetworkRole.LEAD, NetworkRole.REVIEWER} and works_a_queue(actor):
        waiting = _("What waits for an answer, by theme, oldest promise first.")
        doors.append(Door(_("The queue"), url_for("feedback.queue"), waiting))
    if NetworkRole.LEAD in roles:
        links = _("Every team and link, and what needs mending.")
        doors.append(Door(_("Network"), url_for("teams.network"), links))
    if roles:
        pooled = _("What the counts say, all schools together and where they differ.")
        doors.append(Door(_("Compare"), url_for("variation.compare"), pooled))
        loops = _("How long answers take, and what was confirmed as lifted.")
        doors.append(Door(_("How the loops close"), url_for("feedback.loop_measures"), loops))
    if actor.is_admin:
        accounts = _("Who has an account, who is let in, who administers.")
        doors.append(Door(_("People"), url_for("accounts.people"), accounts))
    return doors


def works_a_queue(actor: Actor) -> bool:
    """Say whether there is a team whose queue the person works; a network may have none yet."""
    try:
        return bool(queue_queries.queue_teams(session(), actor))
    except AbsentError:
        return False


def teamless_page(actor: Actor) -> ResponseReturnValue:
    """Return the first page of somebody who is in no team."""
    return render_template("desk/welcome.html", steps=None, has_team=False, doors=doors_of(actor))


@blueprint.get("/")
@access.signed_in
def week() -> ResponseReturnValue:
    """Show the week of the chosen team; a team that has nothing yet is welcomed."""
    actor = access.actor()
    if actor.team_id is None:
        return teamless_page(actor)
    now, breaks = today(actor), breaks_of(session(), actor.network_id)
    lines = week_queries.lines_of(session(), actor, now)
    cycles = week_queries.open_cycles(session(), actor, now)
    items = items_of_week(session(), actor, now, breaks)
    if not (lines.own or lines.below or cycles or items):
        return welcome_page(actor, now)
    tasks = all_tasks(actor, now, lines.own, cycles, items)
    return render_template(
        "desk/week.html",
        **_needs(tasks, items, lines, now, breaks),
        **_stands(actor, now, lines, cycles, items),
        breaks=breaks,
        inquiry=inquiry_queries.count_begun(session(), actor, actor.team_id),
        today=now,
        rules=rules,
        href=task_href,
        page_of=page_of,
        may_tick=actor.edits(actor.team_id),
        ticked=uuid_arg("ticked"),
    )


def _needs(
    tasks: Sequence[Task], items: WeekItems, lines: week_queries.Lines, now: date, breaks: Breaks
) -> dict[str, Any]:
    """Return what needs the team: its tasks, what it raised, what waits for it, and its lede."""
    return {
        "lede": rules.lede(summary(tasks, items, lines, now)),
        "tasks": tasks,
        "own": item_rows(items.own[:SHOWN], now, breaks),
        "held": item_rows([each.first for each in items.nearest[weeks.MOST_ANSWERS :]], now, breaks),
        "more_held": max(0, items.problems - weeks.MOST_ANSWERS - SHOWN),
    }


def _stands(
    actor: Actor, now: date, lines: week_queries.Lines, cycles: Sequence[OpenCycle], items: WeekItems
) -> dict[str, Any]:
    """Return how the work stands: cycles, lines, the teams below, and what moved since the last meeting."""
    meeting = week_queries.meeting_of(session(), actor, now)
    since = meeting.last_on or now - timedelta(days=14)
    below = [below_row(team, series, now) for team, series in lines.below]
    return {
        "lanes": [(stage, [cycle for cycle in cycles if cycle.stage == stage]) for stage in STAGES],
        "cycle_count": len(cycles),
        "lines": line_rows(lines.own, now),
        "below": [row for row in below if any(row.counts.values())][:12],
        "below_count": len(below),
        "meeting": meeting,
        "agenda": weeks.agenda(items.own, lines.own, cycles, now),
        "told": week_queries.told_since(session(), actor, midnight(since, actor.time_zone)),
        "moved": weeks.moved(lines.own, since, now)[:4],
        "since": since,
    }


def welcome_page(actor: Actor, now: date) -> ResponseReturnValue:
    """Return the first-run page of the chosen team."""
    return render_template(
        "desk/welcome.html",
        steps=week_queries.first_steps(session(), actor),
        has_team=True,
        example=drawings.example(now),
        example_narrow=drawings.example(now, narrow=True),
    )


@blueprint.get("/welcome")
@access.signed_in
def welcome() -> ResponseReturnValue:
    """Show a new team its first steps, and which of them are done."""
    actor = access.actor()
    if actor.team_id is None:
        return teamless_page(actor)
    return welcome_page(actor, today(actor))


def midnight(day: date, time_zone: str) -> datetime:
    """Return the moment at which a civil day begins in a time zone."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone))


def all_tasks(
    actor: Actor, now: date, own: Sequence[Series], cycles: Sequence[OpenCycle], items: WeekItems
) -> list[Task]:
    """Return what is due this week, in order."""
    breaks = breaks_of(session(), actor.network_id)
    found = weeks.item_tasks(items.own, items.nearest, now, breaks) + weeks.cycle_tasks(cycles)
    found += weeks.count_tasks(own, now) + weeks.slipped_tasks(own, now) + measure_tasks(actor, now)
    return rules.this_week([*found, *week_queries.step_tasks(session(), actor, now)], now)


def measure_tasks(actor: Actor, now: date) -> list[Task]:
    """Return the counts of the chosen team that a measure's rhythm asks for; one statement."""
    found = due_count_queries.due_of_team(session(), actor, now)
    return weeks.due_tasks(found.due, found.days, now)


def summary(tasks: Sequence[Task], items: WeekItems, lines: week_queries.Lines, now: date) -> Week:
    """Return the counts that the opening sentences are made of."""
    return Week(
        tasks=tasks,
        returned=weeks.came_back(items.own),
        statuses=tally([each for each in lines.own if not each.current(now).is_outcome], now),
        below=tally([each for _team, series in lines.below for each in series], now),
        late=items.late,
        waiting=items.reports,
    )


def item_rows(items: Iterable[OpenItem], now: date, breaks: Breaks) -> list[ItemRow]:
    """Return items as the page shows them, each with its way so far."""
    return [
        ItemRow(
            item,
            page_of("feedback_item", item.id),
            drawings.path_picture(item, now, breaks),
            weeks.promised(item, now, breaks),
        )
        for item in items
    ]


def line_rows(series: Sequence[Series], now: date) -> list[LineRow]:
    """Return the measured lines as the page shows them, all pictures over the same days."""
    span = drawings.span_of(series, now)
    return [line_row(each, span, now) for each in series]


def line_row(series: Series, span: tuple[date, date], now: date) -> LineRow:
    """Return one measured line."""
    promise, standing, following = series.current(now), series.standing(now), series.following(now)
    latest = standing.latest.value if standing.latest else None
    count_on = series.next_count(now)
    name = promise.name or series.measure
    label = _("%(name)s: latest %(latest)s, target %(target)s", name=name,
              latest=value_words(series, latest) or _("not counted yet"),
              target=value_words(series, promise.target) or _("a deliverable"))  # fmt: skip
    kind = "interim_target" if promise.is_outcome else "milestone"
    return LineRow(
        promise=promise,
        href=page_of(kind, promise.id) or address("milestones.board", "/plan"),
        standing=standing,
        following=following,
        latest=value_words(series, latest),
        target=value_words(series, promise.target),
        next_target=value_words(series, following.target) if following else "",
        next_count=count_on,
        is_count_late=is_past(count_on, now, series.breaks),
        short=short_words(series, standing),
        picture=drawings.line_picture(series, span, now, label),
    )


def value_words(series: Series, value: float | None) -> str:
    """Return a value in its unit: "83%", "12 days"."""
    if value is None:
        return ""
    return percent(value) if series.is_percent else f"{number(value)} {series.unit}".strip()


def short_words(series: Series, standing: Standing) -> str:
    """Return how far the latest value is off the target; empty when it is there."""
    if standing.short <= 0 or standing.latest is None or standing.status.value not in OFF:
        return ""
    if series.is_percent:
        return _("%(points)s points short", points=number(round(standing.short)))
    return _("%(value)s short", value=value_words(series, standing.short))


def below_row(team: week_queries.TeamName, series: Sequence[Series], now: date) -> BelowRow:
    """Return what is off in the plan of a team below."""
    counts = tally(series, now)
    return BelowRow(
        team.public_id, team.name, team.level, {status: counts.get(status, 0) for status in OFF}, len(series)
    )


def task_href(task: Task) -> str:
    """Return where a task is done."""
    if task.kind is Kind.TASK and task.whole is not None:
        return page_of("cycle", task.whole)
    if task.kind is Kind.STEP:
        return address("milestones.board", "/plan")
    if task.kind is Kind.SLIPPED:
        return page_of("milestone", task.id)
    if task.kind is Kind.COUNT:
        count = address("milestones.measure", "", milestone_id=task.id)
        return count or page_of("milestone", task.id)
    if task.kind is Kind.MEASURE:
        grid = address("measures.grid", "", measure_id=task.id)
        return grid or address("measures.show", "/measures", measure_id=task.id)
    kinds = {Kind.READ: "policy_notice"}
    feedback = {Kind.CONFIRM, Kind.REPLY, Kind.ANSWER, Kind.LOOK}
    kind = kinds.get(task.kind, "feedback_item" if task.kind in feedback else "cycle")
    return page_of(kind, task.id) or address(
        f"{'feedback' if task.kind in feedback else 'cycles'}.index", "/"
    )
