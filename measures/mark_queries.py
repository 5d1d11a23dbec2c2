"""Reading what teams set on their charts, and the team that a chart is of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Integer, String, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from measures.charting import Mark
from measures.models import ChartMark, Measurement
from measures.queries import RECORD_COLUMNS, Record, SeriesKey, at_own_place, is_above, record_of, with_tables
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_team

OF_WHOLE = ("change", "story")  # what is said of everybody stands on the charts of its groups too


@dataclass(frozen=True)
class ChartTeam:
    """The team that a chart is of; ``is_above`` says that one of the reader's teams is above it on links."""

    id: int
    public_id: UUID
    name: str
    is_above: bool


def team_of_chart(session: Session, actor: Actor, team_id: UUID | int | None, measure_id: int) -> ChartTeam:
    """Return a team whose work the actor reads by name.

    Args:
        team_id: its public id, or its number; without one the first team by name that counts the measure.

    Raises:
        AbsentError: there is none, or *actor* does not read its work.
    """
    query = select(Team.id, Team.public_id, Team.name, is_above(actor, Team.id)).where(
        in_network(actor, Team.network_id), Team.deleted_at.is_(None), reads_team(actor, Team.id)
    )
    if isinstance(team_id, UUID):
        query = query.where(Team.public_id == team_id)
    elif team_id is not None:
        query = query.where(Team.id == team_id)
    else:
        counting = select(Measurement.team_id).where(Measurement.measure_id == measure_id, at_own_place())
        query = query.where(Team.id.in_(counting)).order_by(Team.name, Team.id).limit(1)
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such team."))
    return ChartTeam(row[0], row[1], row[2], bool(row[3]))


def told_marks(marks: Sequence[Mark], hidden: Collection[date]) -> list[Mark]:
    """Return the marks that go with a chart some of whose days are hidden from its reader.

    What is said of a hidden day is said of its few people, like the note beside the count: it stays with the
    team. Where a baseline ends or a phase begins stays, without its words.
    """
    told = [mark for mark in marks if mark.on not in hidden or mark.kind in {"freeze", "phase"}]
    return [replace(mark, words="") if mark.on in hidden else mark for mark in told]


def marks_of(
    session: Session, measure_id: int, team_id: int, subgroup_set: str = "", subgroup: str = ""
) -> list[Mark]:
    """Return the marks on one chart by day; one statement. The caller has asked who may see the series."""
    same = (ChartMark.subgroup_set == subgroup_set) & (ChartMark.subgroup == subgroup)
    whole = (ChartMark.subgroup == "") & ChartMark.kind.in_(OF_WHOLE)
    query = (
        select(
            ChartMark.kind, ChartMark.on, ChartMark.words, ChartMark.public_id, ChartMark.version, User.name
        )
        .outerjoin(User, User.id == ChartMark.updated_by_id)
        .where(ChartMark.measure_id == measure_id, ChartMark.team_id == team_id)
        .where(ChartMark.deleted_at.is_(None), or_(same, whole))
        .order_by(ChartMark.on, ChartMark.id)
    )
    return [Mark(*row[:5], row[5] or "") for row in session.execute(query)]


def records_and_marks(session: Session, key: SeriesKey) -> tuple[list[Record], list[Mark]]:
    """Return what was written down of one series, its subgroups too, and the marks on its chart, by day.

    One statement, for pages that have none to spare. The caller has asked who may see the series.
    """
    told = session.execute(_records_and_marks(), {"measure": key[0], "team": key[1]})
    rows = sorted(told, key=lambda row: (row[5], row[1]))
    found = with_tables([record_of(row[1:], row[18]) for row in rows if not row[0]])
    return found, [Mark(row[11], row[5], row[13], row[2], row[15], row[7] or "") for row in rows if row[0]]


@cache
def _records_and_marks() -> Any:
    """Return the statement of :func:`records_and_marks`, put together once."""
    measure, team = bindparam("measure", type_=Integer), bindparam("team", type_=Integer)
    counts = (
        select(literal(False), *RECORD_COLUMNS)
        .outerjoin(User, User.id == Measurement.recorded_by_id)
        .where(Measurement.measure_id == measure, Measurement.team_id == team, at_own_place())
    )
    nothing = cast(null(), Float)
    marks = (
        select(
            literal(True), ChartMark.id, ChartMark.public_id, ChartMark.measure_id, ChartMark.team_id,
            ChartMark.on, ChartMark.updated_at, User.name, nothing, nothing, nothing, ChartMark.kind,
            cast(literal(""), String), ChartMark.words, ChartMark.subgroup, ChartMark.version, literal(False),
            ChartMark.subgroup_set, cast(null(), Integer),
        )
        .outerjoin(User, User.id == ChartMark.updated_by_id)
        .where(ChartMark.measure_id == measure, ChartMark.team_id == team, ChartMark.subgroup == "")
        .where(ChartMark.deleted_at.is_(None))
    )  # fmt: skip
    return select(*union_all(counts, marks).subquery().c)  # columns of one select go past the mapper


def find_mark(session: Session, actor: Actor, mark_id: UUID, *, is_deleted: bool = False) -> ChartMark:
    """Return one mark of a team whose work the actor reads, to be changed.

    Args:
        is_deleted: look among those that were taken away, to bring one back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    gone = ChartMark.deleted_at.is_not(None) if is_deleted else ChartMark.deleted_at.is_(None)
    found = session.scalar(
        select(ChartMark).where(
            ChartMark.public_id == mark_id, in_network(actor, ChartMark.network_id),
            reads_team(actor, ChartMark.team_id), gone,
        )
    )  # fmt: skip
    if found is None:
        raise AbsentError(_("There is no such mark."))
    return found
