"""What happens when a promise has passed: nobody's silence may bury an item."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import rules
from feedback.answer_services import hand_down
from feedback.models import FeedbackItem
from feedback.rules import OPEN, Act, Outcome, State, Step
from feedback.telling_services import editors_of, network_leads, tell, tell_teams
from feedback.track_services import hand_on, legs_of
from nic_platform.text import _, ngettext
from teams.models import Link, Team


def late_items(session: Session, network_id: int, today: date, limit: int = 500) -> list[FeedbackItem]:
    """Return the open items of a network whose promise has passed, the longest first."""
    query = (
        select(FeedbackItem)
        .where(
            FeedbackItem.network_id == network_id,
            FeedbackItem.state.in_(OPEN),
            FeedbackItem.due_on < today,
            FeedbackItem.deleted_at.is_(None),
        )
        .order_by(FeedbackItem.due_on, FeedbackItem.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def see_to(session: Session, item: FeedbackItem, *, today: date, at: datetime) -> str:
    """Do the next thing about one late item, and return what was done; an empty text for nothing.

    A receiving team that is late is told, then the item climbs. An answer that a team on the way did not hand
    down goes down by itself. A sender that is silent is reminded twice, then its item is closed unconfirmed.
    """
    late = rules.late_by(item.due_on, today)
    if item.holder_id == item.team_id:
        return _sender_silent(session, item, late, today, at)
    if item.state == State.ANSWERED:
        if late:
            words = _("Handed down by the platform, since its days had passed.")
            hand_down(session, item, words, by=None, at=at, day=today)
            return "handed_down"
        return ""
    return _receiver_late(session, item, late, at)


def _receiver_late(session: Session, item: FeedbackItem, late: int, at: datetime) -> str:
    above = teams_above(session, item.holder_id, item.team_id)
    found = rules.escalation(late, item.escalations, above)
    if found is None:
        return ""
    item.escalations += 1
    days = ngettext("%(count)s day past the promise", "%(count)s days past the promise", late)
    words = {"days": days, "title": item.title}
    if found.step is Step.TELL_HOLDER:
        subject = _("Late, %(days)s: %(title)s") % words
        tell_teams(session, item, [item.holder_id, item.team_id], "late", subject, at=at)
    elif found.step is Step.OFFER:
        item.offered_to_id = found.team_id
        subject = _("Offered to the level above, %(days)s: %(title)s") % words
        told = [found.team_id, item.holder_id, item.team_id]
        tell_teams(session, item, told, "offered", subject, at=at)
    else:
        item.with_network = True
        subject = _("Nobody acted, %(days)s: %(title)s") % words
        people = network_leads(session, item.network_id) | editors_of(session, {item.team_id})
        tell(session, item, people, "late", subject, at=at)
    session.flush()
    return found.step.value


def _sender_silent(session: Session, item: FeedbackItem, late: int, today: date, at: datetime) -> str:
    found = rules.reminder(late, item.reminders)
    if found is None:
        return ""
    if found:
        item.reminders += 1
        item.reminded_at = at
        session.flush()
        subject = _("Waiting for you: %(title)s", title=item.title)
        tell_teams(session, item, [item.team_id], "reminder", subject, at=at)
        return "reminded"
    legs = legs_of(session, item)
    gone = Outcome(State.UNCONFIRMED, None, None)
    hand_on(session, item, legs, Act.CLOSE_UNCONFIRMED, gone, words="", by=None, at=at, day=today)
    subject = _("Closed unconfirmed after two reminders: %(title)s", title=item.title)
    teams = {leg.team_id for leg in legs}
    tell_teams(session, item, teams, "unconfirmed", subject, at=at, body=_("Your team can open it again."))
    return "closed_unconfirmed"


def teams_above(session: Session, holder_id: int | None, raiser_id: int) -> tuple[int, ...]:
    """Return the teams above a holder: each the nearest that the one before lifts to; none twice."""
    found: list[int] = []
    here = holder_id
    while here is not None and len(found) < 6:
        here = session.scalar(
            select(Link.upper_id)
            .join(Team, Team.id == Link.upper_id)
            .where(
                Link.lower_id == here,
                Link.deleted_at.is_(None),
                Team.archived_at.is_(None),
                Team.id.not_in([*found, raiser_id]),
            )
            .order_by(Team.rank, Link.id)
            .limit(1)
        )
        if here is not None:
            found.append(here)
    return tuple(found)
