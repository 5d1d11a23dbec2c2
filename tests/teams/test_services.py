"""Writing teams, links and places: what is refused changes nothing, and closures follow."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import audit_trail
from nic_platform.actor import Actor, Level, TeamRole
from nic_platform.errors import InputError, RuleError
from teams import calendar_services, link_services, network_services, rules, services, team_services
from teams.models import Link, Site, SiteClosure, Team, TeamReach
from tests import factories as make

BY = Actor(1)


@pytest.fixture(autouse=True)
def _inside_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def three(session: Session) -> tuple[Team, Team, Team]:
    network = make.make_network(session)
    levels = (Level.SCHOOL, Level.DISTRICT, Level.STATE)
    low, middle, high = (make.make_team(session, network, level=level) for level in levels)
    return low, middle, high


def link(session: Session, lower: Team, upper: Team) -> Link:
    return link_services.create_link(session, lower, upper, {}, by=BY, at=make.NOON)


def reach(session: Session) -> set[tuple[int, int, int]]:
    rows = session.execute(select(TeamReach.above_id, TeamReach.below_id, TeamReach.distance))
    return {(row[0], row[1], row[2]) for row in rows}


def test_the_reach_follows_every_change_of_a_link(session: Session) -> None:
    low, middle, high = three(session)
    first = link(session, low, middle)
    link(session, middle, high)
    assert reach(session) == {(middle.id, low.id, 1), (high.id, middle.id, 1), (high.id, low.id, 2)}
    link_services.remove_link(session, first, by=BY, at=make.NOON)
    assert reach(session) == {(high.id, middle.id, 1)}
    link_services.return_link(session, first, by=BY, at=make.NOON)
    assert (high.id, low.id, 2) in reach(session)


@pytest.mark.parametrize(("lower", "upper"), [(2, 0), (1, 1), (2, 1)])
def test_downward_and_self_links_are_refused_and_change_nothing(
    session: Session, lower: int, upper: int
) -> None:
    teams = three(session)
    with pytest.raises(RuleError):
        link(session, teams[lower], teams[upper])
    assert session.scalar(select(func.count()).select_from(Link)) == 0


def test_a_circle_is_refused_even_if_levels_would_allow_it(session: Session) -> None:
    low, middle, high = three(session)
    make.make_link(session, high, low)  # somebody's level was changed behind the rules' back
    with pytest.raises(RuleError, match="close a circle"):
        link(session, low, high)
    assert middle.id


def test_a_removed_link_comes_back_when_it_is_made_again(session: Session) -> None:
    low, middle, _high = three(session)
    first = link(session, low, middle)
    link_services.remove_link(session, first, by=BY, at=make.NOON)
    assert link(session, low, middle).id == first.id


def test_a_link_between_networks_is_refused(session: Session) -> None:
    low = make.make_team(session)
    foreign = make.make_team(session, level=Level.STATE)
    with pytest.raises(RuleError, match="different networks"):
        link(session, low, foreign)


def test_an_exchange_is_noted_beside_version_and_history(session: Session) -> None:
    low, middle, _high = three(session)
    found = link(session, low, middle)
    version = found.version
    link_services.note_exchange(session, low.id, middle.id, at=make.NOON)
    session.refresh(found)
    assert (found.last_exchange_at, found.version) == (make.NOON, version)
    assert list(audit_trail.verify(session)) == []


def test_the_sender_must_be_in_the_lower_team(session: Session) -> None:
    low, middle, _high = three(session)
    outsider = make.make_user(session, middle)
    with pytest.raises(InputError) as refused:
        link_services.create_link(session, low, middle, {"sender": outsider.public_id}, by=BY, at=make.NOON)
    assert set(refused.value.fields) == {"sender"}


def test_a_team_fits_the_level_of_its_place(session: Session) -> None:
    site = make.make_site(session)
    with pytest.raises(InputError):
        team_services.create_team(session, site, Level.STATE, {"name": "X"}, by=BY, at=make.NOON)
    team = team_services.create_team(session, site, Level.PRACTICE, {"name": "Grade 2"}, by=BY, at=make.NOON)
    assert (team.rank, rules.rank("practice")) == (0, 0)


def test_a_charter_takes_only_its_own_fields(session: Session) -> None:
    team = make.make_team(session)
    with pytest.raises(KeyError):
        team_services.save_charter(session, team, {"network_id": 1}, by=BY, at=make.NOON)


def test_the_last_lead_can_not_step_down(session: Session) -> None:
    team = make.make_team(session)
    place = make.make_membership(session, team, make.make_user(session), TeamRole.LEAD)
    facts: dict[str, list[str]] = {"competencies": [], "perspectives": []}
    with pytest.raises(RuleError, match="only lead"):
        team_services.save_place(session, place, role=TeamRole.MEMBER, **facts, by=BY, at=make.NOON)
    make.make_membership(session, team, make.make_user(session), TeamRole.LEAD)
    team_services.save_place(session, place, role=TeamRole.MEMBER, **facts, by=BY, at=make.NOON)
    assert place.role is TeamRole.MEMBER


def closure(session: Session) -> set[tuple[int, int, int]]:
    rows = session.execute(select(SiteClosure.above_id, SiteClosure.below_id, SiteClosure.depth))
    return {(row[0], row[1], row[2]) for row in rows}


def walked(session: Session) -> set[tuple[int, int, int]]:
    parents = {row[0]: row[1] for row in session.execute(select(Site.id, Site.parent_id))}
    found = set()
    for site in parents:
        above: int | None = site
        depth = 0
        while above is not None:
            found.add((above, site, depth))
            above, depth = parents[above], depth + 1
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 6)), max_size=6))
def test_the_closure_of_places_equals_the_walk_after_any_moves(
    session: Session, moves: list[tuple[int, int]]
) -> None:
    with session.begin_nested() as undo:
        network = make.make_network(session)
        sites: list[Site] = []
        for number in range(7):
            parent = sites[number // 2] if number else None
            site = Site(
                network_id=network.id, parent_id=parent.id if parent else None, level=Level.REGION, name="x"
            )
            session.add(site)
            session.flush()
            services.place_site(session, site)
            sites.append(site)
        for which, where in moves:
            try:
                services.move_site(session, sites[which], None if where < 0 else sites[where].id)
            except RuleError:
                continue
            session.flush()
            assert closure(session) == walked(session)
        undo.rollback()
    session.expire_all()


def test_a_place_does_not_lie_in_itself(session: Session) -> None:
    outer = make.make_site(session, level=Level.DISTRICT)
    inner = make.make_site(session, parent=outer)
    with pytest.raises(RuleError, match="within itself"):
        services.move_site(session, outer, inner.id)


def test_a_place_lies_below_a_higher_level(session: Session) -> None:
    school = make.make_site(session)
    with pytest.raises(InputError, match="not above this level"):
        network_services.create_site(
            session, school.network_id, school, Level.SCHOOL, {"name": "Beside"}, by=BY, at=make.NOON
        )


def test_a_year_that_was_removed_can_be_made_again(session: Session) -> None:
    network = make.make_network(session)
    days = {"starts_on": make.TODAY, "ends_on": make.TODAY + timedelta(days=200)}
    facts = {"network_id": network.id, "name": "2025-26", **days, "by": BY, "at": make.NOON}
    year = calendar_services.save_year(session, None, **facts)  # type: ignore[arg-type]  # mixed keywords
    with pytest.raises(InputError):
        calendar_services.save_year(session, None, **facts)  # type: ignore[arg-type]  # mixed keywords
    calendar_services.remove(session, year, by=BY, at=make.NOON)
    assert calendar_services.save_year(session, None, **facts).id == year.id  # type: ignore[arg-type]  # mixed keywords
