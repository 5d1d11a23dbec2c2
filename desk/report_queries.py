"""Reading what a report shows beside the plan: tests and barriers as they were on a day, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cycles.data_queries import behind_of
from cycles.lines import line_of
from cycles.models import Cycle, StageChange
from cycles.queries import CycleRow, list_predictions, rows_of, rows_visible_to
from cycles.whose import instead_of
from feedback import queries as feedback_queries
from feedback.models import FeedbackItem
from feedback.queries import ItemRow
from feedback.rules import late_by
from milestones.calendar_queries import breaks_of
from milestones.rows import PartRow
from milestones.rules import Standing
from milestones.touchpoints import Meeting
from nic_platform.actor import Actor
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import Breaks

SHOWN = 6  # rows of each list: it is one page


def end_of(day: date, time_zone: str) -> datetime:
    """Return the moment in UTC at which a civil day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(time_zone)).astimezone(UTC)


@dataclass(frozen=True)
class CycleLine:
    """A test as it stood on the day: its stage, what was predicted, what came of it."""

    id: UUID
    name: str
    number: int
    stage: str
    predicted: str
    result: str


def cycles_on(session: Session, actor: Actor, team_id: int, day: date) -> list[CycleLine]:
    """Return a team's tests that were open at the end of *day*, or ended in the two weeks before it.

    Four statements. Drafts are left out: a report is handed on.
    """
    end = end_of(day, actor.time_zone)
    query = (
        rows_visible_to(actor)
        .where(Cycle.team_id == team_id, Cycle.is_draft.is_(False), Cycle.starts_on <= day)
        .where(or_(Cycle.closed_at.is_(None), Cycle.closed_at > end - timedelta(days=14)))
        .order_by(Cycle.closed_at.is_not(None), Cycle.ends_on.is_(None), Cycle.ends_on, Cycle.id)
        .limit(SHOWN)
    )
    rows: list[CycleRow] = rows_of(CycleRow, session.execute(query))
    predictions = list_predictions(session, [row.id for row in rows])
    behind = behind_of(session, actor, {row.id: row.team_id for row in rows})
    stages = _stages(session, [row.id for row in rows], end)
    lines = []
    for row in rows:
        stage = stages.get(row.id, row.stage)
        first = next(iter(predictions.get(row.id, [])), None)
        line = line_of(0, first) if first else None
        is_told = stage in {"study", "act", "closed"}
        result = (instead_of(first, behind[row.id]) or line.result) if first and line and is_told else ""
        when = row.ends_on if stage == "do" else None
        lines.append(
            CycleLine(row.public_id, row.name, row.number, stage, line.expected if line else "",
                      result or (day_words(when) if when else ""))
        )  # fmt: skip
    return lines


def _stages(session: Session, cycle_ids: Sequence[int], end: datetime) -> dict[int, str]:
    """Return the stage that each cycle had at a moment, where it was taken to another since."""
    rows = session.execute(
        select(StageChange.cycle_id, StageChange.old_stage)
        .where(StageChange.cycle_id.in_(cycle_ids), StageChange.at >= end)
        .order_by(StageChange.at.desc(), StageChange.id.desc())
    )
    return {row[0]: row[1] for row in rows}  # the earliest change after the moment is read last


@dataclass(frozen=True)
class ItemLine:
    """A barrier that was open on the day, and where it was."""

    id: UUID
    number: int
    title: str
    words: str


def items_on(session: Session, actor: Actor, team_id: int, day: date) -> list[ItemLine]:
    """Return what a team had sent and was open at the end of *day*, the longest waiting first."""
    end = end_of(day, actor.time_zone)
    item = FeedbackItem
    query = (
        feedback_queries.rows_visible_to(actor)
        .where(item.team_id == team_id, item.state != "draft", item.sent_at < end)
        .where(or_(item.closed_at.is_(None), item.closed_at >= end))
        .order_by(item.sent_at, item.number)
        .limit(SHOWN)
    )
    rows = feedback_queries.rows_of(session.execute(query))
    zone, breaks = ZoneInfo(actor.time_zone), breaks_of(session, actor.network_id)
    return [
        ItemLine(row.public_id, row.number, row.title, _where(row, day, end, zone, breaks)) for row in rows
    ]


def _where(row: ItemRow, day: date, end: datetime, zone: ZoneInfo, breaks: Breaks) -> str:
    """Return where an item was on a day; of an earlier day only what is kept of it: that it waited."""
    sent = row.sent_at.astimezone(zone).date() if row.sent_at else day
    if row.answered_at is not None and row.answered_at < end:
        return _("answered, and waits for this team’s word.")
    if row.due_on is not None and row.holder:
        if late := late_by(row.due_on, day, breaks):
            return ngettext(
                "with %(holder)s, %(count)s day past promise.",
                "with %(holder)s, %(count)s days past promise.",
                late,
                holder=row.holder,
            )
        return _("with %(holder)s, day %(day)s of %(all)s.", holder=row.holder,
                 day=max(0, breaks.between(sent, day)), all=breaks.between(sent, row.due_on))  # fmt: skip
    return _("sent on %(day)s.", day=day_words(sent))


@dataclass(frozen=True)
class Coming:
    """Something that comes after the day, with its date."""

    on: date
    words: str


def what_comes(
    parts: Sequence[PartRow],
    meetings: Sequence[Meeting],
    milestones: Sequence[tuple[date | None, str, Standing]],
    day: date,
) -> list[Coming]:
    """Return the next touchpoints, steps and milestones after *day*, earliest first."""
    found = [Coming(m.held_on, m.title or _("Touchpoint of the team")) for m in meetings if m.held_on > day][
        :2
    ]
    steps = [p for p in parts if p.kind == "step" and p.due_on and p.due_on > day and p.done_on is None]
    found += [Coming(p.due_on, f"{p.text} ({p.more})" if p.more else p.text) for p in steps if p.due_on]
    found += [
        Coming(on, name) for on, name, standing in milestones if on and on > day and not standing.reached_on
    ]
    return sorted(found, key=lambda each: (each.on, each.words))[:SHOWN]
