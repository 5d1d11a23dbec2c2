"""The sums are always those of the measurements, whatever was written, corrected, taken back, moved."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import resum_services, services, sum_services
from measures.least import FREE
from measures.models import Measurement, MonthSum, YearSum
from measures.queries import stands
from measures.rules import Entry
from measures.school_years import year_of
from nic_platform.actor import Level
from teams.models import Site, SiteClosure
from teams.services import move_site
from tests import factories as make
from tests.drill import IS_DRILL
from tests.factories import NOON, TODAY

DAYS = [TODAY - timedelta(days=days) for days in (0, 1, 40, 200, 400)]


Cells = dict[tuple[Any, ...], tuple[Any, ...]]
LEASTS = ("least_y", "least_d", "least_rest", "least_room")


def standing(session: Session) -> list[Any]:
    """Return every measurement that stands, with each site that it counts for: its own and all above."""
    query = (
        select(SiteClosure.above_id, Measurement)
        .join(SiteClosure, SiteClosure.below_id == Measurement.site_id)
        .where(stands())
    )
    return list(session.execute(query))


def rooms(session: Session) -> dict[tuple[int, date], float]:
    """Return how near totals come to telling their groups, by site and month, count by count.

    What was counted once in a month goes together; else what one team counted on one day.
    """
    months: dict[tuple[int, date], list[Measurement]] = {}
    for row in session.scalars(select(Measurement).where(stands())):
        months.setdefault((row.site_id, row.observed_on.replace(day=1)), []).append(row)
    found: dict[tuple[int, date], float] = {}
    for cell, rows in months.items():
        often = Counter((row.subgroup_set, row.subgroup) for row in rows)
        is_once = max(often.values()) == 1
        for total, group in product(rows, rows):
            if total.subgroup or not group.subgroup or not (is_once or _day(total) == _day(group)):
                continue
            alike = [row for row in rows if row.subgroup_set == group.subgroup_set]
            sizes = [row.population or 0 for row in alike if is_once or _day(row) == _day(group)]
            found[cell] = min(found.get(cell, FREE), (total.population or 0) - max(sizes), sum(sizes))
    return found


def _day(row: Measurement) -> tuple[int, date]:
    return row.team_id, row.observed_on


def smallest(session: Session, model: type[Any]) -> Cells:
    """Return the smallest count, group, rest and room of every cell, from the measurements, one by one."""
    beside = rooms(session)
    found: dict[tuple[Any, ...], list[float]] = {}
    for site, row in standing(session):
        month = row.observed_on.replace(day=1)
        when = month if model is MonthSum else year_of(month)
        count, people = row.count or 0.0, row.population or 0.0
        told = (
            count, min(people, row.people or people), people - count,
            FREE if row.subgroup else beside.get((row.site_id, month), FREE),
        )  # fmt: skip
        cell = found.setdefault((site, row.measure_id, when, row.subgroup_set, row.subgroup), [FREE] * 4)
        cell[:] = [min(pair) for pair in zip(cell, told, strict=True)]
    return {key: tuple(cell) for key, cell in found.items()}


def raw(session: Session, model: type[Any]) -> Cells:
    """Add up every measurement that stands, at its site and all sites above, one by one."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for site, row in standing(session):
        when = row.observed_on.replace(day=1) if model is MonthSum else year_of(row.observed_on)
        y, d = row.count or 0.0, row.population or 1.0
        cell = found.setdefault(
            (site, row.measure_id, when, row.subgroup_set, row.subgroup), [0, 0.0, 0.0, 0.0, None]
        )
        for at, value in enumerate((1, y, d, y * y / d)):
            cell[at] += value
        cell[4] = max(filter(None, (cell[4], row.observed_on)))
    if model is MonthSum:
        return {key: tuple(cell[:4]) for key, cell in found.items()}
    return {key: tuple(cell) for key, cell in found.items()}


def kept(session: Session, model: type[Any]) -> Cells:
    when = model.month if model is MonthSum else model.year
    more = [getattr(model, name) for name in LEASTS] + ([] if model is MonthSum else [model.last_on])
    rows = session.execute(
        select(
            model.site_id, model.measure_id, when, model.subgroup_set, model.subgroup,
            model.n, model.sum_y, model.sum_d, model.sum_yyd, *more,
        ).where(model.n > 0)
    )  # fmt: skip
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def check(session: Session) -> None:
    for model in (MonthSum, YearSum):
        wanted, found, least = raw(session, model), kept(session, model), smallest(session, model)
        assert found.keys() == wanted.keys()
        for key, cell in wanted.items():
            assert found[key][:4] == pytest.approx(cell[:4], abs=1e-6)
            assert found[key][4:8] == least[key]
            assert found[key][8:] == cell[4:]
    rows = session.execute(
        select(YearSum.parent_id, Site.parent_id, YearSum.rank, Site.level).join(
            Site, Site.id == YearSum.site_id
        )
    )
    assert all(kept_in == lies_in and rank == level.rank for kept_in, lies_in, rank, level in rows)


def fold_all(session: Session) -> None:
    while sum_services.fold(session, most=2):
        pass


class Tree:
    """A state with two districts, two schools in each, and teams that count at every one of them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        state = make.make_site(session, level=Level.STATE)
        self.state = state
        self.districts = [make.make_site(session, level=Level.DISTRICT, parent=state) for _ in range(2)]
        self.schools = [
            make.make_site(session, level=Level.SCHOOL, parent=district)
            for district in self.districts
            for _ in range(2)
        ]
        sites = [*self.schools, *self.districts]
        self.teams = [make.make_team(session, site=site, level=site.level) for site in sites]
        self.measure = make.make_measure(session, network_id=state.network_id)
        self.by = make.actor_of(session, make.make_user(session, self.teams[0]))
        self.rows: list[Measurement] = []

    def act(self, act: tuple[str, int, int, int]) -> None:
        kind, which, number, day = act
        if kind == "record" or (kind in {"correct", "withdraw", "restore"} and not self.rows):
            team = self.teams[which % len(self.teams)]
            of_group = GROUPS[number % len(GROUPS)]
            entry = Entry(DAYS[day], number, 20 + which + 20 * (not of_group))
            row = services.record(
                self.session, self.measure, team, entry, today=TODAY, by=self.by, at=NOON,
                people=None if which % 4 else 8 + which, **of_group,
            )  # fmt: skip
            self.rows.append(row)
        elif kind == "correct":
            self._correct(self.rows.pop(which % len(self.rows)), Entry(DAYS[day], number, 20 + which))
        elif kind == "withdraw":
            at = which % len(self.rows)
            if not self.rows[at].is_withdrawn:
                self.rows[at] = services.withdraw(self.session, self.rows[at], by=self.by, at=NOON)
        elif kind == "restore":
            at = which % len(self.rows)
            if self.rows[at].is_withdrawn:
                self.rows[at] = services.restore(self.session, self.rows[at], by=self.by, at=NOON)
        elif kind == "move":
            site = self.schools[which % len(self.schools)]
            move_site(self.session, site, self.districts[number % 2].id)
        elif kind == "fold":
            sum_services.fold(self.session, most=1 + number % 4)
        else:
            resum_services.rebuild(self.session, self.state.network_id)

    def _correct(self, row: Measurement, entry: Entry) -> None:
        made = services.correct(self.session, row, entry, today=TODAY, by=self.by, at=NOON)
        self.rows.append(made)


GROUPS: list[dict[str, Any]] = [
    {}, {"subgroup_set": "Level", "subgroup": "New"}, {}, {"subgroup_set": "Level", "subgroup": "Old"},
    {"subgroup_set": "Home", "subgroup": "Far"},
]  # fmt: skip
ACTS = st.tuples(
    st.sampled_from(["record"] * 4 + ["correct", "withdraw", "restore", "move", "fold", "rebuild"]),
    st.integers(0, 30),
    st.integers(0, 20),
    st.integers(0, len(DAYS) - 1),
)


@settings(
    max_examples=200 if IS_DRILL else 6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_sums_are_those_of_the_measurements_after_any_acts(
    session: Session, acts: Sequence[tuple[str, int, int, int]]
) -> None:
    with session.begin_nested() as point:
        tree = Tree(session)
        for act in acts:
            tree.act(act)
        fold_all(session)
        check(session)
        point.rollback()
    session.expire_all()
