from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cycles import ramp_queries
from cycles.ramp_queries import Filters
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from teams.models import SchoolYear
from tests import factories as make
from tests.factories import TODAY
from tests.world import World, make_world

YEAR = Filters(date(2025, 8, 1), date(2026, 7, 31))


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(session: Session, world: World) -> Actor:
    return make.actor_of(session, world.people["member"])


def test_the_board_groups_by_ramp_and_pages_without_gaps(
    session: Session, world: World, member: Actor
) -> None:
    for number in range(7):
        ramp = make.make_ramp(session, world.school)
        closed: dict[str, Any] = (
            {"stage": "closed", "outcome": "done", "decision": "adopt"} if number % 2 else {"stage": "do"}
        )
        for _ in range(2):
            make.make_cycle(
                session, world.school, ramp=ramp, starts_on=TODAY - timedelta(days=number // 3), **closed
            )
    make.make_cycle(session, world.school, stage="do")  # without a ramp

    everything = ramp_queries.list_board(session, member, YEAR, None, 100)
    paged: list[ramp_queries.Group] = []
    while True:
        page = ramp_queries.list_board(session, member, YEAR, paged[-1].key if paged else None, 3)
        paged += page[:3]
        if len(page) <= 3:
            break

    assert [group.key for group in paged] == [group.key for group in everything]
    assert len(everything) == 9
    assert [group.key.is_open for group in everything] == [1] * 6 + [0] * 3


def test_the_board_counts_ideas_once(session: Session, world: World, member: Actor) -> None:
    ramp = make.make_ramp(session, world.school)
    for number in range(3):
        make.make_cycle(session, world.school, ramp=ramp, stage="closed", decision="adapt", number=number)
    make.make_cycle(session, world.school, ramp=ramp, stage="closed", decision="adopt", number=4)

    found = ramp_queries.summarize(session, member, YEAR)

    assert (found.ideas, found.cycles, found.adopted, found.dropped, found.open) == (2, 5, 1, 0, 1)


def test_the_board_is_narrowed(session: Session, world: World, member: Actor) -> None:
    def count(**narrow: object) -> int:
        filters = Filters(YEAR.first, YEAR.last, **narrow)  # type: ignore[arg-type]  # any filter
        return len(ramp_queries.list_board(session, member, filters))

    make.make_cycle(session, world.school, stage="study")
    make.make_cycle(session, world.school, stage="do", starts_on=YEAR.first - timedelta(days=1))
    assert count() == 2
    assert count(stage="study") == 1
    assert count(team_id=world.peer.id) == 0
    assert count(milestone_id=world.ids["milestone_id"]) == 1
    assert count(strand="No such strand") == 0


def test_the_school_year_is_the_networks_own_or_august_to_july(
    session: Session, world: World, member: Actor
) -> None:
    far = date(2031, 2, 25)
    assert ramp_queries.school_year(session, member, far) == (date(2030, 8, 1), date(2031, 7, 31))
    own = SchoolYear(
        network_id=world.network.id, name="2030-31", starts_on=date(2030, 9, 1), ends_on=date(2031, 6, 12)
    )
    session.add(own)
    session.flush()
    assert ramp_queries.school_year(session, member, far) == (date(2030, 9, 1), date(2031, 6, 12))


def test_a_ramp_of_drafts_only_is_the_teams_own(session: Session, world: World, member: Actor) -> None:
    ramp = make.make_ramp(session, world.school)
    make.make_cycle(session, world.school, ramp=ramp)
    assert ramp_queries.describe_ramp(session, member, ramp.public_id).title == ramp.title
    for role in ("observer", "hub", "network_lead", "peer"):
        with pytest.raises(AbsentError):
            ramp_queries.describe_ramp(session, make.actor_of(session, world.people[role]), ramp.public_id)


def test_other_ramps_show_where_their_newest_visible_cycle_stands(
    session: Session, world: World, member: Actor
) -> None:
    ramp = make.make_ramp(session, world.school)
    make.make_cycle(session, world.school, ramp=ramp, stage="closed", decision="adapt", number=1)
    make.make_cycle(session, world.school, ramp=ramp, number=2)
    hub = make.actor_of(session, world.people["hub"])

    assert ramp_queries.other_ramps(session, member, world.school.id)[0].number == 2
    assert ramp_queries.other_ramps(session, hub, world.school.id)[0].number == 1
