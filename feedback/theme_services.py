"""Themes: one problem, many sites. Sorting items into them, and answering all of them at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.answer_services import give, hand_down, make_answer
from feedback.batch_record_services import Record, locked
from feedback.batches import Many
from feedback.models import ActBatch, Answer, FeedbackItem, Theme
from feedback.rules import Act, Outcome, State
from feedback.theme_answer_queries import coming_down, open_for
from feedback.track_services import check_version, hand_on, legs_of
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
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
        RuleError: the item is over, or the theme went into another one.
    """
    check_version(item, version)
    if theme is not None:
        check_open(session, theme)
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


def check_open(session: Session, theme: Theme) -> None:
    """Refuse a theme that went into another one meanwhile.

    Raises:
        RuleError: it did; the words say into which.
    """
    if theme.joined_into_id is not None:
        number = session.get_one(Theme, theme.joined_into_id).number
        words = _("T-%(old)s went into T-%(number)s. Choose that one.", old=theme.number, number=number)
        raise RuleError(words)


def hold_open(session: Session, theme: Theme) -> None:
    """Let nobody join a theme into another until the transaction ends, so that nothing is filed in it late.

    Taken before reports are locked, as :func:`merge` does.

    Raises:
        RuleError: it went into another one already.
    """
    session.refresh(theme, with_for_update={"read": True})
    check_open(session, theme)


def answer_theme(
    session: Session, theme: Theme, values: Mapping[str, Any], *, by: Actor, at: datetime, day: date
) -> int:
    """Answer every open item of a theme at once, and return how many; see :func:`answer_all`."""
    return answer_all(session, theme, values, by=by, at=at, day=day)[1]


def answer_all(
    session: Session, theme: Theme, values: Mapping[str, Any], *, by: Actor, at: datetime, day: date,
    team_id: int | None = None,
) -> tuple[ActBatch, int]:  # fmt: skip
    """Answer every open item of a theme at once; the answer goes down each one's own track.

    Items that are still on their way up, or were asked back, are taken over first, so that every team of the
    theme hears. What was lifted above the team that answers stays there.

    Args:
        team_id: who answers: the team that keeps the theme, or another that holds reports of it.

    Returns:
        what undoes it, and how many were answered.

    Raises:
        InputError: the answer doesn't say what changes, or why nothing does.
        RuleError: no item of the theme waits for an answer.
    """
    own = team_id or theme.team_id
    waiting = locked(session, open_for(session, theme, own))
    if not waiting:
        raise RuleError(_("No item of this theme waits for an answer."))
    made = make_answer(session, theme.network_id, own, values, theme_id=theme.id)
    record = Record(session, theme.network_id, own, Many.ANSWER, by=by, at=at)
    for item in waiting:
        record.note(item)
        if item.holder_id != own:
            found = Outcome(State.WAITING, own, None)
            words = _("Taken over to be answered with its theme.")
            hand_on(session, item, legs_of(session, item), Act.TAKE, found, words=words, by=by.user_id, at=at,
                    day=day)  # fmt: skip
        give(session, item, made, by=by, at=at, day=day)
    return record.done(waiting), len(waiting)


def hand_down_all(
    session: Session, theme: Theme, team_id: int, words: str, *, by: Actor, at: datetime, day: date
) -> tuple[ActBatch, int]:
    """Hand the answers of a theme that came to a team further down, with its words if there are any.

    Returns:
        what undoes it, and how many went.

    Raises:
        RuleError: none is with the team any more.
    """
    items = locked(session, coming_down(session, theme.id, team_id))
    if not items:
        raise RuleError(_("No answer of this theme is with your team any more."))
    record = Record(session, theme.network_id, team_id, Many.HAND_DOWN, by=by, at=at, words=words)
    for item in items:
        record.note(item)
        hand_down(session, item, words, by=by, at=at, day=day)
    return record.done(items), len(items)


def merge(session: Session, theme: Theme, into: Theme, *, by: Actor, at: datetime) -> tuple[ActBatch, int]:
    """Join a whole theme into another: its reports go there, with the answers they have, and it is closed.

    Returns:
        what undoes it, and how many reports went.

    Raises:
        RuleError: they are one theme, or one of them went into another already.
    """
    for one in sorted((theme, into), key=lambda each: each.id):  # so that two crosswise never wait for ever
        session.refresh(one, with_for_update={"key_share": True})
    check_open(session, theme)
    check_open(session, into)
    if theme.id == into.id or theme.network_id != into.network_id:
        raise RuleError(_("Choose another theme."))
    inside = select(FeedbackItem.id).where(FeedbackItem.theme_id == theme.id)
    record = Record(session, theme.network_id, theme.team_id, Many.MERGE, by=by, at=at, words=into.title)
    items = locked(session, list(session.scalars(inside)))
    _move(record, items, into, at)
    theme.joined_into_id, theme.closed_at = into.id, at
    return record.done(items), len(items)


def _move(record: Record, items: Sequence[FeedbackItem], theme: Theme, at: datetime) -> None:
    for item in items:
        record.note(item)
        item.theme_id, item.updated_at = theme.id, at


def split(
    session: Session,
    theme: Theme,
    items: Sequence[int],
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> tuple[Theme, ActBatch, int]:
    """Split reports off a theme into a new one, which remembers where it came from.

    Args:
        items: the chosen reports, by number in the database; those that left the theme meanwhile stay out.
        values: the new theme's words.

    Raises:
        InputError: it has no title, or nothing was chosen.
        RuleError: none of the reports is in the theme any more.
    """
    if not items:
        raise InputError(_("Choose at least one report."), {"items": _("Choose at least one report.")})
    _check(values)
    found = [item for item in locked(session, items) if item.theme_id == theme.id]
    if not found:
        raise RuleError(_("None of these reports is in the theme any more."))
    made = create_theme(session, theme.network_id, theme.team_id, values, by=by, at=at)
    made.split_from_id = theme.id
    record = Record(session, theme.network_id, theme.team_id, Many.SPLIT, by=by, at=at, words=made.title)
    _move(record, found, made, at)
    return made, record.done(found), len(found)


def assign(session: Session, theme: Theme, person_id: int | None, *, by: Actor, at: datetime) -> None:
    """Give a theme to somebody to work on, who is told; or to nobody."""
    if theme.owner_id == person_id:
        return
    theme.owner_id = person_id
    if person_id is not None:
        theme.owner = ""
    session.flush()
    if person_id is not None and person_id != by.user_id:
        subject = _("Yours to work on: T-%(number)s %(title)s", number=theme.number, title=theme.title)
        notify(
            session, [person_id], kind="feedback.assigned", subject=subject,
            path=f"/themes/{theme.public_id}", network_id=theme.network_id, at=at,
        )  # fmt: skip


def close_theme(session: Session, theme: Theme, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Close a theme, so that no more items are proposed for it; or open it again."""
    if not wanted:
        check_open(session, theme)
    theme.closed_at = at if wanted else None
    session.flush()
