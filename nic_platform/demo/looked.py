"""Who looked at figures of students in the last days, and an account that is to be deleted."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import User
from desk.ending import GRACE, NETWORK, PERSON
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import HUB, SCHOOL
from nic_platform.demo.people import OTHER_TEAM, PEER
from nic_platform.tables import Deletion, StudentLook
from teams.models import Membership, Network, Team

# Who looked: person, team whose figures, how, how often, how many days ago.
_LOOKS = (
    ("district", SCHOOL, "page", 7, 1), ("district", PEER, "page", 3, 1), ("district", SCHOOL, "file", 1, 2),
    ("state", SCHOOL, "page", 2, 2), ("lead", SCHOOL, "page", 11, 3), ("state", HUB, "program", 24, 4),
    ("state", None, "file", 1, 5),
)  # fmt: skip


def build(b: Builder) -> None:
    """Write looks of the three sign-ins, and what was asked to be deleted."""
    network = b.session.get_one(Network, b.network_id)
    for who, team, way, times, days in reversed(_LOOKS):
        at = b.days.now - timedelta(days=days)
        b.session.add(
            StudentLook(
                public_id=b.uuid(), network_id=network.id, user_id=b.people[who], on_day=at.date(),
                place="team" if team else "network",
                place_id=b.teams[team].public_id if team else network.public_id, way=way, times=times,
                first_at=at - timedelta(minutes=11 * times), last_at=at,
            )
        )  # fmt: skip
    _deletions(b, network)
    b.session.flush()


def _deletions(b: Builder, network: Network) -> None:
    """Leave a network's request taken back, here and in the other network, and an account's waiting."""
    other = b.session.scalars(select(Team).where(Team.name == OTHER_TEAM)).one()
    at = b.days.now - timedelta(days=9)
    for each in (network, b.session.get_one(Network, other.network_id)):
        told: dict[str, Any] = {"kind": NETWORK, "object_id": each.public_id, "name": each.name}
        b.session.add(
            Deletion(public_id=b.uuid(), network_id=each.id, asked_at=at, undone_at=b.days.now, **told)
        )
    known = set(b.people.values())
    gone = b.session.scalars(
        select(User).join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == b.teams[PEER].id, User.id.not_in(known), User.is_admin.is_(False))
        .where(Membership.role == "observer", Membership.deleted_at.is_(None)).order_by(User.id)
    ).first()  # fmt: skip
    if gone is not None:
        gone.ends_at = at + GRACE
        b.session.add(
            Deletion(
                public_id=b.uuid(), kind=PERSON, object_id=gone.public_id, name=gone.name,
                network_id=network.id, asked_at=at, asked_by_id=gone.id, confirmed_at=at,
                confirmed_by_id=gone.id, due_at=at + GRACE,
            )
        )  # fmt: skip
