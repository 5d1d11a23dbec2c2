"""Keeping a small test: word by word while it is typed, then logged as a whole.

It lands in the columns of the full form, so it can grow at any later time. While it is typed it is a draft
under a name that its page was given (``draft_id``): saving it twice is saving it once, however often a phone
sends it.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles import rules
from cycles.models import Cycle, CycleMilestone, Prediction, Ramp
from cycles.queries import live
from cycles.rules import Guess, Outcome, Stage
from cycles.services import begin, facts_of, local_day, next_number, note_move, set_milestones, start
from cycles.step_services import CARRIED_ON, learning_of
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _

ONE_SAVE = timedelta(seconds=5)
"""No longer apart are a draft and the ramp that began with it."""


@dataclass(frozen=True)
class Small:
    """A small test as its form holds it; without ``happened_on`` it is of today."""

    log: rules.QuickLog
    team_id: int
    milestone_id: int | None = None
    ramp: Ramp | None = None
    happened_on: date | None = None
    scale: str = ""  # empty: as large as the last test of the ramp


def quick_log(
    session: Session, small: Small, *, by: Actor, at: datetime, draft_id: UUID | None = None
) -> Cycle:
    """Log a small test at the stage that it reached. Logged twice with the same words, it is there once.

    Raises:
        InputError: there is no change; or it was logged already, and with other words.
    """
    cycle = find_draft(session, draft_id, small.team_id, by)
    if cycle is not None and not is_open(cycle):
        if _same(written(cycle), small.log):
            return cycle
        said = _("This test was logged already. Open it under Cycles to add to it.")
        raise InputError(said, {"change": said})
    cycle = keep(session, small, cycle, by=by, at=at, draft_id=draft_id)
    reached = rules.reached(facts_of(session, cycle))
    if reached is not Stage.PLAN:
        _jump(session, cycle, reached, by=by, at=at, day=cycle.starts_on or local_day(at, by))
    session.flush()
    return cycle


def find_draft(session: Session, draft_id: UUID | None, team_id: int, by: Actor) -> Cycle | None:
    """Return the quick log that began under that name in the team, logged by now or not.

    Raises:
        AbsentError: it was deleted, or the name is another team's.
    """
    if draft_id is None:
        return None
    found = session.scalars(select(Cycle).where(Cycle.public_id == draft_id)).one_or_none()
    if found is not None and (
        found.team_id != team_id or found.network_id != by.network_id or found.deleted_at
    ):
        raise AbsentError(_("This test was deleted. Copy your words and log it anew."))
    return found


def is_open(cycle: Cycle) -> bool:
    """Say whether a quick log is still being typed."""
    return bool(cycle.is_quick and cycle.is_draft and cycle.stage == Stage.PLAN and not cycle.outcome)


def keep(
    session: Session,
    small: Small,
    cycle: Cycle | None,
    *,
    by: Actor,
    at: datetime,
    draft_id: UUID | None = None,
) -> Cycle:
    """Keep what is typed by now; the first time a draft begins, under the name *draft_id*.

    Raises:
        InputError: nobody said yet what was changed.
    """
    columns, guess = rules.to_full(small.log)
    today = small.happened_on or local_day(at, by)
    more: dict[str, Any] = {**columns, "is_quick": True, "starts_on": today, "ends_on": today}
    served = [] if small.milestone_id is None else [small.milestone_id]
    if cycle is None:
        more |= {} if draft_id is None else {"public_id": draft_id}
        more |= _carried(session, small.ramp)
        more |= {"scale": small.scale} if small.scale else {}
        cycle = start(
            session, team_id=small.team_id, milestone_ids=served, change=more.pop("change"), ramp=small.ramp,
            by=by, at=at, **more,
        )  # fmt: skip
    else:
        more["change"] = more["change"].strip() or cycle.change
        _rename(session, cycle, small.ramp, more["change"], at)
        more["scale"] = small.scale or cycle.scale
        for name, value in more.items():
            setattr(cycle, name, value)
        set_milestones(session, cycle, served)
        cycle.updated_at = at
    _predict(cycle, guess)
    session.flush()
    return cycle


def _predict(cycle: Cycle, guess: Guess) -> None:
    """Let the one prediction of a quick log say what it says now."""
    prediction = next(iter(live(cycle)), None)
    if prediction is None:
        if not (guess.predicts or guess.is_answered):
            return
        prediction = Prediction(network_id=cycle.network_id)
        cycle.predictions.append(prediction)
    prediction.expected = guess.expected.strip()
    prediction.result = guess.result.strip()
    prediction.verdict = guess.verdict


# ---------------------------------------------------------------- its ramp and idea while it is typed


def is_own_ramp(session: Session, cycle: Cycle) -> bool:
    """Say whether the ramp began with this draft, and holds nothing else."""
    ramp = cycle.ramp
    if ramp is None or cycle.created_at - ramp.created_at > ONE_SAVE:
        return False
    others = select(func.count()).select_from(Cycle).where(Cycle.ramp_id == ramp.id, Cycle.id != cycle.id)
    return not session.scalar(others)


def _carried(session: Session, ramp: Ramp | None) -> dict[str, Any]:
    """Return what a small test takes over from the last one of its ramp, so that nobody types it again."""
    if ramp is None:
        return {}
    before = last_done(session, ramp)
    if before is None:
        return {}
    kept = {name: getattr(before, name) for name in CARRIED_ON if name != "title"}
    return {**kept, "parent_id": before.id, "learning_so_far": learning_of(before)}


def last_done(session: Session, ramp: Ramp) -> Cycle | None:
    """Return the last test of a ramp that was carried through, which the next one goes on from."""
    query = select(Cycle).where(
        Cycle.ramp_id == ramp.id, Cycle.deleted_at.is_(None), Cycle.outcome == Outcome.DONE.value
    )
    return session.scalars(query.order_by(Cycle.number.desc()).limit(1)).first()


def _rename(session: Session, cycle: Cycle, chosen: Ramp | None, change: str, at: datetime) -> None:
    """Let ramp and idea follow the words, which began as half of them; or take the cycle to a known ramp."""
    own = is_own_ramp(session, cycle)
    if chosen is not None and chosen.id != cycle.ramp_id:
        left = cycle.ramp
        cycle.ramp, cycle.number = chosen, next_number(session, chosen)
        for name, value in _carried(session, chosen).items():
            setattr(cycle, name, value)
        cycle.title = chosen.title
        session.flush()
        if own and left is not None:
            left.deleted_at = left.idea.deleted_at = at
        return
    if own and chosen is None and cycle.ramp is not None:
        title = change.splitlines()[0].strip()[:200]
        cycle.ramp.title = cycle.ramp.idea.title = cycle.title = title
        cycle.ramp.idea.description = change


# ---------------------------------------------------------------- reading it back


def written(cycle: Cycle) -> rules.QuickLog:
    """Return a quick log as its form holds it; the way back from :func:`keep`."""
    prediction = next(iter(live(cycle)), None)
    guess = Guess(expected=prediction.expected, verdict=prediction.verdict) if prediction else Guess()
    names = ("change", "observations", "learned", "decision")
    return rules.to_quick({name: getattr(cycle, name) or "" for name in names}, guess)


def _same(one: rules.QuickLog, other: rules.QuickLog) -> bool:
    names = [field.name for field in fields(rules.QuickLog) if field.name != "learned"]
    return all(_plain(getattr(one, name)) == _plain(getattr(other, name)) for name in names)


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").strip()


def served_by(session: Session, cycle: Cycle) -> int | None:
    """Return the milestone that a quick log serves, if one was picked."""
    return session.scalar(
        select(CycleMilestone.milestone_id).where(CycleMilestone.cycle_id == cycle.id).limit(1)
    )


def _jump(session: Session, cycle: Cycle, to: Stage, *, by: Actor, at: datetime, day: date) -> None:
    begin(cycle, day, at)
    if to.rank > Stage.DO.rank:
        cycle.ended_on = day
    if to is Stage.CLOSED:
        cycle.outcome, cycle.closed_at = rules.Outcome.DONE.value, at
    note_move(session, cycle, to, by=by, at=at, why=_("Quick log"))
