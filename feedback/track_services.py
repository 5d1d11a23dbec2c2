"""The track of an item: ending the leg it is on, beginning the next. Every act goes through here."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import rules
from feedback.audiences import CHOOSES
from feedback.legs import answerer, touched
from feedback.models import FeedbackItem, FeedbackStep
from feedback.owner_services import owner_again, tell_owner
from feedback.rules import ENDED, Act, Facts, Kind, Outcome, State
from milestones.calendar_queries import breaks_of
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, RuleError
from nic_platform.text import _
from teams.link_services import note_exchange
from teams.models import Link, Team


def legs_of(session: Session, item: FeedbackItem) -> list[FeedbackStep]:
    """Return the legs of an item for writing, oldest first."""
    query = select(FeedbackStep).where(FeedbackStep.item_id == item.id).order_by(FeedbackStep.position)
    return list(session.scalars(query))


def facts_of(item: FeedbackItem, legs: Sequence[FeedbackStep]) -> Facts:
    """Return an item as the rules look at it."""
    return Facts(
        state=State(item.state),
        kind=Kind(item.kind),
        team_id=item.team_id,
        holder_id=item.holder_id,
        offered_to_id=item.offered_to_id,
        with_network=item.with_network,
        track=tuple(leg.team_id for leg in legs) or (item.team_id,),
        answerer_id=answerer(legs),
        is_shared=item.is_shared,
        is_touched=touched(item.team_id, legs),
    )


def check_version(item: FeedbackItem, version: int | None) -> None:
    """Refuse an act on an item that somebody else acted on since it was read.

    Raises:
        ConflictError: *version* is not the saved one; nothing was changed.
    """
    if version is not None and version != item.version:
        raise ConflictError(
            _("Somebody else acted on this a moment ago. Nothing was overwritten: read where it is now.")
        )


def work_out(act: Act, facts: Facts, *, to: int | None = None, days: int | None = None) -> Outcome:
    """Return where an act takes an item.

    Raises:
        RuleError: it doesn't fit the state the item is in.
    """
    try:
        return rules.outcome(act, facts, to=to, days=days)
    except ValueError as error:
        where = rules.stage_of(facts.state, "")
        raise RuleError(_("That can’t be done now. The item stands at: %(where)s.", where=where)) from error


def hand_on(
    session: Session,
    item: FeedbackItem,
    legs: list[FeedbackStep],
    act: Act,
    found: Outcome,
    *,
    words: str,
    by: int | None,
    at: datetime,
    day: date,
    audience: str = "track",
) -> None:
    """End the present leg with an act, begin the next one, and bring the item to where the act leads.

    Args:
        legs: the whole track; the new leg is added to it.
        by: the user who acts; empty for the platform itself.
        day: the civil day in the network, from which promises count; breaks stop their clock.
        audience: who reads the words: "track", or "hop" for who acts and who gets the item next.
    """
    before, owner_id = item.holder_id, item.owner_id
    if legs:
        if legs[-1].left_at is not None:  # it had ended, so the act gets a leg of its own, with who raised it
            legs.append(_next_leg(item, legs, item.team_id, at, day))
            session.add(legs[-1])
        last = legs[-1]
        last.left_at, last.act, last.words, last.user_id = at, act.value, words, by
        last.audience = audience if words and act in CHOOSES else "track"
        last.left_on, last.days = day, (day - last.reached_on).days
    _bring(item, found, rules.promise(day, found.days, breaks_of(session, item.network_id)), at, day)
    _note_days(item, act, day)
    if found.holder_id == before:
        item.owner_id = owner_id
    else:
        tell_owner(session, item, owner_id, act, by=by, at=at)
    if found.holder_id is not None:
        legs.append(_next_leg(item, legs, found.holder_id, at, day))
        legs[-1].promised_on = item.due_on
        session.add(legs[-1])
        _note_rank(session, item, found.holder_id)
        if found.holder_id != before and any(leg.team_id == found.holder_id for leg in legs[:-1]):
            item.owner_id = owner_again(session, item, found.holder_id)
    if before is not None and found.holder_id is not None:
        note_exchange(session, before, found.holder_id, at=at)
        note_exchange(session, found.holder_id, before, at=at)
    session.flush()


def _bring(item: FeedbackItem, found: Outcome, due_on: date | None, at: datetime, day: date) -> None:
    """Bring an item to where an act leads; what was noted of its stay with the holder before is over."""
    item.state, item.holder_id = found.state.value, found.holder_id
    item.due_on, item.held_on = due_on, day
    item.nudged_on, item.owner_id = None, None
    item.updated_at = at  # moves the version where nothing else changes too: of two acts one is refused
    item.offered_to_id, item.escalations, item.with_network = None, 0, False
    item.reminders, item.reminded_at = 0, None
    item.closed_at = at if found.state in ENDED else None


def _note_days(item: FeedbackItem, act: Act, day: date) -> None:
    """Keep how long the loop took, so that loops are measured without reading their tracks."""
    spent = (day - item.sent_on).days if item.sent_on else None
    if act in {Act.ANSWER, Act.DECLINE, Act.THANK} and item.days_to_answer is None:
        item.days_to_answer = spent
    item.days_to_close = spent if item.state in ENDED else None


def _next_leg(
    item: FeedbackItem, legs: Sequence[FeedbackStep], team_id: int, at: datetime, day: date
) -> FeedbackStep:
    return FeedbackStep(
        network_id=item.network_id,
        item_id=item.id,
        position=legs[-1].position + 1 if legs else 0,
        team_id=team_id,
        from_id=legs[-1].team_id if legs else None,
        reached_at=at,
        reached_on=day,
    )


def _note_rank(session: Session, item: FeedbackItem, team_id: int) -> None:
    if team_id != item.team_id:
        item.highest_rank = max(item.highest_rank or 0, session.get_one(Team, team_id).rank)


def promised_days(session: Session, lower_id: int | None, upper_id: int) -> int | None:
    """Return the days that the upper team of a link promises to answer in; ``None`` without a link."""
    return session.scalar(
        select(Link.promised_days).where(
            Link.lower_id == lower_id, Link.upper_id == upper_id, Link.deleted_at.is_(None)
        )
    )


def act_on(
    session: Session,
    item: FeedbackItem,
    act: Act,
    *,
    by: Actor | None,
    at: datetime,
    day: date,
    version: int | None = None,
    to: int | None = None,
    days: int | None = None,
    words: str = "",
    audience: str = "track",
) -> list[FeedbackStep]:
    """Do one act on an item, a person's or the platform's own (*by* is ``None``), and return its track.

    Raises:
        ConflictError: somebody else acted since *version* was read.
        RuleError: the act doesn't fit.
    """
    check_version(item, version)
    legs = legs_of(session, item)
    found = work_out(act, facts_of(item, legs), to=to, days=days)
    user_id = by.user_id if by else None
    hand_on(session, item, legs, act, found, words=words, by=user_id, at=at, day=day, audience=audience)
    return legs
