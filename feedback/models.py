"""Tables of practice-to-policy feedback: items, the track they travel, themes, answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime
from teams.models import Team


class Theme(Tenant, Edited, Base):
    """One problem, many sites."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("network_id", "number"),)
    __audited__ = "theme"

    number: Mapped[int]
    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), index=True
    )  # the team that keeps it
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(160), default="")  # of somebody who has no account
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )  # who works on it
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    joined_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("theme.id", ondelete="SET NULL"), index=True
    )  # the theme that its items went to; it is closed
    power: Mapped[str] = mapped_column(String(160), default="")  # "in our power: test calendar"
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FeedbackItem(Tenant, Edited, Base):
    """A barrier, solution, success or question that a team raised.

    ``holder_id`` is the team whose turn it is and ``due_on`` the day by which it promised to act.
    """

    __tablename__ = "feedback_item"
    __table_args__ = (
        UniqueConstraint("network_id", "number"),
        Index("ix_feedback_item_holder", "holder_id", "state", "due_on"),
        Index("ix_feedback_item_team", "team_id", "state"),
        Index("ix_feedback_item_due", "state", "due_on"),
        Index("ix_feedback_item_queue", "holder_id", "state", "theme_id", "district_id", "held_on", "due_on"),
        Index("ix_feedback_item_sent", "network_id", "sent_on"),
        Index("ix_feedback_item_shared", "network_id", "is_shared", "number"),
    )
    __audited__ = "feedback_item"

    number: Mapped[int]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))  # who raised it
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # barrier, solution, success, question
    state: Mapped[str] = mapped_column(String(20), default="draft")  # feedback.rules.State
    title: Mapped[str] = mapped_column(String(200), default="")
    happens: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[date | None] = mapped_column(Date)
    stops: Mapped[str] = mapped_column(Text, default="")
    milestone_id: Mapped[int | None] = mapped_column(
        ForeignKey("milestone.id", ondelete="SET NULL"), index=True
    )
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id", ondelete="SET NULL"), index=True)
    affects: Mapped[str] = mapped_column(String(200), default="")
    affects_count: Mapped[int | None]
    notice_id: Mapped[int | None] = mapped_column(
        ForeignKey("policy_notice.id", ondelete="SET NULL"), index=True
    )  # the policy notice that it was raised about
    idea_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_idea.id", ondelete="SET NULL"), index=True
    )  # the change idea that a solution or success became
    district_id: Mapped[int | None] = mapped_column(
        ForeignKey("site.id", ondelete="SET NULL"), index=True
    )  # the district in which it was raised
    severity: Mapped[str] = mapped_column(String(10), default="")  # slows, stops, harms
    tried: Mapped[str] = mapped_column(Text, default="")
    asked_for: Mapped[str] = mapped_column(Text, default="")
    topic: Mapped[str] = mapped_column(String(60), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )  # who of the holder's works on it
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_on: Mapped[date | None] = mapped_column(Date)  # all days are civil days of the network
    held_on: Mapped[date | None] = mapped_column(Date)  # since when its holder has it
    due_on: Mapped[date | None] = mapped_column(Date)
    nudged_on: Mapped[date | None] = mapped_column(Date)  # its holder was reminded, before the promise passed
    days_to_answer: Mapped[int | None]  # from sent to its first answer
    days_to_close: Mapped[int | None]
    highest_rank: Mapped[int] = mapped_column(default=0)  # the highest level it has reached
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="SET NULL"), index=True
    )  # the level above that may take an item whose promise has passed
    escalations: Mapped[int] = mapped_column(default=0)  # steps taken since the promise passed
    with_network: Mapped[bool] = mapped_column(default=False)  # the network lead was told
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    look_again_on: Mapped[date | None] = mapped_column(Date)
    lifted: Mapped[str] = mapped_column(String(8), default="")  # yes, partly, no
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    team: Mapped[Team] = relationship(foreign_keys=[team_id])
    holder: Mapped[Team | None] = relationship(foreign_keys=[holder_id])


class FeedbackStep(Tenant, Base):
    """One leg of an item's track: which team had it, from when, by when it promised to act, what it did.

    Never changed once it was left. The first leg is the team's that raised the item.
    """

    __tablename__ = "feedback_step"
    __table_args__ = (
        UniqueConstraint("item_id", "position"),
        Index("ix_feedback_step_team", "team_id", "left_at"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("feedback_item.id", ondelete="CASCADE"))
    position: Mapped[int]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    from_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="SET NULL"), index=True
    )  # the team it came from
    reached_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reached_on: Mapped[date] = mapped_column(Date)
    promised_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    days: Mapped[int | None]  # from reached to left
    audience: Mapped[str] = mapped_column(String(6), default="track")  # who reads the words: track, hop
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(
        String(20), default=""
    )  # sent, lifted, asked_back, replied, passed, answered, declined, confirmed …
    words: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))


class Answer(Tenant, Edited, Base):
    """What changes because of an item or a theme, or why nothing does."""

    __tablename__ = "answer"
    __audited__ = "answer"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    changes: Mapped[str] = mapped_column(String(12))  # policy, resource, guidance, waiver, none
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    applies_from: Mapped[date | None] = mapped_column(Date)
    applies_to: Mapped[str] = mapped_column(String(200), default="")
    look_again_on: Mapped[date | None] = mapped_column(Date)
    asked_again_on: Mapped[date | None] = mapped_column(Date)  # the team was reminded to look at it again
    looked_again_on: Mapped[date | None] = mapped_column(Date)
    looked_again: Mapped[str] = mapped_column(Text, default="")  # what it found


class AnswerTemplate(Tenant, Edited, Base):
    """An answer that a team gives often, to begin from."""

    __tablename__ = "answer_template"
    __audited__ = "answer_template"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    changes: Mapped[str] = mapped_column(String(12), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    applies_to: Mapped[str] = mapped_column(String(200), default="")


class ActBatch(Tenant, Base):
    """One act on many items at once, so that it can be undone as one."""

    __tablename__ = "act_batch"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActBatchItem(Base):
    """What an item was before an act on many, and the version it had after: undone only while it has that."""

    __tablename__ = "act_batch_item"

    batch_id: Mapped[int] = mapped_column(ForeignKey("act_batch.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(
        ForeignKey("feedback_item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    version_after: Mapped[int]


class Cheer(Tenant, Base):
    """That somebody celebrates another team's success or solution, or will try it."""

    __tablename__ = "cheer"
    __table_args__ = (UniqueConstraint("item_id", "user_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("feedback_item.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedbackMessage(Tenant, Edited, Base):
    """A line of the conversation on an item."""

    __tablename__ = "feedback_message"
    __audited__ = "feedback_message"

    item_id: Mapped[int] = mapped_column(ForeignKey("feedback_item.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(6), default="track")  # who reads it: track, hop, team
    mentions: Mapped[list[Any]] = mapped_column(Json, default=list)  # people's numbers


class PolicyNotice(Tenant, Edited, Base):
    """News of a policy that a team sends down its links."""

    __tablename__ = "policy_notice"
    __audited__ = "policy_notice"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    applies_from: Mapped[date | None] = mapped_column(Date)
    acknowledge_by: Mapped[date | None] = mapped_column(Date)
    reminded_on: Mapped[date | None] = mapped_column(Date)  # the teams that had not acknowledged it were told
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Acknowledgement(Tenant, Base):
    """That a team has read a policy notice, and what it enables or hinders."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("notice_id", "team_id"),)
    __audited__ = "acknowledgement"  # by notice_services, since it holds no end of its chain itself

    notice_id: Mapped[int] = mapped_column(ForeignKey("policy_notice.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    enables: Mapped[str] = mapped_column(Text, default="")
    hinders: Mapped[str] = mapped_column(Text, default="")
    earlier: Mapped[list[Any]] = mapped_column(Json, default=list)  # what was said before: at, user, words
