"""Tables of networks, sites, teams, the people in them, and the links between them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Enum, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.database import Base, Edited, Json, Named, Tenant, UtcDateTime


def _words(kind: Any) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda e: [m.value for m in e],
        create_constraint=False,
    )


class Network(Named, Edited, Base):
    """A networked improvement community; nothing leaks between two of them."""

    __tablename__ = "network"
    __audited__ = "network"
    __untold__ = frozenset({"graph_version", "next_item_number"})  # counters; no edit raises them

    name: Mapped[str] = mapped_column(String(160))
    aim: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(
        Text, default=""
    )  # the problem it set out to solve, in a sentence or two
    problem_users: Mapped[str] = mapped_column(
        Text, default=""
    )  # who lives with it, and what they said of it
    time_zone: Mapped[str] = mapped_column(String(60), default="America/Denver")
    minimum_cell: Mapped[int] = mapped_column(default=10)
    state_minimum_cell: Mapped[int] = mapped_column(default=10)
    words: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # own nouns: key -> [singular, plural]
    help_name: Mapped[str] = mapped_column(String(120), default="")
    help_phone: Mapped[str] = mapped_column(String(40), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    fiscal_month: Mapped[int] = mapped_column(default=7)  # the month in which an agency's fiscal year begins
    next_item_number: Mapped[int] = mapped_column(default=1)
    graph_version: Mapped[int] = mapped_column(default=1)  # raised by whatever changes the graph of the teams
    kept_deleted: Mapped[int | None]  # days for which deleted things are kept; empty: the installation's
    kept_notices: Mapped[int | None]  # days for which people keep their notices; empty: the usual
    kept_jobs: Mapped[int | None]  # days for which ended work in the background is listed
    kept_looks: Mapped[int | None]  # days for which it is kept who looked at figures of students
    kept_words: Mapped[int | None]  # days for which the trail of changes keeps values; empty: for good
    kept_people: Mapped[
        int | None
    ]  # days for which what was known of people who left is kept; empty: for good
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it is deleted, unless that is undone


class SchoolYear(Tenant, Edited, Base):
    """One school year of a network's calendar; both dates belong to it."""

    __tablename__ = "school_year"
    __table_args__ = (UniqueConstraint("network_id", "name"),)
    __audited__ = "school_year"

    name: Mapped[str] = mapped_column(String(20))  # "2026-27"
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)


class CalendarSpan(Tenant, Edited, Base):
    """A break, a testing window or a quarter (any grading period); both dates belong to it."""

    __tablename__ = "calendar_span"
    __audited__ = "calendar_span"

    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # break, testing, quarter
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)


class Site(Tenant, Edited, Base):
    """A place: state agency, region, district, school. Codes keep their leading zeros."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("network_id", "nces_id"),
        UniqueConstraint("network_id", "state_code"),
        Index("ix_site_name", "network_id", "name"),
    )
    __audited__ = "site"

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    level: Mapped[Level] = mapped_column(_words(Level))
    name: Mapped[str] = mapped_column(String(160))
    nces_id: Mapped[str | None] = mapped_column(String(12))  # NCESSCH of a school, LEAID of a district
    state_code: Mapped[str | None] = mapped_column(
        String(24)
    )  # "0880-1234" for a school: district and school code
    city: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(2), default="")
    locale: Mapped[str] = mapped_column(String(40), default="")
    grades: Mapped[str] = mapped_column(String(40), default="")
    enrolment: Mapped[int | None]
    lunch_percent: Mapped[float | None] = mapped_column(Numeric(5, 2, asdecimal=False))
    english_learner_percent: Mapped[float | None] = mapped_column(Numeric(5, 2, asdecimal=False))
    is_title_one: Mapped[bool | None] = mapped_column(Boolean)
    is_charter: Mapped[bool | None] = mapped_column(Boolean)
    attributes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    import_run_id: Mapped[int | None] = mapped_column(
        index=True
    )  # no key: imports hang on teams, which hang on sites

    parent: Mapped["Site | None"] = relationship(remote_side="Site.id")


class SiteClosure(Base):
    """Every site under every site it lies in, itself at depth 0."""

    __tablename__ = "site_closure"
    __table_args__ = (Index("ix_site_closure_below", "below_id", "depth"),)

    above_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    below_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    depth: Mapped[int]


class Team(Tenant, Edited, Base):
    """An implementation team: one site, one level, a charter."""

    __tablename__ = "team"
    __table_args__ = (Index("ix_team_level", "network_id", "rank", "name"),)
    __audited__ = "team"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    level: Mapped[Level] = mapped_column(_words(Level))
    rank: Mapped[int]  # Level.rank, for order and comparison in the database
    name: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(Text, default="")
    rhythm_days: Mapped[int] = mapped_column(default=14)
    meeting: Mapped[str] = mapped_column(String(200), default="")  # "Thursdays 3:15 pm, library"
    next_meeting_on: Mapped[date | None] = mapped_column(Date)
    decision_rights: Mapped[str] = mapped_column(Text, default="")
    functions: Mapped[list[Any]] = mapped_column(Json, default=list)  # keys of teams.rules.FUNCTIONS
    serves: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    set_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its first steps were done, or put away

    site: Mapped[Site] = relationship()


class Membership(Tenant, Edited, Base):
    """One person's place in one team. Leaving sets ``deleted_at``; authorship stays."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    __audited__ = "membership"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[TeamRole] = mapped_column(_words(TeamRole))
    competencies: Mapped[list[Any]] = mapped_column(Json, default=list)
    perspectives: Mapped[list[Any]] = mapped_column(Json, default=list)
    interim_until: Mapped[date | None] = mapped_column(Date)  # leads for now, until this day

    team: Mapped[Team] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class NetworkMember(Tenant, Edited, Base):
    """One person's role in a whole network; a reviewer works the escalations of one level."""

    __tablename__ = "network_member"
    __table_args__ = (UniqueConstraint("network_id", "user_id", "role"),)
    __audited__ = "network_member"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[NetworkRole] = mapped_column(_words(NetworkRole))
    level: Mapped[Level | None] = mapped_column(_words(Level))


class Program(Tenant, Base):
    """A program's account of a network and what it is for: a person's roles, tokens for a way in."""

    __tablename__ = "program"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Link(Tenant, Edited, Base):
    """Team ``lower`` lifts to team ``upper``, one or more levels above, with a communication protocol."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("lower_id", "upper_id"),)
    __audited__ = "link"
    __untold__ = frozenset({"last_exchange_at"})  # an exchange is no edit

    lower_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    upper_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[str] = mapped_column(Text, default="")
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    topics: Mapped[list[Any]] = mapped_column(Json, default=list)  # what goes this way; empty: everything
    rhythm_days: Mapped[int] = mapped_column(default=30)
    duration: Mapped[str] = mapped_column(String(80), default="")
    form: Mapped[str] = mapped_column(String(200), default="")
    promised_days: Mapped[int] = mapped_column(default=14)
    answer_form: Mapped[str] = mapped_column(String(200), default="")
    last_exchange_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    lower: Mapped[Team] = relationship(foreign_keys=[lower_id])
    upper: Mapped[Team] = relationship(foreign_keys=[upper_id])


class Exchange(Tenant, Edited, Base):
    """A meeting or a message on a link that somebody wrote down. What items did is on their own tracks."""

    __tablename__ = "exchange"
    __table_args__ = (Index("ix_exchange_link", "link_id", "on"),)
    __audited__ = "exchange"

    link_id: Mapped[int] = mapped_column(ForeignKey("link.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))  # meeting, message
    on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, default="")


class PeerLink(Tenant, Edited, Base):
    """Two teams that learn together; ``first_id`` is the smaller number."""

    __tablename__ = "peer_link"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)
    __audited__ = "peer_link"

    first_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(300), default="")


class SpreadLink(Tenant, Edited, Base):
    """Team ``to`` took over a change that team ``from`` tested."""

    __tablename__ = "spread_link"
    __audited__ = "spread_link"

    from_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(300), default="")
    idea_id: Mapped[int | None] = mapped_column(index=True)  # the taker's idea; no key: ideas come later
    on: Mapped[date | None] = mapped_column(Date)  # the day it was taken over


class TeamReach(Base):
    """The closure of the links: every team under every team it lifts to, at the shortest distance."""

    __tablename__ = "team_reach"
    __table_args__ = (Index("ix_team_reach_below", "below_id", "above_id"),)

    above_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    below_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    distance: Mapped[int]
