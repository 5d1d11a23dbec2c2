"""All schools together by month: what may go in, and from how many schools on it is shown."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import services
from measures.models import Measure, Measurement
from measures.pooled_queries import POOLED_FROM, day_keeps_groups, pooled_lines
from measures.queries import measure_row
from measures.rules import Entry
from measures.small_charts import Line
from nic_platform.actor import Actor
from teams.models import Network
from tests import factories as make
from tests.factories import NOON, TODAY

SINCE = date(2025, 9, 1)


@pytest.fixture
def network(session: Session) -> Network:
    return make.make_network(session)


def counted(session: Session, network: Network, measure: Measure, *cells: tuple[float, float]) -> Actor:
    """Count at one school for each cell, and return somebody of the first of them."""
    by = None
    for count, population in cells:
        team = make.make_team(session, network)
        by = by or make.actor_of(session, make.make_user(session, team))
        entry = Entry(TODAY, count, population)
        services.record(session, measure, team, entry, today=TODAY, by=by, at=NOON)
    assert by is not None
    session.flush()
    return by


def pooled(session: Session, actor: Actor, measure: Measure) -> Line:
    row = measure_row(session, actor, measure.public_id)
    return pooled_lines(session, actor, [row], SINCE)[row.id]


def test_schools_are_added_up_by_month(session: Session, network: Network) -> None:
    measure = make.make_measure(session, network_id=network.id)
    actor = counted(session, network, measure, *[(10, 20)] * 4, (20, 20))

    line = pooled(session, actor, measure)
    assert (line.days, line.values) == ((TODAY.replace(day=1),), (60.0,))
    assert line.latest_words == "60%: 60 of 100 counted at 5 schools"


@pytest.mark.parametrize(
    ("facts", "cells"),
    [
        ({}, [(10, 20)] * (POOLED_FROM - 1)),
        ({}, [(10, 20)] * (POOLED_FROM - 1) + [(2, 4)]),
        ({"counts_students": True}, [(10, 20)] * (POOLED_FROM - 1) + [(3, 40)]),
        ({"counts_students": True}, [(10, 20)] * (POOLED_FROM - 1) + [(38, 40)]),
    ],
    ids=["four schools", "a small staff", "few students", "few other students"],
)
def test_no_month_is_shown_that_would_give_a_school_away(
    session: Session, network: Network, facts: dict[str, Any], cells: list[tuple[float, float]]
) -> None:
    measure = make.make_measure(session, network_id=network.id, **facts)
    actor = counted(session, network, measure, *cells)

    assert pooled(session, actor, measure).values == ()


def test_another_networks_schools_are_never_in_it(session: Session, network: Network) -> None:
    measure = make.make_measure(session, network_id=network.id)
    counted(session, network, measure, *[(10, 20)] * 5)
    other = make.actor_of(session, make.make_user(session, make.make_team(session)))
    row = measure_row(session, counted(session, network, measure, (10, 20)), measure.public_id)

    assert pooled_lines(session, other, [row], SINCE)[row.id].values == ()


def test_a_month_with_one_small_day_is_left_out(session: Session, network: Network) -> None:
    measure = make.make_measure(session, network_id=network.id, counts_students=True)
    actor = counted(session, network, measure, *[(20, 40)] * POOLED_FROM)
    weekly = make.make_team(session, network)
    for day, cell in ((2, (30, 60)), (9, (4, 60))):
        entry = Entry(TODAY.replace(day=day), *cell)
        services.record(session, measure, weekly, entry, today=TODAY, by=actor, at=NOON)
    session.flush()

    line = pooled(session, actor, measure)
    assert line.latest_words == "50%: 100 of 200 counted at 5 schools"


@pytest.mark.parametrize(("group", "schools"), [((14, 32), 5), ((10, 20), 6)])
def test_a_total_that_tells_its_groups_is_left_out(
    session: Session, network: Network, group: tuple[int, int], schools: int
) -> None:
    """With 40 students a group of 32 and fewer than nine others are as good as told by the total."""
    measure = make.make_measure(session, network_id=network.id, counts_students=True)
    actor = counted(session, network, measure, *[(20, 40)] * 5)
    team = make.make_team(session, network)
    for name, cell in (("", (20, 40)), ("EL", group), ("not EL", (20 - group[0], 40 - group[1]))):
        kind = "EL" if name else ""
        services.record(
            session, measure, team, Entry(TODAY, *cell), today=TODAY, by=actor, at=NOON, subgroup_set=kind,
            subgroup=name,
        )  # fmt: skip
    session.flush()

    assert pooled(session, actor, measure).latest_words.endswith(f"at {schools} schools")


@pytest.mark.parametrize(
    ("groups", "is_kept"), [((20, 20), True), ((32, 8), False), ((8,), False), ((), True)]
)
def test_a_day_whose_total_tells_its_groups(
    session: Session, network: Network, groups: tuple[int, ...], is_kept: bool
) -> None:
    team = make.make_team(session, network)
    measure = make.make_measure(session, network_id=network.id, counts_students=True)
    total = make.make_measurement(session, measure, team, count=20, population=40)
    for at, people in enumerate(groups):
        make.make_measurement(
            session, measure, team, count=people // 2, population=people, subgroup_set="EL", subgroup=str(at)
        )
    found = session.scalars(select(Measurement.id).where(day_keeps_groups(10), Measurement.id == total.id))

    assert (found.first() is not None) is is_kept
