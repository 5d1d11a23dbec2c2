"""Keeping a whole small test at once; it lands in the columns of the full form, so it can grow at any
later time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cycles import rules
from cycles.models import Cycle, Prediction, Ramp
from cycles.rules import Stage
from cycles.services import begin, facts_of, local_day, note_move, start
from nic_platform.actor import Actor
from nic_platform.text import _


def quick_log(
    session: Session,
    log: rules.QuickLog,
    *,
    team_id: int,
    milestone_id: int,
    by: Actor,
    at: datetime,
    ramp: Ramp | None = None,
    happened_on: date | None = None,
) -> Cycle:
    """Keep a whole small test at once. It lands in the same columns as the full form, at the stage it
    reached.

    Raises:
        InputError: there is no change.
    """
    columns, guess = rules.to_full(log)
    today = happened_on or local_day(at, by)
    more: dict[str, Any] = {**columns, "is_quick": True, "starts_on": today, "ends_on": today}
    cycle = start(
        session,
        team_id=team_id,
        milestone_ids=[milestone_id],
        change=more.pop("change"),
        ramp=ramp,
        by=by,
        at=at,
        **more,
    )
    if guess.predicts or guess.is_answered:
        cycle.predictions.append(
            Prediction(
                network_id=cycle.network_id,
                expected=guess.expected.strip(),
                result=guess.result.strip(),
                verdict=guess.verdict,
            )
        )
    reached = rules.reached(facts_of(session, cycle))
    if reached is not Stage.PLAN:
        _jump(session, cycle, reached, by=by, at=at, day=today)
    session.flush()
    return cycle


def _jump(session: Session, cycle: Cycle, to: Stage, *, by: Actor, at: datetime, day: date) -> None:
    begin(cycle, day, at)
    if to.rank > Stage.DO.rank:
        cycle.ended_on = day
    if to is Stage.CLOSED:
        cycle.outcome, cycle.closed_at = rules.Outcome.DONE.value, at
    note_move(session, cycle, to, by=by, at=at, why=_("Quick log"))
