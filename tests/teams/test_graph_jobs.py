"""The pictures of networks are built again beside the requests, and not all the time."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from nic_platform import clock
from nic_platform.actor import Actor, Level
from nic_platform.database import session, transaction
from teams import graph_jobs
from teams.graph_queries import PICTURES, Picture, whole_picture
from teams.models import Network, Team
from tests import factories as make


@pytest.fixture
def kept(own_app: Flask) -> Iterator[Flask]:
    """An application whose pictures are kept, as in use."""
    PICTURES.clear()
    yield own_app
    PICTURES.clear()


def seen(app: Flask, network_id: int) -> Picture:
    with app.app_context():
        zone = session().get_one(Network, network_id).time_zone
        picture = whole_picture(session(), Actor(1, network_id=network_id, time_zone=zone), clock.today(zone))
        session().rollback()
        return picture


def test_a_changed_graph_stands_before_somebody_asks(
    kept: Flask, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.app_context(), transaction() as current:
        network = make.make_network(current)
        team_id, network_id = make.make_team(current, network, level=Level.STATE).id, network.id
    keeper = graph_jobs.Keeper()
    assert graph_jobs.look(kept, keeper) == 0  # nobody asked for it yet
    before = seen(kept, network_id)
    assert graph_jobs.look(kept, keeper) == 0  # nothing has changed

    for name, built in (("Renamed", 1), ("Again", 0)):
        with kept.app_context(), transaction() as current:
            current.get_one(Team, team_id).name = name
        monkeypatch.setattr(graph_jobs, "REST", 1_000_000)
        assert graph_jobs.look(kept, keeper) == built  # the second time it rests

    with count_queries() as statements:
        assert seen(kept, network_id).graph.nodes[team_id].name == "Again"
    assert len(statements) > 2  # what was not built beside is built for who asks
    assert before.graph.nodes[team_id].name != "Again"


def test_who_asks_after_it_was_built_reads_the_version_only(kept: Flask, count_queries: Any) -> None:
    with kept.app_context(), transaction() as current:
        network = make.make_network(current)
        team_id, network_id = make.make_team(current, network, level=Level.STATE).id, network.id
    seen(kept, network_id)
    with kept.app_context(), transaction() as current:
        current.get_one(Team, team_id).name = "Renamed"
    assert graph_jobs.look(kept, graph_jobs.Keeper()) == 1

    with count_queries() as statements:
        assert seen(kept, network_id).graph.nodes[team_id].name == "Renamed"
    assert len(statements) == 2  # the test's own for the time zone, and the version
