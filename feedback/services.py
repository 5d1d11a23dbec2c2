"""Raising an item, and what the team that raised it does with it: send, reply, confirm, share."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from feedback import rules
from feedback.celebration_services import tell_peers
from feedback.legs import asked_at
from feedback.models import FeedbackItem, FeedbackStep
from feedback.rules import Act, Lifted, State
from feedback.telling_services import tell_teams
from feedback.track_services import act_on, check_version, facts_of, legs_of, promised_days
from milestones.calendar_queries import breaks_of
from nic_platform.actor import Actor, Level
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import Link, Network, Site, SiteClosure, Team

CONTENT = (
    "kind", "title", "happens", "since", "stops", "milestone_id", "cycle_id", "affects", "affects_count",
    "severity", "tried", "asked_for", "topic", "notice_id",
)  # fmt: skip


def _next_number(session: Session, network_id: int) -> int:
    """Return the network's next item number; whoever asks at the same time waits for this transaction."""
    return int(session.execute(_taking_a_number(), {"network": network_id}).scalar_one()) - 1


@cache
def _taking_a_number() -> Any:
    table: Any = Network.__table__
    taken = update(table).where(table.c.id == bindparam("network"))
    return taken.values(next_item_number=table.c.next_item_number + 1).returning(table.c.next_item_number)


def create(
    session: Session, team_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime,
    key: UUID | None = None,
) -> FeedbackItem:  # fmt: skip
    """Begin a draft of a team; nothing has to be filled in.

    Args:
        values: any of :data:`CONTENT`.
        key: the name that the form gave the item, for :func:`made_before`.
    """
    team = session.get_one(Team, team_id)
    content = {"kind": rules.Kind.BARRIER.value} | _content(values)
    if key is not None:
        content["public_id"] = key
    item = FeedbackItem(
        network_id=team.network_id,
        team_id=team_id,
        holder_id=team_id,
        number=_next_number(session, team.network_id),
        district_id=_district_of(session, team.site_id),
        **content,
    )
    session.add(item)
    session.flush()
    leg = FeedbackStep(
        network_id=team.network_id,
        item_id=item.id,
        position=0,
        team_id=team_id,
        reached_at=at,
        reached_on=rules.civil_day(at, by.time_zone),
        user_id=by.user_id,
    )
    session.add(leg)
    session.flush()
    return item


def made_before(session: Session, team_id: int, key: UUID | None, *, by: Actor) -> FeedbackItem | None:
    """Return the item that the same form made already, so that sending it twice raises one thing.

    Whoever sends the same form at the same moment waits here until the first is saved.

    Raises:
        InputError: the name belongs to something else.
    """
    if key is None:
        return None
    network_id = session.get_one(Team, team_id).network_id
    session.execute(
        update(Network)
        .where(Network.id == network_id)
        .values(next_item_number=Network.next_item_number)
        .execution_options(synchronize_session=False)
    )
    found = session.scalar(select(FeedbackItem).where(FeedbackItem.public_id == key))
    if found is not None and (found.team_id, found.created_by_id) != (team_id, by.user_id):
        raise InputError(_("Load the page again, and send this once more."))
    return found


def _district_of(session: Session, site_id: int) -> int | None:
    """Return the district that a site lies in, or is."""
    found: int | None = session.scalar(_district_around(), {"site": site_id})
    return found


@cache
def _district_around() -> Any:
    return (
        select(Site.id)
        .join(SiteClosure, SiteClosure.above_id == Site.id)
        .where(SiteClosure.below_id == bindparam("site"), Site.level == Level.DISTRICT)
    )


def _content(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: values[name] for name in CONTENT if name in values}
    texts = {"affects", "asked_for", "happens", "severity", "stops", "title", "topic", "tried"}
    return {
        name: (value or "").strip() if name in texts else value
        for name, value in found.items()
        if name != "kind" or value
    }


def save(session: Session, item: FeedbackItem, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Change a draft.

    Raises:
        RuleError: it was sent already.
    """
    if item.state != State.DRAFT:
        raise RuleError(
            _("This was sent; what was sent stays as it was. Write into the conversation instead.")
        )
    for name, value in _content(values).items():
        setattr(item, name, value)
    session.flush()


def delete(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> None:
    """Delete a draft; :func:`restore` brings it back.

    Raises:
        RuleError: it was sent.
    """
    if item.state != State.DRAFT:
        raise RuleError(_("This was sent, and what was sent is kept. You can give it up instead."))
    item.deleted_at = at
    session.flush()


def restore(session: Session, item: FeedbackItem, *, by: Actor, at: datetime) -> None:
    """Bring a deleted draft back."""
    item.deleted_at = None
    session.flush()


def send(
    session: Session, item: FeedbackItem, link: Link, *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> None:  # fmt: skip
    """Send a draft up a link; the team there promises to answer in the link's days.

    Raises:
        InputError: something that a reader needs is missing.
        RuleError: the link isn't one of the team's, or the item was sent already.
    """
    check_version(item, version)
    missing = rules.missing_to_send(item.title, item.happens)
    if missing:
        raise InputError(_("Before this can be sent, it needs a sentence and what happens."), missing)
    if link.lower_id != item.team_id or link.deleted_at is not None:
        raise RuleError(_("Your team has no such link upward."))
    act_on(
        session,
        item,
        Act.SEND,
        by=by,
        at=at,
        day=day,
        version=version,
        to=link.upper_id,
        days=link.promised_days,
    )
    item.sent_at, item.sent_on = item.sent_at or at, item.sent_on or day
    _tell(session, item, link.upper_id, "arrived", _("New for you: %(title)s"), by=by, at=at)


def withdraw(
    session: Session, item: FeedbackItem, *, by: Actor, at: datetime, day: date, version: int | None = None
) -> None:
    """Undo the sending, while the receiving team has not acted: the item is a draft again.

    Raises:
        RuleError: the receiving team has acted.
    """
    was_with = item.holder_id
    act_on(session, item, Act.WITHDRAW, by=by, at=at, day=day, version=version)
    item.sent_at, item.sent_on, item.highest_rank = None, None, 0
    session.flush()
    if was_with is not None:
        words = _("An item was taken back before you acted on it.")
        tell_teams(session, item, [was_with], "withdrawn", words, at=at, but=by.user_id)


def reply(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Answer what a receiving team asked back; its promise is longer by the days it had to wait."""
    check_version(item, version)
    legs = legs_of(session, item)
    place = asked_at(legs)
    if place is None:
        raise RuleError(_("Nobody asked for a reply."))
    asker, asked = legs[place : place + 2]
    breaks = breaks_of(session, item.network_id)
    act_on(session, item, Act.REPLY, by=by, at=at, day=day, to=asker.team_id, days=1, words=words,
           audience=audience)  # fmt: skip
    item.due_on = rules.after_reply(asked.reached_on, day, asker.promised_on, breaks)
    legs_of(session, item)[-1].promised_on = item.due_on
    session.flush()
    _tell(session, item, item.holder_id, "replied", _("Reply on: %(title)s"), by=by, at=at, body=words)


def confirm(
    session: Session, item: FeedbackItem, lifted: Lifted, words: str, *, by: Actor, at: datetime, day: date,
    look_again_on: date | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """Say for the team that raised it whether the barrier is lifted; everyone on the track is told.

    *Yes* closes the loop. *Partly* keeps the item here until a date to look again. *No* sends it back to the
    team that answered, with a new promise.
    """
    check_version(item, version)
    legs = legs_of(session, item)
    facts = facts_of(item, legs)
    if lifted is Lifted.YES:
        act_on(session, item, Act.CONFIRM, by=by, at=at, day=day, words=words)
    elif lifted is Lifted.PARTLY:
        act_on(session, item, Act.LOOK_AGAIN, by=by, at=at, day=day, words=words)
        if look_again_on and look_again_on > day:
            item.due_on = legs_of(session, item)[-1].promised_on = look_again_on
        item.look_again_on = item.due_on
    else:
        back = rules.last_receiver(facts)
        days_promised = _promise_of(session, legs, back)
        act_on(session, item, Act.RETURN, by=by, at=at, day=day, to=back, days=days_promised, words=words)
        item.answered_at = None
    item.lifted = lifted.value
    session.flush()
    subject = {
        Lifted.YES: _("Confirmed lifted: %(title)s"),
        Lifted.PARTLY: _("Partly lifted: %(title)s"),
        Lifted.NO: _("Not lifted, sent back: %(title)s"),
    }[lifted]
    others = {leg.team_id for leg in legs} - {item.team_id}
    subject = subject % {"title": item.title}
    tell_teams(session, item, others, f"confirmed_{lifted.value}", subject, at=at, body=words, but=by.user_id)


def _promise_of(session: Session, legs: list[FeedbackStep], team_id: int | None) -> int | None:
    """Return the days a team promises: those of the link by which the item reached it."""
    place = next((i for i, leg in enumerate(legs) if leg.team_id == team_id and i > 0), None)
    if place is None or team_id is None:
        return None
    return promised_days(session, legs[place - 1].team_id, team_id)


def drop(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> None:  # fmt: skip
    """Give an item up, with a reason; it can be opened again."""
    legs = act_on(session, item, Act.DROP, by=by, at=at, day=day, version=version, words=words)
    others = {leg.team_id for leg in legs} - {item.team_id}
    subject = _("Given up by its team: %(title)s", title=item.title)
    tell_teams(session, item, others, "dropped", subject, at=at, body=words, but=by.user_id)


def reopen(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> None:  # fmt: skip
    """Open an item again that had ended: it goes back to who answered or declined, else to the team
    that had it last, with a new promise.

    Raises:
        RuleError: no other team ever had it.
    """
    check_version(item, version)
    legs = legs_of(session, item)
    back = rules.last_receiver(facts_of(item, legs))
    days = _promise_of(session, legs, back)
    act_on(session, item, Act.REOPEN, by=by, at=at, day=day, to=back, days=days, words=words)
    item.lifted, item.answered_at = "", None
    session.flush()
    _tell(session, item, back, "reopened", _("Opened again: %(title)s"), by=by, at=at, body=words)


def share(session: Session, item: FeedbackItem, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Share a solution or success with the whole network, or take that back; both are kept in its history.

    The teams that learn together with its team are told.
    """
    item.is_shared = wanted
    session.flush()
    if wanted:
        tell_peers(session, item, by=by, at=at)


def _tell(
    session: Session, item: FeedbackItem, team_id: int | None, kind: str, subject: str, *, by: Actor,
    at: datetime, body: str = "",
) -> None:  # fmt: skip
    subject = subject % {"title": item.title}
    tell_teams(session, item, [team_id], kind, subject, at=at, body=body, but=by.user_id)
