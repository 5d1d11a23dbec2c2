"""Reading ramps: the board of a year's cycles grouped by ramp, and one ramp with all its cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, contains_eager

from cycles.models import ChangeIdea, Cycle, CycleMilestone, Ramp
from cycles.queries import CycleRow, may_read_ramp, rows_of, rows_visible_to, visible_to
from cycles.rules import Stage
from milestones.models import Milestone, Strand
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import SchoolYear, Team
from teams.queries import in_network

# A cycle without a ramp is a group of its own; its number is turned negative so that it can't meet a ramp's.
GROUP: ColumnElement[int] = func.coalesce(Cycle.ramp_id, -Cycle.id)


class Narrowing(NamedTuple):
    """Which filters of a board are set: what the shape of its statements hangs on."""

    of_team: bool
    of_milestone: bool
    of_strand: bool
    at_stage: bool


@dataclass(frozen=True)
class Filters:
    """What a board is narrowed to; ``None`` leaves it open. Dates are civil and both included."""

    first: date
    last: date
    team_id: int | None = None
    strand: str | None = None
    milestone_id: UUID | None = None
    stage: str | None = None

    @property
    def narrowing(self) -> Narrowing:
        """Return which of them are set."""
        return Narrowing(
            self.team_id is not None, self.milestone_id is not None, bool(self.strand), bool(self.stage)
        )

    def given(self, actor: Actor, **values: Any) -> dict[str, Any]:
        """Return what belongs in the places of a board's statement, with *values* of its own."""
        return given(
            actor, first=self.first, last=self.last, team=self.team_id, strand=self.strand,
            milestone=self.milestone_id, stage=self.stage, **values,
        )  # fmt: skip


@dataclass(frozen=True)
class BoardKey:
    """Where a page of the board ended: groups with open cycles first, then the latest begun, then the
    newest."""

    is_open: int
    latest: date
    group: int


@dataclass(frozen=True)
class BoardSummary:
    """How many ideas and cycles a board holds, and what became of them."""

    ideas: int = 0
    cycles: int = 0
    adopted: int = 0
    dropped: int = 0
    open: int = 0


@dataclass(frozen=True)
class Group:
    """One ramp on the board, with its cycles in order and the strand that it serves."""

    key: BoardKey
    strand: str
    cycles: tuple[CycleRow, ...]

    @property
    def last(self) -> CycleRow:
        """Return the newest of its cycles."""
        return self.cycles[-1]


def school_year(session: Session, actor: Actor, today: date) -> tuple[date, date]:
    """Return the first and last day of the school year around *today*: the network's own, else August to
    July."""
    row = session.execute(_year(actor), given(actor, today=today)).first()
    if row is not None:
        return row[0], row[1]
    start = today.year if today.month >= 8 else today.year - 1
    return date(start, 8, 1), date(start + 1, 7, 31)


@ready
def _year(actor: Actor) -> Select[date, date]:
    today = bindparam("today", type_=Date)
    return (
        select(SchoolYear.starts_on, SchoolYear.ends_on)
        .where(in_network(actor, SchoolYear.network_id), SchoolYear.deleted_at.is_(None))
        .where(SchoolYear.starts_on <= today, SchoolYear.ends_on >= today)
        .order_by(SchoolYear.starts_on.desc())
        .limit(1)
    )


_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)


def _begun_within() -> ColumnElement[bool]:
    """Return the condition of the days, where few cycles are left to look at.

    Said so that no index of days is read for it: that would bring the year's cycles of the whole network.
    """
    return func.coalesce(Cycle.starts_on.between(_FIRST, _LAST), true())


def _narrowed(query: Select[Any], by: Narrowing) -> Select[Any]:
    if by.of_team:
        query = query.where(_begun_within(), Cycle.team_id == bindparam("team"))
    else:
        query = query.where(or_(Cycle.starts_on.is_(None), Cycle.starts_on.between(_FIRST, _LAST)))
    if by.at_stage:
        query = query.where(Cycle.stage == bindparam("stage"))
    if by.of_milestone or by.of_strand:
        query = query.where(Cycle.id.in_(_serving(by)))
    return query


def _serving(by: Narrowing) -> Select[Any]:
    found = select(CycleMilestone.cycle_id).join(Milestone, Milestone.id == CycleMilestone.milestone_id)
    if by.of_milestone:
        found = found.where(Milestone.public_id == bindparam("milestone"))
    if by.of_strand:
        found = found.join(Strand, Strand.id == Milestone.strand_id).where(Strand.name == bindparam("strand"))
    return found


def summarize(session: Session, actor: Actor, filters: Filters) -> BoardSummary:
    """Return the counts that lead the board; one statement."""
    return BoardSummary(*session.execute(_summary(actor, filters.narrowing), filters.given(actor)).one())


@ready
def _summary(actor: Actor, by: Narrowing) -> Select[Any]:
    def ideas(decision: str) -> Any:
        return func.count(func.distinct(case((Cycle.decision == decision, GROUP))))

    return _narrowed(visible_to(actor), by).with_only_columns(
        func.count(func.distinct(GROUP)),
        func.count(),
        ideas("adopt"),
        ideas("abandon"),
        func.count(case((Cycle.stage != Stage.CLOSED.value, 1))),
    )


def list_board(
    session: Session, actor: Actor, filters: Filters, after: BoardKey | None = None, limit: int = 25
) -> list[Group]:
    """Return one page of the board and one group more if there are any; three statements however many
    cycles."""
    query = _groups(actor, filters.narrowing, goes_on=after is not None)
    key = after or BoardKey(0, filters.first, 0)
    values = filters.given(actor, open=key.is_open, latest=key.latest, group=key.group, most=limit + 1)
    keys = [BoardKey(int(row[0]), row[1], row[2]) for row in session.execute(query, values)]
    groups = [key.group for key in keys]
    cycles = _cycles_of(session, actor, filters, groups)
    strands = _strands_of(session, groups)
    return [
        Group(key, strands.get(key.group, ""), tuple(cycles[key.group]))
        for key in keys
        if cycles.get(key.group)
    ]


@ready
def _groups(actor: Actor, by: Narrowing, goes_on: bool) -> Any:
    """Return the statement of a page's groups, which may go on after ``open``, ``latest``, ``group``."""
    is_open = func.max(case((Cycle.stage != Stage.CLOSED.value, 1), else_=0))
    latest = func.max(func.coalesce(Cycle.starts_on, _FIRST))
    query = _narrowed(visible_to(actor), by).with_only_columns(is_open, latest, GROUP).group_by(GROUP)
    if goes_on:
        end = tuple_(bindparam("open"), bindparam("latest", type_=Date), bindparam("group"))
        query = query.having(tuple_(is_open, latest, GROUP) < end)
    query = query.order_by(is_open.desc(), latest.desc(), GROUP.desc())
    return query.limit(bindparam("most"))


def _in_groups() -> ColumnElement[bool]:
    """Return the condition of the cycles of some groups, found by the numbers that have indexes."""
    of_ramps = Cycle.ramp_id.in_(bindparam("ramps", expanding=True))
    return or_(of_ramps, and_(Cycle.id.in_(bindparam("alone", expanding=True)), Cycle.ramp_id.is_(None)))


def _numbers(groups: Sequence[int]) -> dict[str, list[int]]:
    """Return what belongs in the places of :func:`_in_groups`."""
    return {
        "ramps": [group for group in groups if group > 0],
        "alone": [-group for group in groups if group < 0],
    }


def _cycles_of(
    session: Session, actor: Actor, filters: Filters, groups: Sequence[int]
) -> dict[int, list[CycleRow]]:
    found: dict[int, list[CycleRow]] = {}
    rows = session.execute(_in_order(actor), filters.given(actor, **_numbers(groups)))
    for row in rows_of(CycleRow, rows):
        found.setdefault(row.ramp_id if row.ramp_id is not None else -row.id, []).append(row)
    return found


@ready
def _in_order(actor: Actor) -> Select[Any]:
    narrowed = rows_visible_to(actor).where(_in_groups(), _begun_within())
    return narrowed.order_by(Cycle.number, Cycle.id)


def _strands_of(session: Session, groups: Sequence[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(_strands(), _numbers(groups))}


@cache
def _strands() -> Any:
    return (
        select(GROUP, func.min(Strand.name))
        .select_from(Cycle)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .join(Strand, Strand.id == Milestone.strand_id)
        .where(_in_groups(), Milestone.is_draft.is_(False), Milestone.deleted_at.is_(None))
        .group_by(GROUP)
    )


# ---------------------------------------------------------------- one ramp


@dataclass(frozen=True)
class RampRow:
    """One ramp with its team and the idea it tests."""

    id: int
    public_id: UUID
    version: int
    title: str
    team_id: int
    team: str
    team_public_id: UUID
    idea_id: int
    idea_public_id: UUID
    idea: str
    idea_description: str
    belief: str
    cost_of_failure: str
    readiness: str


def get_ramp(session: Session, actor: Actor, ramp_id: UUID) -> Ramp:
    """Return one visible ramp for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    ramp = session.scalars(select(Ramp).where(Ramp.public_id == ramp_id, may_read_ramp(actor))).one_or_none()
    if ramp is None:
        raise AbsentError(_("There is no such ramp."))
    return ramp


def describe_ramp(session: Session, actor: Actor, ramp_id: UUID) -> RampRow:
    """Return one visible ramp for reading.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_ramps(actor).where(Ramp.public_id == ramp_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such ramp."))
    return rows_of(RampRow, [row])[0]


def _ramps(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ramp.id, Ramp.public_id, Ramp.version, Ramp.title, Team.id, Team.name, Team.public_id,
            ChangeIdea.id, ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.description,
            Ramp.belief, Ramp.cost_of_failure, Ramp.readiness,
        )
        .join(Team, Team.id == Ramp.team_id)
        .join(ChangeIdea, ChangeIdea.id == Ramp.idea_id)
        .where(may_read_ramp(actor))
    )  # fmt: skip


def list_ramps(
    session: Session,
    actor: Actor,
    *,
    team_id: int | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[RampRow]:
    """Return the visible ramps, newest first, one more than *limit* if there are more.

    Args:
        after: the ramp at which the page before ended.
    """
    query = _ramps(actor).order_by(Ramp.id.desc()).limit(limit + 1)
    if team_id is not None:
        query = query.where(Ramp.team_id == team_id)
    if after is not None:
        last = select(Ramp.id).where(Ramp.public_id == after, in_network(actor, Ramp.network_id))
        query = query.where(Ramp.id < last.scalar_subquery())
    return rows_of(RampRow, session.execute(query))


def cycles_of_ramp(session: Session, actor: Actor, ramp_id: int) -> list[CycleRow]:
    """Return the visible cycles of a ramp in their order."""
    return rows_of(CycleRow, session.execute(_of_ramp(actor), given(actor, ramp=ramp_id)))


@ready
def _of_ramp(actor: Actor) -> Select[Any]:
    query = rows_visible_to(actor).where(Cycle.ramp_id == bindparam("ramp"))
    return query.order_by(Cycle.number, Cycle.id)


@dataclass(frozen=True)
class RampStand:
    """Another ramp of a team, and where its newest visible cycle stands."""

    public_id: UUID
    title: str
    number: int
    stage: str
    decision: str
    outcome: str


def other_ramps(
    session: Session, actor: Actor, team_id: int, except_id: int | None = None, limit: int = 8
) -> list[RampStand]:
    """Return a team's other ramps by where their newest visible cycle stands, newest first."""
    newest = (
        visible_to(actor)
        .with_only_columns(func.max(Cycle.id))
        .where(Cycle.team_id == team_id, Cycle.ramp_id.is_not(None))
        .group_by(Cycle.ramp_id)
    )
    if except_id is not None:
        newest = newest.where(Cycle.ramp_id != except_id)
    query = (
        select(Ramp.public_id, Ramp.title, Cycle.number, Cycle.stage, Cycle.decision, Cycle.outcome)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Cycle.id.in_(newest))
        .order_by(Cycle.id.desc())
        .limit(limit)
    )
    return rows_of(RampStand, session.execute(query))


def own_ramps(session: Session, actor: Actor, team_id: int) -> list[Ramp]:
    """Return the ramps of the actor's own team, newest first, to choose one to go on with."""
    return list(session.scalars(_own_ramps(actor), given(actor, team=team_id)))


@ready
def _own_ramps(actor: Actor) -> Select[Any]:
    return (
        select(Ramp)
        .join(ChangeIdea, ChangeIdea.id == Ramp.idea_id)
        .options(contains_eager(Ramp.idea))
        .where(Ramp.team_id == bindparam("team"), may_read_ramp(actor))
        .order_by(Ramp.id.desc())
        .limit(60)
    )
