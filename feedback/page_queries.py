"""What the pages of an item need beside the item: where it can go, what it stops, what moved since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.models import User
from cycles.models import Cycle
from feedback import notice_queries
from feedback.models import Answer, FeedbackItem, PolicyNotice, Theme
from feedback.queries import may_read, sent_words, shared
from feedback.rules import State
from milestones.models import Decision, Milestone
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError, InputError
from nic_platform.svg import day
from nic_platform.tables import Attachment
from nic_platform.text import _
from teams.exchange_queries import links_up
from teams.linking import pick_link
from teams.models import Link, Team


@dataclass(frozen=True)
class WayUp:
    """A link that a team lifts by."""

    id: UUID
    team_id: int
    team: str
    level: Level
    promised_days: int


def ways_up(session: Session, team_id: int | None) -> list[WayUp]:
    """Return the links up from a team, the nearest level first."""
    return [WayUp(*row) for row in session.execute(_ways_up(), {"team": team_id})]


@cache
def _ways_up() -> Any:
    return (
        select(Link.public_id, Team.id, Team.name, Team.level, Link.promised_days)
        .join(Team, Team.id == Link.upper_id)
        .where(Link.lower_id == bindparam("team"), Link.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.rank, Team.name)
    )


def get_link(session: Session, actor: Actor, link_id: UUID | str | None) -> Link:
    """Return a link of the network for sending or lifting.

    Raises:
        InputError: none was chosen.
        AbsentError: there is none.
    """
    key = as_uuid(link_id)
    if key is None:
        mend = _("Choose a team to send it to.")
        raise InputError(mend, {"link": mend})
    here = and_(Link.network_id == actor.network_id, Link.deleted_at.is_(None))
    link = session.scalar(select(Link).where(here, Link.public_id == key))
    if link is None:
        raise AbsentError(_("There is no such link."))
    return link


def link_for(session: Session, actor: Actor, team_id: int, topic: str, link_id: UUID | str | None) -> Link:
    """Return the link that an item of a team goes up: the chosen one, else the one for its topic.

    Raises:
        InputError: the team has no link upward.
        AbsentError: there is no such link.
    """
    picked = None if link_id else pick_link(topic, links_up(session, team_id))
    return get_link(session, actor, picked.link.id if picked else link_id)


def as_uuid(text: UUID | str | None) -> UUID | None:
    """Return a public id that came as text; ``None`` for what is none."""
    if isinstance(text, UUID) or text is None:
        return text
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Choice:
    """Something to choose in a form."""

    id: UUID
    key: int
    name: str
    level: Level | None = None


@dataclass(frozen=True)
class Place:
    """A team that an item may go to; with a link where the holder lifts to it."""

    id: UUID
    team: str
    level: Level
    link_id: UUID | None
    promised_days: int | None


def places_for(session: Session, item: FeedbackItem) -> list[Place]:
    """Return where an item may go from its holder: up its links, or to any team from district level up."""
    link = and_(Link.upper_id == Team.id, Link.lower_id == item.holder_id, Link.deleted_at.is_(None))
    rows = session.execute(
        select(Team.public_id, Team.name, Team.level, Link.public_id, Link.promised_days)
        .outerjoin(Link, link)
        .where(
            Team.network_id == item.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None),
            or_(Team.rank >= Level.DISTRICT.rank, Link.id.is_not(None)),
            Team.id.not_in([item.team_id, item.holder_id or 0]),
        )
        .order_by(Team.rank, Team.name, Team.id)
    )  # fmt: skip
    return [Place(*row) for row in rows]


def get_team(session: Session, actor: Actor, team_id: UUID | str | None) -> Team | None:
    """Return a team of the network by its public id."""
    here = and_(Team.network_id == actor.network_id, Team.deleted_at.is_(None))
    return session.scalar(select(Team).where(here, Team.public_id == as_uuid(team_id)))


def evidence(session: Session, team_id: int | None) -> tuple[list[Choice], list[Choice]]:
    """Return the milestones on the board and the cycles of a team, which an item may say it stops."""
    milestones = session.execute(_on_the_board(), {"team": team_id})
    cycles = session.execute(_named_cycles(), {"team": team_id})
    dated = [Choice(public_id, key, _dated(name, due_on)) for public_id, key, name, due_on in milestones]
    return dated, [Choice(*row) for row in cycles]


@cache
def _on_the_board() -> Any:
    on_board = and_(Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False))
    return (
        select(Milestone.public_id, Milestone.id, Milestone.name, Milestone.due_on)
        .where(Milestone.team_id == bindparam("team"), on_board)
        .order_by(Milestone.due_on, Milestone.id)
        .limit(100)
    )


@cache
def _named_cycles() -> Any:
    return (
        select(Cycle.public_id, Cycle.id, Cycle.title)
        .where(Cycle.team_id == bindparam("team"), Cycle.deleted_at.is_(None), Cycle.title != "")
        .order_by(Cycle.starts_on.desc(), Cycle.id.desc())
        .limit(50)
    )


def _dated(name: str, due_on: date | None) -> str:
    """Return a milestone as one line of a list: a series shares its name, so the date tells them apart."""
    return _("%(name)s, by %(day)s", name=name, day=day(due_on)) if due_on else name


@dataclass(frozen=True)
class Beside:
    """What stands beside an item on its page: its theme, its answer, what it stops."""

    reads_words: bool
    theme_key: int | None
    theme_id: UUID | None
    theme_number: int | None
    theme: str | None
    answer_team: str | None
    answer_level: Level | None
    changes: str | None
    answer: str | None
    why: str | None
    applies_from: date | None
    applies_to: str | None
    look_again_on: date | None
    answered_at: datetime | None
    milestone_id: UUID | None
    milestone: str | None
    measure_id: int | None
    cycle_id: UUID | None
    cycle: str | None
    given_id: UUID | None  # the answer's own page
    looked_again_on: date | None
    looked_again: str | None
    notice_id: UUID | None  # the policy notice it was raised about
    notice: str | None
    has_files: bool
    was_decided: bool  # a decision of a meeting opened it
    owner: str | None  # who of the holder's works on it


_GAVE = aliased(Team)
_FILES = exists().where(
    Attachment.object_kind == "feedback_item",
    Attachment.object_id == FeedbackItem.public_id,
    Attachment.deleted_at.is_(None),
)
_DECIDED = exists().where(Decision.follow_up_id == FeedbackItem.public_id)
_OWNER = select(User.name).where(User.id == FeedbackItem.owner_id).correlate(FeedbackItem).scalar_subquery()
_BESIDE = (
    Theme.id, Theme.public_id, Theme.number, Theme.title, _GAVE.name, _GAVE.level, Answer.changes,
    Answer.text, Answer.why, Answer.applies_from, Answer.applies_to, Answer.look_again_on, Answer.created_at,
    Milestone.public_id, Milestone.name, Milestone.measure_id, Cycle.public_id, Cycle.title, Answer.public_id,
    Answer.looked_again_on, Answer.looked_again, PolicyNotice.public_id, PolicyNotice.title,
    _FILES, _DECIDED, _OWNER,
)  # fmt: skip


def item_page(session: Session, actor: Actor, item_id: UUID) -> tuple[FeedbackItem, Beside]:
    """Return a visible item with what stands beside it. One statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    reads = or_(FeedbackItem.state == State.DRAFT, sent_words(actor))
    row: Any = session.execute(
        select(FeedbackItem, reads, *_BESIDE)
        .outerjoin(Theme, and_(Theme.id == FeedbackItem.theme_id, Theme.deleted_at.is_(None)))
        .outerjoin(Answer, Answer.id == FeedbackItem.answer_id)
        .outerjoin(_GAVE, _GAVE.id == Answer.team_id)
        .outerjoin(Milestone, and_(Milestone.id == FeedbackItem.milestone_id, Milestone.deleted_at.is_(None)))
        .outerjoin(Cycle, and_(Cycle.id == FeedbackItem.cycle_id, Cycle.deleted_at.is_(None)))
        .outerjoin(PolicyNotice, and_(PolicyNotice.id == FeedbackItem.notice_id, notice_queries.reads(actor)))
        .where(may_read(actor), FeedbackItem.public_id == item_id)
        .options(joinedload(FeedbackItem.team), joinedload(FeedbackItem.holder))
    ).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such item."))
    return row[0], Beside(*row[1:])


def name_of(session: Session, user_id: int | None) -> str:
    """Return a person's name; empty for the platform itself."""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""


def kinds_shared(session: Session, actor: Actor) -> Sequence[tuple[str, int]]:
    """Return how many solutions and successes the network shares, by kind."""
    here = and_(FeedbackItem.network_id == actor.network_id, FeedbackItem.deleted_at.is_(None))
    rows = session.execute(
        select(FeedbackItem.kind, func.count(FeedbackItem.id))
        .where(here, shared(actor))
        .group_by(FeedbackItem.kind)
    )
    return [(row[0], row[1]) for row in rows]
