"""Taking a cycle from step to step: on, back, to its end, and on to the next cycle of its ramp."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import moves, rules, task_services
from cycles.models import Cycle, CycleMilestone, CycleNote, Prediction
from cycles.rules import Outcome, Stage
from cycles.services import (
    PLAN_FIELDS,
    begin,
    facts_of,
    live,
    local_day,
    next_number,
    note_move,
    place_of,
    set_milestones,
)
from nic_platform import notices
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _

_OWN = frozenset({"change", "starts_on", "ends_on", "learning_so_far"})
CARRIED_ON = tuple(name for name in PLAN_FIELDS if name not in _OWN)
"""What the next cycle of a ramp takes over from the plan of the last one."""


class StepError(RuleError):
    """The cycle can't be taken there from where it is; nothing was changed."""


def finish(session: Session, cycle: Cycle, step: Stage, *, by: Actor, at: datetime) -> None:
    """Finish *step*, the one the cycle stands at, and take the cycle to the next one.

    Raises:
        StepError: the cycle stands somewhere else.
        InputError: the step still lacks something; ``fields`` says what, field by field.
    """
    after = moves.finished(place_of(cycle), step)
    if after is None:
        raise StepError(
            _("This cycle stands at “%(stage)s”. Finish that step first.", stage=Stage(cycle.stage).words)
        )
    lacks = rules.missing(step, facts_of(session, cycle))
    if lacks:
        raise InputError(_("This step isn't finished yet."), lacks)
    day = local_day(at, by)
    if step is Stage.PLAN:
        begin(cycle, day, at)
    elif step is Stage.DO:
        cycle.ended_on = cycle.ended_on or day
    elif step is Stage.ACT:
        cycle.outcome, cycle.closed_at = after.outcome, at
    note_move(session, cycle, after.stage, by=by, at=at)
    session.flush()


def go_back(session: Session, cycle: Cycle, to: Stage, why: str, *, by: Actor, at: datetime) -> None:
    """Take the cycle back to an earlier stage; what was written stays, and the reason is kept.

    Raises:
        InputError: no reason was given.
        StepError: *to* does not lie before the present stage, or Do never began and it isn't the plan.
    """
    _need_reason(why)
    after = moves.gone_back(place_of(cycle), to)
    if after is None:
        raise StepError(_("A cycle can only go back to an earlier step."))
    cycle.outcome, cycle.closed_at, cycle.reason = "", None, ""
    note_move(session, cycle, to, by=by, at=at, why=why.strip())
    cycle.is_draft = after.is_draft
    session.flush()


def close_as_not_run(session: Session, cycle: Cycle, why: str, *, by: Actor, at: datetime) -> None:
    """Close a cycle that never ran, because of *why*.

    Raises:
        InputError: no reason was given.
        StepError: it ran already, or is closed.
    """
    _need_reason(why)
    if moves.not_run(place_of(cycle)) is None:
        raise StepError(_("This cycle ran. Finish it, or give it up with a reason."))
    _end(session, cycle, Outcome.NOT_RUN, why, by=by, at=at)
    cycle.began_on = None


def abandon(session: Session, cycle: Cycle, why: str, *, by: Actor, at: datetime) -> None:
    """Give a cycle up with a reason, wherever it stands.

    Raises:
        InputError: no reason was given.
        StepError: it is closed already.
    """
    _need_reason(why)
    if moves.given_up(place_of(cycle)) is None:
        raise StepError(_("This cycle is closed already."))
    _end(session, cycle, Outcome.ABANDONED, why, by=by, at=at)


def _need_reason(why: str) -> None:
    if not why.strip():
        raise InputError(_("A reason is missing."), {"why": _("Say why, in one sentence.")})


def _end(session: Session, cycle: Cycle, outcome: Outcome, why: str, *, by: Actor, at: datetime) -> None:
    cycle.outcome, cycle.reason, cycle.closed_at = outcome.value, why.strip(), at
    cycle.is_draft = False
    note_move(session, cycle, Stage.CLOSED, by=by, at=at, why=why.strip())
    session.flush()


def open_next(session: Session, cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Open the next cycle of the ramp: milestones, questions and tasks left open copied, the learning
    carried forward.

    Raises:
        StepError: the cycle is not being decided or closed, or belongs to no ramp.
    """
    if Stage(cycle.stage) not in {Stage.ACT, Stage.CLOSED} or cycle.ramp is None:
        raise StepError(_("Study this cycle first; the next one grows from what you learned."))
    following = Cycle(
        network_id=cycle.network_id,
        team_id=cycle.team_id,
        ramp_id=cycle.ramp_id,
        parent_id=cycle.id,
        number=next_number(session, cycle.ramp),
        stage=Stage.PLAN.value,
        is_draft=True,
        change=cycle.next_step or cycle.change,
        learning_so_far=learning_of(cycle),
        **{name: getattr(cycle, name) for name in CARRIED_ON},
    )
    session.add(following)
    session.flush()
    served = select(CycleMilestone.milestone_id).where(CycleMilestone.cycle_id == cycle.id)
    set_milestones(session, following, list(session.scalars(served)))
    following.predictions.extend(
        Prediction(
            network_id=cycle.network_id,
            position=each.position,
            question=each.question,
            unit=each.unit,
            out_of=each.out_of,
        )
        for each in live(cycle)
        if each.question
    )
    task_services.carry_on(session, cycle, following)
    session.flush()
    return following


def learning_of(cycle: Cycle) -> str:
    """Return what the next cycle of the ramp is to know: what was learned before this one, and in it."""
    learned = (cycle.learned or "").strip()
    fresh = _("Cycle %(number)s: %(learned)s", number=cycle.number, learned=learned) if learned else ""
    return "\n".join(part for part in ((cycle.learning_so_far or "").strip(), fresh) if part)


# ---------------------------------------------------------------- beside the steps


def share(session: Session, cycle: Cycle, shared: bool, *, is_checked: bool, by: Actor, at: datetime) -> None:
    """Let the whole network read the cycle by name, or only the team and those above it again.

    Args:
        is_checked: whether somebody says that they read it again, and that it names nobody.

    Raises:
        StepError: a draft can't be shared.
        InputError: it is to be shared, and nobody read it again.
    """
    if cycle.is_draft:
        raise StepError(_("A draft stays with the team. Begin the cycle, then share it."))
    if shared and not is_checked:
        message = _("Read the cycle again first, and say that nobody is named.")
        raise InputError(_("One thing before it is shared."), {"checked": message})
    cycle.is_shared = shared
    session.flush()


def comment(session: Session, cycle: Cycle, text: str, *, by: Actor, at: datetime) -> CycleNote:
    """Add a comment, and tell whoever wrote the cycle.

    Raises:
        InputError: nothing was written.
    """
    if not text.strip():
        raise InputError(_("The comment is empty."), {"text": _("Write your comment.")})
    note = CycleNote(
        network_id=cycle.network_id, cycle_id=cycle.id, stage=str(cycle.stage), text=text.strip()
    )
    session.add(note)
    session.flush()
    readers = {cycle.created_by_id, cycle.updated_by_id} - {by.user_id, None}
    notices.notify(
        session,
        [user for user in readers if user is not None],
        kind="cycle.note",
        subject=_("%(who)s commented on “%(cycle)s”", who=by.name, cycle=cycle.title or cycle.change),
        body=note.text,
        path=f"/cycles/{cycle.public_id}",
        network_id=cycle.network_id,
        at=at,
    )
    return note


def delete_draft(session: Session, cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Delete a draft; :func:`restore` brings it back.

    Raises:
        StepError: the cycle has begun; such a cycle is abandoned instead.
    """
    if not cycle.is_draft:
        raise StepError(_("This cycle has begun. Give it up with a reason instead."))
    cycle.deleted_at = at
    session.flush()


def restore(session: Session, cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Bring a deleted draft back."""
    cycle.deleted_at = None
    session.flush()
