"""Writing what a cycle holds: starting one, saving any stage as a draft, the quick log.

Callers hand in the session and decide when to commit. Taking a cycle from step to step is in
``step_services``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cycles import rules
from cycles.models import ChangeIdea, Cycle, CycleMilestone, Prediction, Ramp, StageChange
from cycles.moves import Place
from cycles.predictions import judge, measured
from cycles.queries import expectation_of as expectation_of
from cycles.queries import live as live
from cycles.rules import Facts, Guess, Stage
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _

PLAN_FIELDS = (
    "title",
    "aim",
    "how_known",
    "change",
    "what",
    "who",
    "where",
    "scale",
    "scale_size",
    "data_to_collect",
    "data_who",
    "data_rhythm",
    "measure_id",
    "who_helped",
    "who_left_out",
    "starts_on",
    "ends_on",
    "learning_so_far",
)
DO_FIELDS = ("carried_out", "departures", "observations", "surprises", "began_on", "ended_on")
STUDY_FIELDS = ("learned", "worked_for", "not_for")
ACT_FIELDS = ("decision", "next_step")
FIELDS: Mapping[Stage, tuple[str, ...]] = {
    Stage.PLAN: PLAN_FIELDS,
    Stage.DO: DO_FIELDS,
    Stage.STUDY: STUDY_FIELDS,
    Stage.ACT: ACT_FIELDS,
}
DEGREES = ("belief", "cost_of_failure", "readiness")


@dataclass(frozen=True)
class Written:
    """One prediction as a form sends it; ``None`` means that the form did not hold the field."""

    id: UUID | None = None
    question: str | None = None
    expected: str | None = None
    because: str | None = None
    number: float | None = None
    low: float | None = None
    high: float | None = None
    out_of: float | None = None
    unit: str | None = None
    later: str | None = None
    result: str | None = None
    result_number: float | None = None
    result_of: float | None = None
    verdict: str | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all was typed."""
        values = [getattr(self, field.name) for field in fields(self) if field.name not in {"id", "unit"}]
        return not any(str(value).strip() for value in values if value is not None)


EXPECTED = ("question", "expected", "because", "unit")
NUMBERS = ("number", "low", "high", "out_of")


def local_day(at: datetime, by: Actor) -> date:
    """Return the civil date of *at* in the actor's network."""
    return at.astimezone(ZoneInfo(by.time_zone)).date()


def has_begun(cycle: Cycle) -> bool:
    """Say whether Do ever began. A prediction that was locked once tells it, also of a cycle that never
    ran.
    """
    if cycle.began_on is not None or any(each.locked_at is not None for each in live(cycle)):
        return True
    return cycle.outcome == rules.Outcome.DONE or cycle.stage in {Stage.DO, Stage.STUDY, Stage.ACT}


def place_of(cycle: Cycle) -> Place:
    """Return where a cycle stands, as the rules of its moves look at it."""
    return Place(Stage(cycle.stage), cycle.outcome or "", has_begun(cycle))


# ---------------------------------------------------------------- facts for the rules


def guess_of(prediction: Prediction) -> Guess:
    """Return what the rules look at in a prediction."""
    return Guess(
        prediction.question or "",
        prediction.expected or "",
        prediction.number,
        prediction.low,
        prediction.high,
        prediction.result or "",
        prediction.result_number,
        prediction.verdict or "",
    )


def facts_of(session: Session, cycle: Cycle) -> Facts:
    """Return what the rules look at in a cycle; one statement for its milestones."""
    session.flush()
    milestones = session.scalar(
        select(func.count()).select_from(CycleMilestone).where(CycleMilestone.cycle_id == cycle.id)
    )
    plain = (
        "aim",
        "change",
        "who",
        "scale",
        "carried_out",
        "departures",
        "observations",
        "learned",
        "decision",
        "next_step",
    )
    return Facts(
        stage=Stage(cycle.stage),
        is_quick=cycle.is_quick,
        milestones=int(milestones or 0),
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        predictions=tuple(guess_of(prediction) for prediction in live(cycle)),
        **{name: getattr(cycle, name) or "" for name in plain},
    )


# ---------------------------------------------------------------- starting


def start(
    session: Session,
    *,
    team_id: int,
    milestone_ids: Iterable[int],
    change: str,
    by: Actor,
    at: datetime,
    ramp: Ramp | None = None,
    idea: ChangeIdea | None = None,
    **columns: Any,
) -> Cycle:
    """Start the plan of a cycle, as a draft.

    Args:
        milestone_ids: milestones of the same team; none is fine for a draft.
        change: what is tried; it also names a new idea where neither *ramp* nor *idea* is given.
        ramp: the ramp it goes on; else the team's ramp of *idea*, or a new one.
        columns: further columns of the plan.

    Raises:
        InputError: there is neither a change nor a ramp nor an idea to test.
    """
    change = change.strip() or (ramp.title if ramp else idea.title if idea else "")
    if not change:
        raise InputError(_("Say what you will try."), {"change": _("Say what you will try.")})
    ramp = ramp or _ramp_of(session, team_id, idea or _new_idea(session, team_id, change, by))
    columns = {"title": ramp.title, **columns}
    cycle = Cycle(
        network_id=ramp.network_id,
        team_id=team_id,
        ramp_id=ramp.id,
        number=next_number(session, ramp),
        change=change,
        stage=Stage.PLAN.value,
        is_draft=True,
        **columns,
    )
    session.add(cycle)
    session.flush()
    set_milestones(session, cycle, milestone_ids)
    return cycle


def _new_idea(session: Session, team_id: int, change: str, by: Actor) -> ChangeIdea:
    title = change.splitlines()[0].strip()[:200]
    idea = ChangeIdea(network_id=by.network_id, team_id=team_id, title=title, description=change)
    session.add(idea)
    session.flush()
    return idea


def _ramp_of(session: Session, team_id: int, idea: ChangeIdea) -> Ramp:
    found = session.scalars(
        select(Ramp)
        .where(Ramp.team_id == team_id, Ramp.idea_id == idea.id, Ramp.deleted_at.is_(None))
        .order_by(Ramp.id.desc())
        .limit(1)
    ).first()
    if found is not None:
        return found
    ramp = Ramp(network_id=idea.network_id, team_id=team_id, idea_id=idea.id, title=idea.title)
    session.add(ramp)
    session.flush()
    return ramp


def next_number(session: Session, ramp: Ramp) -> int:
    """Return the number of the ramp's next cycle; the ramp stays locked until the end of the transaction."""
    session.execute(select(Ramp.id).where(Ramp.id == ramp.id).with_for_update())
    highest = session.scalar(select(func.max(Cycle.number)).where(Cycle.ramp_id == ramp.id))
    return int(highest or 0) + 1


def set_milestones(session: Session, cycle: Cycle, milestone_ids: Iterable[int]) -> None:
    """Let the cycle serve exactly these milestones."""
    wanted = set(milestone_ids)
    query = select(CycleMilestone.milestone_id).where(CycleMilestone.cycle_id == cycle.id)
    present = set(session.scalars(query))
    if gone := present - wanted:
        session.execute(
            delete(CycleMilestone).where(
                CycleMilestone.cycle_id == cycle.id, CycleMilestone.milestone_id.in_(gone)
            )
        )
    session.add_all(
        CycleMilestone(network_id=cycle.network_id, cycle_id=cycle.id, milestone_id=number)
        for number in sorted(wanted - present)
    )


# ---------------------------------------------------------------- saving


def save(
    session: Session,
    cycle: Cycle,
    step: Stage,
    values: Mapping[str, Any],
    predictions: Sequence[Written] = (),
    milestone_ids: Iterable[int] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keep what was typed for one stage. Nothing is required; what the stage does not hold is left alone.

    Predictions are taken as they come until Do begins. From then on they are locked: only second thoughts and
    results are kept, beside what was predicted.
    """
    for name in FIELDS[step]:
        if name in values:
            setattr(cycle, name, _clean(values[name], cycle, name))
    if milestone_ids is not None:
        set_milestones(session, cycle, milestone_ids)
    _save_predictions(session, cycle, predictions)
    if cycle.ramp is not None:
        for name in DEGREES:
            if values.get(name):
                setattr(cycle.ramp, name, values[name])
    if cycle.is_quick and not rules.missing(Stage.PLAN, _as_full(facts_of(session, cycle))):
        cycle.is_quick = False
    cycle.updated_at = at  # so that a change of predictions alone is a new version of the cycle too
    session.flush()


def _clean(value: Any, cycle: Cycle, name: str) -> Any:
    if isinstance(value, str):
        return value.strip()
    if value is None and isinstance(getattr(cycle, name), str):
        return ""
    return value


def _as_full(facts: Facts) -> Facts:
    return Facts(**{**facts.__dict__, "is_quick": False})


def _save_predictions(session: Session, cycle: Cycle, written: Sequence[Written]) -> None:
    known = {prediction.public_id: prediction for prediction in live(cycle)}
    may_predict = place_of(cycle).predicts
    for position, line in enumerate(written):
        prediction = known.get(line.id) if line.id else None
        if prediction is None:
            if line.is_empty or not may_predict:
                continue
            prediction = Prediction(network_id=cycle.network_id, position=position)
            cycle.predictions.append(prediction)
        if may_predict:
            _expect(prediction, line)
        _result(prediction, line)


def _expect(prediction: Prediction, line: Written) -> None:
    """Take the expectation over; a prediction whose words were all cleared is taken out."""
    if line.question is None and line.expected is None:
        return
    for name in EXPECTED:
        setattr(prediction, name, (getattr(line, name) or "").strip())
    for name in NUMBERS:
        setattr(prediction, name, getattr(line, name))
    if guess_of(prediction).is_empty and prediction.id is not None:
        prediction.deleted_at = prediction.updated_at


def _result(prediction: Prediction, line: Written) -> None:
    if line.later is not None:
        prediction.later = line.later.strip()
    if line.result is None and line.verdict is None and line.result_number is None:
        return
    prediction.result = (line.result or "").strip()
    prediction.result_number = line.result_number
    prediction.result_of = line.result_of
    prediction.verdict = verdict_for(prediction, line.verdict or "")


def verdict_for(prediction: Prediction, chosen: str) -> str:
    """Return the verdict: computed where number and result can be compared, else the one that was chosen."""
    expected = expectation_of(prediction)
    result = measured(prediction.result_number, prediction.result_of or prediction.out_of, expected)
    if result is not None and not expected.is_empty:
        return judge(expected, result).verdict.value
    return chosen


# ---------------------------------------------------------------- stages


def begin(cycle: Cycle, day: date, at: datetime) -> None:
    """Let Do begin: the cycle is no draft any more and its predictions are locked."""
    cycle.is_draft = False
    cycle.began_on = cycle.began_on or day
    for prediction in live(cycle):
        prediction.locked_at = prediction.locked_at or at


def note_move(session: Session, cycle: Cycle, to: Stage, *, by: Actor, at: datetime, why: str = "") -> None:
    """Take the cycle to another stage and keep who did it, when and why."""
    session.add(
        StageChange(
            network_id=cycle.network_id,
            cycle_id=cycle.id,
            user_id=by.user_id,
            old_stage=str(cycle.stage),
            new_stage=to.value,
            why=why,
            at=at,
        )
    )
    cycle.stage = to.value
