"""What stands of a series, as the questions about a new count and the cells of a grid look at it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from measures import checks
from measures.checks import Known
from measures.grid import Kept, Place
from measures.models import Measurement
from measures.queries import Record, SeriesKey, at_own_place, records, standing_records, stands


def known_of(found: Sequence[Record]) -> list[checks.Known]:
    """Return what stands of a series as the questions look at it."""
    return [_known(record) for record in standing_records(found)]


def _known(record: Record) -> Known:
    return Known(record.id, record.on, record.count, record.population, record.amount, record.recorder)


def known_around(session: Session, key: SeriesKey, on: date, subgroup: str = "") -> list[Known]:
    """Return as much of what stands of a series as the questions about a count of one day can ask for.

    The two newest up to that day, for one of them may be the count that is corrected, and the next after it;
    one statement, however long the series is.
    """
    measure, team = key
    values = {"measure": measure, "team": team, "on": on, "subgroup": subgroup}
    return [Known(*row) for row in session.execute(_around(), values)]


@cache
def _around() -> Any:
    on = bindparam("on", type_=Date)
    series = (
        select(
            Measurement.id, Measurement.observed_on, Measurement.count, Measurement.population,
            Measurement.value, func.coalesce(User.name, ""),
        )
        .outerjoin(User, User.id == Measurement.recorded_by_id)
        .where(Measurement.measure_id == bindparam("measure"), Measurement.team_id == bindparam("team"))
        .where(Measurement.subgroup == bindparam("subgroup"), at_own_place(), stands())
    )  # fmt: skip
    newest = (Measurement.observed_on.desc(), Measurement.id.desc())
    before = series.where(Measurement.observed_on <= on).order_by(*newest).limit(2)
    after = (
        series.where(Measurement.observed_on > on).order_by(Measurement.observed_on, Measurement.id).limit(1)
    )
    both = union_all(select(before.subquery()), select(after.subquery())).subquery()
    return select(both)


@dataclass(frozen=True)
class Standing:
    """What was written down of some series of one team.

    ``now`` is what stands by cell, the newest where a day was counted twice; ``every`` is whatever was ever
    written down, by its outside name; ``series`` what stands by measure, breakdown and group; ``found`` the
    records that stand, oldest first.
    """

    now: Mapping[Place, Kept]
    every: Mapping[str, Kept]
    series: Mapping[tuple[int, str, str], Sequence[Known]]
    found: Sequence[Record]

    def days(self) -> set[date]:
        """Return the days on which something stands."""
        return {record.on for record in self.found}


def standing_of(session: Session, keys: Collection[SeriesKey]) -> Standing:
    """Return what stands of series (measure and team) of one team, of every group; one statement."""
    now: dict[Place, Kept] = {}
    every: dict[str, Kept] = {}
    series: dict[tuple[int, str, str], list[Known]] = {}
    standing: list[Record] = []
    for found in records(session, keys, subgroup=None).values():
        every |= {str(each.public_id): Kept(str(each.public_id), _known(each)) for each in found}
        for each in standing_records(found):
            place = (each.measure_id, each.on, each.subgroup_set, each.subgroup)
            times = now[place].times + 1 if place in now else 1
            now[place] = Kept(str(each.public_id), _known(each), each.note, times)
            series.setdefault((each.measure_id, each.subgroup_set, each.subgroup), []).append(_known(each))
            standing.append(each)
    return Standing(now, every, series, standing)
