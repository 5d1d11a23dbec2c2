"""What happens as a promise is about to pass, and when it has: nobody's silence may bury an item.

What the platform notes of its own reminders leaves the version of an item alone, so that somebody who is just
typing an answer is not refused because they were reminded of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, select, tuple_, update
from sqlalchemy.orm import Session

from feedback import rules
from feedback.answer_services import hand_down
from feedback.models import FeedbackItem
from feedback.promises import NUDGE_MOST, wants_nudge
from feedback.rules import OPEN, Act, Escalation, Outcome, State, Step
from feedback.telling_services import (
    can_sign_in,
    editors_of,
    network_leads,
    reviewers_of,
    tell,
    tell_teams,
)
from feedback.track_services import hand_on, legs_of
from milestones.calendar_queries import breaks_of
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import Breaks
from teams.linking import Upward, pick_link
from teams.models import Link, Team

PIECE = 500  # items looked at together
MOST_LEVELS = 6  # to climb from one holder
RECEIVED = (State.WAITING, State.ANSWERED)  # states in which a receiving team may hold an item


@dataclass(frozen=True)
class Piece:
    """Items for which something is to be done today; ``last`` is where the next piece goes on, if any."""

    ids: tuple[int, ...]
    last: tuple[date, int] | None


def piece(
    session: Session, network_id: int, today: date, *, late: bool, after: tuple[date, int] | None = None
) -> Piece:
    """Return the next items of a network, by promise, that are late, or else about to be.

    Every item is looked at, however many are late: none waits behind others that rest. An item that everybody
    was told of rests for good.
    """
    breaks = breaks_of(session, network_id)
    item = FeedbackItem
    if late:
        which = and_(item.state.in_(OPEN), item.due_on < breaks.settled(today), item.with_network.is_(False))
    else:
        soon = and_(item.due_on >= today, item.due_on < breaks.after(today, NUDGE_MOST + 1))
        which = and_(item.state.in_(RECEIVED), soon, item.nudged_on.is_(None))
    query = (
        select(item.id, item.state, item.team_id, item.holder_id, item.held_on, item.due_on, item.nudged_on,
               item.escalations, item.reminders)
        .where(which, item.network_id == network_id, item.deleted_at.is_(None))
        .order_by(item.due_on, item.id)
        .limit(PIECE)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(item.due_on, item.id) > after)
    rows = session.execute(query).all()
    last = (rows[-1].due_on, rows[-1].id) if len(rows) == PIECE else None
    return Piece(tuple(row.id for row in rows if _may_press(row, today, breaks)), last)


def _may_press(item: Any, today: date, breaks: Breaks) -> bool:
    """Say whether something may be due on an item, as far as its own row tells."""
    late, since = rules.late_by(item.due_on, today, breaks), _since(item.nudged_on, today, breaks)
    if not late:
        return _is_with_others(item) and _wants_nudge(item, today, breaks)
    if not _is_with_others(item):
        return rules.reminder(late, item.reminders, since) is not None
    if item.state == State.ANSWERED or not item.escalations:
        return True
    return since is None or since >= rules.OFFER_EVERY


def _is_with_others(item: Any) -> bool:
    return bool(item.holder_id != item.team_id)


def _since(day: date | None, today: date, breaks: Breaks) -> int | None:
    return None if day is None else breaks.between(day, today)


def _wants_nudge(item: Any, today: date, breaks: Breaks) -> bool:
    return wants_nudge(item.held_on, item.due_on, item.nudged_on, today, breaks)


def see_to(session: Session, item: FeedbackItem, *, today: date, at: datetime) -> str:
    """Do the next thing about one item, and return what was done; an empty text for nothing.

    A receiving team is reminded before its promise passes; when it has passed the team is told, then the item
    climbs. An answer that a team on the way did not hand down goes down by itself. A sender that is silent is
    reminded twice, then its item is closed unconfirmed.
    """
    breaks = breaks_of(session, item.network_id)
    late = rules.late_by(item.due_on, today, breaks)
    if not late:
        ready = item.state in RECEIVED and _is_with_others(item)
        return _nudge(session, item, today, at, breaks) if ready else ""
    if not _is_with_others(item):
        return _sender_silent(session, item, late, today, at)
    if item.state == State.ANSWERED:
        words = _("Handed down by the platform, since its days had passed.")
        hand_down(session, item, words, by=None, at=at, day=today)
        return "handed_down"
    return _receiver_late(session, item, late, today, at)


def _note(session: Session, item: FeedbackItem, **values: Any) -> bool:
    """Write down what the platform did of itself; false where somebody acted, or another worker was first."""
    before = {name: getattr(item, name) for name in values}
    unchanged = [
        getattr(FeedbackItem, name).is_(value) if value is None else getattr(FeedbackItem, name) == value
        for name, value in before.items()
    ]
    taken = session.execute(
        update(FeedbackItem)
        .where(FeedbackItem.id == item.id, FeedbackItem.version == item.version, *unchanged)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.expire(item, list(values))
    return cast(CursorResult[Any], taken).rowcount == 1


def _nudge(session: Session, item: FeedbackItem, today: date, at: datetime, breaks: Breaks) -> str:
    if not _wants_nudge(item, today, breaks) or item.due_on is None:
        return ""
    if not _note(session, item, nudged_on=today):
        return ""
    when = _left_words(breaks.between(today, item.due_on), item.due_on)
    if item.state == State.ANSWERED:
        subject = _("Hand this answer down, due %(when)s: %(title)s", when=when, title=item.title)
    else:
        subject = _("Your promise passes %(when)s: %(title)s", when=when, title=item.title)
    editors = editors_of(session, {item.holder_id} if item.holder_id else set())
    owner = {item.owner_id} & can_sign_in(session, editors) if item.owner_id else set()
    body = _("It came on %(day)s.", day=day_words(item.held_on)) if item.held_on else ""
    tell(session, item, owner or editors, "nudge", subject, at=at, body=body)
    return "nudged"


def _left_words(left: int, due_on: date) -> str:
    day = day_words(due_on)
    if left < 1:
        return _("today, %(day)s", day=day)
    return ngettext("tomorrow, %(day)s", "in %(count)s days, %(day)s", left, day=day)


def _receiver_late(session: Session, item: FeedbackItem, late: int, today: date, at: datetime) -> str:
    breaks = breaks_of(session, item.network_id)
    above = teams_above(session, item.holder_id, item.team_id, item.topic)
    since = _since(item.nudged_on, today, breaks) if item.escalations else None
    found = rules.escalation(late, item.escalations, above, since)
    if found is None:
        return ""
    days = ngettext("%(count)s day past the promise", "%(count)s days past the promise", late)
    return _escalate(session, item, found, days, today, at)


def _escalate(
    session: Session, item: FeedbackItem, found: Escalation, days: str, today: date, at: datetime
) -> str:
    words, both = {"days": days, "title": item.title}, [item.holder_id, item.team_id]
    if found.step is Step.TELL_HOLDER:
        if not _note(session, item, escalations=1, nudged_on=today):
            return ""
    else:  # who may act changes, so this is a line of the item's history
        item.escalations, item.nudged_on = item.escalations + 1, today
        item.offered_to_id = found.team_id or item.offered_to_id
        item.with_network = found.step is Step.TELL_NETWORK
        session.flush()
    if found.step is Step.TELL_HOLDER:
        subject = _("Late, %(days)s: %(title)s") % words
        tell_teams(session, item, both, "late", subject, at=at)
    elif found.step is Step.OFFER:
        subject = _("Offered to the level above, %(days)s: %(title)s") % words
        people = editors_of(session, {team for team in (found.team_id, *both) if team is not None})
        people |= reviewers_of(session, item.network_id, [found.team_id])
        tell(session, item, people, "offered", subject, at=at)
    else:
        subject = _("Nobody acted, %(days)s: %(title)s") % words
        body = _("This is the last notice on it. It stays open, and late, until somebody acts.")
        tell(session, item, _last_people(session, item), "late", subject, at=at, body=body, is_last=True)
    return found.step.value


def _last_people(session: Session, item: FeedbackItem) -> set[int]:
    """Return who gets the last notice on a promise that nobody kept.

    Who runs the network, or where nobody can, who reviews the holder's level; the leads of the team that
    holds the item; and everybody of the team that waits.
    """
    leads = can_sign_in(session, network_leads(session, item.network_id))
    leads = leads or can_sign_in(session, reviewers_of(session, item.network_id, [item.holder_id]))
    holder = {item.holder_id} if item.holder_id else set()
    return leads | editors_of(session, holder, leads_only=True) | editors_of(session, {item.team_id})


def _sender_silent(session: Session, item: FeedbackItem, late: int, today: date, at: datetime) -> str:
    breaks = breaks_of(session, item.network_id)
    found = rules.reminder(late, item.reminders, _since(item.nudged_on, today, breaks))
    if found is None:
        return ""
    if found:
        if not _note(session, item, reminders=item.reminders + 1, reminded_at=at, nudged_on=today):
            return ""
        is_last = item.reminders == rules.MOST_REMINDERS
        body = _("Without a word from your team it is closed unconfirmed in a week.") if is_last else ""
        subject = _("Waiting for you: %(title)s", title=item.title)
        tell_teams(session, item, [item.team_id], "reminder", subject, at=at, body=body, is_last=is_last)
        return "reminded"
    legs = legs_of(session, item)
    gone = Outcome(State.UNCONFIRMED, None, None)
    hand_on(session, item, legs, Act.CLOSE_UNCONFIRMED, gone, words="", by=None, at=at, day=today)
    subject = _("Closed unconfirmed after two reminders: %(title)s", title=item.title)
    teams = {leg.team_id for leg in legs}
    tell_teams(session, item, teams, "unconfirmed", subject, at=at, body=_("Your team can open it again."))
    return "closed_unconfirmed"


def teams_above(session: Session, holder_id: int | None, raiser_id: int, topic: str = "") -> tuple[int, ...]:
    """Return the teams above a holder, each by the link that the topic takes from the last; none twice."""
    found: list[int] = []
    here = holder_id
    while here is not None and len(found) < MOST_LEVELS:
        rows = session.execute(
            select(Link.public_id, Team.name, Team.level, Link.topics, Team.id)
            .join(Team, Team.id == Link.upper_id)
            .where(
                Link.lower_id == here,
                Link.deleted_at.is_(None),
                Team.archived_at.is_(None),
                Team.deleted_at.is_(None),
                Team.id.not_in([*found, raiser_id]),
            )
        ).all()
        ids = {row.public_id: row.id for row in rows}
        picked = pick_link(topic, [Upward(row[0], row[1], row[2].value, row[3] or []) for row in rows])
        here = ids[picked.link.id] if picked else None
        if here is not None:
            found.append(here)
    return tuple(found)
