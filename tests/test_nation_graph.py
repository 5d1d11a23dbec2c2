"""The graph of a nation in small: written, loaded and asked everything, as the benchmark does it."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import nation_graph
from nic_platform.actor import Actor
from teams.graph_queries import whole_picture
from teams.models import TeamReach
from tests.drill import stricter_database
from tests.factories import NOON

STATES, DISTRICTS, SCHOOLS = 3, 4, 20


def directory() -> list[dict[str, str]]:
    return [
        {
            "ncessch": f"{state:02}{district:05}{school:05}", "leaid": f"{state:02}{district:05}",
            "school_name": f"School {school}", "lea_name": f"District {district}",
            "state_location": f"S{state}",
        }
        for state in range(STATES)
        for district in range(DISTRICTS)
        for school in range(SCHOOLS)
    ]  # fmt: skip


@stricter_database
def test_a_nation_loads_and_answers_every_question(session: Session) -> None:
    places = nation_graph.places_of(directory())
    network_id = nation_graph.fill(session, places, NOON, first=1_000_000)
    picture = whole_picture(session, Actor(1, network_id=network_id), date(2026, 2, 25))
    graph = picture.graph
    lower = DISTRICTS * SCHOOLS * STATES
    assert len(graph.nodes) == len(places) == lower + STATES * DISTRICTS + STATES
    assert len(graph.edges) == len(graph.nodes) - STATES - len(graph.unheard)
    assert len(graph.unheard) > 0
    assert {place.district for place in picture.places.values()} == {"", *(f"District {n}" for n in range(4))}
    said = {name: work() for name, work in nation_graph.questions(graph)}
    assert len(said) == 8
    assert all(isinstance(sentence, str) and sentence for sentence in said.values())
    rows = session.scalar(select(func.count()).select_from(TeamReach))
    assert rows == sum(graph.counts_below.values())
