"""Telling the people of teams what happened to an item: notices, written in the transaction of the act."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem
from nic_platform.actor import EDITORS, NetworkRole, TeamRole
from nic_platform.notices import notify
from teams.models import Membership, NetworkMember


def editors_of(session: Session, team_ids: Collection[int], *, leads_only: bool = False) -> set[int]:
    """Return the people who act for the teams: leads, members, linking members; or only the leads."""
    roles = [TeamRole.LEAD] if leads_only else sorted(EDITORS)
    found = session.scalars(
        select(Membership.user_id).where(
            Membership.team_id.in_(sorted(team_ids)),
            Membership.role.in_(roles),
            Membership.deleted_at.is_(None),
        )
    )
    return set(found)


def network_leads(session: Session, network_id: int) -> set[int]:
    """Return the people who run the network."""
    found = session.scalars(
        select(NetworkMember.user_id).where(
            NetworkMember.network_id == network_id,
            NetworkMember.role == NetworkRole.LEAD,
            NetworkMember.deleted_at.is_(None),
        )
    )
    return set(found)


def tell(
    session: Session,
    item: FeedbackItem,
    people: Collection[int],
    kind: str,
    subject: str,
    *,
    at: datetime,
    body: str = "",
    but: int | None = None,
) -> None:
    """Tell *people* of something that happened to an item; who did it (*but*) knows already."""
    notify(
        session,
        set(people) - {but},
        kind=f"feedback.{kind}",
        subject=subject,
        body=body,
        path=f"/feedback/{item.public_id}",
        network_id=item.network_id,
        at=at,
    )


def tell_teams(
    session: Session,
    item: FeedbackItem,
    team_ids: Collection[int | None],
    kind: str,
    subject: str,
    *,
    at: datetime,
    body: str = "",
    but: int | None = None,
) -> None:
    """Tell whoever acts for the teams."""
    people = editors_of(session, {team for team in team_ids if team is not None})
    tell(session, item, people, kind, subject, at=at, body=body, but=but)
