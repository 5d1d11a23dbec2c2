"""Writing into the conversation on an item: for whom, who is named, and who is told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audiences import Audience, kept_in, readers
from feedback.mentions import named
from feedback.models import FeedbackItem, FeedbackMessage, FeedbackStep
from feedback.rules import State
from feedback.talk_queries import people_of
from feedback.telling_services import editors_of, ever_in, forget_words, tell
from feedback.track_services import legs_of
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _

MESSAGE_KINDS = ("message", "mention")  # notices that hold a message's words


def say(
    session: Session,
    item: FeedbackItem,
    text: str,
    *,
    by: Actor,
    at: datetime,
    audience: Audience = Audience.TRACK,
    mentions: Collection[int] = (),
    key: UUID | None = None,
) -> FeedbackMessage:
    """Write a line into the conversation; the team that raised the item and the holder are told.

    Whoever is named is told too, be it by *mentions* or by "@" and a name in the text.

    Args:
        audience: who reads it: everyone on the track, the two teams of the present hop, or the own team.
        mentions: people's numbers.
        key: the name that the form gave the message: sent twice, it is written once.

    Raises:
        InputError: the own team has no part in the hop, or somebody is named who would not read it.
    """
    if (before := _written(session, item, by, key)) is not None:
        return before
    legs = legs_of(session, item)
    team_id = own_team(by, item.team_id, legs)
    kept = _kept(audience, item, legs, team_id)
    seen_by = readers(kept, team_id, legs)
    teams = {leg.team_id for leg in legs} | {item.team_id}
    is_draft = item.state == State.DRAFT
    found = _named(session, text, mentions, seen_by or teams, by, is_draft=is_draft)
    message = FeedbackMessage(
        network_id=item.network_id, item_id=item.id, team_id=team_id, text=text.strip(), audience=kept,
        mentions=sorted(found),
    )  # fmt: skip
    if key is not None:
        message.public_id = key
    session.add(message)
    session.flush()
    if not is_draft or found:
        _tell(session, item, message, seen_by, found, by=by, at=at)
    return message


def take_back(session: Session, message: FeedbackMessage, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Take a message back for its author, or (not *wanted*) put it back; the history says so.

    Its words are taken out of its history and of the notices of it, and mail of them that did not go out yet
    does not go. Put back, the history tells them again.
    """
    if (message.deleted_at is not None) == wanted:
        return
    message.deleted_at = at if wanted else None
    session.flush()
    if not wanted:
        audit.record(session, message, audit.CHANGED, {"text": (None, message.text)})
        session.flush()
        return
    audit.redact(session, "feedback_message", message.public_id, by=by.user_id, at=at, fields=("text",))
    item = session.get_one(FeedbackItem, message.item_id)
    teams = {leg.team_id for leg in legs_of(session, item)} | {item.team_id}
    told = ever_in(session, teams) | set(message.mentions or ())
    forget_words(session, item, told, MESSAGE_KINDS, message.text)


def _written(session: Session, item: FeedbackItem, by: Actor, key: UUID | None) -> FeedbackMessage | None:
    """Return the message that this form wrote already."""
    if key is None:
        return None
    found = session.scalar(select(FeedbackMessage).where(FeedbackMessage.public_id == key))
    if found is not None and (found.item_id, found.created_by_id) != (item.id, by.user_id):
        raise InputError(_("Load the page again, and send this once more."))
    return found


def own_team(by: Actor, team_id: int, legs: Sequence[FeedbackStep]) -> int | None:
    """Return the team on the track for which somebody speaks: the chosen one if it is on it, else another.

    Somebody who acts for a team without being on it, as a reviewer does, speaks for the chosen one, if any.
    """
    own = [team for team in (by.team_id, *sorted(by.team_ids)) if team is not None]
    track = {leg.team_id for leg in legs} | {team_id}
    return next((team for team in own if team in track), by.team_id)


def _kept(audience: Audience, item: FeedbackItem, legs: Sequence[FeedbackStep], team_id: int | None) -> str:
    if item.state == State.DRAFT:
        return Audience.TEAM.value  # and stays with it once the item is sent
    if audience is not Audience.HOP:
        return audience.value
    place = len(legs) - 1
    kept = kept_in(legs[place].position)
    if team_id not in (readers(kept, None, legs) or frozenset()) or place < 1:
        mend = _("Your team has no part in the last step. Choose another.")
        raise InputError(mend, {"audience": mend})
    return kept


def _named(
    session: Session, text: str, mentions: Collection[int], teams: Collection[int], by: Actor, *,
    is_draft: bool,
) -> set[int]:  # fmt: skip
    if not mentions and "@" not in text:
        return set()
    people = people_of(session, teams, but=by.user_id, is_draft=is_draft)
    strangers = set(mentions) - {person.key for person in people} - {by.user_id}
    if strangers:
        mend = _("Somebody you named would not read this. Choose other people, or other readers.")
        raise InputError(mend, {"people": mend})
    return set(named(text, people)) | (set(mentions) - {by.user_id})


def _tell(
    session: Session, item: FeedbackItem, message: FeedbackMessage, seen_by: frozenset[int] | None,
    found: set[int], *, by: Actor, at: datetime,
) -> None:  # fmt: skip
    title = item.title or _("A draft")
    if found:
        subject = _("You are named on: %(title)s", title=title)
        tell(session, item, found, "mention", subject, at=at, body=message.text, but=by.user_id)
    teams = {item.team_id, item.holder_id} - {None} if seen_by is None else set(seen_by)
    others = editors_of(session, {team for team in teams if team is not None}) - found
    if item.state != State.DRAFT and others:
        subject = _("A message on: %(title)s", title=title)
        tell(session, item, others, "message", subject, at=at, body=message.text, but=by.user_id)
