"""Tables of rosters: where they come from, and which of our people and places their rows are."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime


class RosterSource(Tenant, Edited, Base):
    """Where a roster comes from: an organisation's OneRoster files, or its directory by SCIM."""

    __tablename__ = "roster_source"
    __audited__ = "roster_source"
    __untold__ = frozenset({"token_hash", "last_digest", "last_run_at"})

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))  # oneroster, scim
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of SCIM's bearer token
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))  # it answers for
    domains: Mapped[list[str]] = mapped_column(Json, default=list)  # of addresses it answers for
    ends_access: Mapped[bool] = mapped_column(default=True)  # who leaves the roster may not sign in any more
    makes_people: Mapped[bool] = mapped_column(
        default=False
    )  # whom it lists with a role here gets an account
    roles: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # of the roster -> roles here
    columns: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # file -> what is kept -> its column
    last_digest: Mapped[str] = mapped_column(String(64), default="")  # of what was read last from its folder
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RosterPerson(Tenant, Base):
    """A row of a roster and the person it is here."""

    __tablename__ = "roster_person"
    __table_args__ = (UniqueConstraint("source_id", "external_id"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("roster_source.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    user_name: Mapped[str] = mapped_column(String(254), default="")  # in lower case
    email: Mapped[str] = mapped_column(String(254), default="", index=True)  # in lower case
    is_active: Mapped[bool] = mapped_column(default=True)
    is_made: Mapped[bool] = mapped_column(default=False)  # this source made the account
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # as they were sent
    given: Mapped[list[str]] = mapped_column(Json, default=list)  # ids of the places that it gave
    ended: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what is needed to bring access back
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the roster let go of them
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a directory deleted the row


class RosterGroup(Tenant, Base):
    """A group of a directory, and the role in a team that its members have here."""

    __tablename__ = "roster_group"
    __table_args__ = (UniqueConstraint("source_id", "name"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("roster_source.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(200))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(String(20), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RosterSeat(Tenant, Base):
    """That a person of a roster belongs to one of its groups, or to one of its places."""

    __tablename__ = "roster_seat"

    person_id: Mapped[int] = mapped_column(ForeignKey("roster_person.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("roster_group.id", ondelete="CASCADE"), index=True
    )
    place_id: Mapped[int | None] = mapped_column(
        ForeignKey("roster_place.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(40), default="")  # as the roster calls it


class RosterPlace(Tenant, Base):
    """An organisation of a roster and the site it is here."""

    __tablename__ = "roster_place"
    __table_args__ = (UniqueConstraint("source_id", "external_id"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("roster_source.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(255))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20), default="")  # school, district, state, as the roster says
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")  # why it could not be matched
