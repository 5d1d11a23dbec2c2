"""All cycles of this school year on one time line, grouped by ramp."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import choice_queries, policies, queries, ramp_queries, rules, svg
from cycles.queries import TeamName
from cycles.ramp_queries import BoardKey, Filters, Group
from cycles.rules import Stage
from cycles.views.root import blueprint, uuid_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.text import _

PAGE = 25


@blueprint.get("/cycles")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show every cycle of the chosen team this year; for people without a team, of all the teams they may
    read."""
    actor = access.actor()
    today = clock.today(actor.time_zone)
    team = _team(actor)
    filters = _filters(actor, today, team.id if team else None)
    found = ramp_queries.list_board(session(), actor, filters, _after(), PAGE)
    groups, more = found[:PAGE], len(found) > PAGE
    first, last = _span(groups, filters, today)
    return render_template(
        "cycles/index.html",
        team=team,
        reads_inquiry=team is not None,  # it was found by its name, or is the reader's own
        rows=[_row(actor, group, first, last, today, team is None) for group in groups],
        months=svg.month_row(first, last),
        summary=ramp_queries.summarize(session(), actor, filters),
        choices=_choices(actor, team),
        chosen={name: request.args.get(name, "") for name in ("strand", "milestone", "stage", "team")},
        next_href=_next(groups[-1].key) if more else None,
        today=today,
        may_start=policies.can_create(actor, team.id if team else None),
        deleted=uuid_of(request.args.get("deleted")),
    )


def _team(actor: Actor) -> TeamName | None:
    wanted = uuid_of(request.args.get("team"))
    if wanted is not None:
        return queries.get_team(session(), actor, wanted)
    return queries.own_team(session(), actor)


def _filters(actor: Actor, today: date, team_id: int | None) -> Filters:
    first, last = ramp_queries.school_year(session(), actor, today)
    stage = request.args.get("stage", "")
    return Filters(
        first,
        last,
        team_id,
        strand=request.args.get("strand", "").replace("\x00", "") or None,
        milestone_id=uuid_of(request.args.get("milestone")),
        stage=stage if stage in set(Stage) else None,
    )


def _after() -> BoardKey | None:
    """Return where the page before ended; an address that was tampered with begins at the start."""
    try:
        is_open, latest, group = request.args.get("after", "").split("_")
        key = BoardKey(int(is_open), date.fromisoformat(latest), int(group))
    except ValueError:
        return None
    return key if key.is_open in {0, 1} and abs(key.group) < 2**31 else None


def _next(key: BoardKey) -> str:
    keep: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after"}
    return url_for("cycles.index", **keep, after=f"{key.is_open}_{key.latest.isoformat()}_{key.group}")


def _span(groups: list[Group], filters: Filters, today: date) -> tuple[date, date]:
    """Return the days that the time line shows: from the first month with a cycle to a little past today."""
    cycles = [cycle for group in groups for cycle in group.cycles]
    begins = [cycle.starts_on for cycle in cycles if cycle.starts_on]
    ends = [cycle.ends_on for cycle in cycles if cycle.ends_on]
    first = min([*begins, today - timedelta(days=60)]).replace(day=1)
    last = max([*ends, today + timedelta(days=14)])
    return max(first, filters.first), min(last, filters.last + timedelta(days=31))


def _choices(actor: Actor, team: TeamName | None) -> dict[str, Any]:
    milestones = choice_queries.list_team_milestones(session(), actor, team.id) if team else []
    return {
        "milestones": [(str(each.public_id), each.line) for each in milestones],
        "strands": sorted({each.strand for each in milestones if each.strand}),
        "stages": [(stage.value, stage.words) for stage in Stage],
    }


def _row(actor: Actor, group: Group, first: date, last: date, today: date, with_team: bool) -> dict[str, Any]:
    newest = group.last
    mine = policies.can_create(actor, newest.team_id)
    wait = rules.waiting_step(Stage(newest.stage), newest.starts_on, newest.ends_on, today)
    bars = [bar for cycle in group.cycles if (bar := bar_of(cycle, today, mine))]
    count = len(group.cycles)
    words = _("%(count)s cycles of %(idea)s", count=count, idea=newest.ramp or newest.name)
    return {
        "cycle": newest,
        "strand": ", ".join(part for part in (newest.team if with_team else "", group.strand) if part),
        "chart": svg.gantt(bars, first, last, today, label=words),
        "wait": wait,
        "needs_you": wait.needs_you and mine,
    }


def bar_of(cycle: queries.CycleRow, today: date, mine: bool) -> svg.Bar | None:
    """Return a cycle as a bar of the time line; ``None`` for one without dates. Only *mine* can need me."""
    start = cycle.began_on or cycle.starts_on
    if start is None:
        return None
    end = cycle.ends_on or start
    return svg.Bar(cycle.number, start, max(start, end), kind_of(cycle, today, mine))


def kind_of(cycle: queries.CycleRow, today: date, mine: bool) -> str:
    """Return how a cycle's bar looks: its decision, given up, still open, or waiting for you."""
    if not cycle.is_open:
        if cycle.outcome != rules.Outcome.DONE or cycle.decision == rules.Decision.ABANDON:
            return "stop"
        return "adopt" if cycle.decision == rules.Decision.ADOPT else "adapt"
    wait = rules.waiting_step(Stage(cycle.stage), cycle.starts_on, cycle.ends_on, today)
    return "open" if wait.needs_you and mine else "run"
