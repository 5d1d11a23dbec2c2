"""What a receiving team does with an item: lift, pass, ask back, answer, decline, thank, take over."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback import rules
from feedback.audiences import Audience, hop_of
from feedback.models import Answer, FeedbackItem, FeedbackStep
from feedback.rules import Act, Change
from feedback.telling_services import tell_teams
from feedback.track_services import act_on, check_version, promised_days
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import Link, Team

ANSWER = ("changes", "text", "why", "applies_from", "applies_to", "look_again_on")


def lift(
    session: Session, item: FeedbackItem, link: Link, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Lift an item further up a link of the holder's, with its own words.

    Args:
        audience: who reads the words: "track", or "hop" for the two teams of this step.

    Raises:
        InputError: there are no words.
        RuleError: the link isn't the holder's, or leads back to the team that raised the item.
    """
    check_version(item, version)
    _need(words, _("Say in your own words why this goes further up."))
    if link.lower_id != item.holder_id or link.deleted_at is not None or link.upper_id == item.team_id:
        raise RuleError(_("The team that holds this has no such link upward."))
    legs = act_on(session, item, Act.LIFT, by=by, at=at, day=day, version=version, to=link.upper_id,
                  days=link.promised_days, words=words, audience=audience)  # fmt: skip
    _tell_both(session, item, legs, "lifted", _("Lifted further: %(title)s"), words, by=by, at=at)


def pass_on(
    session: Session, item: FeedbackItem, team: Team, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Pass an item to a better place.

    Raises:
        InputError: there are no words, or the team can't get it.
    """
    check_version(item, version)
    _need(words, _("Say why that is the better place."))
    if team.network_id != item.network_id or team.id in {item.team_id, item.holder_id}:
        raise InputError(_("Choose another team."), {"team": _("Choose another team.")})
    days = promised_days(session, item.holder_id, team.id)
    legs = act_on(session, item, Act.PASS, by=by, at=at, day=day, version=version, to=team.id, days=days,
                  words=words, audience=audience)  # fmt: skip
    _tell_both(session, item, legs, "passed", _("Passed to a better place: %(title)s"), words, by=by, at=at)


def ask_back(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Ask the team that raised the item something; the holder's promise waits until it replies.

    Raises:
        InputError: there is no question.
    """
    _need(words, _("Write what you need to know."))
    act_on(session, item, Act.ASK, by=by, at=at, day=day, version=version, words=words, audience=audience)
    subject = _("A question for you on: %(title)s", title=item.title)
    tell_teams(session, item, [item.team_id], "asked_back", subject, at=at, body=words, but=by.user_id)


def decline(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Decline with a reason; the team that raised the item accepts that or sends it back.

    Raises:
        InputError: there is no reason.
    """
    _need(words, _("Give the reason; the team that raised this reads it."))
    legs = act_on(session, item, Act.DECLINE, by=by, at=at, day=day, version=version, words=words,
                  audience=audience)  # fmt: skip
    _tell_track(session, item, legs, "declined", _("Declined: %(title)s"), words, by=by, at=at)


def thank(
    session: Session, item: FeedbackItem, words: str, *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> None:  # fmt: skip
    """Take up a solution or a success with thanks; that closes it."""
    legs = act_on(session, item, Act.THANK, by=by, at=at, day=day, version=version, words=words)
    _tell_track(session, item, legs, "thanked", _("Taken up with thanks: %(title)s"), words, by=by, at=at)


def take(
    session: Session, item: FeedbackItem, *, by: Actor, at: datetime, day: date, version: int | None = None
) -> None:
    """Take over a late item that was offered to this team.

    Raises:
        RuleError: it isn't offered any more.
    """
    check_version(item, version)
    if item.offered_to_id is None:
        raise RuleError(_("This is not offered to your team any more."))
    to, late = item.offered_to_id, item.holder_id
    days = promised_days(session, late, to)
    act_on(session, item, Act.TAKE, by=by, at=at, day=day, to=to, days=days)
    subject = _("Taken over by the level above: %(title)s", title=item.title)
    tell_teams(session, item, [late, item.team_id], "taken", subject, at=at, but=by.user_id)


def make_answer(
    session: Session, network_id: int, team_id: int, values: Mapping[str, Any], *, theme_id: int | None = None
) -> Answer:
    """Write an answer down.

    Raises:
        InputError: it doesn't say what changes, or why nothing does.
    """
    change = Change(values["changes"]) if values.get("changes") else None
    missing = rules.missing_in_answer(change, values.get("text") or "", values.get("why") or "")
    if missing:
        raise InputError(_("The answer isn't complete."), missing)
    content = {name: values[name] for name in ANSWER if values.get(name) is not None}
    answer = Answer(network_id=network_id, team_id=team_id, theme_id=theme_id, **content)
    session.add(answer)
    session.flush()
    return answer


def answer(
    session: Session, item: FeedbackItem, values: Mapping[str, Any], *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> Answer:  # fmt: skip
    """Answer an item here; the answer goes down the track, and every team on it is told.

    Raises:
        InputError: the answer doesn't say what changes, or why nothing does.
    """
    check_version(item, version)
    if item.holder_id is None:
        raise RuleError(_("Nobody holds this any more."))
    made = make_answer(session, item.network_id, item.holder_id, values)
    give(session, item, made, by=by, at=at, day=day)
    return made


def give(session: Session, item: FeedbackItem, made: Answer, *, by: Actor, at: datetime, day: date) -> None:
    """Give an item an answer that its holder wrote; it comes down the track."""
    legs = act_on(session, item, Act.ANSWER, by=by, at=at, day=day, words=made.text)
    item.answer_id, item.answered_at, item.lifted = made.id, at, ""
    session.flush()
    _tell_track(session, item, legs, "answered", _("Answered: %(title)s"), made.text, by=by, at=at)


def hand_down(
    session: Session, item: FeedbackItem, words: str, *, by: Actor | None, at: datetime, day: date,
    version: int | None = None, audience: str = "track",
) -> None:  # fmt: skip
    """Hand an answer further down the track, with words of one's own if there are any.

    Args:
        by: ``None`` when the platform does it, because the team on the way let its days pass.
    """
    act_on(session, item, Act.PASS, by=by, at=at, day=day, version=version, words=words, audience=audience)
    subject = _("The answer reached you: %(title)s", title=item.title)
    tell_teams(session, item, [item.holder_id], "came_down", subject, at=at, body=words,
               but=by.user_id if by else None)  # fmt: skip


def _need(words: str, mend: str) -> None:
    if not words.strip():
        raise InputError(mend, {"words": mend})


def _tell_both(
    session: Session, item: FeedbackItem, legs: list[FeedbackStep], kind: str, subject: str, words: str, *,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    told = {item.holder_id, item.team_id}
    _tell(session, item, legs, told, kind, subject, words, by=by, at=at)


def _tell_track(
    session: Session, item: FeedbackItem, legs: list[FeedbackStep], kind: str, subject: str, words: str, *,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    _tell(session, item, legs, {leg.team_id for leg in legs}, kind, subject, words, by=by, at=at)


def _tell(
    session: Session, item: FeedbackItem, legs: list[FeedbackStep], told: Collection[int | None], kind: str,
    subject: str, words: str, *, by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Tell teams of the act that the track ends with; words of a hop reach its two teams alone."""
    subject = subject % {"title": item.title}
    place = next((i for i in reversed(range(len(legs))) if legs[i].act), 0)
    kept_to = hop_of(legs, place) if legs[place].audience == Audience.HOP else None
    tell_teams(session, item, told, kind, subject, at=at, body=words, but=by.user_id, kept_to=kept_to)
