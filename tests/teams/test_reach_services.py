"""The closure of the links: kept link by link, it equals the closure written anew."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Level
from teams.models import Link, Team, TeamReach
from teams.reach_services import extend_reach, reach_rows, rebuild_reach, shrink_reach
from tests import factories as make

LEVELS = (
    Level.PRACTICE,
    Level.SCHOOL,
    Level.SCHOOL,
    Level.DISTRICT,
    Level.DISTRICT,
    Level.REGION,
    Level.STATE,
)
PAIRS = [(a, b) for a in range(7) for b in range(7) if LEVELS[a].rank < LEVELS[b].rank]


def closure(session: Session, network_id: int) -> set[tuple[int, int, int]]:
    rows = session.execute(
        select(TeamReach.above_id, TeamReach.below_id, TeamReach.distance)
        .join(Team, Team.id == TeamReach.above_id)
        .where(Team.network_id == network_id)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def teams_of(session: Session) -> list[Team]:
    network = make.make_network(session)
    site = make.make_site(session, network, level=Level.STATE)
    return [make.make_team(session, site=site, level=level) for level in LEVELS]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.sampled_from(PAIRS), min_size=4, max_size=14))
def test_link_by_link_equals_written_anew(session: Session, changes: list[tuple[int, int]]) -> None:
    with session.begin_nested() as undo:
        teams = teams_of(session)
        held: dict[tuple[int, int], Link] = {}
        for pair in changes:  # a link that is there goes, one that is not comes
            lower, upper = teams[pair[0]], teams[pair[1]]
            if pair in held:
                session.delete(held.pop(pair))
                session.flush()
                shrink_reach(session, lower.id, upper.id)
            else:
                held[pair] = Link(network_id=lower.network_id, lower_id=lower.id, upper_id=upper.id)
                session.add(held[pair])
                session.flush()
                extend_reach(session, lower.id, upper.id)
            numbers = [(teams[a].id, teams[b].id) for a, b in held]
            wanted = {(r["above_id"], r["below_id"], r["distance"]) for r in reach_rows(numbers)}
            assert closure(session, lower.network_id) == wanted
        undo.rollback()
    session.expire_all()


def test_one_link_costs_the_same_in_any_network(session: Session, count_queries: Any) -> None:
    costs = []
    for schools in (2, 40):
        network = make.make_network(session)
        state, hub = (
            make.make_team(session, network, level=level) for level in (Level.STATE, Level.DISTRICT)
        )
        low = [make.make_team(session, site=hub.site, level=Level.SCHOOL) for _ in range(schools)]
        session.add_all(Link(network_id=network.id, lower_id=one.id, upper_id=hub.id) for one in low)
        session.flush()
        rebuild_reach(session, network.id)
        with count_queries() as seen:
            extend_reach(session, hub.id, state.id)
            shrink_reach(session, hub.id, state.id)
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_a_circle_made_behind_the_rules_is_still_followed(session: Session) -> None:
    teams = teams_of(session)
    low, hub, state = teams[1], teams[3], teams[6]
    make.make_link(session, low, hub)
    make.make_link(session, hub, low)
    gone = make.make_link(session, hub, state)
    session.delete(gone)
    session.flush()
    shrink_reach(session, hub.id, state.id)
    assert closure(session, low.network_id) == {(hub.id, low.id, 1), (low.id, hub.id, 1)}
