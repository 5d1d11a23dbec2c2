"""Telling the people of teams what happened to an item: notices, written in the transaction of the act."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.models import FeedbackItem
from nic_platform.actor import EDITORS, NetworkRole, TeamRole
from nic_platform.notices import notify
from nic_platform.tables import Notice
from teams.models import Membership, NetworkMember, Team


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


def ever_in(session: Session, team_ids: Collection[int]) -> set[int]:
    """Return the people who are or were in the teams: whoever left still has the notices they were given."""
    return set(session.scalars(select(Membership.user_id).where(Membership.team_id.in_(sorted(team_ids)))))


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


def reviewers_of(session: Session, network_id: int, team_ids: Collection[int | None]) -> set[int]:
    """Return the people who work the escalations of the levels that the teams are at."""
    levels = select(Team.level).where(Team.id.in_(sorted(team for team in team_ids if team is not None)))
    found = session.scalars(
        select(NetworkMember.user_id).where(
            NetworkMember.network_id == network_id,
            NetworkMember.role == NetworkRole.REVIEWER,
            NetworkMember.level.in_(levels),
            NetworkMember.deleted_at.is_(None),
        )
    )
    return set(found)


def can_sign_in(session: Session, user_ids: Collection[int]) -> set[int]:
    """Return those of the people who can sign in, so that somebody sees what they are told."""
    found = session.scalars(select(User.id).where(User.id.in_(sorted(user_ids)), User.disabled_at.is_(None)))
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
    is_last: bool = False,
) -> None:
    """Tell *people* of something that happened to an item; who did it (*but*) knows already.

    Args:
        is_last: the last word on a promise that nobody kept, which can't be turned down.
    """
    notify(
        session,
        set(people) - {but},
        kind=f"feedback.{kind}",
        subject=subject,
        body=body,
        path=f"/feedback/{item.public_id}",
        network_id=item.network_id,
        at=at,
        is_last=is_last,
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
    is_last: bool = False,
    kept_to: Collection[int] | None = None,
) -> None:
    """Tell whoever acts for the teams.

    Args:
        kept_to: the teams that read *body*, where not all do; the others are told what was done without it.
    """
    people = editors_of(session, {team for team in team_ids if team is not None})
    if body and kept_to is not None:
        closed = people - editors_of(session, kept_to)
        tell(session, item, closed, kind, subject, at=at, but=but, is_last=is_last)
        people -= closed
    tell(session, item, people, kind, subject, at=at, body=body, but=but, is_last=is_last)


def forget_words(
    session: Session, item: FeedbackItem, people: Collection[int], kinds: Collection[str], words: str
) -> None:
    """Take the words of something that was taken back out of the notices of it; unsent mail does not go."""
    if not words or not people:
        return
    session.execute(
        update(Notice)
        .where(
            Notice.user_id.in_(sorted(people)), Notice.path == f"/feedback/{item.public_id}",
            Notice.kind.in_([f"feedback.{kind}" for kind in kinds]), Notice.body == words,
        )
        .values(
            body="",
            mail_state=case((Notice.mail_state.in_(("waiting", "digest")), "none"), else_=Notice.mail_state),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
