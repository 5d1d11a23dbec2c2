"""Themes: one problem, many sites. Sorting items into them, and answering all of them at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.answer_services import give, make_answer
from feedback.models import Answer, FeedbackItem, Theme
from feedback.rules import Act, Outcome, State
from feedback.track_services import check_version, hand_on, legs_of
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import Network

CONTENT = ("title", "summary", "owner", "power")


def create_theme(
    session: Session, network_id: int, team_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Theme:
    """Begin a theme that *team_id* keeps.

    Raises:
        InputError: it has no title.
    """
    _check(values)
    theme = Theme(network_id=network_id, team_id=team_id, number=_next_number(session, network_id),
                  **_content(values))  # fmt: skip
    session.add(theme)
    session.flush()
    return theme


def _next_number(session: Session, network_id: int) -> int:
    # Touching the network's row first makes whoever else numbers a theme wait until this one is saved.
    session.execute(
        update(Network)
        .where(Network.id == network_id)
        .values(next_item_number=Network.next_item_number)
        .execution_options(synchronize_session=False)
    )
    highest = session.scalar(select(func.max(Theme.number)).where(Theme.network_id == network_id))
    return (highest or 0) + 1


def save_theme(session: Session, theme: Theme, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Change a theme's words or owner.

    Raises:
        InputError: it has no title.
    """
    _check(values)
    for name, value in _content(values).items():
        setattr(theme, name, value)
    session.flush()


def _content(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: (values.get(name) or "").strip() for name in CONTENT if name in values}


def _check(values: Mapping[str, Any]) -> None:
    if not (values.get("title") or "").strip():
        mend = _("Give the theme a title that its schools would recognise.")
        raise InputError(mend, {"title": mend})


def join(
    session: Session, item: FeedbackItem, theme: Theme | None, *, by: Actor, at: datetime, day: date,
    version: int | None = None, with_answer: bool = False,
) -> None:  # fmt: skip
    """Put an item into a theme, or take it out of one.

    Args:
        with_answer: give it the theme's answer at once, if the team that holds it wrote one.

    Raises:
        RuleError: the item is over.
    """
    check_version(item, version)
    if item.state not in {State.WAITING, State.ASKED_BACK, State.ANSWERED, State.DECLINED, State.PARTLY}:
        raise RuleError(_("This is over; open it again before sorting it."))
    item.theme_id = theme.id if theme else None
    item.updated_at = at
    session.flush()
    given = latest_answer(session, theme) if theme and with_answer else None
    if given and item.state == State.WAITING and item.holder_id == given.team_id:
        give(session, item, given, by=by, at=at, day=day)


def latest_answer(session: Session, theme: Theme) -> Answer | None:
    """Return the last answer that was given to a theme as a whole."""
    query = select(Answer).where(Answer.theme_id == theme.id, Answer.deleted_at.is_(None))
    return session.scalar(query.order_by(Answer.created_at.desc(), Answer.id.desc()).limit(1))


def answer_theme(
    session: Session, theme: Theme, values: Mapping[str, Any], *, by: Actor, at: datetime, day: date
) -> int:
    """Answer every open item of a theme at once; the answer goes down each one's own track.

    Items that are still on their way up, or were asked back, are taken over first, so that every team of the
    theme hears.

    Returns:
        how many items were answered.

    Raises:
        InputError: the answer doesn't say what changes, or why nothing does.
        RuleError: no item of the theme waits for an answer.
    """
    waiting = list(
        session.scalars(
            select(FeedbackItem)
            .where(
                FeedbackItem.theme_id == theme.id,
                FeedbackItem.state.in_([State.WAITING, State.ASKED_BACK]),
                FeedbackItem.deleted_at.is_(None),
                FeedbackItem.team_id != theme.team_id,
            )
            .order_by(FeedbackItem.id)
        )
    )
    if not waiting:
        raise RuleError(_("No item of this theme waits for an answer."))
    made = make_answer(session, theme.network_id, theme.team_id, values, theme_id=theme.id)
    for item in waiting:
        if item.holder_id != theme.team_id:
            found = Outcome(State.WAITING, theme.team_id, None)
            words = _("Taken over to be answered with its theme.")
            hand_on(session, item, legs_of(session, item), Act.TAKE, found, words=words, by=by.user_id, at=at,
                    day=day)  # fmt: skip
        give(session, item, made, by=by, at=at, day=day)
    return len(waiting)


def close_theme(session: Session, theme: Theme, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Close a theme, so that no more items are proposed for it; or open it again."""
    theme.closed_at = at if wanted else None
    session.flush()
