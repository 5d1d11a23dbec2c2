"""Tells other systems which milestones were met or missed. Both are derived, so a round looks for them.

A milestone is told of when it stands otherwise today than on the day of the last round. Only those are
looked at whose date came, or whose measure was counted, since then.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from interchange.models import WebhookDelivery
from interchange.telling_services import Hook, hooks_of, tell
from interchange.webhook_rules import Happening, wants
from measures.models import Measurement
from milestones.models import Milestone
from milestones.rules import REACHED, Status
from milestones.status_queries import statuses
from nic_platform import clock
from nic_platform.tables import Schedule
from teams.models import Team

MET, MISSED = "milestone.met", "milestone.missed"
_OFF = frozenset({Status.MISSED, Status.NOT_MEASURED})
PIECE = 500


def tell_of_milestones(current: Session, network_id: int, time_zone: str, at: datetime) -> int:
    """Write a message for each milestone that was met or missed since the last round; return how many.

    Harmless when repeated: a milestone is told of once for each time it comes to stand so.
    """
    hooks = [hook for hook in hooks_of(current, [network_id])[network_id] if wants(hook.events, MET)]
    today = clock.today(time_zone)
    since = _last_round(current, network_id, today, time_zone, at)
    if not hooks:
        return 0
    rows = _candidates(
        current, network_id, since, today, datetime.combine(since, datetime.min.time(), ZoneInfo(time_zone))
    )
    told = 0
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        numbers = [number for number, *_rest in piece]
        before = statuses(current, numbers, since - timedelta(days=1), time_zone)
        now = statuses(current, numbers, today, time_zone)
        for number, public_id, team, due_on in piece:
            event = _event(before[number].status, now[number].status)
            if event == MISSED and due_on is not None and due_on >= today:
                continue  # its day is not over: what is counted in the afternoon may still meet it
            if event is not None:
                happening = Happening(
                    event,
                    "milestone",
                    public_id,
                    {"team_id": str(team), "day": today.isoformat()},
                    network_id,
                )
                told += _tell_once(current, happening, hooks, since, time_zone)
    return told


def _event(before: Status, now: Status) -> str | None:
    if now in REACHED and before not in REACHED:
        return MET
    return MISSED if now in _OFF and before not in _OFF else None


def _last_round(current: Session, network_id: int, today: date, time_zone: str, at: datetime) -> date:
    """Return the day of the last round, at most a month ago, and note that this one was made."""
    name = f"webhook milestones {network_id}"
    row = current.get(Schedule, name)
    if row is None:
        current.add(Schedule(name=name, last_run_at=at))
        return today
    last = row.last_run_at.astimezone(ZoneInfo(time_zone)).date() if row.last_run_at else today
    row.last_run_at = at
    return min(max(last, today - timedelta(days=31)), today)


def _candidates(
    current: Session, network_id: int, since: date, today: date, moment: datetime
) -> Sequence[Any]:
    counted = exists().where(
        Measurement.measure_id == Milestone.measure_id, Measurement.team_id == Milestone.team_id,
        Measurement.recorded_at >= moment,
    )  # fmt: skip
    came = Milestone.due_on.between(since - timedelta(days=1), today)
    return current.execute(
        select(Milestone.id, Milestone.public_id, Team.public_id, Milestone.due_on)
        .join(Team, Team.id == Milestone.team_id)
        .where(
            Milestone.network_id == network_id, Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False)
        )
        .where(or_(came, counted))
        .order_by(Milestone.id)
    ).all()


def _tell_once(current: Session, happening: Happening, hooks: list[Hook], since: date, time_zone: str) -> int:
    begin = datetime.combine(since, datetime.min.time(), ZoneInfo(time_zone))
    known = set(
        current.scalars(
            select(WebhookDelivery.webhook_id).where(
                WebhookDelivery.webhook_id.in_([hook.id for hook in hooks]),
                WebhookDelivery.object_id == happening.object_id, WebhookDelivery.event == happening.event,
                WebhookDelivery.created_at >= begin,
            )
        )
    )  # fmt: skip
    fresh = [hook for hook in hooks if hook.id not in known]
    tell(current, happening, fresh)
    return len(fresh)
