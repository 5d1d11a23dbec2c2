"""Gather what the board and the outline of a plan show; a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from measures.queries import Record, SeriesKey, records, standing_records
from measures.svg import Target, empty_path
from milestones import board as boards
from milestones import (
    checkpoint_queries,
    milestone_queries,
    past_queries,
    plan_queries,
    redating_queries,
    status_queries,
)
from milestones.calendar_queries import breaks_of
from milestones.past import Changes
from milestones.rows import MilestoneRow, PartRow, PlanRow, TargetRow, goal_of_target
from milestones.rules import Reading, Standing, standing_on
from milestones.series_order import Effect, order_notes
from nic_platform.actor import Actor
from nic_platform.pages import DaySeen
from nic_platform.text import _
from teams.breaks import Breaks, is_past


@dataclass(frozen=True)
class Chain:
    """A strategy with the priority and the cause that it answers."""

    priority: str
    cause: str
    strategy: str


@dataclass(frozen=True)
class StepRow:
    """An action step on the board."""

    id: UUID
    text: str
    owner: str
    due_on: date | None
    done_on: date | None
    version: int
    is_late: bool


@dataclass(frozen=True)
class BoardPage:
    """What the board shows, in finished values."""

    board: boards.Board
    standings: tuple[Standing, ...]
    chains: tuple[Chain, ...]
    steps: tuple[StepRow, ...]
    drafts: tuple[MilestoneRow, ...]
    weeks: tuple[int, int] | None
    people: int | None
    unit: str
    today: date
    plan: PlanRow
    notes: tuple[Effect, ...]
    gone: frozenset[str]


def board_of(
    session: Session, actor: Actor, plan: PlanRow, seen: DaySeen, *, may_change: bool = False
) -> BoardPage:
    """Return the board of one plan as it stood on the day that is looked at; seven statements.

    Args:
        may_change: the reader may give its milestones other dates, as long as today is looked at.
    """
    may_move, today = may_change and not seen.is_past, seen.on
    breaks = breaks_of(session, actor.network_id)
    if seen.is_past:
        stood = past_queries.plan_on(session, actor, plan, today)
    else:
        stood = past_queries.plan_today(session, actor, plan)
    parts, targets, rows = stood.parts, stood.targets, stood.rows
    on_board = [row for row in rows if not row.is_draft]
    series: list[MilestoneRow | TargetRow] = [*on_board, *targets]
    keys = {key for row in series if (key := status_queries.series_key(row))}
    has_groups = any(row.subgroup for row in targets)  # their own results are read only where needed
    found = records(session, keys, subgroup=None if has_groups else "")
    last = max([plan.span[1], *(row.counts_until or today for row in series)])
    sight = _Sight(actor, plan, _until(found, last))
    standings = counted = sight.standings(on_board, today)
    if any(record.on > last for made in found.values() for record in made):
        counted = _Sight(actor, plan, found).standings(on_board, today)
    ground = _Ground(parts, standings, counted, sight, today, stood.changes, breaks, may_move)
    wanted = _strand_lines(on_board, ground, has_months=not targets)
    wanted += _target_lines(targets, sight, today)
    lines = boards.make_lines(wanted, plan.span, today)
    known = [standings[row.id] for row in on_board]
    staffed = [row for row in reversed(on_board) if row.population and not row.counts_students]
    return BoardPage(
        board=boards.make_board(lines, today),
        standings=tuple(known),
        chains=chains_of(parts),
        steps=tuple(_step(part, today, breaks) for part in parts if part.kind == "step"),
        drafts=tuple(row for row in rows if row.is_draft),
        weeks=_weeks(plan, today),
        people=staffed[0].population if staffed else None,
        unit=staffed[0].who if staffed else "",
        today=today,
        plan=stood.plan,
        gone=frozenset(str(key) for key in stood.gone),
        notes=tuple(_notes(on_board, stood)) if not seen.is_past else (),
    )


def drag_words(page: BoardPage) -> dict[str, str]:
    """Return what a script needs to let people drag a milestone along the year; the calendar is fetched."""
    first, last = page.plan.span
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "to": _("to %(day)s", day="{day}"),
        "off_words": _("%(name)s: the nearest school day is %(day)s", name="{name}", day="{day}"),
        "stays": _("stays on %(day)s", day="{day}"),
    }


def _notes(rows: Sequence[MilestoneRow], stood: past_queries.Stood) -> list[Effect]:
    """Return where milestones don't build on each other; a target lowered with a reason tells it."""
    reasons = {key: made[-1].why for key, made in stood.changes.items() if made and made[-1].moves_target}
    return order_notes(rows, redating_queries.follows_in(stood.parts), reasons)


def _until(found: dict[SeriesKey, list[Record]], last: date) -> dict[SeriesKey, list[Record]]:
    """Return what was counted up to the last day of a plan; what a series goes on with is the next plan's."""
    return {key: [record for record in made if record.on <= last] for key, made in found.items()}


@dataclass(frozen=True)
class _Ground:
    """What every line of a board stands on."""

    parts: Sequence[PartRow]
    standings: dict[int, Standing]
    counted: dict[int, Standing]  # with what was counted after the plan's year: no count of it is overdue
    sight: "_Sight"
    today: date
    changes: Changes
    breaks: Breaks
    may_move: bool


class _Sight:
    """What one reader may see of the numbers of a plan's series."""

    def __init__(self, actor: Actor, plan: PlanRow, found: dict[SeriesKey, list[Record]]) -> None:
        self.actor, self.plan, self.found = actor, plan, found
        self.zone = ZoneInfo(actor.time_zone)
        self._seen: dict[tuple[object, ...], tuple[list[Record], list[Reading]]] = {}

    def _told(self, row: MilestoneRow | TargetRow) -> tuple[list[Record], list[Reading]]:
        """Return the records and readings that the milestones of a series share; looked for once."""
        group = (row.subgroup_set, row.subgroup) if isinstance(row, TargetRow) else ("", "")
        which = (status_queries.series_key(row), row.type, row.counts_students, *group)
        if which not in self._seen:
            records = status_queries.seen(
                self.actor, self._whole(row), row.type, counts_students=row.counts_students,
                is_above=self.plan.is_above,
            )  # fmt: skip
            self._seen[which] = records, status_queries.readings(records, row.type, self.zone)
        return self._seen[which]

    def records(self, row: MilestoneRow | TargetRow) -> list[Record]:
        """Return the records of a series, or of a target's own group, that the reader may see."""
        return self._told(row)[0]

    def readings(self, row: MilestoneRow | TargetRow) -> list[Reading]:
        """Return what the reader may see of a series, as status looks at it."""
        return self._told(row)[1]

    def _whole(self, row: MilestoneRow | TargetRow) -> list[Record]:
        found = self.found.get(status_queries.series_key(row) or (0, 0), [])
        if isinstance(row, TargetRow):
            return checkpoint_queries.own_records(row, found)
        return [record for record in found if not record.subgroup]

    def hides(self, row: MilestoneRow | TargetRow) -> bool:
        """Say whether anything of a series is kept from the reader."""
        if self.actor.in_team(row.team_id) or (self.plan.is_above and not row.counts_students):
            return False
        return len(self.records(row)) < len(standing_records(self._whole(row)))

    def standings(self, rows: Sequence[MilestoneRow], day: date) -> dict[int, Standing]:
        """Return how milestones stand at the end of *day* by what may be seen, by number."""
        return status_queries.standings_told(rows, lambda _key, row: self.readings(row), day)


def _strand_lines(rows: Sequence[MilestoneRow], ground: _Ground, *, has_months: bool) -> list[boards.Wanted]:
    sight = ground.sight
    strands = [part for part in ground.parts if part.kind == "strand"]
    order = {strand.id: at for at, strand in enumerate(strands)}
    groups: dict[tuple[int, str], list[MilestoneRow]] = defaultdict(list)
    for row in rows:
        name = row.strand_name or row.measure_name or row.title
        groups[(order.get(row.strand_id or 0, len(order)), name)].append(row)
    lines = []
    keys = sorted(groups, key=lambda key: key[0])
    for key in keys:
        mates = groups[key]
        is_hidden = any(sight.hides(row) for row in mates)
        series = boards.Series(
            key[1], mates, sight.readings(mates[-1]), is_hidden, ground.changes, ground.may_move,
            {} if is_hidden else _checks(mates, ground),
        )  # fmt: skip
        how = next((row.tool for row in reversed(mates) if row.tool), "")
        lines.append(boards.Wanted(series, ground.standings, how, has_months and key == keys[-1]))
    return lines


def _checks(rows: Sequence[MilestoneRow], ground: _Ground) -> dict[int, date]:
    """Return since when the next count of a series is overdue, by the milestone that is worked on now."""
    latest, found = status_queries.latest_due(rows, ground.today), {}
    for row in rows:
        next_on = status_queries.next_on(row, ground.counted[row.id], ground.breaks)
        if row.id in latest and next_on is not None and is_past(next_on, ground.today, ground.breaks):
            found[row.id] = next_on
    return found


def _target_lines(targets: Sequence[TargetRow], sight: _Sight, today: date) -> list[boards.Wanted]:
    groups: dict[tuple[object, ...], list[TargetRow]] = defaultdict(list)
    for row in targets:
        groups[(status_queries.series_key(row) or row.id, row.subgroup_set, row.subgroup)].append(row)
    lines: list[boards.Wanted] = []
    for mates in groups.values():
        readings = sight.readings(mates[-1])
        standings = {row.id: standing_on(goal_of_target(row, mates), readings, today) for row in mates}
        series = boards.Series(mates[0].name, mates, readings, is_hidden=sight.hides(mates[0]))
        how = mates[0].subgroup or mates[0].tool or mates[0].student_group
        is_last = len(lines) == len(groups) - 1
        lines.append(boards.Wanted(series, standings, how, is_last, is_students=True))
    return lines


def _step(part: PartRow, today: date, breaks: Breaks) -> StepRow:
    is_late = part.done_on is None and is_past(part.due_on, today, breaks)
    return StepRow(part.public_id, part.text, part.more, part.due_on, part.done_on, part.version, is_late)


def _weeks(plan: PlanRow, today: date) -> tuple[int, int] | None:
    first, last = plan.span
    if not first <= today <= last:
        return None
    return (today - first).days // 7 + 1, (last - first).days // 7 + 1


def chains_of(parts: Sequence[PartRow]) -> tuple[Chain, ...]:
    """Return each strategy with its cause and priority; a plan without strategies gives what there is."""
    by_kind: dict[str, dict[int, PartRow]] = defaultdict(dict)
    for part in parts:
        by_kind[part.kind][part.id] = part
    chains = []
    for strategy in by_kind["strategy"].values():
        cause = by_kind["cause"].get(strategy.parent_id or 0)
        priority = by_kind["priority"].get(cause.parent_id or 0) if cause else None
        chains.append(Chain(priority.text if priority else "", cause.text if cause else "", strategy.text))
    if chains:
        return tuple(chains)
    return tuple(Chain(priority.text, "", "") for priority in by_kind["priority"].values())


# ---------------------------------------------------------------- outline


@dataclass(frozen=True)
class Branch:
    """One part of the outline with the parts below it."""

    part: PartRow
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Outline:
    """A plan to be edited: the tree from priorities to strands, and what hangs beside it."""

    priorities: tuple[Branch, ...]
    loose: tuple[Branch, ...]
    milestones: dict[int, list[MilestoneRow]]
    targets: tuple[TargetRow, ...]
    steps: tuple[PartRow, ...]
    unsorted: tuple[MilestoneRow, ...]


_BELOW = {"priority": "cause", "cause": "strategy", "strategy": "strand"}


def outline_of(session: Session, actor: Actor, plan: PlanRow) -> Outline:
    """Return a plan as a tree; three statements."""
    parts = plan_queries.outline(session, plan.id)
    rows = milestone_queries.milestones_of(session, actor, plan.id)
    milestones: dict[int, list[MilestoneRow]] = defaultdict(list)
    strands = {part.id for part in parts if part.kind == "strand"}
    for row in rows:
        if row.strand_id in strands:
            milestones[row.strand_id or 0].append(row)
    children: dict[tuple[str, int], list[PartRow]] = defaultdict(list)
    for part in parts:
        children[(part.kind, part.parent_id or 0)].append(part)
    causes = {part.id for part in parts if part.kind == "cause"}
    loose = [p for p in parts if p.kind == "strategy" and p.parent_id not in causes]
    return Outline(
        tuple(_branch(part, children) for part in parts if part.kind == "priority"),
        tuple(_branch(part, children) for part in loose),
        dict(milestones),
        tuple(milestone_queries.targets_of(session, plan.id)),
        tuple(part for part in parts if part.kind == "step"),
        tuple(row for row in rows if row.strand_id not in strands),
    )


def _branch(part: PartRow, children: dict[tuple[str, int], list[PartRow]]) -> Branch:
    below = children.get((_BELOW.get(part.kind, ""), part.id), [])
    return Branch(part, tuple(_branch(child, children) for child in below))


def example_path(today: date) -> tuple[Markup, Markup]:
    """Return the picture of a plan without a line, wide and narrow, for a team that has none yet."""
    first = date(today.year if today.month >= 7 else today.year - 1, 8, 15)
    days = (76, 122, 184)
    targets = [Target(first + timedelta(days=d), v) for d, v in zip(days, (40, 65, 90), strict=True)]
    span = (first, first + timedelta(days=287))
    label = _("An example: three targets, 40, 65 and 90 percent, climbing over a school year.")
    return (
        empty_path(targets, span, label=label),
        empty_path(targets, span, label=label, size=(350, 200), narrow=True),
    )
