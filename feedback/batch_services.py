"""Acting on many reports at once, and taking all of it back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from feedback import batches, calendar_services, theme_services
from feedback.answer_services import decline, give, lift, make_answer
from feedback.batch_record_services import Record, locked
from feedback.batches import MOVES, Many
from feedback.drawing import act_words
from feedback.models import ActBatch, ActBatchItem, Answer, FeedbackItem, FeedbackStep, Theme
from feedback.rules import ENDED, Act, Outcome, State
from feedback.telling_services import tell_teams
from feedback.track_services import hand_on, legs_of
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.text import _, ngettext
from teams.models import Link, Team

Change = Callable[[FeedbackItem], object]


@dataclass(frozen=True)
class Left:
    """A report that an act on many left as it was, and why."""

    number: int
    title: str
    why: str


@dataclass(frozen=True)
class Done:
    """What came of an act on many reports, or of taking it back."""

    batch: ActBatch
    many: int
    left: tuple[Left, ...]


def act_on_many(
    session: Session, team: Team, chosen: Mapping[int, int], act: Many, values: Mapping[str, Any], *,
    by: Actor, at: datetime, day: date,
) -> Done:  # fmt: skip
    """Do one act on many reports that wait with *team*; what moved on since it was read is left out.

    Args:
        chosen: the version that was read of each report, by its number in the database.
        values: ``theme`` (Theme), ``give_answer``; ``link`` (Link), ``words``; what an answer says;
            ``person_id``.

    Raises:
        InputError: the act lacks something, or nothing was chosen.
        RuleError: every one of them moved on, or the theme or link can't be used; nothing was changed.
    """
    if not chosen:
        raise InputError(_("Choose at least one report."), {"items": _("Choose at least one report.")})
    missing = batches.missing(act, values)
    if missing:
        raise InputError(_("Something is missing."), missing)
    record = Record(session, team.network_id, team.id, act, by=by, at=at, words=values.get("words") or "")
    change = _change(session, team, act, values, by=by, at=at, day=day)
    done, left = [], []
    for item in locked(session, list(chosen)):
        why = _moved(session, item, team, chosen[item.id])
        if not why:
            record.note(item)
            try:
                change(item)
                done.append(item)
                continue
            except RuleError as error:
                record.forget(item)
                why = str(error)
        left.append(_left(item, why))
    if not done:
        raise RuleError(_("None of these could be done. %(why)s", why=left[0].why if left else ""))
    return Done(record.done(done), len(done), tuple(left))


def _left(item: FeedbackItem, why: str) -> Left:
    """Return a report that was left. One that its team took back is a draft again: its title is nobody's."""
    return Left(item.number, "" if item.state == State.DRAFT else item.title, why)


def _moved(session: Session, item: FeedbackItem, team: Team, version: int) -> str:
    """Return why a report can't be acted on as it was read; empty when it can."""
    if item.deleted_at is None and item.holder_id == team.id and item.state == State.WAITING:
        return "" if item.version == version else _("Somebody changed it a moment ago.")
    return since_words(session, item)


def since_words(session: Session, item: FeedbackItem) -> str:
    """Return what happened to an item last: the act and the team whose turn it was."""
    row = session.execute(
        select(FeedbackStep.act, Team.name)
        .join(Team, Team.id == FeedbackStep.team_id)
        .where(FeedbackStep.item_id == item.id, FeedbackStep.act != "")
        .order_by(FeedbackStep.position.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return _("It moved on.")
    return _("It moved on: %(act)s, %(team)s.", act=act_words(row[0]), team=row[1])


def _change(
    session: Session, team: Team, act: Many, values: Mapping[str, Any], *, by: Actor, at: datetime, day: date
) -> Change:
    """Return what is done to each report."""
    when: dict[str, Any] = {"by": by, "at": at, "day": day}
    words = values.get("words") or ""
    if act is Many.ANSWER:
        made = make_answer(session, team.network_id, team.id, values)
        return lambda item: give(session, item, made, **when)
    if act is Many.DECLINE:
        return lambda item: decline(session, item, words, **when)
    if act is Many.LIFT:
        link: Link | None = values.get("link")
        if link is None or link.lower_id != team.id or link.deleted_at is not None:
            mend = _("Choose a team to send them to.")
            raise InputError(mend, {"link": mend})
        return lambda item: lift(session, item, link, words, **when)
    if act is Many.ASSIGN:
        return _assigning(session, team, values.get("person_id"), by=by, at=at)
    theme: Theme | None = values.get("theme")
    if theme is not None:
        theme_services.hold_open(session, theme)
    with_answer = bool(values.get("give_answer"))
    return lambda item: theme_services.join(session, item, theme, with_answer=with_answer, **when)


def _assigning(session: Session, team: Team, person_id: int | None, *, by: Actor, at: datetime) -> Change:
    if person_id is not None and person_id != by.user_id:
        notify(
            session, [person_id], kind="feedback.assigned", subject=_("Reports were given to you to work on"),
            path="/feedback/queue/items?owner=me", network_id=team.network_id, at=at,
        )  # fmt: skip

    def assign(item: FeedbackItem) -> None:
        item.owner_id = person_id
        item.updated_at = at
        session.flush()

    return assign


def undo(session: Session, batch: ActBatch, *, by: Actor, at: datetime, day: date) -> Done:
    """Take an act on many reports back. What moved on since stays where it is, and is named.

    Tracks only grow: a report that went to another team comes back on a leg of its own, with the promise and
    the day it had.

    Raises:
        RuleError: it was taken back already, or every report moved on.
    """
    session.refresh(batch, with_for_update=True)
    if batch.undone_at is not None:
        raise RuleError(_("This was taken back already."))
    rows = session.scalars(select(ActBatchItem).where(ActBatchItem.batch_id == batch.id))
    kept = {row.item_id: row for row in rows}
    done, left, answers = [], [], set()
    for item in locked(session, list(kept)):
        row = kept[item.id]
        if item.version != row.version_after:
            left.append(_left(item, _since(session, item, row)))
            continue
        answers.add(item.answer_id)
        _restore(session, batch, item, batches.values_of(row.before), by=by, at=at, day=day)
        done.append(item)
    if kept and not done:
        raise RuleError(_("Nothing was taken back: %(why)s", why=left[0].why if left else ""))
    batch.undone_at = at
    if batch.act == Many.CALENDAR:
        calendar_services.keep_promised(session, done)
    _undo_around(session, batch, answers - {None}, at=at)
    session.flush()
    return Done(batch, len(done), tuple(left))


def _since(session: Session, item: FeedbackItem, row: ActBatchItem) -> str:
    if item.state in ENDED or item.state != row.before.get("state"):
        return since_words(session, item)
    return _("It was changed since.")


def _restore(
    session: Session, batch: ActBatch, item: FeedbackItem, before: Mapping[str, Any], *, by: Actor,
    at: datetime, day: date,
) -> None:  # fmt: skip
    if batch.act in MOVES or before["holder_id"] != item.holder_id:
        had_it, legs = item.holder_id, legs_of(session, item)
        found = Outcome(State(before["state"]), before["holder_id"], None)
        hand_on(session, item, legs, Act.UNDO, found, words="", by=by.user_id, at=at, day=day)
        legs[-1].promised_on = before["due_on"]
        subject = _("Taken back: %(title)s", title=item.title)
        told = [had_it, item.team_id]
        tell_teams(session, item, told, "taken_back", subject, at=at, but=by.user_id)
    for name, value in before.items():
        setattr(item, name, value)
    item.updated_at = at
    session.flush()


def _undo_around(session: Session, batch: ActBatch, answers: Collection[int | None], *, at: datetime) -> None:
    """Take back what an act made beside its reports: an answer nobody has, the closing of a theme."""
    if batch.act == Many.ANSWER:
        for answer in session.scalars(select(Answer).where(Answer.id.in_(answers))):
            has = select(func.count(FeedbackItem.id)).where(FeedbackItem.answer_id == answer.id)
            if not session.scalar(has):
                answer.deleted_at = at
    if batch.act == Many.MERGE:
        befores = session.scalars(select(ActBatchItem.before).where(ActBatchItem.batch_id == batch.id))
        themes = {before["theme_id"] for before in befores}
        # A theme without reports left none in the batch; the moment it was closed at tells which it was.
        then = and_(Theme.team_id == batch.team_id, Theme.closed_at == batch.at)
        which = Theme.id.in_(themes) if themes else and_(then, Theme.joined_into_id.is_not(None))
        for theme in session.scalars(select(Theme).where(which)):
            theme.joined_into_id, theme.closed_at = None, None


def left_words(found: Done) -> str:
    """Return the reports that were left as they were, each with why; empty when there were none."""
    if not found.left:
        return ""
    head = ngettext("%(count)s was left as it was", "%(count)s were left as they were", len(found.left))
    return head + ": " + " ".join(f"F-{each.number}: {each.why}" for each in found.left[:5])
