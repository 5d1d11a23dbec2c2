"""Solutions and successes that travel up and across: told to peers, cheered, made into change ideas."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cycles.idea_services import create_idea
from cycles.models import ChangeIdea
from feedback.models import Cheer, FeedbackItem
from feedback.telling_services import editors_of, tell
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.tables import Notice
from nic_platform.text import _
from nic_platform.words import label
from teams.models import PeerLink, Team


def peers_of(session: Session, team_id: int) -> set[int]:
    """Return the teams that learn together with a team."""
    rows = session.execute(
        select(PeerLink.first_id, PeerLink.second_id).where(
            or_(PeerLink.first_id == team_id, PeerLink.second_id == team_id), PeerLink.deleted_at.is_(None)
        )
    )
    return {other for row in rows for other in row if other != team_id}


def tell_peers(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> None:
    """Tell the teams that learn together with an item's team that it is shared; each person once."""
    people = editors_of(session, peers_of(session, item.team_id))
    people -= _told(session, item, "celebrated")
    if not people:
        return
    name = session.get_one(Team, item.team_id).name
    subject = _("%(team)s shares a %(kind)s: %(title)s", team=name, kind=label(item.kind), title=item.title)
    tell(session, item, people, "celebrated", subject, at=at, body=item.happens, but=by.user_id)


def cheer(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> bool:
    """Celebrate what another team tells, and say whether that is new; its people hear of it.

    Raises:
        RuleError: nobody is signed in as a person.
    """
    if by.user_id is None:
        raise RuleError(_("Only people cheer."))
    session.refresh(item, with_for_update=True)  # of two presses of one button, one waits for the other
    if _own(session, item, by) is not None:
        return False
    session.add(
        Cheer(network_id=item.network_id, item_id=item.id, team_id=by.team_id, user_id=by.user_id, at=at)
    )
    session.flush()
    name = session.get_one(Team, by.team_id).name if by.team_id else ""
    subject = (
        _("%(team)s cheers: %(title)s", team=name, title=item.title)
        if name
        else _("Somebody cheers: %(title)s", title=item.title)
    )
    people = editors_of(session, {item.team_id}) - _told(session, item, "cheer", subject)
    tell(session, item, people, "cheer", subject, at=at, but=by.user_id)
    return True


def stop_cheering(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> None:
    """Take a cheer back."""
    found = _own(session, item, by)
    if found is not None:
        session.delete(found)
        session.flush()


def _own(session: Session, item: FeedbackItem, by: Actor) -> Cheer | None:
    return session.scalar(select(Cheer).where(Cheer.item_id == item.id, Cheer.user_id == by.user_id))


def _told(session: Session, item: FeedbackItem, kind: str, subject: str = "") -> set[int | None]:
    """Return who was told of this already, so that sharing twice, or cheering twice, is told once."""
    query = select(Notice.user_id).where(
        Notice.kind == f"feedback.{kind}", Notice.path == f"/feedback/{item.public_id}"
    )
    if subject:
        query = query.where(Notice.subject == subject[:300])
    return set(session.scalars(query))


def make_idea(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> ChangeIdea:
    """Make a solution or success a change idea of the team that told it; the same one when asked again.

    It is shared as far as the item is, and keeps who told it: whoever adopts it gets it from that team.
    """
    session.refresh(item, with_for_update=True)
    found = session.get(ChangeIdea, item.idea_id) if item.idea_id is not None else None
    if found is not None and found.deleted_at is None:
        return found
    team = session.get_one(Team, item.team_id)
    told = _("Told by %(team)s as F-%(number)s.", team=team.name, number=item.number)
    tried = item.tried and _("Tried before: %(words)s", words=item.tried)
    values = {
        "title": item.title,
        "description": "\n".join(part for part in (item.happens, tried, told) if part),
        "is_shared": item.is_shared,
    }
    idea = create_idea(session, values, team_id=item.team_id, by=by, at=at)
    item.idea_id, item.updated_at = idea.id, at
    session.flush()
    subject = _("It became a change idea: %(title)s", title=item.title)
    tell(session, item, editors_of(session, {item.team_id}), "idea", subject, at=at, but=by.user_id)
    return idea
