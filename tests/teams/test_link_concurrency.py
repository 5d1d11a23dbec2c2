"""Links and levels changed by several at once: no circle arises, and every link leads upward."""

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.database import session, transaction
from teams import link_services, rules
from teams.models import Link, Network, Site, Team, TeamReach
from teams.reach_services import reach_rows
from tests import factories as make
from tests.together import Work, at_once

BY = Actor(1)


def arrange(app: Flask) -> dict[str, int]:
    """Commit a team of each level with a place of its own; return the numbers of teams and places."""
    ids: dict[str, int] = {}
    with app.app_context(), transaction() as current:
        network = make.make_network(current)
        for level in (Level.SCHOOL, Level.DISTRICT, Level.REGION, Level.STATE):
            site = make.make_site(current, network, level=level)
            ids[f"{level.value} place"] = site.id
            ids[level.value] = make.make_team(current, site=site, level=level).id
        ids["network"] = network.id
    return ids


@pytest.fixture
def slow_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make whoever checks a link dawdle before writing it, so that another could slip in between."""
    check = rules.link_problem

    def dawdle(*given: Any) -> str | None:
        found = check(*given)
        time.sleep(0.15)
        return found

    monkeypatch.setattr(rules, "link_problem", dawdle)


def link(ids: dict[str, int], lower: str, upper: str) -> Work:
    def work(current: Session) -> None:
        low, high = (current.get_one(Team, ids[name]) for name in (lower, upper))
        link_services.create_link(current, low, high, {}, by=BY, at=make.NOON)

    return work


def unlink(ids: dict[str, int], lower: str, upper: str) -> Work:
    def work(current: Session) -> None:
        pair = (Link.lower_id == ids[lower], Link.upper_id == ids[upper])
        found = current.scalars(select(Link).where(*pair)).one()
        link_services.remove_link(current, found, by=BY, at=make.NOON)

    return work


def move(ids: dict[str, int], team: str, level: str) -> Work:
    def work(current: Session) -> None:
        moved = current.get_one(Team, ids[team])  # read before the lock, as a page does
        site = current.get_one(Site, ids[f"{level} place"])
        link_services.move_team(current, moved, site, Level(level), by=BY, at=make.NOON)

    return work


def assert_upward(app: Flask) -> None:
    """Check that every link leads upward and that the closure is that of the links."""
    with app.app_context():
        rows = session().execute(select(Team.id, Team.rank)).all()
        rank = {row.id: row.rank for row in rows}
        links = session().execute(select(Link.lower_id, Link.upper_id).where(Link.deleted_at.is_(None))).all()
        assert [pair for pair in links if rank[pair[0]] >= rank[pair[1]]] == []
        reach = session().execute(select(TeamReach.above_id, TeamReach.below_id, TeamReach.distance)).all()
        wanted = reach_rows([(row[0], row[1]) for row in links])
        assert {tuple(row) for row in reach} == {
            (r["above_id"], r["below_id"], r["distance"]) for r in wanted
        }
        session().rollback()


@pytest.mark.usefixtures("slow_checks")
def test_the_second_of_two_is_checked_against_what_the_first_has_done(own_app: Flask) -> None:
    ids = arrange(own_app)
    ended = at_once(own_app, [link(ids, "district", "region"), move(ids, "district", "state")])
    assert sorted(ended) in (["InputError", "done"], ["RuleError", "done"])
    assert_upward(own_app)

    ids = arrange(own_app)
    assert sorted(at_once(own_app, [link(ids, "school", "state")] * 2)) == ["RuleError", "done"]
    assert_upward(own_app)

    ids = arrange(own_app)
    pairs = [("school", "district"), ("district", "region"), ("region", "state")]
    assert at_once(own_app, [link(ids, *pair) for pair in pairs]) == ["done"] * 3
    assert_upward(own_app)
    with own_app.app_context():
        assert session().get(TeamReach, (ids["state"], ids["school"])) is not None


def test_many_at_once_leave_a_true_graph_and_count_every_change(own_app: Flask) -> None:
    ids = arrange(own_app)
    for pair in (("school", "district"), ("district", "state")):
        assert at_once(own_app, [link(ids, *pair)]) == ["done"]
    with own_app.app_context():
        before = session().get_one(Network, ids["network"]).graph_version
        session().rollback()
    works = [
        unlink(ids, "school", "district"), link(ids, "district", "region"), move(ids, "region", "district"),
        link(ids, "school", "region"), unlink(ids, "district", "state"), link(ids, "region", "state"),
    ]  # fmt: skip
    ended = at_once(own_app, works)
    assert_upward(own_app)
    with own_app.app_context():
        after = session().get_one(Network, ids["network"]).graph_version
    assert after - before == ended.count("done")
