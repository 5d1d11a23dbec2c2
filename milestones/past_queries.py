"""A plan as it stood at the end of an earlier day: what was there, and what it said then.

What was deleted since is there again, what was made since is not, and what was changed since is taken back
by the audit trail, newest change first. Dates and targets go by the milestones' own adjustments as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones import change_queries, milestone_queries, plan_queries, status_queries
from milestones.past import Change, known_changes, rows_on
from milestones.rows import MilestoneRow, PartRow, PlanRow, TargetRow
from nic_platform.actor import Actor
from nic_platform.audit import CREATED
from nic_platform.tables import AuditEntry

_KINDS = {
    "plan",
    "milestone",
    "interim_target",
    "priority",
    "root_cause",
    "strategy",
    "strand",
    "action_step",
}
_PARTS = {  # by kind of a part: what its columns are called in a row
    "priority": {"text": "text"},
    "cause": {"text": "text"},
    "strategy": {"name": "text", "description": "more", "root_cause_id": "parent_id"},
    "strand": {"name": "text"},  # whether strands follow each other is asked of the present only
    "step": {"text": "text", "owner": "more", "due_on": "due_on", "done_on": "done_on"},
}
_DAYS = {"due_on", "begins_on", "monitor_until", "done_on"}
_KEPT = {"id", "public_id", "version", "type", "direction"}
_LATER = timedelta(days=1)
_OF_MEASURE = ("type", "direction", "unit", "counts_students")
Counted = TypeVar("Counted", MilestoneRow, TargetRow)
Row = TypeVar("Row", MilestoneRow, TargetRow, PartRow, PlanRow)
Before = Mapping[UUID, Mapping[str, Any]]


@dataclass(frozen=True)
class Stood:
    """A plan and its parts as they stood on a day; *changes* are the adjustments known by then."""

    plan: PlanRow
    parts: list[PartRow]
    rows: list[MilestoneRow]
    targets: list[TargetRow]
    changes: dict[int, list[Change]]
    gone: frozenset[UUID] = frozenset()  # what was deleted since: there is no page of it to lead to


def plan_today(session: Session, actor: Actor, plan: PlanRow) -> Stood:
    """Return a plan as it stands now; four statements."""
    rows = milestone_queries.milestones_of(session, actor, plan.id)
    return Stood(
        plan,
        plan_queries.outline(session, plan.id),
        rows,
        status_queries.seen_targets(actor, milestone_queries.targets_of(session, plan.id)),
        change_queries.changes_in(session, [row.id for row in rows]),
    )


def plan_on(session: Session, actor: Actor, plan: PlanRow, day: date) -> Stood:
    """Return a plan as it stood at the end of *day* in its network; five statements."""
    zone = ZoneInfo(actor.time_zone)
    moment = datetime.combine(day + _LATER, time(), zone).astimezone(UTC)
    parts = plan_queries.outline(session, plan.id, moment)
    rows = milestone_queries.milestones_of(session, actor, plan.id, moment)
    targets = milestone_queries.targets_of(session, plan.id, moment)
    ids = [plan.public_id, *(p.public_id for p in parts), *(r.public_id for r in rows)]
    ids += [target.public_id for target in targets]
    before, gone = _before(session, plan.network_id, ids, moment)
    if not (actor.in_team(plan.team_id) or plan.is_above or actor.sees_network):
        # who reads it because it is shared reads what is shared now, not what stood there before that
        parts = [each for each in parts if each.public_id not in gone]
        rows = [each for each in rows if each.public_id not in gone]
        targets = [each for each in targets if each.public_id not in gone]
        before, gone = {}, frozenset()
    parts = [_part(each, before) for each in parts]
    changes = change_queries.changes_in(session, [row.id for row in rows])
    names = {part.id: part.text for part in parts if part.kind == "strand"}
    rows = _measured(session, rows, [_milestone(row, before, names) for row in rows])
    rows = rows_on(rows, changes, day, zone)
    if not actor.reads_drafts(plan.team_id):
        rows = [row for row in rows if not row.is_draft]  # on the board now, and its team's own matter then
    targets = _measured(session, targets, [_taken_back(row, before) for row in targets])
    targets = status_queries.seen_targets(actor, targets)
    return Stood(
        plan=_taken_back(plan, before),
        parts=parts,
        rows=sorted(rows, key=lambda row: (row.due_on or date.max, row.position, row.id)),
        targets=sorted(targets, key=lambda row: (row.due_on or date.max, row.id)),
        changes=known_changes(changes, day, zone),
        gone=gone,
    )


def _before(
    session: Session, network_id: int, ids: Iterable[UUID], moment: datetime
) -> tuple[Before, frozenset[UUID]]:
    """Return, for what was changed since *moment*, the values that it had then, by column; and what of it
    is deleted now. One statement.
    """
    query = (
        select(AuditEntry.object_id, AuditEntry.changes)
        .where(
            AuditEntry.network_id == network_id,
            AuditEntry.kind.in_(_KINDS),
            AuditEntry.object_id.in_(list(ids)),
            AuditEntry.at >= moment,
            AuditEntry.action != CREATED,
        )
        .order_by(AuditEntry.object_id, AuditEntry.seq.desc())
    )
    found: dict[UUID, dict[str, Any]] = {}
    deleted: dict[UUID, bool] = {}
    for object_id, changes in session.execute(query):
        if "deleted_at" in (changes or {}):
            deleted.setdefault(object_id, changes["deleted_at"][1] is not None)
        found.setdefault(object_id, {}).update({name: sides[0] for name, sides in (changes or {}).items()})
    return found, frozenset(key for key, is_deleted in deleted.items() if is_deleted)


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value


def _taken_back(row: Row, before: Before) -> Row:
    """Return a row with the values that its columns of the same name had."""
    own = {field.name for field in fields(row)} - _KEPT
    known = {name: value for name, value in before.get(row.public_id, {}).items() if name in own}
    return replace(row, **{name: _value(name, value) for name, value in known.items()}) if known else row


def _measured(session: Session, now: Sequence[Counted], then: Sequence[Counted]) -> list[Counted]:
    """Return rows with what the measures of the day say of their numbers, where the measure was another.

    Above all whether students are counted, which decides who sees small groups. One statement at most.
    """
    present = {row.id: row.measure_id for row in now}
    moved = {row.measure_id for row in then if row.measure_id and row.measure_id != present[row.id]}
    if not moved:
        return list(then)
    columns = (Measure.type, Measure.direction, Measure.unit, Measure.counts_students)
    query = select(Measure.id, *columns).where(Measure.id.in_(sorted(moved)))
    told: dict[int, dict[str, Any]] = {
        row[0]: dict(zip(_OF_MEASURE, row[1:], strict=True)) for row in session.execute(query)
    }
    return [replace(row, **told[row.measure_id]) if row.measure_id in told else row for row in then]


def _part(row: PartRow, before: Before) -> PartRow:
    names = _PARTS.get(row.kind, {})
    known = before.get(row.public_id, {})
    values = {names[name]: _value(name, value) for name, value in known.items() if name in names}
    return replace(row, **values) if values else row


def _milestone(row: MilestoneRow, before: Before, strands: Mapping[int, str]) -> MilestoneRow:
    found = _taken_back(row, before)
    return replace(found, strand_name=strands.get(found.strand_id or 0, found.strand_name))
