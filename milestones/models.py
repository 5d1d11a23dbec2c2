"""Tables of a team's plan: priority, cause, strategy, strands, milestones, targets, steps, touchpoints."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Float, ForeignKey, Index, String, Text, Time, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from measures.models import Measure
from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime
from teams.models import Team


class Plan(Tenant, Edited, Base):
    """What one team sets out to do in one school year."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("team_id", "school_year"),)
    __audited__ = "plan"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    school_year: Mapped[str] = mapped_column(String(20))  # "2026-27"
    title: Mapped[str] = mapped_column(String(200), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)  # the whole network may read it by name
    carried_from_id: Mapped[int | None] = (
        mapped_column(  # the plan of an earlier year that this one goes on from
            ForeignKey("plan.id", ondelete="SET NULL"), index=True
        )
    )

    team: Mapped[Team] = relationship()


class Priority(Tenant, Edited, Base):
    """A performance priority: what students' results say must move."""

    __tablename__ = "priority"
    __audited__ = "priority"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")


class RootCause(Tenant, Edited, Base):
    """Why it is so: something adults can change."""

    __tablename__ = "root_cause"
    __audited__ = "root_cause"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")


class StrategyTemplate(Tenant, Edited, Base):
    """A strategy that the network offers with its strands and common milestones."""

    __tablename__ = "strategy_template"
    __audited__ = "strategy_template"

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    is_offered: Mapped[bool] = mapped_column(default=True)  # teams may adopt it


class CommonMilestone(Tenant, Edited, Base):
    """A milestone of a template; who adopts it keeps own dates and targets, and pools by its measure."""

    __tablename__ = "common_milestone"
    __audited__ = "common_milestone"

    template_id: Mapped[int] = mapped_column(
        ForeignKey("strategy_template.id", ondelete="CASCADE"), index=True
    )
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    strand: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    who: Mapped[str] = mapped_column(String(200), default="")
    what: Mapped[str] = mapped_column(String(500), default="")
    tool: Mapped[str] = mapped_column(String(200), default="")
    target: Mapped[float | None] = mapped_column(Float)
    week: Mapped[int | None]  # weeks after the school year's first day by which it is usually due
    kind: Mapped[str] = mapped_column(String(30), default="process")
    purpose: Mapped[str] = mapped_column(String(500), default="")  # in order to …
    is_deliverable: Mapped[bool] = mapped_column(default=False)
    acceptance_test: Mapped[str] = mapped_column(Text, default="")
    rhythm: Mapped[str] = mapped_column(String(20), default="weekly")


class Strategy(Tenant, Edited, Base):
    """A major improvement strategy."""

    __tablename__ = "strategy"
    __audited__ = "strategy"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    root_cause_id: Mapped[int | None] = mapped_column(
        ForeignKey("root_cause.id", ondelete="SET NULL"), index=True
    )
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("strategy_template.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    is_focused: Mapped[bool | None]  # one clear thing; none: nobody has said yet
    is_in_control: Mapped[bool | None]  # the team can do it with what it decides itself
    template_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # up to then its template is known

    plan: Mapped[Plan] = relationship()


class Strand(Tenant, Edited, Base):
    """One line of a strategy's roll-out; its milestones build on each other."""

    __tablename__ = "strand"
    __audited__ = "strand"

    strategy_id: Mapped[int] = mapped_column(ForeignKey("strategy.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(200), default="")
    follows_id: Mapped[int | None] = (
        mapped_column(  # the strand that comes before this one; none: they run side by side
            ForeignKey("strand.id", ondelete="SET NULL"), index=True
        )
    )


class BackwardsPlan(Tenant, Edited, Base):
    """How a strand's series was planned back from its final date, with the answers to the guide's questions.

    ``answers`` holds the team's own words by question: ``strands``, ``speed``, ``complexity``, ``shape``,
    ``calendar``.
    """

    __tablename__ = "backwards_plan"
    __table_args__ = (UniqueConstraint("strand_id"),)
    __audited__ = "backwards_plan"

    strand_id: Mapped[int] = mapped_column(ForeignKey("strand.id", ondelete="CASCADE"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    baseline: Mapped[float | None] = mapped_column(Float)
    target: Mapped[float | None] = mapped_column(Float)
    steps: Mapped[int] = mapped_column(default=4)
    shape: Mapped[str] = mapped_column(String(12), default="linear")
    complexity: Mapped[str] = mapped_column(String(12), default="")  # simple, some, hard
    skips_breaks: Mapped[bool] = mapped_column(default=True)
    skips_testing: Mapped[bool] = mapped_column(default=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class AgencyGoal(Tenant, Edited, Base):
    """An organisation's goal for a fiscal year; its milestones are dated deliverables or counts."""

    __tablename__ = "agency_goal"
    __audited__ = "agency_goal"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    statement: Mapped[str] = mapped_column(Text, default="")  # what will be different, for whom, by how much
    impact: Mapped[str] = mapped_column(Text, default="")  # projected impact
    leader: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class Milestone(Tenant, Edited, Base):
    """An implementation milestone: an adult action or system, with when, how, who, what and target.

    The milestones of one series share a measure; what was measured of it by the team is what each is judged
    by. All targets and baselines are in the measure's unit: per cent (0 to 100) for a proportion.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        Index("ix_milestone_due", "team_id", "due_on"),
        Index("ix_milestone_measure", "measure_id", "team_id"),
    )
    __audited__ = "milestone"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    strand_id: Mapped[int | None] = mapped_column(ForeignKey("strand.id", ondelete="SET NULL"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    common_milestone_id: Mapped[int | None] = mapped_column(
        ForeignKey("common_milestone.id", ondelete="SET NULL"), index=True
    )
    goal_id: Mapped[int | None] = mapped_column(  # the agency goal it belongs to, in place of a strand
        ForeignKey("agency_goal.id", ondelete="SET NULL"), index=True
    )
    tool_id: Mapped[int | None] = mapped_column(
        ForeignKey("observation_tool.id", ondelete="SET NULL"), index=True
    )
    carried_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("milestone.id", ondelete="SET NULL"), index=True
    )
    is_draft: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(30), default="process")
    name: Mapped[str] = mapped_column(String(200), default="")  # short name for boards and lists
    due_on: Mapped[date | None] = mapped_column(Date)
    begins_on: Mapped[date | None] = mapped_column(Date)
    frequency: Mapped[str] = mapped_column(String(80), default="")
    tool: Mapped[str] = mapped_column(String(200), default="")
    who: Mapped[str] = mapped_column(String(200), default="")
    what: Mapped[str] = mapped_column(String(500), default="")
    target: Mapped[float | None] = mapped_column(Float)
    baseline: Mapped[float | None] = mapped_column(Float)
    population: Mapped[int | None]
    is_deliverable: Mapped[bool] = mapped_column(default=False)
    acceptance_test: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(500), default="")  # in order to …
    shape: Mapped[str] = mapped_column(String(12), default="")  # linear, quick, slow; empty = stairs
    rhythm: Mapped[str] = mapped_column(String(20), default="weekly")
    collector: Mapped[str] = mapped_column(String(120), default="")
    monitor_until: Mapped[date | None] = mapped_column(Date)

    measure: Mapped[Measure | None] = relationship()
    plan: Mapped[Plan] = relationship()


class MilestoneChange(Tenant, Base):
    """An adjustment of a milestone's date or target: the earlier step line stays visible."""

    __tablename__ = "milestone_change"

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    why: Mapped[str] = mapped_column(String(500), default="")
    old_due_on: Mapped[date | None] = mapped_column(Date)
    new_due_on: Mapped[date | None] = mapped_column(Date)
    old_target: Mapped[float | None] = mapped_column(Float)
    new_target: Mapped[float | None] = mapped_column(Float)


class InterimTarget(Tenant, Edited, Base):
    """A student outcome with target and date; measured like a milestone, by its measure and team."""

    __tablename__ = "interim_target"
    __audited__ = "interim_target"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    strategy_id: Mapped[int | None] = mapped_column(
        ForeignKey("strategy.id", ondelete="SET NULL"), index=True
    )
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(300), default="")
    student_group: Mapped[str] = mapped_column(String(200), default="")
    baseline: Mapped[float | None] = mapped_column(Float)
    target: Mapped[float | None] = mapped_column(Float)
    due_on: Mapped[date | None] = mapped_column(Date)
    subgroup_set: Mapped[str] = mapped_column(
        String(60), default=""
    )  # which measurements are its group's; empty: all
    subgroup: Mapped[str] = mapped_column(String(80), default="")
    expected_n: Mapped[int | None]  # how many students the group has


class Checkpoint(Tenant, Edited, Base):
    """A value that an interim target should have reached by a date on its way."""

    __tablename__ = "checkpoint"
    __audited__ = "checkpoint"

    interim_target_id: Mapped[int] = mapped_column(
        ForeignKey("interim_target.id", ondelete="CASCADE"), index=True
    )
    due_on: Mapped[date] = mapped_column(Date)
    target: Mapped[float] = mapped_column(Float)


class ActionStep(Tenant, Edited, Base):
    """A task with an owner and a date; it prepares a milestone."""

    __tablename__ = "action_step"
    __audited__ = "action_step"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(
        ForeignKey("milestone.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(500), default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)


class Touchpoint(Tenant, Edited, Base):
    """A planned step-back of a team: a date, an agenda the platform writes, and the decisions at its end."""

    __tablename__ = "touchpoint"
    __audited__ = "touchpoint"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[time | None] = mapped_column(Time)  # in the network's time zone
    minutes: Mapped[int] = mapped_column(default=45)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the meeting was held and closed
    place: Mapped[str] = mapped_column(String(120), default="")
    people: Mapped[str] = mapped_column(String(500), default="")
    notes: Mapped[str] = mapped_column(Text, default="")


class Decision(Tenant, Edited, Base):
    """What a team decided about a suggestion or at a touchpoint, and why."""

    __tablename__ = "decision"
    __audited__ = "decision"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    touchpoint_id: Mapped[int | None] = mapped_column(
        ForeignKey("touchpoint.id", ondelete="SET NULL"), index=True
    )
    milestone_id: Mapped[int | None] = mapped_column(
        ForeignKey("milestone.id", ondelete="SET NULL"), index=True
    )
    strategy_id: Mapped[int | None] = mapped_column(
        ForeignKey("strategy.id", ondelete="SET NULL"), index=True
    )
    cycle_id: Mapped[int | None] = mapped_column(index=True)  # no key: cycles come later
    item_id: Mapped[int | None] = mapped_column(index=True)  # a feedback item; no key: they come later
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    follow_up_kind: Mapped[str] = mapped_column(
        String(20), default=""
    )  # cycle, touchpoint, feedback_item, step …
    follow_up_id: Mapped[UUID | None] = mapped_column(Uuid)  # the public id of what was opened from here
    suggestion: Mapped[str] = mapped_column(String(40), default="")
    choice: Mapped[str] = mapped_column(String(12), default="")  # accept, adapt, decline
    text: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date] = mapped_column(Date)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
