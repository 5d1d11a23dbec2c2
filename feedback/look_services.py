"""Looking at an answer again on the day it named: asking its team, and telling everybody what was found."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from feedback import looks
from feedback.models import Answer, FeedbackItem, FeedbackStep
from feedback.telling_services import can_sign_in, editors_of
from nic_platform.actor import EDITORS, Actor
from nic_platform.errors import ConflictError, InputError
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.text import _
from teams.models import Membership

_SHORT = 120


def due(session: Session, network_id: int, today: date) -> list[int]:
    """Return the answers of a network whose teams are to be asked today to look at them again, by number."""
    rows = session.execute(
        select(Answer.id, Answer.look_again_on, Answer.asked_again_on, Answer.looked_again_on).where(
            Answer.network_id == network_id,
            Answer.deleted_at.is_(None),
            Answer.look_again_on <= today,
            or_(Answer.looked_again_on.is_(None), Answer.looked_again_on < Answer.look_again_on),
        )
    )
    return [row[0] for row in rows if looks.wants_asking(row[1], row[2], row[3], today)]


def ask(session: Session, answer_id: int, *, today: date, at: datetime) -> bool:
    """Ask the team that gave an answer to look at it again; false where that was done, or it was looked at.

    A second worker, or a second run, finds it done.
    """
    answer = session.get_one(Answer, answer_id, populate_existing=True)
    wanted = looks.wants_asking(answer.look_again_on, answer.asked_again_on, answer.looked_again_on, today)
    if answer.deleted_at is not None or not wanted or not _note(session, answer, today):
        return False
    notify(
        session,
        can_sign_in(session, editors_of(session, {answer.team_id})),
        kind="feedback.look_again",
        subject=_("Look again at your answer: %(text)s", text=_short(answer.text)),
        body=_("It said that it is looked at again on %(day)s. Every team that got it reads what you find.",
               day=day_words(answer.look_again_on or today, year=True)),
        path=f"/answers/{answer.public_id}",
        network_id=answer.network_id,
        at=at,
    )  # fmt: skip
    return True


def _note(session: Session, answer: Answer, today: date) -> bool:
    same: ColumnElement[bool] = Answer.asked_again_on.is_(None)
    if answer.asked_again_on is not None:
        same = Answer.asked_again_on == answer.asked_again_on
    taken = session.execute(
        update(Answer)
        .where(Answer.id == answer.id, same)
        .values(asked_again_on=today)
        .execution_options(synchronize_session=False)
    )
    session.expire(answer, ["asked_again_on"])
    return cast(CursorResult[Any], taken).rowcount == 1


def record(
    session: Session, answer: Answer, found: str, next_on: date | None, *, by: Actor, at: datetime, day: date,
    version: int | None = None,
) -> None:  # fmt: skip
    """Write down what a team found when it looked at its answer again; every team that got it is told.

    Args:
        next_on: when it is looked at once more; the day it has stays unless given.

    Raises:
        ConflictError: somebody else did meanwhile; nothing was changed.
        InputError: nothing was found, or the next day has passed.
    """
    if version is not None and version != answer.version:
        raise ConflictError(_("Somebody else wrote down what was found a moment ago. Read it first."))
    wrong = looks.faults(found, next_on, day)
    if wrong:
        raise InputError(_("Say what you found."), wrong)
    answer.looked_again, answer.looked_again_on, answer.updated_at = found.strip(), day, at
    if next_on is not None:
        answer.look_again_on = next_on
    session.flush()
    notify(
        session,
        _people_of(session, answer) - {by.user_id},
        kind="feedback.looked_again",
        subject=_("Looked at again: %(text)s", text=_short(answer.text)),
        body=answer.looked_again,
        path=f"/answers/{answer.public_id}",
        network_id=answer.network_id,
        at=at,
    )


def _people_of(session: Session, answer: Answer) -> set[int]:
    """Return who acts for the teams that the answer went to, and for those it passed on its way."""
    teams = (
        select(FeedbackStep.team_id)
        .join(FeedbackItem, FeedbackItem.id == FeedbackStep.item_id)
        .where(FeedbackItem.answer_id == answer.id, FeedbackItem.deleted_at.is_(None))
    )
    people = select(Membership.user_id).where(
        or_(Membership.team_id.in_(teams), Membership.team_id == answer.team_id),
        Membership.role.in_(sorted(EDITORS)),
        Membership.deleted_at.is_(None),
    )
    return set(session.scalars(people))


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rstrip() + "…"
