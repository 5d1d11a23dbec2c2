"""Tables of change ideas, drivers, ramps and PDSA cycles."""

from datetime import date, datetime

from sqlalchemy import Date, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from measures.models import Measure
from nic_platform.database import Base, Edited, Tenant, UtcDateTime
from teams.models import Team


class Driver(Tenant, Edited, Base):
    """A primary driver of the network's aim, or, with a parent, a secondary one."""

    __tablename__ = "driver"
    __audited__ = "driver"

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")


class ChangeIdea(Tenant, Edited, Base):
    """A change that teams may test. ``team_id`` is the team it came from; it belongs to the network's
    library when shared."""

    __tablename__ = "change_idea"
    __audited__ = "change_idea"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    adopted_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_idea.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    core_parts: Mapped[str] = mapped_column(Text, default="")
    adaptable_parts: Mapped[str] = mapped_column(Text, default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("measure.id", ondelete="SET NULL"), index=True
    )  # by what it is judged
    external_evidence: Mapped[str] = mapped_column(
        Text, default=""
    )  # studies from elsewhere, with their addresses
    evidence_rung: Mapped[str] = mapped_column(
        String(12), default=""
    )  # of those studies, as the network reads them
    adapted: Mapped[str] = mapped_column(
        Text, default=""
    )  # what this version changed in the one it came from


class IdeaDriver(Tenant, Base):
    """Which driver an idea works on, and how strongly."""

    __tablename__ = "idea_driver"
    __table_args__ = (UniqueConstraint("idea_id", "driver_id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("change_idea.id", ondelete="CASCADE"))
    driver_id: Mapped[int] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    is_strong: Mapped[bool] = mapped_column(default=True)


class TheoryMeasure(Tenant, Base):
    """A measure that tells whether a driver moves, or, without a driver, whether the aim does."""

    __tablename__ = "theory_measure"
    __table_args__ = (UniqueConstraint("network_id", "driver_id", "measure_id"),)

    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"), index=True)


class TheoryChange(Tenant, Base):
    """One revision of a network's aim or theory: what was changed, from what to what, by whom and why."""

    __tablename__ = "theory_change"
    __table_args__ = (Index("ix_theory_change_when", "network_id", "at"),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(20))  # aim, driver, idea, measure
    name: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")


class Ramp(Tenant, Edited, Base):
    """The tree of cycles in which one team tests one change idea."""

    __tablename__ = "ramp"
    __audited__ = "ramp"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("change_idea.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    belief: Mapped[str] = mapped_column(String(10), default="")  # low, medium, high
    cost_of_failure: Mapped[str] = mapped_column(String(10), default="")
    readiness: Mapped[str] = mapped_column(String(10), default="")

    idea: Mapped[ChangeIdea] = relationship()


class Cycle(Tenant, Edited, Base):
    """One plan-do-study-act cycle of one team. A draft until Do first begins."""

    __tablename__ = "cycle"
    __table_args__ = (
        Index("ix_cycle_team_stage", "team_id", "stage", "ends_on"),
        Index("ix_cycle_started", "network_id", "starts_on"),
    )
    __audited__ = "cycle"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    ramp_id: Mapped[int | None] = mapped_column(ForeignKey("ramp.id", ondelete="SET NULL"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id", ondelete="SET NULL"), index=True)
    number: Mapped[int] = mapped_column(default=1)  # within its ramp
    title: Mapped[str] = mapped_column(String(200), default="")
    stage: Mapped[str] = mapped_column(String(10), default="plan")  # plan, do, study, act, closed
    outcome: Mapped[str] = mapped_column(String(12), default="")  # how it closed: done, not_run, abandoned
    is_draft: Mapped[bool] = mapped_column(default=True)
    is_quick: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool] = mapped_column(default=False)
    # the three questions and the plan
    aim: Mapped[str] = mapped_column(Text, default="")
    how_known: Mapped[str] = mapped_column(Text, default="")
    change: Mapped[str] = mapped_column(Text, default="")
    learning_so_far: Mapped[str] = mapped_column(Text, default="")  # carried forward from the cycle before
    who_helped: Mapped[str] = mapped_column(Text, default="")
    who_left_out: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[str] = mapped_column(Text, default="")
    who: Mapped[str] = mapped_column(String(200), default="")
    where: Mapped[str] = mapped_column(String(200), default="")
    scale: Mapped[str] = mapped_column(
        String(20), default=""
    )  # lesson, teacher, grade, school, schools, district, state
    scale_size: Mapped[int | None]  # how many teachers (or the scale's own unit)
    data_to_collect: Mapped[str] = mapped_column(Text, default="")
    data_who: Mapped[str] = mapped_column(String(200), default="")  # who collects it
    data_rhythm: Mapped[str] = mapped_column(String(24), default="")  # how often; a measure's Rhythm
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id", ondelete="SET NULL"), index=True)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    # do
    carried_out: Mapped[str] = mapped_column(String(10), default="")  # planned, partly, not
    departures: Mapped[str] = mapped_column(Text, default="")  # what was done otherwise than planned
    observations: Mapped[str] = mapped_column(Text, default="")
    surprises: Mapped[str] = mapped_column(Text, default="")
    began_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    # study
    learned: Mapped[str] = mapped_column(Text, default="")
    worked_for: Mapped[str] = mapped_column(Text, default="")
    not_for: Mapped[str] = mapped_column(Text, default="")
    # act
    decision: Mapped[str] = mapped_column(String(12), default="")  # adopt, adapt, abandon, test_again
    next_step: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was not run or given up
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    team: Mapped[Team] = relationship()
    ramp: Mapped[Ramp | None] = relationship()
    measure: Mapped[Measure | None] = relationship()
    predictions: Mapped[list["Prediction"]] = relationship(
        back_populates="cycle", order_by="Prediction.position"
    )


class CycleTask(Tenant, Edited, Base):
    """One thing that somebody has to do so that the test can run."""

    __tablename__ = "cycle_task"
    __audited__ = "cycle_task"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)


class CycleMilestone(Tenant, Base):
    """Which milestones a cycle is for."""

    __tablename__ = "cycle_milestone"
    __table_args__ = (UniqueConstraint("cycle_id", "milestone_id"),)

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id", ondelete="CASCADE"), index=True)


class Prediction(Tenant, Edited, Base):
    """A question with what the team expects; locked when Do begins, later changes kept beside it."""

    __tablename__ = "prediction"
    __audited__ = "prediction"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    question: Mapped[str] = mapped_column(String(500), default="")
    expected: Mapped[str] = mapped_column(String(500), default="")
    because: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[float | None] = mapped_column(Float)
    low: Mapped[float | None] = mapped_column(Float)
    high: Mapped[float | None] = mapped_column(Float)
    out_of: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(30), default="")
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    later: Mapped[str] = mapped_column(Text, default="")  # second thoughts after the lock
    result: Mapped[str] = mapped_column(String(500), default="")
    result_number: Mapped[float | None] = mapped_column(Float)
    result_of: Mapped[float | None] = mapped_column(Float)  # its own total, if not out_of
    verdict: Mapped[str] = mapped_column(String(12), default="")  # held, partly, not_held, unclear

    cycle: Mapped[Cycle] = relationship(back_populates="predictions")


class StageChange(Tenant, Base):
    """Who took a cycle to which stage, when, and why when it went back."""

    __tablename__ = "cycle_stage_change"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    old_stage: Mapped[str] = mapped_column(String(10))
    new_stage: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CycleNote(Tenant, Edited, Base):
    """A comment on a cycle; coaches may write these and nothing else."""

    __tablename__ = "cycle_note"
    __audited__ = "cycle_note"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str] = mapped_column(Text)
