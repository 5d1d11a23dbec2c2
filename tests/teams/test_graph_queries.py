"""The graph of the teams agrees with plain SQL recursion, and is built once for each version and day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.database import session, transaction
from nic_platform.errors import RuleError
from teams import graph_queries, link_services, team_services
from teams.graph import Flag
from teams.graph_queries import PICTURES, picture_of, whole_picture
from teams.models import Link, Membership, Team
from teams.services import rebuild_reach
from tests import factories as make
from tests.factories import NOON, TODAY

RANKS = ["practice", "school", "school", "district", "district", "region", "state", "state"]
COUNT = len(RANKS)
PAIRS = [(a, b) for a in range(COUNT) for b in range(COUNT) if Level(RANKS[a]).rank < Level(RANKS[b]).rank]
BY = Actor(1)

# What stands above each team, directly or through others, with the fewest silent links and steps on the way.
ABOVE = """
WITH RECURSIVE
  here AS (SELECT id, rank FROM team
           WHERE network_id = :network AND deleted_at IS NULL AND archived_at IS NULL AND id <> :without),
  edge AS (SELECT l.lower_id, l.upper_id,
                  CASE WHEN l.last_exchange_at < :silent THEN 1 ELSE 0 END AS is_silent
           FROM link l JOIN here a ON a.id = l.lower_id JOIN here b ON b.id = l.upper_id
           WHERE l.deleted_at IS NULL),
  way (start, team, silent, steps) AS (
      SELECT id, id, 0, 0 FROM here
      UNION
      SELECT way.start, edge.upper_id, way.silent + edge.is_silent, way.steps + 1
      FROM way JOIN edge ON edge.lower_id = way.team)
SELECT way.start, way.team, way.silent, way.steps, here.rank FROM way JOIN here ON here.id = way.team
"""


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw links between eight teams with their ages in days, who is archived, and who has too few people."""
    return {
        "links": draw(
            st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([0, 59, 61, 200]), max_size=12)
        ),
        "archived": draw(st.sets(st.integers(0, COUNT - 1), max_size=2)),
        "small": draw(st.sets(st.integers(0, COUNT - 1), max_size=3)),
    }


def arrange(session: Session, drawn: dict[str, Any]) -> tuple[Actor, list[int]]:
    network = make.make_network(session)
    site = make.make_site(session, network, level=Level.STATE)
    teams = [
        Team(
            network_id=network.id, site_id=site.id, level=Level(level), rank=Level(level).rank,
            name=f"Team {number}", archived_at=NOON if number in drawn["archived"] else None,
        )
        for number, level in enumerate(RANKS)
    ]  # fmt: skip
    session.add_all(teams)
    session.flush()
    people = [make.make_user(session) for _ in range(3)]
    session.add_all(
        Membership(network_id=network.id, team_id=team.id, user_id=person.id, role="member")
        for number, team in enumerate(teams)
        for person in people[: 2 if number in drawn["small"] else 3]
    )
    session.add_all(
        Link(
            network_id=network.id, lower_id=teams[a].id, upper_id=teams[b].id,
            last_exchange_at=NOON - timedelta(days=days),
        )
        for (a, b), days in drawn["links"].items()
    )  # fmt: skip
    session.flush()
    rebuild_reach(session, network.id)
    return Actor(1, network_id=network.id), [team.id for team in teams]


def recursion(session: Session, actor: Actor, without: int = 0) -> list[Any]:
    silent: datetime = NOON - timedelta(days=60, hours=6)
    when = silent.replace(tzinfo=None).isoformat(" ") if db_is_sqlite(session) else silent
    values = {"network": actor.network_id, "without": without, "silent": when}
    return list(session.execute(text(ABOVE), values))


def db_is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def heard(rows: list[Any], top: int) -> set[int]:
    return {row.start for row in rows if row.rank == top}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(networks())
def test_every_answer_equals_sql_recursion(session: Session, drawn: dict[str, Any]) -> None:
    with session.begin_nested() as undo:
        actor, teams = arrange(session, drawn)
        graph = whole_picture(session, actor, TODAY).graph
        rows = recursion(session, actor)
        here = {row.start for row in rows}
        top = max((row.rank for row in rows), default=0)
        everyone = heard(rows, top)
        best: dict[int, tuple[int, int]] = {}
        for row in rows:
            if row.rank == top:
                best[row.start] = min(best.get(row.start, (9, 9)), (row.silent, row.steps))

        assert set(graph.nodes) == here
        assert graph.unheard == here - everyone
        assert graph.silenced == {team for team, (silent, _steps) in best.items() if silent}
        for team in here:
            way = graph.path_up(team)
            assert len(way) - 1 == best.get(team, (0, -1))[1]
            assert graph.beyond(team) == {row.team for row in rows if row.start == team} - {team}
            below = {row.start for row in rows if row.team == team} - {team}
            assert graph.below(team) == below
            assert graph.load(team).teams_below == len(below)
        for team in here:
            lost = len(everyone - {team} - heard(recursion(session, actor, team), top))
            assert graph.articulation.get(team, 0) == lost
        small = {team for number, team in enumerate(teams) if number in drawn["small"]} & here
        assert graph.champions == small
        assert {team for team, flag in graph.flags.items() if flag is Flag.NO_WAY_UP} == here - everyone
        undo.rollback()
    session.expire_all()


# ---------------------------------------------------------------- kept pictures


@pytest.fixture
def kept(own_app: Flask) -> Iterator[Flask]:
    """An application whose pictures are kept, as in use."""
    PICTURES.clear()
    assert PICTURES.is_on
    yield own_app
    PICTURES.clear()


def two_teams(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction() as current:
        network = make.make_network(current)
        low = make.make_team(current, network)
        high = make.make_team(current, network, level=Level.STATE)
        return {"network": network.id, "low": low.id, "high": high.id}


def seen(app: Flask, ids: dict[str, int], day: Any = TODAY) -> graph_queries.Picture:
    with app.app_context():
        picture = whole_picture(session(), Actor(1, network_id=ids["network"]), day)
        session().rollback()
        return picture


def link_them(current: Session, ids: dict[str, int]) -> Link:
    low, high = (current.get_one(Team, ids[name]) for name in ("low", "high"))
    return link_services.create_link(current, low, high, {}, by=BY, at=NOON)


def test_a_picture_is_built_once_until_the_graph_changes(kept: Flask, count_queries: Any) -> None:
    ids, other = two_teams(kept), two_teams(kept)
    first = seen(kept, ids)
    assert set(seen(kept, other).graph.nodes) == {other["low"], other["high"]}
    with count_queries() as statements:
        assert seen(kept, ids) is first
    assert len(statements) == 1
    assert seen(kept, ids, TODAY + timedelta(days=1)) is not first
    with kept.app_context(), transaction() as current:
        link_them(current, ids)
    assert list(seen(kept, ids).graph.edges) == [(ids["low"], ids["high"])]
    with kept.app_context(), transaction() as current:
        team_services.archive_team(current, current.get_one(Team, ids["low"]), by=BY, at=NOON)
    assert list(seen(kept, ids).graph.nodes) == [ids["high"]]


def test_what_was_undone_is_never_kept(kept: Flask) -> None:
    ids = two_teams(kept)
    actor = Actor(1, network_id=ids["network"])
    before = seen(kept, ids)

    def link_and_fail() -> None:
        with transaction() as current:
            link_them(current, ids)
            assert len(whole_picture(current, actor, TODAY).graph.edges) == 1  # its own change, unsaved
            raise RuleError("Something else went wrong.")

    with kept.app_context(), pytest.raises(RuleError, match="Something else"):
        link_and_fail()
    assert seen(kept, ids) is before
    with kept.app_context(), transaction() as current:  # the same version again, by another change
        team_services.save_charter(
            current, current.get_one(Team, ids["low"]), {"name": "Renamed"}, by=BY, at=NOON
        )
    after = seen(kept, ids)
    assert len(after.graph.edges) == 0
    assert after.graph.nodes[ids["low"]].name == "Renamed"


def test_a_team_sees_all_above_it_and_its_feeders(session: Session) -> None:
    network = make.make_network(session)
    levels = (Level.SCHOOL, Level.DISTRICT, Level.STATE)
    low, hub, state = (make.make_team(session, network, level=level) for level in levels)
    make.make_link(session, low, hub)
    make.make_link(session, hub, state)
    actor = Actor(1, network_id=network.id)
    assert set(picture_of(session, actor, hub.id, TODAY).graph.nodes) == {low.id, hub.id, state.id}
    assert set(picture_of(session, actor, low.id, TODAY).graph.nodes) == {low.id, hub.id, state.id}
    functions = picture_of(session, actor, low.id, TODAY).functions_above(low.id)
    assert functions == [(hub.name, []), (state.name, [])]
